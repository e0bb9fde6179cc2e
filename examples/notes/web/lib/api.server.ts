import "server-only";
import { createServerClient } from "betroth/next";
import { auth } from "./auth";

const url = process.env.NEXT_PUBLIC_API_URL;
if (!url) {
  throw new Error("NEXT_PUBLIC_API_URL is not set: it says where the API is");
}

/** The API as whoever sent the request; 401 leads to the sign-in page, 403 to `app/forbidden.tsx`. */
export const api = createServerClient({
  url,
  token: async (headers) => (await auth.api.getToken({ headers })).token,
  signIn: "/sign-in",
});
