//! What is read of the claims, and where.

use betroth_token::{Timestamp, Verifier};
use serde_json::json;

use crate::HEADER;
use crate::forge::*;

#[test]
fn facts_are_read_in_each_form_that_they_have() {
    let verifier = verifier();
    let read = |other| verifier.verify(signed(HEADER, claims(other)), NOW).unwrap();
    let written = claims(json!({"nbf": 1_799_999_990, "scope": "SCOPE"}));
    let written = written.replace("SCOPE", r"notes\u003aread n\u006ftes:write");
    let claims_of_text = verifier.verify(signed(HEADER, written), NOW).unwrap();
    assert_eq!(claims_of_text.scopes(), ["notes:read", "notes:write"]);
    assert_eq!(
        claims_of_text.not_before().map(Timestamp::unix),
        Some(1_799_999_990)
    );
    assert_eq!(claims_of_text.expires_at().to_string(), "1800000600");
    assert!(claims_of_text.roles().is_empty() && claims_of_text.actor().is_none());
    // What is none of the forms gives nothing, and part of it gives no part.
    for other in [
        json!(7),
        json!(true),
        json!({"admin": true}),
        json!(["admin", 7]),
        json!(""),
    ] {
        assert!(read(json!({ "role": other })).roles().is_empty(), "{other}");
    }
    let claims = read(json!({
        "role": [" admin ", "b,c"],
        "act": {"sub": "agent", "iss": "https://agents.example.com", "client_id": "worker", "role": "root"},
    }));
    assert_eq!(claims.roles(), [" admin ", "b,c"]);
    let actor = claims.actor().unwrap();
    assert_eq!(
        actor.issuer().as_deref(),
        Some("https://agents.example.com")
    );
    assert_eq!(actor.client().as_deref(), Some("worker"));
    let role = claims.get("role").unwrap().array().unwrap();
    assert_eq!(role.as_json(), r#"[" admin ","b,c"]"#);
    let again = claims.clone().into_inner();
    assert_eq!(again.subject().as_deref(), Some("u1"));
}

#[test]
fn who_cannot_be_read_is_not_taken_for_nobody() {
    for (claim, other) in [
        ("activeOrganizationId", json!(7)),
        ("activeOrganizationId", json!("")),
        ("activeOrganizationId", json!(["o1"])),
        ("sid", json!({"id": "s1"})),
        ("sid", json!(false)),
    ] {
        let told = verdict(&verifier(), signed(HEADER, claims(json!({ claim: other }))));
        assert_eq!(told, format!("claim-malformed {claim}"));
    }
    let written = claims(json!({"sid": 0})).replace(r#""sid":0"#, r#""sid":null"#);
    assert_eq!(verdict(&verifier(), signed(HEADER, written)), "accepted");
    let names = betroth_token::ClaimNames {
        subject: "user.id".into(),
        ..Default::default()
    };
    let verifier = Verifier::builder(ISSUER, AUDIENCE)
        .names(names)
        .build(keys());
    let told = |other| verdict(verifier.as_ref().unwrap(), signed(HEADER, claims(other)));
    assert_eq!(told(json!({"user": {"id": "u1"}})), "accepted");
    assert_eq!(told(json!({"user": {"id": ""}})), "claim-malformed user.id");
    assert_eq!(told(json!({"user": {"id": 1}})), "claim-malformed user.id");
}

#[test]
fn an_actor_is_checked_where_the_contract_has_it() {
    let names = betroth_token::ClaimNames {
        actor: "delegation.by".into(),
        ..Default::default()
    };
    let builder = Verifier::builder(ISSUER, AUDIENCE).names(names);
    let verifier = builder.build(keys()).unwrap();
    let told = |other| verdict(&verifier, signed(HEADER, claims(other)));
    assert_eq!(
        told(json!({"delegation": {"by": {"sub": "agent"}}})),
        "accepted"
    );
    assert_eq!(
        told(json!({"delegation": {"by": "agent"}})),
        "claim-malformed delegation.by"
    );
    assert_eq!(
        told(json!({"delegation": {"by": {"sub": 7}}})),
        "claim-malformed delegation.by"
    );
}

#[test]
fn facts_are_read_where_the_contract_has_them() {
    let names = betroth_token::ClaimNames {
        roles: "realm.roles".into(),
        subject: "user.id".into(),
        ..Default::default()
    };
    let verifier = Verifier::builder(ISSUER, AUDIENCE)
        .names(names)
        .build(keys())
        .unwrap();
    let other = json!({
        "user": {"id": "p\u{e9}7"}, "realm": {"roles": ["admin", "\"x\""]}, "scope": "notes:read  notes:write", "permissions": "a, b,,c",
        "email": "a@example.com", "name": 7, "sid": "s1", "act": {"sub": "agent", "act": {"sub": "before", "role": "root"}},
    });
    let claims = verifier.verify(signed(HEADER, claims(other)), NOW).unwrap();
    assert_eq!(claims.subject().as_deref(), Some("pé7"));
    assert_eq!(claims.roles(), ["admin", "\"x\""]);
    assert_eq!(claims.scopes(), ["notes:read", "notes:write"]);
    assert_eq!(claims.permissions(), ["a", "b", "c"]);
    assert_eq!(claims.email().as_deref(), Some("a@example.com"));
    assert_eq!(
        (claims.name(), claims.organization(), claims.token_id()),
        (None, None, None)
    );
    assert_eq!(claims.session().as_deref(), Some("s1"));
    assert_eq!(
        (claims.issuer().as_deref(), claims.audience()),
        (Some(ISSUER), vec![AUDIENCE.into()])
    );
    assert_eq!(
        (
            claims.expires_at().unix(),
            claims.issued_at().map(Timestamp::unix)
        ),
        (1_800_000_600, Some(1_800_000_000))
    );
    let actor = claims.actor().unwrap();
    assert_eq!(actor.subject().as_deref(), Some("agent"));
    assert_eq!(
        actor.previous().unwrap().subject().as_deref(),
        Some("before")
    );
    assert!(actor.previous().unwrap().previous().is_none());
    assert!(!format!("{claims:?}").contains("agent"));
    assert!(claims.as_json().starts_with(r#"{"iss":"#));
}
