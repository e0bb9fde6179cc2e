import { failure } from "./answer.js";
import { BadAnswer, type Place } from "./error.js";
import { exchange, type Line, type Sending, shown } from "./exchange.js";
import type { ClientOptions } from "./options.js";
import { type Held, readToken, stopwatch } from "./token.js";

/** Where tokens come from: an address, or a function. */
export type Source = Exclude<ClientOptions["token"], false | undefined>;

/** Asks for a token. `live` throws where nobody waits for it any more. */
export type Ask = (live: () => void) => Promise<Held>;

/**
 * How a token is got.
 *
 * @param session headers that show the session, where no browser sends a cookie
 * @throws (when asked) SignedOut, BadAnswer, and what {@link exchange} throws
 */
export function issuer(line: Line, source: Source, session?: HeadersInit): Ask {
  const url = typeof source === "function" ? "token()" : new URL(source, globalThis.location?.href).href;
  const place: Place = { hop: "issuer", method: "GET", url: shown(url) };
  const sending: Sending = {
    method: "GET",
    headers: new Headers(session),
    credentials: "include",
    cache: "no-store",
    whole: true,
  };
  if (typeof source === "function") line = { ...line, fetch: answering(source) };

  return async (live) => {
    const passed = stopwatch();
    const answer = await exchange(line, place, url, sending, live);
    live();
    if (!answer.ok) throw await failure(answer, place);
    const { headers, status } = answer;
    // What the parser says of another body would quote it.
    const body = await answer.json().catch(() => {});
    try {
      return readToken(body?.token, Date.parse(headers.get("date")!), passed);
    } catch (what) {
      const type = body ? what : (headers.get("content-type")?.split(";")[0] ?? "nothing");
      const from = answer.redirected ? `, from ${shown(answer.url)}` : "";
      throw new BadAnswer(`answered ${type} where {"token": "…"} is agreed${from}`, { ...place, status });
    }
  };
}

/** A function that gives tokens, as an endpoint that answers them. */
function answering(source: Extract<Source, (...given: never) => unknown>): typeof fetch {
  return async (_, init) => {
    const token = await source(init!.signal!);
    return Response.json({ token }, { status: token === null ? 401 : 200 });
  };
}
