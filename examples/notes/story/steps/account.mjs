// Signing up, signing in, signing out.
import assert from "node:assert/strict";
import { call, Person } from "../person.mjs";
import { picture, step, WEB } from "../stage.mjs";

export function signingUp(ada) {
  step("a stranger is sent to sign in, and reads nothing", async () => {
    await ada.goTo("/notes");
    assert.equal(ada.page.url(), `${WEB}/sign-in?next=%2Fnotes`);
    assert.equal((await ada.askForToken()).status(), 401);
    assert.equal((await call("GET", "/notes")).status, 401);
    await ada.goTo("/");
    await picture(ada.page, "home");
  });

  step("a person signs up, and has an empty place for notes", async () => {
    await ada.goTo("/sign-up");
    await picture(ada.page, "sign-up");
    await ada.signUp();
    await ada.page.getByText("Nothing here yet").waitFor();
    await picture(ada.page, "notes-none");
  });
}

export function signingIn(ada) {
  step("a wrong password is refused, the right one leads back to the notes", async () => {
    const elsewhere = await Person.arrives("Ada");
    await elsewhere.signIn("wrong horse battery");
    const problem = elsewhere.page.getByRole("alert").filter({ hasText: "Invalid" });
    await problem.waitFor();
    await picture(elsewhere.page, "sign-in-refused");
    assert.equal((await elsewhere.askForToken()).status(), 401);
    await elsewhere.signIn();
    await elsewhere.page.locator(".note").first().waitFor();
    assert.deepEqual(await elsewhere.titles(), await ada.titles());
    await elsewhere.context.close();
  });
}

export function signingOut(grace) {
  step("who signs out is out: in each tab, at the issuer, at the API", async () => {
    const cookies = await grace.context.cookies();
    const other = await grace.newTab("/notes");
    await other.locator("section[aria-busy=false]").waitFor();
    await grace.signOut();
    await grace.page.getByRole("navigation").getByRole("link", { name: "Sign in" }).waitFor();

    // The page itself, anew and as the other tab has it.
    await grace.goTo("/notes");
    assert.equal(grace.page.url(), `${WEB}/sign-in?next=%2Fnotes`);
    await other.getByRole("dialog", { name: "Your session has ended" }).waitFor();

    // Past the page: also with the cookies from before, the issuer gives no token, and without one the API answers nothing.
    assert.equal((await grace.askForToken()).status(), 401);
    const thief = await Person.arrives("Grace");
    await thief.context.addCookies(cookies);
    assert.equal((await thief.askForToken()).status(), 401, "a session that is over gives no token");
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
    assert.equal((await call("GET", "/notes", undefined, { cookie })).status, 401, "a cookie is nothing to the API");
    await thief.context.close();
  });
}
