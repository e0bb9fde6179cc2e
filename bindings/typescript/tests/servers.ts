// An issuer and an API as real HTTP servers, which tests tell what to answer.

import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

/** One request as a server saw it. */
export interface Seen {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
}

/** What is answered: a status, and with it body and headers. `null` ends the connection without any. */
export type Answer = { status?: number; body?: unknown; headers?: Record<string, string>; after?: number } | null;

/** A server that answers what `answer` says, and keeps what it was asked. */
export class Origin {
  readonly seen: Seen[] = [];
  #server: Server;

  private constructor(public answer: (seen: Seen) => Answer | Promise<Answer>) {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(t: TestContext, answer: (seen: Seen) => Answer | Promise<Answer>): Promise<Origin> {
    const origin = new Origin(answer);
    await origin.listen(0);
    t.after(() => origin.stop());
    return origin;
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve) => this.#server.listen(port, "127.0.0.1", resolve));
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const part of request) body += part;
    const seen = { method: request.method!, path: request.url!, headers: request.headers, body };
    this.seen.push(seen);
    const answer = await this.answer(seen);
    if (!answer) return void request.socket.destroy();
    if (answer.after) await new Promise((resolve) => setTimeout(resolve, answer.after));
    const isText = typeof answer.body === "string";
    response.statusCode = answer.status ?? 200;
    if (answer.body !== undefined) response.setHeader("content-type", isText ? "text/html" : "application/json");
    for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
    response.end(answer.body === undefined ? undefined : isText ? answer.body : JSON.stringify(answer.body));
  }
}

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token that lives for `life` seconds from `now` on, in seconds since 1970. */
export function mint(claims: Record<string, unknown> = {}, life = 900, now = Date.now() / 1e3): string {
  const text = `${part({ alg: "HS256" })}.${part({ sub: "ada", iat: now, exp: now + life, jti: `${serial++}`, ...claims })}`;
  return `${text}.${createHmac("sha256", "made-up-test-secret").update(text).digest("base64url")}`;
}

let serial = 0;

/** The token of a request. */
export function bearer({ headers }: Seen): string | undefined {
  return headers.authorization?.replace(/^Bearer /, "");
}

/** What the guard answers. */
export function problem(status: number, code: string, detail: string, headers: Record<string, string> = {}): Answer {
  const body = { type: "about:blank", title: "made up", status, detail, code };
  return { status, body, headers: { "content-type": "application/problem+json", ...headers } };
}

/** An issuer that gives tokens, and an API that takes them all. */
export async function pair(t: TestContext, life = 900): Promise<{ issuer: Origin; api: Origin }> {
  const issuer = await Origin.start(t, () => ({ body: { token: mint({}, life) } }));
  const api = await Origin.start(t, ({ path }) => ({ body: { path } }));
  return { issuer, api };
}

/** A client between both, with a `fetch` of its own, as a server has to have it. */
export function between({ issuer, api }: { issuer: Origin; api: Origin }) {
  return { url: api.url, token: `${issuer.url}/api/auth/token`, fetch: globalThis.fetch, development: false };
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Lets seconds pass, for whoever asks for the time. */
export function pass(t: TestContext, seconds: number): void {
  const now = Date.now() + seconds * 1e3 - performance.now();
  t.mock.method(Date, "now", () => now + performance.now());
}

/** Waits until something holds. */
export async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 500) throw new Error("it did not come to hold");
    await sleep(10);
  }
}
