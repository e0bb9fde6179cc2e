//! What a good contract means, with its defaults and with what the environment gives.

use betroth_contract::value::HeaderValue;
use betroth_contract::{
    Access, Contract, ContractError, Environment, ErrorKind, KeyForm, Lookup, Mode, Requirement,
};

/// A contract that writes every key.
const FULL: &str = include_str!("full.toml");

fn contract(text: &str) -> Contract {
    Contract::parse(text, "betroth.toml").unwrap_or_else(|errors| panic!("{errors}"))
}

fn environment(mode: Mode, variables: &[(&str, &str)]) -> Environment {
    let owned = |&(name, text): &(&str, &str)| (name.to_owned(), text.to_owned());
    Environment::new(mode, variables.iter().map(owned))
}

fn kind<T>(result: Result<T, Box<ContractError>>) -> Option<ErrorKind> {
    result.err().map(|error| error.kind)
}

#[test]
fn two_empty_tables_describe_a_plain_better_auth() {
    let contract = contract("[api]\n[web]\n");
    let production = environment(
        Mode::Production,
        &[
            ("BETTER_AUTH_URL", "https://App.example.com:443"),
            (
                "WEB_ORIGINS",
                "https://app.example.com, https://www.example.com",
            ),
        ],
    );
    let resolved = contract.resolve(&production);
    assert_eq!(resolved.iss().unwrap().as_str(), "https://app.example.com");
    assert_eq!(
        resolved.jwks_url().unwrap().as_str(),
        "https://App.example.com:443/api/auth/jwks"
    );
    assert_eq!(
        resolved.token_endpoint().unwrap().as_str(),
        "https://App.example.com:443/api/auth/token"
    );
    let (name, api) = contract.apis.iter().next().unwrap();
    assert_eq!(name, "main");
    assert_eq!(*api.default, Access::Required);
    assert_eq!(
        resolved.audience(Some(api)).unwrap().as_str(),
        "https://app.example.com"
    );
    assert_eq!(resolved.origins().unwrap().as_slice().len(), 2);
    assert_eq!(contract.keys.form(), KeyForm::Jwks);
    assert_eq!(contract.keys.algorithms()[0].as_str(), "EdDSA");
    assert!(contract.session.is_none());
}

#[test]
fn an_empty_file_is_a_contract_without_front_end_and_api() {
    let contract = contract("");
    assert!(contract.web.is_none());
    assert_eq!(contract.apis.iter().len(), 0);
}

#[test]
fn every_key_of_the_description_is_taken() {
    let contract = contract(FULL);
    assert!(matches!(
        contract.session.as_ref().unwrap().lookup,
        Lookup::Database(_)
    ));
    assert_eq!(contract.routes.len(), 2);
    assert_eq!(contract.routes[0].requirement, Requirement::Public);
    assert_eq!(contract.check.allow[0].rule.as_str(), "hardcoded-secret");
}

#[test]
fn a_development_value_counts_in_development_alone() {
    let contract = contract("[api]\n");
    let nothing = &[];
    let developing = environment(Mode::Development, nothing);
    assert_eq!(
        contract.resolve(&developing).base_url().unwrap().as_str(),
        "http://localhost:3000"
    );
    let serving = environment(Mode::Production, nothing);
    assert_eq!(
        kind(contract.resolve(&serving).base_url()),
        Some(ErrorKind::Unset)
    );
}

#[test]
fn variables_that_mean_the_same_have_to_agree() {
    let contract = contract("[issuer]\nbase_url = { env = ['ONE', 'TWO'] }\n");
    let resolve = |variables: &[(&str, &str)]| {
        contract
            .resolve(&environment(Mode::Production, variables))
            .base_url()
    };
    let error = resolve(&[("ONE", "https://a.example"), ("TWO", "https://b.example")]).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Contradiction);
    assert!(
        error.message.contains("`ONE`") && error.message.contains("`TWO`"),
        "{error}"
    );
    assert_eq!(error.span.unwrap().line, 2);
    assert!(resolve(&[("ONE", "https://a.example"), ("TWO", "https://a.example")]).is_ok());
    assert!(resolve(&[("ONE", ""), ("TWO", "https://b.example")]).is_ok());
}

#[test]
fn what_the_environment_holds_is_never_told() {
    let contract =
        contract("[issuer]\niss = { env = 'ISS' }\n[web]\n[keys]\nform = 'shared-secret'");
    let environment = environment(
        Mode::Production,
        &[
            ("BETTER_AUTH_URL", "ftp://wrong-value"),
            ("ISS", " wrong-value "),
            ("JWT_SECRET", "wrong-value"),
            ("WEB_ORIGINS", "https://wrong-value/path"),
        ],
    );
    let resolved = contract.resolve(&environment);
    for error in [
        resolved.base_url().unwrap_err(),
        resolved.iss().unwrap_err(),
        resolved.origins().unwrap_err(),
    ] {
        assert!(!format!("{error:?}").contains("wrong-value"), "{error:?}");
    }
    assert!(!format!("{environment:?}").contains("wrong-value"));
    let secret = resolved.shared_secret().unwrap().unwrap();
    assert_eq!(secret.expose(), "wrong-value");
    assert!(!format!("{secret:?}").contains("wrong-value"));
}

