import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { createClient } from "betroth";
import { type Answer, between, mint, pair } from "./servers.js";

const cases: [what: string, answer: Answer, code: string, says: RegExp][] = [
  ["HTML", { body: "<html>a page</html>" }, "bad_answer", /answered text\/html, not {"token"}/],
  ["nothing", { status: 204 }, "bad_answer", /answered nothing, not/],
  ["an empty object", { body: {} }, "bad_answer", /answered no JWT/],
  ["null", { body: null }, "bad_answer", /answered application\/json, not/],
  ["an opaque token", { body: { token: "abcdef" } }, "bad_answer", /answered no JWT/],
  ["a token without exp", { body: { token: mint({ exp: undefined }) } }, "bad_answer", /a token without `exp`/],
  ["a token without sub", { body: { token: mint({ sub: undefined }) } }, "bad_answer", /a token without `sub`/],
  ["a token of 1970", { body: { token: mint({ exp: 3600 }) } }, "bad_answer", /a token that ended \d+/],
  ["404", { status: 404 }, "rejected", /answered 404/],
  ["500 without a body", { status: 500 }, "unavailable", /answered 500/],
  [
    "429",
    { status: 429, body: { message: "Too many requests." }, headers: { "x-retry-after": "7" } },
    "rate_limited",
    /Too many/,
  ],
  ["no answer at all", null, "unreachable", /gave no answer/],
  ["an answer that takes too long", { body: { token: mint() }, after: 500 }, "timed_out", /no answer within 0.2 s/],
];

for (const [what, answer, code, says] of cases) {
  test(`an issuer that answers ${what} is a \`${code}\` which names the place`, async (t) => {
    const both = await pair(t);
    both.issuer.answer = () => answer;
    const client = createClient({ ...between(both), timeout: 200, retry: { times: 0 } });
    const place = `issuer: GET ${both.issuer.url}/api/auth/token `;
    await assert.rejects(client.makeAuthenticatedRequest("/notes"), (error: Error & { code: string }) => {
      assert.equal(error.code, code);
      assert.ok(error.message.startsWith(place), error.message);
      assert.match(error.message, says);
      return true;
    });
    assert.equal(both.api.seen.length, 0);
  });
}

test("an answer whose body never ends runs into the time limit", async (t) => {
  const both = await pair(t);
  const endless: typeof fetch = async (_, init) => {
    const body = new ReadableStream({
      start: (it) => void init!.signal!.addEventListener("abort", () => it.error(new Error("aborted"))),
    });
    return new Response(body);
  };
  const client = createClient({ ...between(both), fetch: endless, timeout: 50, retry: { times: 0 } });
  await assert.rejects(client.getJWTToken(), { code: "timed_out" });
});

test("a sign-in page in the place of the token is named", async (t) => {
  const both = await pair(t);
  both.issuer.answer = ({ path }) =>
    path.startsWith("/sign-in") ? { body: "<html>" } : { status: 307, headers: { location: "/sign-in?next=secret" } };
  await assert.rejects(createClient(between(both)).getJWTToken(), {
    message: `issuer: GET ${both.issuer.url}/sign-in answered text/html, not {"token"}`,
  });
});

test("no error shows a token, whatever the issuer answered", async (t) => {
  const both = await pair(t);
  const secret = mint();
  for (const body of [`"${secret}`, `{"token": ${secret}}`, secret]) {
    both.issuer.answer = () => ({ body });
    const error = await createClient(between(both))
      .getJWTToken()
      .catch((it) => it);
    assert.equal(error.code, "bad_answer");
    assert.ok(!inspect(error, { depth: 9, showHidden: true }).includes(secret.slice(0, 12)));
  }
});

test("a token can come from a function, which says `null` where nobody is signed in", async (t) => {
  const both = await pair(t);
  let token: string | null = mint();
  const client = createClient({ ...between(both), token: async () => token });
  await client.makeAuthenticatedRequest("/notes");
  client.forget();
  token = null;
  await assert.rejects(client.makeAuthenticatedRequest("/notes"), { code: "signed_out" });
});
