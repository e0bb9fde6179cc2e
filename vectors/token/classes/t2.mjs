import { must, policy } from "../case.mjs";
import { ALGORITHMS, CLAIMS, NAMES, PRIVATE, PUBLIC_NAMES, encode, jwkOf, kidOf, mac, pemOf, publicJwk, publicKey, sign, token } from "../forge.mjs";

const BOUND = "RFC 8725 §3.1: a key is used with exactly one algorithm";
const NAMED = "RFC 8725 §3.1: only the algorithms that the verifier names";

/** The bytes of a public key, in every form that somebody could take for a secret. */
function forms(pair) {
  const key = publicKey(pair);
  const jwk = publicJwk(pair);
  const spki = key.export({ format: "der", type: "spki" });
  return {
    "PEM": pemOf(pair),
    "PEM without its last line break": pemOf(pair).trimEnd(),
    "PEM in one line": pemOf(pair).replaceAll("\n", ""),
    "the middle of PEM": spki.toString("base64"),
    "DER": spki,
    "JWK": JSON.stringify(jwk),
    "a number of JWK, as text": jwk.n ?? jwk.x,
    "a number of JWK, as bytes": Buffer.from(jwk.n ?? jwk.x, "base64url"),
    ...(jwk.kty === "RSA" ? { "PKCS #1 PEM": pemOf(pair, "pkcs1"), "PKCS #1 DER": key.export({ format: "der", type: "pkcs1" }) } : {}),
  };
}

/** A token of HS256 whose secret is the public key. */
const confused = (secret, kid) => token({ alg: "HS256", secret, header: { kid } });

const confusions = [["RS256", "rsa"], ["ES256", "p256"], ["EdDSA", "ed25519"]].flatMap(([alg, pair]) =>
  Object.entries(forms(pair)).flatMap(([form, bytes]) => [
    must(`HS256 with ${form} of the key of ${alg}`, "alg-not-accepted", NAMED, confused(bytes, kidOf(alg)), alg),
    must(`HS256 with ${form} of the key of ${alg}, which is PEM`, "alg-not-accepted", NAMED, confused(bytes), `${alg} of PEM`),
    must(`HS256 with ${form} of the key of ${alg}, where HS256 is accepted`, "alg-mismatch", BOUND, confused(bytes, kidOf(alg)), "all public keys, all algorithms"),
    must(`HS256 with ${form} of the key of ${alg}, where HS256 is accepted, without a \`kid\``, "kid-missing", BOUND, confused(bytes), "all public keys, all algorithms"),
  ]),
);

/** Each algorithm's good token, where another is verified. */
const foreign = NAMES.flatMap((own) =>
  NAMES.filter((other) => other !== own).map((other) => {
    const sameKey = ALGORITHMS[own].pair === "ed25519" && ALGORITHMS[other].pair === "ed25519";
    const kind = sameKey ? policy : must;
    const why = sameKey ? "RFC 9864 §2.2: `Ed25519` is another name than `EdDSA`, and only names that the verifier gives are accepted" : NAMED;
    return kind(`a token of ${own} where ${other} is verified`, "alg-not-accepted", why, token({ alg: own, header: { kid: kidOf(other) } }), other);
  }),
);

/** Each public-key algorithm's good token under the `kid` of another's key, where both are accepted. */
const underOther = PUBLIC_NAMES.flatMap((own) =>
  PUBLIC_NAMES.filter((other) => other !== own).map((other) => {
    const sameKey = ALGORITHMS[own].pair === "ed25519" && ALGORITHMS[other].pair === "ed25519";
    return (sameKey ? policy : must)(`a token of ${own} under the \`kid\` of the key of ${other}`, "alg-mismatch", BOUND, token({ alg: own, header: { kid: kidOf(other) } }), "all public keys");
  }),
);

const relabelled = (signedAs, says) => {
  const input = `${encode(JSON.stringify({ alg: says, kid: kidOf(says) }))}.${encode(JSON.stringify(CLAIMS))}`;
  return `${input}.${encode(sign(signedAs, input))}`;
};

export const title = "one key taken for another kind of key, or for another algorithm";
export const cases = [
  ...confusions,
  ...foreign,
  ...underOther,
  ...[["RS256", "PS256"], ["PS256", "RS256"], ["RS384", "RS256"], ["PS384", "PS256"], ["RS512", "RS384"], ["PS512", "PS256"], ["RS256", "RS512"]].map(([signedAs, says]) =>
    must(`says ${says}, and is signed as ${signedAs} with the same key`, "signature-invalid", "RFC 7515 §5.2: the signature is checked as `alg` has it", relabelled(signedAs, says), says),
  ),
  must("HS256 with the first 32 bytes of the secret of HS384", "signature-invalid", "RFC 7515 §5.2", token({ secret: PRIVATE.secrets.hs384.slice(0, 32) })),
  must("the HMAC of SHA-512 cut to 32 bytes", "signature-invalid", "RFC 7515 §5.2: the signature is checked as `alg` has it", (() => {
    const input = token().split(".").slice(0, 2).join(".");
    return `${input}.${encode(mac(input, PRIVATE.secrets.hs256, "sha512").subarray(0, 32))}`;
  })()),
  must("PS256 with the key of a set that has no `alg`, and RS256 in the header", "alg-not-accepted", NAMED, token({ alg: "RS256", header: { kid: "bare" } }), "key without alg"),
  must("a key set's JWK as the secret, in a set of secrets", "signature-invalid", BOUND, token({ secret: JSON.stringify(jwkOf("EdDSA")), header: { kid: "first" } }), "secrets in a set"),
  must("HS384 under the `kid` of the secret of HS256", "alg-mismatch", BOUND, token({ alg: "HS384", secret: PRIVATE.secrets.hs256, header: { kid: "first" } }), "secrets in a set"),
  ...["ES256K", "Ed448", "RSA1_5", "RSA-OAEP", "A128KW", "dir", "PBES2-HS256+A128KW", "ML-DSA-44", "ES521", "HS1", "RS1", "ESB256"].map((alg) =>
    must(`\`alg\` is \`${alg}\``, "alg-not-accepted", NAMED, token({ header: { alg } })),
  ),
];
