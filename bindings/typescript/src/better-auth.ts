/**
 * The client of Better Auth tells ours when the session changes.
 *
 * @module
 */

import type { Client } from "./index.js";

/** Calls after which another person may be there, or the same one for another organization. */
const CHANGES =
  /\/(sign-(in|up|out)\b[^?]*|(un)?impersonate-user|stop-impersonating|organization\/set-active|multi-session\/set-active|delete-user|revoke-(other-)?sessions?)(\?|$)/;

/** A plugin of `createAuthClient`, by its shape. */
export interface FollowSession {
  id: "betroth";
  fetchPlugins: {
    id: string;
    name: string;
    hooks: { onSuccess: (context: { request: { url: string | URL } }) => void };
  }[];
}

/**
 * A plugin for `createAuthClient`: each sign-in, sign-out, change of organization and the like makes `client` forget its token, in every tab.
 *
 * `createAuthClient({ plugins: [followSession(api)] })`
 */
export function followSession(client: Pick<Client, "forget">): FollowSession {
  const onSuccess: FollowSession["fetchPlugins"][0]["hooks"]["onSuccess"] = ({ request }) => {
    if (CHANGES.test(String(request.url))) client.forget();
  };
  return { id: "betroth", fetchPlugins: [{ id: "betroth", name: "betroth", hooks: { onSuccess } }] };
}
