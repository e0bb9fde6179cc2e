import type { Client, RequestOptions } from "./client.js";
import { BadAnswer, Conflict, type Place, type Versioned } from "./error.js";
import { fit, type Schema } from "./schema.js";
import { targets } from "./target.js";

/** A request with JSON on both ways. */
export interface JsonInit<T, B> extends Omit<RequestOptions, "body"> {
  /** What is sent as JSON. */
  body?: B;
  /** What is changed, as it was read: its `etag` is sent as `If-Match`. */
  base?: Versioned<unknown> | undefined;
  /** What has to hold of what is sent, and of what is received; what comes back is as the schema gives it. */
  schema?: { request?: Schema<B, unknown>; response?: Schema<unknown, T> };
}

/**
 * Sends and receives JSON, with its version.
 *
 * @returns the value, and its `ETag`; `undefined` as value where the answer has no body
 * @throws all of {@link ClientError}: Conflict (412) where `base` is no longer what the API has, Mismatch where `schema` is not met
 */
export async function json<T = unknown, B = unknown>(
  client: Client,
  path: string | URL,
  init: JsonInit<T, B> = {},
): Promise<Versioned<T>> {
  const { base, body, schema, ...rest } = init;
  const [, place] = targets(client.url)[1](path, rest.method);
  const headers = new Headers(rest.headers);
  if (base?.etag) headers.set("if-match", base.etag);
  let sent: string | undefined;
  if (body !== undefined) {
    sent = JSON.stringify(await fit(schema?.request, body, "request", place));
    if (!headers.has("content-type")) headers.set("content-type", "application/json");
  }
  const options = { ...rest, headers, whole: true, ...(sent !== undefined && { body: sent }) };
  try {
    const answer = await client.makeAuthenticatedRequest(path, options);
    return await received(answer, schema?.response, place);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    // An API that does not say what it has now is asked for it.
    const { value, etag } = error.theirs;
    const theirs =
      value === undefined
        ? await json<T, never>(client, path, { ...(schema?.response && { schema: { response: schema.response } }) })
        : { value: await fit(schema?.response, value, "response", place), etag };
    throw new Conflict("was changed meanwhile", error, { base: base?.value, mine: body, theirs });
  }
}

async function received<T>(answer: Response, schema: Schema<unknown, T> | undefined, place: Place): Promise<Versioned<T>> {
  const etag = answer.headers.get("etag");
  const text = await answer.text();
  let value: unknown;
  try {
    value = text ? JSON.parse(text) : undefined;
  } catch {
    const type = answer.headers.get("content-type")?.split(";")[0] ?? "nothing";
    throw new BadAnswer(`answered ${type}, not JSON`, { ...place, status: answer.status });
  }
  return { value: await fit(schema, value, "response", place), etag };
}
