//! `cargo xtask layers`: which crate may know which.
//!
//! The ground stands at the top of [`LAYERS`]; a crate knows what is listed beside it, and nothing else of the
//! workspace. Tests may look sideways, so dev-dependencies are free.

use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

/// A crate, or with `*` at the end a family of crates.
type Pattern = &'static str;

/// What each crate may depend on.
const LAYERS: &[(Pattern, &[Pattern])] = &[
    ("contract", &[]),
    ("report", &[]),
    ("token", GROUND),
    ("better-auth", GROUND),
    ("agreement", GROUND),
    ("source-*", &["agreement", "report"]),
    ("audit", &["source-*", "agreement", "report", "contract"]),
    ("scaffold", &["source-*", "agreement", "report", "contract"]),
    (
        "doctor",
        &["agreement", "token", "better-auth", "report", "contract"],
    ),
    ("attack", &["agreement", "token", "report", "contract"]),
    ("issuer", &["contract", "token", "better-auth"]),
    ("gateway", &["contract", "token", "better-auth"]),
    ("python", &["contract", "token", "better-auth"]),
    ("mcp", PARTS),
    // The program offers the tools for coding agents as one of its commands.
    ("cli", PARTS),
    ("xtask", &["*"]),
];

const GROUND: &[Pattern] = &["contract", "report"];

/// All that a program may be put together from.
const PARTS: &[Pattern] = &[
    "contract",
    "report",
    "token",
    "better-auth",
    "agreement",
    "source-*",
    "audit",
    "scaffold",
    "doctor",
    "attack",
    "issuer",
    "gateway",
    "mcp",
];

/// Reads the workspace and checks each of its edges.
///
/// # Errors
/// Names each edge that is not allowed, and what would be.
pub(crate) fn run() -> Result<()> {
    let output = Command::new("cargo")
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .current_dir(crate::root())
        .output()
        .context("could not start `cargo metadata`")?;
    ensure!(
        output.status.success(),
        "`cargo metadata` failed: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    let metadata =
        serde_json::from_slice(&output.stdout).context("`cargo metadata` did not print JSON")?;
    let edges = edges(&metadata)?;
    let violations: Vec<String> = edges.iter().filter_map(violation).collect();
    if !violations.is_empty() {
        bail!(
            "{} of {} dependencies between crates are not allowed\n{}",
            violations.len(),
            edges.len(),
            violations.join("\n")
        );
    }
    println!(
        "dependencies between crates: {}, all downwards",
        edges.len()
    );
    Ok(())
}

/// One crate of the workspace knows another, outside of tests.
#[derive(Debug, PartialEq, Eq)]
struct Edge {
    from: String,
    to: String,
}

/// The edges in what `cargo metadata --no-deps` prints. A dependency of the workspace's own is one with a path.
fn edges(metadata: &Value) -> Result<Vec<Edge>> {
    let packages = metadata["packages"]
        .as_array()
        .context("`cargo metadata` names no packages")?;
    let mut edges = Vec::new();
    for package in packages {
        let from = short(
            package["name"]
                .as_str()
                .context("`cargo metadata` has a package without a name")?,
        );
        let dependencies = package["dependencies"].as_array().into_iter().flatten();
        for dependency in dependencies.filter(|it| it["path"].is_string() && it["kind"] != "dev") {
            let to = short(
                dependency["name"]
                    .as_str()
                    .context("`cargo metadata` has a dependency without a name")?,
            );
            edges.push(Edge {
                from: from.clone(),
                to,
            });
        }
    }
    Ok(edges)
}

/// The name by which the design speaks of a package.
fn short(package: &str) -> String {
    package
        .strip_prefix("betroth-")
        .unwrap_or(package)
        .to_owned()
}

/// What is wrong with an edge, and what would be right.
fn violation(Edge { from, to }: &Edge) -> Option<String> {
    let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| matches(name, from)) else {
        return Some(format!(
            "`{from}` -> `{to}`: `{from}` has no layer; give it one in `LAYERS` of `xtask/src/layers.rs`"
        ));
    };
    if allowed.iter().any(|pattern| matches(pattern, to)) {
        return None;
    }
    let instead = match allowed {
        [] => "no other crate of the workspace".to_owned(),
        _ => format!("only `{}`", allowed.join("`, `")),
    };
    Some(format!(
        "`{from}` -> `{to}`: `{from}` may depend on {instead}; tests may depend on anything"
    ))
}

fn matches(pattern: &str, name: &str) -> bool {
    pattern
        .strip_suffix('*')
        .map_or(pattern == name, |family| name.starts_with(family))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(from: &str, to: &str) -> Option<String> {
        violation(&Edge {
            from: from.into(),
            to: to.into(),
        })
    }

    #[test]
    fn the_direction_of_the_design_is_allowed() {
        for (from, to) in [
            ("token", "contract"),
            ("agreement", "report"),
            ("source-python", "agreement"),
            ("audit", "source-typescript"),
            ("doctor", "better-auth"),
            ("attack", "token"),
            ("issuer", "contract"),
            ("cli", "mcp"),
            ("mcp", "doctor"),
            ("xtask", "cli"),
        ] {
            assert_eq!(check(from, to), None);
        }
    }

    #[test]
    fn upwards_and_sideways_are_refused() {
        for (from, to) in [
            ("contract", "report"),
            ("report", "contract"),
            ("agreement", "token"),
            ("source-python", "source-typescript"),
            ("source-python", "audit"),
            ("audit", "doctor"),
            ("audit", "scaffold"),
            ("issuer", "gateway"),
            ("mcp", "cli"),
            ("cli", "xtask"),
        ] {
            assert!(check(from, to).is_some(), "{from} -> {to}");
        }
    }

    #[test]
    fn a_refusal_names_the_edge_and_what_is_allowed() {
        assert_eq!(
            check("source-python", "audit").unwrap(),
            "`source-python` -> `audit`: `source-python` may depend on only `agreement`, `report`; tests may depend on anything"
        );
        assert!(
            check("report", "token")
                .unwrap()
                .contains("no other crate of the workspace")
        );
    }

    #[test]
    fn a_crate_without_a_layer_is_refused() {
        assert!(
            check("novelty", "report")
                .unwrap()
                .contains("`novelty` has no layer")
        );
    }

    #[test]
    fn tests_may_look_sideways_and_other_peoples_crates_do_not_count() {
        let metadata = json!({ "packages": [{ "name": "betroth-token", "dependencies": [
            { "name": "serde", "kind": null },
            { "name": "betroth-contract", "kind": null, "path": "crates/contract" },
            { "name": "betroth-report", "kind": "build", "path": "crates/report" },
            { "name": "betroth-issuer", "kind": "dev", "path": "crates/issuer" },
        ] }] });
        let edge = |to: &str| Edge {
            from: "token".into(),
            to: to.into(),
        };
        assert_eq!(
            edges(&metadata).unwrap(),
            [edge("contract"), edge("report")]
        );
    }

    #[test]
    fn metadata_without_packages_is_an_error() {
        assert!(edges(&json!({})).is_err());
    }
}
