import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "betroth";
import { bearer, between, mint, pair, pass, problem, sleep, until } from "./servers.js";

test("a request carries the issuer's token, which is asked for once", async (t) => {
  const both = await pair(t);
  const client = createClient(between(both));
  for (const _ of "123") assert.equal((await client.makeAuthenticatedRequest("/notes")).status, 200);
  assert.equal(both.issuer.seen.length, 1);
  assert.equal(bearer(both.api.seen[0]!), await client.getJWTToken());
  assert.equal(both.issuer.seen[0]!.path, "/api/auth/token");
  assert.equal(client.snapshot().subject, "ada");
});

test("a hundred calls at once cause one token request", async (t) => {
  const both = await pair(t);
  const client = createClient(between(both));
  await Promise.all(Array.from({ length: 100 }, () => client.makeAuthenticatedRequest("/notes")));
  assert.deepEqual([both.issuer.seen.length, both.api.seen.length], [1, 100]);
});

test("a hundred calls after expiry cause one token request more", async (t) => {
  const both = await pair(t);
  const client = createClient(between(both));
  await client.makeAuthenticatedRequest("/notes");
  pass(t, 900);
  await Promise.all(Array.from({ length: 100 }, () => client.makeAuthenticatedRequest("/notes")));
  assert.equal(both.issuer.seen.length, 2);
  assert.notEqual(bearer(both.api.seen[0]!), bearer(both.api.seen[1]!));
});

test("a token is renewed before it ends, and serves meanwhile", async (t) => {
  const both = await pair(t);
  const client = createClient(between(both));
  const first = await client.getJWTToken();
  pass(t, 830);
  assert.equal(await client.getJWTToken(), first);
  assert.equal(both.issuer.seen.length, 1);
  pass(t, 20);
  assert.equal(await client.getJWTToken(), first);
  await until(() => client.snapshot() && both.issuer.seen.length === 2);
  await sleep(50);
  assert.notEqual(await client.getJWTToken(), first);
  assert.equal(both.issuer.seen.length, 2);
});

test("an issuer that is down does not matter as long as the token is good", async (t) => {
  const both = await pair(t);
  const client = createClient(between(both));
  await client.getJWTToken();
  both.issuer.answer = () => null;
  pass(t, 860);
  assert.equal((await client.makeAuthenticatedRequest("/notes")).status, 200);
});

for (const hours of [-1, 1]) {
  test(`an issuer whose clock is ${hours} h off is followed`, async (t) => {
    const both = await pair(t);
    const now = () => Date.now() + hours * 3_600_000;
    both.issuer.answer = () => ({
      body: { token: mint({}, 900, now() / 1e3) },
      headers: { date: new Date(now()).toUTCString() },
    });
    const client = createClient(between(both));
    const first = await client.getJWTToken();
    pass(t, 800);
    assert.equal(await client.getJWTToken(), first);
    pass(t, 98);
    assert.notEqual(await client.getJWTToken(), first);
  });
}

test("401 renews once and sends once more", async (t) => {
  const both = await pair(t);
  let revoked: string | undefined;
  both.api.answer = (seen) =>
    bearer(seen) === (revoked ??= bearer(seen)) ? problem(401, "token_expired", "the token expired") : { body: {} };
  const client = createClient(between(both));
  await client.makeAuthenticatedRequest("/notes", { method: "POST", body: "{}" });
  assert.deepEqual([both.issuer.seen.length, both.api.seen.length], [2, 2]);
  assert.deepEqual(
    both.api.seen.map((it) => it.body),
    ["{}", "{}"],
  );
});

test("a hundred calls that are answered 401 cause one renewal", async (t) => {
  const both = await pair(t);
  let revoked: string | undefined;
  both.api.answer = (seen) =>
    bearer(seen) === (revoked ??= bearer(seen)) ? problem(401, "token_expired", "the token expired") : { body: {} };
  const client = createClient(between(both));
  await Promise.all(Array.from({ length: 100 }, () => client.makeAuthenticatedRequest("/notes")));
  assert.deepEqual([both.issuer.seen.length, both.api.seen.length], [2, 200]);
});

test("a token that is refused though new ends in one `onSignedOut`, and no loop", async (t) => {
  const both = await pair(t);
  both.api.answer = () =>
    problem(401, "invalid_token", "the token is not accepted", { "betroth-reason": "audience-mismatch: another audience" });
  const heard: string[] = [];
  const client = createClient({ ...between(both), onSignedOut: (error) => heard.push(error.code) });
  const calls = Array.from({ length: 20 }, () => client.makeAuthenticatedRequest("/notes"));
  for (const call of await Promise.allSettled(calls)) {
    assert.equal(call.status, "rejected");
    assert.equal(call.reason.code, "invalid_token");
  }
  await assert.rejects(client.makeAuthenticatedRequest("/notes"));
  assert.deepEqual(heard, ["invalid_token"]);
  assert.equal(both.issuer.seen.length, 2);
  assert.ok(both.api.seen.length <= 41);
});

test("nobody signed in is `SignedOut`, and the API is not asked", async (t) => {
  const both = await pair(t);
  both.issuer.answer = () => ({ status: 401, body: { message: "Unauthorized", code: "UNAUTHORIZED" } });
  const client = createClient(between(both));
  await assert.rejects(client.makeAuthenticatedRequest("/notes"), { code: "signed_out", hop: "issuer", status: 401 });
  assert.equal(both.api.seen.length, 0);
  assert.equal(client.snapshot().subject, null);
  both.issuer.answer = () => ({ body: { token: mint() } });
  await client.makeAuthenticatedRequest("/notes");
});
