// Notes that an organization shares.
import assert from "node:assert/strict";
import { card, opened, settled } from "../person.mjs";
import { picture, step } from "../stage.mjs";

const NAME = "The Kiln";

export function sharing(ada, grace) {
  let path;
  let link;

  step("an organization is made, and its first note is written", async () => {
    const { page } = ada;
    await ada.goTo("/shared");
    await page.getByLabel("A new organization").fill(NAME);
    await picture(page, "organization-none");
    await page.getByRole("button", { name: "Create" }).click();
    await page.getByRole("heading", { name: NAME }).waitFor();
    await page.getByText("Nothing here yet").waitFor();
    const listed = page.waitForRequest((it) => /\/organizations\/[^/]+\/notes$/.test(it.url()));
    await ada.writes("Firing on Friday", "Bring gloves.");
    path = new URL((await listed).url()).pathname;
  });

  step("who is no member gets a 403 for the organization, and a 404 from their own", async () => {
    assert.equal((await grace.calls("GET", path)).status, 403);
    assert.equal((await grace.calls("POST", path, { title: "Let me in", text: "" })).status, 403);
    const [note] = (await ada.calls("GET", path)).body;
    assert.equal((await grace.calls("GET", `/notes/${note.id}`)).status, 404);
  });

  step("an invitation is handed on, and both write in one place", async () => {
    const { page } = ada;
    await page.getByLabel("Invite somebody").fill(grace.email);
    await page.getByRole("button", { name: "Make a link" }).click();
    link = await page.getByLabel("Hand this link on").inputValue();
    await picture(page, "organization");

    await grace.goTo(new URL(link).pathname);
    await picture(grace.page, "invitation");
    await grace.page.getByRole("button", { name: "Join" }).click();
    await card(grace.page, "Firing on Friday").waitFor();
    const editor = await opened(grace.page, "Firing on Friday");
    await editor.getByLabel("Text").fill("Bring gloves, and a torch.");
    await editor.getByRole("button", { name: "Save" }).click();
    await settled(grace.page, "Firing on Friday").getByText("a torch").waitFor();

    await ada.goTo("/shared");
    await card(page, "Firing on Friday").getByText("a torch").waitFor();
    // What is shared is not one's own.
    assert.deepEqual((await grace.calls("GET", "/notes")).body, []);
  });

  step("who acts for no organization has none of its notes, member or not", async () => {
    const { page } = grace;
    await page.getByLabel("Organization").selectOption("None");
    await card(page, "Firing on Friday").waitFor({ state: "detached" });
    assert.equal((await grace.calls("GET", path)).status, 403);
  });
}
