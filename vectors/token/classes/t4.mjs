import { must, policy } from "../case.mjs";
import { CLAIMS, encode, sign, token } from "../forge.mjs";

const CRIT = "RFC 7515 §4.1.11: what `crit` names must be understood, be in the header, and be no member of RFC 7515";
const FORM = "RFC 7515 §4.1.11: `crit` is a list of names, and not empty";
const B64 = "RFC 7797 §7: no JWT has `b64` of false";
const NONE = "RFC 7797 §6: `b64` must be named in `crit`; no extension is understood here";

/** A token whose claims are not encoded, as `b64` of false has it. */
function unencoded(header, payload) {
  const input = `${encode(JSON.stringify({ alg: "HS256", ...header }))}.${payload}`;
  return `${input}.${encode(sign("HS256", input))}`;
}

export const title = "critical extensions, and payloads that are not encoded";
export const cases = [
  ...["exp", "https://example.com/unknown", "x", "jwk", "alg", "typ", "kid", "crit", "b64", "", "EXP", "exp "].map((name) =>
    must(`\`crit\` names ${JSON.stringify(name)}, which is not there`, "crit-present", CRIT, token({ header: { crit: [name] } })),
  ),
  must("`crit` names an extension that is there", "crit-present", CRIT, token({ header: { crit: ["x-limit"], "x-limit": 5 } })),
  must("`crit` names `exp`, which is in the header", "crit-present", CRIT, token({ header: { crit: ["exp"], exp: CLAIMS.exp } })),
  must("`crit` names `alg`, which is in the header", "crit-present", CRIT, token({ header: { crit: ["alg"] } })),
  must("`crit` names `typ`, which is in the header", "crit-present", CRIT, token({ header: { typ: "JWT", crit: ["typ"] } })),
  must("`crit` names a known one and an unknown one", "crit-present", CRIT, token({ header: { crit: ["b64", "x"], b64: true, x: 1 } })),
  must("`crit` names one twice", "crit-present", FORM, token({ header: { crit: ["x", "x"], x: 1 } })),
  must("`crit` is empty", "crit-present", FORM, token({ header: { crit: [] } })),
  ...[null, "exp", 1, true, false, {}, { 0: "exp" }, [null], [1], [["exp"]], "b64"].map((crit) =>
    must(`\`crit\` is ${JSON.stringify(crit)}`, "crit-present", FORM, token({ header: { crit } })),
  ),
  must("`crit` names an unknown one, for a public key", "crit-present", CRIT, token({ alg: "EdDSA", header: { crit: ["x"], x: 1 } }), "EdDSA"),
  must("`crit` written with an escape", "crit-present", CRIT, token({ headerText: '{"alg":"HS256","cr\\u0069t":["x"],"x":1}' })),
  policy("`b64` is true, and `crit` names it", "crit-present", "RFC 7797 §7 allows `b64` of true; no extension is understood here", token({ header: { crit: ["b64"], b64: true } })),
  must("`b64` is false, and `crit` names it; the claims are encoded", "crit-present", B64, token({ header: { crit: ["b64"], b64: false } })),
  must("`b64` is false, and `crit` names it; the claims are not encoded", "crit-present", B64, unencoded({ crit: ["b64"], b64: false }, JSON.stringify({ ...CLAIMS, iss: "x", aud: "y" }).replaceAll(".", ""))),
  must("`b64` is false, and `crit` names it; the claims are letters of base64url", "crit-present", B64, unencoded({ crit: ["b64"], b64: false }, "e30")),
  policy("`b64` is false, without `crit`", "b64-present", NONE, token({ header: { b64: false } })),
  policy("`b64` is true, without `crit`", "b64-present", NONE, token({ header: { b64: true } })),
  ...[null, "false", 0, [], {}].map((b64) => policy(`\`b64\` is ${JSON.stringify(b64)}, without \`crit\``, "b64-present", NONE, token({ header: { b64 } }))),
];
