/** What a client reads of a token: whose it is, and how long it lives. It is not verified here; the API does that. */

/** A token in memory. */
export interface Held {
  /** The token itself: for the `Authorization` header alone. */
  readonly text: string;
  /** `sub`. */
  readonly subject: string;
  /** Milliseconds that are left of its life. */
  left(): number;
}

/**
 * Reads a token that came just now.
 *
 * @param text the compact form (RFC 7519)
 * @param now what the issuer's clock said with the answer, in milliseconds since 1970; `NaN` if that is not known
 * @param passed milliseconds since then
 * @throws a text that says what is wrong with the token, without any value of it but times
 */
export function readToken(text: unknown, now: number, passed: () => number): Held {
  let claims: { sub?: unknown; exp?: unknown; iat?: unknown };
  try {
    const bytes = atob((text as string).split(".")[1]!.replace(/-/g, "+").replace(/_/g, "/"));
    claims = JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (it) => it.charCodeAt(0))));
  } catch {
    throw "no JWT";
  }
  const { sub, exp, iat } = claims;
  if (!sub || typeof exp !== "number") throw `a token without \`${sub ? "exp" : "sub"}\``;
  // Both are times of the issuer that were at the latest now; where neither is there, its clock is taken to be right.
  const life = exp * 1e3 - (Math.max(now || 0, (iat as number) * 1e3 || 0) || Date.now());
  if (life <= 0) throw `a token that ended ${-life / 1e3} s before`;
  return { text: text as string, subject: String(sub), left: () => life - passed() };
}

/** Starts to count milliseconds. They go on while the machine sleeps, and when its clock is set back. */
export function stopwatch(): () => number {
  const wall = Date.now();
  const steady = performance.now();
  return () => Math.max(Date.now() - wall, performance.now() - steady);
}
