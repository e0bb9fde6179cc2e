/** A function on the server that gives the token of whoever sent these headers. */
export type TokenFunction = (headers: Headers) => Promise<string | null | undefined>;

/**
 * What such a function gives; `null` where nobody is signed in. Better Auth's own says that by an error with `statusCode` 401
 * (`APIError` of `better-call`), which is no outage.
 */
export async function issued(token: TokenFunction, headers: Headers): Promise<string | null> {
  try {
    return (await token(headers)) ?? null;
  } catch (error) {
    if ((error as { statusCode?: unknown } | null)?.statusCode === 401) return null;
    throw error;
  }
}
