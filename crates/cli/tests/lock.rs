//! The part of a contract that an API takes along, written and held to the contract.

#![expect(
    clippy::unwrap_used,
    reason = "a builder of folders that fails is a test that fails"
)]

use std::fs;
use std::process::{Command, Stdio};

use betroth_contract::Contract;
use insta::assert_snapshot;
use tempfile::TempDir;

/// A contract of two APIs, and their folders.
const TWO: &str = "\
[issuer]
base_url = { env = \"BETTER_AUTH_URL\" }  # of the front end

[web]

[api.main]
root = \"backend\"

[api.reports]
root = \"services/reports\"
audience = \"https://reports.example.com\"

[[route]]
api = \"main\"
path = \"/health\"
access = \"public\"
";

/// A folder with a contract and these folders.
struct Tree(TempDir);

impl Tree {
    fn new(contract: &str, folders: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("betroth.toml"), contract).unwrap();
        for name in folders {
            fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        Self(folder)
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.0.path().join(path)).unwrap()
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.0.path().join(path), text).unwrap();
    }

    fn has(&self, path: &str) -> bool {
        self.0.path().join(path).exists()
    }

    /// The exit code and all that is said.
    fn lock(&self, arguments: &[&str]) -> String {
        let output = Command::new(env!("CARGO_BIN_EXE_betroth"))
            .arg("lock")
            .args(arguments)
            .current_dir(self.0.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let code = output.status.code().unwrap();
        format!("{code}\n{}{}", text(&output.stdout), text(&output.stderr))
    }
}

#[test]
fn each_api_gets_what_it_needs_of_the_contract() {
    let tree = Tree::new(TWO, &["backend", "services/reports"]);
    assert_snapshot!(tree.lock(&[]), @"
    0
    wrote `backend/betroth.lock.toml`: it was missing
    wrote `services/reports/betroth.lock.toml`: it was missing
    ");
    let lock = tree.read("services/reports/betroth.lock.toml");
    let lock = Contract::parse(&lock, "betroth.lock.toml").unwrap();
    let names: Vec<_> = lock.apis.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["reports"]);
    assert_eq!(lock.routes.len(), 0);
    assert_eq!(lock.lock.unwrap().contract.as_str(), "../../betroth.toml");
    let from_below = tree.lock(&["--check", "services/reports"]);
    assert!(from_below.starts_with("0\n"), "{from_below}");
    assert_eq!(from_below.matches("` is what `").count(), 2, "{from_below}");
}

