import { betterAuth } from "better-auth";
import { nextCookies } from "better-auth/next-js";
import { jwt } from "better-auth/plugins";
import Database from "better-sqlite3";

export const auth = betterAuth({
  database: new Database("auth.db"),
  emailAndPassword: { enabled: true },
  plugins: [jwt(), nextCookies()],
});
