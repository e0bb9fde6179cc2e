//! The program on folders of every kind.

#![expect(
    clippy::unwrap_used,
    reason = "a builder of folders that fails is a test that fails"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const WEB: &str = r#"{ "dependencies": { "next": "16.0.0", "better-auth": "1.4.0" } }"#;

const CLIENT: &str = r#"
import { createAuthClient } from "better-auth/react"
import { jwtClient } from "better-auth/client/plugins"
export const authClient = createAuthClient({ plugins: [jwtClient()] })
"#;

const SERVER: &str = r#"
import { betterAuth } from "better-auth"
import { jwt } from "better-auth/plugins"
export const auth = betterAuth({ plugins: [jwt()] })
"#;

const PAGE: &str = r#"
"use client"
import { authClient } from "../lib/auth-client"
export default function Page() {
  const load = async () => {
    const { data } = await authClient.token()
    const answer = await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: `Bearer ${data?.token}` } })
    if (answer.status === 401) location.assign("/login")
  }
  return <button onClick={load}>load</button>
}
"#;

/// An API whose verifier is `KEY` and `REST`.
const API: &str = r#"
import os
import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPBearer

bearer = HTTPBearer()
keys = jwt.PyJWKClient(os.environ["JWKS_URL"])

def current_user(credentials=Depends(bearer)):
    token = credentials.credentials
    try:
        return jwt.decode(token, KEY, REST)
    except jwt.PyJWTError:
        raise HTTPException(status_code=401)

app = FastAPI()

@app.get("/tasks")
def list_tasks(user=Depends(current_user)):
    return []
"#;

/// A folder with files in it.
struct Tree(TempDir);

impl Tree {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// A front end that sends the JWT of Better Auth's plugin.
    fn web(self, root: &str) -> Self {
        self.file(&format!("{root}/package.json"), WEB)
            .file(&format!("{root}/lib/auth.ts"), SERVER)
            .file(&format!("{root}/lib/auth-client.ts"), CLIENT)
            .file(&format!("{root}/app/page.tsx"), PAGE)
    }

    /// An API that verifies with a key set.
    fn api(self, root: &str) -> Self {
        let text = API
            .replace("KEY", "keys.get_signing_key_from_jwt(token).key")
            .replace(
                "REST",
                "algorithms=[\"EdDSA\"], audience=os.environ[\"AUDIENCE\"], \
                 issuer=os.environ[\"ISSUER\"], options={\"require\": [\"exp\"]}",
            );
        self.file(&format!("{root}/main.py"), text)
    }

    /// An API that verifies with a shared secret.
    fn secret_api(self, root: &str) -> Self {
        let text = API
            .replace("KEY", "os.environ[\"BETTER_AUTH_SECRET\"]")
            .replace("REST", "algorithms=[\"HS256\"]");
        self.file(&format!("{root}/main.py"), text)
    }

    fn run(&self, arguments: &[&str]) -> Said {
        Said::of(self.command().args(arguments).output().unwrap())
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_betroth"));
        command.current_dir(self.0.path());
        command
    }

