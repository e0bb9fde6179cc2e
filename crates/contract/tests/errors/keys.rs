//! Keys and algorithms.

use insta::assert_snapshot;

use super::told;

#[test]
fn none_is_no_algorithm() {
    assert_snapshot!(told("[keys]\nalgorithms = ['EdDSA', 'none']\n"), @"
    error: `keys.algorithms` names `none`, which is no signature
      --> betroth.toml:2:24
       = why: anyone can write a token for anyone (RFC 8725 §3.2)
      hint: write the algorithm that the issuer signs with, as in `EdDSA`
    ");
}

#[test]
fn an_algorithm_of_the_other_form_is_a_contradiction() {
    assert_snapshot!(told("[keys]\nform = 'jwks'\nalgorithms = ['EdDSA', 'HS256']\n"), @r#"
    error: `keys.algorithms` names `HS256`, which no key of the form `jwks` checks
      --> betroth.toml:3:24
      ::: betroth.toml:2:8 the form
       = why: a public key taken for an HMAC secret lets anyone sign (RFC 8725 §2.1)
      hint: leave it out, or write `form = "shared-secret"`
    "#);
    assert_snapshot!(told("[keys]\nform = 'shared-secret'\nalgorithms = ['RS256']\n"), @r#"
    error: `keys.algorithms` names `RS256`, which no key of the form `shared-secret` checks
      --> betroth.toml:3:15
      ::: betroth.toml:2:8 the form
       = why: a public key taken for an HMAC secret lets anyone sign (RFC 8725 §2.1)
      hint: write `algorithms = ["HS256"]`, or another `form`
    "#);
}

#[test]
fn an_unknown_algorithm_is_told_with_those_that_are_known() {
    assert_snapshot!(told("[keys]\nalgorithms = ['ES265']\n"), @"
    error: `keys.algorithms` does not take `ES265`
      --> betroth.toml:2:15
      hint: did you mean `ES256`? possible are `EdDSA`, `Ed25519`, `ES256`, `ES384`, `ES512`, `PS256`, `PS384`, `PS512`, `RS256`, `RS384`, `RS512`, `HS256`, `HS384`, `HS512`
    ");
}

#[test]
fn a_key_that_the_form_does_not_read_is_a_contradiction() {
    assert_snapshot!(told("[keys]\nform = 'jwks'\nsecret = { env = 'JWT_SECRET' }\n"), @r#"
    error: `keys.secret` is not read where `keys.form` is `jwks`
      --> betroth.toml:3:10
      ::: betroth.toml:2:8 the form
       = why: who reads the contract would take it for what tokens are checked with
      hint: remove it, or write `form = "shared-secret"`
    "#);
}

#[test]
fn no_algorithm_is_none_that_checks() {
    assert_snapshot!(told("[keys]\nalgorithms = []\n"), @"
    error: `keys.algorithms` names no algorithm
      --> betroth.toml:2:14
       = why: every token would be refused
      hint: write the algorithm that the issuer signs with, as in `EdDSA`
    ");
}
