import { must } from "../case.mjs";
import { AUDIENCE, ISSUER, claimsWhere, token } from "../forge.mjs";

const OURS = "RFC 7519 §4.1.3: who is not named in `aud` must reject the token";
const TYPE = "RFC 7519 §4.1.3: `aud` is a string, or an array of strings (CVE-2020-26160)";

const others = {
  "with a slash at the end": `${AUDIENCE}/`,
  "with a path": `${AUDIENCE}/v1`,
  "without its last letter": AUDIENCE.slice(0, -1),
  "without its first letter": AUDIENCE.slice(1),
  "its first letter": "h",
  "in upper case": AUDIENCE.toUpperCase(),
  "with another scheme": AUDIENCE.replace("https", "http"),
  "with another host after it": `${AUDIENCE}.attacker.example`,
  "with a space at the end": `${AUDIENCE} `,
  "with NUL at the end": `${AUDIENCE}\0`,
  "with a letter that looks the same": AUDIENCE.replace("a", "\u0430"),
  "in a list with commas": `other,${AUDIENCE}`,
  "in a list with spaces": `other ${AUDIENCE}`,
  "as JSON in a string": JSON.stringify([AUDIENCE]),
  "the issuer": ISSUER,
  "a star": "*",
  "empty": "",
  "of Better Auth's cached session": "better-auth:session-cache",
  "a client's name, as an identity token has it": "web-client",
};
const lists = [[], [""], ["other"], ["other", "another"], [`${AUDIENCE}/`], [AUDIENCE.toUpperCase()], ["*"], [AUDIENCE.slice(0, -1), AUDIENCE.slice(-1)], Array(40).fill("other")];
const malformed = [{}, { 0: AUDIENCE }, { aud: AUDIENCE }, { [AUDIENCE]: true }, 0, 7, true, false, [[AUDIENCE]], [[[AUDIENCE]]], [{ aud: AUDIENCE }], [AUDIENCE, 1], [1, AUDIENCE], [AUDIENCE, null], [null, AUDIENCE], [AUDIENCE, [AUDIENCE]], [AUDIENCE, {}], [AUDIENCE, true], [null], [7], [true]];

export const title = "the audience";
export const cases = [
  ...Object.entries(others).map(([what, aud]) => must(what, "audience-mismatch aud", OURS, token({ claims: { aud } }))),
  ...lists.map((aud) => must(`is ${JSON.stringify(aud).slice(0, 80)}`, "audience-mismatch aud", OURS, token({ claims: { aud } }))),
  ...malformed.map((aud) => must(`is ${JSON.stringify(aud)}`, "claim-malformed aud", TYPE, token({ claims: { aud } }))),
  must("is null", "claim-malformed aud", TYPE, token({ claimsText: claimsWhere("aud", "null") })),
  must("absent", "claim-missing aud", "the verifier names an audience: RFC 8725 §3.9", token({ claims: { aud: undefined } })),
  must("absent, and ours in `azp` and `client_id`", "claim-missing aud", OURS, token({ claims: { aud: undefined, azp: AUDIENCE, client_id: AUDIENCE } })),
  must("absent, and ours in `scope`", "claim-missing aud", OURS, token({ claims: { aud: undefined, scope: AUDIENCE } })),
  must("absent, and in the header", "claim-missing aud", "RFC 7519 §5.3: what the header repeats stands for nothing", token({ header: { aud: AUDIENCE }, claims: { aud: undefined } })),
  must("absent, and named `AUD`", "claim-missing aud", "RFC 7519 §4: names are compared letter by letter", token({ claims: { aud: undefined, AUD: AUDIENCE } })),
  must("another's, where two are ours", "audience-mismatch aud", OURS, token({ claims: { aud: "urn:api:three" } }), "two audiences"),
  must("both of ours in one string", "audience-mismatch aud", OURS, token({ claims: { aud: `${AUDIENCE} urn:api:two` } }), "two audiences"),
  must("another's, for a public key", "audience-mismatch aud", OURS, token({ alg: "EdDSA", claims: { aud: "other" } }), "EdDSA"),
  must("another's, where nothing is required", "audience-mismatch aud", OURS, token({ claims: { aud: "other" } }), "nothing required"),
  must("absent, where nothing is required", "claim-missing aud", "the verifier names an audience: RFC 8725 §3.9", token({ claims: { aud: undefined } }), "nothing required"),
];
