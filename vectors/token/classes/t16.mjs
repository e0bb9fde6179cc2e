import { must } from "../case.mjs";
import { encode, kidOf, resigned, token } from "../forge.mjs";

const FIRST = "RFC 7519 §7.2: nothing of the claims is read before the signature holds (CVE-2024-51744)";
const ORDER = "of several faults the first is told: form, algorithm, key, signature, type, issuer, audience, times";

const bad = {
  "is over": { exp: 1 },
  "is not valid yet": { nbf: 4e9 },
  "is of the future": { iat: 4e9 },
  "is of another issuer": { iss: "https://attacker.example" },
  "is for another audience": { aud: "other" },
  "has no `exp`": { exp: undefined },
  "has an `exp` that is no number": { exp: "never" },
  "has no `sub`": { sub: undefined },
};
const texts = { "no JSON": "x", "no claims at all": "", "an empty object": "{}", "a claim twice": '{"sub":"a","sub":"b"}', "lists 100 deep": `{"x":${"[".repeat(100)}`, "no UTF-8": Buffer.from([0xff]) };
const forged = (given) => resigned(token(given), (signature) => ((signature[0] ^= 1), signature));

export const title = "several faults at once: what an answer may give away";
export const cases = [
  ...["HS256", "EdDSA"].flatMap((alg) => [
    ...Object.entries(bad).map(([what, claims]) => must(`${alg}: a forged one that ${what}`, "signature-invalid", FIRST, forged({ alg, claims }), alg)),
    ...Object.entries(texts).map(([what, claimsText]) => must(`${alg}: a forged one with ${what}`, "signature-invalid", FIRST, forged({ alg, claimsText }), alg)),
    must(`${alg}: a forged one of another type`, "signature-invalid", FIRST, forged({ alg, header: { typ: "logout+jwt" } }), alg),
  ]),
  ...Object.entries(bad).map(([what, claims]) => must(`under an unknown \`kid\`, and ${what}`, "kid-unknown", ORDER, token({ alg: "EdDSA", header: { kid: "other" }, claims }), "EdDSA")),
  must("of another algorithm, and over", "alg-not-accepted", ORDER, token({ alg: "HS384", claims: { exp: 1 } })),
  must("without a signature, and over", "signature-missing", ORDER, `${token({ claims: { exp: 1 } }).split(".").slice(0, 2).join(".")}.`),
  must("with `crit`, and forged", "crit-present", ORDER, forged({ header: { crit: ["x"] } })),
  must("with `crit`, and `alg` of `none`", "alg-not-accepted", ORDER, token({ header: { alg: "none", crit: ["x"] } })),
  must("claims that are not base64url, and forged", "claims-not-base64url", ORDER, `${encode('{"alg":"HS256"}')}.*.${encode(Buffer.alloc(32))}`),
  must("of another type, and of another issuer", "typ-not-accepted", ORDER, token({ header: { typ: "logout+jwt" }, claims: { iss: "x" } })),
  must("of another issuer, for another audience, and over", "issuer-mismatch iss", ORDER, token({ claims: { iss: "x", aud: "y", exp: 1 } })),
  must("for another audience, and over", "audience-mismatch aud", ORDER, token({ claims: { aud: "y", exp: 1 } })),
  must("over, and not valid yet", "token-expired exp", ORDER, token({ claims: { exp: 1, nbf: 4e9 } })),
  must("over, and `nbf` is no number", "claim-malformed nbf", ORDER, token({ claims: { exp: 1, nbf: "x" } })),
  must("over, and without `sub`", "token-expired exp", ORDER, token({ claims: { exp: 1, sub: undefined } })),
  must("over, of the only key of a set, without its `kid`", "kid-missing", ORDER, token({ alg: "EdDSA", header: { kid: undefined }, claims: { exp: 1 } }), "EdDSA"),
  must("over, for PEM", "token-expired exp", ORDER, token({ alg: "EdDSA", header: { kid: kidOf("EdDSA") }, claims: { exp: 1 } }), "EdDSA of PEM"),
];
