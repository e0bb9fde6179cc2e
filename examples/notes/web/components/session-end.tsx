"use client";

import { usePathname } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { client } from "@/lib/api";
import { authClient } from "@/lib/auth-client";
import { Dialog } from "./dialog";

/** Notices that a session was ended elsewhere: in another tab, on another device, or because its time was over. */
export function SessionEnd() {
  const { data, isPending } = authClient.useSession();
  const wasHere = useRef(false);
  const [isOver, setIsOver] = useState(false);
  const pathname = usePathname();

  useEffect(() => {
    if (isPending) return;
    if (data) {
      wasHere.current = true;
      setIsOver(false);
    } else if (wasHere.current) {
      wasHere.current = false;
      // The token would be good for some minutes more: it is dropped with what it has fetched.
      client.forget();
      setIsOver(true);
    }
  }, [data, isPending]);

  // The API's client may hear of it first, where it renews a token.
  useEffect(
    () =>
      client.subscribe(() => {
        if (client.snapshot().subject === null && wasHere.current) {
          wasHere.current = false;
          setIsOver(true);
        }
      }),
    [],
  );

  if (!isOver || pathname === "/" || pathname.startsWith("/sign-")) return null;
  const signIn = `/sign-in?next=${encodeURIComponent(pathname)}`;
  return (
    <Dialog label="Your session has ended" onClose={() => location.assign(signIn)}>
      <h2>Your session has ended</h2>
      <p>It was ended in another tab or on another device, or its time was over. What you saved is safe.</p>
      <p className="actions">
        <a className="button" href={signIn}>
          Sign in again
        </a>
      </p>
    </Dialog>
  );
}
