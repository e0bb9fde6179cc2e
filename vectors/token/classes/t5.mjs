import { must, policy } from "../case.mjs";
import { NAMES, kidOf, resigned, rewritten, token } from "../forge.mjs";

const HOLD = "RFC 7515 §5.2: the signature must hold";
const LENGTH = "RFC 7515 §5.2, RFC 7518 §3: the signature has the length that its algorithm gives it";
const TEXT = "RFC 7515 §2: base64url without padding, white space or other characters";
const ONE = "RFC 4648 §3.5 lets a decoder refuse bits that stand for nothing: one signature, one text";

/** The same with one bit of byte `at` turned. */
const flipped = (at) => (signature) => {
  const index = at < 0 ? signature.length + at : at;
  signature[index] ^= 1;
  return signature;
};
const with0 = (before, after) => (signature) => Buffer.concat([Buffer.alloc(before), signature, Buffer.alloc(after)]);

/** R and S as DER, as X.509 has them. */
function der(signature) {
  const integer = (bytes) => {
    let start = 0;
    while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
    const body = bytes[start] & 0x80 ? Buffer.concat([Buffer.alloc(1), bytes.subarray(start)]) : bytes.subarray(start);
    return Buffer.concat([Buffer.from([2, body.length]), body]);
  };
  const half = signature.length / 2;
  const body = Buffer.concat([integer(signature.subarray(0, half)), integer(signature.subarray(half))]);
  return Buffer.concat([Buffer.from(body.length > 127 ? [0x30, 0x81, body.length] : [0x30, body.length]), body]);
}

/** A token whose signature has a character which the two alphabets of base64 write otherwise. */
function withSpecial(alg) {
  for (let jti = 0; ; jti += 1) {
    const made = token({ alg, claims: { jti: `t${jti}` } });
    if (/[-_]/.test(made.slice(made.lastIndexOf(".") + 1, -1))) return made;
  }
}
const standard = (text) => text.replaceAll("-", "+").replaceAll("_", "/");
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/** The last character with one of the bits set that stand for nothing. */
const respelled = (text) => text.slice(0, -1) + LETTERS[LETTERS.indexOf(text.at(-1)) + 1];

const of = (alg) => {
  const good = token({ alg });
  const spare = good.slice(good.lastIndexOf(".") + 1).length % 4;
  const padding = "=".repeat(spare === 0 ? 4 : 4 - spare);
  const bytes = (name, change, code = "signature-malformed", why = LENGTH) => must(`${alg}: ${name}`, code, why, resigned(good, change), alg);
  const text = (name, change, from = good, code = "signature-malformed") => must(`${alg}: ${name}`, code, TEXT, rewritten(from, change), alg);
  return [
    bytes("the first bit is another", flipped(0), "signature-invalid", HOLD),
    bytes("the last bit is another", flipped(-1), "signature-invalid", HOLD),
    bytes("a bit in the middle is another", (signature) => flipped(signature.length >> 1)(signature), "signature-invalid", HOLD),
    bytes("all zeros", (signature) => Buffer.alloc(signature.length), "signature-invalid", HOLD),
    bytes("all ones", (signature) => Buffer.alloc(signature.length, 0xff), "signature-invalid", HOLD),
    bytes("both halves exchanged", (signature) => Buffer.concat([signature.subarray(signature.length / 2), signature.subarray(0, signature.length / 2)]), "signature-invalid", HOLD),
    bytes("a byte less at the end", (signature) => signature.subarray(0, -1)),
    bytes("a byte less at the start", (signature) => signature.subarray(1)),
    bytes("half of it", (signature) => signature.subarray(0, signature.length / 2)),
    bytes("one byte of it", (signature) => signature.subarray(0, 1)),
    bytes("a zero more at the end", with0(0, 1)),
    bytes("a zero more at the start", with0(1, 0)),
    bytes("twice", (signature) => Buffer.concat([signature, signature])),
    text("padding", (signature) => signature + padding),
    text("one `=`", (signature) => `${signature}=`),
    text("a space at the end", (signature) => `${signature} `),
    text("a line break at the end", (signature) => `${signature}\n`),
    text("a carriage return and a line break in the middle", (signature) => `${signature.slice(0, 20)}\r\n${signature.slice(20)}`),
    text("NUL at the end", (signature) => `${signature}\0`),
    text("percent-encoded padding", (signature) => `${signature}%3D`),
    text("the alphabet of RFC 4648 §4", standard, withSpecial(alg)),
    text("a letter beyond ASCII in the place of its last", (signature) => `${signature.slice(0, -1)}\u00e4`),
    ...(spare === 0 ? [] : [policy(`${alg}: the last letter has bits that stand for nothing`, "signature-malformed", ONE, rewritten(good, respelled), alg)]),
    must(`${alg}: another claim than the signed one`, "signature-invalid", HOLD, [good.split(".")[0], token({ alg, claims: { sub: "admin" } }).split(".")[1], good.split(".")[2]].join("."), alg),
    must(`${alg}: another header than the signed one`, "signature-invalid", HOLD, [token({ alg, header: { typ: "JWT" } }).split(".")[0], ...good.split(".").slice(1)].join("."), alg),
    must(`${alg}: no claims`, "signature-invalid", HOLD, `${good.split(".")[0]}..${good.split(".")[2]}`, alg),
    must(`${alg}: signed with another key`, "signature-invalid", HOLD, token({ alg, key: OTHER[alg] }), alg),
  ];
};

const OTHER = {
  HS256: "hs256-other", HS384: "hs384-other", HS512: "hs512-other",
  ES256: "p256-other", ES384: "p384-other", ES512: "p521-other",
  EdDSA: "ed25519-other", Ed25519: "ed25519-other",
};
for (const name of NAMES) OTHER[name] ??= "rsa-other";

export const title = "signatures of another length, in another text, or of something else";
export const cases = [
  ...NAMES.flatMap(of),
  ...["ES256", "ES384", "ES512"].map((alg) => must(`${alg}: in DER`, "signature-malformed", "RFC 7518 §3.4: R and S beside each other, each as long as the curve", resigned(token({ alg }), der), alg)),
  must("the claims of one token and the signature of another", "signature-invalid", HOLD, [...token().split(".").slice(0, 2), token({ claims: { sub: "u2" } }).split(".")[2]].join(".")),
  must("hexadecimal", "signature-malformed", TEXT, rewritten(token(), (signature) => Buffer.from(signature, "base64url").toString("hex"))),
  must("RS256: a zero less than its length asks, under a `kid`", "signature-malformed", LENGTH, resigned(token({ alg: "RS256", header: { kid: kidOf("RS256") } }), (signature) => signature.subarray(0, 255)), "RS256"),
];
