//! `[check]` of the contract.

use crate::folder::{Folder, rules};

const ALLOW: &str = r#"
[check]
fail_on = "note"
allow = [
  { rule = "route-unauthenticated", path = "api/app/routes/*.py", reason = "the reports are public" },
  { rule = "hardcoded-secret", path = "api/**", reason = "the default is for the demo" },
  { rule = "issuer-unchecked", reason = "one issuer, by network" },
]
"#;

#[test]
fn an_entry_lets_the_findings_of_its_files_pass() {
    let folder = Folder::broken();
    folder.write("betroth.toml", ALLOW);
    let report = folder.json(&[]);
    assert_eq!(
        rules(&report["suppressed"]),
        [
            "hardcoded-secret",
            "route-unauthenticated",
            "issuer-unchecked"
        ]
    );
    let by = &report["suppressed"][1]["by"];
    assert_eq!(by["kind"], "contract");
    assert_eq!(report["suppressed"][1]["reason"], "the reports are public");
    assert_eq!(
        (by["file"].as_str(), by["line"].as_u64()),
        (Some("betroth.toml"), Some(5))
    );
    let log = folder.check(&["--format", "sarif"]).stdout;
    assert!(
        log.contains("\"justification\": \"one issuer, by network\""),
        "{log}"
    );
    assert!(log.contains("\"kind\": \"external\""), "{log}");
}

#[test]
fn the_contract_says_from_where_on_it_fails_and_the_flag_says_it_louder() {
    let folder = Folder::new();
    folder.write(
        "main.py",
        "from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\nfrom pages import set_cookie\napp = FastAPI()\nset_cookie(app)\n\
         app.add_middleware(CORSMiddleware, allow_origins=['*'], allow_credentials=True)\n",
    );
    assert_eq!(folder.check(&[]).code, 0);
    folder.write("betroth.toml", "[check]\nfail_on = \"warning\"\n");
    assert_eq!(folder.check(&[]).code, 1);
    assert_eq!(folder.check(&["--fail-on", "error"]).code, 0);
    assert_eq!(folder.check(&["--fail-on", "never"]).code, 0);
}

#[test]
fn the_nearest_contract_above_holds_with_paths_of_its_own() {
    let folder = Folder::broken();
    folder.commit();
    folder.write("betroth.toml", ALLOW);
    let report = folder.json(&["api"]);
    assert_eq!(
        rules(&report["suppressed"]),
        [
            "hardcoded-secret",
            "route-unauthenticated",
            "issuer-unchecked"
        ]
    );
    assert_eq!(report["suppressed"][0]["by"]["file"], "../betroth.toml");
    folder.write("api/betroth.toml", "");
    assert_eq!(rules(&folder.json(&["api"])["suppressed"]), [""; 0]);
}

#[test]
fn a_broken_contract_stops_the_check_with_file_line_and_cure() {
    let folder = Folder::broken();
    for (text, words) in [
        (
            "[check]\nfail_on = \"eror\"\n",
            &["betroth.toml:2:11", "`check.fail_on`", "hint: "][..],
        ),
        (
            "[check]\nallow = [{ rule = \"hardcoded-secret\" }]\n",
            &[
                "betroth.toml:2:",
                "`check.allow.reason` is missing",
                "hint: add `reason = ",
            ],
        ),
        (
            "[check]\nallow = [\n  { rule = \"hardcoded-secrt\", reason = \"a demo\" },\n]\n",
            &[
                "betroth.toml:3:12",
                "`hardcoded-secrt`, which no rule is named",
                "hint: did you mean `hardcoded-secret`?",
            ],
        ),
        ("[check\n", &["betroth.toml:1:", "no TOML", "hint: "]),
    ] {
        folder.write("betroth.toml", text);
        let said = folder.check(&[]);
        assert_eq!(
            (said.code, said.stdout.as_str()),
            (2, ""),
            "{}",
            said.stderr
        );
        for part in words {
            assert!(said.stderr.contains(part), "{part} in\n{}", said.stderr);
        }
        assert!(!said.stderr.contains("error: error"), "{}", said.stderr);
    }
    folder.write("betroth.toml", b"[check]\n# \xe9\n");
    let said = folder.check(&[]);
    assert_eq!(said.code, 2);
    assert!(
        said.stderr
            .contains("the contract `betroth.toml` cannot be read"),
        "{}",
        said.stderr
    );
}

#[test]
fn an_entry_that_lets_nothing_pass_any_more_is_told() {
    let folder = Folder::broken();
    folder.write(
        "betroth.toml",
        "[check]\nallow = [{ rule = \"hardcoded-url\", reason = \"a demo\" }]\n",
    );
    let said = folder.check(&[]);
    assert_eq!(
        said.stderr,
        "notice: betroth.toml:2: the entry lets `hardcoded-url` pass, which is not found there; take it out\n"
    );
    assert_eq!(said.code, 1);
}
