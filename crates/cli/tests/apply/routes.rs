//! `--routes`: what would make a route ask, proposed alone.

use crate::project::Project;

#[test]
fn a_proposal_for_each_open_route_is_shown_and_none_is_written() {
    let project = Project::new();
    let before = project.everything();
    let said = project.apply(&["--routes"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert_eq!(project.everything(), before);
    insta::assert_snapshot!("routes", said.stdout);
}

#[test]
fn a_guarded_application_has_nothing_to_propose() {
    let said = Project::new().applied().apply(&["--routes"]);
    assert_eq!(
        (said.code, said.stdout.as_str()),
        (Some(0), ""),
        "{}",
        said.stderr
    );
}

#[test]
fn routes_that_are_about_to_ask_are_named_before() {
    let said = Project::new().apply(&[]);
    let told = "a route that is open today will ask for a person";
    assert!(said.stdout.contains(told), "{}", said.stdout);
    assert!(
        said.stdout.contains("\n      GET /notes\n"),
        "{}",
        said.stdout
    );
    assert!(!said.stdout.contains("GET /health"), "{}", said.stdout);
}
