// What the story stands on: a browser, the two addresses, and steps that come one after the other.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { chromium } from "playwright-core";

/** Where the pages and the API are. */
export const WEB = process.env.STORY_WEB ?? "http://localhost:3000";
export const API = process.env.STORY_API ?? "http://localhost:8000";
const PICTURES = process.env.STORY_PICTURES ?? "pictures";

/** Longer than anything takes on a busy machine; what does not come by then does not come. */
const PATIENCE = 15_000;

const DESK = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

const isRoot = process.getuid?.() === 0;
const browser = await chromium.launch({
  executablePath: process.env.STORY_BROWSER ?? "/usr/bin/chromium",
  // The sandbox of Chromium refuses to start as root, which a build in a container is.
  args: isRoot ? ["--no-sandbox"] : [],
});

/** What no page may do, whatever the step is about. */
const thrown = [];
const open = new Set();
let failed;

/** A browser of its own: cookies, tabs, memory. `options` are those of a context of Playwright. */
export async function newBrowser(options = {}) {
  const context = await browser.newContext({ viewport: DESK, colorScheme: "light", locale: "en-GB", ...options });
  context.setDefaultTimeout(PATIENCE);
  context.on("weberror", (event) => thrown.push(event.error().message));
  context.on("page", (page) => {
    open.add(page);
    page.on("close", () => open.delete(page));
  });
  return context;
}

/** One step of the story. After one that failed, the rest has nothing to stand on and is left out. */
export function step(name, run) {
  return test(name, async (t) => {
    if (failed) return t.skip(`needs “${failed}”`);
    try {
      await run(t);
      assert.deepEqual(thrown, [], "a page threw what nobody caught");
    } catch (error) {
      failed = name;
      await pictureOfFailure();
      throw error;
    }
  });
}

/** The page in light, in dark and on a phone, where nothing may stick out sideways. */
export async function picture(page, name) {
  mkdirSync(PICTURES, { recursive: true });
  const shoot = (kind) => page.screenshot({ path: `${PICTURES}/${name}-${kind}.png`, animations: "disabled" });
  await shoot("light");
  await page.emulateMedia({ colorScheme: "dark" });
  await shoot("dark");
  await page.setViewportSize(PHONE);
  await shoot("phone-dark");
  await page.emulateMedia({ colorScheme: "light" });
  await shoot("phone");
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await page.setViewportSize(DESK);
  assert.ok(over <= 0, `on a phone, ${name} sticks out by ${over} px`);
}

async function pictureOfFailure() {
  mkdirSync(PICTURES, { recursive: true });
  let number = 0;
  for (const page of open) await page.screenshot({ path: `${PICTURES}/failed-${++number}.png` }).catch(() => {});
}

/** Whoever started the servers stops and starts the API on request: a line each way. */
const answers = process.env.STORY_CONTROL ? createInterface({ input: process.stdin })[Symbol.asyncIterator]() : undefined;

/** Why the API cannot be stopped; `undefined` if it can. */
export const noControl = answers ? undefined : "started by hand: nobody stops the API for it";

/** Has the API stopped or started; resolves when that is done. */
export async function have(wish) {
  process.stdout.write(`story: ${wish}\n`);
  const { value } = await answers.next();
  assert.equal(value, `done: ${wish}`);
}

export async function end() {
  await browser.close();
  if (answers) process.stdin.destroy();
}
