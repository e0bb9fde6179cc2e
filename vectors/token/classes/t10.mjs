import { must } from "../case.mjs";
import { ALGORITHMS, NAMES, PRIVATE, token } from "../forge.mjs";

const HOLD = "RFC 7515 §5.2: the signature must hold under the issuer's secret";
const GUESSES = { "the empty secret": "", "a NUL": "\0", "32 NULs": "\0".repeat(32), "`null`": "null", "`undefined`": "undefined", "`false`": "false", "`[object Object]`": "[object Object]", "`secret`": "secret", "`changeme`": "changeme", "the issuer": "https://app.example.com", "a line break": "\n" };

export const title = "secrets that are empty, or can be guessed";
export const cases = NAMES.filter((name) => ALGORITHMS[name].secret).flatMap((alg) =>
  Object.entries(GUESSES).map(([what, secret]) => must(`${alg} with ${what}`, "signature-invalid", HOLD, token({ alg, secret }), alg)),
);
cases.push(
  must("HS256 with the empty secret, in a set of secrets", "signature-invalid", HOLD, token({ secret: "", header: { kid: "first" } }), "secrets in a set"),
  must("HS256 with the empty secret, under an unknown `kid`", "kid-unknown", "CVE-2026-44351: no key is not the empty key", token({ secret: "", header: { kid: "other" } }), "secrets in a set"),
  must("HS256 with the empty secret, where there are no keys", "alg-not-accepted", "CVE-2026-44351: no key is not the empty key", token({ secret: "" }), "no keys"),
  must("HS256 with the secret and a line break", "signature-invalid", HOLD, token({ secret: `${PRIVATE.secrets.hs256}\n` })),
  must("HS256 with what the secret decodes to", "signature-invalid", HOLD, token({ secret: Buffer.from(PRIVATE.secrets.hs256, "base64") })),
);
