// The verifiers of the corpus: each with all of its settings, so that no host has defaults of its own to think of.

import { ALGORITHMS, AUDIENCE, ISSUER, NAMES, NOW, PRIVATE, PUBLIC_NAMES, jwkOf, pemOf, publicJwk } from "./forge.mjs";

export const jwks = (...keys) => ({ jwks: JSON.stringify({ keys }) });
export const secret = (algorithm) => ({ secret: PRIVATE.secrets[ALGORITHMS[algorithm].secret] });
export const DEFAULTS = {
  now: NOW,
  issuer: ISSUER,
  audiences: [AUDIENCE],
  leeway: 30,
  max_age: null,
  types: ["", "JWT", "at+jwt"],
  required: ["sub", "iat", "exp"],
};
const verifier = (algorithms, keys, other = {}) => ({ ...DEFAULTS, algorithms, keys, ...other });

/** What one algorithm is verified with. */
const own = (algorithm) => (ALGORITHMS[algorithm].secret ? secret(algorithm) : jwks(jwkOf(algorithm)));
const each = (names, make) => Object.fromEntries(names.map((name) => make(name)));
const hs256 = (other) => verifier(["HS256"], secret("HS256"), other);
const named = (kid, alg = "EdDSA", pair = "ed25519") => publicJwk(pair, { alg, ...(kid ? { kid } : {}) });
const oct = (name, alg, kid) => ({ kty: "oct", k: Buffer.from(PRIVATE.secrets[name]).toString("base64url"), alg, kid });

export const verifiers = {
  // One for each algorithm, named as it is: a secret, or a key set with one key.
  ...each(NAMES, (name) => [name, verifier([name], own(name))]),
  // The same keys as PEM, which has no `kid`.
  ...each(PUBLIC_NAMES, (name) => [`${name} of PEM`, verifier([name], { pem: pemOf(ALGORITHMS[name].pair) })]),
  "RS256 of PKCS #1": verifier(["RS256"], { pem: pemOf("rsa", "pkcs1") }),
  "all public keys": verifier(PUBLIC_NAMES, jwks(...PUBLIC_NAMES.map((name) => jwkOf(name)))),
  "all public keys, all algorithms": verifier(NAMES, jwks(...PUBLIC_NAMES.map((name) => jwkOf(name)))),
  "secrets in a set": verifier(["HS256", "HS384"], jwks(oct("hs256", "HS256", "first"), oct("hs384", "HS384", "second"))),
  "keys without kid": verifier(["EdDSA", "ES256"], jwks(named(), named("", "EdDSA", "ed25519-other"), named("", "ES256", "p256"))),
  "one key with a kid, one without": verifier(["EdDSA"], jwks(named("named"), named("", "EdDSA", "ed25519-other"))),
  "key without alg": verifier(["PS256", "EdDSA"], jwks(publicJwk("rsa", { kid: "bare" }))),
  "no keys": verifier(["EdDSA"], jwks()),
  "no leeway": hs256({ leeway: 0 }),
  "greatest leeway": hs256({ leeway: 120 }),
  "greatest age": hs256({ max_age: 60 }),
  "two audiences": hs256({ audiences: [AUDIENCE, "urn:api:two"] }),
  "nothing required": hs256({ required: [] }),
  "other claims required": hs256({ required: ["jti", "realm.roles"] }),
  "access tokens alone": verifier(["HS256"], secret("HS256"), {
    types: ["at+jwt"],
    required: ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"],
  }),
  "identity tokens alone": hs256({ types: ["id+jwt"] }),
  "untyped tokens alone": hs256({ types: [""] }),
};
