import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, SessionChanged } from "betroth";
import { page } from "./browser.js";
import { bearer, between, mint, pair, pass, sleep, until } from "./servers.js";

test("a token request that ends after `forget` keeps nothing", async (t) => {
  const both = await pair(t);
  both.issuer.answer = () => ({ body: { token: mint() }, after: 100 });
  const client = createClient(between(both));
  const asked = client.getJWTToken();
  await until(() => both.issuer.seen.length === 1);
  client.forget();
  await assert.rejects(asked, { code: "session_changed" });
  await sleep(150);
  assert.equal(client.snapshot().subject, undefined);
  both.issuer.answer = () => ({ status: 401 });
  await assert.rejects(client.getJWTToken(), { code: "signed_out" });
});

test("a token request whose answer is under way at `forget` keeps nothing", async (t) => {
  const both = await pair(t);
  let answered: (() => void) | undefined;
  const slow: typeof fetch = async () => {
    await new Promise<void>((resolve) => (answered = resolve));
    return Response.json({ token: mint() });
  };
  const client = createClient({ ...between(both), fetch: slow });
  const asked = client.getJWTToken();
  await until(() => !!answered);
  client.forget();
  answered?.();
  await assert.rejects(asked, { code: "session_changed" });
  assert.equal(client.snapshot().subject, undefined);
});

test("`forget` ends what is under way, and a write is not sent for the next person", async (t) => {
  const both = await pair(t);
  const client = createClient(between(both));
  await client.getJWTToken();
  both.api.answer = () => ({ body: {}, after: 200 });
  const read = client.makeAuthenticatedRequest("/notes");
  await until(() => both.api.seen.length === 1);
  both.issuer.answer = () => ({ body: { token: mint({ sub: "bob" }) }, after: 50 });
  client.forget();
  const write = client.makeAuthenticatedRequest("/notes", { method: "POST", body: "{}" });
  client.forget();
  await assert.rejects(read, SessionChanged);
  await assert.rejects(write, SessionChanged);
  await client.getJWTToken();
  assert.equal(client.snapshot().subject, "bob");
  assert.equal(both.api.seen.filter((it) => it.method === "POST").length, 0);
});

test("another subject is a change of person: what is under way is dropped", async (t) => {
  const both = await pair(t);
  const client = createClient(between(both));
  await client.getJWTToken();
  const before = client.snapshot().session;
  both.api.answer = () => ({ body: "of ada", after: 100 });
  const read = client.makeAuthenticatedRequest("/notes");
  await until(() => both.api.seen.length === 1);
  both.issuer.answer = () => ({ body: { token: mint({ sub: "bob" }) } });
  await client.getJWTToken({ fresh: true });
  await assert.rejects(read, { code: "session_changed" });
  assert.equal(client.snapshot().subject, "bob");
  assert.ok(client.snapshot().session > before);
});

test("the same subject is no change", async (t) => {
  const both = await pair(t);
  const client = createClient(between(both));
  const first = await client.getJWTToken();
  const { session } = client.snapshot();
  assert.notEqual(await client.getJWTToken({ fresh: true }), first);
  assert.equal(client.snapshot().session, session);
});

test("`fresh` does not take a token that was asked for before", async (t) => {
  const both = await pair(t);
  let role = "reader";
  both.issuer.answer = () => ({ body: { token: mint({ role }) }, after: 50 });
  const client = createClient(between(both));
  const before = client.getJWTToken();
  await until(() => both.issuer.seen.length === 1);
  role = "admin";
  const fresh = await Promise.all(Array.from({ length: 100 }, () => client.getJWTToken({ fresh: true })));
  assert.match(Buffer.from((await before).split(".")[1]!, "base64url").toString(), /reader/);
  for (const token of fresh) assert.match(Buffer.from(token.split(".")[1]!, "base64url").toString(), /admin/);
  assert.equal(both.issuer.seen.length, 2);
});

test("another tab hears of the sign-out, and no token is in what it hears", async (t) => {
  const both = await pair(t);
  page(t, "http://localhost:3000");
  const heard: unknown[] = [];
  const gone: string[] = [];
  const here = createClient(between(both));
  const there = createClient({ ...between(both), onSignedOut: (error) => gone.push(error.code) });
  const channel = new BroadcastChannel(`betroth ${both.issuer.url}/api/auth/token`);
  t.after(() => channel.close());
  channel.onmessage = ({ data }) => heard.push(data);
  await Promise.all([here.getJWTToken(), there.getJWTToken()]);
  both.issuer.answer = () => ({ status: 401 });
  here.forget();
  await until(() => there.snapshot().subject === undefined && heard.length > 0);
  assert.deepEqual(heard, [0]);
  await assert.rejects(there.getJWTToken(), { code: "signed_out" });
  assert.deepEqual(gone, ["signed_out"]);
});

test("a session that ended elsewhere is noticed at the renewal, and told once", async (t) => {
  const both = await pair(t);
  const gone: string[] = [];
  const client = createClient({ ...between(both), onSignedOut: (error) => gone.push(error.code) });
  await client.getJWTToken();
  both.issuer.answer = () => ({ status: 401 });
  pass(t, 899);
  await Promise.allSettled([client.makeAuthenticatedRequest("/a"), client.makeAuthenticatedRequest("/b")]);
  assert.deepEqual(gone, ["signed_out"]);
  assert.equal(client.snapshot().subject, null);
});

test("storage and channels that are blocked change nothing", async (t) => {
  const refuse = () => {
    throw new DOMException("blocked", "SecurityError");
  };
  const both = await pair(t);
  page(t, "http://localhost:3000");
  t.mock.method(globalThis, "BroadcastChannel", refuse as never);
  for (const name of ["localStorage", "sessionStorage", "indexedDB"])
    Object.defineProperty(globalThis, name, { get: refuse, configurable: true });
  t.after(() => {
    for (const name of ["localStorage", "sessionStorage", "indexedDB"]) delete (globalThis as Record<string, unknown>)[name];
  });
  const client = createClient(between(both));
  assert.equal((await client.makeAuthenticatedRequest("/notes")).status, 200);
  client.forget();
});

test("two clients on a server share nothing", async (t) => {
  const both = await pair(t);
  both.issuer.answer = ({ headers }) => ({ body: { token: mint({ sub: headers.cookie }) } });
  const { fetch: _, ...options } = between(both);
  const [ada, bob] = ["ada", "bob"].map((cookie) => createClient({ ...options, session: { cookie } }));
  await Promise.all([ada!.makeAuthenticatedRequest("/a"), bob!.makeAuthenticatedRequest("/b")]);
  assert.deepEqual([ada!.snapshot().subject, bob!.snapshot().subject], ["ada", "bob"]);
  assert.equal(new Set(both.api.seen.map(bearer)).size, 2);
});

test("a client of a page holds nobody's token on a server", async (t) => {
  const both = await pair(t);
  const { fetch: _, ...options } = between(both);
  const client = createClient(options);
  await assert.rejects(client.makeAuthenticatedRequest("/notes"), { code: "misused" });
  await assert.rejects(client.getJWTToken(), { code: "misused" });
  assert.equal(both.issuer.seen.length, 0);
});
