import { createClient, isClientError } from "../index.js";
import { issued } from "./issued.js";
import type { ServerClientOptions } from "./server-client.js";

/** What a route handler that passes requests on is made of. */
export interface PassOnOptions extends Pick<ServerClientOptions, "url" | "token" | "timeout" | "fetch"> {
  /** The path under which the handler stands: `/api/backend` for `app/api/backend/[...path]/route.ts`. */
  under: string;
  /** The paths of the API that may be asked, each with all below it; every one without. */
  allow?: string[];
}

/** A route handler of Next.js. */
export type RouteHandler = (request: Request) => Promise<Response>;

/** What of a request the API gets to see. A cookie is not among it. */
const ASKED = [
  "accept",
  "accept-language",
  "content-type",
  "idempotency-key",
  "if-match",
  "if-none-match",
  "range",
  "traceparent",
];

/** What of an answer stays with the connection to the API, or would set something for the page's origin. */
const KEPT =
  /^(connection|content-encoding|content-length|keep-alive|set-cookie|transfer-encoding|clear-site-data|access-control-.*)$/;

/**
 * A route handler that swaps the session for a token, and passes the request on without the cookie: no token ever reaches the page.
 *
 * `export const { GET, POST, PUT, PATCH, DELETE } = passOn({ url, token, under: "/api/backend" })`, with `token: false` and
 * `url: "/api/backend"` in the client of the page. A request of another site is refused (CSRF), bodies are streamed, answers not cached.
 */
export function passOn(options: PassOnOptions): Record<"GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE", RouteHandler> {
  const base = new URL(options.url);
  const root = base.pathname.replace(/\/+$/, "");

  const handler: RouteHandler = async (request) => {
    const { pathname, search } = new URL(request.url);
    if (!isOwn(request)) return problem(403, "forbidden", "this is for pages of this origin alone");
    // What is resolved is what is compared: `..` may not lead out, in whatever spelling.
    const target = new URL(root + pathname.slice(options.under.length) + search, base);
    const path = decoded(target.pathname.slice(root.length));
    const isUnder = pathname.startsWith(`${options.under}/`) && target.pathname.startsWith(`${root}/`) && path !== undefined;
    const isAllowed = options.allow?.some((it) => path === it || path?.startsWith(`${it.replace(/\/$/, "")}/`)) ?? true;
    if (!isUnder || !isAllowed) return problem(404, "not_found", "there is no such thing");
    return await swapped(request, target);
  };

  async function swapped(request: Request, target: URL): Promise<Response> {
    const { token, timeout = 10_000, fetch: send = fetch } = options;
    const client = createClient({
      url: options.url,
      token: typeof token === "function" ? () => issued(token, request.headers) : token,
      session: picked(request.headers, ["cookie", "x-forwarded-for", "x-real-ip", "user-agent"]),
      fetch: send,
      timeout,
      development: false,
    });
    const init: RequestInit & { duplex: "half" } = {
      method: request.method,
      headers: picked(request.headers, ASKED),
      body: request.body,
      redirect: "manual",
      cache: "no-store",
      signal: request.signal,
      // A body goes on as it comes.
      duplex: "half",
    };
    try {
      const answer = await client.fetch(target, init);
      const headers = new Headers([...answer.headers].filter(([name]) => !KEPT.test(name)));
      headers.set("cache-control", "private, no-store");
      const to = headers.get("location");
      // What leads to the API leads here; what leads elsewhere, as to a file, the page follows by itself, without a token.
      if (to) headers.set("location", here(new URL(to, target)));
      return new Response(answer.body, { status: answer.status, headers });
    } catch (error) {
      if (!isClientError(error)) throw error;
      if (error.code === "signed_out")
        return problem(401, "unauthorized", "nobody is signed in", { "www-authenticate": 'Bearer realm="api"' });
      const seconds = "retryAfter" in error && error.retryAfter;
      const headers: Record<string, string> = seconds ? { "retry-after": String(Math.ceil(seconds)) } : {};
      return problem(error.code === "timed_out" ? 504 : 503, "unavailable", `the ${error.hop} does not answer`, headers);
    }
  }

  function here(to: URL): string {
    if (to.origin !== base.origin || !to.pathname.startsWith(`${root}/`)) return to.href;
    return options.under + to.pathname.slice(root.length) + to.search;
  }

  return { GET: handler, HEAD: handler, POST: handler, PUT: handler, PATCH: handler, DELETE: handler };
}

/** Whether a page of this origin asks, or no page at all. */
function isOwn({ headers, url, method }: Request): boolean {
  const site = headers.get("sec-fetch-site");
  if (site) return site === "same-origin";
  const origin = headers.get("origin");
  // Behind a proxy the address of the request is an inner one, and `host` the one that the page knows.
  if (origin) return URL.canParse(origin) && [new URL(url).host, headers.get("host")].includes(new URL(origin).host);
  return method === "GET" || method === "HEAD";
}

function picked(headers: Headers, names: string[]): Headers {
  return new Headers(names.flatMap((name) => (headers.has(name) ? [[name, headers.get(name)!] as [string, string]] : [])));
}

/** A path without escapes; `undefined` where it has some that could be read as something else further on. */
function decoded(path: string): string | undefined {
  try {
    const text = decodeURIComponent(path);
    return /(^|[/\\])\.\.?([/\\]|$)|\\|\/\/|%|\0/.test(text) || text.split("/").length !== path.split("/").length
      ? undefined
      : text;
  } catch {
    return undefined;
  }
}

/** An answer as the guard's (RFC 9457). */
function problem(status: number, code: string, detail: string, headers: Record<string, string> = {}): Response {
  return Response.json(
    { type: "about:blank", status, detail, code },
    { status, headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...headers } },
  );
}
