"use client";

import { QueryClient } from "@tanstack/react-query";
import { isClientError } from "betroth";
import { SessionProvider } from "betroth/react";
import type { ReactNode } from "react";
import { client } from "@/lib/api";
import { NoticeProvider } from "./notice";
import { SessionEnd } from "./session-end";
import { SiteHeader } from "./site-header";

/** The client tries again by itself where that helps; what it throws is final. */
const retry = (failures: number, error: Error) => !isClientError(error) && failures < 2;

const makeQueryClient = () => new QueryClient({ defaultOptions: { queries: { retry } } });

export function Providers({ children }: { children: ReactNode }) {
  return (
    <NoticeProvider>
      <SiteHeader />
      <SessionProvider client={client} makeQueryClient={makeQueryClient}>
        {children}
      </SessionProvider>
      <SessionEnd />
    </NoticeProvider>
  );
}
