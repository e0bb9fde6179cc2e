/** Everything that a client throws: one closed union, told apart by `code`. */

/** The two servers that a call may hang on: who issues tokens, and the API. */
export type Hop = "issuer" | "api";

/** A body of RFC 9457 (`application/problem+json`), as the guard answers; all members are the server's words. */
export interface Problem {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  /** A name that stays, such as `token_expired`. */
  code?: string;
  [member: string]: unknown;
}

/** Where something failed. Never holds a token, a cookie, or the query of an address. */
export interface Place {
  hop: Hop;
  method: string;
  /** The address, without query. */
  url: string;
  /** The status of the answer, where there was one. */
  status?: number | undefined;
  /** What the body said, where it was a problem. */
  problem?: Problem | undefined;
  /** Why, in the words of the guard: its header `Betroth-Reason`, which it sends in development alone. */
  reason?: string | null | undefined;
  /** What `fetch` threw. */
  cause?: unknown;
  /** The names of the headers that were sent, where no answer came. */
  sent?: string[] | undefined;
}

/** What all errors have in common. `switch (error.code)` narrows a {@link ClientError} to its class. */
export abstract class BetrothError extends Error implements Place {
  /** What happened, as a name that stays. */
  abstract readonly code: string;
  declare readonly hop: Hop;
  declare readonly method: string;
  declare readonly url: string;
  declare readonly status: number | undefined;
  declare readonly problem: Problem | undefined;
  declare readonly reason: string | null | undefined;
  declare readonly sent: string[] | undefined;

  /** @param more what the class has beside, by the same names */
  constructor(what: string, place: Place, more?: object) {
    super(`${place.hop}: ${place.method} ${place.url} ${what}`);
    Object.assign(this, { name: "BetrothError" }, place, more);
  }
}

/** The issuer knows no session: the person has to sign in. */
export class SignedOut extends BetrothError {
  readonly code = "signed_out";
}

/** The API refused a token that the issuer had made a moment before: both disagree, and signing in again changes nothing. */
export class TokenRefused extends BetrothError {
  /** As the guard says it; the 401 of another API is `unauthorized`. */
  readonly code: "unauthorized" | "token_expired" | "invalid_token" =
    (/^(token_expired|invalid_token)$/.exec(this.problem?.code as string)?.[0] as "token_expired") ?? "unauthorized";
}

/** The person is known, and may not do this. */
export class Forbidden extends BetrothError {
  /** What is lacking: the scopes that would do, where the API names them, and the API's sentence. */
  declare readonly lacking: { scopes: string[]; detail: unknown };
  readonly code: "forbidden" | "insufficient_scope" =
    this.problem?.code === "insufficient_scope" ? "insufficient_scope" : "forbidden";
}

/** Somebody else changed it since it was read (412). Merge, or ask the person; then send again with `theirs` as `base`. */
export class Conflict<T = unknown> extends BetrothError {
  readonly code = "conflict";
  /** As it was read. */
  declare readonly base: T;
  /** As it was to become. */
  declare readonly mine: T;
  /** As it is now, with its version. */
  declare readonly theirs: Versioned<T>;
}

/** A value with its version. */
export interface Versioned<T> {
  value: T;
  /** The `ETag` of the answer as it came, quotes included; `null` where the API sent none. */
  etag: string | null;
}

/** Too many requests (429). */
export class Limited extends BetrothError {
  readonly code: "rate_limited" | "too_many_failures" =
    this.problem?.code === "too_many_failures" ? "too_many_failures" : "rate_limited";
  /** Seconds to wait, where the server says. */
  declare readonly retryAfter: number | undefined;
}

/** The hop is down: it answered 5xx, or failed so often that it is not asked for a while. */
export class Unavailable extends BetrothError {
  readonly code = "unavailable";
  /** Seconds until it is worth another try, where that is known. */
  declare readonly retryAfter: number | undefined;
}

/** No answer that a page may read: what a browser calls `TypeError: Failed to fetch`. `betroth/explain` finds out why. */
export class Unreachable extends BetrothError {
  readonly code = "unreachable";
}

/** No answer within the time limit. */
export class TimedOut extends BetrothError {
  readonly code = "timed_out";
}

/** One thing that does not fit. */
export interface Issue {
  /** The field, as in `items.0.title`; empty for the whole. */
  path: string;
  message: string;
}

/** A body does not fit its schema. What does not fit is not sent, and not handed on. */
export class Mismatch extends BetrothError {
  readonly code = "mismatch";
  declare readonly side: "request" | "response";
  /** Each field that does not fit; no value of it. */
  declare readonly issues: Issue[];
}

/** An answer of another kind than agreed: HTML for JSON, a token without `exp`. */
export class BadAnswer extends BetrothError {
  readonly code = "bad_answer";
}

/** Any other status: `status` and `problem` say which. */
export class Rejected extends BetrothError {
  readonly code = "rejected";
}

/** The person signed out, or another one is there now: the answer was for somebody who is gone. */
export class SessionChanged extends BetrothError {
  readonly code = "session_changed";
}

/** The call is wrong, and nothing was sent: another origin than the API's, or a server without a request to act for. */
export class Misused extends BetrothError {
  readonly code = "misused";
}

/** Everything that a client throws, but for the reason of an `AbortSignal` of the caller's own. */
export type ClientError =
  | BadAnswer
  | Conflict
  | Forbidden
  | Limited
  | Mismatch
  | Misused
  | Rejected
  | SessionChanged
  | SignedOut
  | TimedOut
  | TokenRefused
  | Unavailable
  | Unreachable;

/** Whether something that was caught is an error of a client. */
export function isClientError(error: unknown): error is ClientError {
  return error instanceof BetrothError;
}
