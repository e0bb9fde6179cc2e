//! The verdict as a reason to fail a build.

use crate::folder::Folder;

const WHY: &str = "the verdict is unknown, which `--fail-on-unknown` takes for a failure\n";

#[test]
fn a_verdict_that_was_not_reached_fails_where_that_is_asked_for() {
    let folder = Folder::new();
    folder.write("main.py", "from fastapi import FastAPI\napp = FastAPI()\n");
    assert_eq!(
        folder.json(&[])["agreement"]["verdict"],
        "unknown",
        "there is no front end"
    );
    assert_eq!(folder.check(&[]).code, 0);
    for format in ["human", "json", "sarif", "github", "junit"] {
        let said = folder.check(&["--fail-on-unknown", "--format", format]);
        assert_eq!((said.code, said.stderr.as_str()), (1, WHY), "{format}");
    }
    folder.commit();
    let said = folder.check(&["--fail-on-unknown", "--since", "HEAD", "--fail-on", "never"]);
    assert_eq!(said.code, 1);
}

#[test]
fn a_verdict_that_was_reached_is_no_reason_to_fail() {
    let folder = Folder::broken();
    let said = folder.check(&["--fail-on-unknown", "--fail-on", "never"]);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
}
