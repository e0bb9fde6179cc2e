import "server-only";

/**
 * The client on a server of Next.js: for each request its own, and the token never leaves it.
 *
 * @module
 */

export { type PassOnOptions, passOn, type RouteHandler } from "./pass-on.js";
export type { TokenFunction } from "./issued.js";
export { createServerClient, type ServerClient, type ServerClientOptions } from "./server-client.js";
