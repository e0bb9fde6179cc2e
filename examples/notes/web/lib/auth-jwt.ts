/**
 * The token that the API takes: it says who calls, and nothing more of the person.
 */
import { jwt } from "better-auth/plugins";

export const apiToken = jwt({
  // Up to Better Auth 1.7.7 the header holds a good token even for a session that is over.
  disableSettingJwtHeader: true,
  jwt: {
    audience: "notes-api",
    expirationTime: "5m",
    definePayload: ({ user, session }) => ({
      email: user.email,
      name: user.name,
      role: user.role,
      activeOrganizationId: session.activeOrganizationId,
    }),
  },
});
