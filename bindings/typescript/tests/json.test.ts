import assert from "node:assert/strict";
import { test } from "node:test";
import { Conflict, createClient, json, Mismatch } from "betroth";
import createOpenApi from "openapi-fetch";
import * as v from "valibot";
import type { paths } from "./openapi/schema.js";
import { between, pair, problem } from "./servers.js";

interface Note {
  id: number;
  title: string;
}

test("JSON comes with its version, and goes with it", async (t) => {
  const both = await pair(t);
  both.api.answer = ({ body }) => ({ body: body ? JSON.parse(body) : { id: 1, title: "a" }, headers: { etag: '"7"' } });
  const client = createClient(between(both));
  const note = await json<Note>(client, "/notes/1");
  assert.deepEqual(note, { value: { id: 1, title: "a" }, etag: '"7"' });
  await json<Note>(client, "/notes/1", { method: "PUT", body: { ...note.value, title: "b" }, base: note });
  const { headers, body } = both.api.seen[1]!;
  assert.equal(headers["if-match"], '"7"');
  assert.equal(headers["content-type"], "application/json");
  assert.equal(body, '{"id":1,"title":"b"}');
});

test("412 gives base, mine and theirs, which the guard sends along", async (t) => {
  const both = await pair(t);
  both.api.answer = () => ({
    status: 412,
    body: { code: "precondition-failed", detail: "this was changed", current: { id: 1, title: "theirs" } },
    headers: { etag: '"8"' },
  });
  const base = { value: { id: 1, title: "base" }, etag: '"7"' };
  const mine = { id: 1, title: "mine" };
  await assert.rejects(json(createClient(between(both)), "/notes/1", { method: "PUT", body: mine, base }), (error) => {
    assert.ok(error instanceof Conflict);
    assert.equal(error.status, 412);
    assert.deepEqual([error.base, error.mine], [base.value, mine]);
    assert.deepEqual(error.theirs, { value: { id: 1, title: "theirs" }, etag: '"8"' });
    return true;
  });
  assert.equal(both.api.seen.length, 1);
});

test("where a 412 does not say what is there now, it is read", async (t) => {
  const both = await pair(t);
  both.api.answer = ({ method }) =>
    method === "PUT" ? { status: 412 } : { body: { id: 1, title: "theirs" }, headers: { etag: '"8"' } };
  const put = json(createClient(between(both)), "/notes/1", { method: "PUT", body: {}, base: { value: {}, etag: '"7"' } });
  await assert.rejects(put, { code: "conflict", theirs: { value: { id: 1, title: "theirs" }, etag: '"8"' } });
});

test("an answer without a body is `undefined`, and one of another kind names the place", async (t) => {
  const both = await pair(t);
  const client = createClient(between(both));
  both.api.answer = () => ({ status: 204 });
  assert.deepEqual(await json(client, "/notes/1", { method: "DELETE" }), { value: undefined, etag: null });
  both.api.answer = () => ({ body: "<html>" });
  await assert.rejects(json(client, "/notes"), {
    code: "bad_answer",
    message: `api: GET ${both.api.url}/notes answered text/html, not JSON`,
  });
});

const NoteIn = v.object({ title: v.pipe(v.string(), v.minLength(1, "is empty")) });
const Notes = v.object({ items: v.array(v.object({ id: v.number("is no number") })) });

test("what does not fit its schema is not sent, and the field is named", async (t) => {
  const both = await pair(t);
  const sent = json(createClient(between(both)), "/notes", { method: "POST", body: { title: "" }, schema: { request: NoteIn } });
  await assert.rejects(sent, (error) => {
    assert.ok(error instanceof Mismatch);
    assert.equal(error.side, "request");
    assert.deepEqual(error.issues, [{ path: "title", message: "is empty" }]);
    return true;
  });
  assert.equal(both.api.seen.length, 0);
});

test("what does not fit its schema is not handed on, and the field is named", async (t) => {
  const both = await pair(t);
  const client = createClient(between(both));
  both.api.answer = () => ({ body: { items: [{ id: 1 }, { id: "2" }], more: true } });
  await assert.rejects(json(client, "/notes", { schema: { response: Notes } }), {
    code: "mismatch",
    message: `api: GET ${both.api.url}/notes response does not fit: \`items.1.id\` is no number`,
  });
  both.api.answer = () => ({ body: { items: [{ id: 1 }], more: true } });
  const { value } = await json(client, "/notes", { schema: { response: Notes } });
  const ids: number[] = value.items.map((it) => it.id);
  assert.deepEqual([value, ids], [{ items: [{ id: 1 }] }, [1]]);
});

test("`openapi-fetch` takes the client as its transport, with its types", async (t) => {
  const both = await pair(t);
  const client = createClient(between(both));
  const openapi = createOpenApi<paths>({ baseUrl: client.url, fetch: client.fetch });
  let revoked: string | undefined;
  both.api.answer = ({ headers, body }) =>
    headers.authorization === (revoked ??= headers.authorization)
      ? problem(401, "token_expired", "the token expired")
      : { status: 201, body: { id: 1, ...JSON.parse(body) } };
  const { data, error } = await openapi.POST("/notes", { body: { title: "a" } });
  const title: string | undefined = data?.title;
  assert.deepEqual([title, error], ["a", undefined]);
  assert.deepEqual(
    both.api.seen.map((it) => it.body),
    ['{"title":"a"}', '{"title":"a"}'],
  );
  // @ts-expect-error the API has no such field
  await openapi.POST("/notes", { body: { titel: "a" } });
  both.api.answer = () => problem(404, "not_found", "there is no such thing");
  const missing = await openapi.GET("/notes/{id}", { params: { path: { id: 7 } } });
  assert.equal(missing.error?.code, "not_found");
  assert.equal(both.api.seen.at(-1)!.path, "/notes/7");
});
