//! Whether one verifier takes one credential: the table of kinds against kinds.

use betroth_report::Place;

use crate::{
    Algorithm, CredentialKind, Difference, Evidence, IssuerFact, IssuerKind, KeySource, Sent,
    Topic, Value, Verifier, VerifierKind,
};

/// Whether a verifier takes a credential.
pub(crate) enum Answer {
    /// It does.
    Yes(String),
    /// It does not.
    No(Box<Difference>),
    /// Not told, with the reason.
    Untold(String),
}

/// Holds what is sent, and who makes it, against one verifier.
pub(crate) fn accepts(
    sent: &Sent,
    issuer: Option<&IssuerFact>,
    verifier: &Verifier,
    defaults: &[(Place, u64)],
) -> Answer {
    let asked = verifier.fact.kind;
    if let Some(difference) = two_defaults(sent, issuer, verifier, defaults) {
        return Answer::No(Box::new(difference));
    }
    match (sent.issuer, asked) {
        (_, VerifierKind::Unknown | VerifierKind::None | VerifierKind::Unverified) => {
            Answer::Untold("what the API asks for could not be told".to_owned())
        }
        (IssuerKind::Unknown, _) => Answer::Untold(format!(
            "what the front end sends could not be told: {}",
            sent.why
        )),
        (IssuerKind::None, _) => absent(sent, verifier),
        (IssuerKind::BetterAuthJwt | IssuerKind::HandSignedJwt, VerifierKind::Jwks) => {
            signed_with_key_pair(sent, issuer, verifier)
        }
        (IssuerKind::HandSignedJwt, VerifierKind::SharedSecret) => {
            signed_with_secret(sent, issuer, verifier)
        }
        (IssuerKind::BetterAuthJwt, VerifierKind::SharedSecret) => {
            key_pair_against_secret(sent, issuer, verifier)
        }
        (IssuerKind::ApiIssued, VerifierKind::SharedSecret | VerifierKind::SessionLookup) => {
            Answer::Yes("the API verifies the token that it handed out itself".to_owned())
        }
        (IssuerKind::ApiIssued, _) => {
            Answer::Untold("the API hands out a token and verifies another".to_owned())
        }
        (
            IssuerKind::SessionToken | IssuerKind::SessionCookie,
            VerifierKind::Jwks | VerifierKind::SharedSecret,
        ) => wrong_kind(
            sent,
            verifier,
            "send the JWT that `authClient.token()` (plugins `jwt()` and `jwtClient()`) gives, or look the session up in the API",
        ),
        (IssuerKind::SessionCookie, VerifierKind::SessionLookup | VerifierKind::RemoteSession)
            if sent.foreign.is_some() =>
        {
            across_sites(sent, verifier)
        }
        (IssuerKind::SessionToken | IssuerKind::SessionCookie, VerifierKind::SessionLookup) => {
            session_looked_up(sent, verifier)
        }
        (IssuerKind::SessionToken | IssuerKind::SessionCookie, VerifierKind::RemoteSession) => {
            Answer::Yes("the API asks the auth service about the session that is sent".to_owned())
        }
        (IssuerKind::BetterAuthJwt | IssuerKind::HandSignedJwt, VerifierKind::SessionLookup) => {
            wrong_kind(
                sent,
                verifier,
                "send the session token, or verify the JWT in the API",
            )
        }
        (IssuerKind::BetterAuthJwt | IssuerKind::HandSignedJwt, VerifierKind::RemoteSession) => {
            Answer::Untold("the API asks the auth service about a JWT".to_owned())
        }
    }
}

/// The API signs with one default and verifies with another.
fn two_defaults(
    sent: &Sent,
    issuer: Option<&IssuerFact>,
    verifier: &Verifier,
    defaults: &[(Place, u64)],
) -> Option<Difference> {
    if sent.issuer != IssuerKind::ApiIssued || verifier.fact.kind != VerifierKind::SharedSecret {
        return None;
    }
    let signer = issuer?;
    let default_at = |place: &Place| {
        let mut found = defaults.iter().filter(|(at, _)| at == place);
        found.next().map(|(_, hash)| *hash)
    };
    let (signs, verifies) = (
        default_at(&signer.place)?,
        default_at(&verifier.fact.place)?,
    );
    (signs != verifies).then(|| Difference {
        topic: Topic::Key,
        message:
            "where the key is not set, the API signs with one default and verifies with another"
                .to_owned(),
        web: (signer.place.clone(), "signs with one default".to_owned()),
        api: at(verifier, "verifies with another"),
        cure: "read the key in one place, without a default".to_owned(),
    })
}

fn across_sites(sent: &Sent, verifier: &Verifier) -> Answer {
    let named = sent.foreign.clone().unwrap_or_else(|| sent.place.clone());
    Answer::No(Box::new(Difference {
        topic: Topic::Site,
        message: "the session cookie belongs to the site of the auth service, the API is called on another: no browser sends it there".to_owned(),
        web: (named, "the cookie's site".to_owned()),
        api: at(verifier, "asks for the cookie"),
        cure: "serve the API below the front end's own address (a rewrite), or send the JWT of the `jwt` plugin".to_owned(),
    }))
}

