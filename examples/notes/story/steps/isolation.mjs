// What one person has is nobody else's: on the page, through the page's own client, and past it.
import assert from "node:assert/strict";
import { call, notice, opened } from "../person.mjs";
import { API, step } from "../stage.mjs";

const THEFT = { title: "Mine now", text: "", pinned: false };

export function ofPeople(ada, grace) {
  let notes;

  step("the second person signs up, and sees nothing of the first", async () => {
    await grace.signUp();
    await grace.page.getByText("Nothing here yet").waitFor();
    assert.deepEqual(await grace.titles(), []);
    notes = (await ada.calls("GET", "/notes")).body;
    assert.equal(notes.length, 4);
  });

  step("past the page, each note of the first is a 404 to the second", async () => {
    assert.deepEqual((await grace.calls("GET", "/notes")).body, []);
    for (const { id } of notes) {
      const path = `/notes/${id}`;
      assert.equal((await grace.calls("GET", path)).status, 404);
      assert.equal((await grace.calls("PUT", path, THEFT, { "if-match": "*" })).status, 404);
      assert.equal((await grace.calls("DELETE", path, undefined, { "if-match": "*" })).status, 404);
      assert.equal((await call("GET", path)).status, 401);
    }
    assert.deepEqual((await ada.calls("GET", "/notes")).body, notes);
  });

  step("through the page's client, too: a card that was slipped in cannot be saved", async () => {
    const { page } = grace;
    const [victim] = notes;
    await page.route(`${API}/notes`, (route) =>
      route.fulfill({ json: [victim], headers: { "access-control-allow-origin": new URL(page.url()).origin } }),
    );
    await grace.goTo("/notes");
    const editor = await opened(page, victim.title);
    await editor.getByLabel("Title").fill(THEFT.title);
    const answer = page.waitForResponse((it) => it.url() === `${API}/notes/${victim.id}` && it.request().method() === "PUT");
    await editor.getByRole("button", { name: "Save" }).click();
    assert.equal((await answer).status(), 404);
    await notice(page).getByText("This note is no longer there.").waitFor();
    await page.unrouteAll();
    await grace.goTo("/notes");
    await page.getByText("Nothing here yet").waitFor();
    assert.deepEqual((await ada.calls("GET", "/notes")).body, notes);
  });
}
