import { accepted } from "../case.mjs";
import { AUDIENCE, CLAIMS, CURVES, ISSUER, NAMES, NOW, PUBLIC_NAMES, claimsWhere, claimsWith, encode, resigned, token } from "../forge.mjs";

/** The same signature with the other half of S: whether it is the lower or the higher one. */
const half = (alg, wanted) => {
  const { order } = CURVES[alg];
  return resigned(token({ alg }), (signature) => {
    const at = signature.length / 2;
    const s = BigInt(`0x${signature.subarray(at).toString("hex")}`);
    const isHigh = s > order / 2n;
    const other = isHigh === (wanted === "higher") ? s : order - s;
    return Buffer.concat([signature.subarray(0, at), Buffer.from(other.toString(16).padStart(at * 2, "0"), "hex")]);
  });
};
const good = (name, because, given, verifier) => accepted(name, because, token(given), verifier);
const says = (name, because, claims, verifier) => good(name, because, { claims }, verifier);
const written = (name, because, claimsText) => good(name, because, { claimsText });
const header = (name, because, members) => good(name, because, { header: members });

const UNKNOWN = "RFC 7519 §4: claims that are not known are ignored";
const HEADER = "RFC 7515 §4: members that are not known are ignored";
const SPACE = "RFC 8259 §2: white space between";
const ESCAPE = "RFC 8259 §7: an escape is another spelling of the same letter";
const KID = "a key without a `kid` is for tokens with any, and with none";
const TIME = "RFC 7519 §2: a NumericDate may have a fraction, and any form of a JSON number";
const members = (count) => Array.from({ length: count }, (_, index) => `"m${index}":0`).join(",");
const filled = (bytes) => {
  for (let count = 5000; ; count += 1) {
    const made = token({ claims: { fill: "x".repeat(count) } });
    if (made.length >= bytes) return made;
  }
};

