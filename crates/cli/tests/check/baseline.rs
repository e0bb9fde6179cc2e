//! `--baseline` and `--write-baseline`: findings that were there before.

use std::fs;

use crate::folder::{Folder, rules};

const WITH: &[&str] = &["--baseline", "known.json"];
const WRITE: &[&str] = &["--write-baseline", "known.json"];

#[test]
fn what_is_recorded_passes_and_what_is_new_counts() {
    let folder = Folder::broken();
    let said = folder.check(WRITE);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let all = folder.count(&[]);
    assert_eq!(
        said.stderr,
        format!("{all} findings recorded in `known.json`\n")
    );
    let said = folder.check(WITH);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    assert!(
        said.stdout
            .ends_with(&format!("no findings\n{all} in the baseline: --all\n")),
        "{}",
        said.stdout
    );
    folder.write(
        "api/app/other.py",
        "import jwt\n\nSECRET = \"kept-between-us\"\n\ndef sign(user):\n    return jwt.encode({\"sub\": user}, SECRET, algorithm=\"HS256\")\n",
    );
    folder.replace(
        "api/app/main.py",
        "import reports, tasks",
        "import reports, tasks\nfrom app import other",
    );
    let report = folder.json(WITH);
    let files: Vec<_> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["file"].as_str().unwrap())
        .collect();
    assert!(
        !files.is_empty() && files.iter().all(|file| *file == "api/app/other.py"),
        "{files:?}"
    );
    assert_eq!(folder.check(WITH).code, 1);
    assert_eq!(rules(&report["suppressed"]).len(), all);
    assert_eq!(report["suppressed"][0]["by"]["kind"], "baseline");
}

#[test]
fn lines_that_move_stay_recorded() {
    let folder = Folder::broken();
    folder.check(WRITE);
    let auth = folder.read("api/app/auth.py");
    folder.write("api/app/auth.py", format!("# moved\n\n{auth}"));
    let said = folder.check(WITH);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
}

#[test]
fn what_is_no_longer_found_is_told() {
    let folder = Folder::broken();
    folder.check(WRITE);
    folder.replace("api/app/auth.py", ", \"change-me-in-production\"", "");
    let said = folder.check(WITH);
    assert_eq!(
        said.stderr,
        "notice: api/app/auth.py:1: 1 finding of `hardcoded-secret` in the baseline `known.json`, and no longer here; \
         `--write-baseline known.json` writes it anew\n"
    );
    assert_eq!(said.code, 0);
}

#[test]
fn it_is_sorted_the_same_each_time_and_holds_no_secret() {
    let folder = Folder::broken();
    folder.write("api/.env", "JWT_SECRET=w8Kd2Lp9Xv4Rt6Qz1Nb7Mc3Hs5Jf0Gy\n");
    folder.check(WRITE);
    let first = folder.read("known.json");
    folder.check(WRITE);
    assert_eq!(folder.read("known.json"), first);
    let files: Vec<_> = first
        .lines()
        .filter(|line| line.contains("\"file\""))
        .collect();
    let mut sorted = files.clone();
    sorted.sort_unstable();
    assert_eq!(files, sorted);
    for secret in ["w8Kd2Lp9", "change-me"] {
        assert!(!first.contains(secret), "{first}");
    }
    let left: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|it| it.unwrap().file_name())
        .collect();
    assert!(
        !left
            .iter()
            .any(|name| name.to_string_lossy().starts_with(".betroth")),
        "{left:?}"
    );
}

#[test]
fn a_file_that_is_no_baseline_stops_the_check_and_stays_as_it_is() {
    let folder = Folder::broken();
    let said = folder.check(WITH);
    assert_eq!((said.code, said.stdout.as_str()), (2, ""));
    assert!(
        said.stderr
            .contains("`known.json` does not exist; `--write-baseline known.json` makes it"),
        "{}",
        said.stderr
    );
    for (text, words) in [
        ("{", "`known.json` is no baseline"),
        (
            "{\n  \"schema\": 1,\n  \"findings\": [{ \"file\": 1 }]\n}",
            "line 3",
        ),
        ("{ \"schema\": 9, \"findings\": [] }", "has version 9"),
    ] {
        folder.write("known.json", text);
        let said = folder.check(WITH);
        assert_eq!(said.code, 2);
        assert!(said.stderr.contains(words), "{words} in {}", said.stderr);
        assert_eq!(folder.read("known.json"), text);
    }
    let said = folder.check(&["--write-baseline", "nowhere/known.json"]);
    assert_eq!(said.code, 2);
    assert!(
        said.stderr
            .contains("`nowhere/known.json` cannot be written"),
        "{}",
        said.stderr
    );
    assert_eq!(folder.check(&[WITH, WRITE].concat()).code, 2);
}
