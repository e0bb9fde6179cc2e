import { failure } from "./answer.js";
import { Breaker, type HopState } from "./breaker.js";
import {
  BetrothError,
  type ClientError,
  Conflict,
  Misused,
  type Place,
  type SignedOut,
  type TokenRefused,
  type Versioned,
} from "./error.js";
import { exchange, type Line, shown } from "./exchange.js";
import { issuer } from "./issuer.js";
import { type ClientOptions, isDevelopment, isServer } from "./options.js";
import { isReplayable, unless } from "./retry.js";
import { Session } from "./session.js";
import { targets } from "./target.js";
import type { Held } from "./token.js";

/** A request: what `fetch` takes, and these. */
export interface RequestOptions extends RequestInit {
  /** What is changed, as it was read: its `etag` is sent as `If-Match`. */
  base?: Versioned<unknown> | undefined;
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
  const { base: url, resolve } = targets(options.url);
  const placed = (path: string | URL, { method = "GET" }: RequestOptions): [Place, string] => {
    method = method.toUpperCase();
    const target = resolve(path, method);
    return [{ hop: "api", method, url: shown(target) }, target];
  };
  const listeners = new Set<() => void>();
  const open = new Set<AbortController>();
  let snapshot: Snapshot;
  let announced = false;
  /** When the API refused a token that was new. */
  let refused = Number.NEGATIVE_INFINITY;
  const reported = new Set<string>();

  const line = (): Line => ({
    breaker: new Breaker(options.breaker ?? {}, publish),
    fetch: options.fetch ?? ((...given) => fetch(...given)),
    retry: options.retry ?? {},
    timeout: options.timeout ?? 1e4,
    open,
  });
  const toIssuer = line();
  const toApi = line();
  const session =
    token === false
      ? undefined
      : new Session(issuer(toIssuer, token, shownSession), shown(String(token)), (over, gone) => {
          if (over) for (const request of open) request.abort();
          publish();
          if (gone) announce(gone);
        });

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
    if (announced) return;
    announced = true;
    onSignedOut?.(error);
  }

  /** Explains the first failure of a hop in the console, until all is well again. */
  function report(error: unknown): void {
    if (!development || !(error instanceof BetrothError) || /^s|^re/.test(error.code) || reported.has(error.hop)) return;
    reported.add(error.hop);
    import("./explain/index.js").then((it) => it.report(error as ClientError, toApi.fetch)).catch(() => {});
  }

  /** Runs; what fails is explained. */
  async function watch<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      report(error);
      throw error;
    }
  }

  /** Fails where nobody is there to act for: module state of a server is everybody's. */
  function current(): Held | Promise<Held> | undefined {
    if (session && isServer() && !shownSession && !options.fetch && typeof token !== "function") {
      const what = "has no session to show: on a server, make a client for each request (`betroth/next`)";
      throw new Misused(what, { hop: "issuer", method: "GET", url: session.name });
    }
    return session?.token();
  }

  /** One request with a token, and another if that is refused. With it, what tells whether its session is over. */
  async function send(place: Place, target: string, init: RequestOptions): Promise<[Response, () => void]> {
    const { base, ...rest } = init;
    const generation = session?.generation;
    const live = () => session?.live(generation!, place);
    const once = (held: Held | undefined) => {
      const authorization = `Bearer ${held?.text}`;
      let headers: HeadersInit = { authorization };
      if (init.headers || base?.etag || !held) {
        headers = new Headers(init.headers);
        if (held) headers.set("authorization", authorization);
        if (base?.etag) headers.set("if-match", base.etag);
      }
      const credentials = session ? "omit" : "same-origin";
      return exchange(toApi, place, target, { credentials, ...rest, method: place.method, headers }, live);
    };

    const known = current();
    const held = known instanceof Promise ? await unless(init.signal, known) : known;
    let answer = await once(held);
    let isFinal = true;
    // Soon after a token was refused although it was new, another would be refused as well.
    if (answer.status === 401 && held && performance.now() - refused > 1e4) {
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
      if (status < 500 && isFinal) {
        refused = performance.now();
        announce(error as TokenRefused);
      }
      report(error);
    } else {
      announced = false;
      refused = Number.NEGATIVE_INFINITY;
      reported.clear();
    }
    return [answer, live];
  }

  const client: Client = {
    url,
    getJWTToken: ({ fresh, signal } = {}) =>
      watch(async () => {
        const known = current();
        if (!known) throw new Misused("is not there with `token: false`", { hop: "issuer", method: "GET", url });
        return (await unless(signal, fresh ? session!.renew(true) : known)).text;
      }),
    async fetch(input, init = {}) {
      if (typeof input === "object" && "headers" in input) {
        init = { ...(await parts(input)), ...init };
        input = input.url;
      }
      const [place, target] = placed(input, init);
      return watch(async () => (await send(place, target, init))[0]);
    },
    async makeAuthenticatedRequest(path, init = {}) {
      const [place, target] = placed(path, init);
      const [answer, live] = await watch(() => send(place, target, init));
      if (answer.ok || answer.status === 304) return answer;
      const error = await failure(answer, place);
      live();
      throw error instanceof Conflict ? Object.assign(error, { base: init.base?.value, mine: init.body }) : error;
    },
    forget() {
      announced = false;
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
