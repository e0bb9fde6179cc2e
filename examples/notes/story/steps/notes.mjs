// One's own notes: written, changed by keyboard, deleted, and taken back where the API refuses a change.
import assert from "node:assert/strict";
import { card, notice, opened, settled } from "../person.mjs";
import { API, picture, step } from "../stage.mjs";

export function writing(ada) {
  step("notes are written, and are there after a reload", async () => {
    await ada.writes("Milk and bread", "two litres, and the dark loaf");
    await ada.writes("Reading", "Hofstadter\nBorges\nthe manual of the kiln");
    await ada.writes("Call the plumber", "Tuesday after four.");
    await ada.writes("A thought", "");
    const expected = ["A thought", "Call the plumber", "Reading", "Milk and bread"];
    assert.deepEqual(await ada.titles(), expected);
    await ada.goTo("/notes");
    await card(ada.page, "A thought").waitFor();
    assert.deepEqual(await ada.titles(), expected);
  });

  step("a note is changed with the keyboard alone", async () => {
    const { page } = ada;
    await card(page, "Milk and bread").getByRole("button", { name: "Milk and bread" }).focus();
    await page.keyboard.press("Enter");
    const editor = page.getByRole("dialog", { name: "Edit note" });
    await editor.waitFor();
    await picture(page, "editor");
    await editor.getByLabel("Text").fill("three litres");
    await page.keyboard.press("Control+Enter");
    await editor.waitFor({ state: "detached" });
    await settled(page, "Milk and bread").getByText("three litres").waitFor();
    // Escape leaves a note as it is.
    await opened(page, "Milk and bread");
    await page.keyboard.type("not to be kept");
    await page.keyboard.press("Escape");
    await editor.waitFor({ state: "detached" });
    const note = (await ada.calls("GET", "/notes")).body.find(({ title }) => title === "Milk and bread");
    assert.equal(note?.text, "three litres");
  });

  step("a note is deleted by who says so twice", async () => {
    await ada.writes("To be forgotten");
    const editor = await opened(ada.page, "To be forgotten");
    await editor.getByRole("button", { name: "Delete" }).click();
    await editor.getByRole("button", { name: "Really delete" }).click();
    await card(ada.page, "To be forgotten").waitFor({ state: "detached" });
    assert.equal((await ada.calls("GET", "/notes")).body.length, 4);
  });
}

export function rollingBack(ada) {
  step("a change that the API refuses is seen at once, and taken back", async () => {
    const { page } = ada;
    for (const title of ["Milk and bread", "Reading", "Call the plumber"]) {
      await card(page, title).getByRole("button", { name: "Pin", exact: true }).click();
      await settled(page, title).and(page.locator("[data-pinned=true]")).waitFor();
    }
    // The API gets the request when the page has been looked at.
    let letThrough;
    const looked = new Promise((resolve) => (letThrough = resolve));
    await page.route(`${API}/notes/*`, async (route) => {
      if (route.request().method() === "PUT") await looked;
      await route.continue();
    });
    await card(page, "A thought").getByRole("button", { name: "Pin", exact: true }).click();
    await card(page, "A thought").and(page.locator("[data-pinned=true][aria-busy=true]")).waitFor();
    letThrough();
    await settled(page, "A thought").and(page.locator("[data-pinned=false]")).waitFor();
    assert.match(await notice(page).innerText(), /3 notes are pinned already/);
    await page.unrouteAll();
    await picture(page, "notes");
    await page.getByRole("button", { name: "Close" }).click();
  });
}
