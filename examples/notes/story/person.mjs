// A person with a browser, and what they do on the pages.
import assert from "node:assert/strict";
import { API, newBrowser, WEB } from "./stage.mjs";

const STAMP = Date.now();
const PASSWORD = "correct horse battery";

/** Made up when the story starts; in another run the same names are other people. */
export const email = (name) => `${name.toLowerCase()}.${STAMP}@example.com`;

export class Person {
  constructor(name, context, page) {
    this.name = name;
    this.email = email(name);
    this.context = context;
    this.page = page;
  }

  /** Opens a browser that knows nobody. */
  static async arrives(name, options) {
    const context = await newBrowser(options);
    return new Person(name, context, await context.newPage());
  }

  async goTo(path, page = this.page) {
    await page.goto(WEB + path);
    await isReady(page);
  }

  async newTab(path) {
    const page = await this.context.newPage();
    await this.goTo(path, page);
    return page;
  }

  /** Fills the form of `/sign-up`, and comes to their notes. */
  async signUp() {
    await this.goTo("/sign-up");
    const { page } = this;
    await page.getByLabel("Name").fill(`${this.name} Example`);
    await page.getByLabel("Email").fill(this.email);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign up" }).click();
    await page.waitForURL(`${WEB}/notes`);
    await isReady(page);
  }

  /** Fills the form of `/sign-in`; with the right password it goes on. */
  async signIn(password = PASSWORD) {
    const { page } = this;
    if (!page.url().startsWith(`${WEB}/sign-in`)) await this.goTo("/sign-in");
    await page.getByLabel("Email").fill(this.email);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    if (password !== PASSWORD) return;
    await page.waitForURL(`${WEB}/notes`);
    await isReady(page);
  }

  async signOut() {
    await this.goTo("/account");
    await this.page.getByRole("button", { name: "Sign out", exact: true }).click();
    await this.page.waitForURL(`${WEB}/`);
  }

  /** Writes a note in the page where they are. */
  async writes(title, text = "") {
    const { page } = this;
    await page.getByRole("button", { name: "New note" }).click();
    const editor = page.getByRole("dialog", { name: "New note" });
    await editor.getByLabel("Title").fill(title);
    await editor.getByLabel("Text").fill(text);
    await editor.getByRole("button", { name: "Save" }).click();
    await editor.waitFor({ state: "detached" });
    await settled(page, title).waitFor();
  }

  /** The titles that the page shows. */
  titles(page = this.page) {
    return page.locator(".note h2").allInnerTexts();
  }

  /** What the issuer answers who has the cookies of this browser, asked past the page. */
  askForToken() {
    return this.context.request.get(`${WEB}/api/auth/token`);
  }

  async token() {
    const answer = await this.askForToken();
    assert.equal(answer.status(), 200);
    return (await answer.json()).token;
  }

  /** Calls the API past the page, with this person's token. */
  async calls(method, path, body, headers = {}) {
    return call(method, path, body, { authorization: `Bearer ${await this.token()}`, ...headers });
  }
}

/** Calls the API past any page. */
export async function call(method, path, body, headers = {}) {
  const answer = await fetch(API + path, {
    method,
    headers: { ...headers, ...(body && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text && answer.headers.get("content-type")?.includes("json") ? JSON.parse(text) : text };
}

/** The card of a note. */
export const card = (page, title) =>
  page.locator(".note").filter({ has: page.getByRole("heading", { name: title, exact: true }) });

/** The card of a note that nothing is under way for. */
export const settled = (page, title) => card(page, title).and(page.locator("[aria-busy=false]"));

/** Opens a note; the editor. */
export async function opened(page, title) {
  await card(page, title).getByRole("button", { name: title, exact: true }).click();
  return page.getByRole("dialog", { name: "Edit note" });
}

/** What the page tells in passing. */
export const notice = (page) => page.locator(".notice p");

/** React listens: before that, what is typed into a form may be lost. */
async function isReady(page) {
  await page.waitForFunction(() => {
    const known = (node) => Object.keys(node).some((key) => key.startsWith("__reactFiber"));
    return [...document.querySelectorAll("main, main form, nav")].every(known);
  });
}
