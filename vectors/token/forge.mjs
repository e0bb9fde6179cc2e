// Makes tokens, right and wrong ones, of nothing but node's own crypto.

import { constants, createHash, createHmac, createPrivateKey, createPublicKey, sign as signBytes } from "node:crypto";
import { readFileSync } from "node:fs";

const read = (name) => JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8"));

export const PRIVATE = read("private-keys.json");

/** The time of every case, in seconds. It is past, so that a verifier which reads the system's clock can be asked too. */
export const NOW = 1_700_000_000;
export const ISSUER = "https://app.example.com";
export const AUDIENCE = "https://api.example.com";
export const CLAIMS = { iss: ISSUER, aud: AUDIENCE, sub: "u1", iat: NOW, exp: NOW + 600 };

export const encode = (bytes) => Buffer.from(bytes).toString("base64url");

/** Signatures that come out otherwise each time (ES*, PS*): made once and kept, by key and what was signed. */
class Signatures {
  constructor() {
    this.kept = read("signatures.json");
    this.used = {};
  }

  of(key, input, make) {
    const name = `${key} ${createHash("sha256").update(input).digest("base64url")}`;
    this.used[name] ??= this.kept[name] ?? make().toString("base64url");
    return Buffer.from(this.used[name], "base64url");
  }
}
export const signatures = new Signatures();

const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
const fixed = { dsaEncoding: "ieee-p1363" };

/** What each algorithm signs with. */
export const ALGORITHMS = {
  HS256: { hash: "sha256", secret: "hs256" },
  HS384: { hash: "sha384", secret: "hs384" },
  HS512: { hash: "sha512", secret: "hs512" },
  RS256: { hash: "sha256", pair: "rsa" },
  RS384: { hash: "sha384", pair: "rsa" },
  RS512: { hash: "sha512", pair: "rsa" },
  PS256: { hash: "sha256", pair: "rsa", options: pss },
  PS384: { hash: "sha384", pair: "rsa", options: pss },
  PS512: { hash: "sha512", pair: "rsa", options: pss },
  ES256: { hash: "sha256", pair: "p256", options: fixed },
  ES384: { hash: "sha384", pair: "p384", options: fixed },
  ES512: { hash: "sha512", pair: "p521", options: fixed },
  EdDSA: { hash: null, pair: "ed25519" },
  Ed25519: { hash: null, pair: "ed25519" },
};
export const NAMES = Object.keys(ALGORITHMS);
export const PUBLIC_NAMES = NAMES.filter((name) => ALGORITHMS[name].pair);

/** The `kid` of the issuer's key for a public-key algorithm; secrets have none. */
export const kidOf = (algorithm) => (ALGORITHMS[algorithm].pair ? `${algorithm.toLowerCase()}-key` : undefined);

const privateKey = (name) => createPrivateKey({ key: PRIVATE.pairs[name], format: "jwk" });
export const publicKey = (name) => createPublicKey({ key: PRIVATE.pairs[name], format: "jwk" });
export const publicJwk = (name, members = {}) => ({ ...publicKey(name).export({ format: "jwk" }), ...members });
/** The issuer's public key for `algorithm`, as its key set has it. */
export const jwkOf = (algorithm, members = {}) =>
  publicJwk(ALGORITHMS[algorithm].pair, { alg: algorithm, kid: kidOf(algorithm), use: "sig", ...members });
export const pemOf = (name, type = "spki") => publicKey(name).export({ format: "pem", type });

/** The order of each curve (FIPS 186-5, SP 800-186), and how long its numbers are. */
export const CURVES = {
  ES256: { length: 32, order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n },
  ES384: { length: 48, order: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n },
  ES512: {
    length: 66,
    order: 0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  },
};

/** The HMAC of `input` under the bytes of `secret`. */
export const mac = (input, secret, hash = "sha256") => createHmac(hash, secret).update(input).digest();

/** The signature of `input`; `key` names another key than the issuer's, `secret` another secret. */
export function sign(algorithm, input, { key, secret } = {}) {
  const { hash, options, ...own } = ALGORITHMS[algorithm];
  if (own.secret) return mac(input, secret ?? PRIVATE.secrets[key ?? own.secret], hash);
  const name = key ?? own.pair;
  const make = () => signBytes(hash, Buffer.from(input), { key: privateKey(name), ...options });
  return options ? signatures.of(`${algorithm} ${name}`, input, make) : make();
}

/**
 * A token: a good one, but for what is named.
 *
 * `header` and `claims` have other members than a good one's, `undefined` takes one away; `headerText` and `claimsText` stand
 * for the whole, as text or bytes; `headerPart` and `claimsPart` as they stand in the token.
 */
export function token(given = {}) {
  const { alg = "HS256", header, claims, key, secret } = given;
  const headerText = given.headerText ?? JSON.stringify({ alg, kid: kidOf(alg), ...header });
  const claimsText = given.claimsText ?? JSON.stringify({ ...CLAIMS, ...claims });
  const input = `${given.headerPart ?? encode(headerText)}.${given.claimsPart ?? encode(claimsText)}`;
  return `${input}.${encode(sign(alg, input, { key, secret }))}`;
}

/** The token with another signature: `change` is given that of the token, as bytes. */
export function resigned(token, change) {
  const [header, claims, signature] = token.split(".");
  return `${header}.${claims}.${encode(change(Buffer.from(signature, "base64url")))}`;
}

/** The token with its signature's text changed. */
export function rewritten(token, change) {
  const at = token.lastIndexOf(".") + 1;
  return token.slice(0, at) + change(token.slice(at));
}

/** The claims as text, with `written` before the closing brace: for what no writer of JSON writes. */
export const claimsWith = (written) => JSON.stringify(CLAIMS).replace(/}$/, `,${written}}`);
/** The claims as text, with one of them written otherwise; `null` takes it away. */
export const claimsWhere = (name, written) => {
  const others = Object.entries(CLAIMS).filter(([other]) => other !== name);
  const texts = others.map(([other, value]) => `${JSON.stringify(other)}:${JSON.stringify(value)}`);
  return `{${[...texts, ...(written === null ? [] : [`${JSON.stringify(name)}:${written}`])].join(",")}}`;
};
