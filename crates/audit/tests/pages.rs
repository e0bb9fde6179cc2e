//! Each rule's page holds true: what it calls bad yields the rule, what it calls good does not.

use std::collections::BTreeSet;
use std::path::Path;

use betroth_audit::{Audit, Tree, audit, rules};

fn look(files: &[(String, String)]) -> Audit {
    audit(&Tree::of(files.iter().cloned()))
}

fn said(audit: &Audit) -> String {
    let findings = audit.report.findings().iter();
    let findings = findings.map(|it| format!("{:?} {} {}", it.severity, it.rule, it.message));
    let agreements = audit
        .agreements
        .iter()
        .map(|it| format!("{} {}", it.verdict.word(), it.because));
    findings.chain(agreements).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_a_page_calls_bad_yields_the_rule_and_what_it_calls_good_does_not() {
    let mut wrong = Vec::new();
    for rule in rules::ALL {
        let examples = rule.examples();
        for bad in [true, false] {
            assert!(
                examples.iter().any(|example| example.bad == bad),
                "{} shows no {} code",
                rule.id,
                if bad { "bad" } else { "good" }
            );
        }
        for example in examples {
            let audit = look(&example.files);
            assert_eq!(audit.unread, [], "{}: not all of it is read", rule.id);
            if rules::speaks(rule, &audit) != example.bad {
                wrong.push(format!(
                    "{} on its {} code:\n{}",
                    rule.id,
                    if example.bad { "bad" } else { "good" },
                    said(&audit)
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn bad_code_yields_the_severity_that_the_rule_names() {
    for rule in rules::ALL {
        let worst = rule
            .examples()
            .iter()
            .filter(|example| example.bad)
            .flat_map(|example| look(&example.files).report.findings().to_vec())
            .filter(|finding| finding.rule == rule.id)
            .map(|finding| finding.severity)
            .max();
        assert!(worst <= Some(rule.severity), "{}: {worst:?}", rule.id);
    }
}

#[test]
fn what_is_good_has_no_error_of_any_rule() {
    for rule in rules::ALL {
        for example in rule.examples().iter().filter(|example| !example.bad) {
            let audit = look(&example.files);
            let errors = audit.report.count(betroth_report::Severity::Error);
            assert_eq!(errors, 0, "{}:\n{}", rule.id, said(&audit));
        }
    }
}

#[test]
fn the_folder_and_the_list_hold_the_same_rules_in_the_order_of_their_names() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            path.file_stem()
                .unwrap()
                .to_str()
                .unwrap()
                .replace('_', "-")
        })
        // No rules: what several of them look at.
        .filter(|stem| !["jwt", "routers"].contains(&stem.as_str()))
        .collect();
    let listed: Vec<&str> = rules::ALL.iter().map(|rule| rule.id).collect();
    assert_eq!(
        files.iter().collect::<Vec<_>>(),
        listed.iter().collect::<Vec<_>>()
    );
}

#[test]
fn a_page_begins_with_a_sentence() {
    for rule in rules::ALL {
        let title = rule.title();
        assert!(
            title.ends_with('.') && title.len() < 120,
            "{}: {title}",
            rule.id
        );
        assert_eq!(rules::Rule::named(rule.id).map(|it| it.id), Some(rule.id));
    }
}
