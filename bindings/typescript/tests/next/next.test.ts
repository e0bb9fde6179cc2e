import assert from "node:assert/strict";
import { test } from "node:test";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { jwt } from "better-auth/plugins";
import { bearer, mint, Origin, pair, problem } from "../servers.js";
import { answering } from "./hooks.js";

const { createServerClient, passOn } = await import("betroth/next");
const { hasSessionCookie, requireSession } = await import("betroth/next/proxy");

test("a server's client asks for the token of whoever sent the request, and shows no cookie to the API", async (t) => {
  const both = await pair(t);
  both.issuer.answer = ({ headers }) => ({ body: { token: mint({ sub: headers.cookie }) } });
  const api = createServerClient({ url: both.api.url, token: `${both.issuer.url}/api/auth/token` });
  const people = ["ada", "bob"].map((cookie) =>
    answering({ cookie, "x-forwarded-for": "192.0.2.7", authorization: "Basic made-up" }, () => api.json("/notes")),
  );
  await Promise.all(people);
  const subjects = both.api.seen.map((it) => JSON.parse(Buffer.from(bearer(it)!.split(".")[1]!, "base64url").toString()).sub);
  assert.deepEqual(subjects.sort(), ["ada", "bob"]);
  assert.ok(both.api.seen.every(({ headers }) => headers.cookie === undefined));
  assert.deepEqual(
    both.issuer.seen.map(({ headers }) => [headers["x-forwarded-for"], headers.authorization]),
    [
      ["192.0.2.7", undefined],
      ["192.0.2.7", undefined],
    ],
  );
  assert.ok(!("getJWTToken" in api));
});

test("401 and 403 become Next's own, and a fault between both stays one", async (t) => {
  const both = await pair(t);
  const token = `${both.issuer.url}/api/auth/token`;
  const api = createServerClient({ url: both.api.url, token });
  const read = (it = api) => answering({ cookie: "ada" }, () => it.makeAuthenticatedRequest("/notes"));
  both.api.answer = () => problem(403, "forbidden", "another role is needed");
  await assert.rejects(read(), { message: "forbidden" });
  both.api.answer = () => problem(401, "invalid_token", "the token is not accepted");
  await assert.rejects(read(), { code: "invalid_token" });
  both.issuer.answer = () => ({ status: 401 });
  await assert.rejects(read(), { message: "unauthorized" });
  const signIn = createServerClient({ url: both.api.url, token, signIn: "/sign-in" });
  await assert.rejects(read(signIn), { message: "redirect", given: ["/sign-in"] });
});

test("nothing of one person can be cached for another", async (t) => {
  const both = await pair(t);
  const api = createServerClient({ url: both.api.url, token: async () => mint() });
  for (const init of [{ cache: "force-cache" }, { next: { revalidate: 60 } }] as RequestInit[])
    await assert.rejects(
      answering({}, () => api.makeAuthenticatedRequest("/notes", init)),
      { code: "misused" },
    );
  assert.equal(both.api.seen.length, 0);
});

const from = (headers: Record<string, string> = {}) => ({
  cookie: "better-auth.session_token=made-up",
  "sec-fetch-site": "same-origin",
  ...headers,
});

test("a request is passed on with a token, and without the cookie", async (t) => {
  const both = await pair(t);
  const { POST } = passOn({ url: `${both.api.url}/v1`, token: `${both.issuer.url}/api/auth/token`, under: "/api/backend" });
  both.api.answer = ({ body }) => ({ status: 201, body: { got: body }, headers: { etag: '"1"', "set-cookie": "a=b" } });
  const headers = from({
    "content-type": "application/json",
    "if-match": '"0"',
    authorization: "Bearer of-the-page",
    "x-own": "1",
  });
  const answer = await POST(
    new Request("http://app.example/api/backend/notes?q=1", { method: "POST", headers, body: '{"a":1}' }),
  );
  assert.deepEqual([answer.status, await answer.json()], [201, { got: '{"a":1}' }]);
  assert.equal(answer.headers.get("etag"), '"1"');
  assert.equal(answer.headers.get("set-cookie"), null);
  assert.match(answer.headers.get("cache-control")!, /no-store/);
  const seen = both.api.seen[0]!;
  assert.equal(seen.path, "/v1/notes?q=1");
  assert.deepEqual([seen.headers.cookie, seen.headers["x-own"], seen.headers["if-match"]], [undefined, undefined, '"0"']);
  assert.equal(bearer(seen)!.split(".").length, 3);
  assert.equal(both.issuer.seen[0]!.headers.cookie, "better-auth.session_token=made-up");
});

test("what leads out of the API's path is not passed on", async (t) => {
  const both = await pair(t);
  const { GET } = passOn({ url: `${both.api.url}/v1`, token: async () => mint(), under: "/api/backend", allow: ["/notes"] });
  for (const path of [
    "../admin",
    "..%2fadmin",
    "%2e%2e/admin",
    "notes/../admin",
    "notes/..%2f..%2fadmin",
    "notes%5c..%5cadmin",
    "notes/%252e%252e/x",
    "notesadmin",
    "admin",
    "/notes",
  ]) {
    const answer = await GET(new Request(`http://app.example/api/backend/${path}`, { headers: from() }));
    assert.equal(answer.status, 404, path);
  }
  assert.equal(both.api.seen.length, 0);
  for (const path of ["notes", "notes/1", "notes/a%20b"])
    assert.equal((await GET(new Request(`http://app.example/api/backend/${path}`, { headers: from() }))).status, 200, path);
});

