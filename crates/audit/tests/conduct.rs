//! What the rules say of code that nearly does the right thing.

use betroth_audit::{Tree, audit};

const PACKAGE: &str = r#"{ "dependencies": { "next": "16.0.0" } }"#;
const LOGIN: &str = r#"
export async function login(body: string) {
  const answer = await fetch(`${process.env.NEXT_PUBLIC_API_URL}/login`, { method: "POST", body })
  const { access_token } = await answer.json()
  localStorage.setItem("access_token", access_token)
}
"#;

/// The findings of a rule: where, and what.
fn findings(rule: &str, files: &[(&str, &str)]) -> Vec<String> {
    let files = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
    let audit = audit(&Tree::of(files));
    let found = audit.report.findings().iter().filter(|it| it.rule == rule);
    found
        .map(|it| format!("{}:{} {}", it.place.file, it.place.line, it.message))
        .collect()
}

fn page(leaving: &str) -> String {
    format!(
        "import {{ login }} from \"../lib/login\"
export default function Page() {{
  return <button onClick={{() => {{ login(\"\"); {leaving} }}}}>go</button>
}}"
    )
}

#[test]
fn signing_out_removes_the_entry_in_which_the_token_is_kept() {
    let with = |leaving: &str| {
        let page = page(leaving);
        findings(
            "storage-key-mismatch",
            &[
                ("web/package.json", PACKAGE),
                ("web/lib/login.ts", LOGIN),
                ("web/app/page.tsx", &page),
            ],
        )
    };
    assert_eq!(
        with("localStorage.removeItem(\"token\")"),
        ["web/app/page.tsx:3 `token` is removed, and the token is kept as `access_token`"]
    );
    let none: [&str; 0] = [];
    for right in [
        "localStorage.removeItem(\"access_token\")",
        "localStorage.removeItem(\"token\"); localStorage.removeItem(\"access_token\")",
        "localStorage.removeItem(\"token\"); localStorage.clear()",
        "localStorage.removeItem(\"theme\")",
    ] {
        assert_eq!(with(right), none, "{right}");
    }
}

fn api(library: &str, arguments: &str) -> String {
    format!(
        "import os
{library}
from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer

app = FastAPI()

def current_user(credentials=Depends(HTTPBearer())):
    return jwt.decode(credentials.credentials, os.environ['SECRET'], algorithms=['HS256'], {arguments})

@app.get('/tasks')
def tasks(user=Depends(current_user)):
    return []
"
    )
}

#[test]
fn an_option_that_the_library_does_not_know_asks_for_nothing() {
    let asked = |library: &str| {
        let main = api(library, "options={'require_exp': True}");
        findings("expiry-optional", &[("api/main.py", &main)]).len()
    };
    assert_eq!(asked("import jwt"), 1);
    assert_eq!(asked("from jose import jwt"), 0);
}

#[test]
fn an_issuer_that_is_not_named_is_not_checked_whatever_the_option_says() {
    let rules = |arguments: &str| {
        let main = api("import jwt", arguments);
        ["issuer-unchecked", "verification-disabled"]
            .map(|rule| findings(rule, &[("api/main.py", &main)]).len())
    };
    assert_eq!(rules("options={'verify_iss': False}"), [1, 0]);
    assert_eq!(
        rules("issuer='https://app.example', options={'verify_iss': False}"),
        [0, 1]
    );
}

#[test]
fn a_person_whom_no_middleware_writes_is_the_cause_of_open_routes() {
    let main = "from fastapi import FastAPI, Request
from sqlalchemy.orm import Session
from models import Task, engine

app = FastAPI()

@app.post('/tasks')
def add(request: Request, title: str):
    user = getattr(request.state, 'user', None)
    with Session(engine) as session:
        session.add(Task(title=title, owner=user))
        session.commit()
";
    let files = [("api/main.py".to_owned(), main.to_owned())];
    let audit = audit(&Tree::of(files));
    let causes: Vec<_> = audit
        .report
        .causes()
        .into_iter()
        .filter(|cause| cause.finding.severity != betroth_report::Severity::Note)
        .map(|cause| (cause.finding.rule, cause.finding.place.line))
        .collect();
    assert_eq!(causes, [("verifier-unused", 9)]);
}

#[test]
fn a_language_model_that_anyone_may_ask_is_an_open_door() {
    let chat = |body: &str| {
        let main = format!(
            "import os
import jwt
from agents import Agent, Runner
from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer
from openai import AsyncOpenAI

app = FastAPI()
client = AsyncOpenAI()
agent = Agent(name='guide')

def current_user(credentials=Depends(HTTPBearer())):
    return jwt.decode(credentials.credentials, os.environ['SECRET'], algorithms=['HS256'])

@app.get('/me')
def me(user=Depends(current_user)):
    return user

@app.post('/chat')
async def chat(message: str):
{body}
"
        );
        findings("route-unauthenticated", &[("api/main.py", &main)])
    };
    let open =
        ["api/main.py:20 `POST /chat` hands on to a language model and asks nobody who calls"];
    assert_eq!(chat("    return await Runner.run(agent, message)"), open);
    assert_eq!(
        chat("    return await client.chat.completions.create(model='m', messages=[])"),
        open
    );
    assert_eq!(chat("    return message.upper()"), [""; 0]);
}

#[test]
fn a_session_that_nothing_begins_is_known_by_the_login_of_the_api() {
    let auth = r#"
import { betterAuth } from "better-auth"
import { jwt } from "better-auth/plugins"
export const auth = betterAuth({ plugins: [jwt({ jwt: { definePayload: ({ user }) => ({ email: user.email }) } })] })
"#;
    let client = r#"
import { createAuthClient } from "better-auth/react"
export const authClient = createAuthClient()
"#;
    let route = r#"
import { toNextJsHandler } from "better-auth/next-js"
import { auth } from "../../../lib/auth"
export const { GET, POST } = toNextJsHandler(auth)
"#;
    let main = "from fastapi import FastAPI

app = FastAPI()

@app.post('/login')
def login(email: str, password: str):
    return {}
";
    let with = |page: &str| {
        let files = [
            (
                "web/package.json",
                r#"{ "dependencies": { "next": "16.0.0", "better-auth": "1.7.7" } }"#,
            ),
            ("web/lib/auth.ts", auth),
            ("web/lib/auth-client.ts", client),
            ("web/app/api/auth/route.ts", route),
            ("web/app/page.tsx", page),
            ("api/main.py", main),
        ];
        findings("issuer-unused", &files)
    };
    let page = |call: &str| {
        format!(
            "\"use client\"
import {{ authClient }} from \"../lib/auth-client\"
export default function Page() {{
  const load = async () => {{ await authClient.getSession(); {call} }}
  return <button onClick={{load}}>go</button>
}}"
        )
    };
    assert_eq!(
        with(&page(
            "await fetch(`${process.env.NEXT_PUBLIC_API_URL}/login`, { method: \"POST\" })"
        )),
        [
            "web/lib/auth-client.ts:3 Better Auth's session is asked for, and nothing signs anybody in to Better Auth"
        ]
    );
    assert_eq!(
        with(&page("await authClient.signIn.email({ email, password })")),
        [""; 0]
    );
    assert_eq!(
        with(&page(
            "await authClient.signIn.social({ provider: \"github\" })"
        )),
        [""; 0]
    );
}

#[test]
fn two_defaults_of_one_key_are_milder_where_a_file_sets_it() {
    let main = "import os
import jwt
from fastapi import Depends, FastAPI
from fastapi.security import HTTPBearer

app = FastAPI()

def current_user(credentials=Depends(HTTPBearer())):
    return jwt.decode(credentials.credentials, os.getenv('JWT_SECRET', 'one-default'), algorithms=['HS256'])

@app.post('/login')
def login(email: str):
    return {'access_token': jwt.encode({'sub': email}, os.getenv('JWT_SECRET', 'another'), algorithm='HS256')}

@app.get('/tasks')
def tasks(user=Depends(current_user)):
    return []
";
    let page = "\"use client\"
import { login } from \"../lib/login\"
export default function Page() {
  const load = async () => {
    await login(\"\")
    const token = localStorage.getItem(\"access_token\")
    await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: `Bearer ${token}` } })
  }
  return <button onClick={load}>go</button>
}";
    let severity = |environment: &str| {
        let files = [
            ("web/package.json", PACKAGE),
            ("web/lib/login.ts", LOGIN),
            ("web/app/page.tsx", page),
            ("api/main.py", main),
            ("api/.env", environment),
        ];
        let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
        let audit = audit(&Tree::of(files));
        let causes = audit.report.causes();
        let first = causes.first()?.finding;
        (first.rule == "secret-value-mismatch").then_some(first.severity)
    };
    assert_eq!(severity("OTHER=1\n"), Some(betroth_report::Severity::Error));
    assert_eq!(
        severity("JWT_SECRET=set\n"),
        Some(betroth_report::Severity::Warning)
    );
}
