"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { authClient } from "@/lib/auth-client";

const PAGES = [
  ["/notes", "Notes"],
  ["/shared", "Shared"],
  ["/admin", "Admin"],
  ["/account", "Account"],
] as const;

export function SiteHeader() {
  const { data: session, isPending } = authClient.useSession();
  const pathname = usePathname();
  return (
    <header className="site">
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <Link href="/" className="brand">
        Notes
      </Link>
      <nav aria-label="Pages">
        {session
          ? PAGES.map(([path, name]) => (
              // Fetched when somebody goes there: the overview is counted anew each time.
              <Link key={path} href={path} prefetch={path === "/admin" ? false : null} aria-current={pathname === path ? "page" : undefined}>
                {name}
              </Link>
            ))
          : !isPending && (
              <>
                <Link href="/sign-in">Sign in</Link>
                <Link href="/sign-up">Sign up</Link>
              </>
            )}
      </nav>
    </header>
  );
}
