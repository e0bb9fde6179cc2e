//! What the standards ask for, and what of it this contract answers.

use betroth_contract::{Contract, KeyForm, Transport};
use serde::Serialize;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Standard {
    /// With its address, in Markdown.
    source: &'static str,
    asks: &'static str,
    here: String,
}

const OWASP: &str =
    "[OWASP API Security Top 10, 2023](https://owasp.org/API-Security/editions/2023/en/0x11-t10/)";
const ASVS: &str = "[OWASP ASVS 5.0](https://github.com/OWASP/ASVS/tree/v5.0.0)";

/// Each requirement with where this contract stands.
pub(super) fn table(contract: &Contract) -> Vec<Standard> {
    let is_secret = contract.keys.form() == KeyForm::SharedSecret;
    let in_page = contract
        .web
        .as_ref()
        .is_some_and(|web| *web.transport == Transport::Token && contract.session.is_none());
    let row = |source, asks, here: &str| Standard {
        source,
        asks,
        here: here.to_owned(),
    };
    vec![
        row(
            "[RFC 8725](https://www.rfc-editor.org/rfc/rfc8725) §3.1, §3.2",
            "a fixed list of algorithms, one for each key; never `none`",
            "checklist: `alg`, and the key's own",
        ),
        row(
            "RFC 8725 §3.5",
            "keys with enough entropy",
            if is_secret {
                "as long as the hash at least, made at random; a verifier must refuse a shorter one. The length is checked, not the randomness"
            } else {
                "RSA from 2048 bits on; no secret is shared"
            },
        ),
        row(
            "RFC 8725 §3.8, §3.9",
            "the key belongs to `iss`; `aud` is checked",
            "one issuer, its own keys, both compared byte for byte",
        ),
        row(
            "RFC 8725 §3.10",
            "`kid`, `jku`, `x5u` are a stranger's words",
            "`kid` chooses among known keys alone; the others are never read",
        ),
        row(
            "RFC 8725 §3.11, §3.12",
            "one kind of token is not taken for another",
            if contract.token.types.iter().any(|it| it.as_str().is_empty()) {
                "`typ` is checked, but may be absent: whatever else this issuer signs for the same `aud` without a `typ` passes"
            } else {
                "`typ` is checked, and must be there"
            },
        ),
        row(
            "[RFC 9700](https://www.rfc-editor.org/rfc/rfc9700) §2.3",
            "a token for one API and no more rights than needed",
            if contract.token.audience.is_some()
                || contract.apis.iter().any(|(_, it)| it.audience.is_some())
            {
                "`aud` names the API"
            } else {
                "`aud` is the issuer's own name, the same for every API: enough for one, not for two"
            },
        ),
        row(
            "RFC 9700 §2.2, §4.10",
            "stolen tokens are of little use: bound to a key, or short-lived",
            "not bound to a key; short-lived alone",
        ),
        row(
            "RFC 9700 §4.3.2",
            "no token in an address",
            "the header alone is read",
        ),
        row(
            "[RFC 10017](https://www.rfc-editor.org/rfc/rfc10017)",
            "browser-based applications: a backend keeps the tokens where much is at stake; the page never keeps one in storage",
            if in_page {
                "open by choice: the page holds a short-lived token in memory, the pattern of a token-mediating backend"
            } else {
                "pages hold no token"
            },
        ),
        row(
            OWASP,
            "API1: whose object is it",
            if contract.owners.is_empty() {
                "open: the contract names no owner of rows (`[[owner]]`); each route must ask for itself"
            } else {
                "the table of rows"
            },
        ),
        row(
            "OWASP API",
            "API2: authentication",
            "the checklist; failures are limited for each address",
        ),
        row(
            "OWASP API",
            "API3: which properties of an object",
            "not part of this contract: each route must see to it",
        ),
        row(
            "OWASP API",
            "API4: use of resources",
            "tokens and key sets are bounded in size; the routes' own work is not part of this contract",
        ),
        row(
            "OWASP API",
            "API5: who may call which function",
            "the table of routes; what it does not name has the default",
        ),
        row(
            "OWASP API",
            "API7: requests to addresses of strangers",
            "the only address that is fetched is a setting; redirects are not followed",
        ),
        row(
            "OWASP API",
            "API8, API9: misconfiguration, inventory",
            "`betroth check` in the build; `betroth routes` is the inventory",
        ),
        row(
            ASVS,
            "V9.1.1 to V9.1.3: signature, list of algorithms, trusted keys",
            "checklist",
        ),
        row(
            "ASVS",
            "V9.2.1 to V9.2.4: time, type, audience",
            "checklist",
        ),
        row(
            "ASVS",
            "V7.4.1 to V7.4.3: the end of a session ends access",
            if contract.session.is_some() {
                "at the lookup of a session; tokens count until they expire"
            } else {
                "after the lifetime of a token, not at once"
            },
        ),
        row(
            "ASVS",
            "V10.3.1 to V10.3.3: audience, scope, subject of access tokens",
            "checklist, and the table of routes",
        ),
        row(
            "ASVS",
            "V16.2 to V16.5: logs without credentials, failing shut",
            "503 where nothing can be told; the reason goes to the log, the token does not",
        ),
        row(
            "[RFC 6750](https://www.rfc-editor.org/rfc/rfc6750), [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457), [RFC 9470](https://www.rfc-editor.org/rfc/rfc9470)",
            "the form of refusals",
            "the table of answers",
        ),
    ]
}
