"use client";

/**
 * The client in React, on TanStack Query.
 *
 * @module
 */

export { type Merge, merge } from "./merge.js";
export { type OptimisticOptions, useOptimisticMutation } from "./optimistic.js";
export { SessionProvider, type SessionProviderProps, type SessionToken, useClient, useSessionToken } from "./session.js";
