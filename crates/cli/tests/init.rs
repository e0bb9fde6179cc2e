//! The contract that the sources mean, drafted and written.

#![expect(
    clippy::unwrap_used,
    reason = "a builder of folders that fails is a test that fails"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use betroth_contract::{Contract, KeyForm};
use serde_json::Value;
use tempfile::TempDir;

/// A folder with files in it.
struct Tree(TempDir);

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

    /// A front end that signs by itself and calls one route of `port`.
    fn web(self, root: &str, port: u16) -> Self {
        self.file(
            &format!("{root}/package.json"),
            r#"{ "dependencies": { "next": "16.0.0", "better-auth": "1.4.0" } }"#,
        )
        .file(
            &format!("{root}/lib/auth.ts"),
            "import { betterAuth } from 'better-auth'\nimport { jwt } from 'better-auth/plugins'\n\
             export const auth = betterAuth({\n  baseURL: process.env.APP_URL ?? 'http://localhost:3100',\n  \
             basePath: '/auth',\n  plugins: [jwt({ jwt: { audience: 'tasks', expirationTime: '1h',\n    \
             definePayload: ({ user }) => ({ email: user.email, roles: user.roles }) } })],\n})\n",
        )
        .file(
            &format!("{root}/app/page.tsx"),
            &format!(
                "import {{ createAuthClient }} from 'better-auth/react'\nimport {{ jwtClient }} from 'better-auth/client/plugins'\n\
                 const client = createAuthClient({{ plugins: [jwtClient()] }})\n\
                 export default async function Page() {{\n  const {{ data }} = await client.token()\n  \
                 await fetch(`${{process.env.NEXT_PUBLIC_API ?? 'http://localhost:{port}'}}/tasks`,\n    \
                 {{ headers: {{ Authorization: `Bearer ${{data?.token}}` }} }})\n  return null\n}}\n"
            ),
        )
    }

    /// An API that verifies with a key set, and has an open route of each kind.
    fn api(self, root: &str) -> Self {
        self.file(&format!("{root}/pyproject.toml"), "").file(
            &format!("{root}/app/main.py"),
            "import os\nimport jwt\nfrom fastapi import Depends, FastAPI, HTTPException\nfrom fastapi.security import HTTPBearer\n\
             bearer = HTTPBearer()\nkeys = jwt.PyJWKClient(os.environ['JWKS_URL'])\n\
             def person(credentials=Depends(bearer)):\n    token = credentials.credentials\n    try:\n        \
             return jwt.decode(token, keys.get_signing_key_from_jwt(token).key, algorithms=['EdDSA'])\n    \
             except jwt.PyJWTError:\n        raise HTTPException(status_code=401)\n\
             app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)\n\
             @app.get('/tasks')\ndef tasks(user=Depends(person)):\n    return []\n\
             @app.get('/health')\ndef health():\n    return {}\n\
             @app.get('/reports')\ndef reports():\n    return open('reports').read()\n",
        )
    }

    fn run(&self, arguments: &[&str]) -> Said {
        said(&mut self.command(arguments))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_betroth"));
        command.arg("init").args(arguments).current_dir(&self.0);
        command
    }

    fn contract(&self) -> Contract {
        let text = fs::read_to_string(self.path()).unwrap();
        Contract::parse(&text, "betroth.toml").unwrap()
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("betroth.toml")
    }

    /// The names at the top of the folder.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

struct Said {
    code: i32,
    stdout: String,
    stderr: String,
}

