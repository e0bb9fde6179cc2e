import type { ClientError } from "../error.js";
export async function report(error: ClientError, _fetch: typeof fetch): Promise<void> {
  console.error(error.message);
}
