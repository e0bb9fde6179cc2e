//! The verdict for each form in which the two sides meet.

use betroth_agreement::{
    Answers, CredentialKind, Evidence, IssuerFact, IssuerKind, KeySource, Names, Observed, Sent,
    Topic, Verdict, Verifier, VerifierFact, VerifierKind, compare,
};
use betroth_report::Place;

fn web() -> Place {
    Place::new("web/lib/auth.ts", 14, 5)
}

fn api() -> Place {
    Place::new("api/auth.py", 22, 5)
}

/// A pair of which every route asks for a credential.
struct Pair(Observed);

impl Pair {
    fn new() -> Self {
        Self(Observed {
            answers: Answers {
                required: 3,
                ..Answers::default()
            },
            ..Observed::default()
        })
    }

    fn sends(mut self, issuer: IssuerKind, credential: CredentialKind, calls: usize) -> Self {
        self.0.sent.push(Sent {
            issuer,
            credential,
            calls,
            place: web(),
            why: "read".into(),
            certain: true,
            others: Vec::new(),
            foreign: None,
        });
        self
    }

    fn or_sends(mut self, issuer: IssuerKind, credential: CredentialKind) -> Self {
        for sent in &mut self.0.sent {
            sent.certain = false;
            sent.others.push((issuer, credential));
        }
        self
    }

    fn signs(mut self, kind: IssuerKind, algorithm: &str, variable: &str) -> Self {
        self.0.issuers.push(IssuerFact {
            kind,
            algorithms: vec![Evidence::known(algorithm.into(), web())],
            key: Some(Evidence::known(environment(variable), web())),
            names: Names::default(),
            place: web(),
            reached: true,
        });
        self.sends(kind, CredentialKind::BearerJwt, 3)
    }

    fn verifies(mut self, kind: VerifierKind, library: &str, algorithms: &[&str]) -> Self {
        self.0.verifiers.push(Verifier {
            fact: VerifierFact {
                kind,
                algorithms: algorithms
                    .iter()
                    .map(|name| Evidence::known((*name).into(), api()))
                    .collect(),
                key: Some(Evidence::known(environment("BETTER_AUTH_SECRET"), api())),
                names: Names::default(),
                checks_issuer: true,
                checks_audience: true,
                requires_expiry: true,
                library: Some(library.into()),
                place: api(),
                routes: 3,
            },
            callable: "current_user".into(),
            switched_off: Vec::new(),
            splits_cookie: Some(false),
        });
        self
    }

    fn verdict(&self) -> Verdict {
        compare(&self.0).verdict
    }

    fn refused_for(&self) -> Topic {
        let agreement = compare(&self.0);
        assert_eq!(agreement.verdict, Verdict::Refused, "{}", agreement.because);
        let difference = &agreement.differences[0];
        assert_eq!((&difference.web.0, &difference.api.0), (&web(), &api()));
        difference.topic
    }
}

fn environment(name: &str) -> KeySource {
    KeySource::Environment {
        name: name.into(),
        defaulted: false,
    }
}

fn plugin(algorithm: &str) -> Pair {
    Pair::new().signs(IssuerKind::BetterAuthJwt, algorithm, "unused")
}

fn hand_signed(variable: &str) -> Pair {
    Pair::new().signs(IssuerKind::HandSignedJwt, "HS256", variable)
}

#[test]
fn a_key_set_takes_the_algorithm_that_it_lists() {
    assert_eq!(
        plugin("EdDSA")
            .verifies(VerifierKind::Jwks, "jwt", &["EdDSA", "RS256"])
            .verdict(),
        Verdict::Accepted
    );
}

#[test]
fn a_key_set_refuses_an_algorithm_that_it_does_not_list() {
    assert_eq!(
        plugin("EdDSA")
            .verifies(VerifierKind::Jwks, "jwt", &["RS256"])
            .refused_for(),
        Topic::Algorithm
    );
}

#[test]
fn python_jose_refuses_the_default_algorithm_even_where_it_is_listed() {
    assert_eq!(
        plugin("EdDSA")
            .verifies(VerifierKind::Jwks, "jose", &["EdDSA"])
            .refused_for(),
        Topic::Algorithm
    );
    assert_eq!(
        plugin("RS256")
            .verifies(VerifierKind::Jwks, "jose", &["RS256"])
            .verdict(),
        Verdict::Accepted
    );
}

