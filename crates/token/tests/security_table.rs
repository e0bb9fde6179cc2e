//! `SECURITY.md` says of each known way to break a token which test shows that it does not work here: each of them exists.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The rows of the table, cell by cell.
fn rows() -> Vec<Vec<String>> {
    let text = fs::read_to_string(root().join("SECURITY.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with('|')).skip(2);
    rows.map(|row| {
        let cells = row.trim_matches('|').split('|');
        cells.map(|cell| cell.trim().to_owned()).collect()
    })
    .collect()
}

/// What stands in code in a cell.
fn names(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

fn sources(folder: &Path, all: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|it| it == "rs") {
            all.push(fs::read_to_string(path).unwrap());
        }
    }
}

/// Whether `source` has a test of this name: a function with `#[test]` right above it.
fn has(source: &str, name: &str) -> bool {
    let mut lines = source.lines().map(str::trim);
    let mut above = "";
    lines.any(|line| {
        let found = above == "#[test]"
            && line
                .strip_prefix("fn ")
                .and_then(|line| line.strip_prefix(name))
                .is_some_and(|line| line.starts_with('('));
        above = line;
        found
    })
}

#[test]
fn each_test_that_is_named_exists() {
    let mut all = Vec::new();
    for crate_ in ["token", "better-auth"] {
        for part in ["src", "tests"] {
            sources(&root().join("crates").join(crate_).join(part), &mut all);
        }
    }
    let rows = rows();
    assert!(rows.len() > 15, "the table is not where it is looked for");
    for row in &rows {
        let [class, _, why, tests] = row.as_slice() else {
            panic!("a row without four cells: {row:?}");
        };
        assert!(!why.is_empty() && !names(tests).is_empty(), "{class}");
        for name in names(tests) {
            let count = all.iter().filter(|source| has(source, name)).count();
            assert_eq!(count, 1, "{class}: `{name}`");
        }
    }
}

#[test]
fn each_weakness_is_named_as_a_database_has_it() {
    let mut seen = Vec::new();
    for row in rows() {
        for name in row[1].split(',').map(str::trim).filter(|it| *it != "–") {
            let parts: Vec<_> = name.split('-').collect();
            let is_number = |text: &&str| text.bytes().all(|byte| byte.is_ascii_digit());
            match parts.as_slice() {
                ["CVE", year, number] => assert!(is_number(year) && is_number(number), "{name}"),
                ["GHSA", _, _, _] | ["CWE", _] => {}
                _ => panic!("{name}"),
            }
            assert!(!seen.contains(&name.to_owned()), "{name} twice");
            seen.push(name.to_owned());
        }
    }
}
