use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A front end with Better Auth and an API without a guard, with a contract above both.
pub(crate) struct Project(TempDir);

/// What a run said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

const CONTRACT: &str = r#"schema = 1

[issuer]
base_url = { env = "BETTER_AUTH_URL", development = "http://localhost:3000" }

[web]
root = "web"

[api]
root = "api"
app = "app.main:app"

[[route]]
methods = ["GET"]
path = "/health"
access = "public"
"#;

const AUTH: &str = r#"import { betterAuth } from "better-auth";
import { admin } from "better-auth/plugins";
import { nextCookies } from "better-auth/next-js";

export const auth = betterAuth({
  baseURL: process.env.BETTER_AUTH_URL,
  emailAndPassword: { enabled: true },
  plugins: [admin(), nextCookies()],
});
"#;

const PAGE: &str = r#""use client";

import { makeAuthenticatedRequest } from "../lib/api";

export default function Notes() {
  async function load() {
    const response = await makeAuthenticatedRequest("/notes");
    console.log((await response.json()).length);
  }
  return <button onClick={load}>notes</button>;
}
"#;

const MAIN: &str = r#""""Notes."""

from fastapi import FastAPI

from app import notes

app = FastAPI(title="Notes")
app.include_router(notes.router)


@app.get("/health")
def health() -> str:
    return "ok"
"#;

const NOTES: &str = r#"from pathlib import Path

from fastapi import APIRouter

router = APIRouter(prefix="/notes")


@router.get("")
def notes() -> list[str]:
    return Path("notes.txt").read_text().splitlines()
"#;

impl Project {
    /// Keys from the issuer's key set.
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
            .file("betroth.toml", CONTRACT)
            .file(
                "web/package.json",
                r#"{ "dependencies": { "next": "16.4.5", "react": "19.3.1", "better-auth": "1.7.7" } }"#,
            )
            .file("web/lib/auth.ts", AUTH)
            .file("web/app/page.tsx", PAGE)
            .file("api/requirements.txt", "fastapi\n")
            .file("api/app/__init__.py", "")
            .file("api/app/main.py", MAIN)
            .file("api/app/notes.py", NOTES)
    }

    /// A secret that both sides hold.
    pub(crate) fn with_secret() -> Self {
        let contract = CONTRACT.replace("[web]", "[keys]\nform = \"shared-secret\"\n\n[web]");
        Self::new().file("betroth.toml", &contract)
    }

    /// A route handler that holds the tokens of pages.
    pub(crate) fn with_handler() -> Self {
        let contract = CONTRACT.replace("root = \"web\"", "root = \"web\"\ntransport = \"proxy\"");
        Self::new().file("betroth.toml", &contract)
    }

    pub(crate) fn file(self, path: &str, text: &str) -> Self {
        self.write(path, text);
        self
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// The text of a file; `None` where there is none.
    pub(crate) fn text(&self, path: &str) -> Option<String> {
        fs::read_to_string(self.path(path)).ok()
    }

    /// Every file with its text, in the order of their paths.
    pub(crate) fn everything(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut found = Vec::new();
        let mut folders = vec![self.0.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    found.push((path.clone(), fs::read(path).unwrap()));
                }
            }
        }
        found.sort();
        found
    }

    /// `betroth apply` with further arguments, asked of nobody.
    pub(crate) fn apply(&self, arguments: &[&str]) -> Said {
        let mut all = vec!["apply"];
        all.extend(arguments);
        self.betroth(&all)
    }

    /// `betroth apply --yes`, which has nothing to complain about.
    pub(crate) fn applied(self) -> Self {
        let said = self.apply(&["--yes"]);
        assert_eq!(said.code, Some(0), "{said:?}");
        self
    }

    /// Puts a patch onto the files by git, which has to take it.
    pub(crate) fn patched(&self, patch: &str) {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(&file, patch).unwrap();
        let git = Command::new("git")
            .arg("apply")
            .arg(file.path())
            .current_dir(&self.0)
            .env("GIT_CEILING_DIRECTORIES", self.0.path())
            .output()
            .unwrap();
        assert!(git.status.success(), "{git:?}");
    }

    pub(crate) fn betroth(&self, arguments: &[&str]) -> Said {
        let output = Command::new(env!("CARGO_BIN_EXE_betroth"))
            .args(arguments)
            .current_dir(&self.0)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Said {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
