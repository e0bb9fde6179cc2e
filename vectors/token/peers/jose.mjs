// Runs tokens by panva's `jose`: `{verifiers, tokens: [[verifier, token], …]}` from standard input, a list of booleans to standard output.

import { readFileSync } from "node:fs";
import * as jose from "jose";

/** The keys of a verifier, as `jwtVerify` takes them. */
async function keysOf({ keys, algorithms }) {
  if (keys.secret !== undefined) return new TextEncoder().encode(keys.secret);
  if (keys.pem !== undefined) return jose.importSPKI(keys.pem, algorithms[0]);
  const jwks = JSON.parse(keys.jwks);
  if (!jwks.keys?.some(({ kty }) => kty === "oct")) return jose.createLocalJWKSet(jwks);
  // A set of secrets is none that the library reads: each is imported, and named by its `kid`.
  if (!jwks.keys.every(({ kty }) => kty === "oct")) throw new Error("a set of secrets and public keys");
  const secrets = new Map(await Promise.all(jwks.keys.map(async (jwk) => [jwk.kid, { key: await jose.importJWK(jwk), alg: jwk.alg }])));
  return ({ kid, alg }) => {
    const found = secrets.get(kid);
    if (found === undefined || found.alg !== alg) throw new Error("no such key");
    return found.key;
  };
}

async function verify(token, key, verifier) {
  const { algorithms, issuer, audiences, leeway, max_age, types, required, now } = verifier;
  const options = {
    algorithms,
    issuer,
    audience: audiences,
    clockTolerance: leeway,
    requiredClaims: ["exp", ...required],
    currentDate: new Date(now * 1000),
    ...(max_age === null ? {} : { maxTokenAge: max_age }),
    // The option takes one type, and then asks for it.
    ...(types.length === 1 && types[0] !== "" ? { typ: types[0] } : {}),
  };
  try {
    await jose.jwtVerify(token, key, options);
  } catch (error) {
    if (error?.code !== "ERR_JWKS_MULTIPLE_MATCHING_KEYS") throw error;
    for await (const one of error) {
      const held = await jose.jwtVerify(token, one, options).then(() => true, () => false);
      if (held) return;
    }
    throw new Error("none of the keys");
  }
}

const { verifiers, tokens } = JSON.parse(readFileSync(0, "utf8"));
const keys = verifiers.map((verifier) => keysOf(verifier).then((key) => ({ key }), () => null));
const answers = [];
for (const [index, token] of tokens) {
  const found = await keys[index];
  answers.push(found !== null && (await verify(token, found.key, verifiers[index]).then(() => true, () => false)));
}
process.stdout.write(JSON.stringify(answers));