test("a page of another site is refused", async (t) => {
  const both = await pair(t);
  const { GET, POST } = passOn({ url: both.api.url, token: async () => mint(), under: "/api/backend" });
  const post = (headers: Record<string, string>) =>
    POST(new Request("http://app.example/api/backend/notes", { method: "POST", headers }));
  for (const headers of [
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { origin: "http://evil.example" },
    { origin: "null" },
    {},
  ])
    assert.equal((await post(headers as Record<string, string>)).status, 403, JSON.stringify(headers));
  assert.equal(
    (await GET(new Request("http://app.example/api/backend/notes", { headers: { "sec-fetch-site": "cross-site" } }))).status,
    403,
  );
  assert.equal(both.api.seen.length, 0);
  assert.equal((await post({ origin: "http://app.example" })).status, 200);
});

test("whoever is signed out is told so, and an API that is down is 503", async (t) => {
  const both = await pair(t);
  const options = { url: both.api.url, token: `${both.issuer.url}/api/auth/token`, under: "/api/backend" };
  const get = () => passOn(options).GET(new Request("http://app.example/api/backend/notes", { headers: from() }));
  both.api.answer = () => null;
  const down = await get();
  assert.deepEqual([down.status, (await down.json()).code], [503, "unavailable"]);
  both.issuer.answer = () => ({ status: 401 });
  const out = await get();
  assert.deepEqual([out.status, (await out.json()).code], [401, "unauthorized"]);
});

test("Better Auth's own function says by an error that nobody is signed in, and another error is an outage", async (t) => {
  const both = await pair(t);
  const get = (statusCode: number) => {
    const token = () => Promise.reject(Object.assign(new Error("refused"), { statusCode }));
    const { GET } = passOn({ url: both.api.url, token, under: "/api/backend" });
    return GET(new Request("http://app.example/api/backend/notes", { headers: from() }));
  };
  assert.deepEqual([(await get(401)).status, (await get(500)).status], [401, 503]);
});

test("a real Better Auth in the same process finds nobody signed in", async (t) => {
  const both = await pair(t);
  const database = memoryAdapter({ user: [], session: [], account: [], verification: [], jwks: [] });
  const auth = betterAuth({ baseURL: "http://app.example", secret: crypto.randomUUID(), database, plugins: [jwt()] });
  const token = async (headers: Headers) => (await auth.api.getToken({ headers })).token;
  const { GET } = passOn({ url: both.api.url, token, under: "/api/backend" });
  const answer = await GET(new Request("http://app.example/api/backend/notes", { headers: from() }));
  assert.equal(answer.status, 401);
  assert.equal(both.api.seen.length, 0);
});

test("a redirect to the API leads through the handler, one to elsewhere stays", async (t) => {
  const both = await pair(t);
  const other = await Origin.start(t, () => ({ body: {} }));
  const { GET } = passOn({ url: `${both.api.url}/v1`, token: async () => mint(), under: "/api/backend" });
  const to = async (location: string) => {
    both.api.answer = () => ({ status: 307, headers: { location } });
    return (await GET(new Request("http://app.example/api/backend/notes", { headers: from() }))).headers.get("location");
  };
  assert.equal(await to("/v1/notes/?a=1"), "/api/backend/notes/?a=1");
  assert.equal(await to(`${other.url}/file`), `${other.url}/file`);
  assert.equal(other.seen.length, 0);
});

test("a session cookie is known by both names", () => {
  const shows = (cookie: string, prefix?: string) =>
    hasSessionCookie(new Request("http://app.example", { headers: { cookie } }), prefix);
  assert.ok(shows("a=b; better-auth.session_token=x"));
  assert.ok(shows("__Secure-better-auth.session_token=x"));
  assert.ok(shows("app.session_token=x", "app"));
  for (const cookie of ["", "better-auth.session_token=", "xbetter-auth.session_token=x", "better-auth.session_data=x"])
    assert.ok(!shows(cookie), cookie);
});

test("who shows no cookie is sent to the sign-in page with the way back", () => {
  const options = { signIn: "/sign-in", open: ["/", "/about"] };
  const sent = (path: string, cookie = "") =>
    requireSession(new Request(`http://app.example${path}`, { headers: { cookie } }), options);
  assert.equal(sent("/notes?q=1")?.headers.get("location"), "http://app.example/sign-in?next=%2Fnotes%3Fq%3D1");
  for (const path of ["/", "/sign-in", "/about/us"]) assert.equal(sent(path), undefined);
  assert.equal(sent("/notes", "__Secure-better-auth.session_token=x"), undefined);
  assert.equal(sent("/aboutx")?.status, 307);
});
