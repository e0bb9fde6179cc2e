import { failure } from "./answer.js";
import { BadAnswer, type Place } from "./error.js";
import { exchange, type Line, type Sending } from "./exchange.js";
import type { ClientOptions } from "./options.js";
import { shown } from "./target.js";
import { type Held, readToken, stopwatch } from "./token.js";

/** Where tokens come from: an address, or a function. */
export type Source = Exclude<ClientOptions["token"], false | undefined>;

/** Asks for a token. `live` throws where nobody waits for it any more. */
export type Ask = (live: () => void) => Promise<Held>;

/**
 * How a token is got.
 *
 * @param place how the source is shown
 * @param session headers that show the session, where no browser sends a cookie
 * @throws (when asked) SignedOut, BadAnswer, and what {@link exchange} throws
 */
export function issuer(line: Line, place: Place, source: Source, session?: HeadersInit): Ask {
  const url = String(source);
  if (typeof source === "function") line = { ...line, fetch: answering(source) };

  return async (live) => {
    const passed = stopwatch();
    const sending: Sending = {
      method: "GET",
      headers: new Headers(session),
      credentials: "include",
      cache: "no-store",
      whole: true,
    };
    const answer = await exchange(line, place, url, sending, live);
    live();
    let error: unknown;
    if (answer.ok) {
      const { headers, status } = answer;
      // What the parser says of another body would quote it.
      const body = await answer.json().catch(() => {});
      try {
        return readToken(body?.token, Date.parse(headers.get("date")!), passed);
      } catch (what) {
        const type = body ? what : (headers.get("content-type")?.split(";")[0] ?? "nothing");
        // Where it was sent on, this is where to.
        const at = { ...place, url: shown(answer.url || url), status };
        error = new BadAnswer(`answered ${type}, not {"token"}`, at);
      }
    } else error = await failure(answer, place);
    line.failed(error);
    throw error;
  };
}

/** A function that gives tokens, as an endpoint that answers them. */
function answering(source: Extract<Source, (...given: never) => unknown>): typeof fetch {
  return async (_, init) => {
    const token = await source(init!.signal!);
    return Response.json({ token }, { status: token === null ? 401 : 200 });
  };
}
