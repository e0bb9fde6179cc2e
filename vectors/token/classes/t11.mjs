import { policy } from "../case.mjs";
import { CLAIMS, claimsWith, encode, kidOf, token } from "../forge.mjs";

const SIZE = "no standard has a bound; 8 KiB for a token, 1 KiB for a header (CVE-2025-61920)";
const DOTS = "three parts, counted without keeping them (CVE-2025-27144, CVE-2025-30204)";
const JSON_SIZE = "no standard has a bound (RFC 8259 §9 lets a parser set one); 16 deep, 64 members an object";

/** A good token of so many bytes. */
function long(bytes) {
  const filled = (count) => token({ claims: { fill: "x".repeat(count) } });
  let count = Math.floor(((bytes - filled(0).length) * 3) / 4) - 8;
  while (filled(count).length < bytes) count += 1;
  return filled(count);
}
/** A good token whose header has so many characters. */
function wide(characters) {
  const filled = (count) => token({ header: { fill: "x".repeat(count) } });
  let count = Math.floor((characters * 3) / 4) - 60;
  while (filled(count).indexOf(".") < characters) count += 1;
  return filled(count);
}
const nested = (depth, open = "[", close = "]") => `"x":${open.repeat(depth)}${open === "[" ? "" : "1"}${close.repeat(depth)}`;
const members = (count) => Array.from({ length: count }, (_, index) => `"m${index}":0`).join(",");

export const title = "what is larger than is read";
export const cases = [
  policy("8193 bytes or a little more", "token-too-long", SIZE, long(8193)),
  policy("64 KiB", "token-too-long", SIZE, long(65_536)),
  policy("a good token, and 8 KiB of letters behind", "token-too-long", SIZE, `${token()}${"A".repeat(8192)}`),
  policy("10,000 dots", "token-too-long", DOTS, ".".repeat(10_000)),
  policy("8,192 dots", "token-parts", DOTS, ".".repeat(8192)),
  policy("a good token, and 4,000 dots behind", "token-parts", DOTS, `${token()}${".".repeat(4000)}`),
  policy("10,000 letters without a dot", "token-too-long", SIZE, "A".repeat(10_000)),
  policy("a header of 1,025 characters or a little more", "header-too-long", SIZE, wide(1025)),
  policy("a header of 6,000 characters", "header-too-long", SIZE, wide(6000)),
  policy("a header of 2,000 characters that is no JSON", "header-too-long", SIZE, `${"A".repeat(2000)}.e30.AAAA`),
  policy("claims with lists 16 deep", "claims-too-deep", JSON_SIZE, token({ claimsText: claimsWith(nested(16)) })),
  policy("claims with lists 2,500 deep", "claims-too-deep", JSON_SIZE, token({ claimsText: claimsWith(nested(2500)) })),
  policy("claims with objects 16 deep", "claims-too-deep", JSON_SIZE, token({ claimsText: claimsWith(nested(16, '{"a":', "}")) })),
  policy("claims with lists that never end", "claims-too-deep", JSON_SIZE, token({ claimsText: `{"x":${"[".repeat(2500)}` })),
  policy("a header with lists 16 deep", "header-too-deep", JSON_SIZE, token({ headerText: `{"alg":"HS256",${nested(16)}}` })),
  policy("a header with objects 16 deep, for a public key", "header-too-deep", JSON_SIZE, token({ alg: "EdDSA", headerText: `{"alg":"EdDSA","kid":"${kidOf("EdDSA")}",${nested(16, '{"a":', "}")}}` }), "EdDSA"),
  policy("65 claims", "claims-too-many-members", JSON_SIZE, token({ claimsText: claimsWith(members(65 - Object.keys(CLAIMS).length)) })),
  policy("500 claims", "claims-too-many-members", JSON_SIZE, token({ claimsText: claimsWith(members(500)) })),
  policy("an object with 65 members in a claim", "claims-too-many-members", JSON_SIZE, token({ claimsText: claimsWith(`"x":{${members(65)}}`) })),
  policy("a header with 65 members", "header-too-many-members", JSON_SIZE, token({ headerText: `{"alg":"HS256",${members(64)}}` })),
  policy("a payload of 5,000 characters that is no JSON", "signature-invalid", "the signature comes first", `${encode('{"alg":"HS256"}')}.${"A".repeat(5000)}.${"A".repeat(43)}`),
];
