import { must, policy } from "../case.mjs";
import { CLAIMS, NOW, claimsWhere, token } from "../forge.mjs";

const TYPE = "RFC 7519 §4.1.4, §2: a time is a JSON number (CVE-2026-25537)";
const EXP = "RFC 7519 §4.1.4: not on or after `exp`, but for the leeway";
const NBF = "RFC 7519 §4.1.5: not before `nbf`, but for the leeway";
const IAT = "RFC 7519 §4.1.6 asks for no check: a token of the future comes from a wrong clock, or is none";
const AGE = "the verifier sets a greatest age";
const RANGE = "RFC 7519 §2: seconds since 1970; before that, and beyond what a double counts, there is no time of a token";
const JSON_NUMBER = "RFC 8259 §6: no number that JSON writes";
const HUGE = "RFC 8259 §6 lets a reader bound its numbers: beyond a double two readers take it for two things";

const written = (name, text) => token({ claimsText: claimsWhere(name, text) });
const types = {
  "a string": `"${NOW + 600}"`,
  "a string with a date": '"2030-01-01T00:00:00Z"',
  "an empty string": '""',
  "a word": '"never"',
  "`true`": "true",
  "`false`": "false",
  "`null`": "null",
  "an empty list": "[]",
  "a list with a time": `[${NOW + 600}]`,
  "an empty object": "{}",
  "an object with a time": `{"value":${NOW + 600}}`,
  "a string with `Infinity`": '"Infinity"',
  "a string in hexadecimal": '"0x7fffffff"',
};
const ranges = { "-1": "-1", "-5": "-5", "-0": "-0", "-0.5": "-0.5", "2^53 + 2": "9007199254740994", "1e19": "1e19", "1e300": "1e300", "2^64": "18446744073709551616", "-2^63": "-9223372036854775808" };
const huge = { "1e400": "1e400", "-1e400": "-1e400", "400 nines": "9".repeat(400) };
const unwritable = { Infinity: "Infinity", "-Infinity": "-Infinity", NaN: "NaN", "0x7fffffff": "0x7fffffff", "01800000600": "01800000600", "+1800000600": "+1800000600", "1800000600.": "1800000600.", ".5": ".5", "1_800_000_600": "1_800_000_600", "a number and a letter": "1800000600n" };

/** How wrong a time out of range is: none is past, the rest is left open. */
const range = (name, what) => {
  const wrong = name === "exp" ? what.startsWith("-") : name === "nbf" && !what.startsWith("-");
  return wrong ? must : policy;
};

const past = [NOW - 30, NOW - 30.1, NOW - 30.9, NOW - 31, NOW - 3600, 1, 0, 0.5, 1e-9];
const early = [NOW + 31, NOW + 30.1, NOW + 30.9, NOW + 3600, 2 ** 53];