    fn json(&self) -> Value {
        let said = self.run(&["check", "--format", "json"]);
        assert!(matches!(said.code, 0 | 1), "{}", said.stderr);
        serde_json::from_str(&said.stdout).unwrap()
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

struct Said {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Said {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

#[test]
fn two_sides_that_agree_are_accepted() {
    let tree = Tree::new().web("web").api("api");
    let said = tree.run(&["check"]);
    assert_eq!(said.code, 0, "{}", said.stdout);
    assert!(said.stdout.starts_with("accepted: "), "{}", said.stdout);
    assert!(said.stdout.ends_with("no findings\n"), "{}", said.stdout);
}

#[test]
fn a_disagreement_is_shown_at_both_its_places() {
    let said = Tree::new().web("web").secret_api("api").run(&["check"]);
    assert_eq!(said.code, 1);
    for part in [
        "refused: ",
        "error[algorithm-mismatch]",
        "api/main.py:13",
        "web/lib/auth.ts:4",
        "= help: ",
    ] {
        assert!(said.stdout.contains(part), "{part} in\n{}", said.stdout);
    }
}

#[test]
fn the_report_for_programs_has_the_keys_that_it_promises() {
    let report = Tree::new().web("web").secret_api("api").json();
    assert_eq!(report["schema"], 1);
    let agreement = &report["agreement"];
    assert_eq!(agreement["verdict"], "refused");
    assert_eq!(agreement["web_root"], "web");
    assert_eq!(agreement["api_root"], "api");
    assert_eq!(agreement["issuer"]["kind"], "better-auth-jwt");
    assert_eq!(agreement["issuer"]["algorithms"][0], "EdDSA");
    assert_eq!(agreement["verifier"]["kind"], "shared-secret");
    assert_eq!(agreement["verifier"]["algorithms"][0], "HS256");
    assert_eq!(agreement["verifier"]["at"][0]["file"], "api/main.py");
    assert_eq!(report["agreements"][0], *agreement);
    let route = &report["routes"][0];
    for (key, value) in [
        ("api", "api/main.py:app"),
        ("method", "GET"),
        ("path", "/tasks"),
        ("handler", "list_tasks"),
        ("file", "api/main.py"),
        ("authentication", "required"),
        ("ownership", "unknown"),
    ] {
        assert_eq!(route[key], value);
    }
    let finding = &report["findings"][0];
    assert_eq!(finding["rule"], "algorithm-mismatch");
    assert_eq!(finding["related"][0]["file"], "web/lib/auth.ts");
}

#[test]
fn a_header_that_the_reader_did_not_follow_is_not_told_to_be_missing() {
    let page = "export default async function Page() {\n  \
        await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`)\n  return null\n}\n";
    let silent = Tree::new()
        .file("web/package.json", WEB)
        .file("web/app/page.tsx", page)
        .api("api");
    assert_eq!(silent.json()["agreement"]["verdict"], "refused");
    let spoken = silent.file(
        "web/public/boot.js",
        "window.boot({ name: 'Authorization' })\n",
    );
    assert_eq!(spoken.json()["agreement"]["verdict"], "unknown");
}

#[test]
fn one_open_call_of_a_front_end_that_was_hardly_read_decides_nothing() {
    use std::fmt::Write as _;
    let mut api = API
        .replace("KEY", "keys.get_signing_key_from_jwt(token).key")
        .replace("REST", "algorithms=[\"EdDSA\"]");
    for number in 0..8 {
        write!(
            api,
            "\n@app.get('/part{number}')\ndef part{number}(user=Depends(current_user)): return []\n"
        )
        .unwrap();
    }
    api.push_str("\n@app.get('/about')\ndef about(): return {}\n");
    let report = Tree::new()
        .file("web/package.json", WEB)
        .file(
            "web/app/page.tsx",
            "export const about = () => fetch(`${process.env.NEXT_PUBLIC_API_URL}/about`)\n",
        )
        .file("api/main.py", api)
        .json();
    assert_eq!(report["agreement"]["verdict"], "unknown");
}

#[test]
fn each_of_two_pairs_has_its_own_verdict() {
    let report = Tree::new()
        .web("one/web")
        .api("one/api")
        .web("two/web")
        .secret_api("two/api")
        .json();
    let verdict = |root: &str| {
        let agreements = report["agreements"].as_array().unwrap();
        let found = agreements.iter().find(|it| it["api_root"] == root).unwrap();
        (found["web_root"].clone(), found["verdict"].clone())
    };
    assert_eq!(verdict("one/api"), ("one/web".into(), "accepted".into()));
    assert_eq!(verdict("two/api"), ("two/web".into(), "refused".into()));
}

#[test]
fn without_a_front_end_the_api_is_judged_alone() {
    let said = Tree::new().api("api").run(&["check"]);
    assert_eq!(said.code, 0);
    assert!(
        said.stdout.contains("no front end was found"),
        "{}",
        said.stdout
    );
    assert!(
        said.stdout.contains("1 route: 1 required"),
        "{}",
        said.stdout
    );
}

#[test]
fn without_an_api_nothing_is_said_to_be_safe() {
    let said = Tree::new().web("web").run(&["check"]);
    assert_eq!(said.code, 0);
    assert!(
        said.stdout.contains("no FastAPI application was found"),
        "{}",
        said.stdout
    );
    assert!(!said.stdout.contains("accepted"));
}

#[test]
fn a_folder_without_sources_is_no_clean_one() {
    let tree = Tree::new();
    let said = tree.run(&["check"]);
    assert_eq!(said.code, 2);
    assert!(
        said.stderr
            .contains("`.` holds no Python, TypeScript or JavaScript source"),
        "{}",
        said.stderr
    );
    let tree = tree.file("hello.py", "print('hello')");
    let said = tree.run(&["check"]);
    assert_eq!(said.code, 2);
    assert!(
        said.stdout
            .contains("neither a front end nor a FastAPI application"),
        "{}",
        said.stdout
    );
    let report = tree.run(&["check", "--format", "json"]).stdout;
    assert!(report.contains("\"verdict\": \"unknown\""), "{report}");
}

#[test]
fn a_folder_that_is_missing_or_a_file_cannot_be_checked() {
    let tree = Tree::new().file("note.txt", "");
    for (name, why) in [
        ("nowhere", "does not exist"),
        ("note.txt", "is not a folder"),
    ] {
        for command in ["check", "routes"] {
            let said = tree.run(&[command, name]);
            assert_eq!(said.code, 2);
            assert_eq!(said.stdout, "");
            assert!(
                said.stderr.contains(why) && said.stderr.contains(name),
                "{}",
                said.stderr
            );
        }
    }
}

#[test]
fn fail_on_decides_the_exit_code() {
    let warned = Tree::new().file(
        "api/main.py",
        "from fastapi import FastAPI, Response\nfrom fastapi.middleware.cors import CORSMiddleware\napp = FastAPI()\n\
         app.add_middleware(CORSMiddleware, allow_origins=['*'], allow_credentials=True)\n\
         @app.get('/')\ndef root(response: Response):\n    response.set_cookie('seen', 'yes')\n    return {}\n",
    );
    for (threshold, code) in [("error", 0), ("warning", 1), ("note", 1), ("never", 0)] {
        assert_eq!(
            warned.run(&["check", "--fail-on", threshold]).code,
            code,
            "{threshold}"
        );
    }
    let broken = Tree::new().web("web").secret_api("api");
    assert_eq!(broken.run(&["check", "--fail-on", "never"]).code, 0);
    assert_eq!(broken.run(&["check", "--fail-on", "often"]).code, 2);
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_is_read() {
    let tree = Tree::new()
        .api("api")
        .file("api/null.py", b"a = 1\0")
        .file("api/latin.py", b"name = 'caf\xe9'\n")
        .file("api/broken.py", "def (:\n")
        .file("api/huge.py", vec![b'#'; (5 << 20) + 1])
        .file("web/latin.ts", b"const name = 'caf\xe9'\n");
    let report = tree.json();
    let unread: Vec<_> = report["unread"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["file"].as_str().unwrap())
        .collect();
    assert_eq!(
        unread,
        [
            "api/broken.py",
            "api/huge.py",
            "api/null.py",
            "web/latin.ts"
        ]
    );
    assert_eq!(report["routes"].as_array().unwrap().len(), 1);
    let said = tree.run(&["check"]);
    assert!(
        said.stderr
            .contains("api/null.py: not read: it holds null bytes"),
        "{}",
        said.stderr
    );
    assert!(
        said.stderr.contains("unread: 1 more: --all"),
        "{}",
        said.stderr
    );
}

#[test]
fn what_tools_fetch_and_what_git_ignores_is_no_part_of_it() {
    let open =
        "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/x')\ndef x():\n    return 1\n";
    let tree = Tree::new()
        .api("api")
        .file("api/.venv/lib/main.py", open)
        .file("api/venv/main.py", open)
        .file("node_modules/x/main.py", open)
        .file(".git/HEAD", "ref: refs/heads/main\n")
        .file(".gitignore", "out/\n")
        .file("out/main.py", open);
    assert_eq!(tree.json()["routes"].as_array().unwrap().len(), 1);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let tree = Tree::new().api("api");
    std::os::unix::fs::symlink(tree.path(), tree.path().join("api/again")).unwrap();
    std::os::unix::fs::symlink("nowhere", tree.path().join("api/gone.py")).unwrap();
    assert_eq!(tree.json()["routes"].as_array().unwrap().len(), 1);
}

#[test]
fn routes_are_listed_with_what_guards_them() {
    let tree = Tree::new().api("api");
    let said = tree.run(&["routes"]);
    assert_eq!(said.code, 0);
    assert_eq!(
        said.stdout,
        "api/main.py:app\nGET  /tasks  list_tasks  required: current_user  api/main.py:20\n"
    );
    let rows: Value =
        serde_json::from_str(&tree.run(&["routes", "--format", "json"]).stdout).unwrap();
    assert_eq!(rows["routes"][0]["guards"][0]["name"], "current_user");
}

#[test]
fn a_rule_is_explained_and_a_misspelt_one_is_guessed() {
    let tree = Tree::new();
    let said = tree.run(&["explain", "hardcoded-secret"]);
    assert_eq!(said.code, 0);
    for part in [
        "hardcoded-secret (error, secrets)\n",
        "**bad**: `backend/main.py`",
        "**good**: `backend/main.py`",
    ] {
        assert!(said.stdout.contains(part), "{part}");
    }
    let said = tree.run(&["explain", "hardcoded-secrets"]);
    assert_eq!(said.code, 2);
    assert!(
        said.stderr.contains("did you mean `hardcoded-secret`?"),
        "{}",
        said.stderr
    );
}

#[test]
fn colours_are_given_where_they_are_asked_for() {
    let tree = Tree::new().web("web").secret_api("api");
    let escapes = |color: &str| {
        tree.run(&["check", "--color", color])
            .stdout
            .contains('\u{1b}')
    };
    assert!(escapes("always"));
    assert!(!escapes("never"));
    assert!(!escapes("auto"));
}

#[test]
fn no_value_of_a_secret_is_shown() {
    let value = "kept-between-us-9f83";
    let api = API
        .replace(
            "KEY",
            &format!("os.getenv('BETTER_AUTH_SECRET', '{value}')"),
        )
        .replace("REST", "algorithms=['HS256']");
    let tree = Tree::new().web("web").file("api/main.py", api);
    let human = tree.run(&["check", "--all"]);
    assert!(
        human.stdout.contains("hardcoded-secret"),
        "{}",
        human.stdout
    );
    assert!(!human.stdout.contains(value), "{}", human.stdout);
    assert!(!tree.json().to_string().contains(value));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let tree = Tree::new().web("web").secret_api("api");
    for arguments in [&["check"][..], &["check", "--format", "json"], &["rules"]] {
        let mut child = tree
            .command()
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    }
}