#[test]
fn a_shared_secret_refuses_a_signature_of_a_key_pair() {
    assert_eq!(
        plugin("EdDSA")
            .verifies(VerifierKind::SharedSecret, "jwt", &["HS256"])
            .refused_for(),
        Topic::Algorithm
    );
}

#[test]
fn pyjwt_without_audience_refuses_a_token_that_has_one() {
    let mut pair = plugin("EdDSA").verifies(VerifierKind::Jwks, "jwt", &["EdDSA"]);
    pair.0.verifiers[0].fact.checks_audience = false;
    assert_eq!(pair.refused_for(), Topic::Audience);
    pair.0.verifiers[0].switched_off = vec!["verify_aud".into()];
    assert_eq!(pair.verdict(), Verdict::Accepted);
}

#[test]
fn one_secret_under_one_name_is_accepted() {
    assert_eq!(
        hand_signed("BETTER_AUTH_SECRET")
            .verifies(VerifierKind::SharedSecret, "jwt", &["HS256"])
            .verdict(),
        Verdict::Accepted
    );
}

#[test]
fn secrets_under_two_names_are_not_told() {
    assert_eq!(
        hand_signed("JWT_SECRET")
            .verifies(VerifierKind::SharedSecret, "jwt", &["HS256"])
            .verdict(),
        Verdict::Unknown
    );
}

#[test]
fn a_session_token_is_no_jwt() {
    for kind in [VerifierKind::Jwks, VerifierKind::SharedSecret] {
        let pair = Pair::new()
            .sends(
                IssuerKind::SessionToken,
                CredentialKind::BearerSessionToken,
                3,
            )
            .verifies(kind, "jwt", &["HS256"]);
        assert_eq!(pair.refused_for(), Topic::Credential);
    }
}

#[test]
fn a_session_token_is_looked_up() {
    let pair = Pair::new()
        .sends(
            IssuerKind::SessionToken,
            CredentialKind::BearerSessionToken,
            3,
        )
        .verifies(VerifierKind::SessionLookup, "sqlalchemy", &[]);
    assert_eq!(pair.verdict(), Verdict::Accepted);
}

#[test]
fn a_signed_cookie_value_is_looked_up_only_where_it_is_taken_apart() {
    let mut pair = Pair::new()
        .sends(
            IssuerKind::SessionToken,
            CredentialKind::BearerSignedCookie,
            3,
        )
        .verifies(VerifierKind::SessionLookup, "sqlalchemy", &[]);
    assert_eq!(pair.refused_for(), Topic::Credential);
    pair.0.verifiers[0].splits_cookie = Some(true);
    assert_eq!(pair.verdict(), Verdict::Accepted);
    pair.0.verifiers[0].splits_cookie = None;
    assert_eq!(pair.verdict(), Verdict::Unknown);
}

#[test]
fn an_entry_that_is_filled_at_several_places_is_accepted_only_if_all_are() {
    let filled = |other: CredentialKind| {
        Pair::new()
            .sends(
                IssuerKind::SessionToken,
                CredentialKind::BearerSessionToken,
                3,
            )
            .or_sends(IssuerKind::SessionToken, other)
            .verifies(VerifierKind::SessionLookup, "sqlalchemy", &[])
            .verdict()
    };
    assert_eq!(filled(CredentialKind::BearerSignedCookie), Verdict::Unknown);
    assert_eq!(
        filled(CredentialKind::BearerSessionToken),
        Verdict::Accepted
    );
}

#[test]
fn the_apis_own_token_is_accepted() {
    let pair = Pair::new()
        .sends(IssuerKind::ApiIssued, CredentialKind::BearerJwt, 3)
        .verifies(VerifierKind::SharedSecret, "jose", &["HS256"]);
    assert_eq!(pair.verdict(), Verdict::Accepted);
}

#[test]
fn what_may_be_sent_instead_and_is_accepted_leaves_the_verdict_open() {
    let session = |pair: Pair| {
        pair.sends(
            IssuerKind::SessionToken,
            CredentialKind::BearerSessionToken,
            3,
        )
        .verifies(VerifierKind::SharedSecret, "jose", &["HS256"])
    };
    let open = session(Pair::new()).or_sends(IssuerKind::ApiIssued, CredentialKind::BearerJwt);
    assert_eq!(open.verdict(), Verdict::Unknown);
    let or_nothing = session(Pair::new()).or_sends(IssuerKind::None, CredentialKind::None);
    assert_eq!(or_nothing.verdict(), Verdict::Refused);
}