fn absent(sent: &Sent, verifier: &Verifier) -> Answer {
    Answer::No(Box::new(Difference {
        topic: Topic::Absence,
        message: format!(
            "the front end sends no credential, the API asks for {}",
            verifier.fact.kind.phrase()
        ),
        web: (sent.place.clone(), "calls without a credential".to_owned()),
        api: at(verifier, "asks for one"),
        cure: "put the credential on each call, in the one function through which all calls go"
            .to_owned(),
    }))
}

fn wrong_kind(sent: &Sent, verifier: &Verifier, cure: &str) -> Answer {
    Answer::No(Box::new(Difference {
        topic: Topic::Credential,
        message: format!(
            "the front end sends {}, the API asks for {}",
            sent.issuer.phrase(),
            verifier.fact.kind.phrase()
        ),
        web: (
            sent.place.clone(),
            format!("sends {}", sent.issuer.phrase()),
        ),
        api: at(
            verifier,
            &format!("asks for {}", verifier.fact.kind.phrase()),
        ),
        cure: cure.to_owned(),
    }))
}

fn session_looked_up(sent: &Sent, verifier: &Verifier) -> Answer {
    if sent.credential != CredentialKind::BearerSignedCookie {
        return Answer::Yes("the API looks up the session whose token is sent".to_owned());
    }
    match verifier.splits_cookie {
        Some(true) => Answer::Yes(
            "the API takes the signed cookie value apart and looks the session up".to_owned(),
        ),
        None => {
            Answer::Untold("whether the API takes the signed cookie value apart could not be told".to_owned())
        }
        Some(false) => Answer::No(Box::new(Difference {
            topic: Topic::Credential,
            message: "the front end sends the signed cookie value `token.signature`, the API compares it whole with the session's bare token".to_owned(),
            web: (sent.place.clone(), "keeps the signed value".to_owned()),
            api: at(verifier, "compares it whole"),
            cure: "verify the signature and look up what stands before the last dot, or send `session.token`".to_owned(),
        })),
    }
}

/// A signature of a key pair against a key set.
fn signed_with_key_pair(sent: &Sent, issuer: Option<&IssuerFact>, verifier: &Verifier) -> Answer {
    let signs = signed_algorithms(sent, issuer);
    if !signs.is_empty() && signs.iter().all(|sign| sign.starts_with("HS")) {
        return wrong_kind(
            sent,
            verifier,
            "verify in the API with the secret that signs, or sign with a key pair and publish its key set",
        );
    }
    let fact = &verifier.fact;
    let library = fact.library.as_deref().unwrap_or_default();
    if let Some(difference) = refused_algorithm(sent, issuer, verifier, &signs) {
        return Answer::No(Box::new(difference));
    }
    if sent.issuer == IssuerKind::BetterAuthJwt
        && matches!(library, "jwt" | "jose")
        && !fact.checks_audience
        && !verifier
            .switched_off
            .iter()
            .any(|option| option == "verify_aud")
    {
        return Answer::No(Box::new(Difference {
            topic: Topic::Audience,
            message: "Better Auth always names an audience, the API's verifier is told none and refuses any token that has one".to_owned(),
            web: (made_at(sent, issuer), "the token carries `aud`".to_owned()),
            api: at(verifier, "no `audience` is passed"),
            cure: "pass `audience=` with the base URL of the front end".to_owned(),
        }));
    }
    let accepted = known(&fact.algorithms);
    if accepted.is_empty() && !fact.algorithms.is_empty() {
        return Answer::Untold("the algorithms that the API accepts could not be told".to_owned());
    }
    if signs.is_empty() {
        return Answer::Untold(
            "the algorithm with which the front end signs could not be told".to_owned(),
        );
    }
    Answer::Yes(format!(
        "the front end signs with {}, the API verifies it against the key set",
        words(&signs)
    ))
}

/// Why none of the algorithms that may sign is accepted.
fn refused_algorithm(
    sent: &Sent,
    issuer: Option<&IssuerFact>,
    verifier: &Verifier,
    signs: &[Algorithm],
) -> Option<Difference> {
    if signs.is_empty() {
        return None;
    }
    let fact = &verifier.fact;
    let web = (
        made_at(sent, issuer),
        format!("signs with {}", words(signs)),
    );
    let lacks = |algorithm: &Algorithm| {
        fact.library.as_deref() == Some("jose") && !in_python_jose(algorithm)
    };
    if signs.iter().all(lacks) {
        return Some(Difference {
            topic: Topic::Algorithm,
            message: format!(
                "the front end signs with {}, which `python-jose` cannot verify",
                words(signs)
            ),
            web,
            api: at(verifier, "verifies with `python-jose`"),
            cure: format!(
                "verify with PyJWT and its `crypto` extra, `algorithms=[\"{}\"]`",
                signs[0]
            ),
        });
    }
    let accepted = known(&fact.algorithms);
    let complete = fact
        .algorithms
        .iter()
        .all(|evidence| evidence.value.possible().is_some());
    if accepted.is_empty()
        || !complete
        || signs
            .iter()
            .any(|sign| accepted.iter().any(|it| same(it, sign)))
    {
        return None;
    }
    Some(Difference {
        topic: Topic::Algorithm,
        message: format!(
            "the front end signs with {}, the API accepts {} alone",
            words(signs),
            words(&accepted)
        ),
        web,
        api: at(verifier, &format!("accepts {}", words(&accepted))),
        cure: format!("accept `{}` in the API, and nothing else", signs[0]),
    })
}