#[test]
fn a_deployment_replaces_what_it_names_and_keeps_the_rest() {
    let contract = contract(FULL);
    let production = contract.deployment("production").unwrap();
    let environment = environment(Mode::Production, &[]);
    assert_eq!(
        production
            .resolve(&environment)
            .base_url()
            .unwrap()
            .as_str(),
        "https://app.example.com"
    );
    assert_eq!(production.token, contract.token);
    assert!(contract.deployment("staging").is_none());
}

#[test]
fn an_issuer_with_a_path_of_its_own_keeps_it() {
    let contract = contract("[issuer]\nbase_url = 'https://id.example.com/realms/a'\n");
    let environment = environment(Mode::Production, &[]);
    let resolved = contract.resolve(&environment);
    assert_eq!(
        resolved.jwks_url().unwrap().as_str(),
        "https://id.example.com/realms/a/jwks"
    );
    assert_eq!(resolved.iss().unwrap().as_str(), "https://id.example.com");
}

#[test]
fn with_a_shared_secret_tokens_are_given_where_better_auth_has_nothing_of_its_own() {
    let environment = Environment::new(Mode::Production, []);
    let secret =
        "[issuer]\nbase_url = 'https://a.example'\nFIELD\n[keys]\nform = 'shared-secret'\n";
    for (field, expected) in [
        ("", "https://a.example/api/auth/jwt"),
        (
            "token_endpoint = '/mine'",
            "https://a.example/api/auth/mine",
        ),
    ] {
        let text = secret.replace("FIELD", field);
        let endpoint = contract(&text).resolve(&environment).token_endpoint();
        assert_eq!(endpoint.unwrap().as_str(), expected);
    }
}

#[test]
fn a_token_endpoint_stands_under_the_base_path_or_repeats_it() {
    for (written, meant) in [
        ("/token", "https://a.example/api/auth/token"),
        ("/api/auth/jwt", "https://a.example/api/auth/jwt"),
        ("/api/authority", "https://a.example/api/auth/api/authority"),
        ("https://b.example/mint", "https://b.example/mint"),
    ] {
        let text =
            format!("[issuer]\nbase_url = 'https://a.example'\ntoken_endpoint = '{written}'");
        let environment = environment(Mode::Production, &[]);
        let endpoint = contract(&text).resolve(&environment).token_endpoint();
        assert_eq!(endpoint.unwrap().as_str(), meant);
    }
}

#[test]
fn a_shared_secret_brings_its_own_algorithm() {
    let contract = contract("[keys]\nform = 'shared-secret'\n");
    assert_eq!(contract.keys.algorithms()[0].as_str(), "HS256");
}

#[test]
fn the_mode_is_asked_for_or_follows_the_address() {
    let loopback = "127.0.0.1".parse().ok();
    let open = "0.0.0.0".parse().ok();
    assert_eq!(Mode::decide(None, loopback), Ok(Mode::Development));
    assert_eq!(Mode::decide(None, open), Ok(Mode::Production));
    assert_eq!(Mode::decide(None, None), Ok(Mode::Production));
    assert_eq!(
        Mode::decide(Some("production"), loopback),
        Ok(Mode::Production)
    );
    let fault = Mode::decide(Some("prod"), loopback).unwrap_err();
    assert_eq!(fault.says, "`BETROTH_MODE` holds no mode");
}

#[test]
fn an_entry_knows_its_key_and_place() {
    let contract = contract("[issuer]\r\n  base_path = \"/é\" # so\r\n");
    let path = &contract.issuer.base_path;
    let span = path.span().unwrap();
    assert_eq!(path.key(), "issuer.base_path");
    assert_eq!((span.line, span.column, span.width), (2, 15, 4));
    assert_eq!(contract.issuer.kind.span(), None);
}

#[test]
fn a_header_is_found_in_any_case_and_may_be_left_out() {
    let web = contract(FULL).web.clone().unwrap();
    let value = |name: &str| web.headers.named(name).map(ToString::to_string);
    assert_eq!(value("Permissions-Policy").as_deref(), Some("camera=()"));
    assert_eq!(value("referrer-policy"), None);
    let left_out = web.headers.named("strict-transport-security");
    assert_eq!(left_out.map(HeaderValue::as_str), Some(""));
    let names: Vec<_> = web.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names[0], "Cross-Origin-Opener-Policy");
}
