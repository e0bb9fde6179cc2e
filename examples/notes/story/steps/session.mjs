// A session that is ended from somewhere else.
import assert from "node:assert/strict";
import { Person } from "../person.mjs";
import { picture, step, WEB } from "../stage.mjs";

export function endedElsewhere(ada) {
  step("a session that is ended elsewhere ends: the page says so, and the issuer gives no more tokens", async () => {
    const page = await ada.context.newPage();
    await page.clock.install();
    await ada.goTo("/notes", page);
    await page.locator(".note").first().waitFor();

    const elsewhere = await Person.arrives("Ada");
    await elsewhere.signIn();
    await elsewhere.goTo("/account");
    await elsewhere.page.getByText(ada.email).waitFor();
    await picture(elsewhere.page, "account");
    await elsewhere.page.getByRole("button", { name: "Sign out everywhere else" }).click();
    await elsewhere.page.getByText("Every other session has ended.").waitFor();

    assert.equal((await ada.askForToken()).status(), 401);
    assert.equal((await elsewhere.askForToken()).status(), 200);
    // The page asks once a minute whether its session is still there.
    await page.clock.fastForward("01:01");
    const ended = page.getByRole("dialog", { name: "Your session has ended" });
    await ended.waitFor();
    await picture(page, "session-ended");
    await ended.getByRole("link", { name: "Sign in again" }).click();
    await page.waitForURL(`${WEB}/sign-in?next=%2Fnotes`);
    await elsewhere.context.close();
  });
}
