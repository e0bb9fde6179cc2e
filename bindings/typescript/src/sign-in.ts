/**
 * What to do when somebody has to sign in: `onSignedOut` of a client in a page.
 *
 * @module
 */

import type { SignedOut, TokenRefused } from "./index.js";

/**
 * Sends the page to where people sign in, with the way back as `next`; the load drops all that is in memory.
 *
 * It goes once, not while the page is there already, and not where the API refused a token of a good session: signing in again would
 * give the same token, and the page would go round in circles.
 *
 * @param path of the sign-in page, on the page's own origin
 */
export function redirectToSignIn(path: string): (error: SignedOut | TokenRefused) => void {
  let isLeaving = false;
  return ({ code }) => {
    const { pathname, search } = location;
    if (isLeaving || code !== "signed_out" || pathname === path) return;
    isLeaving = true;
    location.assign(`${path}?next=${encodeURIComponent(pathname + search)}`);
  };
}

/**
 * Where to go after signing in: `next` of the address, if that is a path of this origin; else `otherwise`.
 *
 * @param search the query of the sign-in page, as `location.search`
 */
export function wayBack(search: string, otherwise = "/"): string {
  const next = new URLSearchParams(search).get("next") ?? "";
  // Resolved as a browser would: `//host`, `/\host` and the like name another origin.
  const url = URL.canParse(next, "http://a.invalid") ? new URL(next, "http://a.invalid") : undefined;
  return next.startsWith("/") && url?.origin === "http://a.invalid" ? url.pathname + url.search + url.hash : otherwise;
}
