//! A lock is held to the contract that it names.

use betroth_audit::{Tree, audit};
use betroth_contract::Contract;
use insta::assert_snapshot;

/// A contract of two APIs.
const CONTRACT: &str = "\
[api.main]
root = \"backend\"

[api.reports]
root = \"services/reports\"

[[route]]
api = \"reports\"
path = \"/health\"
access = \"public\"
";

fn lock() -> String {
    let contract = Contract::parse(CONTRACT, "betroth.toml").expect("it is a contract");
    let lock = contract.lock("reports", "betroth.toml");
    lock.expect("it has that API")
}

/// The findings of the rule in a tree of these files.
fn told(files: &[(&str, &str)]) -> String {
    let files = files.iter().map(|(path, text)| ((*path).to_owned(), *text));
    let audit = audit(&Tree::of(files));
    let findings = audit.report.findings().iter();
    let findings = findings.filter(|finding| finding.rule == "lock-stale");
    let lines = findings.map(|finding| {
        let place = &finding.place;
        let related = finding.related.iter().map(|it| format!(" ({})", it.place));
        let related: String = related.collect();
        format!(
            "{:?} {place}:{} {}{related}\n",
            finding.severity, place.column, finding.message
        )
    });
    lines.collect()
}

#[test]
fn a_lock_that_is_what_its_contract_says_is_no_finding() {
    let lock = lock();
    assert_eq!(
        told(&[
            ("betroth.toml", CONTRACT),
            ("services/reports/betroth.lock.toml", &lock)
        ]),
        ""
    );
    let below = [
        ("shop/betroth.toml", CONTRACT),
        ("shop/services/reports/betroth.lock.toml", &lock),
    ];
    assert_eq!(told(&below), "");
}

#[test]
fn a_lock_that_its_contract_left_behind_is_told_with_both_places() {
    let lock = lock();
    let with = |contract: &str| {
        told(&[
            ("betroth.toml", contract),
            ("services/reports/betroth.lock.toml", &lock),
        ])
    };
    assert_snapshot!(with(&CONTRACT.replace("/health", "/status")), @"Warning services/reports/betroth.lock.toml:15:12 the lock is stale: the contract says something else since (betroth.toml:1)");
    assert_snapshot!(with(&CONTRACT.replace("\"backend\"", "\"api\"")), @"Note services/reports/betroth.lock.toml:15:12 the lock is stale: the contract says something else since, though nothing of this API (betroth.toml:1)");
    assert_snapshot!(with("[api.main]\n"), @"Warning services/reports/betroth.lock.toml:15:12 the lock is stale: the contract has no API of this name any more (betroth.toml:1)");
}

#[test]
fn a_lock_that_was_written_over_is_told() {
    let lock = lock().replace("[api.reports]", "[api.reports]\ndefault = \"public\"");
    let files = [
        ("betroth.toml", CONTRACT),
        ("services/reports/betroth.lock.toml", &lock),
    ];
    assert_snapshot!(told(&files), @"Warning services/reports/betroth.lock.toml:16:12 the lock is stale: it was written over, and the contract never said this (betroth.toml:1)");
}

#[test]
fn a_lock_whose_contract_is_gone_or_broken_is_told() {
    let lock = lock();
    assert_snapshot!(told(&[("services/reports/betroth.lock.toml", &lock)]), @"Warning services/reports/betroth.lock.toml:15:12 the contract of this lock, `betroth.toml`, is not there");
    let files = [
        ("betroth.toml", "[api]\nrot = 1\n"),
        ("services/reports/betroth.lock.toml", &lock),
    ];
    assert_snapshot!(told(&files), @"Warning services/reports/betroth.lock.toml:15:12 what the lock is made of cannot be read, so nobody can tell whether it holds (betroth.toml:2)");
}

#[test]
fn a_lock_that_cannot_be_read_is_an_error() {
    assert_snapshot!(told(&[("betroth.lock.toml", "[api]\nrot = 1\n")]), @"Error betroth.lock.toml:2:1 the lock cannot be read: `api.rot` is no key of `[api]`");
}

#[test]
fn nothing_is_said_where_the_contract_stands_above_and_of_what_was_written_by_hand() {
    let lock = lock();
    assert_eq!(told(&[("betroth.lock.toml", &lock)]), "");
    assert_eq!(told(&[("betroth.lock.toml", "[api]\n")]), "");
}
