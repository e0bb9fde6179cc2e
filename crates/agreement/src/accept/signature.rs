//! Whether a verifier of signatures takes a signed token: algorithm, library, audience and the name of the key.

use betroth_report::Place;

use super::{Answer, at, wrong_kind};
use crate::{
    Algorithm, Difference, Evidence, IssuerFact, IssuerKind, KeySource, Names, Sent, Topic, Value,
    Verifier,
};

/// A signature of a key pair against a key set.
pub(super) fn signed_with_key_pair(
    sent: &Sent,
    issuer: Option<&IssuerFact>,
    verifier: &Verifier,
) -> Answer {
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
    if let Some(difference) = other_names(sent, issuer, verifier) {
        return Answer::No(Box::new(difference));
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

/// The first of issuer and audience that cannot be the same on both sides.
fn other_names(
    sent: &Sent,
    issuer: Option<&IssuerFact>,
    verifier: &Verifier,
) -> Option<Difference> {
    let (writes, asks) = (&issuer?.names, &verifier.fact.names);
    let pairs = [
        (Topic::Issuer, "iss", "issuer", &writes.issuer, &asks.issuer),
        (
            Topic::Audience,
            "aud",
            "audience",
            &writes.audience,
            &asks.audience,
        ),
    ];
    pairs
        .into_iter()
        .find_map(|(topic, claim, name, written, asked)| {
            let told = NameSaid::of(written.as_ref(), writes, topic)?;
            let taken = NameSaid::of(asked.as_ref(), asks, topic)?;
            if told.may_be(&taken) {
                return None;
            }
            let (told, taken) = (told.words("baseURL"), taken.words("issuer.base_url"));
            let place = written.as_ref().and_then(|it| it.place().cloned());
            let cure = if verifier.fact.library.as_deref() == Some("betroth") {
                "say the same on both sides: `betroth apply` writes into the plugin what the contract asks for".to_owned()
            } else {
                format!(
                    "say the same on both sides, letter by letter, best from one variable: `{name}=os.environ[\"BETTER_AUTH_{}\"]`",
                    name.to_ascii_uppercase()
                )
            };
            Some(Difference {
                topic,
                message: format!("the token names {told} as its {name}, the API takes {taken} alone"),
                web: (
                    place.unwrap_or_else(|| made_at(sent, issuer)),
                    format!("writes this into `{claim}`"),
                ),
                api: at(verifier, &format!("asks for {taken}")),
                cure,
            })
        })
}

/// What one side says of `iss` or `aud`, as far as it is told.
enum NameSaid<'a> {
    /// One of these.
    Texts(&'a [String]),
    /// An origin, whichever.
    Origin,
}

impl<'a> NameSaid<'a> {
    fn of(evidence: Option<&'a Evidence<String>>, names: &Names, topic: Topic) -> Option<Self> {
        let told = evidence
            .filter(|it| it.condition.is_none())
            .and_then(|it| it.value.possible());
        told.map(Self::Texts)
            .or_else(|| names.origins.contains(&topic).then_some(Self::Origin))
    }

    /// Whether a token that says this may be taken by who asks for `other`.
    fn may_be(&self, other: &Self) -> bool {
        let is_address = |text: &String| text.contains("://");
        match (self, other) {
            (Self::Texts(one), Self::Texts(two)) => one.iter().any(|text| two.contains(text)),
            (Self::Texts(texts), Self::Origin) | (Self::Origin, Self::Texts(texts)) => {
                texts.iter().any(is_address)
            }
            (Self::Origin, Self::Origin) => true,
        }
    }

    fn words(&self, origin_of: &str) -> String {
        match self {
            Self::Texts(texts) => {
                let texts: Vec<_> = texts.iter().map(|text| format!("`{text}`")).collect();
                texts.join(" or ")
            }
            Self::Origin => format!("the origin of `{origin_of}`"),
        }
    }
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

pub(super) fn key_pair_against_secret(
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
pub(super) fn signed_with_secret(
    sent: &Sent,
    issuer: Option<&IssuerFact>,
    verifier: &Verifier,
) -> Answer {
    let signs = signed_algorithms(sent, issuer);
    if let Some(difference) = refused_algorithm(sent, issuer, verifier, &signs) {
        return Answer::No(Box::new(difference));
    }
    if let Some(difference) = other_names(sent, issuer, verifier) {
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
