// Keys: sets that are refused as a whole, keys that are left out with a reason, PEM and secrets.

import { createHash } from "node:crypto";
import { CLAIMS, NAMES, PRIVATE, PUBLIC_NAMES, encode, jwkOf, kidOf, pemOf, publicJwk, publicKey, token } from "./forge.mjs";
import { jwks } from "./verifiers.mjs";

/**
 * Keys with their verdict, the keys that are left `out`, and a token that only these keys could make good, with what the verifier
 * `says` of it. Where the keys are refused there is no verifier: whoever accepts the token has taken them.
 */
const made = (level) => (name, verdict, because, keys, { algorithms = NAMES, out = [], token = null, says = null } = {}) => ({
  name, algorithms, keys: typeof keys === "string" ? { jwks: keys } : keys, verdict, out, token, token_verdict: says, level, because,
});
const must = made("must");
const policy = made("policy");
const set = (...keys) => jwks(...keys).jwks;
const taken = (name, because, keys, given) => must(name, "taken", because, keys, { says: "accepted", ...given });
/** A key that is left out of a set, beside a good one. */
const left = (kind) => (name, fault, because, jwk, { sign = {}, algorithms, header } = {}) =>
  kind(name, "taken", because, set(jwk, jwkOf("ES384")), {
    algorithms,
    out: [{ position: 0, code: fault }],
    token: sign === null ? null : token({ alg: jwk.alg, ...sign, header: { kid: typeof jwk.kid === "string" ? jwk.kid : undefined, ...header } }),
    says: sign === null ? null : jwk.kid === undefined ? "kid-missing" : "kid-unknown",
  });
const out = left(must);
const unwanted = left(policy);

const oct = (name, members) => ({ kty: "oct", k: encode(PRIVATE.secrets[name]), alg: "HS256", kid: "s", ...members });
const rsa = (members) => jwkOf("RS256", members);
const ed = (members) => jwkOf("EdDSA", members);
const ec = (members) => jwkOf("ES256", members);
const privateJwk = (pair, members) => ({ ...PRIVATE.pairs[pair], ...members });

/** A token that a key of order 1 holds for good, whatever it says: R is the neutral point, and S is 0. */
const forgedForNeutral = (x) => {
  const input = `${encode(JSON.stringify({ alg: "EdDSA", kid: "weak" }))}.${encode(JSON.stringify(CLAIMS))}`;
  return { jwk: { kty: "OKP", crv: "Ed25519", alg: "EdDSA", kid: "weak", x }, token: `${input}.${encode(Buffer.concat([Buffer.from([1]), Buffer.alloc(63)]))}` };
};
const neutral = Buffer.concat([Buffer.from([1]), Buffer.alloc(31)]);
/** A token that an RSA key with exponent 1 holds for good: its signature is the padded hash itself (RFC 8017 §9.2). */
const forgedForOne = (() => {
  const input = `${encode(JSON.stringify({ alg: "RS256", kid: kidOf("RS256") }))}.${encode(JSON.stringify(CLAIMS))}`;
  const info = Buffer.concat([Buffer.from("3031300d060960864801650304020105000420", "hex"), createHash("sha256").update(input).digest()]);
  const padded = Buffer.concat([Buffer.from([0, 1]), Buffer.alloc(253 - info.length, 0xff), Buffer.from([0]), info]);
  return `${input}.${encode(padded)}`;
})();

const SIZE = "no standard has a bound";
const KIND = "RFC 8725 §2.1, §3.1: a public key must never be taken for a secret";
const MIXED = "RFC 7517 §5 allows it; where one set has both, one could be taken for the other";
const PRIVATE_PART = "RFC 7517 §9.2: a private key is not shown; whoever fetches this set can sign";
const USE = "RFC 7517 §4.2: a key for encryption is not for signatures";
const OPS = "RFC 7517 §4.3: operations are named once, and `verify` is among them";
const KID = "RFC 7517 §4.5: `kid` is a string; one that a header may have";
const TWICE = "RFC 7517 §4.5: keys of one set should have different names; which one signed cannot be told";
const RSA = "RFC 7518 §3.3: 2048 bits or more";
const FORM = "RFC 7518 §6: the member is there, in base64url, and as long as it must be";
const BOUND = "RFC 8725 §3.1: a key is for exactly one algorithm";

