//! `betroth check --format`: the same findings for people, programs and build servers.

use serde_json::Value;

use crate::folder::Folder;

fn sarif(folder: &Folder, arguments: &[&str]) -> Value {
    let said = folder.check(&[&["--format", "sarif"], arguments].concat());
    assert!(matches!(said.code, 0 | 1), "{}", said.stderr);
    serde_json::from_str(&said.stdout).unwrap()
}

/// Rule, line and fingerprint of each result.
fn results(log: &Value) -> Vec<(String, u64, String)> {
    let results = log["runs"][0]["results"].as_array().unwrap().iter();
    results
        .map(|it| {
            let region = &it["locations"][0]["physicalLocation"]["region"];
            (
                it["ruleId"].as_str().unwrap().to_owned(),
                region["startLine"].as_u64().unwrap(),
                it["partialFingerprints"]["betroth/v1"]
                    .as_str()
                    .unwrap()
                    .to_owned(),
            )
        })
        .collect()
}

#[test]
fn a_sarif_log_has_every_finding_and_the_page_of_every_rule() {
    let folder = Folder::broken();
    let log = sarif(&folder, &[]);
    let mut found: Vec<_> = results(&log).into_iter().map(|(rule, ..)| rule).collect();
    // Each cause is followed there by what follows from it.
    let mut expected = folder.rules(&[]);
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    let rules = log["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap();
    assert_eq!(rules.len(), betroth_audit::rules::ALL.len());
    for result in log["runs"][0]["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let page = rules[index]["help"]["markdown"].as_str().unwrap();
        assert!(page.contains("**bad**: `"), "{page}");
        assert!(
            !rules[index]["help"]["text"]
                .as_str()
                .unwrap()
                .contains("```")
        );
    }
}

#[test]
fn a_fingerprint_stays_when_lines_move_and_is_new_where_the_line_is() {
    let folder = Folder::broken();
    let before = results(&sarif(&folder, &[]));
    let auth = folder.read("api/app/auth.py");
    folder.write("api/app/auth.py", format!("# moved\n\n{auth}"));
    let api = folder.read("web/lib/api.ts");
    folder.write("web/lib/api.ts", format!("\n\n{api}"));
    let moved = results(&sarif(&folder, &[]));
    let prints = |results: &[(String, u64, String)]| -> Vec<String> {
        results.iter().map(|(.., print)| print.clone()).collect()
    };
    assert_eq!(prints(&moved), prints(&before));
    assert_ne!(moved, before, "no line has moved");
    folder.replace(
        "api/app/main.py",
        "app.add_middleware(",
        "app.add_middleware(  # all",
    );
    let changed = results(&sarif(&folder, &[]));
    let new: Vec<_> = changed
        .iter()
        .filter(|(.., print)| !prints(&before).contains(print))
        .map(|(rule, ..)| rule.as_str())
        .collect();
    assert_eq!(new, ["wildcard-origin-with-credentials"]);
}

#[test]
fn paths_are_those_of_the_repository_whatever_folder_is_checked() {
    let folder = Folder::broken();
    folder.commit();
    let said = folder.check(&["api", "--format", "github"]);
    assert!(
        said.stdout
            .starts_with("::error file=api/app/auth.py,line=7,col="),
        "{}",
        said.stdout
    );
    let log = sarif(&folder, &["api"]);
    let uri = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(uri["uri"], "api/app/auth.py");
    let said = folder.check(&["api", "--format", "junit"]);
    assert!(
        said.stdout.contains("<testcase name=\"api/app/auth.py:7\""),
        "{}",
        said.stdout
    );
}

#[test]
fn each_cause_is_one_workflow_command() {
    let said = Folder::broken().check(&["--format", "github"]);
    assert_eq!(said.code, 1);
    let mut names: Vec<_> = said
        .stdout
        .lines()
        .map(|line| line.split([' ']).next().unwrap())
        .collect();
    assert_eq!(names.len(), Folder::broken().causes(&[]));
    names.dedup();
    assert_eq!(names, ["::error", "::warning", "::notice"]);
}

#[test]
fn in_junit_what_fails_the_build_fails_and_a_clean_run_passes() {
    let folder = Folder::broken();
    let failures = |arguments: &[&str]| {
        let said = folder.check(&[&["--format", "junit"], arguments].concat());
        let (_, count) = said.stdout.split_once("failures=\"").unwrap();
        let count: usize = count.split('"').next().unwrap().parse().unwrap();
        (said.code, count)
    };
    let all = folder.count(&[]);
    assert_eq!(failures(&["--fail-on", "note"]), (1, all));
    let errors = failures(&[]);
    assert_eq!(errors.0, 1);
    assert!((1..all).contains(&errors.1), "{errors:?} of {all}");
    assert_eq!(failures(&["--fail-on", "never"]), (0, 0));
    let rules = betroth_audit::rules::ALL.len();
    let empty = Folder::new();
    empty.write("main.py", "from fastapi import FastAPI\napp = FastAPI()\n");
    let clean = empty.check(&["--format", "junit"]);
    assert_eq!(clean.code, 0);
    let head = format!("tests=\"{rules}\" skipped=\"0\" failures=\"0\" errors=\"0\"");
    assert!(clean.stdout.contains(&head), "{}", clean.stdout);
}

#[test]
fn what_was_not_read_is_told_in_every_format() {
    let folder = Folder::broken();
    folder.write("api/null.py", b"a = 1\0");
    let notice = &sarif(&folder, &[])["runs"][0]["invocations"][0]["toolExecutionNotifications"][0];
    assert!(
        notice["message"]["text"]
            .as_str()
            .unwrap()
            .contains("null bytes")
    );
    for format in ["github", "junit"] {
        let said = folder.check(&["--format", format]);
        assert!(
            said.stderr.contains("api/null.py: not read"),
            "{}",
            said.stderr
        );
    }
}

#[test]
fn no_format_shows_a_secret() {
    let folder = Folder::broken();
    folder.write("api/.env", "JWT_SECRET=w8Kd2Lp9Xv4Rt6Qz1Nb7Mc3Hs5Jf0Gy\n");
    folder.replace(
        "api/app/auth.py",
        "change-me-in-production",
        "kept-between-us",
    );
    for format in ["human", "json", "sarif", "github", "junit"] {
        let said = folder.check(&["--all", "--format", format]);
        assert!(said.stdout.contains("committed-secret"), "{}", said.stdout);
        for secret in ["w8Kd2L", "kept-between-us"] {
            assert!(!said.stdout.contains(secret), "{format}: {}", said.stdout);
        }
    }
}
