//! How it runs: asked, twice, half, and not at all.

use crate::project::Project;

#[test]
fn nothing_is_written_unless_somebody_says_so() {
    let project = Project::new();
    let before = project.everything();
    for arguments in [&[][..], &["--diff"]] {
        let said = project.apply(arguments);
        assert_eq!(said.code, Some(1), "{said:?}");
        assert_eq!(project.everything(), before, "{arguments:?}");
    }
}

#[test]
fn a_second_run_finds_nothing_to_do() {
    let project = Project::new().applied();
    let before = project.everything();
    for arguments in [&["--yes"][..], &[], &["--diff"]] {
        let said = project.apply(arguments);
        assert_eq!(said.code, Some(0), "{said:?}");
        assert_eq!(project.everything(), before);
    }
    assert!(project.apply(&[]).stdout.contains("nothing to write"));
}

#[test]
fn one_target_alone_writes_what_is_its_own() {
    let project = Project::new();
    let said = project.apply(&["--yes", "--only", "api-guard"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(project.text("api/app/middleware/auth.py").is_some());
    assert!(project.text("web/lib/api.ts").is_none());
}

#[test]
fn a_target_that_there_is_not_is_told_with_the_one_that_is_meant() {
    let said = Project::new().apply(&["--only", "api-gard"]);
    assert_eq!(said.code, Some(2));
    assert!(
        said.stderr.contains("is `api-guard` meant?"),
        "{}",
        said.stderr
    );
}

#[test]
fn every_target_is_listed() {
    insta::assert_snapshot!("list", Project::new().apply(&["--list"]).stdout);
}

#[test]
fn without_a_contract_it_says_how_to_get_one() {
    let project = Project::new();
    std::fs::remove_file(project.path("betroth.toml")).unwrap();
    let said = project.apply(&[]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("`betroth init`"), "{}", said.stderr);
}

#[test]
fn a_contract_with_a_mistake_is_told_with_its_place() {
    let project = Project::new().file("betroth.toml", "[api]\nrot = \"api\"\n");
    let before = project.everything();
    let said = project.apply(&["--yes"]);
    assert_eq!(said.code, Some(2));
    assert!(said.stderr.contains("betroth.toml:2:1"), "{}", said.stderr);
    assert_eq!(project.everything(), before);
}

#[test]
fn where_one_file_cannot_be_written_none_is() {
    // The records have no folder to go to, and they come last.
    let project = Project::new().file(".betroth", "a file");
    let before = project.everything();
    let said = project.apply(&["--yes"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.stderr.contains("so nothing was"), "{}", said.stderr);
    assert_eq!(project.everything(), before);
    assert!(!project.path("web/app/api").exists());
}

#[cfg(unix)]
#[test]
fn where_a_folder_may_not_be_written_nothing_is() {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt as _;

    let project = Project::new();
    let folder = project.path("api/app");
    fs::set_permissions(&folder, Permissions::from_mode(0o555)).unwrap();
    if fs::write(folder.join("probe"), "").is_ok() {
        fs::remove_file(folder.join("probe")).unwrap();
        eprintln!("skipped: whoever runs this test may write to every folder");
        return;
    }
    let before = project.everything();
    let said = project.apply(&["--yes"]);
    fs::set_permissions(&folder, Permissions::from_mode(0o755)).unwrap();
    assert_eq!(said.code, Some(2), "{said:?}");
    assert_eq!(project.everything(), before);
}

#[cfg(unix)]
#[test]
fn nothing_is_written_behind_a_link_that_leads_out() {
    let outside = tempfile::tempdir().unwrap();
    let project = Project::new();
    std::os::unix::fs::symlink(outside.path(), project.path("api/app/middleware")).unwrap();
    let said = project.apply(&["--yes"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.stderr.contains("leads out"), "{}", said.stderr);
    assert_eq!(fs_count(outside.path()), 0);
    assert!(project.text("web/lib/api.ts").is_none());
}

#[cfg(unix)]
fn fs_count(folder: &std::path::Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

/// An API that decodes what the front end signs with the secret of both, as many do.
const OWN_VERIFIER: &str = r#"import os

import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPBearer

app = FastAPI()


def current_user(credentials=Depends(HTTPBearer())):
    try:
        return jwt.decode(credentials.credentials, os.environ["BETTER_AUTH_SECRET"], algorithms=["HS256"])
    except jwt.PyJWTError:
        raise HTTPException(status_code=401)


@app.get("/notes")
def notes(user=Depends(current_user)):
    return []
"#;

#[test]
fn an_api_that_verifies_its_own_tokens_is_not_shut_to_them() {
    let project = Project::with_secret().file("api/app/main.py", OWN_VERIFIER);
    let said = project.apply(&["--yes"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let main = project.text("api/app/main.py").unwrap();
    assert!(!main.contains("protect"), "{main}");
    assert_eq!(project.text("api/tests/test_auth_contract.py"), None);
    assert!(
        said.stdout
            .contains("the API verifies tokens of its own already"),
        "{}",
        said.stdout
    );
    let again = project.apply(&["--yes"]);
    assert!(again.stdout.contains("left to you"), "{}", again.stdout);
    assert!(!again.stderr.contains("nothing to do"), "{}", again.stderr);
}
