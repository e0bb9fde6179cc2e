//! `--diff` and `--fix`.

use serde_json::Value;

use crate::folder::Folder;

const BEARER: &str = "Authorization: `Bearer ${data?.token}`";
const BARE: &str = "Authorization: data.token";

fn without_scheme() -> Folder {
    let folder = Folder::broken();
    folder.replace("web/lib/api.ts", BEARER, BARE);
    folder
}

#[test]
fn the_diff_is_a_patch_and_changes_nothing() {
    let folder = without_scheme();
    let before = folder.read("web/lib/api.ts");
    let said = folder.check(&["--diff"]);
    assert_eq!(said.code, 1);
    assert!(
        said.stderr
            .starts_with("`--fix` writes 1 finding mended in 1 file (bearer-prefix); "),
        "{}",
        said.stderr
    );
    assert_eq!(folder.read("web/lib/api.ts"), before);
    folder.commit();
    folder.write("mend.patch", &said.stdout);
    folder.git(&["apply", "mend.patch"]);
    let after = folder.read("web/lib/api.ts");
    assert_eq!(
        after,
        before.replace(BARE, "Authorization: `Bearer ${data.token}`")
    );
}

#[test]
fn what_is_written_is_found_no_more() {
    let folder = without_scheme();
    let said = folder.check(&["--fix"]);
    assert!(
        said.stderr
            .starts_with("written: 1 finding mended in 1 file (bearer-prefix); "),
        "{}",
        said.stderr
    );
    assert_eq!(said.code, 1, "what a person has to mend is still there");
    let rule = "authorization-scheme-missing".to_owned();
    assert!(!folder.rules(&[]).contains(&rule));
    let again = folder.check(&["--fix"]);
    assert!(
        again
            .stderr
            .starts_with("nothing that a program can mend; "),
        "{}",
        again.stderr
    );
}

#[test]
fn a_byte_order_mark_stays_where_it_is() {
    let folder = without_scheme();
    let text = folder.read("web/lib/api.ts");
    folder.write("web/lib/api.ts", format!("\u{feff}{text}"));
    folder.check(&["--fix"]);
    let mended = folder.read("web/lib/api.ts");
    assert!(mended.starts_with('\u{feff}') && mended.contains("`Bearer ${data.token}`"));
}

#[cfg(unix)]
#[test]
fn a_file_keeps_who_may_run_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = without_scheme();
    let path = folder.path().join("web/lib/api.ts");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o750)).unwrap();
    folder.check(&["--fix"]);
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o750);
}

#[test]
fn the_fix_of_a_sarif_log_is_what_is_written() {
    let folder = without_scheme();
    let before = folder.read("web/lib/api.ts");
    let log: Value = serde_json::from_str(&folder.check(&["--format", "sarif"]).stdout).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let fixes: Vec<_> = results.iter().filter_map(|it| it.get("fixes")).collect();
    assert_eq!(fixes.len(), 1);
    let change = &fixes[0][0]["artifactChanges"][0];
    assert_eq!(change["artifactLocation"]["uri"], "web/lib/api.ts");
    let replacement = &change["replacements"][0];
    let region = &replacement["deletedRegion"];
    let number = |key: &str| usize::try_from(region[key].as_u64().unwrap()).unwrap();
    assert_eq!(number("startLine"), number("endLine"));
    let mut lines: Vec<String> = before.lines().map(str::to_owned).collect();
    lines[number("startLine") - 1].replace_range(
        number("startColumn") - 1..number("endColumn") - 1,
        replacement["insertedContent"]["text"].as_str().unwrap(),
    );
    folder.check(&["--fix"]);
    assert_eq!(folder.read("web/lib/api.ts"), lines.join("\n") + "\n");
}

#[test]
fn what_is_let_pass_is_not_mended() {
    let folder = without_scheme();
    let line = "    headers: { \"Content-Type\"";
    folder.replace(
        "web/lib/api.ts",
        line,
        &format!(
            "    // betroth: allow(authorization-scheme-missing): the gateway adds it\n{line}"
        ),
    );
    let said = folder.check(&["--diff"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""));
}
