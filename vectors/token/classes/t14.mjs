import { must, policy } from "../case.mjs";
import { CLAIMS, claimsWith, encode, rewritten, token } from "../forge.mjs";

const PARTS = "RFC 7515 §7.1, RFC 7519 §7.2: a JWT is in the compact form, three parts";
const TEXT = "RFC 7515 §2, RFC 8725 §3.14 (draft -bis): base64url without padding, white space or other characters";
const ONE = "RFC 4648 §3.5 lets a decoder refuse bits that stand for nothing: one token, one text";
const JSON_TEXT = "RFC 7519 §7.2, RFC 8259 §2: one JSON object, and nothing behind it";
const UTF8 = "RFC 7515 §5.2, RFC 3629: UTF-8 alone";
const UNIQUE = "RFC 7515 §4, RFC 7519 §4: names are unique; who takes the last is not wrong, and reads another token than who takes the first";

const BOM = "RFC 8259 §8.1: nobody writes a mark of byte order, and a reader may ignore it";

const good = token();
const [header, claims, signature] = good.split(".");
const json = JSON.stringify;
const saying = (claimsText) => token({ claimsText });
const under = (headerText) => token({ headerText });
const HEADER = '{"alg":"HS256"}';
const inner = JSON.stringify(CLAIMS).slice(1);
const bytes = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));
const spaced = (text) => `${text.slice(0, 8)} ${text.slice(8)}`;

const whole = {
  "with a space before": ` ${good}`,
  "with a space behind": `${good} `,
  "with a line break before": `\n${good}`,
  "with a mark of byte order before": `\ufeff${good}`,
  "with NUL before": `\0${good}`,
  "with `Bearer` before": `Bearer ${good}`,
  "with a quote around": `"${good}"`,
  "with a comma and itself behind": `${good},${good}`,
  "with dots of full width": good.replaceAll(".", "\uff0e"),
  "with percent-encoded dots": good.replaceAll(".", "%2E"),
};
const wholeCode = (text) => (text.split(".").length !== 3 ? (text.split(".").length === 5 ? "token-encrypted" : "token-parts") : /^[A-Za-z0-9_-]*\./.test(text) ? "signature-malformed" : "header-not-base64url");

