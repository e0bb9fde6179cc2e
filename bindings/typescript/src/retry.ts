import type { Sending } from "./exchange.js";

/** Whether and when a request is sent a second time. */

/** How often and for how long a client tries again. */
export interface RetryOptions {
  /** How often at most; 2 without, 0 for never. */
  times?: number;
  /** Milliseconds that it waits at most where a server asks it to; where that asks for more, its answer is final. 10,000 without. */
  wait?: number;
}

/** Methods that do the same when they come twice (RFC 9110, section 9.2.2). */
const IDEMPOTENT = /^(GET|HEAD|OPTIONS|PUT|DELETE|TRACE)$/;

/** Whether a request can be sent twice, and does no harm if it is carried out twice. */
export function isRepeatable({ method, headers, body }: Sending): boolean {
  return isReplayable(body) && (IDEMPOTENT.test(method) || new Headers(headers).has("idempotency-key"));
}

/** Whether there is a body that can be sent twice, or none. */
export function isReplayable(body: BodyInit | null | undefined): boolean {
  return !(body instanceof ReadableStream);
}

/** Seconds that a server asks to wait; `X-Retry-After` is Better Auth's. */
export function retryAfter({ headers }: Response): number | undefined {
  const text = headers.get("retry-after") ?? headers.get("x-retry-after") ?? "none";
  const seconds = +text >= 0 ? +text : (Date.parse(text) - Date.now()) / 1e3;
  return seconds >= 0 ? seconds : undefined;
}

/** Waits for a promise, unless the signal aborts before. */
export function unless<T>(signal: AbortSignal | null | undefined, promise: T | Promise<T>): T | Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    Promise.resolve(promise)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", stop));
  });
}
