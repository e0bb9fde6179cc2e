import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { createClient, Forbidden, Limited } from "betroth";
import { between, Origin, pair, problem, sleep, until } from "./servers.js";

test("a token goes to no other origin", async (t) => {
  const both = await pair(t);
  const other = await Origin.start(t, () => ({ body: {} }));
  const client = createClient(between(both));
  const port = new URL(other.url).port;
  for (const path of [
    other.url,
    `${other.url}/notes`,
    `//127.0.0.1:${port}/notes`,
    new URL(other.url),
    `\\\\127.0.0.1:${port}`,
    "data:,x",
  ])
    await assert.rejects(client.makeAuthenticatedRequest(path), { code: "misused" });
  await assert.rejects(client.fetch(new Request(other.url)), { code: "misused" });
  assert.deepEqual([other.seen.length, both.issuer.seen.length], [0, 0]);
  for (const path of [`/\\127.0.0.1:${port}/`, "@127.0.0.1", "notes", `${both.api.url}/notes`])
    await client.makeAuthenticatedRequest(path);
  assert.equal(other.seen.length, 0);
});

test("a redirect to another origin does not carry the token", async (t) => {
  const both = await pair(t);
  const other = await Origin.start(t, () => ({ body: {} }));
  both.api.answer = () => ({ status: 307, headers: { location: `${other.url}/file` } });
  await createClient(between(both)).makeAuthenticatedRequest("/file");
  assert.equal(other.seen.length, 1);
  assert.equal(other.seen[0]!.headers.authorization, undefined);
});

test("the path of the API's address stays", async (t) => {
  const both = await pair(t);
  const client = createClient({ ...between(both), url: `${both.api.url}/v1/` });
  await client.makeAuthenticatedRequest("/notes?q=1");
  await client.makeAuthenticatedRequest("notes/2");
  assert.deepEqual(
    both.api.seen.map((it) => it.path),
    ["/v1/notes?q=1", "/v1/notes/2"],
  );
});

test("own headers stay, but for `Authorization`", async (t) => {
  const both = await pair(t);
  const client = createClient(between(both));
  await client.makeAuthenticatedRequest("/notes", { headers: { "X-Own": "1", authorization: "Basic made-up" } });
  assert.equal(both.api.seen[0]!.headers["x-own"], "1");
  assert.equal(both.api.seen[0]!.headers.authorization, `Bearer ${await client.getJWTToken()}`);
});

test("403 says what is lacking", async (t) => {
  const both = await pair(t);
  const challenge =
    'Bearer error="insufficient_scope", error_description="another scope is needed", scope="notes:write notes:read"';
  both.api.answer = () => problem(403, "insufficient_scope", "another scope is needed", { "www-authenticate": challenge });
  await assert.rejects(createClient(between(both)).makeAuthenticatedRequest("/notes"), (error) => {
    assert.ok(error instanceof Forbidden);
    assert.equal(error.code, "insufficient_scope");
    assert.deepEqual(error.lacking, { scopes: ["notes:write", "notes:read"], detail: "another scope is needed" });
    return true;
  });
  both.api.answer = () => problem(403, "forbidden", "another role is needed");
  await assert.rejects(createClient(between(both)).makeAuthenticatedRequest("/notes"), { code: "forbidden" });
});

test("each answer of the guard is an error of its own", async (t) => {
  const both = await pair(t);
  const client = createClient({ ...between(both), retry: { times: 0 } });
  for (const [status, code, means] of [
    [400, "invalid_request", "rejected"],
    [401, "unauthorized", "unauthorized"],
    [401, "token_expired", "token_expired"],
    [401, "invalid_token", "invalid_token"],
    [403, "forbidden", "forbidden"],
    [404, "not_found", "rejected"],
    [412, "precondition-failed", "conflict"],
    [428, "precondition-required", "rejected"],
    [429, "too_many_failures", "too_many_failures"],
    [503, "unavailable", "unavailable"],
  ] as const) {
    both.api.answer = () => problem(status, code, "made up");
    const error = await client.makeAuthenticatedRequest("/notes?q=private").catch((it) => it);
    assert.deepEqual([error.code, error.status, error.problem.code], [means, status, code]);
    assert.equal(error.message, `api: GET ${both.api.url}/notes answered ${status}: made up`);
    assert.ok(!inspect(error).includes("private"));
    client.forget();
  }
});

test("`fetch` answers with any status", async (t) => {
  const both = await pair(t);
  both.api.answer = () => problem(404, "not_found", "there is no such thing");
  const answer = await createClient(between(both)).fetch("/notes");
  assert.equal(answer.status, 404);
  assert.equal((await answer.json()).code, "not_found");
});

test("what is safe to repeat is repeated", async (t) => {
  const both = await pair(t);
  const client = createClient(between(both));
  const twice = async (init: RequestInit): Promise<number> => {
    let failed = false;
    both.api.seen.length = 0;
    both.api.answer = () => ((failed = !failed) ? { status: 503 } : { body: {} });
    await client.makeAuthenticatedRequest("/notes", init).catch(() => {});
    return both.api.seen.length;
  };
  assert.equal(await twice({}), 2);
  assert.equal(await twice({ method: "PUT", body: "{}" }), 2);
  assert.equal(await twice({ method: "delete" }), 2);
  assert.equal(await twice({ method: "POST", body: "{}" }), 1);
  assert.equal(await twice({ method: "PATCH", body: "{}" }), 1);
  assert.equal(await twice({ method: "POST", body: "{}", headers: { "Idempotency-Key": "1" } }), 2);
  const body = new Blob(["{}"]).stream();
  assert.equal(await twice({ method: "PUT", body, duplex: "half" } as RequestInit), 1);
});

