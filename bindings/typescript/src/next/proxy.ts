/**
 * A check for `proxy.ts`: is there a session cookie at all?
 *
 * @module
 */

/** What {@link requireSession} takes. */
export interface RequireSessionOptions {
  /** Where people sign in, as a path; it is open by itself. */
  signIn: string;
  /** Paths that anybody may see, each with all below it; `/` is the front page alone. */
  open?: string[];
  /** `advanced.cookiePrefix` of Better Auth; `better-auth` without. */
  cookiePrefix?: string;
}

/**
 * Whether a request shows a session cookie, by either name: over https Better Auth puts `__Secure-` in front.
 *
 * It says nothing of whether the session is good: that is asked by the page, and by the API.
 */
export function hasSessionCookie({ headers }: Request, cookiePrefix = "better-auth"): boolean {
  const names = [`${cookiePrefix}.session_token`, `__Secure-${cookiePrefix}.session_token`];
  return (headers.get("cookie") ?? "").split(/; */).some((it) => {
    const [name, value] = [it.slice(0, it.indexOf("=")), it.slice(it.indexOf("=") + 1)];
    return names.includes(name) && value !== "";
  });
}

/**
 * Sends whoever shows no session cookie to the sign-in page, with the way back as `next`; `undefined` for everybody else.
 *
 * `export function proxy(request: NextRequest) { return requireSession(request, { signIn: "/sign-in", open: ["/"] }) ?? NextResponse.next(); }`
 *
 * It spares people a page that would send them away, and guards nothing: leave `/api` out of `matcher`, so that calls are answered 401
 * instead of being sent to a page.
 */
export function requireSession(request: Request, options: RequireSessionOptions): Response | undefined {
  const { signIn, open = [], cookiePrefix } = options;
  const { pathname, search, origin } = new URL(request.url);
  const isOpen = [signIn, ...open].some((it) => pathname === it || (it !== "/" && pathname.startsWith(`${it}/`)));
  if (isOpen || hasSessionCookie(request, cookiePrefix)) return undefined;
  const to = new URL(signIn, origin);
  to.searchParams.set("next", pathname + search);
  return new Response(null, { status: 307, headers: { location: to.href } });
}