const twin = jwkOf("ES256", { kid: kidOf("RS256") });
const bare = (pair, members) => publicJwk(pair, members);
const good = { token: token({ alg: "EdDSA" }) };

const sets = [
  taken("one key", "RFC 7517 §5", set(ed()), good),
  taken("every algorithm with a public key", "RFC 7517 §5", set(...PUBLIC_NAMES.map((name) => jwkOf(name))), good),
  taken("a key without `use`, `key_ops` and `kid`", "RFC 7517 §4: they are optional", set({ ...ed(), use: undefined, kid: undefined }), good),
  taken("a key with `key_ops` of `verify`", "RFC 7517 §4.3", set(ed({ key_ops: ["verify"] })), good),
  taken("a key with `key_ops` of `sign` and `verify`", "RFC 7517 §4.3", set(ed({ key_ops: ["sign", "verify"] })), good),
  taken("members that are not known", "RFC 7517 §4: ignored", set(ed({ ext: true, x5c: ["AAAA"], createdAt: "2023-11-14", nested: { deep: [1] } })), good),
  taken("members of the set that are not known", "RFC 7517 §5: ignored", JSON.stringify({ issuer: "https://app.example.com", keys: [ed()], next: null }), good),
  taken("white space and escapes", "RFC 8259", JSON.stringify({ keys: [ed()] }, null, 2).replace('"kty"', '"\\u006bty"'), good),
  taken("secrets alone", "RFC 7518 §6.4", set(oct("hs256")), { token: token({ header: { kid: "s" } }) }),
  taken("no key", "RFC 7517 §5: a list may be empty", set(), { token: token({ alg: "EdDSA" }), says: "keys-unavailable" }),
  taken("a key whose exponent is 3", "RFC 8017 §3.1", set(rsa({ e: "Aw" })), { token: null, says: null }),
  taken("a kid in full", "RFC 7517 §4.5", set(ed({ kid: "k".repeat(128) })), { token: token({ alg: "EdDSA", header: { kid: "k".repeat(128) } }) }),

  policy("a secret beside a public key", "key-set-mixed", MIXED, set(ed(), oct("hs256")), { token: token({ header: { kid: "s" } }) }),
  policy("a public key beside a secret, of the public key's token", "key-set-mixed", MIXED, set(oct("hs256"), ed()), good),
  policy("a secret for encryption beside a public key", "key-set-mixed", MIXED, set(ed(), oct("hs256", { use: "enc", alg: "A256GCM" })), good),
  ...[["EdDSA", "ed25519"], ["ES256", "p256"], ["RS256", "rsa"]].map(([alg, pair]) =>
    policy(`a private key of ${alg}`, "key-set-private", PRIVATE_PART, set(privateJwk(pair, { alg, kid: kidOf(alg) })), { token: token({ alg }) }),
  ),
  policy("a private key beside the one that signed", "key-set-private", PRIVATE_PART, set(ed(), privateJwk("p256", { alg: "ES256", kid: "p" })), good),
  ...["d", "p", "q", "dp", "dq", "qi", "oth", "k"].map((name) => policy(`a key with \`${name}\``, "key-set-private", PRIVATE_PART, set(ed(), rsa({ [name]: "AQAB" })), good)),
  must("a page of HTML", "key-set-not-json", "RFC 7517 §5", "<!doctype html><title>404</title>", good),
  must("nothing", "key-set-not-json", "RFC 7517 §5", "", good),
  must("a set with a letter behind", "key-set-not-json", "RFC 8259 §2", `${set(ed())}x`, good),
  policy("a set that names `keys` twice", "key-set-not-json", "RFC 7517 §4, §5: names are unique; who takes the last is not wrong, and reads another set than who takes the first", `{"keys":[],"keys":[${JSON.stringify(ed())}]}`, good),
  policy("a key that names `x` twice", "key-set-not-json", "RFC 7517 §4: names are unique; who takes the last is not wrong, and reads another key than who takes the first", set(ed()).replace('"x":', `"x":"${publicJwk("ed25519-other").x}","x":`), good),
  policy("a set that is nested too deep", "key-set-not-json", SIZE, set(ed({ deep: JSON.parse("[".repeat(20) + "]".repeat(20)) })), good),
  must("a list", "key-set-not-json", "RFC 7517 §5: an object", JSON.stringify([ed()]), good),
  policy("one key in place of a set", "key-set-no-keys", "RFC 7517 §5: a set has `keys`", JSON.stringify(ed()), good),
  must("`keys` that is no list", "key-set-no-keys", "RFC 7517 §5: a list", JSON.stringify({ keys: { 0: ed() } }), good),
  must("`keys` that is null", "key-set-no-keys", "RFC 7517 §5: a list", '{"keys":null}', good),
  policy("a key that is no object, beside a good one", "key-set-no-keys", "RFC 7517 §5: a list of objects; it lets what is not understood be ignored", `{"keys":[null,${JSON.stringify(ed())}]}`, good),
  must("`Keys`", "key-set-no-keys", "RFC 7517 §5: names are compared letter by letter", JSON.stringify({ Keys: [ed()] }), good),
  policy("101 keys", "key-set-too-many-keys", SIZE, set(...Array.from({ length: 101 }, (_, index) => ed({ kid: index === 0 ? kidOf("EdDSA") : `k${index}` }))), good),
  policy("more than 256 KiB", "key-set-too-long", SIZE, `${" ".repeat(256 * 1024)}${set(ed())}`, good),

  policy("two keys of one `kid`", "taken", TWICE, set(rsa(), ed(), twin), { out: [0, 2].map((position) => ({ position, code: "key-kid-duplicate" })), token: token({ alg: "RS256" }), says: "kid-unknown" }),
  policy("two keys of one `kid`, the other's token", "taken", TWICE, set(rsa(), ed(), twin), { out: [0, 2].map((position) => ({ position, code: "key-kid-duplicate" })), token: token({ alg: "ES256", header: { kid: kidOf("RS256") } }), says: "kid-unknown" }),
  policy("two keys of one `kid`, one of an attacker's", "taken", TWICE, set(ed(), { ...publicJwk("ed25519-other"), alg: "EdDSA", kid: kidOf("EdDSA") }), { out: [0, 1].map((position) => ({ position, code: "key-kid-duplicate" })), token: token({ alg: "EdDSA", key: "ed25519-other" }), says: "keys-unavailable" }),
  policy("five keys of one algorithm without a `kid`", "taken", SIZE, set(...["ed25519-other", "ed25519-other", "ed25519-other", "ed25519-other", "ed25519"].map((pair) => bare(pair, { alg: "EdDSA" }))), { out: [{ position: 4, code: "key-kid-absent" }], token: token({ alg: "EdDSA", header: { kid: undefined } }), says: "signature-invalid" }),
  taken("the only key of a set is out", "one bad key leaves no other", set(ed({ use: "enc" })), { out: [{ position: 0, code: "key-use" }], ...good, says: "keys-unavailable" }),

  ...["enc", "ENC", "", "Sig", "signature"].map((use) => out(`\`use\` is ${JSON.stringify(use)}`, "key-use", USE, ed({ use }))),
  ...[null, ["sig"], 1].map((use) => out(`\`use\` is ${JSON.stringify(use)}`, "key-use", "RFC 7517 §4.2: `use` is a string", ed({ use }))),
  ...[[], ["sign"], ["encrypt"], ["verify", "verify"], ["Verify"], "verify", null, [1], { verify: true }, ["verify", 1]].map((key_ops) => out(`\`key_ops\` is ${JSON.stringify(key_ops)}`, "key-ops", OPS, ed({ key_ops }))),
  ...[7, null, true, ["k"]].map((kid) => out(`\`kid\` is ${JSON.stringify(kid)}`, "key-kid-malformed", KID, ed({ kid }), { header: { kid: String(kid) } })),
  ...["", "../../dev/null", "a b", "' OR 1=1 --", "k".repeat(129)].map((kid) => unwanted(`\`kid\` is ${kid.length > 60 ? "of 129 letters" : JSON.stringify(kid)}`, "key-kid-malformed", KID, ed({ kid }), { sign: null })),
  out("1024 bits", "key-rsa-short", RSA, publicJwk("rsa-1024", { alg: "RS256", kid: "short" }), { sign: { key: "rsa-1024" } }),
  policy("a modulus of more than 8192 bits", "taken", SIZE, set(rsa({ n: encode(Buffer.alloc(1025, 0xff)) })), { out: [{ position: 0, code: "key-rsa-long" }], token: token({ alg: "RS256" }), says: "keys-unavailable" }),
  must("an exponent of 1, and a signature that anyone makes", "taken", "RFC 8017 §3.1: an exponent is odd and at least 3", set(rsa({ e: "AQ" }), jwkOf("ES384")), { out: [{ position: 0, code: "key-rsa-exponent" }], token: forgedForOne, says: "kid-unknown" }),
  ...[["of 2", "Ag"], ["that is even", "AQAA"], ["of 33 bits and more", "AQAAAAAB"]].map(([what, e]) => out(`an exponent ${what}`, "key-rsa-exponent", "RFC 8017 §3.1: odd, and here at most 33 bits", rsa({ e }))),
  must("a modulus of CVE-2017-15361", "taken", "CVE-2017-15361: the key can be factored", set(publicJwk("rsa-roca", { alg: "RS256", kid: "roca" }), jwkOf("ES384")), { out: [{ position: 0, code: "key-roca" }], token: token({ alg: "RS256", key: "rsa-roca", header: { kid: "roca" } }), says: "kid-unknown" }),
  out("an even modulus", "key-unsound", "a product of odd primes is odd", rsa({ n: encode(Buffer.concat([Buffer.from(rsa().n, "base64url").subarray(0, 255), Buffer.from([2])])) })),
  ...[["`n` is absent", { n: undefined }], ["`e` is absent", { e: undefined }], ["`n` is a number", { n: 7 }], ["`n` has padding", { n: `${rsa().n}==` }], ["`n` is of the alphabet of RFC 4648 §4", { n: Buffer.from(rsa().n, "base64url").toString("base64").replace(/=+$/, "") }], ["`n` has a zero before", { n: encode(Buffer.concat([Buffer.alloc(1), Buffer.from(rsa().n, "base64url")])) }], ["`e` has a zero before", { e: "AAEAAQ" }], ["`n` is empty", { n: "" }], ["`alg` is a number", { alg: 256 }]].map(([what, members]) =>
    out(what, "key-member", FORM, rsa(members), { sign: { alg: "RS256" } }),
  ),
  out("`kty` is absent", "key-member", "RFC 7517 §4.1: `kty` must be present", ed({ kty: undefined })),
  out("`x` is short by a byte", "key-member", "RFC 7518 §6.2.1.2: as long as the curve", ec({ x: encode(Buffer.from(ec().x, "base64url").subarray(1)) })),
  out("`y` has a zero before", "key-member", "RFC 7518 §6.2.1.2: as long as the curve", ec({ y: encode(Buffer.concat([Buffer.alloc(1), Buffer.from(ec().y, "base64url")])) })),
  out("`y` is absent", "key-member", FORM, ec({ y: undefined })),
  out("`x` of Ed25519 has 31 bytes", "key-member", FORM, ed({ x: encode(Buffer.from(ed().x, "base64url").subarray(1)) })),
  out("a point that is not on the curve", "key-unsound", "RFC 8725 §3.4: points are validated", ec({ y: ec().x })),
  out("the point 0, 0", "key-unsound", "RFC 8725 §3.4: points are validated", ec({ x: encode(Buffer.alloc(32)), y: encode(Buffer.alloc(32)) })),
  ...[["the neutral point", neutral], ["the neutral point, with the other sign", Buffer.concat([neutral.subarray(0, 31), Buffer.from([0x80])])], ["the neutral point in a second encoding", Buffer.from(`ee${"ff".repeat(30)}7f`, "hex")]].map(([what, x]) => {
    const { jwk, token } = forgedForNeutral(encode(x));
    return (what === "the neutral point" ? policy : must)(`${what} of Ed25519, and a signature that holds for everything`, "taken", what === "the neutral point" ? "RFC 8725 §3.4: one of small order is nobody's key, though RFC 8032 decodes it" : "RFC 8032 §5.1.3: no encoding of a point", set(jwk, jwkOf("ES384")), { out: [{ position: 0, code: "key-unsound" }], token, says: "kid-unknown" });
  }),
  ...[["of order 2", `ec${"ff".repeat(30)}7f`], ["of order 4", "00".repeat(32)], ["of order 8", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"]].map(([what, hex]) => out(`a point of Ed25519 ${what}`, "key-unsound", "RFC 8725 §3.4: points are validated; one of small order is nobody's key", ed({ x: encode(Buffer.from(hex, "hex")) }))),
  ...["RSA-OAEP", "none", "ES521", "HS1", "", "rs256", "ECDH-ES"].map((alg) => out(`\`alg\` is \`${alg}\``, "key-alg-unknown", "RFC 7517 §4.4, RFC 8725 §3.1: the key is for that algorithm, which is none of a signature", rsa({ alg }), { sign: { alg: "RS256" } })),
  out("`alg` is that of another kind", "key-kind-mismatch", BOUND, rsa({ alg: "ES256" }), { sign: { alg: "RS256" } }),
  out("`alg` is HS256, and the key public", "key-kind-mismatch", KIND, rsa({ alg: "HS256" }), { sign: { alg: "HS256", secret: publicKey("rsa").export({ format: "pem", type: "spki" }) } }),
  out("`alg` is that of another curve", "key-curve-mismatch", "RFC 7518 §3.4", ec({ alg: "ES512" }), { sign: { alg: "ES256" } }),
  out("`crv` is absent", "key-curve-mismatch", "RFC 7518 §6.2.1.1: `crv` must be present", ec({ crv: undefined })),
  out("`crv` is that of another curve", "key-curve-mismatch", "RFC 7518 §6.2.1.1", ec({ crv: "P-384" })),
  out("`crv` is in lower case", "key-curve-mismatch", "RFC 7517 §4: values are compared letter by letter", ec({ crv: "p-256" })),
  out("Ed448, and `alg` of EdDSA", "key-curve-mismatch", "RFC 8037 §3.1: only Ed25519 is taken here", publicJwk("ed448", { alg: "EdDSA", kid: "448" }), { sign: null }),
  out("secp256k1", "key-alg-unknown", "RFC 8812 §3.2: not taken here", publicJwk("secp256k1", { alg: "ES256K", kid: "k1" }), { sign: null }),
  out("`kty` is not known", "key-kind-unknown", "RFC 7517 §5: what is not understood is ignored", { kty: "AKP", alg: "ML-DSA-44", kid: "a", pub: "AAAA" }, { sign: null }),
  out("`kty` is in another case", "key-kind-unknown", "RFC 7517 §4.1: `kty` is case-sensitive", ed({ kty: "okp" })),
  out("`alg` is not among the accepted ones", "key-alg-not-accepted", "RFC 8725 §3.1: only the algorithms that the verifier names", jwkOf("PS256"), { algorithms: ["ES384", "RS256"], sign: { alg: "RS256" } }),
  out("no `alg`, and several fit", "key-alg-unclear", BOUND, bare("rsa", { kid: "bare" }), { sign: { alg: "RS256" } }),
  out("no `alg`, and none fits", "key-alg-unclear", BOUND, bare("rsa", { kid: "bare" }), { algorithms: ["ES384", "ES256"], sign: null }),
  must("a secret of 16 bytes", "taken", "RFC 7518 §3.2: as long as the hash", set(oct("short")), { algorithms: ["HS256"], out: [{ position: 0, code: "secret-short" }], token: token({ key: "short", header: { kid: "s" } }), says: "keys-unavailable" }),
  must("a secret of 32 bytes for HS512", "taken", "RFC 7518 §3.2: as long as the hash", set(oct("hs256", { alg: "HS512" })), { algorithms: ["HS512"], out: [{ position: 0, code: "secret-short" }], token: token({ alg: "HS512", key: "hs256", header: { kid: "s" } }), says: "keys-unavailable" }),
  must("an empty secret", "taken", "RFC 7518 §3.2: as long as the hash", set(oct("hs256", { k: "" })), { algorithms: ["HS256"], out: [{ position: 0, code: "secret-empty" }], token: token({ secret: "", header: { kid: "s" } }), says: "keys-unavailable" }),
  must("a secret without `k`", "taken", FORM, set(oct("hs256", { k: undefined })), { algorithms: ["HS256"], out: [{ position: 0, code: "key-member" }], token: token({ secret: "", header: { kid: "s" } }), says: "keys-unavailable" }),
  must("a secret for encryption", "taken", USE, set(oct("hs256", { use: "enc" })), { algorithms: ["HS256"], out: [{ position: 0, code: "key-use" }], token: token({ header: { kid: "s" } }), says: "keys-unavailable" }),
];

const spki = pemOf("ed25519");
const pem = (text, algorithm = "EdDSA") => [{ pem: text }, { algorithms: [algorithm], token: token({ alg: algorithm }) }];
/** A label alone decides; what stands below it is no key. */
const labelled = (label) => ({ pem: `-----BEGIN ${label}-----\n${Buffer.from("no key at all").toString("base64")}\n-----END ${label}-----\n` });
const pems = [
  ...[["EdDSA", "ed25519"], ["Ed25519", "ed25519"], ["ES256", "p256"], ["ES384", "p384"], ["ES512", "p521"], ["RS256", "rsa"], ["PS512", "rsa"]].map(([alg, pair]) => taken(`SPKI for ${alg}`, "RFC 7468 §13", ...pem(pemOf(pair), alg))),
  ...["RS256", "PS256"].map((alg) => taken(`PKCS #1 for ${alg}`, "RFC 8017 §A.1.1", ...pem(pemOf("rsa", "pkcs1"), alg))),
  taken("with carriage returns", "RFC 7468 §3", ...pem(spki.replaceAll("\n", "\r\n"))),
  taken("with white space around", "RFC 7468 §2", ...pem(`\n  ${spki}\n\n`)),
  taken("without a line break at its end", "RFC 7468 §3", ...pem(spki.trimEnd())),
  must("of another curve", "key-kind-mismatch", "RFC 7518 §3.4", ...pem(pemOf("p384"), "ES256")),
  must("of another kind", "key-kind-mismatch", BOUND, ...pem(pemOf("rsa"), "EdDSA")),
  must("Ed448", "key-kind-mismatch", "RFC 8037 §3.1: only Ed25519 is taken here", ...pem(pemOf("ed448"))),
  must("1024 bits", "key-rsa-short", RSA, { pem: pemOf("rsa-1024") }, { algorithms: ["RS256"], token: token({ alg: "RS256", key: "rsa-1024" }) }),
  must("a modulus of CVE-2017-15361", "key-roca", "CVE-2017-15361: the key can be factored", { pem: pemOf("rsa-roca") }, { algorithms: ["RS256"], token: token({ alg: "RS256", key: "rsa-roca" }) }),
  must("a label of a private key", "key-private", "what checks signatures needs no private key", labelled("PRIVATE KEY"), { algorithms: ["EdDSA"] }),
  must("a label of an encrypted key", "key-encrypted", "what checks signatures needs no private key", labelled("ENCRYPTED PRIVATE KEY"), { algorithms: ["EdDSA"] }),
  must("a label of a certificate", "key-certificate", "a certificate says more than its key, which nobody checks here", labelled("CERTIFICATE"), { algorithms: ["EdDSA"] }),
  must("no PEM", "key-not-pem", "RFC 7468 §3", ...pem("not a key")),
  must("nothing", "key-not-pem", "RFC 7468 §3", ...pem("")),
  must("the middle alone", "key-not-pem", "RFC 7468 §3", ...pem(spki.split("\n")[1])),
  policy("two keys", "key-not-pem", "one key: which of them signed would be left open", ...pem(spki + pemOf("ed25519-other"))),
  must("without its end", "key-not-pem", "RFC 7468 §3", ...pem(spki.replace(/-----END.*/, ""))),
  must("with characters that are not base64", "key-not-pem", "RFC 7468 §3", ...pem(spki.replace("MCow", "M*ow"))),
  must("PKCS #1 with a byte behind", "key-kind-mismatch", "X.690 §10: one encoding of one key, and nothing behind", { pem: `-----BEGIN RSA PUBLIC KEY-----\n${Buffer.concat([publicKey("rsa").export({ format: "der", type: "pkcs1" }), Buffer.alloc(1)]).toString("base64")}\n-----END RSA PUBLIC KEY-----\n` }, { algorithms: ["RS256"] }),
];

const EVERYBODYS = "RFC 8725 §3.5: a secret is random; this one stands in examples, or is made like one";
const SHORT = "RFC 7518 §3.2: as long as the hash";
const secret = (text, alg = "HS256") => [{ secret: text }, { algorithms: [alg], token: token({ alg, secret: text }) }];
const jwkText = JSON.stringify(publicJwk("ed25519"));
const secrets = [
  ...[["hs256", "HS256"], ["hs384", "HS384"], ["hs512", "HS512"], ["hs512", "HS256"]].map(([name, alg]) => taken(`${PRIVATE.secrets[name].length} letters for ${alg}`, SHORT, ...secret(PRIVATE.secrets[name], alg))),
  taken("hexadecimal", SHORT, ...secret("b7f3a9c21e5d4860917fa2c3d8e6b4f0")),
  taken("beyond ASCII, by its bytes", SHORT, ...secret("\u00fc\u{1f511}7Kq0vB7kLm\u00df2Nf\u00e9RtY\u00f18ZsPd\u00e51H")),
  must("empty", "secret-empty", SHORT, ...secret("")),
  policy("white space", "secret-empty", "a text without a letter is no secret", ...secret(" \t\n".repeat(20))),
  ...["made", "secret", PRIVATE.secrets.hs256.slice(0, 31)].map((text) => must(`${text.length} letters`, "secret-short", SHORT, ...secret(text))),
  must("32 letters for HS384", "secret-short", SHORT, ...secret(PRIVATE.secrets.hs256, "HS384")),
  must("63 letters for HS512", "secret-short", SHORT, ...secret(PRIVATE.secrets.hs512.slice(0, 63), "HS512")),
  ...[["PEM", spki], ["PEM of RSA", pemOf("rsa")], ["PEM of PKCS #1", pemOf("rsa", "pkcs1")], ["PEM in one line", spki.replaceAll("\n", "")], ["PEM behind white space", `\n ${spki}`], ["the middle of PEM", pemOf("rsa").split("\n").slice(1, -2).join("\n")], ["JWK", jwkText], ["JWK set", JSON.stringify({ keys: [publicJwk("ed25519")] })], ["SSH", `ssh-ed25519 ${encode("x".repeat(51))} a@example.com`]].map(([what, text]) =>
    must(`a public key: ${what}`, "secret-is-key", KIND, ...secret(text)),
  ),
  ...["a-string-secret-at-least-256-bits-long", "your-super-secret-jwt-key-change-this-in-production", "better-auth-secret-12345678901234567890", "a".repeat(64), "0123456789".repeat(6), "12345678901234567890123456789012", "correct-horse-1!correct-horse-1!"].map((text) => policy(`\`${text.slice(0, 40)}\``, "secret-common", EVERYBODYS, ...secret(text))),
];

export const keyFiles = {
  "keys/sets.json": { class: "JWK sets", title: "refused as a whole, or with keys left out", cases: sets },
  "keys/pem.json": { class: "PEM", title: "public keys", cases: pems },
  "keys/secrets.json": { class: "secrets", title: "empty, short, known, or keys themselves", cases: secrets },
};
