use super::*;
use crate::{Confidence, Cure, Edit, Severity};

fn rules() -> Vec<Rule> {
    ["key-drift", "unread-claim"]
        .map(|id| Rule {
            id,
            severity: Severity::Error,
            title: format!("What {id} finds."),
            text: format!("What {id} finds. Why it matters."),
            markdown: format!("What `{id}` finds. Why it matters."),
        })
        .to_vec()
}

fn report() -> Report {
    let cause = Finding::new(
        "key-drift",
        Severity::Error,
        Place {
            width: 6,
            ..Place::new("web/app/[id]/auth 1.ts", 2, 5)
        },
        "the API checks HS256, the front end signs EdDSA",
    )
    .confidence(Confidence::Medium)
    .label("signs EdDSA")
    .related(Place::new("api/auth.py", 0, 0), "checks HS256")
    .why("every call is refused")
    .help("read the keys");
    let cause = Finding {
        cure: Some(Cure {
            name: "both-sides",
            title: "Read the keys",
            edits: vec![
                Edit::new("web/app/[id]/auth 1.ts", 9..12, "keys"),
                Edit::new("api/auth.py", 0..4, ""),
                Edit::new("api/auth.py", 19..19, "last\n"),
            ],
        }),
        ..cause
    };
    let follower = Finding::new(
        "unread-claim",
        Severity::Note,
        Place::new("api/me.py", 3, 1),
        "nobody reads it",
    )
    .because_of(cause.key());
    let known = Finding::new(
        "unread-claim",
        Severity::Warning,
        Place::new("api/known.py", 1, 1),
        "nobody reads it here",
    );
    let mut report = Report::new(vec![cause, follower, known]);
    report.let_pass(|it| {
        (it.severity == Severity::Warning).then(|| {
            let by = PassedBy::Comment(Place::new("api/known.py", 1, 20));
            (by, "the job reads it".to_owned())
        })
    });
    report
}

#[test]
fn a_log_tells_rules_results_what_ties_them_and_what_was_let_pass() {
    let report = report();
    let fingerprints = Fingerprints::of(&report, |_| Some("one\ntwo\nthree\n"));
    let log = log(
        &report,
        &Run {
            version: "1.2.3",
            rules: &rules(),
            fingerprints: &fingerprints,
            folder: "src/",
            notices: &[Notice::new(Place::new("api/null.py", 1, 1), "not read", "")],
            source: &|_| Some("one\ntü, two\nthree\n"),
        },
    );
    insta::assert_snapshot!(format!("{log:#}"));
}

#[test]
fn a_fix_that_would_repeat_a_secret_or_whose_file_is_gone_is_left_out() {
    let fixes = |text: &str, source: Option<&str>| {
        let mut finding = Finding::new("rule", Severity::Error, Place::new("a.py", 1, 1), "x");
        finding.cure = Some(Cure {
            name: "cure",
            title: "Mend it",
            edits: vec![Edit::new("a.py", 0..1, text)],
        });
        let report = Report::new(vec![finding]);
        let run = Run {
            version: "1",
            rules: &[],
            fingerprints: &Fingerprints::of(&report, |_| None),
            folder: "",
            notices: &[],
            source: &|_| source,
        };
        log(&report, &run)["runs"][0]["results"][0]["fixes"].clone()
    };
    assert!(fixes("y", Some("x")).is_array());
    assert!(fixes("y", Some("")).is_null());
    assert!(fixes("y", None).is_null());
    assert!(fixes("\"postgresql://app:hunter2@db/app\"", Some("x")).is_null());
}
