//! Cures of the front end, whose requests are handed to the API.

use serde_json::json;

use crate::project::{Project, has_node, with};

pub(crate) const MANIFEST: &str =
    r#"{ "dependencies": { "next": "16.0.0", "better-auth": "1.4.0" } }"#;

pub(crate) const AUTH: &str = r#"import { betterAuth } from "better-auth"
import { jwt } from "better-auth/plugins"

export const auth = betterAuth({ plugins: [jwt({ jwt: { issuer: "notes", audience: "notes-api" } })] })
"#;

pub(crate) const CLIENT: &str = r#"import { createAuthClient } from "better-auth/react"
import { jwtClient } from "better-auth/client/plugins"

export const authClient = createAuthClient({ plugins: [jwtClient()] })
"#;

/// Where Better Auth is served.
pub(crate) const ROUTE: &str = r#"import { toNextJsHandler } from "better-auth/next-js"
import { auth } from "../../../../lib/auth"

export const { GET, POST } = toNextJsHandler(auth)
"#;

/// An API that asks Better Auth who is logged in, after whatever stands `before`.
pub(crate) fn api_by_cookie(before: &str) -> String {
    format!(
        r#"
import os
import httpx
from fastapi import Depends, FastAPI, HTTPException, Request

AUTH = os.environ["BETTER_AUTH_URL"]

async def current_user(request: Request):
{before}    async with httpx.AsyncClient() as client:
        answer = await client.get(f"{{AUTH}}/api/auth/get-session", cookies=request.cookies)
    session = answer.json()
    if not session:
        raise HTTPException(status_code=401)
    return session["user"]

app = FastAPI()

@app.get("/tasks")
def list_tasks(user=Depends(current_user)):
    return []
"#
    )
}

const API_BY_TOKEN: &str = r#"
import os
import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPBearer

keys = jwt.PyJWKClient(os.environ["BETTER_AUTH_URL"] + "/api/auth/jwks")

def current_user(credentials=Depends(HTTPBearer())):
    token = credentials.credentials
    try:
        key = keys.get_signing_key_from_jwt(token).key
        return jwt.decode(token, key, algorithms=["EdDSA"], issuer="notes", audience="notes-api")
    except jwt.PyJWTError:
        raise HTTPException(status_code=401)

app = FastAPI()

@app.get("/tasks")
def list_tasks(user=Depends(current_user)):
    return []
"#;

/// A client that has a token; it stands where the real one would be installed.
const INSTALLED: &[(&str, &str)] = &[
    (
        "web/node_modules/better-auth/package.json",
        r#"{ "type": "module", "exports": { "./react": "./react.js", "./client/plugins": "./plugins.js" } }"#,
    ),
    (
        "web/node_modules/better-auth/react.js",
        "export const createAuthClient = () => ({ token: async () => ({ data: { token: '{own}' } }) })\n",
    ),
    (
        "web/node_modules/better-auth/plugins.js",
        "export const jwtClient = () => ({})\n",
    ),
];

fn project(files: &[(&str, &str)]) -> Project {
    Project::of(&[&[("web/package.json", MANIFEST)], INSTALLED, files].concat())
}

#[test]
fn once_the_scheme_is_sent_the_api_finds_the_token() {
    let page = r#"import { authClient } from "../lib/auth-client.mjs"

export async function tasks() {
  const { data } = await authClient.token()
  return fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: data.token } })
}
"#;
    let project = project(&[
        ("web/lib/auth.ts", AUTH),
        ("web/lib/auth-client.mjs", CLIENT),
        ("web/app/tasks.mjs", page),
        ("api/main.py", API_BY_TOKEN),
    ]);
    let Some(mut api) = project.api().filter(|_| has_node()) else {
        return;
    };
    let sent = project.call("web/app/tasks.mjs");
    assert_eq!(sent, with("{own}"));
    // 403 with FastAPI before 0.122, 401 since.
    let refused = api.statuses(&[&sent])[0];
    assert!(matches!(refused, 401 | 403), "{refused}");
    project.mend("bearer-prefix");
    let sent = project.call("web/app/tasks.mjs");
    assert_eq!(sent, with("Bearer {own}"));
    assert_eq!(api.statuses(&[&sent]), [200]);
}

#[test]
fn once_it_is_told_to_the_browser_takes_the_cookie_along() {
    let page = r#""use client"

export async function tasks() {
  const answer = await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`)
  return answer.json()
}
"#;
    let auth = r#"import { betterAuth } from "better-auth"

export const auth = betterAuth({ baseURL: "https://app.example.com" })
"#;
    let client = r#"import { createAuthClient } from "better-auth/react"

export const authClient = createAuthClient()
"#;
    let main = api_by_cookie("");
    let project = project(&[
        ("web/lib/auth.ts", auth),
        ("web/lib/auth-client.mjs", client),
        ("web/app/tasks.mjs", page),
        ("api/main.py", &main),
    ]);
    let Some(mut api) = project.api().filter(|_| has_node()) else {
        return;
    };
    let sent = project.call("web/app/tasks.mjs");
    assert_eq!(sent, json!({}));
    assert_eq!(api.statuses(&[&sent]), [401]);
    project.mend("credentials-included");
    let sent = project.call("web/app/tasks.mjs");
    assert_eq!(
        sent,
        json!({ "cookie": "better-auth.session_token=session-of-ann" })
    );
    assert_eq!(api.statuses(&[&sent]), [200]);
}

#[test]
fn once_both_names_are_read_the_middleware_knows_who_comes_by_https() {
    if !has_node() {
        return;
    }
    let project = project(&[(
        "web/middleware.mjs",
        r#"export function middleware(request) {
  const session = request.cookies.get("better-auth.session_token")
  return session ? "in" : "sign-in"
}
"#,
    )]);
    let program = r#"
import { middleware } from "./web/middleware.mjs"
const names = ["better-auth.session_token", "__Secure-better-auth.session_token", "other"]
console.log(names.map((name) => middleware({ cookies: new Map([[name, {}]]) })).join())
"#;
    assert_eq!(project.node(program), "in,sign-in,sign-in\n");
    project.mend("both-cookie-names");
    assert_eq!(project.node(program), "in,in,sign-in\n");
}
