import type { ClientError, Unreachable } from "../error.js";

/** Why, and what to do. */
export type Cure = [why: string, cure: string];

/** The cure of everything that says by itself why it failed. */
export function cureOf(error: Exclude<ClientError, Unreachable>): Cure {
  switch (error.code) {
    case "signed_out":
      return [
        "the issuer knows no session",
        "sign in; if somebody just did, the cookie does not reach the issuer: page and issuer have to be one site, " +
          "and `localhost` and `127.0.0.1` are two",
      ];
    case "unauthorized":
    case "invalid_token":
    case "token_expired":
      return refused(error.reason);
    case "forbidden":
      return ["the person is known, and lacks a role, a permission or an organization", "show what is lacking (`error.lacking`)"];
    case "insufficient_scope":
      return ["the token lacks a scope", `have the issuer give ${error.lacking.scopes.join(", ")}, then ask for a fresh token`];
    case "bad_answer":
      return badAnswer(error.hop, error.message);
    case "rejected":
      return rejected(error.hop, error.status);
    case "rate_limited":
      return error.hop === "issuer"
        ? ["the issuer limits requests for tokens", "make one client for the whole page: each keeps its own token"]
        : ["the API limits requests", "send fewer, or wait as long as `error.retryAfter` says"];
    case "too_many_failures":
      return ["this address sent too many tokens that were refused", "mend what sends them: a loop that does not stop at a 401?"];
    case "unavailable":
      return unavailable(error.hop, error.status, error.reason);
    case "timed_out":
      return [
        "it is slow, hangs, or cannot be reached through the network",
        "look at its log; where it is slow by nature, give `timeout` in milliseconds",
      ];
    case "mismatch":
      return error.side === "request"
        ? ["what was to be sent is not what the schema asks for", "nothing was sent; mend the form, or the schema"]
        : ["the API answers otherwise than the schema has it", "write the types anew from the API's `openapi.json`"];
    case "conflict":
      return [
        "somebody else changed it since it was read",
        "merge `error.base`, `error.mine`, `error.theirs`, and send with `theirs` as `base`",
      ];
    case "session_changed":
      return ["somebody signed in or out while it was under way", "nothing: what was for the one must not reach the other"];
    case "misused":
      return error.hop === "api"
        ? ["the client sends tokens to one origin alone", "give a path, or make another client for the other API"]
        : [
            "there is no session here to get a token for",
            "on a server make a client for each request, with `betroth/next` or `session`",
          ];
  }
}

/** `reason` is the guard's, in development: `code: what; cure`. */
function refused(reason: string | null | undefined): Cure {
  const [, why, cure] = /^[\w-]+: ([^;]+); (.+)$/s.exec(reason ?? "") ?? [];
  if (why && cure) return [why, cure];
  return [
    "the API refuses a token that the issuer has just made",
    "compare audience, issuer, algorithm and keys: `betroth check` reads both sides, `betroth token verify` judges one token; " +
      "with `BETROTH_MODE=development` the API says why",
  ];
}

function badAnswer(hop: string, message: string): Cure {
  if (hop === "api")
    return ["the API answers something else than JSON", "look at the path: a page or a proxy may answer in its place"];
  if (message.includes("`exp`"))
    return [
      "a token without end would be good for ever, and no API behind the guard takes it",
      'set `jwt: { expirationTime: "15m" }` in the plugin `jwt()`',
    ];
  if (message.includes("`sub`"))
    return ["nobody can tell whose token it is", "take `getSubject` out of the plugin `jwt()`, or let it give the id"];
  if (message.includes("that ended"))
    return [
      "its `exp` lies in the past by the issuer's own clock",
      'a number for `expirationTime` is a time since 1970, not a duration: write `"1h"`',
    ];
  if (message.includes("no JWT"))
    return [
      "`token` of the answer is missing, or no JWT",
      "point `token` at the endpoint of the plugin `jwt()`: `/api/auth/token`",
    ];
  return [
    "something else answers in the place of the token endpoint: a page, a redirect to the sign-in page, or a proxy",
    "leave `/api/auth` out of `matcher` in `proxy.ts`, mount Better Auth at `app/api/auth/[...all]/route.ts`, and look at `token`",
  ];
}

function rejected(hop: string, status: number | undefined): Cure {
  if (hop === "issuer" && status === 404)
    return ["there is no token endpoint at this address", "add the plugin `jwt()` to Better Auth, or say as `token` where it is"];
  if (status === 428) return ["the API wants to know which version is changed", "send with `base`, as it was read"];
  if (status === 422) return ["the API does not take the values", "show `error.problem.detail`, which names the fields"];
  return [`it was answered ${status}`, "look at `error.problem`, and at the log of the server"];
}

function unavailable(hop: string, status: number | undefined, reason: string | null | undefined): Cure {
  if (status === undefined)
    return ["it failed several times in a row, so nothing is sent for a while", "mend the failure before; it goes on by itself"];
  if (hop === "issuer")
    return [
      "the issuer cannot make tokens now",
      "look at its log; Better Auth answers 500 without a body where `BETTER_AUTH_SECRET` is another than the one that its keys were stored with",
    ];
  return [
    reason ?? "the API says that it cannot answer now",
    "look at its log; the guard answers 503 where it cannot fetch the issuer's keys",
  ];
}
