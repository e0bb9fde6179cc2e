import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createClient } from "betroth";
import { redirectToSignIn, wayBack } from "betroth/sign-in";
import { between, pair, problem } from "./servers.js";

function at(t: TestContext, pathname: string, search = ""): string[] {
  const went: string[] = [];
  const location = {
    origin: "http://app.example",
    href: `http://app.example${pathname}`,
    pathname,
    search,
    assign: (to: string) => went.push(to),
  };
  Object.defineProperty(globalThis, "location", { value: location, configurable: true });
  t.after(() => delete (globalThis as { location?: unknown }).location);
  return went;
}

test("whoever is signed out goes to the sign-in page once, with the way back", async (t) => {
  const both = await pair(t);
  const went = at(t, "/notes", "?q=1");
  both.issuer.answer = () => ({ status: 401 });
  const client = createClient({ ...between(both), onSignedOut: redirectToSignIn("/sign-in") });
  await Promise.allSettled(Array.from({ length: 20 }, () => client.makeAuthenticatedRequest("/notes")));
  assert.deepEqual(went, ["/sign-in?next=%2Fnotes%3Fq%3D1"]);
});

test("the sign-in page does not go to itself", async (t) => {
  const both = await pair(t);
  const went = at(t, "/sign-in");
  both.issuer.answer = () => ({ status: 401 });
  const client = createClient({ ...between(both), onSignedOut: redirectToSignIn("/sign-in") });
  await assert.rejects(client.makeAuthenticatedRequest("/notes"));
  assert.deepEqual(went, []);
});

test("a token that is refused in a good session sends nobody round in circles", async (t) => {
  const both = await pair(t);
  const went = at(t, "/notes");
  both.api.answer = () => problem(401, "invalid_token", "the token is not accepted");
  const client = createClient({ ...between(both), onSignedOut: redirectToSignIn("/sign-in") });
  await assert.rejects(client.makeAuthenticatedRequest("/notes"));
  assert.deepEqual(went, []);
});

test("the way back leads to no other origin", () => {
  const to = (next: string) => wayBack(`?next=${encodeURIComponent(next)}`, "/home");
  assert.equal(to("/notes?q=1#a"), "/notes?q=1#a");
  for (const next of [
    "",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
  ])
    assert.equal(to(next), "/home", next);
});
