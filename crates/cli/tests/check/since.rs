//! `--since`: what a change brought.

use crate::folder::Folder;

const SINCE: &[&str] = &["--since", "main"];

/// The broken example on `main`, with a branch checked out on which nothing was done.
fn branch() -> Folder {
    let folder = Folder::broken();
    folder.commit();
    folder.git(&["checkout", "--quiet", "-b", "work"]);
    folder
}

#[test]
fn what_was_there_before_is_left_out() {
    let folder = branch();
    let said = folder.check(SINCE);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    let all = folder.count(&[]);
    assert!(
        said.stdout.ends_with(&format!(
            "no findings\nleft out: {all} findings that were there at the last commit shared with `main`\n"
        )),
        "{}",
        said.stdout
    );
    let auth = folder.read("api/app/auth.py");
    folder.write("api/app/auth.py", format!("# moved\n\n{auth}"));
    assert_eq!(folder.rules(SINCE), [""; 0]);
}

#[test]
fn what_changed_counts_committed_or_not() {
    let folder = branch();
    folder.replace(
        "api/app/main.py",
        "app.add_middleware(",
        "app.add_middleware(  # all",
    );
    assert_eq!(folder.rules(SINCE), ["wildcard-origin-with-credentials"]);
    folder.commit();
    assert_eq!(folder.rules(SINCE), ["wildcard-origin-with-credentials"]);
    let report = folder.json(SINCE);
    assert_eq!(report["since"]["before"], folder.count(&[]) - 1);
    assert_eq!(
        report["since"]["base"],
        folder.git(&["rev-parse", "main"]).trim()
    );
    assert_eq!(folder.check(SINCE).code, 0);
    assert_eq!(
        folder
            .check(&["--since", "main", "--fail-on", "warning"])
            .code,
        1
    );
}

#[test]
fn what_the_change_caused_in_a_file_that_it_did_not_touch_counts() {
    let folder = Folder::broken();
    let signs = "  plugins: [jwt(), nextCookies()],";
    folder.replace(
        "api/app/auth.py",
        "algorithms=[\"HS256\"]",
        "algorithms=[\"EdDSA\"], audience=os.environ[\"AUDIENCE\"], issuer=os.environ[\"ISSUER\"]",
    );
    folder.replace(
        "api/app/auth.py",
        "SECRET, ",
        "keys.get_signing_key_from_jwt(credentials.credentials).key, ",
    );
    folder.replace(
        "api/app/auth.py",
        "bearer = HTTPBearer()",
        "bearer = HTTPBearer()\nkeys = jwt.PyJWKClient(os.environ[\"JWKS_URL\"])",
    );
    folder.commit();
    folder.git(&["checkout", "--quiet", "-b", "work"]);
    assert!(!folder.rules(&[]).contains(&"algorithm-mismatch".to_owned()));
    folder.replace(
        "web/lib/auth.ts",
        signs,
        "  plugins: [jwt({ jwks: { keyPairConfig: { alg: \"RS256\" } } }), nextCookies()],",
    );
    let report = folder.json(SINCE);
    assert_eq!(
        report["findings"][0]["rule"], "algorithm-mismatch",
        "{report:#}"
    );
    assert_eq!(report["findings"][0]["file"], "api/app/auth.py");
}

#[test]
fn a_finding_whose_other_place_changed_counts() {
    let folder = branch();
    folder.replace(
        "web/lib/auth.ts",
        "  plugins: [jwt(), nextCookies()],",
        "  plugins: [jwt({ jwt: { expirationTime: \"5m\" } }), nextCookies()],",
    );
    assert_eq!(folder.rules(SINCE)[0], "algorithm-mismatch");
}

#[test]
fn what_came_to_main_meanwhile_is_not_the_branch_s() {
    let folder = branch();
    folder.git(&["checkout", "--quiet", "main"]);
    folder.replace(
        "api/app/main.py",
        "app.add_middleware(",
        "app.add_middleware(  # all",
    );
    folder.commit();
    folder.git(&["checkout", "--quiet", "work"]);
    assert_eq!(folder.rules(SINCE), [""; 0]);
}

#[test]
fn a_file_that_was_renamed_brings_nothing_new() {
    let folder = branch();
    folder.git(&["mv", "web/lib/api.ts", "web/lib/client.ts"]);
    for file in ["web/app/tasks/page.tsx", "web/app/page.tsx"] {
        let text = folder.read(file);
        folder.write(file, text.replace("lib/api", "lib/client"));
    }
    assert!(
        folder
            .rules(&[])
            .contains(&"unauthorized-unhandled".to_owned())
    );
    assert_eq!(folder.rules(SINCE), [""; 0]);
}

#[test]
fn a_folder_below_the_top_is_held_against_itself_and_a_new_one_is_all_new() {
    let folder = branch();
    assert_eq!(folder.rules(&["api", "--since", "main"]), [""; 0]);
    folder.write("other/main.py", "import jwt\nSECRET = \"kept-between-us\"\ndef sign(user):\n    return jwt.encode({}, SECRET, algorithm=\"HS256\")\n");
    assert_eq!(
        folder.rules(&["other", "--since", "main"]),
        folder.rules(&["other"])
    );
    assert!(!folder.rules(&["other"]).is_empty());
}

#[test]
fn an_exception_that_is_taken_out_brings_its_finding_back() {
    let folder = Folder::broken();
    let contract = "[check]\nallow = [{ rule = \"issuer-unchecked\", reason = \"one issuer\" }]\n";
    folder.write("betroth.toml", contract);
    let line = "app.add_middleware(";
    let allow = "# betroth: allow(wildcard-origin-with-credentials): a demo\n";
    folder.replace("api/app/main.py", line, &format!("{allow}{line}"));
    folder.commit();
    assert_eq!(folder.rules(&["--since", "HEAD"]), [""; 0]);
    folder.write("betroth.toml", "[check]\n");
    folder.replace("api/app/main.py", allow, "");
    assert_eq!(
        folder.rules(&["--since", "HEAD"]),
        ["issuer-unchecked", "wildcard-origin-with-credentials"]
    );
}

#[test]
fn a_secret_that_git_tracked_before_is_not_new() {
    let folder = Folder::broken();
    folder.write("api/.env", "JWT_SECRET=w8Kd2Lp9Xv4Rt6Qz1Nb7Mc3Hs5Jf0Gy\n");
    folder.commit();
    assert!(folder.rules(&[]).contains(&"committed-secret".to_owned()));
    assert_eq!(folder.rules(&["--since", "HEAD"]), [""; 0]);
}

#[test]
fn what_git_cannot_tell_stops_the_check_with_a_cure() {
    let folder = branch();
    for revision in ["nowhere", "", "--output=x", "main:api"] {
        let said = folder.check(&[&format!("--since={revision}")]);
        assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{revision}");
        let words = format!("`{revision}` is no revision of this repository");
        assert!(said.stderr.contains(&words), "{}", said.stderr);
    }
    folder.git(&["checkout", "--quiet", "--orphan", "alone"]);
    folder.write("alone.txt", "");
    folder.commit();
    let said = folder.check(SINCE);
    assert_eq!(said.code, 2);
    assert!(
        said.stderr
            .contains("`main` and `HEAD` have no commit in common"),
        "{}",
        said.stderr
    );
    let said = Folder::broken().check(SINCE);
    assert_eq!(said.code, 2);
    assert!(
        said.stderr.contains("`.` belongs to no git repository"),
        "{}",
        said.stderr
    );
}
