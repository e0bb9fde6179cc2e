// Makes the keys that `private-keys.json` lacks: those of the corpus are made once and kept.
//
//   node make-keys.mjs

import { checkPrimeSync, generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const rsa = (modulusLength) => ["rsa", { modulusLength }];
const ec = (namedCurve) => ["ec", { namedCurve }];

const PAIRS = {
  rsa: rsa(2048),
  "rsa-other": rsa(2048),
  "rsa-1024": rsa(1024),
  p256: ec("P-256"),
  "p256-other": ec("P-256"),
  p384: ec("P-384"),
  "p384-other": ec("P-384"),
  p521: ec("P-521"),
  "p521-other": ec("P-521"),
  ed25519: ["ed25519", {}],
  "ed25519-other": ["ed25519", {}],
  ed448: ["ed448", {}],
  secp256k1: ec("secp256k1"),
};
const SECRETS = { hs256: 24, hs384: 36, hs512: 48, "hs256-other": 24, "hs384-other": 36, "hs512-other": 48, short: 16 };

const pair = ([kind, options]) => generateKeyPairSync(kind, options).privateKey.export({ format: "jwk" });

const power = (base, exponent, modulus) => {
  let result = 1n;
  for (let square = base % modulus, rest = exponent; rest > 0n; rest >>= 1n, square = (square * square) % modulus)
    if (rest & 1n) result = (result * square) % modulus;
  return result;
};
const random = (bytes) => BigInt(`0x${randomBytes(bytes).toString("hex")}`);
const inverse = (value, modulus) => {
  let [a, b, x, y] = [value % modulus, modulus, 1n, 0n];
  while (a > 1n) [a, b, x, y] = [b % a, a, y - (b / a) * x, x];
  return ((x % modulus) + modulus) % modulus;
};
const text = (value) => {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex").toString("base64url");
};
/** A pair of RSA whose primes are made as in CVE-2017-15361: powers of 65537, but for a multiple of the first primes. */
function roca() {
  let primorial = 1n;
  for (let prime = 2n; prime <= 701n; prime += 1n) if (checkPrimeSync(prime)) primorial *= prime;
  const prime = () => {
    for (;;) {
      // The primorial has 971 bits, the multiple 54, and the product 1024.
      const found = ((1n << 53n) + random(6)) * primorial + power(65537n, random(16), primorial);
      if (found % 65537n !== 1n && checkPrimeSync(found)) return found;
    }
  };
  for (;;) {
    const [p, q] = [prime(), prime()];
    const n = p * q;
    if (n.toString(2).length !== 2048) continue;
    const d = inverse(65537n, (p - 1n) * (q - 1n));
    const parts = { n, e: 65537n, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
    return { kty: "RSA", ...Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, text(value)])) };
  }
}

const file = new URL("private-keys.json", import.meta.url);
const kept = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { pairs: {}, secrets: {} };
for (const name in PAIRS) kept.pairs[name] ??= pair(PAIRS[name]);
kept.pairs["rsa-roca"] ??= roca();
for (const name in SECRETS) kept.secrets[name] ??= randomBytes(SECRETS[name]).toString("base64");
const about = "made up for these tests and published with them: whoever trusts one of them trusts everybody";
writeFileSync(file, JSON.stringify({ ...kept, about }, null, 2) + "\n");
