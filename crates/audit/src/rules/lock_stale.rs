use betroth_contract::{Contract, ContractErrors, LOCK_FILE, Span, Stale};
use betroth_report::{Finding, Place, Severity};

use super::{Subject, rule};
use crate::agreed::written_at;

rule! {
    /// What an API takes along of the contract is not what the contract says.
    ///
    /// An API that is deployed from its own folder reads `betroth.lock.toml` there, which `betroth lock` makes of `betroth.toml`. Where
    /// the one was changed without the other, the API goes on by what was agreed before, or by what never was. Nothing is said of a
    /// lock whose contract stands above the folder that is looked at.
    ///
    /// ```toml bad betroth.toml
    /// [api]
    /// root = "backend"
    /// default = "required"
    /// ```
    /// ```toml bad backend/betroth.lock.toml
    /// schema = 1
    ///
    /// [api]
    /// default = "public"
    /// root = "."
    ///
    /// [lock]
    /// contract = "../betroth.toml"
    /// sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    /// ```
    /// ```toml good betroth.toml
    /// [api]
    /// root = "backend"
    /// default = "required"
    /// ```
    /// ```toml good backend/betroth.lock.toml
    /// schema = 1
    ///
    /// [api]
    /// default = "required"
    /// root = "."
    ///
    /// [lock]
    /// contract = "../betroth.toml"
    /// sha256 = "20b9b11598a9667cb7cfbe253618e041fdc42374045185f431f988ef12d65c47"
    /// ```
    "lock-stale" { severity: Error, check: check }
}

/// How a lock is made anew.
const RENEW: &str = "run `betroth lock` where the contract is, and commit what it writes";

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let contracts = subject.tree.contracts.iter();
    let locks = contracts.filter(|(path, _)| path.rsplit('/').next() == Some(LOCK_FILE));
    locks
        .filter_map(|(path, text)| match Contract::parse(text, path) {
            Ok(lock) => stale(subject, path, &lock),
            Err(errors) => Some(unreadable(path, &errors)),
        })
        .collect()
}

/// What is wrong with a lock that can be read; nothing with one that was written by hand.
fn stale(subject: &Subject<'_>, path: &str, contract: &Contract) -> Option<Finding> {
    let lock = contract.lock.as_ref()?;
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let whole = lock.contract.seen_from(folder)?;
    let finding = |severity, says: String| {
        let finding = Finding::new(
            RULE.id,
            severity,
            written_at(path, lock.contract.span()),
            says,
        );
        finding
            .label("the lock")
            .why("where it is deployed alone, the API goes by the lock")
            .help(RENEW)
    };
    if subject
        .tree
        .unread
        .iter()
        .any(|unread| unread.file == whole)
    {
        return None;
    }
    let Some(text) = subject.tree.contracts.get(&whole) else {
        let says = format!("the contract of this lock, `{whole}`, is not there");
        let finding = finding(Severity::Warning, says);
        return Some(
            finding.help("remove the lock, or write the contract again and run `betroth lock`"),
        );
    };
    match Contract::parse(text, &whole) {
        Ok(said) => {
            let stale = contract.stale(&said)?;
            let severity = match stale {
                Stale::Elsewhere => Severity::Note,
                Stale::Changed | Stale::Gone | Stale::Edited => Severity::Warning,
            };
            let finding = finding(severity, format!("the lock is stale: {stale}"));
            Some(finding.related(Place::new(whole, 1, 1), "the contract"))
        }
        Err(errors) => {
            let says =
                "what the lock is made of cannot be read, so nobody can tell whether it holds";
            let finding = finding(Severity::Warning, says.to_owned());
            let finding = finding.related(
                written_at(&whole, first(&errors)),
                "the contract has a mistake",
            );
            Some(finding.help("mend the contract, then run `betroth lock`"))
        }
    }
}

fn unreadable(path: &str, errors: &ContractErrors) -> Finding {
    let says = errors
        .errors
        .first()
        .map_or("it is no contract", |error| &error.message);
    let at = written_at(path, first(errors));
    Finding::new(
        RULE.id,
        Severity::Error,
        at,
        format!("the lock cannot be read: {says}"),
    )
    .label("cannot be read")
    .why("the guard of the API stops the start")
    .help(RENEW)
}

fn first(errors: &ContractErrors) -> Option<Span> {
    errors.errors.first()?.span
}
