//! The routes of applications that really are imported.
//!
//! `BETROTH_TEST_PYTHON` names an interpreter that has FastAPI; else `python3` is asked. Without FastAPI the stories
//! that need it say so and pass.

#![expect(
    clippy::unwrap_used,
    reason = "a builder of folders that fails is a test that fails"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const AUTH: &str = r#"
import os
import jwt
from fastapi import Depends, HTTPException
from fastapi.security import HTTPBearer

bearer = HTTPBearer()

def current_user(credentials=Depends(bearer)):
    try:
        return jwt.decode(credentials.credentials, os.environ.get("KEY"), algorithms=["HS256"])
    except jwt.PyJWTError:
        raise HTTPException(status_code=401)
"#;

/// Stands in for the library, which is not installed everywhere.
const JWT: &str = "class PyJWTError(Exception): ...\ndef decode(*_, **__): ...\n";

const MAIN: &str = r#"
import importlib
from fastapi import APIRouter, Depends, FastAPI, WebSocket
from starlette.responses import JSONResponse
from starlette.staticfiles import StaticFiles
from app.auth import current_user

print("started with the secret hunter2hunter2")

app = FastAPI()
tasks = APIRouter(prefix="/tasks")
notes = APIRouter(prefix="/{task}/notes")
inner = FastAPI()

@tasks.get("")
def list_tasks():
    return []

@notes.websocket("/live")
async def live(socket: WebSocket):
    await socket.close()

@inner.get("/deep")
def deep():
    return []

@app.get("/open")
def opened():
    return []

@app.get("/withdrawn")
def withdrawn():
    return []

def plain(request):
    return JSONResponse({})

tasks.include_router(notes)
app.include_router(tasks, dependencies=[Depends(current_user)])
app.mount("/v2", inner)
app.mount("/files", StaticFiles(directory="."))
app.add_route("/plain", plain)
app.include_router(importlib.import_module(open("plugin.txt").read()).router)
app.router.routes[:] = [it for it in app.router.routes if getattr(it, "path", "") != "/withdrawn"]
"#;

const LATE: &str = r#"
from fastapi import APIRouter, Depends
from app.auth import current_user

router = APIRouter()

@router.post("/late", dependencies=[Depends(current_user)])
def late():
    return []
"#;

struct Tree(TempDir);

struct Said {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Tree {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(self, path: &str, text: &str) -> Self {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// A served application, with the manifest of its deployment.
    fn api() -> Self {
        Self::new()
            .file("api/requirements.txt", "fastapi\n")
            .file("api/jwt.py", JWT)
            .file("api/app/__init__.py", "")
            .file("api/app/auth.py", AUTH)
            .file("api/plugin.txt", "app.late")
            .file("api/app/late.py", LATE)
            .file("api/app/main.py", MAIN)
    }

    /// A whole application in `main.py`.
    fn main(text: &str) -> Self {
        Self::new().file(
            "main.py",
            &format!("import os, sys\nfrom fastapi import FastAPI\n{text}\n"),
        )
    }

