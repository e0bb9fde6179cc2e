import { must } from "../case.mjs";
import { CLAIMS, NAMES, encode, kidOf, rewritten, token } from "../forge.mjs";

const WHY = "RFC 8725 §3.1, §3.2: only the algorithms that the verifier names, letter by letter; `none` is not among them";
const claims = encode(JSON.stringify(CLAIMS));
const unsigned = (header, signature = "") => `${encode(JSON.stringify(header))}.${claims}.${signature}`;

export const title = "no signature, and algorithms that are none";
export const cases = [
  ...["none", "None", "NONE", "nOnE", "none ", " none", "n\u043ene", "none\0", "null", ""].flatMap((alg) => [
    must(`\`alg\` is ${JSON.stringify(alg)}, without a signature`, "alg-not-accepted", WHY, unsigned({ alg })),
    must(`\`alg\` is ${JSON.stringify(alg)}, with a good HMAC`, "alg-not-accepted", WHY, token({ header: { alg } })),
    must(`\`alg\` is ${JSON.stringify(alg)}, for a public key`, "alg-not-accepted", WHY, unsigned({ alg, kid: kidOf("EdDSA") }), "EdDSA"),
  ]),
  ...[null, true, 256, ["HS256"], ["none"], { HS256: true }, ["HS256", "none"]].map((alg) =>
    must(`\`alg\` is ${JSON.stringify(alg)}`, "alg-not-accepted", "RFC 7515 §4.1.1: `alg` is a string", token({ header: { alg } })),
  ),
  must("no `alg`, without a signature", "alg-missing", "RFC 7515 §4.1.1: `alg` must be present", unsigned({ typ: "JWT" })),
  must("no `alg`, with a good HMAC", "alg-missing", "RFC 7515 §4.1.1: `alg` must be present", token({ header: { alg: undefined } })),
  must("an empty header", "alg-missing", "RFC 7515 §4.1.1: `alg` must be present", token({ headerText: "{}" })),
  must("no keys, and `alg` is `none`", "alg-not-accepted", WHY, unsigned({ alg: "none" }), "no keys"),
  ...NAMES.map((name) =>
    must(`${name} with an empty signature`, "signature-missing", "RFC 7515 §5.2: a signature that is absent does not hold", rewritten(token({ alg: name }), () => ""), name),
  ),
  ...["hs256", "Hs256", "HS256 ", "HS-256", "HMAC-SHA256", "HS\u0662\u0665\u0666"].map((alg) =>
    must(`\`alg\` is ${JSON.stringify(alg)}`, "alg-not-accepted", "RFC 7515 §4.1.1: `alg` is case-sensitive", token({ header: { alg } })),
  ),
];
