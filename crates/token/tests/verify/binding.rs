//! Tokens that are bound to a key.

use super::*;
use betroth_token::Verifier;

#[test]
fn a_bound_token_is_no_bearer_token() {
    for cnf in [
        json!({"jkt": "0ZcO"}),
        json!({"x5t#S256": "bwcK"}),
        json!({}),
    ] {
        assert_eq!(with(json!({"cnf": cnf})), "proof-missing cnf");
    }
    for cnf in [json!("key"), json!([]), json!(1)] {
        assert_eq!(with(json!({"cnf": cnf})), "claim-malformed cnf");
    }
}

#[test]
fn a_host_that_checks_the_proof_is_given_the_key_that_it_must_be_of() {
    let host = Verifier::builder(ISSUER, AUDIENCE).with_proof_checked_by_caller();
    let host = host.build(keys()).unwrap();
    let with = |cnf| signed(HEADER, claims(json!({ "cnf": cnf })));
    let bound = host.verify(with(json!({"jkt": "0ZcO"})), NOW);
    let bound = bound.unwrap();
    let thumbprint = bound.get("cnf.jkt").and_then(betroth_token::Value::text);
    assert_eq!(
        thumbprint.map(betroth_token::Text::decode),
        Some("0ZcO".into())
    );
    assert_eq!(verdict(&host, with(json!("key"))), "claim-malformed cnf");
}
