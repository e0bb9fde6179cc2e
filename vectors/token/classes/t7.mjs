import { must } from "../case.mjs";
import { ISSUER, claimsWhere, claimsWith, token } from "../forge.mjs";

const SAME = "RFC 7519 §4.1.1, RFC 8725 §3.8: `iss` is the issuer's, letter by letter";
const TEXT = "RFC 7519 §4.1.1: `iss` is one string (CVE-2025-30144)";

const others = {
  "with a slash at the end": `${ISSUER}/`,
  "with a path": `${ISSUER}/admin`,
  "with a query": `${ISSUER}?`,
  "with a fragment": `${ISSUER}#`,
  "with its port": `${ISSUER}:443`,
  "with another scheme": ISSUER.replace("https", "http"),
  "without a scheme": ISSUER.replace("https://", ""),
  "in upper case": ISSUER.toUpperCase(),
  "with its host in upper case": "https://APP.EXAMPLE.COM",
  "without its last letter": ISSUER.slice(0, -1),
  "without its first letter": ISSUER.slice(1),
  "its first letter": "h",
  "with another host after it": `${ISSUER}.attacker.example`,
  "with another host behind `@`": `${ISSUER}@attacker.example`,
  "in the path of another": `https://attacker.example/${ISSUER}`,
  "with a space at the end": `${ISSUER} `,
  "with a space at the start": ` ${ISSUER}`,
  "with a line break at the end": `${ISSUER}\n`,
  "with NUL at the end": `${ISSUER}\0`,
  "with NUL and more at the end": `${ISSUER}\0.attacker.example`,
  "percent-encoded": "https://app%2eexample%2ecom",
  "with a dot at the end of its host": `${ISSUER}.`,
  "with two slashes more": "https:////app.example.com",
  "with a letter that looks the same": ISSUER.replace("a", "\u0430"),
  "in full width": ISSUER.replace("app", "\uff41\uff50\uff50"),
  "with a mark that is not seen": `${ISSUER}\u200b`,
  "with an accent composed otherwise": ISSUER.replace("e", "e\u0301"),
  "twice with a comma": `${ISSUER},${ISSUER}`,
  "of somebody else": "https://attacker.example",
  "a star": "*",
  "empty": "",
  "the audience": "https://api.example.com",
};

export const title = "the issuer";
export const cases = [
  ...Object.entries(others).map(([what, iss]) => must(what, "issuer-mismatch iss", SAME, token({ claims: { iss } }))),
  ...[[ISSUER], [ISSUER, "https://attacker.example"], ["https://attacker.example", ISSUER], [], [[ISSUER]], { 0: ISSUER }, { iss: ISSUER }, {}, 0, 1, true, false].map((iss) =>
    must(`is ${JSON.stringify(iss)}`, "claim-malformed iss", TEXT, token({ claims: { iss } })),
  ),
  must("is null", "claim-malformed iss", TEXT, token({ claimsText: claimsWhere("iss", "null") })),
  must("absent", "claim-missing iss", "the verifier names an issuer: RFC 8725 §3.8", token({ claims: { iss: undefined } })),
  must("absent, and in the header", "claim-missing iss", "RFC 7519 §5.3: what the header repeats stands for nothing", token({ header: { iss: ISSUER }, claims: { iss: undefined } })),
  must("absent, and within another claim", "claim-missing iss", "RFC 7519 §4.1.1", token({ claims: { iss: undefined, claims: { iss: ISSUER } } })),
  must("absent, and named `Iss`", "claim-missing iss", "RFC 7519 §4: names are compared letter by letter", token({ claims: { iss: undefined, Iss: ISSUER } })),
  must("absent, and named with a space", "claim-missing iss", "RFC 7519 §4: names are compared letter by letter", token({ claims: { iss: undefined, "iss ": ISSUER } })),
  must("absent, and in the prototype", "claim-missing iss", "a member named `__proto__` is one like any other", token({ claimsText: claimsWhere("iss", null).replace(/}$/, `,"__proto__":{"iss":"${ISSUER}"}}`) })),
  must("another's, and ours in `issuer`", "issuer-mismatch iss", SAME, token({ claims: { iss: "https://attacker.example", issuer: ISSUER } })),
  must("another's, for a public key", "issuer-mismatch iss", SAME, token({ alg: "EdDSA", claims: { iss: "https://attacker.example" } }), "EdDSA"),
  must("another's in a claim that an escape names", "issuer-mismatch iss", SAME, token({ claimsText: claimsWhere("iss", null).replace(/}$/, ',"\\u0069ss":"https://attacker.example"}') })),
  must("ours in a claim's text", "claim-missing iss", SAME, token({ claimsText: claimsWhere("iss", null).replace(/}$/, `,"x":"\\",\\"iss\\":\\"${ISSUER}\\""}`) })),
  must("ours, and then another's by an escape", "claims-duplicate-member", "RFC 7519 §4: who takes the last takes another issuer", token({ claimsText: claimsWith('"\\u0069ss":"https://attacker.example"') })),
];
