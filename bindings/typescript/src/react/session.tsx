"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createContext,
  type JSX,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import type { Client, HopState, Snapshot } from "../index.js";

const ClientContext = createContext<Client | undefined>(undefined);

/** What {@link SessionProvider} takes. */
export interface SessionProviderProps {
  client: Client;
  /** Makes the cache of one person; a `QueryClient` as it comes without. */
  makeQueryClient?: () => QueryClient;
  children: ReactNode;
}

/**
 * Gives what is below it the client, and each person a cache of their own.
 *
 * When the person may be another one, the old cache is cleared and all below is mounted anew: no key has to name the person, and nothing of
 * the one is ever shown to the other.
 */
export function SessionProvider({
  client,
  makeQueryClient = () => new QueryClient(),
  children,
}: SessionProviderProps): JSX.Element {
  const { session } = useSnapshot(client);
  const [cache, setCache] = useState(() => ({ session, queries: makeQueryClient() }));
  let { queries } = cache;
  if (cache.session !== session) {
    queries = makeQueryClient();
    setCache({ session, queries });
  }
  const former = useRef(queries);
  useEffect(() => {
    if (former.current !== queries) former.current.clear();
    former.current = queries;
  }, [queries]);
  return (
    <ClientContext.Provider value={client}>
      <QueryClientProvider key={session} client={queries}>
        {children}
      </QueryClientProvider>
    </ClientContext.Provider>
  );
}

/**
 * The client of the {@link SessionProvider} above.
 *
 * @throws Error where there is none
 */
export function useClient(): Client {
  const client = useContext(ClientContext);
  if (!client) throw new Error("`useClient` needs a `SessionProvider` above it");
  return client;
}

/** Who is signed in, and how to get their token; the token itself is in no state of React. */
export interface SessionToken {
  /** `unknown` until the issuer has answered, also where it does not answer: `error` then says why. */
  status: "unknown" | "signed-in" | "signed-out";
  /** `sub` of the token. */
  subject: string | undefined;
  /** Whether requests to issuer and API go through. */
  hops: { issuer: HopState; api: HopState };
  /** What the last question to the issuer ended in, other than that nobody is signed in. */
  error: unknown;
  /** As {@link Client.getJWTToken}. */
  getJWTToken: Client["getJWTToken"];
}

/** Watches who is signed in. Asks the issuer where that is not known, and sends nobody anywhere. */
export function useSessionToken(): SessionToken {
  const client = useClient();
  const { subject, session, issuer, api } = useSnapshot(client);
  const [failed, setFailed] = useState<{ session: number; error: unknown }>();
  const isKnown = subject !== undefined;
  useEffect(() => {
    if (isKnown) return undefined;
    let isMounted = true;
    client.getJWTToken().catch((error: unknown) => isMounted && setFailed({ session, error }));
    return () => {
      isMounted = false;
    };
  }, [client, isKnown, session]);
  return {
    status: subject ? "signed-in" : subject === null ? "signed-out" : "unknown",
    subject: subject ?? undefined,
    hops: { issuer, api },
    error: !isKnown && failed?.session === session ? failed.error : undefined,
    getJWTToken: client.getJWTToken,
  };
}

function useSnapshot(client: Client): Snapshot {
  const subscribe = useCallback((listener: () => void) => client.subscribe(listener), [client]);
  return useSyncExternalStore(subscribe, client.snapshot, client.snapshot);
}