export const title = "times";
export const cases = [
  ...["exp", "nbf", "iat"].flatMap((name) => [
    ...Object.entries(types).map(([what, text]) => must(`\`${name}\` is ${what}`, `claim-malformed ${name}`, TYPE, written(name, text))),
    ...Object.entries(ranges).map(([what, text]) => range(name, what)(`\`${name}\` is ${what}`, `claim-malformed ${name}`, RANGE, written(name, text))),
    ...Object.entries(huge).map(([what, text]) => range(name, what)(`\`${name}\` is ${what}`, "claims-not-json", HUGE, written(name, text))),
    ...Object.entries(unwritable).map(([what, text]) => must(`\`${name}\` is ${what}`, "claims-not-json", JSON_NUMBER, written(name, text))),
  ]),
  must("`exp` is absent", "claim-missing exp", "the verifier requires `exp`", token({ claims: { exp: undefined } })),
  must("`exp` is absent, where nothing is required", "claim-missing exp", "RFC 9068 §2.2, RFC 8725 §3.10: a token without an end is never accepted", token({ claims: { exp: undefined } }), "nothing required"),
  must("`exp` is absent, and in the header", "claim-missing exp", "RFC 7519 §5.3: what the header repeats stands for nothing", token({ header: { exp: NOW + 600 }, claims: { exp: undefined } })),
  must("`exp` is absent, and named `expires_in`", "claim-missing exp", "the verifier requires `exp`", token({ claims: { exp: undefined, expires_in: 600 } })),
  must("`iat` is absent", "claim-missing iat", "the verifier requires `iat`", token({ claims: { iat: undefined } })),
  ...past.map((exp) =>
    must(`\`exp\` ${exp > NOW - 3700 ? `was ${(NOW - exp).toFixed(1)} s ago` : `is ${exp}`}`, "token-expired exp", EXP, token({ claims: { exp } })),
  ),
  policy("`exp` was 29.5 s ago", "token-expired exp", "RFC 7519 §2 allows fractions; here the second counts in which the token ends", token({ claims: { exp: NOW - 29.5 } })),
  must("`exp` is now, without leeway", "token-expired exp", EXP, token({ claims: { exp: NOW } }), "no leeway"),
  must("`exp` was a second ago, without leeway", "token-expired exp", EXP, token({ claims: { exp: NOW - 1 } }), "no leeway"),
  must("`exp` was 120 s ago, with the greatest leeway", "token-expired exp", EXP, token({ claims: { exp: NOW - 120 } }), "greatest leeway"),
  must("`exp` is in milliseconds of the past", "token-expired exp", EXP, token({ claims: { exp: 1_600_000 } })),
  must("`exp` is past, written with an exponent", "token-expired exp", EXP, written("exp", "1.6e9")),
  must("`exp` is past, and `nbf` too", "token-expired exp", EXP, token({ claims: { exp: NOW - 3600, nbf: NOW - 7200 } })),
  must("`exp` is past, for a public key", "token-expired exp", EXP, token({ alg: "EdDSA", claims: { exp: NOW - 3600 } }), "EdDSA"),
  must("`exp` is before `iat`, and past", "token-expired exp", EXP, token({ claims: { exp: NOW - 3600, iat: NOW } })),
  ...early.map((nbf) => must(`\`nbf\` is ${nbf > 2e9 ? "2^53" : `${(nbf - NOW).toFixed(1)} s from now`}`, "token-not-yet-valid nbf", NBF, token({ claims: { nbf } }))),
  must("`nbf` is in a second, without leeway", "token-not-yet-valid nbf", NBF, token({ claims: { nbf: NOW + 1 } }), "no leeway"),
  must("`nbf` is in half a second, without leeway", "token-not-yet-valid nbf", NBF, token({ claims: { nbf: NOW + 0.5 } }), "no leeway"),
  must("`nbf` is in 121 s, with the greatest leeway", "token-not-yet-valid nbf", NBF, token({ claims: { nbf: NOW + 121 } }), "greatest leeway"),
  must("`nbf` is in milliseconds", "token-not-yet-valid nbf", NBF, token({ claims: { nbf: NOW * 1000 } })),
  must("`nbf` is after `exp`", "token-not-yet-valid nbf", NBF, token({ claims: { nbf: NOW + 1200 } })),
  must("`nbf` is in an hour, for a public key", "token-not-yet-valid nbf", NBF, token({ alg: "EdDSA", claims: { nbf: NOW + 3600 } }), "EdDSA"),
  ...early.map((iat) => policy(`\`iat\` is ${iat > 2e9 ? "2^53" : `${(iat - NOW).toFixed(1)} s from now`}`, "token-issued-in-future iat", IAT, token({ claims: { iat } }))),
  policy("`iat` is in milliseconds", "token-issued-in-future iat", IAT, token({ claims: { iat: NOW * 1000 } })),
  policy("issued 90 s ago, of at most 60 s and the leeway", "token-too-old iat", "at the greatest age itself a token is over, as at `exp`", token({ claims: { iat: NOW - 90 } }), "greatest age"),
  must("issued an hour ago, of at most 60 s", "token-too-old iat", AGE, token({ claims: { iat: NOW - 3600 } }), "greatest age"),
  must("issued in 1970, of at most 60 s", "token-too-old iat", AGE, token({ claims: { iat: 0 } }), "greatest age"),
  must("issued at no time, of at most 60 s", "claim-missing iat", AGE, token({ claims: { iat: undefined } }), "greatest age"),
  must("issued in an hour, of at most 60 s", "token-issued-in-future iat", AGE, token({ claims: { iat: NOW + 3600 } }), "greatest age"),
  must("issued at a string, of at most 60 s", "claim-malformed iat", TYPE, token({ claims: { iat: String(NOW) } }), "greatest age"),
  // What else is of a type, and what the verifier requires.
  must("`sub` is absent", "claim-missing sub", "the verifier requires `sub`", token({ claims: { sub: undefined } })),
  ...[7, true, null, ["u1"], { id: "u1" }].map((sub) => must(`\`sub\` is ${JSON.stringify(sub)}`, "claim-malformed sub", "RFC 7519 §4.1.2: `sub` is a string", token({ claimsText: claimsWhere("sub", JSON.stringify(sub)) }))),
  policy("`sub` is empty", "claim-malformed sub", "a subject without a letter is nobody", token({ claims: { sub: "" } })),
  ...[7, true, null, ["j"], {}].map((jti) => must(`\`jti\` is ${JSON.stringify(jti)}`, "claim-malformed jti", "RFC 7519 §4.1.7: `jti` is a string", token({ claims: { jti } }))),
  policy("`jti` is empty", "claim-malformed jti", "an identifier without a letter tells nothing apart", token({ claims: { jti: "" } })),
  ...["agent", ["agent"], 7, true, null].map((act) => policy(`\`act\` is ${JSON.stringify(act)}`, "claim-malformed act", "RFC 8693 §4.1: `act` is an object; who does not know the claim ignores it", token({ claims: { act } }))),
  policy("`sub` of `act` is a number", "claim-malformed act", "RFC 8693 §4.1, RFC 7519 §4.1.2: `sub` is a string; who does not know `act` ignores it", token({ claims: { act: { sub: 7 } } })),
  must("a required claim within another is absent", "claim-missing realm.roles", "the verifier requires it", token({ claims: { jti: "j", realm: {} } }), "other claims required"),
  must("a required claim within another, which is no object", "claim-missing realm.roles", "the verifier requires it", token({ claims: { jti: "j", realm: ["roles"] } }), "other claims required"),
  must("a required claim within another is null", "claim-missing realm.roles", "the verifier requires it", token({ claims: { jti: "j", realm: { roles: null } } }), "other claims required"),
  policy("a required claim within another, named with a dot", "claim-missing realm.roles", "a dot stands between a claim and what is within; elsewhere it is a letter", token({ claims: { jti: "j", "realm.roles": ["admin"] } }), "other claims required"),
  must("a required `jti` is absent", "claim-missing jti", "the verifier requires it", token({ claims: { realm: { roles: [] } } }), "other claims required"),
];
