import { must, policy } from "../case.mjs";
import { CLAIMS, encode, mac, rewritten, token, PRIVATE } from "../forge.mjs";

const WHY = "RFC 7516 §9: an encrypted token is none of the signed ones that are read here";
const EITHER = "RFC 7516 §9: with `enc` it is an encrypted token, by its parts it is a signed one; whoever ignores `enc` is not wrong";
const five = (header, parts = ["", "AAAAAAAAAAAAAAAA", "AAAA", "AAAAAAAAAAAAAAAAAAAAAA"]) => [encode(JSON.stringify(header)), ...parts].join(".");
const three = (header) => token({ header });

export const title = "encrypted and compressed tokens";
export const cases = [
  must("JWE with a direct key", "token-encrypted", WHY, five({ alg: "dir", enc: "A256GCM" })),
  must("JWE with a password and two thousand million rounds", "token-encrypted", WHY, five({ alg: "PBES2-HS256+A128KW", enc: "A128CBC-HS256", p2c: 2_147_483_647, p2s: "AAAAAAAAAAA" })),
  must("JWE that is compressed", "token-encrypted", WHY, five({ alg: "dir", enc: "A256GCM", zip: "DEF" })),
  must("JWE for RSA1_5", "token-encrypted", WHY, five({ alg: "RSA1_5", enc: "A128CBC-HS256" })),
  must("JWE for a public key", "token-encrypted", WHY, five({ alg: "ECDH-ES", enc: "A256GCM", epk: { kty: "EC", crv: "P-256", x: "AA", y: "AA" } }), "ES256"),
  must("JWE as Better Auth writes its cookie cache", "token-encrypted", WHY, five({ alg: "dir", enc: "A256CBC-HS512", kid: "AAAA" })),
  must("JWE around a token without a signature", "token-encrypted", `${WHY} (CVE-2026-29000)`, five({ alg: "dir", enc: "A256GCM", cty: "JWT" }, ["", "AAAAAAAAAAAAAAAA", encode(`${encode('{"alg":"none"}')}.${encode(JSON.stringify(CLAIMS))}.`), "AAAAAAAAAAAAAAAAAAAAAA"])),
  must("five empty parts", "token-encrypted", WHY, "...."),
  must("a good token with two parts more", "token-encrypted", WHY, `${token()}.AAAA.AAAA`),
  must("a good HMAC over four parts", "token-encrypted", WHY, (() => {
    const input = `${token()}.AAAA`;
    return `${input}.${encode(mac(input, PRIVATE.secrets.hs256))}`;
  })()),
  policy("three parts with `enc` in the header", "token-encrypted", EITHER, three({ enc: "A256GCM" })),
  must("three parts with `enc` in the header, and an algorithm of JWE", "token-encrypted", WHY, three({ alg: "dir", enc: "A256GCM" })),
  policy("three parts with `enc` that is null", "token-encrypted", EITHER, three({ enc: null })),
  must("three parts with an algorithm of JWE", "alg-not-accepted", WHY, three({ alg: "A256KW" })),
  must("three parts with a password's rounds", "alg-not-accepted", WHY, three({ alg: "PBES2-HS512+A256KW", p2c: 2_147_483_647, p2s: "AAAA" })),
  must("four parts", "token-parts", "RFC 7515 §7.1: three parts", `${token()}.AAAA`),
  must("six parts", "token-parts", "RFC 7515 §7.1: three parts", `${token()}.AAAA.AAAA.AAAA`),
  must("three parts, and the signature is empty parts", "token-encrypted", WHY, rewritten(token(), () => "..")),
];
