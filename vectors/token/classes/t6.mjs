import { must } from "../case.mjs";
import { CURVES, PRIVATE, resigned, token } from "../forge.mjs";

const RANGE = "FIPS 186-5 §6.4.2: R and S are from 1 to n - 1 (CVE-2022-21449)";
const number = (bytes) => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
const bytes = (value, length) => Buffer.from(value.toString(16).padStart(length * 2, "0"), "hex");

const elliptic = Object.entries(CURVES).flatMap(([alg, { length, order: n }]) => {
  const greatest = (1n << BigInt(length * 8)) - 1n;
  const good = token({ alg });
  const made = (name, pair) =>
    must(`${alg}: ${name}`, "signature-invalid", RANGE, resigned(good, (signature) => {
      const [r, s] = pair(number(signature.subarray(0, length)), number(signature.subarray(length)));
      return Buffer.concat([bytes(r, length), bytes(s, length)]);
    }), alg);
  return [
    made("R and S are 0", () => [0n, 0n]),
    made("R is 0", (_, s) => [0n, s]),
    made("S is 0", (r) => [r, 0n]),
    made("R and S are 1", () => [1n, 1n]),
    made("R is 0 and S is 1", () => [0n, 1n]),
    made("R is 1 and S is 0", () => [1n, 0n]),
    made("R and S are n", () => [n, n]),
    made("R is n", (_, s) => [n, s]),
    made("S is n", (r) => [r, n]),
    made("R and S are n - 1", () => [n - 1n, n - 1n]),
    made("R and S are as great as can be written", () => [greatest, greatest]),
    made("R is turned", (r, s) => [n - r, s]),
    // Of the curves here, only P-521 has room for a second form of each number.
    ...(alg === "ES512" ? [made("S and n", (r, s) => [r, s + n]), made("R and n", (r, s) => [r + n, s]), made("R and S, and n twice", (r, s) => [r + n, s + n])] : []),
  ];
});

const ORDER = (1n << 252n) + 27742317777372353535851937790883648493n;
const turned = (given) => Buffer.from(given).reverse();
const edwards = (name, change) => must(`EdDSA: ${name}`, "signature-invalid", "RFC 8032 §5.1.7: S is below the order, and R the encoding of a point", resigned(token({ alg: "EdDSA" }), change), "EdDSA");
const withS = (change) => (signature) => Buffer.concat([signature.subarray(0, 32), turned(bytes(change(number(turned(signature.subarray(32)))), 32))]);
const withR = (hex) => (signature) => Buffer.concat([Buffer.from(hex, "hex"), signature.subarray(32)]);

const modulus = number(Buffer.from(PRIVATE.pairs.rsa.n, "base64url"));
const rsa = (alg) => {
  const made = (name, change, from = token({ alg })) =>
    must(`${alg}: ${name}`, "signature-invalid", "RFC 8017 §5.2.2: the signature is below the modulus, and holds", resigned(from, (signature) => bytes(change(number(signature)), 256)), alg);
  /** One with room for the modulus within its 256 bytes. */
  const small = (() => {
    for (let jti = 0; ; jti += 1) {
      const made = token({ alg, claims: { jti: `t${jti}` } });
      if (number(Buffer.from(made.split(".")[2], "base64url")) + modulus < 1n << 2048n) return made;
    }
  })();
  return [
    made("0", () => 0n),
    made("1", () => 1n),
    made("the modulus less 1", () => modulus - 1n),
    made("the modulus", () => modulus),
    made("turned to the other side of the modulus", (signature) => modulus - signature),
    made("the signature and the modulus", (signature) => signature + modulus, small),
  ];
};

export const title = "signatures out of range, and points that are none";
export const cases = [
  ...elliptic,
  edwards("S and the order", withS((s) => s + ORDER)),
  edwards("S and twice the order", withS((s) => (s + 2n * ORDER) % (1n << 256n))),
  edwards("S is 0", withS(() => 0n)),
  edwards("S is the order", withS(() => ORDER)),
  edwards("S has its greatest bit", withS((s) => s | (1n << 255n))),
  edwards("S is turned", withS((s) => ORDER - s)),
  edwards("R is the neutral point, and S is 0", () => Buffer.concat([Buffer.from([1]), Buffer.alloc(63)])),
  edwards("R is of order 8", withR("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")),
  edwards("R is no point", withR("0200000000000000000000000000000000000000000000000000000000000000")),
  edwards("R has a second encoding of 1", withR("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")),
  edwards("R has another sign", (signature) => ((signature[31] ^= 0x80), signature)),
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"].flatMap(rsa),
];
