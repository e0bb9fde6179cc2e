// The page for administrators, without the role and with it.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { picture, step } from "../stage.mjs";

export function withoutTheRole(grace) {
  step("the page for administrators is a 403 to everybody else", async () => {
    await grace.goTo("/notes");
    await grace.page.getByRole("link", { name: "Admin" }).click();
    await grace.page.getByRole("heading", { name: "This page is for administrators" }).waitFor();
    const answer = await grace.context.request.get(grace.page.url());
    assert.equal(answer.status(), 403);
    assert.equal((await grace.calls("GET", "/overview")).status, 403);
    await picture(grace.page, "forbidden");
  });
}

export function withTheRole(grace) {
  step("who is made an administrator sees the overview, and still no note of anybody", async () => {
    const script = new URL("../../web/scripts/make-admin.mjs", import.meta.url).pathname;
    const web = new URL("../../web", import.meta.url).pathname;
    await promisify(execFile)(process.execPath, [script, grace.email], { cwd: web });
    await grace.goTo("/admin");
    await grace.page.getByRole("heading", { name: "Overview" }).waitFor();
    const counted = (await grace.calls("GET", "/overview")).body;
    assert.ok(counted.notes >= 4 && counted.organizations >= 1);
    const shown = await grace.page.locator(".facts dd").allInnerTexts();
    assert.deepEqual(shown.map(Number), [counted.notes, counted.people, counted.shared_notes, counted.organizations]);
    const own = (await grace.calls("GET", "/notes")).body;
    assert.ok(
      own.every(({ author }) => author === "Grace Example"),
      "an administrator counts notes, and reads their own",
    );
    await picture(grace.page, "admin");
  });
}
