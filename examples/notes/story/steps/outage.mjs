// The API is down: pages say so, and are well again when it is up.
import assert from "node:assert/strict";
import { have, noControl, picture, step } from "../stage.mjs";

export function ofTheApi(grace) {
  step("the API is down: pages say so, and nothing is lost", async (t) => {
    if (noControl) return t.skip(noControl);
    const { page } = grace;
    await grace.goTo("/notes");
    await page.locator("section[aria-busy=false]").waitFor();
    await have("stop api");
    await page.getByRole("button", { name: "New note" }).click();
    const editor = page.getByRole("dialog", { name: "New note" });
    await editor.getByLabel("Title").fill("Written in the dark");
    await editor.getByRole("button", { name: "Save" }).click();
    await editor.getByRole("alert").getByText("The notes cannot be reached").waitFor();
    await picture(page, "down-editor");
    // What was typed is still there.
    assert.equal(await editor.getByLabel("Title").inputValue(), "Written in the dark");
  });

  step("the API is up again: the page goes on where it was", async (t) => {
    if (noControl) return t.skip(noControl);
    const { page } = grace;
    const admin = await grace.newTab("/admin");
    await admin.getByRole("heading", { name: "This page cannot be shown now" }).waitFor();
    await picture(admin, "down-page");
    const list = await grace.newTab("/notes");
    const again = list.getByRole("button", { name: "Try again" });
    await again.waitFor();
    await picture(list, "down-notes");

    await have("start api");
    await again.click();
    await list.locator(".note").first().waitFor();
    await admin.bringToFront();
    await admin.getByRole("button", { name: "Try again" }).click();
    await admin.getByRole("heading", { name: "This page is for administrators" }).waitFor();
    await page.bringToFront();
    await page.getByRole("dialog", { name: "New note" }).getByRole("button", { name: "Save" }).click();
    await page.locator(".note").getByText("Written in the dark").waitFor();
    await list.close();
    await admin.close();
  });
}
