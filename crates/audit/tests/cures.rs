//! Each cure mends what its rule finds, and changes nothing else.

use std::collections::BTreeMap;

use betroth_audit::{Audit, Tree, audit};
use betroth_report::Mended;

type Files = BTreeMap<String, String>;

fn files(files: &[(&str, &str)]) -> Files {
    files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect()
}

fn look(files: &Files) -> Audit {
    audit(&Tree::of(
        files
            .iter()
            .map(|(path, text)| (path.clone(), text.clone())),
    ))
}

fn speaks(audit: &Audit, rule: &str) -> bool {
    audit.report.findings().iter().any(|it| it.rule == rule)
}

/// The files after the cures of one rule, which is silent then; no route answers in another way than before.
fn mended(before: &Files, rule: &str, cure: &str) -> Files {
    let audit = look(before);
    assert!(speaks(&audit, rule), "{rule} is not found");
    let mended = Mended::by(&audit.report, |file| before.get(file).map(String::as_str));
    assert!(
        mended.taken.contains_key(cure),
        "{cure}: {:?}",
        mended.taken
    );
    let mut after = before.clone();
    after.extend(mended.files);
    let now = look(&after);
    assert_eq!(now.unread, [], "{after:#?}");
    assert!(!speaks(&now, rule), "{rule} is still found: {after:#?}");
    let routes = |audit: &Audit| {
        let routes = audit.apis().flat_map(|api| &api.routes);
        let told = routes.map(|it| (it.path.clone(), it.authentication.word()));
        told.collect::<Vec<_>>()
    };
    assert_eq!(routes(&audit), routes(&now));
    after
}

/// The two sides of the page of a rule that is mended.
fn page(rule: &str) -> Files {
    let rule = betroth_audit::rules::Rule::named(rule);
    let examples = rule
        .into_iter()
        .flat_map(betroth_audit::rules::Rule::examples);
    let bad = examples.filter(|example| example.bad).take(1);
    bad.flat_map(|example| example.files).collect()
}

/// The lines that differ, each with `-` or `+`.
fn change(before: &Files, after: &Files) -> String {
    let mut change: Vec<String> = Vec::new();
    for (path, text) in after {
        let old = before.get(path).map_or("", String::as_str);
        for line in old
            .lines()
            .filter(|line| !text.lines().any(|new| new == *line))
        {
            change.push(format!("-{line}\n"));
        }
        for line in text
            .lines()
            .filter(|line| !old.lines().any(|new| new == *line))
        {
            change.push(format!("+{line}\n"));
        }
    }
    change.concat()
}

#[test]
fn a_token_gets_its_scheme() {
    let before = page("authorization-scheme-missing");
    let after = mended(&before, "authorization-scheme-missing", "bearer-prefix");
    assert_eq!(
        change(&before, &after),
        "-  await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: data.token } })
+  await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: `Bearer ${data.token}` } })
"
    );
}