test("`Retry-After` is waited for, unless it is too long", async (t) => {
  const both = await pair(t);
  const client = createClient({ ...between(both), retry: { wait: 1500 } });
  let asked = "1";
  let failed = false;
  both.api.answer = () => ((failed = !failed) ? { status: 429, headers: { "retry-after": asked } } : { body: {} });
  const began = performance.now();
  await client.makeAuthenticatedRequest("/notes");
  assert.ok(performance.now() - began >= 1000);
  asked = "60";
  failed = false;
  const error = await client.makeAuthenticatedRequest("/notes").catch((it) => it);
  assert.ok(error instanceof Limited);
  assert.equal(error.retryAfter, 60);
});

test("an abort ends a request, a wait for a token and a wait for another try with its reason", async (t) => {
  const both = await pair(t);
  const reason = new Error("made up");
  const aborted = (path: string): Promise<unknown> => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(reason), 50);
    return createClient(between(both)).makeAuthenticatedRequest(path, { signal: abort.signal });
  };
  both.api.answer = () => ({ body: {}, after: 1000 });
  await assert.rejects(aborted("/slow"), reason);
  both.api.answer = () => ({ status: 503, headers: { "retry-after": "5" } });
  await assert.rejects(aborted("/busy"), reason);
  const answer = both.issuer.answer;
  both.issuer.answer = async (seen) => {
    await sleep(300);
    return answer(seen);
  };
  await assert.rejects(aborted("/token"), reason);
});

test("an API that does not answer in time is `timed_out`", async (t) => {
  const both = await pair(t);
  both.api.answer = () => ({ body: {}, after: 1000 });
  const client = createClient({ ...between(both), retry: { times: 0 } });
  await assert.rejects(client.makeAuthenticatedRequest("/notes", { timeout: 50 }), { code: "timed_out" });
});

test("a hop that fails is left alone, and one request sees whether it is back", async (t) => {
  const both = await pair(t);
  const client = createClient({ ...between(both), retry: { times: 0 }, breaker: { failures: 3, pause: 200 } });
  const states: string[] = [];
  t.after(client.subscribe(() => states.push(client.snapshot().api)));
  both.api.answer = () => ({ status: 503 });
  for (const _ of "123") await assert.rejects(client.makeAuthenticatedRequest("/notes"), { code: "unavailable", status: 503 });
  await assert.rejects(client.makeAuthenticatedRequest("/notes"), { code: "unavailable", retryAfter: 1 });
  assert.equal(both.api.seen.length, 3);
  assert.deepEqual([client.snapshot().api, client.snapshot().issuer], ["open", "closed"]);
  await sleep(220);
  await assert.rejects(client.makeAuthenticatedRequest("/notes"), { status: 503 });
  assert.equal(client.snapshot().api, "open");
  await sleep(220);
  both.api.answer = () => ({ body: {}, after: 50 });
  const probe = client.makeAuthenticatedRequest("/notes");
  await until(() => client.snapshot().api === "half-open");
  await assert.rejects(client.makeAuthenticatedRequest("/notes"), { code: "unavailable" });
  assert.equal((await probe).status, 200);
  await client.makeAuthenticatedRequest("/notes");
  assert.deepEqual(states.slice(1), ["open", "half-open", "open", "half-open", "closed"]);
});

test("a probe that its caller aborts leaves the next one to see", async (t) => {
  const both = await pair(t);
  const client = createClient({ ...between(both), retry: { times: 0 }, breaker: { failures: 1, pause: 1 } });
  both.api.answer = () => null;
  await assert.rejects(client.makeAuthenticatedRequest("/notes"), { code: "unreachable" });
  await sleep(10);
  both.api.answer = () => ({ body: {}, after: 300 });
  await assert.rejects(client.makeAuthenticatedRequest("/notes", { signal: AbortSignal.timeout(50) }), { name: "TimeoutError" });
  both.api.answer = () => ({ body: {} });
  assert.equal((await client.makeAuthenticatedRequest("/notes")).status, 200);
});

test("a `429` of the issuer is not asked again before its time", async (t) => {
  const both = await pair(t);
  both.issuer.answer = () => ({ status: 429, headers: { "x-retry-after": "7" } });
  const client = createClient(between(both));
  await assert.rejects(client.getJWTToken(), { code: "rate_limited", retryAfter: 7 });
  await assert.rejects(client.getJWTToken(), { code: "unavailable", retryAfter: 7 });
  assert.equal(both.issuer.seen.length, 1);
});

test("with `token: false` a proxy puts the token on", async (t) => {
  const both = await pair(t);
  const client = createClient({ ...between(both), token: false });
  await client.makeAuthenticatedRequest("/notes");
  assert.equal(both.api.seen[0]!.headers.authorization, undefined);
  assert.equal(both.issuer.seen.length, 0);
  await assert.rejects(client.getJWTToken(), { code: "misused" });
});
