//! What an API takes along of the contract, and when that is no longer what the contract says.

use betroth_contract::{Contract, Environment, LOCK_FILE, Mode, Stale};
use insta::assert_snapshot;

/// A contract that writes every key.
const FULL: &str = include_str!("full.toml");

fn contract(text: &str) -> Contract {
    Contract::parse(text, "betroth.toml").unwrap_or_else(|errors| panic!("{errors}"))
}

fn lock_text(whole: &Contract, api: &str) -> String {
    let text = whole.lock(api, "betroth.toml");
    text.expect("there is that API")
}

fn lock(whole: &Contract, api: &str) -> Contract {
    Contract::parse(&lock_text(whole, api), LOCK_FILE).unwrap_or_else(|errors| panic!("{errors}"))
}

#[test]
fn a_lock_holds_what_one_api_needs_and_nothing_of_the_others() {
    assert_snapshot!(lock_text(&contract(FULL), "reports"));
}

#[test]
fn the_api_without_a_name_keeps_having_none() {
    let whole = contract("[api]\nroot = 'services/api'\ndefault = 'public'\n[web]\nroot = 'web'\n");
    assert_snapshot!(lock_text(&whole, "main"));
    assert!(whole.lock("reports", "betroth.toml").is_none());
}

#[test]
fn a_lock_means_what_the_whole_means_for_its_api() {
    let whole = contract(FULL);
    let lock = lock(&whole, "reports");
    assert_eq!(lock.keys.form(), whole.keys.form());
    let set = |name: &str| (name.to_owned(), "https://app.example.com".to_owned());
    let environment = Environment::new(
        Mode::Production,
        [set("BETTER_AUTH_URL"), set("WEB_ORIGINS")],
    );
    let (one, other) = (lock.resolve(&environment), whole.resolve(&environment));
    assert_eq!(one.iss(), other.iss());
    assert_eq!(one.jwks_url(), other.jwks_url());
    assert_eq!(one.origins(), other.origins());
    let api = |contract: &Contract| {
        let api = contract
            .apis
            .named("reports")
            .expect("the API keeps its name");
        api.audience.clone().into_value()
    };
    assert_eq!(api(&lock), api(&whole));
    assert_eq!(lock.routes.len(), 1);
    assert_eq!(lock.routes[0].requirement, whole.routes[1].requirement);
    assert_eq!(lock.owners.len(), whole.owners.len());
    assert_eq!(*lock.limits.failures, *whole.limits.failures);
    assert_eq!(*lock.claims.roles, *whole.claims.roles);
}

#[test]
fn comments_white_space_order_and_what_the_checker_lets_pass_change_no_hash() {
    let one = contract("schema = 1\n[issuer]\nbase_path = '/auth'\nkind = 'other'\n[api]\n");
    let other = contract(
        "# ours\nissuer = { kind = \"other\",  base_path = \"/auth\" } # theirs\nschema = 1\napi = {}\n\
         [check]\nfail_on = 'note'\n",
    );
    assert_eq!(one.sha256(), other.sha256());
    assert_eq!(lock(&one, "main").stale(&other), None);
}

#[test]
fn a_change_of_any_key_makes_a_lock_stale() {
    let whole = contract(FULL);
    let lock = lock(&whole, "reports");
    assert_eq!(lock.stale(&whole), None);
    for (from, to, stale) in [
        ("leeway = \"30s\"", "leeway = \"31s\"", Stale::Changed),
        ("/reports/{id}", "/reports/{key}", Stale::Changed),
        (
            "url = \"https://rep",
            "docs = \"off\"\nurl = \"https://rep",
            Stale::Changed,
        ),
        ("root = \"frontend\"", "root = \"web\"", Stale::Elsewhere),
        ("/health", "/status", Stale::Elsewhere),
    ] {
        let text = format!("\n{FULL}").replace(from, to);
        assert_eq!(lock.stale(&contract(&text)), Some(stale), "{to}");
    }
}

#[test]
fn a_lock_whose_api_is_gone_is_stale() {
    let whole = contract(FULL);
    let without = FULL
        .replace("[api.reports]", "[api.billing]")
        .replace("api = \"reports\"", "api = \"billing\"");
    assert_eq!(
        lock(&whole, "reports").stale(&contract(&without)),
        Some(Stale::Gone)
    );
}

#[test]
fn a_lock_that_was_written_over_is_stale_although_its_contract_is_the_same() {
    let whole = contract(FULL);
    for (from, to) in [
        ("roles = [\"admin\"]\n", ""),
        ("failures = \"20/min\"", "failures = \"9/s\""),
    ] {
        let text = lock_text(&whole, "reports");
        assert!(text.contains(from), "{text}");
        let edited = contract(&text.replace(from, to));
        assert_eq!(edited.stale(&whole), Some(Stale::Edited), "{to}");
    }
    let commented = contract(&(lock_text(&whole, "reports") + "# seen by Ada\n"));
    assert_eq!(commented.stale(&whole), None);
}

#[test]
fn a_contract_that_is_no_lock_is_never_stale() {
    assert_eq!(contract(FULL).stale(&contract("[api]\n")), None);
}

#[test]
fn a_lock_that_says_nothing_of_its_contract_is_refused() {
    let told = |text: &str| Contract::parse(text, LOCK_FILE).unwrap_err().to_string();
    assert_snapshot!(told("[lock]\ncontract = '/etc/betroth.toml'\nsha256 = 'abc'\n"), @r"
    error: `lock.contract` is `/etc/betroth.toml`, no contract above this file
      --> betroth.lock.toml:2:12
      hint: run `betroth lock` where the contract is, which writes this file anew

    error: `lock.sha256` is no SHA-256 digest in hexadecimal digits
      --> betroth.lock.toml:3:10
      hint: run `betroth lock` where the contract is, which writes this file anew
    ");
}
