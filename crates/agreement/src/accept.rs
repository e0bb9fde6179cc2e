//! Whether one verifier takes one credential: the table of kinds against kinds.

mod signature;

use betroth_report::Place;

use signature::{key_pair_against_secret, signed_with_key_pair, signed_with_secret};
pub(crate) use signature::{known, signed_algorithms};

use crate::{
    CredentialKind, Difference, IssuerFact, IssuerKind, Sent, Topic, Verifier, VerifierKind,
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
            Answer::Yes(on_one_site(
                sent,
                "the API asks the auth service about the session that is sent",
            ))
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
        message: if sent.credential == CredentialKind::Cookie {
            format!(
                "the front end sends cookies alone, the API asks for {} and reads no cookie",
                verifier.fact.kind.phrase()
            )
        } else {
            format!(
                "the front end sends no credential, the API asks for {}",
                verifier.fact.kind.phrase()
            )
        },
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
        return Answer::Yes(on_one_site(
            sent,
            "the API looks up the session whose token is sent",
        ));
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

/// What holds of a cookie only where the browser takes both for one site.
fn on_one_site(sent: &Sent, because: &str) -> String {
    if sent.credential == CredentialKind::Cookie {
        format!("{because}, as long as front end and API are served from one site")
    } else {
        because.to_owned()
    }
}

fn at(verifier: &Verifier, words: &str) -> (Place, String) {
    (verifier.fact.place.clone(), words.to_owned())
}