fn key_pair_against_secret(
    sent: &Sent,
    issuer: Option<&IssuerFact>,
    verifier: &Verifier,
) -> Answer {
    let signs = signed_algorithms(sent, issuer);
    let signs = if signs.is_empty() {
        vec!["EdDSA".to_owned()]
    } else {
        signs
    };
    let accepted = known(&verifier.fact.algorithms);
    let accepts = if accepted.is_empty() {
        "a shared secret".to_owned()
    } else {
        format!("{} and a shared secret", words(&accepted))
    };
    Answer::No(Box::new(Difference {
        topic: Topic::Algorithm,
        message: format!(
            "Better Auth signs with {} and a key pair, the API verifies with {accepts}",
            words(&signs)
        ),
        web: (
            made_at(sent, issuer),
            format!("signs with {}", words(&signs)),
        ),
        api: at(verifier, &format!("verifies with {accepts}")),
        cure: format!(
            "verify against the key set of Better Auth, `/api/auth/jwks`, with `algorithms=[\"{}\"]`, issuer and audience",
            signs[0]
        ),
    }))
}

/// A signature made with a secret against a secret.
fn signed_with_secret(sent: &Sent, issuer: Option<&IssuerFact>, verifier: &Verifier) -> Answer {
    let signs = signed_algorithms(sent, issuer);
    if let Some(difference) = refused_algorithm(sent, issuer, verifier, &signs) {
        return Answer::No(Box::new(difference));
    }
    let signer = issuer.and_then(|fact| variable(fact.key.as_ref()));
    let checker = variable(verifier.fact.key.as_ref());
    match (signer, checker) {
        (Some(signer), Some(checker)) if !signer.eq_ignore_ascii_case(checker) => {
            Answer::Untold(format!(
                "the front end signs with `{signer}`, the API verifies with `{checker}`: whether both hold one value is not in the sources"
            ))
        }
        (Some(name), Some(_)) => Answer::Yes(format!(
            "both sides sign and verify with the secret in `{name}`"
        )),
        _ => Answer::Yes(
            "the front end signs with a secret, the API verifies with a secret".to_owned(),
        ),
    }
}

/// The environment variable that holds a key.
fn variable(key: Option<&Evidence<KeySource>>) -> Option<&str> {
    match &key?.value {
        Value::Known(KeySource::Environment { name, .. }) => Some(name),
        _ => None,
    }
}

/// Algorithms with which the credential may be signed; empty where that is not told.
pub(crate) fn signed_algorithms(sent: &Sent, issuer: Option<&IssuerFact>) -> Vec<Algorithm> {
    match (sent.issuer, issuer) {
        (IssuerKind::BetterAuthJwt, None) => vec!["EdDSA".to_owned()],
        (IssuerKind::BetterAuthJwt | IssuerKind::HandSignedJwt, Some(fact)) => {
            known(&fact.algorithms)
        }
        _ => Vec::new(),
    }
}

/// The values that are possible, each once.
pub(crate) fn known(algorithms: &[Evidence<Algorithm>]) -> Vec<Algorithm> {
    let mut known = Vec::new();
    for algorithm in algorithms
        .iter()
        .filter_map(|evidence| evidence.value.possible())
        .flatten()
    {
        if !known.contains(algorithm) {
            known.push(algorithm.clone());
        }
    }
    known
}

/// One algorithm under its two names (RFC 8037, RFC 9864).
fn same(one: &str, other: &str) -> bool {
    let name = |it: &str| match it {
        "Ed25519" => "EdDSA".to_owned(),
        it => it.to_owned(),
    };
    name(one) == name(other)
}

/// Whether `python-jose` 3 verifies it: neither Edwards curves nor PSS.
fn in_python_jose(algorithm: &str) -> bool {
    ["HS", "RS", "ES"]
        .iter()
        .any(|family| algorithm.starts_with(family))
}

pub(crate) fn words(algorithms: &[Algorithm]) -> String {
    algorithms.join(", ")
}

fn made_at(sent: &Sent, issuer: Option<&IssuerFact>) -> Place {
    issuer.map_or_else(
        || sent.place.clone(),
        |fact| {
            fact.algorithms
                .first()
                .and_then(Evidence::place)
                .unwrap_or(&fact.place)
                .clone()
        },
    )
}

fn at(verifier: &Verifier, words: &str) -> (Place, String) {
    (verifier.fact.place.clone(), words.to_owned())
}
