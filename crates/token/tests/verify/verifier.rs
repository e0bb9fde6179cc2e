//! What a verifier can be asked, and what it tells to whom.

use betroth_token::{Face, Refusal, Verifier, VerifierFault, limits};
use serde_json::json;

use crate::HEADER;
use crate::forge::*;

#[test]
fn the_caller_learns_less_than_the_log() {
    let refusal = |token: String| verifier().verify(token, NOW).unwrap_err();
    let forged = refusal(format!("{}.e30.{}", encode(HEADER), "A".repeat(43)));
    let foreign = refusal(signed(
        HEADER,
        claims(json!({"iss": "https://evil.example"})),
    ));
    for refusal in [&forged, &foreign] {
        assert_eq!(refusal.face(), Face::InvalidToken);
        assert_eq!(refusal.description(), "the token is not accepted");
        assert!(!refusal.to_string().contains("example"), "{refusal}");
    }
    let over = refusal(signed(HEADER, claims(json!({"exp": 1}))));
    assert_eq!(
        (
            over.description(),
            over.face().error(),
            over.face().status()
        ),
        ("the token expired", Some("invalid_token"), 401)
    );
    let none = refusal(String::new());
    assert_eq!(
        (none.face().error(), none.face().status()),
        (Some("invalid_request"), 400)
    );
    assert_eq!(none.description(), "there is no token");
    assert_eq!(
        Refusal::KeysUnavailable.description(),
        "tokens cannot be checked at the moment"
    );
    assert_eq!(verifier().keys().keys().len(), 1);
}

#[test]
fn what_cannot_be_asked_is_refused_at_once() {
    let build = |issuer: &str, audience: &str| Verifier::builder(issuer, audience).build(keys());
    assert!(matches!(
        build("", AUDIENCE),
        Err(VerifierFault::EmptyIssuer)
    ));
    assert!(matches!(
        build(ISSUER, ""),
        Err(VerifierFault::EmptyAudience)
    ));
    let builder = || Verifier::builder(ISSUER, AUDIENCE);
    assert!(matches!(
        builder().leeway(limits::LEEWAY_SECONDS + 1).build(keys()),
        Err(VerifierFault::Leeway)
    ));
    assert!(matches!(
        builder().types([]).build(keys()),
        Err(VerifierFault::NoType)
    ));
    for malformed in ["at jwt", "application/", "at+jwt ", "jeton\u{e9}"] {
        assert!(
            matches!(
                builder().types(["at+jwt", malformed]).build(keys()),
                Err(VerifierFault::TypeMalformed(_))
            ),
            "{malformed}"
        );
    }
    for never in [
        "better-auth.session-cache+jwt",
        "logout+jwt",
        "DPoP+jwt",
        "application/txntoken+jwt",
    ] {
        assert!(
            matches!(
                builder().types(["", never]).build(keys()),
                Err(VerifierFault::TypeNever(_))
            ),
            "{never}"
        );
    }
}
