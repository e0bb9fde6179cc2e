import { accepted, policy } from "../case.mjs";
import { token } from "../forge.mjs";

const BOUND = "RFC 9449 §7.2: a token that is bound to a key is refused as a bearer token; RFC 7800 §3.1";
const FORM = "RFC 7800 §3.1: `cnf` is an object; what cannot be read may be a binding";
const jwk = { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };

export const title = "tokens that are bound to a key";
export const cases = [
  policy("bound to a proof (DPoP)", "proof-missing cnf", BOUND, token({ claims: { cnf: { jkt: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" } } })),
  policy("bound to a certificate", "proof-missing cnf", "RFC 8705 §3: the certificate is compared", token({ claims: { cnf: { "x5t#S256": "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2" } } })),
  policy("bound to a key that stands in it", "proof-missing cnf", BOUND, token({ claims: { cnf: { jwk } } })),
  policy("bound by its `kid`", "proof-missing cnf", BOUND, token({ claims: { cnf: { kid: "device-1" } } })),
  policy("bound to nothing that is said", "proof-missing cnf", BOUND, token({ claims: { cnf: {} } })),
  policy("bound, and signed by a public key", "proof-missing cnf", BOUND, token({ alg: "EdDSA", claims: { cnf: { jwk } } }), "EdDSA"),
  policy("bound, with `typ` of a proof", "typ-not-accepted", "RFC 9449 §4.2: a proof is no access token", token({ header: { typ: "dpop+jwt", jwk }, claims: { cnf: { jwk } } })),
  policy("bound under a name with an escape", "proof-missing cnf", BOUND, token({ claimsText: `{"iss":"https://app.example.com","aud":"https://api.example.com","sub":"u1","iat":1700000000,"exp":1700000600,"c\\u006ef":{"jkt":"x"}}` })),
  ...[null, "", "key", true, 0, [], [{ jwk }]].map((cnf) => policy(`\`cnf\` is ${JSON.stringify(cnf)}`, "claim-malformed cnf", FORM, token({ claims: { cnf } }))),
  accepted("`cnf` within another claim binds nothing", "RFC 7800 §3: the claim of the token itself", token({ claims: { act: { sub: "agent-1", cnf: { jwk } } } })),
];
