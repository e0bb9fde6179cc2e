//! What is told of a bad contract, word for word.

mod keys;
mod routes;
mod session;
mod token;
mod web;

use betroth_contract::{Contract, ContractErrors, Environment, ErrorKind, Mode};
use insta::assert_snapshot;

/// Everything that is told of a text.
fn told(text: &str) -> String {
    match Contract::parse(text, "betroth.toml") {
        Ok(_) => "nothing".to_owned(),
        Err(errors) => errors.to_string(),
    }
}

#[test]
fn every_mistake_is_told_at_once() {
    let text = r#"
schema = 2
[issuer]
kind = "betterauth"
base_url = "ftp://app.example.com"
basepath = "/api/auth"
[token]
leeway = "5m"
lifetime = 900
"#;
    assert_snapshot!(told(text), @r#"
    error: `schema` is `2`, which this program does not know
      --> betroth.toml:2:10
       = why: keys of another version could mean something else
      hint: write `schema = 1`, or take the version of betroth that wrote the file

    error: `issuer.kind` does not take `betterauth`
      --> betroth.toml:4:8
      hint: did you mean `better-auth`? possible are `better-auth`, `oidc`, `other`

    error: `issuer.base_url` is `ftp://app.example.com`, no address of `http` or `https`
      --> betroth.toml:5:12
      hint: write an address such as `https://app.example.com`

    error: `issuer.basepath` is no key of `[issuer]`
      --> betroth.toml:6:1
       = why: a key that nobody reads looks like a promise that nobody keeps
      hint: did you mean `base_path`?

    error: `token.leeway` is `5m`, more than 120 seconds
      --> betroth.toml:8:10
       = why: every token lives that much longer than its issuer said
      hint: write at most `120s`, and set the clocks by NTP

    error: `token.lifetime` is a number, where a text is expected
      --> betroth.toml:9:12
      hint: write `lifetime = "15m"`
    "#);
}

#[test]
fn what_is_no_toml_is_told_with_its_place() {
    assert_snapshot!(told("[issuer]\nbase_url = https://app.example.com\n"), @"
    error: the contract is no TOML: string values must be quoted, expected literal string
      --> betroth.toml:2:12
      hint: mend the line; a text stands in quotes, a key once in its table
    ");
    assert_snapshot!(told("[web]\nroot = 'a'\nroot = 'b'\n"), @"
    error: the contract is no TOML: duplicate key
      --> betroth.toml:3:1
      hint: mend the line; a text stands in quotes, a key once in its table
    ");
}

#[test]
fn an_unknown_key_is_told_with_the_one_that_was_meant() {
    assert_snapshot!(told("[isuer]\n[token]\naudiance = 'a'\nttl = '15m'\n"), @"
    error: `isuer` is no key of the contract
      --> betroth.toml:1:2
       = why: a key that nobody reads looks like a promise that nobody keeps
      hint: did you mean `issuer`?

    error: `token.audiance` is no key of `[token]`
      --> betroth.toml:3:1
       = why: a key that nobody reads looks like a promise that nobody keeps
      hint: did you mean `audience`?

    error: `token.ttl` is no key of `[token]`
      --> betroth.toml:4:1
       = why: a key that nobody reads looks like a promise that nobody keeps
      hint: `[token]` has `audience`, `lifetime`, `leeway`, `max_age`, `required`, `types`
    ");
}

#[test]
fn an_exception_has_a_reason() {
    assert_snapshot!(told("[check]\nallow = [{ rule = 'hardcoded-secret', reason = ' ' }, { rule = 'x' }]\n"), @r#"
    error: `check.allow.reason` is empty
      --> betroth.toml:2:48
       = why: who reads the exception in a year asks for it
      hint: write in a few words why this is no danger

    error: `check.allow.reason` is missing
      --> betroth.toml:2:55
      hint: add `reason = "the file is a fixture"`
    "#);
}

#[test]
fn a_deployment_is_read_like_the_rest() {
    let text = "[web]\nroot = '/srv'\n[deployment.production]\nissuer.base_url = 'app.example.com'\nroute = []\n";
    assert_snapshot!(told(text), @"
    error: `web.root` is `/srv`, no folder below the contract
      --> betroth.toml:2:8
       = why: the contract stands at the top of the repository and is the same on every machine
      hint: write the folder relative to it with `/`, as in `backend`, or `.`

    error: `issuer.base_url` is `app.example.com`, no address of `http` or `https`
      --> betroth.toml:4:19
      hint: write an address such as `https://app.example.com`

    error: `deployment.production.route` is no key of `[deployment.production]`
      --> betroth.toml:5:1
       = why: a key that nobody reads looks like a promise that nobody keeps
      hint: `[deployment.production]` has `issuer`, `keys`, `token`, `claims`, `session`, `web`, `api`, `limits`
    ");
}

#[test]
fn a_folder_stays_in_the_repository() {
    assert_snapshot!(told("[web]\nroot = '../frontend'\n[api]\nroot = 'C:\\backend'\napp = 'main'\n"), @r"
    error: `web.root` is `../frontend`, no folder below the contract
      --> betroth.toml:2:8
       = why: the contract stands at the top of the repository and is the same on every machine
      hint: write the folder relative to it with `/`, as in `backend`, or `.`

    error: `api.root` is `C:\backend`, no folder below the contract
      --> betroth.toml:4:8
       = why: the contract stands at the top of the repository and is the same on every machine
      hint: write the folder relative to it with `/`, as in `backend`, or `.`

    error: `api.app` is `main`, no module with a name in it
      --> betroth.toml:5:7
      hint: write both with a colon, as in `app.main:app`
    ");
}

#[test]
fn a_value_has_the_type_of_its_key() {
    assert_snapshot!(told("issuer = 'https://app.example.com'\n[keys]\nalgorithms = 'EdDSA'\n[web]\norigins = { development = [] }\n"), @r#"
    error: `issuer` is a text, where a table is expected
      --> betroth.toml:1:10
      hint: write `[issuer]`

    error: `keys.algorithms` is a text, where a list is expected
      --> betroth.toml:3:14
      hint: write `algorithms = ["EdDSA"]`

    error: `web.origins.env` is missing
      --> betroth.toml:5:11
      hint: add `env = "NAME"`
    "#);
}

#[test]
fn a_table_is_told_as_one_writes_it() {
    assert_snapshot!(told("web = 'next'\n[route]\npath = '/a'\n"), @"
    error: `web` is a text, where a table is expected
      --> betroth.toml:1:7
      hint: write `[web]`

    error: `route` is a table, where a list is expected
      --> betroth.toml:2:1
      hint: write `[[route]]`
    ");
}

#[test]
fn what_a_terminal_would_obey_is_escaped() {
    assert_snapshot!(told("\"\\u001b[2J\" = 1\n"), @r"
    error: `\u{1b}[2J` is no key of the contract
      --> betroth.toml:1:1
       = why: a key that nobody reads looks like a promise that nobody keeps
      hint: the contract has `schema`, `issuer`, `keys`, `token`, `claims`, `session`, `web`, `api`, `route`, `owner`, `limits`, `deployment`, `check`, `lock`
    ");
}

#[test]
fn a_variable_that_is_not_set_is_named() {
    let contract = Contract::parse(
        "[issuer]\nbase_url = { env = 'AUTH_URL' }\n",
        "betroth.toml",
    );
    let environment = Environment::new(Mode::Production, []);
    let error = contract
        .unwrap()
        .resolve(&environment)
        .base_url()
        .unwrap_err();
    let errors = ContractErrors {
        file: "betroth.toml".to_owned(),
        errors: vec![*error],
    };
    assert_snapshot!(errors, @"
    error: `issuer.base_url` comes from `AUTH_URL`, which is not set
      --> betroth.toml:2:12
      hint: set `AUTH_URL`
    ");
}

#[test]
fn errors_carry_what_a_program_needs() {
    let errors = Contract::parse("[token]\nleway = '1s'\n", "betroth.toml").unwrap_err();
    let error = &errors.errors[0];
    assert_eq!(error.kind, ErrorKind::UnknownKey);
    assert_eq!(error.key, "token.leway");
    assert_eq!(
        error.span.map(|span| (span.line, span.column, span.width)),
        Some((2, 1, 5))
    );
}
