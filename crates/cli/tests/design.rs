//! The document of a contract, for each form of it, as a stranger reads it.

#![expect(
    clippy::unwrap_used,
    reason = "a builder of folders that fails is a test that fails"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use insta::assert_snapshot;
use quick_xml::Reader;
use quick_xml::events::Event;
use tempfile::TempDir;

const CHAPTERS: [&str; 8] = [
    "Authentication Flow",
    "JWT Token Structure",
    "Frontend Contract",
    "Backend Verification Requirements",
    "Security Considerations",
    "What Was Chosen, and Why",
    "What Is Open",
    "Testing",
];

const SIDES: &str = r#"
[web]
root = "web"

[api]
root = "api"
app = "app.main:app"
"#;

const AUTH: &str = r#"import { betterAuth } from "better-auth";
import { admin, jwt } from "better-auth/plugins";

export const auth = betterAuth({
  baseURL: process.env.BETTER_AUTH_URL,
  emailAndPassword: { enabled: true },
  plugins: [admin(), jwt({ jwt: { definePayload: ({ user }) => ({ email: user.email, name: user.name }) } })],
});
"#;

const MAIN: &str = r#"from fastapi import FastAPI

app = FastAPI()


@app.get("/health")
def health() -> str:
    return "ok"


@app.get("/notes")
def notes() -> list[str]:
    return open("notes.txt").read().splitlines()
"#;

/// Keys from the issuer's key set, with roles, rows and a claim for each fact of its own.
const JWKS: &str = r#"
[issuer]
base_url = { env = "BETTER_AUTH_URL", development = "http://localhost:3000" }

[token]
audience = "https://api.notes.example"
required = ["sub", "iat", "exp", "tier"]

[claims]
roles = "realm_access.roles"

[[route]]
methods = ["GET"]
path = "/health"
access = "public"

[[route]]
path = "/admin/users"
roles = ["admin"]
fresh = "5m"

[[owner]]
model = "app.models.Note"
column = "owner_id"

[deployment.production]
issuer.base_url = "https://notes.example"
"#;

const SECRET: &str = r#"
[issuer]
base_url = "https://notes.example"

[keys]
form = "shared-secret"
"#;

const SESSION: &str = r#"
[issuer]
base_url = { env = "BETTER_AUTH_URL", development = "http://localhost:3000" }

[session]
accept = ["cookie-cache", "session-cookie"]
"#;

const PUBLIC_KEY: &str = r#"
[keys]
form = "public-key"
algorithms = ["ES256"]
"#;

/// A front end and an API with a contract above both.
struct Project(TempDir);

