// The token of five minutes is renewed, and nobody notices.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { notice } from "../person.mjs";
import { API, step, WEB } from "../stage.mjs";

export function renewed(grace) {
  step("a token that ran out is renewed with one request, and nobody notices", async () => {
    const page = await grace.context.newPage();
    // The page's time is ours: `Date`, `performance` and timers.
    await page.clock.install();
    const seen = watch(page);
    await grace.goTo("/notes", page);
    await page.getByText("Nothing here yet").waitFor();
    assert.equal(seen.tokens.length, 1);

    // Minutes in which nothing was asked: the next note is written as if no time had passed.
    await page.clock.fastForward("06:00");
    const writer = Object.assign(Object.create(grace), { page });
    await writer.writes("Six minutes later");
    assert.equal(seen.tokens.length, 2, "one request for a token");
    assert.equal(seen.bearers.at(-1), seen.tokens[1], "the API got the new one");
    assert.deepEqual(seen.refused, [], "no request was refused on the way");
    assert.equal(await notice(page).count(), 0);
    await page.close();
  });
}

/** Tells tokens apart; a message that shows it gives nothing away. */
const fingerprint = (token) => createHash("sha256").update(token).digest("hex").slice(0, 8);

/** What goes over the wire: tokens that came, tokens that were sent to the API, and requests that were refused. */
function watch(page) {
  const seen = { tokens: [], bearers: [], refused: [] };
  page.on("response", async (response) => {
    const [url, request] = [response.url(), response.request()];
    if (response.status() >= 400) seen.refused.push(`${request.method()} ${url} ${response.status()}`);
    if (url === `${WEB}/api/auth/token`) seen.tokens.push(fingerprint((await response.json()).token));
  });
  page.on("request", (request) => {
    const bearer = request.headers().authorization;
    if (request.url().startsWith(API) && bearer) seen.bearers.push(fingerprint(bearer.replace(/^Bearer /, "")));
  });
  return seen;
}
