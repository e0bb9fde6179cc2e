// The whole way with nothing made up: Better Auth and its own client, and the guard in FastAPI where Python has it.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createClient, isClientError, json } from "betroth";
import { followSession } from "betroth/better-auth";
import { explain } from "betroth/explain";
import { createAuthClient } from "better-auth/client";
import { Origin, until } from "./servers.js";

const ROOT = new URL("../../../../", import.meta.url).pathname;
const PYTHON = process.env.BETROTH_TEST_PYTHON ?? join(ROOT, "target/test-python/bin/python");
const GUARD = join(ROOT, "target/packages/test/bindings");
const noIssuer =
  !existsSync(join(ROOT, "vectors/better-auth/node_modules")) && "a real Better Auth needs `npm ci` in vectors/better-auth";
const noGuard = !(existsSync(PYTHON) && existsSync(GUARD)) && "the guard needs `cargo xtask test python` before";

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

async function start(
  t: TestContext,
  command: string,
  parts: string[],
  env: Record<string, string>,
  isUp: () => Promise<unknown>,
): Promise<ChildProcess> {
  const child = spawn(command, parts, { env: { ...process.env, ...env }, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr!.on("data", (it) => (said += it));
  t.after(() => child.kill("SIGKILL"));
  for (let tries = 0; ; tries++) {
    if (
      await isUp().then(
        () => true,
        () => false,
      )
    )
      return child;
    if (tries > 150 || child.exitCode !== null) throw new Error(`${command} did not start: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function betterAuth(t: TestContext): Promise<string> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "betroth-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const options = JSON.stringify({ port, rows: join(folder, "rows.json") });
  const url = `http://localhost:${port}`;
  await start(t, "node", [join(ROOT, "bindings/python/tests/issuer/server.mjs"), options], {}, () => fetch(`${url}/api/auth/ok`));
  return url;
}

/** `fetch` with the cookies of a page of this origin. */
function withCookies(origin: string): { fetch: typeof fetch; tokens: () => number } {
  const jar = new Map<string, string>();
  let tokens = 0;
  return {
    tokens: () => tokens,
    fetch: async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input, origin);
      const headers = new Headers(init?.headers);
      headers.set("origin", origin);
      if (url.pathname.endsWith("/token")) tokens++;
      const isOwn = url.origin === origin && init?.credentials !== "omit";
      if (isOwn && jar.size) headers.set("cookie", [...jar].map((it) => it.join("=")).join("; "));
      const answer = await fetch(url, { ...init, headers });
      for (const line of isOwn ? answer.headers.getSetCookie() : []) {
        const [pair = "", ...attributes] = line.split("; ");
        const [name = "", value = ""] = pair.split(/=(.*)/s);
        attributes.includes("Max-Age=0") ? jar.delete(name) : jar.set(name, value);
      }
      return answer;
    },
  };
}

/** Better Auth's client, and ours, on one page. */
function page(url: string, api: string, onSignedOut?: (code: string) => void) {
  const browser = withCookies(url);
  const client = createClient({
    url: api,
    token: `${url}/api/auth/token`,
    fetch: browser.fetch,
    development: false,
    ...(onSignedOut && { onSignedOut: (error) => onSignedOut(error.code) }),
  });
  const auth = createAuthClient({
    baseURL: url,
    fetchOptions: { customFetchImpl: browser.fetch },
    plugins: [followSession(client)],
  });
  return { client, auth, browser };
}

const PERSON = { email: "ada@example.com", password: "made-up-password", name: "Ada" };

test("Better Auth: its token is kept, its sign-out forgets it, the next person is another", { skip: noIssuer }, async (t) => {
  const url = await betterAuth(t);
  const api = await Origin.start(t, () => ({ body: {} }));
  const { client, auth, browser } = page(url, api.url);
  await assert.rejects(client.getJWTToken(), { code: "signed_out" });
  const { data } = await auth.signUp.email(PERSON);
  for (const _ of "123") await client.makeAuthenticatedRequest("/notes");
  assert.equal(client.snapshot().subject, data!.user.id);
  assert.equal(browser.tokens(), 2);
  const { session } = client.snapshot();
  await auth.getSession();
  assert.equal(client.snapshot().session, session);
  await auth.signOut();
  await until(() => client.snapshot().subject === undefined);
  await assert.rejects(client.makeAuthenticatedRequest("/notes"), { code: "signed_out" });
  const { data: other } = await auth.signUp.email({ ...PERSON, email: "bob@example.com" });
  await client.makeAuthenticatedRequest("/notes");
  assert.equal(client.snapshot().subject, other!.user.id);
  assert.notEqual(other!.user.id, data!.user.id);
});

const APP = `
from typing import Annotated, Any
from fastapi import Depends, FastAPI, Response
from betroth.etag import IfMatch, if_match, install, set_etag
from betroth.fastapi import Betroth, User

auth = Betroth()
app = auth.protect(FastAPI())
install(app)
CurrentUser = Annotated[User, Depends(auth.user)]
note = {"title": "a", "version": 1}

@app.get("/note")
async def get(user: CurrentUser, response: Response) -> dict[str, Any]:
    set_etag(response, note["version"])
    return {"owner": user.id, "title": note["title"]}

@app.put("/note")
async def put(new: dict[str, Any], user: CurrentUser, match: Annotated[IfMatch, Depends(if_match)], response: Response) -> dict[str, Any]:
    match.hold(note["version"], current={"owner": user.id, "title": note["title"]})
    note.update(title=new["title"], version=note["version"] + 1)
    set_etag(response, note["version"])
    return {"owner": user.id, "title": note["title"]}

@app.get("/admin", dependencies=[Depends(auth.require(role="admin"))])
async def admin() -> None: ...
`;

test(
  "the guard in FastAPI: a request, a conflict, what is not allowed, a token for somebody else",
  {
    skip: noIssuer || noGuard,
  },
  async (t) => {
    const url = await betterAuth(t);
    const port = await freePort();
    const api = `http://127.0.0.1:${port}`;
    const code = `${APP}\nimport uvicorn\nuvicorn.run(app, port=${port}, log_level="warning")`;
    const environment = { PYTHONPATH: GUARD, BETTER_AUTH_URL: url };
    await start(t, PYTHON, ["-c", code], environment, () => fetch(`${api}/note`));
    const gone: string[] = [];
    const { client, auth } = page(url, api, (it) => gone.push(it));
    const { data } = await auth.signUp.email(PERSON);

    const read = await json<{ owner: string; title: string }>(client, "/note");
    assert.deepEqual(read.value, { owner: data!.user.id, title: "a" });
    const put = (title: string) => json(client, "/note", { method: "PUT", body: { ...read.value, title }, base: read });
    const written = await put("mine");
    assert.notEqual(written.etag, read.etag);
    await assert.rejects(put("late"), {
      code: "conflict",
      base: read.value,
      mine: { ...read.value, title: "late" },
      theirs: { value: { ...read.value, title: "mine" }, etag: written.etag },
    });
    await assert.rejects(json(client, "/note", { method: "PUT", body: {} }), { code: "rejected", status: 428 });
    await assert.rejects(json(client, "/admin"), {
      code: "forbidden",
      lacking: { scopes: [], detail: "another role is needed" },
    });
    await assert.rejects(json(client, "/nothing"), { code: "rejected", status: 404 });
    assert.deepEqual(gone, []);

    const foreign = createClient({
      url: api,
      token: async () => "e30.eyJzdWIiOiJhZGEiLCJleHAiOjk5OTk5OTk5OTl9.AAAA",
      fetch,
      development: false,
    });
    const error = await foreign.makeAuthenticatedRequest("/note").then(
      () => assert.fail(),
      (it) => it,
    );
    assert.ok(isClientError(error));
    assert.equal(error.code, "invalid_token");
    assert.match((await explain(error)).why, /\w/);
    assert.ok(error.reason, "in development the guard says why");
  },
);