#[test]
fn nothing_sent_is_refused_only_where_no_call_sends_anything() {
    let nothing = Pair::new()
        .sends(IssuerKind::None, CredentialKind::None, 9)
        .verifies(VerifierKind::Jwks, "jwt", &["EdDSA"]);
    assert_eq!(nothing.refused_for(), Topic::Absence);
    let some = plugin("EdDSA")
        .sends(IssuerKind::None, CredentialKind::None, 9)
        .verifies(VerifierKind::Jwks, "jwt", &["EdDSA"]);
    assert_eq!(some.verdict(), Verdict::Accepted);
}

#[test]
fn one_of_two_verifiers_of_the_same_routes_is_enough() {
    let pair = hand_signed("BETTER_AUTH_SECRET")
        .verifies(VerifierKind::Jwks, "jwt", &["EdDSA"])
        .verifies(VerifierKind::SharedSecret, "jwt", &["HS256"]);
    assert_eq!(pair.verdict(), Verdict::Accepted);
}

#[test]
fn a_verifier_that_guards_no_route_decides_nothing() {
    let mut pair = plugin("EdDSA")
        .verifies(VerifierKind::Jwks, "jwt", &["EdDSA"])
        .verifies(VerifierKind::SharedSecret, "jwt", &["HS256"]);
    pair.0.verifiers[0].fact.routes = 0;
    assert_eq!(pair.refused_for(), Topic::Algorithm);
}

#[test]
fn open_and_forgeable_routes_are_unchecked_whatever_is_sent() {
    let mut pair = plugin("EdDSA").verifies(VerifierKind::Jwks, "jwt", &["EdDSA"]);
    pair.0.answers = Answers {
        open: 4,
        ..Answers::default()
    };
    assert_eq!(pair.verdict(), Verdict::Unchecked);
    pair.0.answers = Answers {
        forgeable: 4,
        required: 1,
        ..Answers::default()
    };
    assert_eq!(pair.verdict(), Verdict::Unchecked);
}

#[test]
fn what_could_not_be_told_is_never_accepted() {
    let mut unread = plugin("EdDSA").verifies(VerifierKind::Jwks, "jwt", &[]);
    unread.0.verifiers[0].fact.algorithms = vec![Evidence::unknown("a setting", api())];
    assert_eq!(unread.verdict(), Verdict::Unknown);

    let mut routes = plugin("EdDSA").verifies(VerifierKind::Jwks, "jwt", &["EdDSA"]);
    routes.0.answers = Answers {
        unknown: 4,
        ..Answers::default()
    };
    assert_eq!(routes.verdict(), Verdict::Unknown);

    let sender = Pair::new()
        .sends(IssuerKind::Unknown, CredentialKind::BearerUnknown, 3)
        .verifies(VerifierKind::Jwks, "jwt", &["EdDSA"]);
    assert_eq!(sender.verdict(), Verdict::Unknown);

    assert_eq!(compare(&Observed::default()).verdict, Verdict::Unknown);
}

#[test]
fn an_api_with_two_defaults_refuses_its_own_token() {
    let signed = Place::new("api/login.py", 9, 5);
    let mut pair = Pair::new()
        .sends(IssuerKind::ApiIssued, CredentialKind::BearerJwt, 3)
        .verifies(VerifierKind::SharedSecret, "jwt", &["HS256"]);
    pair.0.issuers.push(IssuerFact {
        kind: IssuerKind::ApiIssued,
        algorithms: Vec::new(),
        key: None,
        names: Names::default(),
        place: signed.clone(),
        reached: true,
    });
    pair.0.defaults = vec![(signed.clone(), 1), (api(), 2)];
    let agreement = compare(&pair.0);
    assert_eq!(agreement.verdict, Verdict::Refused);
    assert_eq!(agreement.differences[0].topic, Topic::Key);
    pair.0.defaults = vec![(signed, 1), (api(), 1)];
    assert_eq!(pair.verdict(), Verdict::Accepted);
}

#[test]
fn a_cookie_of_another_site_never_arrives() {
    let mut pair = Pair::new()
        .sends(IssuerKind::SessionCookie, CredentialKind::Cookie, 3)
        .verifies(VerifierKind::RemoteSession, "httpx", &[]);
    assert_eq!(pair.verdict(), Verdict::Accepted);
    pair.0.sent[0].foreign = Some(web());
    assert_eq!(pair.refused_for(), Topic::Site);
}
