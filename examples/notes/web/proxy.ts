import { requireSession } from "betroth/next/proxy";
import { type NextRequest, NextResponse } from "next/server";

/** Spares people a page that would send them away. It guards nothing: the API does. */
export const proxy = (request: NextRequest) =>
  requireSession(request, { signIn: "/sign-in", open: ["/", "/sign-up"] }) ?? NextResponse.next();

export const config = { matcher: ["/((?!api|_next|icon.svg|favicon.ico).*)"] };
