import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type ClientError, createClient } from "betroth";
import { explain } from "betroth/explain";
import { page } from "./browser.js";
import { type Answer, mint, Origin, pair, problem, type Seen } from "./servers.js";

const PAGE = "http://localhost:3000";
const cors = (seen: Seen): Record<string, string> => ({
  "access-control-allow-origin": seen.headers.origin ?? "",
  "access-control-allow-headers": "authorization, content-type",
  "access-control-allow-methods": "GET, PUT",
});

/** Why a request fails over an API that answers so, and what is proposed. */
async function why(t: TestContext, answer: (seen: Seen) => Answer, init: RequestInit = {}, origin = PAGE): Promise<string> {
  const api = await Origin.start(t, answer);
  return explained(t, api.url, init, origin);
}

async function explained(t: TestContext, url: string, init: RequestInit = {}, origin = PAGE): Promise<string> {
  const send = page(t, origin);
  const client = createClient({ url, token: async () => mint(), fetch: send, development: false, retry: { times: 0 } });
  const error: ClientError = await client.makeAuthenticatedRequest("/notes", init).then(
    () => assert.fail(),
    (it) => it,
  );
  assert.equal(error.code, "unreachable");
  const { why, cure } = await explain(error, send);
  return `${why} -> ${cure}`;
}

test("a service that is down is told from one without CORS", async (t) => {
  const api = await Origin.start(t, () => ({ body: {} }));
  const { url } = api;
  assert.match(await explained(t, url), /is up, and does not allow the page http:\/\/localhost:3000.*two hosts/);
  api.stop();
  assert.match(await explained(t, url), /nothing answers at http:\/\/127.0.0.1:\d+: the service is down/);
});

test("an origin that is not allowed is named", async (t) => {
  const said = await why(
    t,
    () => ({ body: {}, headers: { "access-control-allow-origin": "https://other.example" } }),
    {},
    "http://app.example",
  );
  assert.match(said, /does not allow the page http:\/\/app.example to read its answers \(CORS\) -> add http:\/\/app.example to/);
});

test("a header that is not allowed is named", async (t) => {
  const said = await why(t, (seen) => ({ body: {}, headers: cors(seen) }), { headers: { "X-Trace": "1" } });
  assert.match(said, /does not allow the header `x-trace`/);
  const other = await why(t, (seen) => ({
    body: {},
    headers: { ...cors(seen), "access-control-allow-headers": "content-type" },
  }));
  assert.match(other, /does not allow the header `authorization`/);
});

test("a fault whose answer has no CORS headers is told", async (t) => {
  const said = await why(t, (seen) =>
    seen.headers.authorization?.startsWith("Bearer") ? { status: 500 } : { body: {}, headers: cors(seen) },
  );
  assert.match(said, /its answer came without CORS headers, as that of a fault \(500\)/);
});

test("a method that is not allowed is named", async (t) => {
  assert.match(
    await why(t, (seen) => ({ body: {}, headers: cors(seen) }), { method: "DELETE" }),
    /either the method DELETE is not allowed/,
  );
});

test("mixed content is told without asking", async (t) => {
  assert.match(await explained(t, "http://api.example", {}, "https://app.example"), /mixed content/);
});

test("an issuer that does not take the cookie of another origin is told", async (t) => {
  const issuer = await Origin.start(t, (seen) => ({ body: { token: mint() }, headers: cors(seen) }));
  const send = page(t, PAGE);
  const client = createClient({
    url: "http://api.example",
    token: `${issuer.url}/token`,
    fetch: send,
    development: false,
    retry: { times: 0 },
  });
  const error = await client.getJWTToken().catch((it) => it);
  assert.match((await explain(error, send)).cure, /Access-Control-Allow-Credentials: true/);
});

test("what finds out why carries no token and no cookie", async (t) => {
  const seen: Seen[] = [];
  await why(t, (it) => {
    seen.push(it);
    return it.headers.authorization?.startsWith("Bearer") ? { status: 500 } : { body: {}, headers: cors(it) };
  });
  assert.deepEqual(seen.map((it) => it.headers.authorization?.split(" ")[0]).filter(Boolean), ["Bearer", "Betroth"]);
});

test("the guard's reason is the explanation, where it gives one", async (t) => {
  const both = await pair(t);
  const reason = "audience-mismatch: the token is for another audience; set `audience` of the plugin jwt()";
  both.api.answer = () => problem(401, "invalid_token", "the token is not accepted", { "betroth-reason": reason });
  const client = createClient({ url: both.api.url, token: `${both.issuer.url}/token`, fetch, development: false });
  const error = await client.makeAuthenticatedRequest("/notes").catch((it) => it);
  assert.deepEqual(await explain(error), {
    what: error.message,
    why: "the token is for another audience",
    cure: "set `audience` of the plugin jwt()",
  });
});

test("in development a failing hop is one group in the console, however many requests fail", async (t) => {
  const both = await pair(t);
  const lines: string[] = [];
  for (const name of ["groupCollapsed", "info"] as const) t.mock.method(console, name, (line: string) => lines.push(line));
  both.issuer.answer = () => ({ status: 404 });
  const client = createClient({ url: both.api.url, token: `${both.issuer.url}/token`, fetch, development: true });
  await Promise.allSettled(Array.from({ length: 20 }, () => client.makeAuthenticatedRequest("/notes")));
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual(lines, [
    `betroth: issuer: GET ${both.issuer.url}/token answered 404`,
    "why: there is no token endpoint at this address",
    "cure: add the plugin `jwt()` to Better Auth, or say as `token` where it is",
  ]);
});

test("in production nothing is printed, and nothing more is asked", async (t) => {
  const both = await pair(t);
  const said = t.mock.method(console, "groupCollapsed", () => {});
  both.api.answer = () => null;
  const client = createClient({
    url: both.api.url,
    token: `${both.issuer.url}/token`,
    fetch,
    development: false,
    retry: { times: 0 },
  });
  await assert.rejects(client.makeAuthenticatedRequest("/notes"));
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.deepEqual([said.mock.callCount(), both.api.seen.length], [0, 1]);
});
