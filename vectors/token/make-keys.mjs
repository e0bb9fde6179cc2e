// Makes `private-keys.json`, where there is none: the keys of the corpus are made once and kept.
//
//   node make-keys.mjs

import { generateKeyPairSync, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";

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
const each = (object, make) => Object.fromEntries(Object.entries(object).map(([name, value]) => [name, make(value)]));

const keys = {
  about: "made up for these tests and published with them: whoever trusts one of them trusts everybody",
  pairs: each(PAIRS, pair),
  secrets: each(SECRETS, (bytes) => randomBytes(bytes).toString("base64")),
};
writeFileSync(new URL("private-keys.json", import.meta.url), JSON.stringify(keys, null, 2) + "\n", { flag: "wx" });
