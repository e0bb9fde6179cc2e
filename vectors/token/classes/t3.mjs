import { must } from "../case.mjs";
import { encode, jwkOf, kidOf, publicJwk, publicKey, sign, token } from "../forge.mjs";

const WHY = "RFC 8725 §3.10, RFC 7515 §4.1.3: a key or an address that the token brings is no reason to trust it";
const OTHERS = { EdDSA: "ed25519-other", ES256: "p256-other", RS256: "rsa-other" };
const address = "https://attacker.example/jwks.json";

/** What the token says of the key that it is signed with; `der` stands for a certificate. */
function brought(alg) {
  const jwk = publicJwk(OTHERS[alg], { alg, kid: kidOf(alg) });
  const der = publicKey(OTHERS[alg]).export({ format: "der", type: "spki" }).toString("base64");
  return {
    "`jwk`": { jwk },
    "`jwk` as text": { jwk: JSON.stringify(jwk) },
    "`jwk` that is for signatures": { jwk: { ...jwk, key_ops: ["verify"], use: "sig" } },
    "`jwks`": { jwks: { keys: [jwk] } },
    "`jku`": { jku: address },
    "`jku` of the issuer with another host behind `@`": { jku: "https://app.example.com@attacker.example/api/auth/jwks" },
    "`jku` that is a file": { jku: "file:///etc/passwd" },
    "`jku` that is data": { jku: `data:application/json,${JSON.stringify({ keys: [jwk] })}` },
    "`jku` of the machine itself": { jku: "http://127.0.0.1:8080/jwks.json" },
    "`jku` of a cloud's metadata": { jku: "http://169.254.169.254/latest/meta-data/" },
    "`x5u`": { x5u: "https://attacker.example/key.pem" },
    "`x5c`": { x5c: [der] },
    "`x5t`": { x5t: encode(der).slice(0, 27) },
    "`x5t#S256`": { "x5t#S256": encode(der).slice(0, 43) },
    "`pem`": { pem: `-----BEGIN PUBLIC KEY-----\n${der}\n-----END PUBLIC KEY-----\n` },
  };
}

export const title = "keys and addresses of keys that the token brings itself";
export const cases = [
  ...Object.keys(OTHERS).flatMap((alg) =>
    Object.entries(brought(alg)).flatMap(([what, header]) => [
      must(`another's ${alg} key in ${what}, with the issuer's \`kid\``, "signature-invalid", WHY, token({ alg, key: OTHERS[alg], header }), alg),
      must(`another's ${alg} key in ${what}, with a \`kid\` of its own`, "kid-unknown", WHY, token({ alg, key: OTHERS[alg], header: { ...header, kid: "mine" } }), alg),
      must(`another's ${alg} key in ${what}, without a \`kid\``, "kid-missing", WHY, token({ alg, key: OTHERS[alg], header: { ...header, kid: undefined } }), alg),
      must(`another's ${alg} key in ${what}, for PEM`, "signature-invalid", WHY, token({ alg, key: OTHERS[alg], header: { ...header, kid: undefined } }), `${alg} of PEM`),
    ]),
  ),
  must("a secret in `jwk`", "signature-invalid", WHY, token({ secret: "a secret of the attacker's own, long enough", header: { jwk: { kty: "oct", k: encode("a secret of the attacker's own, long enough") } } })),
  must("an address in `kid`", "kid-unknown", WHY, token({ alg: "EdDSA", key: "ed25519-other", header: { kid: address } }), "EdDSA"),
  must("the issuer's own key in `jwk`, and a signature of another", "signature-invalid", WHY, token({ alg: "EdDSA", key: "ed25519-other", header: { jwk: jwkOf("EdDSA") } }), "EdDSA"),
  must("another's key in `jwk`, where there are no keys", "keys-unavailable", WHY, token({ alg: "EdDSA", key: "ed25519-other", header: brought("EdDSA")["`jwk`"] }), "no keys"),
  must("a key in the claims", "signature-invalid", WHY, token({ alg: "EdDSA", key: "ed25519-other", claims: { jwk: publicJwk("ed25519-other"), cnf: { jwk: publicJwk("ed25519-other") } } }), "EdDSA"),
  must("`jwk` is a private key", "signature-invalid", WHY, (() => {
    const input = `${encode(JSON.stringify({ alg: "EdDSA", kid: kidOf("EdDSA"), jwk: { ...publicJwk("ed25519-other"), d: encode(Buffer.alloc(32, 7)) } }))}.e30`;
    return `${input}.${encode(sign("EdDSA", input, { key: "ed25519-other" }))}`;
  })(), "EdDSA"),
];