    fn run(&self, python: &str, arguments: &[&str]) -> Said {
        let output = Command::new(env!("CARGO_BIN_EXE_betroth"))
            .current_dir(self.0.path())
            .args(arguments)
            .args(["--python", python])
            .output()
            .unwrap();
        Said {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn json(&self, python: &str, command: &str) -> Value {
        let said = self.run(python, &[command, "--format", "json", "--import"]);
        assert!(matches!(said.code, 0 | 1), "{}", said.stderr);
        serde_json::from_str(&said.stdout).unwrap()
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

/// An interpreter with FastAPI.
#[expect(
    clippy::disallowed_methods,
    reason = "only a test asks for the interpreter of tests"
)]
#[expect(clippy::print_stdout, reason = "a story that is skipped says so")]
fn python() -> Option<String> {
    let python = std::env::var("BETROTH_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has_it = Command::new(&python)
        .args(["-c", "import fastapi"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !has_it {
        println!("skipped: `{python}` has no FastAPI; BETROTH_TEST_PYTHON names one that has");
    }
    has_it.then_some(python)
}

/// `METHOD path handler file:line authentication` of each route.
fn rows(report: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut rows: Vec<String> = report["routes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            format!(
                "{} {} {} {}:{} {}",
                text(&it["method"]),
                text(&it["path"]),
                text(&it["handler"]),
                text(&it["file"]),
                it["line"],
                text(&it["authentication"])
            )
        })
        .collect();
    rows.sort();
    rows
}

#[test]
fn the_table_is_that_of_the_running_application() {
    let Some(python) = python() else { return };
    let report = Tree::api().json(&python, "routes");
    assert_eq!(
        rows(&report),
        [
            "GET /open opened api/app/main.py:28 none",
            "GET /plain plain api/app/main.py:35 none",
            "GET /tasks list_tasks api/app/main.py:16 required",
            "GET /v2/deep deep api/app/main.py:24 none",
            "POST /late late api/app/late.py:8 unknown",
            "WS /tasks/{task}/notes/live live api/app/main.py:20 required",
        ]
    );
}

#[test]
fn both_sides_of_a_difference_are_told_with_their_places() {
    let Some(python) = python() else { return };
    let tree = Tree::api();
    for command in ["routes", "check"] {
        let report = tree.json(&python, command);
        let differences = report["differences"].as_array().unwrap();
        let told: Vec<(&str, &str, &str, u64)> = differences
            .iter()
            .map(|it| {
                (
                    it["kind"].as_str().unwrap(),
                    it["path"].as_str().unwrap(),
                    it["file"].as_str().unwrap(),
                    it["line"].as_u64().unwrap(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("import-only", "/late", "api/app/late.py", 8),
                ("static-only", "/withdrawn", "api/app/main.py", 32),
            ],
            "{command}"
        );
    }
    let said = tree.run(&python, &["routes", "--import"]);
    for line in [
        "only at run time: POST /late  late  api/app/late.py:8\n",
        "only in the sources: GET /withdrawn  withdrawn  api/app/main.py:32\n",
    ] {
        assert!(said.stdout.contains(line), "{line} in\n{}", said.stdout);
    }
}

#[test]
fn a_program_learns_where_a_route_is_from_and_what_is_called_before_it() {
    let Some(python) = python() else { return };
    let report = Tree::api().json(&python, "check");
    let routes = report["routes"].as_array().unwrap();
    assert!(routes.iter().all(|it| it["source"] == "import"));
    let live = routes.iter().find(|it| it["handler"] == "live").unwrap();
    assert_eq!(live["dependencies"][0], "current_user");
    let opened = routes.iter().find(|it| it["handler"] == "opened").unwrap();
    assert_eq!(opened["dependencies"], Value::Array(Vec::new()));
}

#[test]
fn the_run_is_announced_and_what_the_application_prints_is_not_shown() {
    let Some(python) = python() else { return };
    let said = Tree::api().run(&python, &["check", "--import"]);
    assert!(
        said.stderr
            .starts_with("importing `app.main:app` in `./api` with "),
        "{}",
        said.stderr
    );
    assert!(said.stderr.contains("this runs the project's code"));
    assert!(!said.stderr.contains("hunter2") && !said.stdout.contains("hunter2"));
}

#[test]
fn without_the_option_nothing_is_run() {
    let tree = Tree::main("open('ran', 'w')\napp = FastAPI()");
    let output = Command::new(env!("CARGO_BIN_EXE_betroth"))
        .current_dir(tree.path())
        .args(["routes", "--format", "json"])
        .output()
        .unwrap();
    assert!(output.status.success());
    assert!(!tree.path().join("ran").exists());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report.get("differences"), None);
}

#[test]
fn a_factory_is_called() {
    let Some(python) = python() else { return };
    let tree = Tree::main(
        "def create_app():\n    app = FastAPI()\n    @app.get('/made')\n    def made(): ...\n    return app",
    );
    let said = tree.run(&python, &["routes", "--import", "main:create_app"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stdout.contains("GET  /made  made"), "{}", said.stdout);
}

#[test]
fn an_application_is_found_inside_the_middleware_around_it() {
    let Some(python) = python() else { return };
    let tree = Tree::main(
        "from starlette.middleware.cors import CORSMiddleware\nserved = FastAPI()\n@served.get('/held')\ndef held(): ...\napp = CORSMiddleware(served)",
    );
    let said = tree.run(&python, &["routes", "--import", "main:app"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stdout.contains("GET  /held  held"), "{}", said.stdout);
}

/// Each fault with what is said of it.
#[test]
fn an_import_that_fails_is_told_with_its_cure() {
    let Some(python) = python() else { return };
    for (text, parts) in [
        (
            "key = os.environ['NO_SUCH_KEY']\napp = FastAPI()",
            &[
                "at `main.py:3`",
                "KeyError: 'NO_SUCH_KEY'",
                "set the environment variables",
            ][..],
        ),
        (
            "import no_such_package\napp = FastAPI()",
            &[
                "No module named 'no_such_package'",
                "install the requirements",
            ],
        ),
        (
            "sys.exit(3)\napp = FastAPI()",
            &["at `main.py:3`", "SystemExit: 3"],
        ),
        (
            "app = FastAPI()\napp = 3",
            &["is a `int`, not a FastAPI application"],
        ),
        ("app = FastAPI()\ndel app", &["`main` has no `app`"]),
        (
            "app = FastAPI()\nos._exit(4)",
            &["the interpreter ended before it answered"],
        ),
    ] {
        let said = Tree::main(text).run(&python, &["routes", "--import", "main:app"]);
        assert_eq!(said.code, 2, "{text}\n{}", said.stdout);
        for part in parts {
            assert!(said.stderr.contains(part), "{part} in\n{}", said.stderr);
        }
    }
}

#[test]
fn values_of_settings_are_not_shown_where_an_import_fails() {
    let Some(python) = python() else { return };
    for text in [
        "os.environ['KEY'] = 'plainwordsecret'\nraise ValueError('bad key ' + os.environ['KEY'])\napp = FastAPI()",
        "raise ValueError('no postgresql://app:plainwordsecret@db/app')\napp = FastAPI()",
        "from pydantic import BaseModel\nclass Settings(BaseModel):\n    port: int\nSettings(port='plainwordsecret')\napp = FastAPI()",
    ] {
        let said = Tree::main(text).run(&python, &["routes", "--import", "main:app"]);
        assert_eq!(said.code, 2, "{text}");
        assert!(said.stderr.contains("could not be imported"));
        assert!(!said.stderr.contains("plainwordsecret"), "{}", said.stderr);
    }
}

#[test]
fn a_missing_interpreter_is_told() {
    let tree = Tree::main("app = FastAPI()");
    let said = tree.run("./no/such/python", &["check", "--import"]);
    assert_eq!(said.code, 2);
    assert!(
        said.stderr.contains("could not be started"),
        "{}",
        said.stderr
    );
    assert!(said.stderr.contains("`--python PATH`"), "{}", said.stderr);
}
