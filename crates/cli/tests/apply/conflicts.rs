//! What a person wrote, changed or deleted.

use crate::project::Project;

const CLIENT: &str = "web/lib/api.ts";

/// A project in which the next run wants another line of lib/api.ts than the last.
fn moved(project: &Project) {
    let contract = project.text("betroth.toml").unwrap();
    let url = "app = \"app.main:app\"\nurl = { env = \"NEXT_PUBLIC_API\", development = \"http://localhost:8000\" }";
    project.write(
        "betroth.toml",
        &contract.replace("app = \"app.main:app\"", url),
    );
}

#[test]
fn what_a_person_changed_stays_when_something_new_is_written() {
    let project = Project::new().applied();
    let mine = project.text(CLIENT).unwrap() + "\nexport const mine = 1;\n";
    project.write(CLIENT, &mine);
    assert_eq!(project.apply(&["--yes"]).code, Some(0));
    assert_eq!(project.text(CLIENT).unwrap(), mine);

    moved(&project);
    let said = project.apply(&["--yes"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(
        said.stdout.contains("merge     web/lib/api.ts"),
        "{}",
        said.stdout
    );
    let merged = project.text(CLIENT).unwrap();
    assert!(merged.ends_with("\nexport const mine = 1;\n"), "{merged}");
    assert!(
        merged.contains("process.env.NEXT_PUBLIC_API ??"),
        "{merged}"
    );
}

/// The same line, changed by the person and by the contract.
fn in_conflict() -> (Project, String) {
    let project = Project::new().applied();
    let text = project.text(CLIENT).unwrap();
    let mine = text.replace("process.env.NEXT_PUBLIC_API_URL ??", "process.env.MINE ??");
    project.write(CLIENT, &mine);
    moved(&project);
    (project, mine)
}

#[test]
fn a_conflict_is_told_with_its_place_and_left() {
    let (project, mine) = in_conflict();
    let said = project.apply(&["--yes"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(
        said.stdout.contains("conflict  web/lib/api.ts"),
        "{}",
        said.stdout
    );
    assert!(
        said.stdout.contains("you changed line 8"),
        "{}",
        said.stdout
    );
    assert_eq!(project.text(CLIENT).unwrap(), mine);
    // It is told until somebody settles it.
    assert_eq!(project.apply(&["--yes"]).code, Some(1));
}

#[test]
fn a_conflict_is_settled_in_the_way_that_is_asked_for() {
    let (project, mine) = in_conflict();
    project.apply(&["--yes", "--on-conflict", "beside"]);
    assert_eq!(project.text(CLIENT).unwrap(), mine);
    let beside = project.text("web/lib/api.ts.new").unwrap();
    assert!(beside.contains("NEXT_PUBLIC_API ??"), "{beside}");

    let said = project.apply(&["--yes", "--on-conflict", "mine"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_eq!(project.text(CLIENT).unwrap(), mine);
    assert_eq!(project.apply(&["--yes"]).code, Some(0));

    let (project, _) = in_conflict();
    project.apply(&["--yes", "--on-conflict", "markers"]);
    let marked = project.text(CLIENT).unwrap();
    for part in [
        "<<<<<<<",
        "process.env.MINE",
        "process.env.NEXT_PUBLIC_API ??",
        ">>>>>>>",
    ] {
        assert!(marked.contains(part), "{part}: {marked}");
    }
}

#[test]
fn a_file_of_a_person_is_passed_by() {
    let mine = "export const api = 1;\n";
    let project = Project::new().file(CLIENT, mine).applied();
    assert_eq!(project.text(CLIENT).as_deref(), Some(mine));
    assert!(project.text("web/lib/betroth.ts").is_some());
}

#[test]
fn a_file_of_a_person_that_cannot_be_passed_by_is_told_and_left() {
    let mine = "def test_mine(): ...\n";
    let path = "api/tests/test_auth_contract.py";
    let project = Project::new().file(path, mine);
    let said = project.apply(&["--yes"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(
        said.stdout.contains(&format!("yours     {path}")),
        "{}",
        said.stdout
    );
    assert_eq!(project.text(path).as_deref(), Some(mine));
    // The others are written all the same.
    assert!(project.text(CLIENT).is_some());

    let said = project.apply(&["--yes", "--on-conflict", "mine"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_eq!(project.text(path).as_deref(), Some(mine));
}

#[test]
fn a_deleted_file_stays_deleted_until_its_target_is_asked_for() {
    let project = Project::new().applied();
    std::fs::remove_file(project.path(CLIENT)).unwrap();
    assert_eq!(project.apply(&["--yes"]).code, Some(0));
    assert!(project.text(CLIENT).is_none());
    assert_eq!(
        project.apply(&["--yes", "--only", "api-client"]).code,
        Some(0)
    );
    assert!(project.text(CLIENT).is_some());
}