const notJson = {
  "empty": "",
  "a space": " ",
  "an empty list": "[]",
  "a list with the claims": json([CLAIMS]),
  "a string": '"u1"',
  "a string with the claims": json(json(CLAIMS)),
  "a number": "1",
  "null": "null",
  "true": "true",
  "the claims, and a letter behind": `${json(CLAIMS)}x`,
  "the claims, and an object behind": `${json(CLAIMS)}{}`,
  "the claims, and a comma behind": `${json(CLAIMS)},`,
  "the claims, and NUL behind": `${json(CLAIMS)}\0`,
  "the claims, and a brace behind": `${json(CLAIMS)}}`,
  "the claims, and a comment behind": `${json(CLAIMS)}//`,
  "a letter before the claims": `x${json(CLAIMS)}`,
  "a guard against inclusion before the claims": `)]}'\n${json(CLAIMS)}`,
  "without the last brace": json(CLAIMS).slice(0, -1),
  "with a comma too many": json(CLAIMS).replace(/}$/, ",}"),
  "with a comment": claimsWith('/* */"x":1'),
  "with single quotes": json(CLAIMS).replaceAll('"', "'"),
  "with names that are not quoted": json(CLAIMS).replaceAll(/"(\w+)":/g, "$1:"),
  "with a line break in a string": claimsWith('"x":"\n"'),
  "with NUL in a string": claimsWith('"x":"\0"'),
  "with a tabulator in a string": claimsWith('"x":"\t"'),
  "with an escape that is none": claimsWith('"x":"\\x41"'),
  "with a number that starts with 0": claimsWith('"x":01'),
  "with `NaN`": claimsWith('"x":NaN'),
  "with `Infinity`": claimsWith('"x":Infinity'),
  "with `undefined`": claimsWith('"x":undefined'),
  "with `True`": claimsWith('"x":True'),
  "with a white space that is not JSON's": claimsWith('\u00a0"x":1'),
  "with a form feed": claimsWith('\f"x":1'),
  "as a query": "iss=https%3A%2F%2Fapp.example.com&sub=u1",
};
const halves = {
  "half a pair of surrogates": claimsWith('"x":"\\ud800"'),
  "a second half of a pair": claimsWith('"x":"\\udc00"'),
  "half a pair of surrogates, in a name": claimsWith('"\\ud83d":1'),
};
const notUtf8 = {
  "a byte that is none of UTF-8": bytes('{"x":"', [0xff], `",${inner}`),
  "an overlong slash": bytes('{"x":"', [0xc0, 0xaf], `",${inner}`),
  "an overlong quote": bytes('{"x":"', [0xc0, 0xa2], `",${inner}`),
  "half a pair of surrogates in bytes": bytes('{"x":"', [0xed, 0xa0, 0x80], `",${inner}`),
  "a character cut short": bytes('{"x":"', [0xe2, 0x82], `",${inner}`),
  "a character beyond Unicode": bytes('{"x":"', [0xf4, 0x90, 0x80, 0x80], `",${inner}`),
  "a byte of Latin-1 in `sub`": bytes(`{"name":"J`, [0xfc], `rgen",${inner}`),
  "UTF-16": Buffer.from(json(CLAIMS), "utf16le"),
  "UTF-16 with a mark of byte order": bytes([0xff, 0xfe], Buffer.from(json(CLAIMS), "utf16le")),
  "UTF-32": Buffer.from(Array.from(json(CLAIMS)).flatMap((letter) => [letter.charCodeAt(0), 0, 0, 0])),
};
const twice = {
  "`sub`": `{"sub":"admin",${inner}`,
  "`sub`, the last another": claimsWith('"sub":"admin"'),
  "`sub`, once with an escape": `{"\\u0073ub":"admin",${inner}`,
  "`sub`, the same": `{"sub":"u1",${inner}`,
  "`exp`": `{"exp":1,${inner}`,
  "`aud`": `{"aud":"other",${inner}`,
  "`iss`": `{"iss":"https://attacker.example",${inner}`,
  "`role`": claimsWith('"role":"user","role":"admin"'),
  "one within a claim": claimsWith('"x":{"y":1,"y":2}'),
  "one within a list": claimsWith('"x":[{"y":1,"y":2}]'),
  "one with an escape of a slash": claimsWith('"a/b":1,"a\\/b":2'),
  "the empty name": claimsWith('"":1,"":2'),
};
const headers = {
  "empty": ["", "header-not-json"],
  "no JSON": ["x", "header-not-json"],
  "a list": [`[${HEADER}]`, "header-not-json"],
  "a string": ['"HS256"', "header-not-json"],
  "null": ["null", "header-not-json"],
  "with a letter behind": [`${HEADER}x`, "header-not-json"],
  "with an object behind": [`${HEADER}{"alg":"none"}`, "header-not-json"],
  "with NUL behind": [`${HEADER}\0`, "header-not-json"],
  "with a comma too many": ['{"alg":"HS256",}', "header-not-json"],
  "with single quotes": ["{'alg':'HS256'}", "header-not-json"],
  "with a comment": ['{"alg":"HS256"/**/}', "header-not-json"],
  "with a line break in a string": ['{"alg":"HS256","x":"\n"}', "header-not-json"],
  "with a byte that is none of UTF-8": [bytes('{"alg":"HS256","x":"', [0xff], '"}'), "header-not-json"],
  "in UTF-16": [Buffer.from(HEADER, "utf16le"), "header-not-json"],
  "in Latin-1": [Buffer.from('{"alg":"HS256","x":"\u00fc"}', "latin1"), "header-not-json"],
};
const twiceInHeader = {
  "`alg`, the first `none`": '{"alg":"none","alg":"HS256"}',
  "`alg`, the same": '{"alg":"HS256","alg":"HS256"}',
  "`alg`, once with an escape": '{"\\u0061lg":"HS256","alg":"HS256"}',
  "`typ`": '{"alg":"HS256","typ":"JWT","typ":"JWT"}',
  "`crit`": '{"alg":"HS256","crit":["x"],"crit":["y"]}',
  "one that is not known": '{"alg":"HS256","x":1,"x":2}',
  "one within another": '{"alg":"HS256","x":{"y":1,"y":2}}',
};
/** A part that ends with bits that stand for nothing. */
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const respelled = (text) => text.slice(0, -1) + LETTERS[LETTERS.indexOf(text.at(-1)) + 1];
const spare = (make) => [" ", "  "].map((end) => encode(make(end))).find((text) => text.length % 4 !== 0) ?? encode(make(""));
const padded = (text) => text + "=".repeat((4 - (text.length % 4)) % 4 || 4);

