import {
  type ClientError,
  Conflict,
  Forbidden,
  type Hop,
  Limited,
  type Place,
  type Problem,
  Rejected,
  SignedOut,
  TokenRefused,
  Unavailable,
} from "./error.js";
import { retryAfter } from "./retry.js";

/** The error that an answer other than a good one means. Reads its body. */
export async function failure(answer: Response, { hop, method, url }: Place): Promise<ClientError> {
  const { status, headers } = answer;
  const body: unknown = await answer.json().catch(() => {});
  const problem = typeof body === "object" && body ? (body as Problem) : undefined;
  const place: Place = { hop, method, url, status, problem, reason: headers.get("betroth-reason") };
  const detail = problem?.detail ?? problem?.message;
  const what = `answered ${status}${typeof detail === "string" ? `: ${detail}` : ""}`;
  if (status === 401) return new (hop === "issuer" ? SignedOut : TokenRefused)(what, place);
  if (status === 403) {
    const scopes = /\bscope="([^"]+)/.exec(headers.get("www-authenticate")!)?.[1]?.split(" ") ?? [];
    return new Forbidden(what, place, { lacking: { scopes, detail } });
  }
  if (status === 412) {
    const theirs = { value: problem?.current, etag: headers.get("etag") };
    return new Conflict(what, place, { theirs });
  }
  const more = { retryAfter: retryAfter(answer) };
  if (status === 429) return new Limited(what, place, more);
  return isDown(answer, hop) ? new Unavailable(what, place, more) : new Rejected(what, place);
}

/** Whether an answer says that the hop cannot answer. A 500 of an API is a fault of one route. */
export function isDown({ status }: Response, hop: Hop): boolean {
  return status >= (hop === "issuer" ? 500 : 502);
}
