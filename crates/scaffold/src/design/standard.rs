//! What the standards ask for, and what of it this contract answers.

use betroth_contract::{Contract, KeyForm, Lookup, Requirement, SessionCredential, Transport};
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

/// What a page of the front end holds.
#[derive(Clone, Copy)]
enum Pages {
    /// There is none.
    None,
    /// A signed token, in memory.
    WithToken,
    /// The session token itself.
    WithSession,
    /// Nothing that a script could read.
    Bare,
}

impl Pages {
    fn of(contract: &Contract) -> Self {
        let Some(web) = &contract.web else {
            return Self::None;
        };
        match &contract.session {
            _ if *web.transport != Transport::Token => Self::Bare,
            None => Self::WithToken,
            Some(session)
                if session
                    .accept
                    .iter()
                    .all(|it| *it == SessionCredential::SessionToken) =>
            {
                Self::WithSession
            }
            Some(_) => Self::Bare,
        }
    }
}

/// Each requirement with where this contract stands.
pub(super) fn table(contract: &Contract) -> Vec<Standard> {
    let is_secret = contract.keys.form() == KeyForm::SharedSecret;
    let pages = Pages::of(contract);
    let asks_get_session = contract
        .session
        .as_ref()
        .is_some_and(|it| it.lookup == Lookup::GetSession);
    let has_fresh = contract.routes.iter().any(|route| {
        matches!(
            route.requirement,
            Requirement::Required { fresh: Some(_), .. }
        )
    });
    let has_audience = contract.token.audience.is_some()
        || contract.apis.iter().any(|(_, it)| it.audience.is_some());
    let may_be_untyped = contract.token.types.iter().any(|it| it.as_str().is_empty());
    let untyped = "`typ` is checked, but may be absent: whatever else this issuer signs for the same `aud` without a `typ` passes";
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
            } else if contract.session.is_some() {
                "RSA from 2048 bits on; of tokens no secret is shared, that of sessions is"
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
            if may_be_untyped {
                untyped
            } else {
                "`typ` is checked, and must be there"
            },
        ),
        row(
            "[RFC 9700](https://www.rfc-editor.org/rfc/rfc9700) §2.3",
            "a token for one API and no more rights than needed",
            if has_audience {
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
            "never an address: the header `Authorization`, of a WebSocket its subprotocols",
        ),
        row(
            "[RFC 10017](https://www.rfc-editor.org/rfc/rfc10017) §6.1, §6.2, §8",
            "a backend that keeps tokens from the page: strongly recommended for business, sensitive and personal-data applications; none in storage of the page",
            match pages {
                Pages::None => "no page in this contract",
                Pages::WithToken => {
                    "open by choice: the page holds a short-lived token in memory, the pattern of a token-mediating backend (§6.2)"
                }
                Pages::WithSession => {
                    "not met: a page that sends the session token holds a credential of days"
                }
                Pages::Bare => "pages hold no token",
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
            "API6: flows of business",
            "not part of this contract",
        ),
        row(
            "OWASP API",
            "API7: requests to addresses of strangers",
            if asks_get_session {
                "the addresses that are asked, of keys and of `get-session`, are settings; redirects are not followed"
            } else if contract.keys.form() == KeyForm::Jwks {
                "the only address that is fetched is a setting; redirects are not followed"
            } else {
                "no address is fetched to verify"
            },
        ),
        row(
            "OWASP API",
            "API8, API9: misconfiguration, inventory",
            "`betroth check` in the build; `betroth routes` is the inventory",
        ),
        row(
            "OWASP API",
            "API10: answers of others",
            if contract.keys.form() == KeyForm::Jwks {
                "the key set is bounded, typed, and fetched without redirects"
            } else if asks_get_session {
                "the answer of `get-session` is bounded, typed, and held against the token"
            } else {
                "none is asked to verify; those of the routes are not part of this contract"
            },
        ),
        row(
            ASVS,
            "V9.1.1 to V9.1.3: signature, list of algorithms, trusted keys",
            "checklist",
        ),
        row("ASVS", "V9.2.1, V9.2.3: time, audience", "checklist"),
        row(
            "ASVS",
            "V9.2.2: the type of a token",
            if may_be_untyped { untyped } else { "checklist" },
        ),
        row(
            "ASVS",
            "V9.2.4: an issuer with one key for several audiences says in each token for whom it is",
            if has_audience {
                "`aud` of the contract; the issuer must write it"
            } else {
                "one audience for all: `aud` is the issuer's own name"
            },
        ),
        row(
            "ASVS",
            "V7.4.1, V7.4.2: the end of a session, or of a user, ends access",
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
            "V10.3.4: how recent or how strong the sign-in was",
            if has_fresh {
                "`fresh` asks how old the token is, not the sign-in: a new token suffices"
            } else {
                "not asked by any route"
            },
        ),
        row(
            "ASVS",
            "V10.3.5: tokens that only their holder can use",
            "not met: bearer tokens",
        ),
        row(
            "ASVS",
            "V10.1.1: tokens only for those who need them",
            match pages {
                Pages::WithToken => "not met: scripts of the page can read the token",
                Pages::WithSession => "not met where a page sends the session token",
                Pages::None | Pages::Bare => "no page needs one",
            },
        ),
        row(
            "ASVS",
            "V16.2.5, V16.3.1, V16.3.2: refusals in the log, credentials not",
            "each refusal with its reason, and no token; sign-ins are the issuer's to log",
        ),
        row(
            "ASVS",
            "V16.5.1 to V16.5.3: failing shut, telling nothing",
            "one text for every cause, in production; 503 where nothing can be told",
        ),
        row(
            "[RFC 6750](https://www.rfc-editor.org/rfc/rfc6750), [RFC 9457](https://www.rfc-editor.org/rfc/rfc9457), [RFC 9470](https://www.rfc-editor.org/rfc/rfc9470)",
            "the form of refusals",
            "the table of answers",
        ),
    ]
}
