import { betterAuth } from "better-auth";
import { admin, organization } from "better-auth/plugins";
import { database } from "./database";
import { apiToken } from "./auth-jwt";

export const auth = betterAuth({
  database,
  emailAndPassword: { enabled: true },
  telemetry: { enabled: false },
  plugins: [apiToken, admin(), organization()],
});
