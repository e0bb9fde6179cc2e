// Two tabs change one note; the person settles it.
import assert from "node:assert/strict";
import { opened, settled } from "../person.mjs";
import { picture, step } from "../stage.mjs";

export function betweenTabs(ada) {
  step("two tabs change one note: the person sees both, and nothing is lost", async () => {
    const { page } = ada;
    const other = await ada.newTab("/notes");
    const theirs = await opened(other, "Reading");
    // A tab behind another one is hardly painted, and everything in it is slow.
    await page.bringToFront();
    const mine = await opened(page, "Reading");
    await other.bringToFront();
    await theirs.getByLabel("Text").fill("Hofstadter\nBorges\nLem");
    await theirs.getByRole("button", { name: "Save" }).click();
    await settled(other, "Reading").getByText("Lem").waitFor();

    await page.bringToFront();
    await mine.getByLabel("Title").fill("Reading list");
    await mine.getByLabel("Text").fill("Hofstadter\nCalvino");
    await mine.getByRole("button", { name: "Save" }).click();
    const conflict = page.getByRole("dialog", { name: "Changed in two places" });
    await conflict.waitFor();
    // Only the text was changed on both sides: the title is mine without a question.
    assert.deepEqual(await conflict.locator("legend").allInnerTexts(), ["Text"]);
    assert.deepEqual(await conflict.locator(".side span").allInnerTexts(), [
      "Hofstadter\nBorges\nthe manual of the kiln",
      "Hofstadter\nCalvino",
      "Hofstadter\nBorges\nLem",
    ]);
    await picture(page, "conflict");

    await conflict.getByRole("button", { name: "Yours" }).click();
    const settledText = "Hofstadter\nCalvino\nLem";
    await conflict.getByLabel("What it is to say").fill(settledText);
    await conflict.getByRole("button", { name: "Save this" }).click();
    await settled(page, "Reading list").getByText("Calvino").waitFor();
    const note = (await ada.calls("GET", "/notes")).body.find(({ title }) => title === "Reading list");
    assert.equal(note?.text, settledText);
    await other.close();
  });
}
