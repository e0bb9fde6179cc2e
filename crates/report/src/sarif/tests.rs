use super::*;
use crate::{Confidence, Severity};

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
        },
    );
    insta::assert_snapshot!(format!("{log:#}"));
}