impl Project {
    fn new(contract: &str) -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        let contract = format!("schema = 1\n{SIDES}{contract}");
        for (path, text) in [
            ("betroth.toml", contract.as_str()),
            (
                "web/package.json",
                r#"{ "dependencies": { "next": "16.4.5", "better-auth": "1.7.7" } }"#,
            ),
            ("web/lib/auth.ts", AUTH),
            ("api/requirements.txt", "fastapi\n"),
            ("api/app/__init__.py", ""),
            ("api/app/main.py", MAIN),
        ] {
            let path = project.path(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        project
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    /// The exit code, what is written, and what is said.
    fn design(&self, arguments: &[&str]) -> (i32, String, String) {
        run(self.0.path(), arguments)
    }

    fn markdown(&self) -> String {
        let (code, text, said) = self.design(&[]);
        assert_eq!(code, 0, "{said}");
        text
    }

    fn page(&self) -> String {
        let (code, text, said) = self.design(&["--format", "html"]);
        assert_eq!(code, 0, "{said}");
        text
    }
}

fn run(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_betroth"))
        .arg("design")
        .args(arguments)
        .current_dir(folder)
        .env("BETTER_AUTH_SECRET", "a-value-that-no-document-holds")
        .env("JWT_SECRET", "a-value-that-no-document-holds")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let code = output.status.code().unwrap();
    (code, text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_key_set_is_told_from_login_to_answer() {
    assert_snapshot!(Project::new(JWKS).markdown());
}

#[test]
fn a_shared_secret_is_told_with_its_danger() {
    assert_snapshot!(Project::new(SECRET).markdown());
}

#[test]
fn a_session_is_told_with_its_cookie_and_its_lookup() {
    assert_snapshot!(Project::new(SESSION).markdown());
}

#[test]
fn every_form_has_each_chapter_once_and_in_order() {
    for contract in [JWKS, SECRET, SESSION, PUBLIC_KEY] {
        let text = Project::new(contract).markdown();
        let headings: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("## "))
            .collect();
        assert_eq!(headings, CHAPTERS);
    }
}

#[test]
fn every_claim_of_the_contract_stands_in_the_table() {
    let text = Project::new(JWKS).markdown();
    let (_, table) = text.split_once("| claim | type |").unwrap();
    let (table, _) = table.split_once("### Signature").unwrap();
    for claim in [
        "iss",
        "aud",
        "exp",
        "nbf",
        "iat",
        "jti",
        "sub",
        "email",
        "name",
        "realm_access.roles",
        "permissions",
        "scope",
        "activeOrganizationId",
        "sid",
        "act",
        "tier",
    ] {
        let row = format!("| `{claim}` | ");
        let rows = table.lines().filter(|line| line.starts_with(&row)).count();
        assert_eq!(rows, 1, "{claim}");
    }
}

#[test]
fn what_the_issuer_was_not_told_is_open() {
    let text = Project::new(JWKS).markdown();
    let (_, open) = text.split_once("## What Is Open").unwrap();
    for says in [
        "no `jwt.audience` was read at `web/lib/auth.ts:7`",
        "Who writes `tier`",
        "the contract names `/admin/users`, and no such route was seen",
    ] {
        assert!(open.contains(says), "{says}:\n{open}");
    }
}

#[test]
fn each_form_says_what_is_its_own_and_nothing_of_another() {
    let secret = Project::new(SECRET).markdown();
    assert!(secret.contains("can write a token for anybody"));
    assert!(!secret.contains("jwks`"), "a shared secret has no key set");
    let jwks = Project::new(JWKS).markdown();
    assert!(!jwks.contains("JWT_SECRET"));
    assert!(!jwks.contains("The session credential"));
    let session = Project::new(SESSION).markdown();
    assert!(session.contains("`DATABASE_URL`"));
    let key = Project::new(PUBLIC_KEY).markdown();
    assert!(key.contains("`BETTER_AUTH_PUBLIC_KEY`"));
    assert!(key.contains("R and S one after the other, 64 bytes"));
    assert!(!key.contains("Fetching the key set"));
}

#[test]
fn a_page_is_well_formed_and_needs_nothing_else() {
    for contract in [JWKS, SECRET, SESSION, PUBLIC_KEY] {
        let page = Project::new(contract).page();
        let mut reader = Reader::from_str(&page);
        let (mut ids, mut links, mut headings) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            let event = reader.read_event().unwrap();
            let (Event::Start(element) | Event::Empty(element)) = event else {
                if event == Event::Eof {
                    break;
                }
                continue;
            };
            let name = String::from_utf8(element.name().as_ref().to_vec()).unwrap();
            assert!(
                !["script", "link", "img", "iframe", "object", "image", "use"]
                    .contains(&name.as_str()),
                "{name}"
            );
            if let Some(level) = name.strip_prefix('h').and_then(|it| it.parse::<u32>().ok()) {
                headings.push(level);
            }
            for attribute in element.attributes() {
                let attribute = attribute.unwrap();
                let value = String::from_utf8(attribute.value.to_vec()).unwrap();
                match attribute.key.as_ref() {
                    b"id" => ids.push(value),
                    b"href" => links.push(value),
                    b"src" | b"srcset" | b"style" => panic!("{value}"),
                    _ => {}
                }
            }
        }
        for link in links {
            // What a person may follow is no part of the page.
            let within = link.strip_prefix('#');
            assert!(
                within.map_or(link.starts_with("https://"), |id| ids
                    .contains(&id.to_owned())),
                "{link}"
            );
        }
        ids.sort();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count, "an id stands twice");
        assert_eq!(headings.iter().filter(|it| **it == 1).count(), 1);
        assert!(
            headings.windows(2).all(|two| two[1] <= two[0] + 1),
            "{headings:?}"
        );
        let (_, style) = page.split_once("<style>").unwrap();
        let (style, _) = style.split_once("</style>").unwrap();
        assert!(!style.contains("url(") && !style.contains("@import"));
    }
}

#[test]
fn the_drawing_has_each_message_of_the_steps() {
    let project = Project::new(JWKS);
    let text = project.markdown();
    let page = project.page();
    let (_, drawing) = page.split_once("<svg").unwrap();
    let (drawing, _) = drawing.split_once("</svg>").unwrap();
    let steps = text.lines().filter(|line| {
        line.split_once(". ")
            .is_some_and(|(number, _)| number.parse::<usize>().is_ok())
    });
    let steps = steps.count();
    assert!(steps > 8);
    for number in 1..=steps {
        assert!(drawing.contains(&format!(">{number}. ")), "step {number}");
    }
    assert!(!drawing.contains(&format!(">{}. ", steps + 1)));
}

#[test]
fn a_folder_gets_both_forms_and_a_file_the_one_of_its_ending() {
    let project = Project::new(JWKS);
    fs::create_dir(project.path("docs")).unwrap();
    assert_eq!(
        project.design(&["--out", "docs"]),
        (
            0,
            String::new(),
            "wrote `docs/authentication.md`\nwrote `docs/authentication.html`\n".to_owned()
        )
    );
    let written = fs::read_to_string(project.path("docs/authentication.md")).unwrap();
    assert_eq!(written, project.markdown());
    assert_eq!(project.design(&["--out", "auth.html"]).0, 0);
    let written = fs::read_to_string(project.path("auth.html")).unwrap();
    assert_eq!(written, project.page());
}

#[test]
fn a_deployment_has_its_own_values() {
    let project = Project::new(JWKS);
    let (code, text, _) = project.design(&["--deployment", "production"]);
    assert_eq!(code, 0);
    assert!(text.contains("| `iss` | `https://notes.example` |"));
    assert!(!text.contains("localhost:3000"));
    let (code, text, said) = project.design(&["--deployment", "staging"]);
    assert_eq!((code, text.as_str()), (2, ""));
    assert_snapshot!(said, @"error: `betroth.toml` has no `[deployment.staging]`; it has `production`");
}

#[test]
fn what_cannot_be_done_is_said_and_nothing_is_written() {
    let project = Project::new(JWKS);
    let said = |arguments: &[&str]| {
        let (code, text, said) = project.design(arguments);
        assert_eq!((code, text.as_str()), (2, ""));
        said
    };
    assert_snapshot!(said(&["--out", "nowhere"]), @"error: `nowhere` is no folder that is there, and no file ending in `.md` or `.html`; name one of these, or give `--format`");
    assert_snapshot!(said(&["--out", "a.md", "--format", "html"]), @"error: `a.md` is to be HTML, and its ending says Markdown; leave `--format` out, or name another file");
    assert_snapshot!(said(&["--out", "no/folder/a.md"]), @"error: there is no folder `no/folder` to write into; make it first");
    fs::remove_file(project.path("betroth.toml")).unwrap();
    assert_snapshot!(said(&[]), @"error: `.` holds no `betroth.toml`; `betroth init` writes the one that the sources mean already");
    fs::write(project.path("betroth.toml"), "[issuer").unwrap();
    assert!(said(&[]).contains("the contract is no TOML"));
    assert_snapshot!(said(&["missing"]), @"error: `missing` cannot be read: No such file or directory (os error 2)");
}

#[test]
fn no_value_of_the_environment_stands_in_a_document() {
    for contract in [JWKS, SECRET, SESSION, PUBLIC_KEY] {
        let project = Project::new(contract);
        for text in [project.markdown(), project.page()] {
            assert!(!text.contains("a-value-that-no-document-holds"));
        }
    }
}
