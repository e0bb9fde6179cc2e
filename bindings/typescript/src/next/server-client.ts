import { headers } from "next/headers";
import { forbidden, redirect, unauthorized } from "next/navigation";
import { cache } from "react";
import {
  type Client,
  type ClientOptions,
  createClient,
  isClientError,
  type JsonInit,
  json,
  Misused,
  type Versioned,
} from "../index.js";
import { issued, type TokenFunction } from "./issued.js";

/** What a client on a server is made of. */
export interface ServerClientOptions extends Pick<ClientOptions, "url" | "timeout" | "retry" | "fetch"> {
  /**
   * Where tokens come from: the issuer's endpoint, absolute, or a function of the request's headers, such as
   * `async (headers) => (await auth.api.getToken({ headers })).token` where Better Auth runs in the same process.
   */
  token: string | URL | TokenFunction;
  /** Where people sign in; without it, Next's own `unauthorized()` is shown (`experimental.authInterrupts`). */
  signIn?: string;
}

/** A client of whoever sent the request that is being answered. It has no `getJWTToken`: a token in an argument ends in a cache's key. */
export interface ServerClient {
  /**
   * As {@link Client.makeAuthenticatedRequest}, never cached. 401 goes to the sign-in page, or to `unauthorized()`; 403 to `forbidden()`.
   *
   * @throws Misused where a cache is asked for; ClientError
   */
  makeAuthenticatedRequest(path: string | URL, init?: RequestInit): Promise<Response>;
  /** As {@link json}, with the same ends. */
  json<T = unknown, B = unknown>(path: string | URL, init?: JsonInit<T, B>): Promise<Versioned<T>>;
}

/** The headers of a request that the issuer sees: its session, and whom to count it for. */
const SHOWN = ["cookie", "x-forwarded-for", "x-real-ip", "user-agent"];

/**
 * Makes the client of a module: it looks up the request each time, so that it holds nobody's token.
 *
 * In a function with `use cache`, Next itself throws where it would look at the request.
 */
export function createServerClient(options: ServerClientOptions): ServerClient {
  const { token, signIn, ...rest } = options;

  // One for each request, where React renders; elsewhere one for each call.
  const clientOf = cache((all: Headers): Client => {
    const session = new Headers(SHOWN.flatMap((name) => (all.has(name) ? [[name, all.get(name)!] as [string, string]] : [])));
    const source = typeof token === "function" ? () => issued(token, all) : token;
    return createClient({ ...rest, token: source, session, development: false });
  });

  async function run<T>(path: string | URL, init: RequestInit | undefined, ask: (client: Client) => Promise<T>): Promise<T> {
    const { cache: mode, next } = (init ?? {}) as RequestInit & { next?: { revalidate?: unknown } };
    if ((mode && mode !== "no-store") || next?.revalidate) {
      const place = { hop: "api", method: init?.method ?? "GET", url: String(path) } as const;
      throw new Misused("may not be cached: what one person gets would reach another", place);
    }
    const all = await headers();
    try {
      return await ask(clientOf(all));
    } catch (error) {
      if (!isClientError(error)) throw error;
      if (error.code === "signed_out") signIn ? redirect(signIn) : unauthorized();
      if (error.code === "forbidden" || error.code === "insufficient_scope") forbidden();
      // With a good session it is a fault between issuer and API, which a sign-in does not mend.
      throw error;
    }
  }

  return {
    makeAuthenticatedRequest: (path, init) =>
      run(path, init, (client) => client.makeAuthenticatedRequest(path, { ...init, cache: "no-store" })),
    json: (path, init) => run(path, init as RequestInit, (client) => json(client, path, { ...init, cache: "no-store" })),
  };
}
