import { isDown } from "./answer.js";
import type { Breaker } from "./breaker.js";
import { type Place, SessionChanged, TimedOut, Unreachable } from "./error.js";
import { delay, isRepeatable, type RetryOptions, retryAfter, unless } from "./retry.js";

/** How requests reach one hop. */
export interface Line {
  breaker: Breaker;
  fetch: typeof fetch;
  retry: RetryOptions;
  /** Milliseconds until an answer has to begin, for each try. */
  timeout: number;
  /** The requests under way. The abort of one ends it as `SessionChanged`. */
  open: Set<AbortController>;
}

/** A request as `fetch` takes it, with what is always there. */
export interface Sending extends RequestInit {
  method: string;
  headers: HeadersInit;
  /** Whether the time limit is for the whole answer, not only until it begins. */
  whole?: boolean;
  /** Milliseconds until the answer has to begin, for each try; the line's without. */
  timeout?: number | undefined;
}

/** An address as it may be shown: a query can hold what is nobody's business. */
export function shown(url: string): string {
  return url.split(/[?#]/)[0]!;
}

/**
 * Sends a request over one hop, again where that is safe.
 *
 * @param live throws where the request is of a session that is over
 * @returns the answer, whatever its status; its body is not read
 * @throws Unreachable, TimedOut, Unavailable, what `live` throws, and the reason of the caller's signal
 */
export async function exchange(line: Line, place: Place, url: string, sending: Sending, live: () => void): Promise<Response> {
  const { breaker } = line;
  const { signal } = sending;
  for (let tried = 1; ; tried++) {
    live();
    signal?.throwIfAborted();
    breaker.enter(place);
    const got = await attempt(line, url, sending, place);

    const failed = got instanceof Error;
    const asked = failed ? undefined : retryAfter(got);
    const isBusy = !failed && got.status === 429;
    const down = failed || isDown(got, place.hop);
    if (down) breaker.failed();
    else if (isBusy && place.hop === "issuer") breaker.failed(asked ?? 1);
    else breaker.succeeded();

    const isWorthIt = down || (isBusy && asked !== undefined);
    const isSafe = isWorthIt && isRepeatable(sending) && breaker.state === "closed";
    const wait = isSafe ? delay(tried, asked, line.retry) : undefined;
    if (wait === undefined) {
      if (failed) throw got;
      return got;
    }
    if (!failed) void got.body?.cancel();
    await unless(signal, new Promise((resolve) => setTimeout(resolve, wait)));
  }
}

/** Tries once. What the caller or the end of the session aborts is thrown, any other failure returned. */
async function attempt(line: Line, url: string, sending: Sending, place: Place): Promise<Response | TimedOut | Unreachable> {
  const { signal, timeout = line.timeout } = sending;
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(line), timeout);
  line.open.add(limit);
  try {
    const either = signal ? AbortSignal.any([signal, limit.signal]) : limit.signal;
    const answer = await line.fetch(url, { ...sending, signal: either });
    if (sending.whole) await answer.clone().arrayBuffer();
    return answer;
  } catch (cause) {
    if (signal?.aborted || (limit.signal.aborted && limit.signal.reason !== line)) {
      line.breaker.left();
      throw signal?.aborted ? signal.reason : new SessionChanged("was ended, for the session changed", place);
    }
    if (limit.signal.aborted) return new TimedOut(`gave no answer within ${timeout / 1e3} s`, place);
    return new Unreachable("gave no answer", { ...place, cause });
  } finally {
    clearTimeout(timer);
    line.open.delete(limit);
  }
}