fn said(command: &mut Command) -> Said {
    let output = command.stdin(Stdio::null()).output().unwrap();
    Said {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn the_broken_example_gets_the_contract_that_its_front_end_means() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let said = said(
        Command::new(env!("CARGO_BIN_EXE_betroth"))
            .args(["init", "examples/broken", "--dry-run"])
            .current_dir(&root),
    );
    assert_eq!(said.code, 0);
    assert!(!root.join("examples/broken/betroth.toml").exists());
    insta::assert_snapshot!(said.stdout);
    insta::assert_snapshot!(said.stderr, @"
      front end `web`, API `api`
      keys: 11 read, 3 guessed, 5 to fill in
    ");
}

#[test]
fn what_the_plugin_is_told_stands_in_the_contract() {
    let tree = Tree::new().web("web", 8100).api("api");
    let said = tree.run(&[]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stdout.starts_with("wrote `betroth.toml`\n"));
    insta::assert_snapshot!(fs::read_to_string(tree.path()).unwrap());
    let contract = tree.contract();
    assert_eq!(contract.keys.form(), KeyForm::Jwks);
    assert_eq!(contract.routes.len(), 1);
    assert_eq!(tree.names(), ["api", "betroth.toml", "web"]);
}

#[test]
fn what_no_source_tells_comes_from_flags() {
    let tree = Tree::new().web("web", 8000).api("api");
    let said = tree.run(&[
        "--issuer",
        "https://app.example.com",
        "--api-url",
        "https://api.example.com",
        "--audience",
        "everyone",
    ]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let text = fs::read_to_string(tree.path()).unwrap();
    let (_, production) = text.split_once("\n[deployment.production]\n").unwrap();
    assert_eq!(
        production,
        "issuer.base_url = \"https://app.example.com\"\napi.url = \"https://api.example.com\"\n\
         web.origins = [\"https://app.example.com\"]  # guess: Better Auth runs in the front end\n"
    );
    assert!(text.contains("audience = \"everyone\"\n"));
    assert!(tree.contract().deployment("production").is_some());
}

#[test]
fn a_flag_that_is_no_address_is_refused_before_anything_is_read() {
    let tree = Tree::new();
    let said = tree.run(&["nowhere", "--issuer", "app.example.com"]);
    assert_eq!(said.code, 2);
    for part in ["--issuer", "no address of `http` or `https`"] {
        assert!(said.stderr.contains(part), "{part} in\n{}", said.stderr);
    }
}

#[test]
fn a_contract_that_is_there_is_kept_unless_it_may_be_overwritten() {
    let tree = Tree::new()
        .web("web", 8000)
        .api("api")
        .file("betroth.toml", "schema = 1\n");
    let said = tree.run(&[]);
    assert_eq!(said.code, 2);
    assert_eq!(
        said.stderr,
        "error: `betroth.toml` is there already; `--dry-run` shows what would be written, `--force` overwrites it\n"
    );
    assert_eq!(fs::read_to_string(tree.path()).unwrap(), "schema = 1\n");
    assert_eq!(tree.run(&["--dry-run"]).code, 0);
    assert_eq!(fs::read_to_string(tree.path()).unwrap(), "schema = 1\n");
    assert_eq!(tree.run(&["--force"]).code, 0);
    assert_eq!(tree.contract().apis.iter().len(), 1);
}

#[test]
fn nothing_is_left_behind_where_the_file_cannot_be_written() {
    let tree = Tree::new()
        .web("web", 8000)
        .api("api")
        .file("betroth.toml/note", "");
    let said = tree.run(&["--force"]);
    assert_eq!(said.code, 2);
    assert!(
        said.stderr
            .starts_with("error: `betroth.toml` cannot be written: "),
        "{}",
        said.stderr
    );
    assert_eq!(tree.names(), ["api", "betroth.toml", "web"]);
}

#[test]
fn of_several_pairs_one_is_taken_and_the_others_are_named() {
    let tree = Tree::new()
        .web("one/web", 8001)
        .api("one/api")
        .web("two/web", 8002)
        .api("two/api");
    let said = tree.run(&["--dry-run"]);
    assert!(
        said.stderr
            .contains("another pair: `--web two/web --api two/api`"),
        "{}",
        said.stderr
    );
    let said = tree.run(&["--web", "./two/web/"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(
        said.stdout.contains("front end `two/web`, API `two/api`\n"),
        "{}",
        said.stdout
    );
    assert!(!said.stdout.contains("another pair"));
    let said = tree.run(&["--api", "three", "--dry-run"]);
    assert_eq!(said.code, 2);
    assert!(
        said.stderr.contains(
            "error: `--api three`: no FastAPI application was found there; there is `one/api`, `two/api`"
        ),
        "{}",
        said.stderr
    );
}

#[test]
fn one_side_alone_gets_its_half() {
    let tree = Tree::new().api("api");
    assert_eq!(tree.run(&[]).code, 0);
    let contract = tree.contract();
    assert!(contract.web.is_none());
    assert_eq!(contract.keys.form(), KeyForm::Jwks);
    let api = contract.apis.named("main").unwrap();
    assert_eq!(api.root.as_str(), "api");
    assert_eq!(api.app.module, "app.main");
    let tree = Tree::new().web("web", 8000);
    assert_eq!(tree.run(&[]).code, 0);
    assert_eq!(tree.contract().apis.iter().len(), 0);
}

#[test]
fn where_nothing_is_found_nothing_is_written() {
    let tree = Tree::new().file("note.txt", "");
    for (folder, why) in [
        (".", "`.` holds no Python, TypeScript or JavaScript source"),
        ("nowhere", "`nowhere` does not exist"),
        ("note.txt", "`note.txt` is not a folder"),
    ] {
        let said = tree.run(&[folder]);
        assert_eq!(said.code, 2);
        assert!(said.stderr.contains(why), "{}", said.stderr);
    }
    assert_eq!(tree.names(), ["note.txt"]);
}

#[test]
fn programs_get_each_key_with_what_it_rests_on() {
    let tree = Tree::new().web("web", 8000).api("api");
    let said = tree.run(&["--dry-run", "--format", "json"]);
    let object: Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(object["schema"], 1);
    assert_eq!(object["written"], false);
    assert_eq!(object["web_root"], "web");
    assert_eq!(object["api_root"], "api");
    let keys = object["keys"].as_array().unwrap();
    let key = |name: &str| keys.iter().find(|it| it["key"] == name).unwrap();
    assert_eq!(key("token.lifetime")["value"], "\"1h\"");
    assert_eq!(key("token.lifetime")["basis"], "read");
    assert_eq!(key("token.lifetime")["file"], "web/lib/auth.ts");
    assert_eq!(key("web.origins")["basis"], "guess");
    assert_eq!(key("deployment.production.api.url")["basis"], "open");
    assert_eq!(tree.names(), ["api", "web"]);
    Contract::parse(object["text"].as_str().unwrap(), "betroth.toml").unwrap();
}

#[cfg(unix)]
#[test]
fn on_a_terminal_it_asks_until_the_answer_is_an_address() {
    let tree = Tree::new().web("web", 8000).api("api");
    let answers = tree.0.path().join("answers");
    fs::write(&answers, "app.example.com\nhttps://app.example.com\n\n").unwrap();
    // `script` puts a terminal between the answers and the program.
    let ran = Command::new("script")
        .args(["-qec", &format!("{} init", env!("CARGO_BIN_EXE_betroth"))])
        .arg("/dev/null")
        .current_dir(&tree.0)
        .stdin(fs::File::open(&answers).unwrap())
        .output();
    let Ok(output) = ran else {
        println!("skipped: there is no `script`");
        return;
    };
    let shown = String::from_utf8(output.stdout).unwrap();
    for part in [
        "Address of the issuer in production",
        "no address of `http` or `https`",
        "Address of the API in production",
        "wrote `betroth.toml`",
    ] {
        assert!(shown.contains(part), "{part} in\n{shown}");
    }
    let text = fs::read_to_string(tree.path()).unwrap();
    assert!(text.contains("\nissuer.base_url = \"https://app.example.com\"\n"));
    assert!(text.contains("\n# api.url = "));
}

#[cfg(feature = "corpus")]
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the environment names what is no part of the repository"
)]
fn every_repository_gets_a_contract_that_holds() {
    let folder = std::env::var_os("BETROTH_SOURCES").expect("BETROTH_SOURCES names the folder");
    let mut seen = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let said = said(
            Command::new(env!("CARGO_BIN_EXE_betroth"))
                .args(["init", "--dry-run"])
                .arg(&path),
        );
        assert_eq!(said.code, 0, "{}: {}", path.display(), said.stderr);
        Contract::parse(&said.stdout, "betroth.toml").unwrap();
        seen += 1;
    }
    assert!(seen > 0);
}