export const title = "two readings of one token";
export const cases = [
  must("no token", "token-missing", PARTS, ""),
  must("one part", "token-parts", PARTS, header),
  must("two parts", "token-parts", PARTS, `${header}.${claims}`),
  must("a dot behind", "token-parts", PARTS, `${good}.`),
  must("a dot before", "token-parts", PARTS, `.${good}`),
  must("two dots", "header-not-json", PARTS, ".."),
  must("one dot", "token-parts", PARTS, "."),
  must("without a header", "header-not-json", PARTS, `.${claims}.${signature}`),
  must("the flattened JSON form", "token-parts", PARTS, json({ protected: header, payload: claims, signature })),
  must("the general JSON form", "token-parts", PARTS, json({ payload: claims, signatures: [{ protected: header, signature }] })),
  must("the JSON form with `alg` outside of what is signed", "token-parts", `${PARTS} (GHSA-jc38-x7x8-2xc8)`, json({ header: { alg: "HS256" }, payload: claims, signature })),
  must("a compact form within the JSON form", "header-not-base64url", `${PARTS} (CVE-2022-39227)`, `{"${header}.${claims}.":1,"payload":"${claims}","signature":"${signature}"}`),
  ...Object.entries(whole).map(([what, text]) => must(what, wholeCode(text), TEXT, text)),
  ...Object.entries(notJson).map(([what, text]) => must(`claims: ${what}`, "claims-not-json", JSON_TEXT, saying(text))),
  ...Object.entries(halves).map(([what, text]) => policy(`claims: ${what}`, "claims-not-json", "RFC 8259 §8.2 leaves open what it means; no text in UTF-8 has it", saying(text))),
  ...Object.entries(notUtf8).map(([what, text]) => must(`claims: ${what}`, "claims-not-json", UTF8, saying(text))),
  ...Object.entries(twice).map(([what, text]) => policy(`claims name twice ${what}`, "claims-duplicate-member", UNIQUE, saying(text))),
  ...Object.entries(headers).map(([what, [text, code]]) => must(`header: ${what}`, code, JSON_TEXT, under(text))),
  ...Object.entries(twiceInHeader).map(([what, text]) => (what === "`crit`" ? must : policy)(`the header names twice ${what}`, "header-duplicate-member", UNIQUE, under(text))),
  policy("claims: a mark of byte order before the claims", "claims-not-json", BOM, saying(`\ufeff${json(CLAIMS)}`)),
  policy("header: with a mark of byte order before", "header-not-json", BOM, under(`\ufeff${HEADER}`)),
  must("header: padding", "header-not-base64url", TEXT, token({ headerPart: padded(encode('{"alg":"HS256" }')) })),
  must("header: a space within", "header-not-base64url", TEXT, token({ headerPart: spaced(header) })),
  must("header: a line break behind", "header-not-base64url", TEXT, token({ headerPart: `${header}\n` })),
  must("header: the alphabet of RFC 4648 §4", "header-not-base64url", TEXT, token({ headerPart: Buffer.from('{"alg":"HS256","x":"\u00ff\u00fe~~~???"}').toString("base64").replace(/=+$/, "") })),
  must("header: a letter beyond ASCII", "header-not-base64url", TEXT, token({ headerPart: `${header}\u00e4` })),
  must("header: not encoded", "header-not-base64url", TEXT, token({ headerPart: HEADER })),
  policy("header: bits that stand for nothing", "header-not-base64url", ONE, token({ headerPart: respelled(spare((end) => `{"alg":"HS256"${end}}`)) })),
  must("claims: padding", "claims-not-base64url", TEXT, token({ claimsPart: padded(spare((end) => json(CLAIMS) + end)) })),
  must("claims: padding that is too long", "claims-not-base64url", TEXT, token({ claimsPart: `${claims}====` })),
  must("claims: a space within", "claims-not-base64url", TEXT, token({ claimsPart: spaced(claims) })),
  must("claims: a line break within", "claims-not-base64url", TEXT, token({ claimsPart: `${claims.slice(0, 76)}\n${claims.slice(76)}` })),
  must("claims: the alphabet of RFC 4648 §4", "claims-not-base64url", TEXT, token({ claimsPart: Buffer.from(claimsWith('"x":"\u00ff\u00fe~~~???"')).toString("base64").replace(/=+$/, "") })),
  must("claims: a letter that base64url has not", "claims-not-base64url", TEXT, token({ claimsPart: `${claims.slice(0, -1)}*` })),
  must("claims: NUL behind", "claims-not-base64url", TEXT, token({ claimsPart: `${claims}\0` })),
  must("claims: not encoded", "claims-not-base64url", TEXT, token({ claimsPart: json({ sub: "u1" }) })),
  must("claims: one letter too many", "claims-not-base64url", TEXT, token({ claimsPart: `${encode(json(CLAIMS).padEnd(120))}A` })),
  policy("claims: bits that stand for nothing", "claims-not-base64url", ONE, token({ claimsPart: respelled(spare((end) => json(CLAIMS) + end)) })),
  must("a token within a token", "claims-not-json", "RFC 7519 §7.2: a nested token is read only where it is expected", token({ header: { cty: "JWT" }, claimsText: token() })),
  must("a token without a signature within a token", "claims-not-json", "RFC 7519 §7.2: a nested token is read only where it is expected", token({ header: { cty: "JWT" }, claimsText: `${encode('{"alg":"none"}')}.${claims}.` })),
  must("compressed claims", "claims-not-json", JSON_TEXT, token({ header: { zip: "DEF" }, claimsText: Buffer.from("ab5642c9cc4d5562014a05a9a9790640d1527651be92150056", "hex") })),
  must("claims as CBOR", "claims-not-json", JSON_TEXT, token({ claimsText: Buffer.from("a26373756262753163657870", "hex") })),
  must("claims of an escape for a quote", "claims-not-json", JSON_TEXT, saying(claimsWith('"x":"a\\"'))),
  must("another's `sub` within a text of the signed one", "signature-invalid", "RFC 7515 §5.2", rewritten(`${header}.${encode(claimsWith('"sub":"admin"'))}.${signature}`, (text) => text)),
  must("for a public key: a line break behind", "signature-malformed", TEXT, `${token({ alg: "EdDSA" })}\n`, "EdDSA"),
];
