import { failure } from "./answer.js";
import { Breaker, type HopState } from "./breaker.js";
import { type ClientError, Misused, type Place, SignedOut, type TokenRefused } from "./error.js";
import { exchange, type Line } from "./exchange.js";
import { issuer } from "./issuer.js";
import { type ClientOptions, isDevelopment, isServer } from "./options.js";
import { isReplayable, unless } from "./retry.js";
import { Session } from "./session.js";
import { shown, type Target, targets } from "./target.js";
import type { Held } from "./token.js";

/** A request: what `fetch` takes, and these. */
export interface RequestOptions extends RequestInit {
  /** Milliseconds until the answer has to begin, for each try; the client's without. */
  timeout?: number | undefined;
}

/** What a client knows at the moment. A new object each time that something changes. */
export interface Snapshot {
  /** `sub` of the token; `null` if nobody is signed in, `undefined` as long as nobody has asked. */
  readonly subject: string | null | undefined;
  /** Grows when the person may be another one: what was fetched under an earlier number is of somebody who is gone. */
  readonly session: number;
  /** Whether requests to the issuer go through. */
  readonly issuer: HopState;
  /** Whether requests to the API go through. */
  readonly api: HopState;
}

/** A client of one API, for one person at a time. */
export interface Client {
  /** Where the API is, absolute and without a slash at the end. */
  readonly url: string;
  /**
   * The token of whoever is signed in: from memory as long as it is good, else from the issuer, with one request however many ask.
   *
   * @param options `fresh` asks the issuer in any case, as after a change of roles; `signal` stops waiting
   * @throws SignedOut, BadAnswer, Limited, TimedOut, Unavailable, Unreachable, SessionChanged, Misused
   */
  getJWTToken(options?: { fresh?: boolean; signal?: AbortSignal }): Promise<string>;
  /**
   * `fetch` with `Authorization: Bearer`, that resolves with a good answer (2xx, or 304) and rejects with a {@link ClientError}.
   *
   * @param path under the API's address; another origin is refused
   */
  makeAuthenticatedRequest(path: string | URL, init?: RequestOptions): Promise<Response>;
  /** The same with an answer of any status, as `fetch` has it: for `openapi-fetch` and other generated clients. */
  fetch(input: string | URL | Request, init?: RequestOptions): Promise<Response>;
  /** Drops the token, what is under way, and what other tabs hold: call it after sign-in, sign-out, and change of organization. */
  forget(): void;
  /** Hears of each change of {@link snapshot}; returns how to stop. */
  subscribe(listener: () => void): () => void;
  /** What is known now. */
  snapshot(): Snapshot;
}

/**
 * Makes a client. In a page one is enough; on a server each request needs its own (`betroth/next`).
 *
 * @throws TypeError where `url` is no address
 */
export function createClient(options: ClientOptions): Client {
  const { token = "/api/auth/token", session: shownSession, onSignedOut, development = isDevelopment() } = options;
  const [url, target] = targets(options.url);
  const listeners = new Set<() => void>();
  const open = new Set<AbortController>();
  let snapshot: Snapshot;
  /** When `onSignedOut` was called; 0 if all has been well since. */
  let announced = 0;
  const explain = (error: unknown): void => {
    // Where it cannot be loaded, the error is there all the same.
    if (development)
      import("./explain/index.js").then(
        (it) => it.report(error as ClientError, toApi.fetch),
        () => {},
      );
  };
  const line = (): Line => ({
    breaker: new Breaker(options.breaker ?? {}, publish),
    fetch: options.fetch ?? ((...given) => fetch(...given)),
    retry: options.retry ?? {},
    timeout: options.timeout ?? 1e4,
    open,
    failed: explain,
  });
  const toIssuer = line();
  const toApi = line();
  const from: Place = { hop: "issuer", method: "GET", url: typeof token === "function" ? "token()" : shown(token || url) };
  const session = token
    ? new Session(issuer(toIssuer, from, token, shownSession), from, (over, gone) => {
        if (over) for (const request of open) request.abort();
        publish();
        if (gone) announce(gone);
      })
    : undefined;

  function publish(): void {
    snapshot = {
      subject: session?.subject,
      session: session?.generation ?? 0,
      issuer: toIssuer.breaker.state,
      api: toApi.breaker.state,
    };
    for (const listener of listeners) listener();
  }

  function announce(error: SignedOut | TokenRefused): void {
    if (!announced) onSignedOut?.(error);
    announced = performance.now();
  }

  function gone(error: unknown): never {
    if (error instanceof SignedOut) announce(error);
    throw error;
  }

  /** The session, unless nobody is there to act for: module state of a server is everybody's. */
  function here(isNeeded?: boolean): Session | undefined {
    const isSomebodys = shownSession || options.fetch || typeof token === "function";
    if (session && (isSomebodys || !isServer())) return session;
    if (token || isNeeded) throw new Misused("has no session here", from);
    return undefined;
  }

  /** One request with a token, and another if that is refused. With it, what tells whether its session is over. */
  async function send([url, place]: ReturnType<Target>, init: RequestOptions): Promise<[Response, () => void]> {
    const generation = session?.generation;
    const live = () => session?.live(generation!, place);
    const once = (held: Held | undefined) => {
      const authorization = `Bearer ${held?.text}`;
      let headers: HeadersInit = { authorization };
      if (init.headers || !held) {
        headers = new Headers(init.headers);
        if (held) headers.set("authorization", authorization);
      }
      const credentials = session ? "omit" : "same-origin";
      return exchange(toApi, place, url, { credentials, ...init, method: place.method, headers }, live);
    };

    let held = here()?.token();
    if (held instanceof Promise) held = await unless(init.signal, held.catch(gone));
    let answer = await once(held);
    let isFinal = true;
    // Soon after a token was refused although it was new, another would be refused as well.
    if (answer.status === 401 && held && !(announced && performance.now() - announced < 1e4)) {
      const other = await unless(init.signal, session!.instead(held));
      const isNew = other.text !== held.text;
      isFinal = !isNew || isReplayable(init.body);
      if (isNew && isFinal) {
        void answer.body?.cancel();
        answer = await once(other);
      }
    }
    live();
    const { status } = answer;
    if (status === 401 || status > 499) {
      const error = await failure(answer.clone(), place);
      if (isFinal) explain(error);
      if (isFinal && status < 500) announce(error as TokenRefused);
    } else announced = 0;
    return [answer, live];
  }

  const client: Client = {
    url,
    async getJWTToken({ fresh, signal } = {}) {
      const it = here(true)!;
      return (await unless(signal, fresh ? it.renew(fresh) : it.token())).text;
    },
    async fetch(input, init = {}) {
      if (typeof input === "object" && "headers" in input) {
        init = { ...(await parts(input)), ...init };
        input = input.url;
      }
      return (await send(target(input, init.method), init))[0];
    },
    async makeAuthenticatedRequest(path, init = {}) {
      const to = target(path, init.method);
      const [answer, live] = await send(to, init);
      if (answer.ok || answer.status === 304) return answer;
      const error = await failure(answer, to[1]);
      live();
      throw error;
    },
    forget() {
      announced = 0;
      session?.forget();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    snapshot: () => snapshot,
  };
  publish();
  return client;
}

/** What a `Request` is made of. Its body is read, so that it can be sent again. */
async function parts(request: Request): Promise<RequestInit> {
  const { method, headers, signal, cache, redirect, keepalive } = request;
  const body = await request.arrayBuffer();
  return { method, headers, signal, cache, redirect, keepalive, ...(body.byteLength && { body }) };
}
