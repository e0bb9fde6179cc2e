// A page: `fetch` as a browser has it, with the CORS protocol of the Fetch standard over real requests.

import type { TestContext } from "node:test";

const SAFE = /^(accept|accept-language|content-language)$/;

/** Makes the process a page of this origin until the test ends. */
export function page(t: TestContext, origin: string): typeof fetch {
  const place = new URL(origin);
  Object.defineProperty(globalThis, "location", { value: place, configurable: true });
  Object.defineProperty(globalThis, "document", { value: new EventTarget(), configurable: true });
  // Node waits for an open channel, and a page closes its own.
  const Channel = globalThis.BroadcastChannel;
  const open: BroadcastChannel[] = [];
  globalThis.BroadcastChannel = class extends Channel {
    constructor(name: string) {
      super(name);
      open.push(this);
    }
  };
  t.after(() => {
    for (const channel of open) channel.close();
    globalThis.BroadcastChannel = Channel;
    delete (globalThis as { location?: unknown }).location;
    delete (globalThis as { document?: unknown }).document;
  });
  return (input, init = {}) => asBrowser(place, new URL(input as string | URL, place), init);
}

async function asBrowser(page: URL, url: URL, init: RequestInit): Promise<Response> {
  if (page.protocol === "https:" && url.protocol === "http:") throw new TypeError("Failed to fetch");
  if (url.origin === page.origin) return real(url, init);
  const headers = new Headers(init.headers);
  const isOpen = init.mode !== "no-cors";
  const named = [...headers.keys()].filter((it) => !SAFE.test(it));
  const method = init.method ?? "GET";
  if (isOpen && (named.length || !/^(GET|HEAD|POST)$/.test(method))) {
    const asked = {
      origin: page.origin,
      "access-control-request-method": method,
      "access-control-request-headers": named.join(","),
    };
    const answer = await real(url, { method: "OPTIONS", headers: asked });
    const list = (name: string) => answer.headers.get(name)?.toLowerCase().split(/, ?/) ?? [];
    const allowed = list("access-control-allow-headers");
    const isAllowed = answer.ok && allows(answer, page, init) && named.every((it) => allowed.includes(it));
    if (!isAllowed || !["get", "head", "post", ...list("access-control-allow-methods")].includes(method.toLowerCase()))
      throw new TypeError("Failed to fetch");
  }
  headers.set("origin", page.origin);
  const answer = await real(url, { ...init, headers });
  if (isOpen && !allows(answer, page, init)) throw new TypeError("Failed to fetch");
  return answer;
}

function allows({ headers }: Response, page: URL, { credentials }: RequestInit): boolean {
  const origin = headers.get("access-control-allow-origin");
  if (credentials !== "include") return origin === "*" || origin === page.origin;
  return origin === page.origin && headers.get("access-control-allow-credentials") === "true";
}

async function real(url: URL, { mode: _, ...init }: RequestInit): Promise<Response> {
  return fetch(url, init).catch(() => {
    throw new TypeError("Failed to fetch");
  });
}