#[test]
fn a_call_by_cookie_takes_the_cookie_along() {
    let before = page("credentials-not-included");
    let after = mended(&before, "credentials-not-included", "credentials-included");
    assert_eq!(
        change(&before, &after),
        "-  const answer = await fetch(\"https://api.example.com/tasks\")
+  const answer = await fetch(\"https://api.example.com/tasks\", { credentials: \"include\" })
"
    );
}

#[test]
fn the_cookie_is_read_by_both_its_names() {
    let before = page("cookie-prefix-unhandled");
    let after = mended(&before, "cookie-prefix-unhandled", "both-cookie-names");
    assert_eq!(
        change(&before, &after),
        "-    token = request.cookies.get(\"better-auth.session_token\")
+    token = (request.cookies.get(\"__Secure-better-auth.session_token\") or request.cookies.get(\"better-auth.session_token\"))
"
    );
}

#[test]
fn cors_moves_behind_what_refuses() {
    let before = page("cors-inside-authentication");
    let after = mended(&before, "cors-inside-authentication", "cors-outermost");
    let main = after
        .values()
        .find(|text| text.contains("CORSMiddleware,"))
        .unwrap();
    let last = |word: &str| main.rfind(word).unwrap();
    assert!(
        last("add_middleware(CORSMiddleware") > last("401"),
        "{main}"
    );
    let lines = |files: &Files| {
        let mut lines: Vec<_> = files
            .values()
            .flat_map(|it| it.lines())
            .map(str::to_owned)
            .collect();
        lines.sort();
        lines
    };
    assert_eq!(lines(&before), lines(&after));
}

#[test]
fn cors_moves_behind_a_function_with_all_its_lines() {
    let cors = "app.add_middleware(
    CORSMiddleware,
    allow_origins=[\"https://app.example.com\"],  # the front end (only)
)
";
    let rest = "
@app.middleware(\"http\")
async def authenticated(
    request,
    call_next,
):
    if request.headers.get(\"authorization\") != os.environ[\"KEY\"]:
        return JSONResponse(status_code=401, content={})

    return await call_next(request)
";
    let head = "import os
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse

app = FastAPI()
";
    let tail = "

@app.get(\"/tasks\")
def list_tasks():
    return []
";
    let before = files(&[("main.py", &format!("{head}{cors}{rest}{tail}"))]);
    let after = mended(&before, "cors-inside-authentication", "cors-outermost");
    assert_eq!(after["main.py"], format!("{head}{rest}{cors}{tail}"));
}

/// The names of the cures that are taken.
fn cures(before: &Files) -> Vec<&'static str> {
    let report = look(before).report;
    let mended = Mended::by(&report, |file| before.get(file).map(String::as_str));
    mended.taken.into_keys().collect()
}

#[test]
fn cors_stays_in_the_function_that_adds_it() {
    let main = "import os
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.responses import JSONResponse

class Authenticated(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        if request.headers.get(\"authorization\") != os.environ[\"KEY\"]:
            return JSONResponse(status_code=401, content={})
        return await call_next(request)

def add_cors(app):
    app.add_middleware(CORSMiddleware, allow_origins=[\"https://app.example.com\"])

def add_guard(server):
    server.add_middleware(Authenticated)

app = FastAPI()
add_cors(app)
add_guard(app)

@app.get(\"/tasks\")
def list_tasks():
    return []
";
    let before = files(&[("main.py", main)]);
    assert!(speaks(&look(&before), "cors-inside-authentication"));
    assert!(cures(&before).is_empty());
}

#[test]
fn no_issuer_is_named_where_another_one_signs_too() {
    let own = "        if token.startswith(\"own.\"):
            return jwt.decode(token, os.environ[\"KEY\"], algorithms=[\"HS256\"], audience=\"notes-api\")
        return jwt.decode(token, key, algorithms=[\"EdDSA\"], issuer=\"notes\", audience=\"notes-api\")";
    let mut before = with_api(own);
    if let Some(text) = before.get_mut("api/main.py") {
        text.insert_str(0, "import os\n");
    }
    assert!(speaks(&look(&before), "issuer-unchecked"));
    assert!(cures(&before).is_empty());
}

const WEB: [(&str, &str); 4] = [
    (
        "web/package.json",
        r#"{ "dependencies": { "next": "16.0.0", "better-auth": "1.4.0" } }"#,
    ),
    (
        "web/lib/auth.ts",
        r#"import { betterAuth } from "better-auth"
import { jwt } from "better-auth/plugins"
export const auth = betterAuth({ plugins: [jwt({ jwt: { issuer: "notes", audience: "notes-api" } })] })"#,
    ),
    (
        "web/lib/auth-client.ts",
        r#"import { createAuthClient } from "better-auth/react"
import { jwtClient } from "better-auth/client/plugins"
export const authClient = createAuthClient({ plugins: [jwtClient()] })"#,
    ),
    (
        "web/app/page.tsx",
        r#"import { authClient } from "../lib/auth-client"
import { auth } from "../lib/auth"
export default async function Page() {
  const { data } = await authClient.token()
  await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: `Bearer ${data?.token}` } })
  return auth
}"#,
    ),
];

fn with_api(decode: &str) -> Files {
    let api = format!(
        "import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPBearer

keys = jwt.PyJWKClient(\"https://app.example.com/api/auth/jwks\")

def current_user(credentials=Depends(HTTPBearer())):
    token = credentials.credentials
    try:
        key = keys.get_signing_key_from_jwt(token).key
{decode}
    except jwt.PyJWTError:
        raise HTTPException(status_code=401)

app = FastAPI()

@app.get(\"/tasks\")
def list_tasks(user=Depends(current_user)):
    return []
"
    );
    let mut all = files(&WEB);
    all.insert("api/main.py".to_owned(), api);
    all
}

#[test]
fn the_issuer_that_is_written_is_the_issuer_that_is_asked_for() {
    let before = with_api(
        "        return jwt.decode(token, key, algorithms=[\"EdDSA\"], audience=\"notes-api\")",
    );
    let after = mended(&before, "issuer-unchecked", "issuer-named");
    assert_eq!(
        change(&before, &after),
        "-        return jwt.decode(token, key, algorithms=[\"EdDSA\"], audience=\"notes-api\")
+        return jwt.decode(token, key, algorithms=[\"EdDSA\"], audience=\"notes-api\", issuer=\"notes\")
"
    );
    let several = with_api(
        "        return jwt.decode(\n            token,\n            key,\n            algorithms=[\"EdDSA\"],\n            audience=\"notes-api\",\n        )",
    );
    let after = mended(&several, "issuer-unchecked", "issuer-named");
    assert_eq!(change(&several, &after), "+            issuer=\"notes\",\n");
}

#[test]
fn the_algorithm_that_signs_is_the_algorithm_that_is_asked_for() {
    let before = with_api("        name = jwt.get_unverified_header(token)[\"alg\"]
        return jwt.decode(token, key, algorithms=[name, \"EdDSA\"], issuer=\"notes\", audience=\"notes-api\")");
    let after = mended(&before, "algorithm-from-token", "algorithm-named");
    assert!(
        change(&before, &after)
            .ends_with("algorithms=[\"EdDSA\"], issuer=\"notes\", audience=\"notes-api\")\n")
    );
}
