import type { BreakerOptions } from "./breaker.js";
import type { SignedOut, TokenRefused } from "./error.js";
import type { RetryOptions } from "./retry.js";

/** What a client is made of. */
export interface ClientOptions {
  /** Where the API is: `https://api.example.com`, with a path where it has one. Tokens go to this origin alone. */
  url: string | URL;
  /**
   * Where tokens come from: the issuer's endpoint, which answers `{"token": "…"}` to whoever shows a session; `/api/auth/token` without.
   * A function gives the token itself, or `null` where nobody is signed in. `false`: none is sent, because a proxy puts it on.
   */
  token?: string | URL | false | ((signal: AbortSignal) => Promise<string | null>);
  /**
   * Hears once that the person has to sign in, or that the API refuses what the issuer signs; again only after the API has
   * accepted a token, or after `forget`.
   */
  onSignedOut?: (error: SignedOut | TokenRefused) => void;
  /** Milliseconds until an answer has to begin, for each try; 10,000 without. */
  timeout?: number;
  /** How often a request is tried again, where that is safe. */
  retry?: RetryOptions;
  /** When issuer or API count as down. */
  breaker?: BreakerOptions;
  /** What sends requests; the global `fetch` without. */
  fetch?: typeof fetch;
  /** On a server: the headers of the request to act for, by which the issuer knows the session (`cookie`). */
  session?: HeadersInit;
  /** Whether failures are explained in the console; without, where `NODE_ENV` is there and is not `production`. */
  development?: boolean;
}

/** Whether a bundler, or Node, says that this is no production. */
export function isDevelopment(): boolean {
  try {
    return process.env.NODE_ENV !== "production";
  } catch {
    return false;
  }
}

/** Whether this runs where one process serves many people, and no cookie is sent by itself. */
export function isServer(): boolean {
  return !globalThis.document && !!globalThis.process?.versions?.node;
}
