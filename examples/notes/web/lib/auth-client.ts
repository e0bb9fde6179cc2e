import { adminClient, organizationClient } from "better-auth/client/plugins";
import { createAuthClient } from "better-auth/react";
import { followSession } from "betroth/better-auth";
import { client } from "./api";

export const authClient = createAuthClient({
  // Where a session is ended on another device, nobody tells this page: it asks.
  sessionOptions: { refetchInterval: 60 },
  plugins: [adminClient(), organizationClient(), followSession(client)],
});
