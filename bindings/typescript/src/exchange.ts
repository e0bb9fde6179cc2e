import { isDown } from "./answer.js";
import type { Breaker } from "./breaker.js";
import { type Place, TimedOut, Unreachable } from "./error.js";
import { isRepeatable, type RetryOptions, retryAfter, unless } from "./retry.js";

/** How requests reach one hop. */
export interface Line {
  breaker: Breaker;
  fetch: typeof fetch;
  retry: RetryOptions;
  /** Milliseconds until an answer has to begin, for each try. */
  timeout: number;
  /** The requests under way. Aborted when their session is over. */
  open: Set<AbortController>;
  /** Hears of what is thrown. */
  failed: (error: unknown) => void;
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

/**
 * Sends a request over one hop, again where that is safe.
 *
 * @param sending is used up
 * @param live throws where the request is of a session that is over
 * @returns the answer, whatever its status; its body is not read
 * @throws Unreachable, TimedOut, Unavailable, what `live` throws, and the reason of the caller's signal
 */
export async function exchange(line: Line, place: Place, url: string, sending: Sending, live: () => void): Promise<Response> {
  const { breaker, open } = line;
  const { times = 2, wait = 1e4 } = line.retry;
  const { signal, timeout = line.timeout } = sending;
  for (let tried = 0; ; tried++) {
    live();
    signal?.throwIfAborted();
    breaker.enter(place);
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), timeout);
    open.add(limit);
    let answer: Response | undefined;
    let error: unknown;
    try {
      sending.signal = signal ? AbortSignal.any([signal, limit.signal]) : limit.signal;
      const got = await line.fetch(url, sending);
      if (sending.whole) await got.clone().arrayBuffer();
      answer = got;
    } catch (cause) {
      // Where nobody waits for it any more, this tells nothing of the hop.
      breaker.left();
      signal?.throwIfAborted();
      live();
      error = limit.signal.aborted
        ? new TimedOut(`gave no answer within ${timeout / 1e3} s`, place)
        : new Unreachable("gave no answer", { ...place, cause, sent: [...new Headers(sending.headers).keys()] });
    } finally {
      clearTimeout(timer);
      open.delete(limit);
    }

    const isBusy = answer?.status === 429;
    const fails = !answer || isDown(answer, place.hop);
    if (answer && !fails && !isBusy) {
      breaker.succeeded();
      return answer;
    }
    const asked = answer && retryAfter(answer);
    const isClosing = isBusy && place.hop === "issuer";
    if (fails || isClosing) breaker.failed(isClosing ? (asked ?? 1) : 0);
    const least = (asked ?? 0) * 1e3;
    if (tried >= times || least > wait || breaker.state !== "closed" || !isRepeatable(sending)) {
      if (answer) return answer;
      line.failed(error);
      throw error;
    }
    void answer?.body?.cancel();
    // Left to chance, so that clients that failed together do not come back together.
    const rest = Math.random() * 400 * 2 ** tried;
    await unless(signal, new Promise((resolve) => setTimeout(resolve, least + rest)));
  }
}
