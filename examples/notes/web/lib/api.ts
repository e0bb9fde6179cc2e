/**
 * Calls to the API. Each carries a token that says who calls: fetched with the
 * session's cookie, held in memory alone, renewed before it expires.
 */
import { createClient } from "betroth";

const url =
  process.env.NEXT_PUBLIC_API_URL ??
  (process.env.NODE_ENV === "production" ? undefined : "http://localhost:8000");
if (!url) {
  throw new Error("NEXT_PUBLIC_API_URL is not set: it says where the API is");
}

export const client = createClient({
  url,
});

/** The token of whoever is signed in. */
export const getJWTToken = client.getJWTToken;

/** `fetch` of a path of the API, as whoever is signed in. */
export const makeAuthenticatedRequest = client.makeAuthenticatedRequest;
