/**
 * A client for an API behind Better Auth: always a good token, typed errors, no dependencies.
 *
 * @module
 */

export type { BreakerOptions, HopState } from "./breaker.js";
export { type Client, createClient, type RequestOptions, type Snapshot } from "./client.js";
export {
  BadAnswer,
  BetrothError,
  type ClientError,
  Conflict,
  Forbidden,
  type Hop,
  type Issue,
  isClientError,
  Limited,
  Mismatch,
  Misused,
  type Place,
  type Problem,
  Rejected,
  SessionChanged,
  SignedOut,
  TimedOut,
  TokenRefused,
  Unavailable,
  Unreachable,
  type Versioned,
} from "./error.js";
export { type JsonInit, json } from "./json.js";
export type { ClientOptions } from "./options.js";
export type { RetryOptions } from "./retry.js";
export type { Schema } from "./schema.js";
