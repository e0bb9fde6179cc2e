import { Misused, type Place } from "./error.js";

/** An address as it may be shown: a query can hold what is nobody's business. */
export function shown(url: string | URL): string {
  return String(url).replace(/[?#].*/s, "");
}

/** Makes the address of a request, with how it is shown. */
export type Target = (path: string | URL, method?: string) => [url: string, place: Place];

/**
 * Makes addresses of one origin, and of no other.
 *
 * @param base absolute, or a path on the origin of the page
 * @throws TypeError where `base` is no address
 */
export function targets(base: string | URL): [base: string, target: Target] {
  // Where there is no page, as while a server loads a module of the page, such a path leads nowhere.
  const { origin, pathname } = new URL(base, globalThis.location?.href ?? "http://a.invalid");
  const root = origin + pathname.replace(/\/+$/, "");
  const target: Target = (path, method = "GET") => {
    // With one slash in front it can name no other authority, whatever follows.
    const url = /^\/(?!\/)/.test(path as string) ? root + path : new URL(path, `${root}/`).href;
    const place: Place = { hop: "api", method: method.toUpperCase(), url: shown(url) };
    if (url.startsWith(`${origin}/`)) return [url, place];
    throw new Misused(`is not of ${origin}`, place);
  };
  return [root, target];
}
