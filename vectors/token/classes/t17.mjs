import { must } from "../case.mjs";
import { encode, token } from "../forge.mjs";

const WHY = "without a key nothing can be told: 503, and not 401; a token that no key could make good stays refused";

export const title = "no keys, or unknown ones";
export const cases = [
  must("a good token", "keys-unavailable", WHY, token({ alg: "EdDSA" }), "no keys"),
  must("a good token without a `kid`", "keys-unavailable", WHY, token({ alg: "EdDSA", header: { kid: undefined } }), "no keys"),
  must("a token that is over", "keys-unavailable", WHY, token({ alg: "EdDSA", claims: { exp: 1 } }), "no keys"),
  must("a token with an empty signature", "keys-unavailable", WHY, token({ alg: "EdDSA" }).replace(/[^.]*$/, ""), "no keys"),
  must("of another algorithm", "alg-not-accepted", WHY, token({ alg: "ES256" }), "no keys"),
  must("with a `kid` that no issuer gives", "kid-malformed", WHY, token({ alg: "EdDSA", header: { kid: "../key" } }), "no keys"),
  must("with `crit`", "crit-present", WHY, token({ alg: "EdDSA", header: { crit: ["x"] } }), "no keys"),
  must("no token", "token-missing", WHY, "", "no keys"),
  must("of two parts", "token-parts", WHY, "a.b", "no keys"),
  must("of five parts", "token-encrypted", WHY, "a.b.c.d.e", "no keys"),
  must("whose header is no JSON", "header-not-json", WHY, `${encode("x")}.e30.AAAA`, "no keys"),
  must("whose claims are not base64url", "claims-not-base64url", WHY, `${encode('{"alg":"EdDSA"}')}.e30=.AAAA`, "no keys"),
  ...Array.from({ length: 10 }, (_, index) => must(`invented \`kid\` ${index}`, "kid-unknown", "an unknown `kid` is refused, however many there are", token({ alg: "EdDSA", header: { kid: `invented-${index}` } }), "EdDSA")),
];