#[test]
fn what_the_contract_says_since_is_told_and_then_written() {
    let tree = Tree::new(TWO, &["backend", "services/reports"]);
    assert_snapshot!(tree.lock(&["--check"]), @"
    1
    `backend/betroth.lock.toml` is missing
    `services/reports/betroth.lock.toml` is missing
    ");
    assert!(!tree.has("backend/betroth.lock.toml"));
    tree.lock(&[]);
    tree.write(
        "betroth.toml",
        &TWO.replace("  # of the front end", "\n# no more than a comment"),
    );
    assert_snapshot!(tree.lock(&["--check"]), @"
    0
    `backend/betroth.lock.toml` is what `betroth.toml` says
    `services/reports/betroth.lock.toml` is what `betroth.toml` says
    ");
    tree.write("betroth.toml", &TWO.replace("/health", "/status"));
    assert_snapshot!(tree.lock(&["--check"]), @"
    1
    `backend/betroth.lock.toml` is stale: the contract says something else since
    `services/reports/betroth.lock.toml` is stale: the contract says something else since, though nothing of this API
    ");
    assert!(tree.read("backend/betroth.lock.toml").contains("/health"));
    assert_snapshot!(tree.lock(&["--api", "main"]), @"
    0
    wrote `backend/betroth.lock.toml`: it was stale: the contract says something else since
    ");
    assert!(tree.read("backend/betroth.lock.toml").contains("/status"));
    assert_snapshot!(tree.lock(&["--check"]), @"
    1
    `backend/betroth.lock.toml` is what `betroth.toml` says
    `services/reports/betroth.lock.toml` is stale: the contract says something else since, though nothing of this API
    ");
}

#[test]
fn a_lock_that_was_written_over_is_told_and_written_anew() {
    let tree = Tree::new("[api]\ndefault = 'required'\n", &["backend"]);
    tree.lock(&[]);
    let text = tree.read("backend/betroth.lock.toml");
    tree.write(
        "backend/betroth.lock.toml",
        &text.replace("required", "public"),
    );
    assert_snapshot!(tree.lock(&["--check"]), @"
    1
    `backend/betroth.lock.toml` is stale: it was written over, and the contract never said this
    ");
    assert_snapshot!(tree.lock(&[]), @"
    0
    wrote `backend/betroth.lock.toml`: it was stale: it was written over, and the contract never said this
    ");
    assert_eq!(tree.read("backend/betroth.lock.toml"), text);
    tree.write("backend/betroth.lock.toml", "<<<<<<< HEAD\n");
    assert_snapshot!(tree.lock(&[]), @"
    0
    wrote `backend/betroth.lock.toml`: it was no lock that can be read
    ");
}

#[test]
fn what_cannot_be_locked_is_told_and_nothing_is_written() {
    let tree = Tree::new(TWO, &["backend"]);
    assert_snapshot!(tree.lock(&[]), @"
    2
    error: the folder `services/reports` of the API `reports` is not there; mend `api.reports.root` in `betroth.toml`
    ");
    assert!(!tree.has("backend/betroth.lock.toml"));
    assert_snapshot!(tree.lock(&["--api", "billing"]), @"
    2
    error: `betroth.toml` has no API `billing`; it has `main`, `reports`
    ");
    let tree = Tree::new("[api.a]\nroot = 'api'\n[api.b]\nroot = 'api'\n", &["api"]);
    assert_snapshot!(tree.lock(&[]), @"
    2
    error: two APIs have the folder `api`, and a lock is for one; name it: `--api b`
    ");
    tree.write("betroth.toml", "[web]\n");
    assert_snapshot!(tree.lock(&[]), @"
    2
    error: `betroth.toml` names no API, so there is none to write a lock for; add `[api]`
    ");
    tree.write("betroth.toml", "[api]\nroute = '.'\n");
    assert_snapshot!(tree.lock(&[]), @"
    2
    error: `api.route` is no key of `[api]`
      --> betroth.toml:2:1
       = why: a key that nobody reads looks like a promise that nobody keeps
      hint: did you mean `root`?
    ");
    tree.write("betroth.toml", "[api]\nroot = '.'\n");
    assert_snapshot!(tree.lock(&[]), @"
    0
    every API has the contract in its own folder, and needs no lock
    ");
}

#[test]
fn a_file_that_is_no_lock_is_left_as_it_is() {
    let tree = Tree::new("[api]\n", &["backend"]);
    tree.write(
        "backend/betroth.lock.toml",
        "[issuer]\nbase_url = 'https://app.example.com'\n",
    );
    assert_snapshot!(tree.lock(&[]), @"
    2
    error: `backend/betroth.lock.toml` was not written by `betroth lock`, so it is left as it is; remove it, or name it otherwise
    ");
    assert!(
        tree.read("backend/betroth.lock.toml")
            .starts_with("[issuer]")
    );
}

#[test]
fn a_check_tells_of_a_lock_that_its_contract_left_behind() {
    let tree = Tree::new("[api]\ndefault = 'required'\n", &["backend"]);
    tree.write(
        "backend/main.py",
        "from fastapi import FastAPI\n\napp = FastAPI()\n",
    );
    tree.lock(&[]);
    let check = || {
        let output = Command::new(env!("CARGO_BIN_EXE_betroth"))
            .args(["check", "--all"])
            .current_dir(tree.0.path())
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert!(!check().contains("lock-stale"), "{}", check());
    tree.write("betroth.toml", "[api]\ndefault = 'optional'\n");
    let said = check();
    let finding = said.find("warning[lock-stale]").unwrap();
    assert_snapshot!(&said[finding..], @r#"
    warning[lock-stale]: the lock is stale: the contract says something else since
      --> backend/betroth.lock.toml:11:12
       |
    11 | contract = "../betroth.toml"
       |            ^^^^^^^^^^^^^^^^^ the lock
       |
      ::: betroth.toml:1:1
       |
     1 | [api]
       | - the contract
       |
       = why: where it is deployed alone, the API goes by the lock
       = help: run `betroth lock` where the contract is, and commit what it writes

    1 warning
    "#);
}
