//! Comments in the source that let a finding pass.

use crate::folder::{Folder, rules};

/// The broken example with a comment above the line that decodes without issuer.
fn commented(comment: &str) -> Folder {
    let folder = Folder::broken();
    let line = "        claims = jwt.decode(";
    folder.replace(
        "api/app/auth.py",
        line,
        &format!("        # betroth: {comment}\n{line}"),
    );
    folder
}

#[test]
fn a_comment_with_a_reason_lets_the_findings_of_its_line_pass() {
    let folder = commented(
        "allow(issuer-unchecked, expiry-optional): the gateway in front has checked both",
    );
    let report = folder.json(&[]);
    let found = rules(&report["findings"]);
    for rule in ["issuer-unchecked", "expiry-optional"] {
        assert!(!found.contains(&rule.to_owned()), "{found:?}");
    }
    assert!(
        found.contains(&"algorithm-mismatch".to_owned()),
        "{found:?}"
    );
    let suppressed = &report["suppressed"];
    assert_eq!(rules(suppressed), ["issuer-unchecked", "expiry-optional"]);
    let by = &suppressed[0]["by"];
    assert_eq!(by["kind"], "comment");
    assert_eq!(
        suppressed[0]["reason"],
        "the gateway in front has checked both"
    );
    assert_eq!(
        (by["file"].as_str(), by["line"].as_u64()),
        (Some("api/app/auth.py"), Some(14))
    );
    assert_eq!(report["notices"].as_array().map(Vec::len), Some(0));
}

#[test]
fn what_is_suppressed_is_counted_and_listed_and_does_not_fail() {
    let folder = Folder::new();
    let cors = "from fastapi import FastAPI\nfrom fastapi.middleware.cors import CORSMiddleware\nfrom pages import set_cookie\napp = FastAPI()\nset_cookie(app)\n\
                app.add_middleware(CORSMiddleware, allow_origins=['*'], allow_credentials=True)";
    folder.write("main.py", cors);
    assert_eq!(folder.check(&["--fail-on", "warning"]).code, 1);
    folder.write(
        "main.py",
        format!("{cors}  # betroth: allow(wildcard-origin-with-credentials): only in the demo\n"),
    );
    let said = folder.check(&["--fail-on", "warning"]);
    assert_eq!(said.code, 0, "{}", said.stdout);
    assert!(
        said.stdout.ends_with("no findings\n1 suppressed: --all\n"),
        "{}",
        said.stdout
    );
    assert_eq!(said.stderr, "");
    let said = folder.check(&["--all"]);
    assert!(
        said.stdout.ends_with(
            "1 suppressed:\n  warning[wildcard-origin-with-credentials] at main.py:6: only in the demo (comment at main.py:6)\n"
        ),
        "{}",
        said.stdout
    );
    let log = folder.check(&["--format", "sarif"]).stdout;
    assert!(
        log.contains("\"justification\": \"only in the demo\""),
        "{log}"
    );
    assert!(log.contains("\"kind\": \"inSource\""), "{log}");
    assert_eq!(folder.check(&["--format", "github"]).stdout, "");
}

#[test]
fn a_comment_without_reason_or_with_an_unknown_rule_holds_nothing_and_is_told() {
    for (comment, words) in [
        (
            "allow(issuer-unchecked)",
            "gives no reason, so it lets nothing pass; write `betroth: allow(rule): why it is no danger`",
        ),
        (
            "allow(issuer-uncheckd): because",
            "no rule is named `issuer-uncheckd`, so the comment lets nothing pass; did you mean `issuer-unchecked`?",
        ),
    ] {
        let folder = commented(comment);
        assert!(folder.rules(&[]).contains(&"issuer-unchecked".to_owned()));
        for format in ["human", "json", "sarif", "github", "junit"] {
            let said = folder.check(&["--format", format]);
            assert!(
                said.stderr.starts_with("notice: api/app/auth.py:14: "),
                "{}",
                said.stderr
            );
            assert!(said.stderr.trim_end().ends_with(words), "{}", said.stderr);
        }
        assert!(folder.json(&[])["notices"][0]["message"].as_str().is_some());
    }
}

#[test]
fn a_comment_that_lets_nothing_pass_any_more_is_told() {
    let folder = commented("allow(issuer-unchecked, hardcoded-url): the gateway has checked it");
    let said = folder.check(&[]);
    assert_eq!(
        said.stderr,
        "notice: api/app/auth.py:14: the comment lets `hardcoded-url` pass, which is not found at line 15; put it where the finding is, or take it out\n"
    );
}

#[test]
fn a_comment_at_a_related_place_lets_nothing_pass() {
    let folder = Folder::broken();
    let line = "  plugins: [jwt()";
    folder.replace(
        "web/lib/auth.ts",
        line,
        &format!("  // betroth: allow(algorithm-mismatch): elsewhere\n{line}"),
    );
    let report = folder.json(&[]);
    assert!(rules(&report["findings"]).contains(&"algorithm-mismatch".to_owned()));
    assert_eq!(
        report["findings"][0]["related"][0]["line"], 10,
        "{report:#}"
    );
    assert_eq!(rules(&report["suppressed"]), [""; 0]);
}

#[test]
fn scripts_and_environment_files_have_comments_of_their_own() {
    let folder = Folder::broken();
    let line = folder.read("web/lib/api.ts");
    let line = line.lines().nth(12).map(str::to_owned).unwrap_or_default();
    folder.replace(
        "web/lib/api.ts",
        &line,
        &format!("{line} // betroth: allow(unauthorized-unhandled): the page asks again"),
    );
    folder.write(
        "api/.env",
        "# betroth: allow(committed-secret): the key of a machine that is gone\nJWT_SECRET=w8Kd2Lp9Xv4Rt6Qz1Nb7Mc3Hs5Jf0Gy\n",
    );
    let report = folder.json(&[]);
    let mut suppressed = rules(&report["suppressed"]);
    suppressed.sort();
    assert_eq!(
        suppressed,
        ["committed-secret", "unauthorized-unhandled"],
        "{report:#}"
    );
}

#[test]
fn a_secret_in_a_reason_is_not_repeated() {
    let token = "w8Kd2Lp9Xv4Rt6Qz1Nb7Mc3Hs5Jf0Gy";
    let folder = commented(&format!("allow(issuer-unchecked): the key was {token}"));
    for format in ["human", "json", "sarif", "github", "junit"] {
        let said = folder.check(&["--all", "--format", format]);
        assert!(!said.stdout.contains(token), "{}", said.stdout);
    }
}
