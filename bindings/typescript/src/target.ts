import { Misused } from "./error.js";

/**
 * Makes the addresses of requests to one origin, and to no other.
 *
 * @param base absolute, or a path on the origin of the page
 * @throws TypeError where `base` is no address
 */
export function targets(base: string | URL): { base: string; resolve: (path: string | URL, method: string) => string } {
  const { origin, pathname } = new URL(base, globalThis.location?.href);
  const root = origin + pathname.replace(/\/+$/, "");
  return {
    base: root,
    resolve(path, method) {
      // With one slash in front it can name no other authority, whatever follows.
      if (/^\/(?!\/)/.test(path as string)) return root + path;
      const url = new URL(path, `${root}/`);
      if (url.origin === origin) return url.href;
      throw new Misused(`is not ${origin}, the one origin that tokens go to`, { hop: "api", method, url: url.origin });
    },
  };
}
