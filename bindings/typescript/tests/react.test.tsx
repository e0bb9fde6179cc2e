import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { useQuery } from "@tanstack/react-query";
import { type Client, createClient, json } from "betroth";
import { merge, SessionProvider, useClient, useOptimisticMutation, useSessionToken } from "betroth/react";
import { Window } from "happy-dom";
import { act, type ReactNode, StrictMode } from "react";
import { between, mint, pair, problem, sleep, until } from "./servers.js";

interface Note {
  title: string;
  text: string;
}

/** Renders into a page of its own until the test ends, and returns the page's text. */
async function render(t: TestContext, client: Client, children: ReactNode): Promise<() => string> {
  const window = new Window();
  const names = ["window", "document", "navigator"] as const;
  const before = names.map((name) => Object.getOwnPropertyDescriptor(globalThis, name));
  for (const name of names)
    Object.defineProperty(globalThis, name, { value: name === "window" ? window : window[name], configurable: true });
  (globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
  const { createRoot } = await import("react-dom/client");
  const root = createRoot(window.document.body as unknown as Element);
  t.after(async () => {
    await act(async () => root.unmount());
    await window.happyDOM.close();
    for (const [it, name] of names.entries()) {
      if (before[it]) Object.defineProperty(globalThis, name, before[it]);
      else delete (globalThis as Record<string, unknown>)[name];
    }
  });
  await act(async () =>
    root.render(
      <StrictMode>
        <SessionProvider client={client}>{children}</SessionProvider>
      </StrictMode>,
    ),
  );
  return () => window.document.body.textContent;
}

/** Waits, while React works, until something holds. */
const settles = (holds: () => boolean) => act(() => until(holds));

function Who() {
  const { status, subject } = useSessionToken();
  return (
    <p>
      {status} {subject}
    </p>
  );
}

function Notes() {
  const client = useClient();
  const { data } = useQuery({ queryKey: ["notes"], queryFn: () => json<string[]>(client, "/notes"), retry: false });
  return <p>{data?.value.join()}</p>;
}

test("the session is watched, and nobody is sent away for it", async (t) => {
  const both = await pair(t);
  const gone: string[] = [];
  const client = createClient({ ...between(both), onSignedOut: (error) => gone.push(error.code) });
  both.issuer.answer = () => ({ status: 401 });
  const text = await render(t, client, <Who />);
  await settles(() => text() === "signed-out ");
  assert.deepEqual(gone, []);
  both.issuer.answer = () => ({ body: { token: mint() } });
  await act(async () => client.forget());
  await settles(() => text() === "signed-in ada");
  await act(async () => {
    both.issuer.answer = () => ({ body: { token: mint({ sub: "bob" }) } });
    await client.getJWTToken({ fresh: true });
  });
  assert.equal(text(), "signed-in bob");
});

test("what one person fetched is gone when another is there", async (t) => {
  const both = await pair(t);
  let person = "ada";
  both.issuer.answer = () => ({ body: { token: mint({ sub: person }) } });
  both.api.answer = () => ({ body: [`of ${person}`], after: person === "bob" ? 100 : 0 });
  const client = createClient(between(both));
  const text = await render(t, client, <Notes />);
  await settles(() => text() === "of ada");
  assert.equal(both.api.seen.length, 1);
  person = "bob";
  await act(async () => client.forget());
  assert.equal(text(), "");
  await settles(() => text() === "of bob");
});

/** A note that is shown, and what changes it. */
async function note(t: TestContext, onConflict?: Parameters<typeof useOptimisticMutation<Note, Partial<Note>>>[0]["onConflict"]) {
  const both = await pair(t);
  const client = createClient({ ...between(both), retry: { times: 0 } });
  const stored = { version: 1, note: { title: "a", text: "a" } as Note };
  both.api.answer = ({ method, headers, body }) => {
    const tagged = { headers: { etag: `"${stored.version}"` } };
    if (method === "GET") return { body: stored.note, ...tagged };
    if (headers["if-match"] !== `"${stored.version}"`)
      return { status: 412, body: { code: "precondition-failed", current: stored.note }, ...tagged };
    stored.note = JSON.parse(body);
    stored.version++;
    return { body: stored.note, after: 50, headers: { etag: `"${stored.version}"` } };
  };
  let change!: (change: Partial<Note>) => void;
  let failed: unknown;
  function Shown() {
    const { data } = useQuery({ queryKey: ["note"], queryFn: () => json<Note>(client, "/note") });
    const { mutate, error } = useOptimisticMutation<Note, Partial<Note>>({
      queryKey: ["note"],
      apply: (value, it) => ({ ...value, ...it }),
      send: (mine, base) => json<Note>(client, "/note", { method: "PUT", body: mine, base }),
      ...(onConflict && { onConflict }),
    });
    change = mutate;
    failed = error;
    return <p>{data && `${data.value.title} ${data.value.text}`}</p>;
  }
  const text = await render(t, client, <Shown />);
  await settles(() => text() === "a a");
  const puts = () => both.api.seen.filter((it) => it.method === "PUT").length;
  return {
    both,
    stored,
    text,
    puts,
    failed: () => failed as { code?: string } | null,
    change: (it: Partial<Note>) => act(async () => change(it)),
  };
}

test("a change is shown before it is answered, and stays", async (t) => {
  const it = await note(t);
  const { answer } = it.both.api;
  let release!: () => void;
  const released = new Promise<void>((resolve) => (release = resolve));
  it.both.api.answer = async (seen) => {
    if (seen.method === "PUT") await released;
    return answer(seen);
  };
  await it.change({ title: "b" });
  await settles(() => it.text() === "b a" && it.puts() === 1);
  assert.equal(it.stored.note.title, "a");
  release();
  await settles(() => it.stored.version === 2);
  await act(() => sleep(150));
  assert.deepEqual([it.text(), it.failed()], ["b a", null]);
});

test("a change that fails is rolled back, and one that came after it stays", async (t) => {
  const it = await note(t);
  const answer = it.both.api.answer;
  it.both.api.answer = (seen) =>
    seen.method === "PUT" && seen.body.includes('"b"') ? problem(403, "forbidden", "no") : answer(seen);
  await it.change({ title: "b" });
  await it.change({ text: "c" });
  await settles(() => it.stored.version === 2);
  await act(() => sleep(100));
  assert.equal(it.text(), "a c");
  assert.deepEqual(it.stored.note, { title: "a", text: "c" });
});

test("changes of one thing go one after the other, each over the version before", async (t) => {
  const it = await note(t);
  await it.change({ title: "b" });
  await it.change({ title: "c" });
  await it.change({ text: "d" });
  await settles(() => it.text() === "c d");
  assert.ok(it.stored.version < 4);
  await settles(() => it.stored.version === 4);
  await act(() => sleep(100));
  assert.deepEqual([it.text(), it.puts(), it.failed()], ["c d", 3, null]);
});

test("a change of another field by somebody else is merged", async (t) => {
  const it = await note(t);
  it.stored.note = { title: "a", text: "theirs" };
  it.stored.version = 9;
  await it.change({ title: "mine" });
  await settles(() => it.stored.version === 10);
  await act(() => sleep(100));
  assert.equal(it.text(), "mine theirs");
});

test("a change of the same field is settled by the person, or given up", async (t) => {
  const asked: unknown[] = [];
  const it = await note(t, (conflict, { disputed }) => {
    asked.push([conflict.base, conflict.mine, conflict.theirs.value, disputed]);
    return asked.length === 1 ? { ...conflict.mine, title: "both" } : undefined;
  });
  it.stored.note = { title: "theirs", text: "a" };
  it.stored.version = 9;
  await it.change({ title: "mine" });
  await settles(() => it.stored.version === 10);
  await act(() => sleep(100));
  assert.equal(it.text(), "both a");
  assert.deepEqual(asked, [[{ title: "a", text: "a" }, { title: "mine", text: "a" }, { title: "theirs", text: "a" }, ["title"]]]);
  it.stored.note = { title: "theirs again", text: "a" };
  it.stored.version = 20;
  await it.change({ title: "mine again" });
  await settles(() => it.failed()?.code === "conflict");
  assert.equal(it.text(), "theirs again a");
});

test("a merge takes theirs where both sides say different things", () => {
  const theirs = (value: unknown) => ({ value, etag: null });
  assert.deepEqual(merge<unknown>({ base: { a: 1, b: 1 }, mine: { a: 2, b: 1 }, theirs: theirs({ a: 1, b: 2 }) }), {
    value: { a: 2, b: 2 },
    disputed: [],
  });
  assert.deepEqual(merge<unknown>({ base: { a: 1 }, mine: { a: 2 }, theirs: theirs({ a: 3 }) }), {
    value: { a: 3 },
    disputed: ["a"],
  });
  assert.deepEqual(merge<unknown>({ base: { a: 1 }, mine: { a: 2 }, theirs: theirs({ a: 2 }) }), {
    value: { a: 2 },
    disputed: [],
  });
  assert.deepEqual(merge<unknown>({ base: "a", mine: "b", theirs: theirs("c") }), { value: "c", disputed: [""] });
  assert.deepEqual(merge<unknown>({ base: [1], mine: [2], theirs: theirs([1]) }), { value: [2], disputed: [] });
});
