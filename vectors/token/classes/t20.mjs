import { must, policy } from "../case.mjs";
import { CLAIMS, kidOf, token } from "../forge.mjs";

const KIND = "RFC 8725 §3.11, §3.12: one kind of token must not pass for another; RFC 7519 §5.1 leaves `typ` to the application";
const OTHER = "RFC 8725 §3.12: the rules for two kinds of tokens exclude each other";
const FORM = "RFC 7515 §4.1.9: `typ` is a media type; RFC 7519 §5.1 leaves it to the application";
const STRICT = "RFC 9068 §4: `typ` is `at+jwt`, and everything else is rejected";
const REQUIRED = "RFC 9068 §2.2: required";

const kinds = ["logout+jwt", "secevent+jwt", "dpop+jwt", "txntoken+jwt", "better-auth.session-cache+jwt", "id+jwt", "id_token", "rt+jwt", "refresh+jwt", "client-authentication+jwt", "oauth-authz-req+jwt", "token-introspection+jwt", "wallet-unit-attestation+jwt", "kb+jwt", "dc+sd-jwt", "passport", "JOSE", "JWE", "JWS", "at+jwt2", "at_jwt", "jwt+at", "at+", "+jwt", "jwt/at"];
const others = ["text/JWT", "application/x/JWT", "application/application/JWT", "APPLICATION/LOGOUT+JWT", "Logout+JWT", "application/logout+jwt", "urn:ietf:params:oauth:token-type:access_token", "access_token"];
const broken = ["", " ", "JW T", " JWT", "JWT ", "JWT\n", "JWT\0", "\u00e4t+jwt", "\uff2a\uff37\uff34", "JWT\u200b", "at+jwt; v=1", "application/"];
const full = { client_id: "web", jti: "j1" };
const asked = (header, claims) => token({ header, claims: { ...full, ...claims } });

export const title = "tokens of another kind";
export const cases = [
  ...kinds.map((typ) => policy(`\`typ\` is \`${typ}\``, "typ-not-accepted", KIND, token({ header: { typ } }))),
  ...others.map((typ) => policy(`\`typ\` is \`${typ}\``, "typ-not-accepted", KIND, token({ header: { typ } }))),
  ...["logout+jwt", "dpop+jwt", "better-auth.session-cache+jwt"].map((typ) => policy(`\`typ\` is \`${typ}\`, for a public key`, "typ-not-accepted", KIND, token({ alg: "EdDSA", header: { typ } }), "EdDSA")),
  ...[1, true, null, ["JWT"], { typ: "JWT" }, []].map((typ) => policy(`\`typ\` is ${JSON.stringify(typ)}`, "typ-malformed", FORM, token({ header: { typ } }))),
  ...broken.map((typ) => policy(`\`typ\` is ${JSON.stringify(typ)}`, "typ-malformed", FORM, token({ header: { typ } }))),
  ...["JWT", "at+JWT2", "application/jwt", "logout+jwt", "id+jwt"].map((typ) => must(`\`typ\` is \`${typ}\`, where access tokens alone are accepted`, "typ-not-accepted", STRICT, asked({ typ }), "access tokens alone")),
  must("no `typ`, where access tokens alone are accepted", "typ-not-accepted", STRICT, asked({}), "access tokens alone"),
  must("`typ` among the claims, where access tokens alone are accepted", "typ-not-accepted", STRICT, asked({}, { typ: "at+jwt" }), "access tokens alone"),
  ...["iss", "aud", "exp", "sub", "client_id", "iat", "jti"].map((name) => must(`no \`${name}\`, where access tokens alone are accepted`, `claim-missing ${name}`, REQUIRED, asked({ typ: "at+jwt" }, { [name]: undefined }), "access tokens alone")),
  ...[null, ""].map((client_id) => policy(`\`client_id\` is ${JSON.stringify(client_id)}, where access tokens alone are accepted`, "claim-missing client_id", "a name without a letter is none", asked({ typ: "at+jwt" }, { client_id }), "access tokens alone")),
  must("an access token, where identity tokens alone are accepted", "typ-not-accepted", OTHER, token({ header: { typ: "at+jwt" } }), "identity tokens alone"),
  must("no `typ`, where identity tokens alone are accepted", "typ-not-accepted", OTHER, token(), "identity tokens alone"),
  policy("`typ` of `JWT`, where tokens without one alone are accepted", "typ-not-accepted", KIND, token({ header: { typ: "JWT" } }), "untyped tokens alone"),
  policy("`typ` of `at+jwt`, where tokens without one alone are accepted", "typ-not-accepted", KIND, token({ header: { typ: "at+jwt" } }), "untyped tokens alone"),
  must("an identity token without `typ`: its audience is the client", "audience-mismatch aud", OTHER, token({ claims: { aud: "web-client", nonce: "n", at_hash: "h", azp: "web-client" } })),
  must("Better Auth's cached session, whose audience is its own", "audience-mismatch aud", OTHER, token({ claims: { aud: "better-auth:session-cache", session: {}, user: {} } })),
  must("a logout token without `typ`: no end, and no subject", "claim-missing exp", OTHER, token({ claims: { exp: undefined, sub: undefined, sid: "s1", jti: "j", events: { "http://schemas.openid.net/event/backchannel-logout": {} } } })),
  must("a proof of possession without `typ`: no issuer", "claim-missing iss", OTHER, token({ claims: { iss: undefined, aud: undefined, exp: undefined, sub: undefined, htm: "GET", htu: "https://api.example.com", jti: "j" } })),
  must("a client's own assertion: it is its own issuer", "issuer-mismatch iss", OTHER, token({ claims: { iss: "web-client", sub: "web-client", jti: "j" } })),
  must("a userinfo answer: no times", "claim-missing exp", OTHER, token({ claims: { exp: undefined, iat: undefined, email: "a@example.com" } })),
  policy("`typ` is named by an escape", "typ-not-accepted", KIND, token({ headerText: `{"alg":"HS256","ty\\u0070":"logout+jwt"}` })),
  policy("`typ` is written with an escape", "typ-not-accepted", KIND, token({ headerText: '{"alg":"HS256","typ":"logout\\u002bjwt"}' })),
  policy("`typ` is another's, under a `kid`", "typ-not-accepted", KIND, token({ alg: "ES256", header: { typ: "dpop+jwt", kid: kidOf("ES256") }, claims: CLAIMS }), "ES256"),
];