export const title = "good tokens, the odd ones too";
export const cases = [
  ...NAMES.flatMap((alg) => [
    good(alg, "a good token", { alg }, alg),
    good(`${alg}: \`typ\` is \`JWT\``, "RFC 7519 §5.1", { alg, header: { typ: "JWT" } }, alg),
    good(`${alg}: \`typ\` is \`at+jwt\``, "RFC 9068 §2.1", { alg, header: { typ: "at+jwt" } }, alg),
    good(`${alg}: another token`, "a good token", { alg, claims: { sub: "u2", jti: "j2", role: "admin" } }, alg),
    good(`${alg}: no claims but those required`, "a good token", { alg, claims: { iat: NOW - 60 } }, alg),
  ]),
  ...PUBLIC_NAMES.flatMap((alg) => [
    good(`${alg}: key in PEM, a \`kid\` in the token`, KID, { alg }, `${alg} of PEM`),
    good(`${alg}: key in PEM, no \`kid\` in the token`, KID, { alg, header: { kid: undefined } }, `${alg} of PEM`),
    good(`${alg}: one of many keys`, "the key that the `kid` names", { alg }, "all public keys"),
    good(`${alg}: one of many keys, where secrets' algorithms are accepted too`, "the key that the `kid` names", { alg }, "all public keys, all algorithms"),
  ]),
  good("RS256: key in PKCS #1", KID, { alg: "RS256" }, "RS256 of PKCS #1"),
  ...Object.keys(CURVES).flatMap((alg) => ["lower", "higher"].map((wanted) => accepted(`${alg}: the ${wanted} half of S`, "RFC 7518 §3.4 asks for no half; WebCrypto makes either", half(alg, wanted), alg))),
  good("the first secret of a set", "RFC 7517 §5", { header: { kid: "first" } }, "secrets in a set"),
  good("the second secret of a set", "RFC 7517 §5", { alg: "HS384", header: { kid: "second" } }, "secrets in a set"),
  good("the first of two keys without a `kid`", KID, { alg: "EdDSA" }, "keys without kid"),
  good("the second of two keys without a `kid`", KID, { alg: "EdDSA", key: "ed25519-other" }, "keys without kid"),
  good("the second of two keys without a `kid`, no `kid` in the token", KID, { alg: "EdDSA", key: "ed25519-other", header: { kid: undefined } }, "keys without kid"),
  good("another algorithm's key without a `kid`", KID, { alg: "ES256" }, "keys without kid"),
  good("the key with a `kid`, beside one without", "the key that the `kid` names", { alg: "EdDSA", header: { kid: "named" } }, "one key with a kid, one without"),
  good("the key without a `kid`, beside one with", KID, { alg: "EdDSA", key: "ed25519-other", header: { kid: undefined } }, "one key with a kid, one without"),
  good("an unknown `kid`, and a key without", KID, { alg: "EdDSA", key: "ed25519-other", header: { kid: "other" } }, "one key with a kid, one without"),
  good("a key without `alg`, which the verifier's algorithms bind", "RFC 7517 §4.4: `alg` is optional", { alg: "PS256", header: { kid: "bare" } }, "key without alg"),

  ...["k", "0", "018c0ae5-4d9b-471b-bfd6-eef314bc7037", "nzCYn9Oe8rA3K+Yy/w==", "bilbo.baggins@hobbiton.example", "urn:key:1", "a~b", "-", "_", "/", "k".repeat(128)].map((kid) => header(`\`kid\` is \`${kid.length > 60 ? "of 128 letters" : kid}\``, KID, { kid })),
  header("`jku`", "RFC 8725 §3.10: ignored", { jku: "https://attacker.example/jwks.json" }),
  header("`jwk`", "RFC 8725 §3.10: ignored", { jwk: { kty: "oct", k: "AAAA" } }),
  header("`jwk` that is none", "RFC 8725 §3.10: ignored", { jwk: {} }),
  header("`x5u`", "RFC 8725 §3.10: ignored", { x5u: "https://attacker.example/cert.pem" }),
  header("`x5c`", "RFC 8725 §3.10: ignored", { x5c: ["AAAA"] }),
  header("`x5t` and `x5t#S256`", "RFC 8725 §3.10: ignored", { x5t: "AAAA", "x5t#S256": "AAAA" }),
  header("`cty` is `JWT`", "RFC 7519 §5.2 has it of nested tokens; the claims are claims", { cty: "JWT" }),
  header("`zip`", HEADER, { zip: "DEF" }),
  header("a member that is not known", HEADER, { "x-tenant": "t1", nothing: null, deep: { list: [1, { x: true }] } }),
  header("claims repeated in the header", "RFC 7519 §5.3", { iss: ISSUER, sub: "u1", aud: AUDIENCE }),
  header("another's claims in the header", "RFC 7519 §5.3: what the header repeats stands for nothing here", { iss: "https://attacker.example", exp: 1 }),
  ...["jwt", "Jwt", "application/jwt", "application/JWT", "APPLICATION/JWT", "at+JWT", "AT+JWT", "application/at+jwt", "Application/At+Jwt"].map((typ) => header(`\`typ\` is \`${typ}\``, "RFC 7515 §4.1.9: media types in either case, with `application/` or without", { typ })),
  good("a header with white space", SPACE, { headerText: ' {\t"alg" :\r\n"HS256" , "typ":"JWT" }\n' }),
  good("a header with escapes", ESCAPE, { headerText: '{"\\u0061lg":"\\u0048S256","typ":"J\\u0057T"}' }),
  good("a header in another order", "RFC 8259 §4: members have no order", { headerText: '{"typ":"JWT","kid":"k","alg":"HS256"}' }),
  good("a header of 1,024 characters", "the greatest header", { header: { fill: "x".repeat(1024 * 3 / 4 - '{"alg":"HS256","fill":""}'.length) } }),
  good("a header with lists 15 deep", "the deepest header", { headerText: `{"alg":"HS256","x":${"[".repeat(15)}${"]".repeat(15)}}` }),
  good("a header with 64 members", "the most members", { headerText: `{"alg":"HS256",${members(63)}}` }),
  good("a header with letters beyond ASCII", "RFC 7515 §2: UTF-8", { header: { name: "J\u00fcrgen \u{1f511}" } }),

  written("white space between the claims", SPACE, `\r\n{ "iss" : "${ISSUER}" ,\t"aud":\n[ "${AUDIENCE}" ] , "sub":"u1","iat": ${NOW} , "exp" :${NOW + 600} }\t `),
  written("claims over many lines", SPACE, JSON.stringify(CLAIMS, null, 4)),
  written("claims' names with escapes", ESCAPE, claimsWhere("iss", null).replace(/}$/, `,"\\u0069\\u0073\\u0073":"${ISSUER}"}`)),
  written("the issuer with escaped slashes", ESCAPE, claimsWhere("iss", `"${ISSUER.replaceAll("/", "\\/")}"`)),
  written("the audience with escapes", ESCAPE, claimsWhere("aud", `"${AUDIENCE.replaceAll("a", "\\u0061")}"`)),
  written("the audience in a list, with escapes", ESCAPE, claimsWhere("aud", `["\\u0068ttps:\\/\\/api.example.com"]`)),
  written("a pair of surrogates", ESCAPE, claimsWith('"name":"\\ud83d\\ude00"')),
  written("every escape", ESCAPE, claimsWith('"x":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\\uffff"')),
  written("DEL in a string", "RFC 8259 §7 lets it stand", claimsWith('"x":"\u007f"')),
  written("separators of lines in a string", "RFC 8259 §7 lets them stand", claimsWith('"x":"\u2028\u2029"')),
  written("empty names", "RFC 8259 §4: a name is a string", claimsWith('"":1')),
  written("names that differ in case", "RFC 7519 §4: names are compared letter by letter", claimsWith('"SUB":"admin","Sub":"x","EXP":1')),
  written("names that objects have by themselves", UNKNOWN, claimsWith('"__proto__":{"sub":"admin"},"constructor":1,"toString":null,"hasOwnProperty":true')),
  written("one name at several depths", "RFC 8259 §4: unique within one object", claimsWith('"sub2":{"sub":"admin","x":{"sub":"y"}},"list":[{"sub":1},{"sub":2}]')),
  written("64 claims", "the most members", claimsWith(members(64 - Object.keys(CLAIMS).length))),
  written("lists 15 deep", "the deepest claims", claimsWith(`"x":${"[".repeat(15)}${"]".repeat(15)}`)),
  written("objects 15 deep", "the deepest claims", claimsWith(`"x":${'{"a":'.repeat(15)}1${"}".repeat(15)}`)),
  written("numbers of every form", UNKNOWN, claimsWith('"x":[0,-0,1.5,-1.5,1e5,1E+5,1e-5,0.1e1,123456789012345678901234567890,1e308]')),
  written("text beyond ASCII", "RFC 7519 §3: UTF-8", claimsWith('"name":"J\u00fcrgen \u4f60\u597d \u0645\u0631\u062d\u0628\u0627 \u{1f469}\u200d\u{1f4bb}"')),
  says("claims that are not known", UNKNOWN, { email: "a@example.com", name: null, nested: { deep: [1, { er: null }] }, empty: {}, none: [], yes: true }),
  says("a role as a list, a scope as a string", UNKNOWN, { role: ["admin", "user"], scope: "notes:read notes:write", permissions: [] }),
  says("`iss` within another claim", UNKNOWN, { issuer: "https://attacker.example", x: { iss: "https://attacker.example" } }),
  accepted("8,192 bytes or a little less", "the greatest token", filled(8180)),

  says("`aud` is a list of one", "RFC 7519 §4.1.3", { aud: [AUDIENCE] }),
  says("`aud` is a list, ours first", "RFC 7519 §4.1.3", { aud: [AUDIENCE, "other"] }),
  says("`aud` is a list, ours last", "RFC 7519 §4.1.3", { aud: ["other", "another", AUDIENCE] }),
  says("`aud` is a list with ours twice", "RFC 7519 §4.1.3", { aud: [AUDIENCE, AUDIENCE] }),
  says("`aud` is a list with an empty one", "RFC 7519 §4.1.3", { aud: ["", AUDIENCE] }),
  says("`aud` is a list of 40", "RFC 7519 §4.1.3", { aud: [...Array.from({ length: 39 }, (_, index) => `urn:api:${index}`), AUDIENCE] }),
  says("`aud` is the first of two of ours", "one of them is enough", { aud: AUDIENCE }, "two audiences"),
  says("`aud` is the second of two of ours", "one of them is enough", { aud: "urn:api:two" }, "two audiences"),
  says("`aud` has both of ours", "one of them is enough", { aud: ["urn:api:two", AUDIENCE] }, "two audiences"),

  says("`exp` was 29 s ago", "within the leeway", { exp: NOW - 29 }),
  says("`exp` is in a second, without leeway", "RFC 7519 §4.1.4", { exp: NOW + 1 }, "no leeway"),
  says("`exp` was 119 s ago, with the greatest leeway", "within the leeway", { exp: NOW - 119 }, "greatest leeway"),
  says("`exp` has a fraction", TIME, { exp: NOW + 600.5 }),
  says("`exp` has a fraction, 29 s ago", TIME, { exp: NOW - 28.5 }),
  written("`exp` has a fraction of zeros", TIME, claimsWhere("exp", `${NOW + 600}.000`)),
  written("`exp` has an exponent", TIME, claimsWhere("exp", "1.8e9")),
  written("`exp` has an exponent with a sign", TIME, claimsWhere("exp", "18E+8")),
  written("`exp` has a negative exponent", TIME, claimsWhere("exp", "18000000000e-1")),
  says("`exp` is 2^53", "the last second that is read", { exp: 2 ** 53 }),
  says("`exp` is in milliseconds", "a number like any other", { exp: (NOW + 600) * 1000 }),
  says("`nbf` is now", "RFC 7519 §4.1.5", { nbf: NOW }),
  says("`nbf` is now, without leeway", "RFC 7519 §4.1.5", { nbf: NOW }, "no leeway"),
  says("`nbf` is in 30 s", "within the leeway", { nbf: NOW + 30 }),
  says("`nbf` is in 120 s, with the greatest leeway", "within the leeway", { nbf: NOW + 120 }, "greatest leeway"),
  says("`nbf` is 0", "RFC 7519 §4.1.5", { nbf: 0 }),
  says("`nbf` has a fraction", TIME, { nbf: NOW - 0.5 }),
  says("`iat` is in 30 s", "within the leeway", { iat: NOW + 30 }),
  says("`iat` is 0", "RFC 7519 §4.1.6: no greatest age unless one is set", { iat: 0 }),
  says("`iat` has a fraction", TIME, { iat: NOW - 0.25 }),
  says("issued 89 s ago, of at most 60 s and the leeway", "within the leeway", { iat: NOW - 89 }, "greatest age"),
  says("issued now, of at most 60 s", "RFC 7519 §4.1.6", {}, "greatest age"),
  says("`iat` is after `exp`", "RFC 7519 has no rule between them", { iat: NOW + 20, exp: NOW + 10 }),

  says("`act`", "RFC 8693 §4.1", { act: { sub: "agent" } }),
  says("`act` within `act`", "RFC 8693 §4.1", { act: { sub: "agent", iss: "https://agents.example", act: { sub: "before" } } }),
  says("`act` without a `sub`", "RFC 8693 §4.1 has it of no member", { act: {} }),
  says("`sub` of one letter", "RFC 7519 §4.1.2", { sub: "0" }),
  says("`sub` of a space", "RFC 7519 §4.1.2", { sub: " " }),
  says("`sub` beyond ASCII", "RFC 7519 §4.1.2", { sub: "J\u00fcrgen" }),
  says("`sub` of 1,000 letters", "RFC 7519 §4.1.2", { sub: "x".repeat(1000) }),
  says("`jti`", "RFC 7519 §4.1.7", { jti: "018c0ae5-4d9b-471b-bfd6-eef314bc7037" }),
  says("nothing but `exp`, `iss` and `aud`, where nothing is required", "RFC 7519 §4.1: the others are optional", { sub: undefined, iat: undefined }, "nothing required"),
  says("claims that are required", "they are there", { jti: "j", realm: { roles: [] } }, "other claims required"),
  says("a required claim that is false", "it is there", { jti: "j", realm: { roles: false } }, "other claims required"),
  ...["at+jwt", "application/at+jwt", "AT+JWT"].map((typ) => good(`an access token of RFC 9068, \`typ\` is \`${typ}\``, "RFC 9068 §2.1", { header: { typ }, claims: { client_id: "web", jti: "j1", scope: "notes:read" } }, "access tokens alone")),
  good("an identity token, where those are accepted", "the verifier names its `typ`", { header: { typ: "id+jwt" } }, "identity tokens alone"),
  good("no `typ`, where tokens without one alone are accepted", "the verifier names no `typ`", {}, "untyped tokens alone"),
  accepted("as Better Auth's `jwt` plugin signs one", "what the plugin writes: no `typ`, the user as claims", token({ alg: "EdDSA", claims: { name: "Ada", email: "ada@example.com", emailVerified: true, image: null, createdAt: "2023-11-14T22:13:20.000Z", updatedAt: "2023-11-14T22:13:20.000Z", id: "u1", iss: ISSUER } }), "EdDSA"),
  accepted("a name that stands for a table in JavaScript, at the end", UNKNOWN, token({ claimsText: claimsWith('"__proto__":null') })),
  accepted("the shortest header", "RFC 7515 §4.1", token({ headerText: '{"alg":"HS256"}' })),
  accepted("claims whose text has dots and braces", "RFC 8259 §7", token({ claims: { x: 'a.b.c {"alg":"none"} [" \\' } })),
  accepted("claims that hold another token", UNKNOWN, token({ claims: { token: `${encode('{"alg":"none"}')}.${encode("{}")}.` } })),
];
