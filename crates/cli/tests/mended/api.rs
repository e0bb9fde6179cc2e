//! Cures of the API.

use serde_json::{Value, json};

use crate::project::{Answer, Project, with};

/// An API whose middleware asks for a token, with CORS added before it.
const CORS_INSIDE: &str = r#"
import os
import jwt
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.responses import JSONResponse

keys = jwt.PyJWKClient(os.environ["BETTER_AUTH_URL"] + "/api/auth/jwks")

class Authentication(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        try:
            key = keys.get_signing_key_from_jwt(token).key
            request.state.user = jwt.decode(token, key, algorithms=["EdDSA"], issuer="notes", audience="notes-api")
        except jwt.PyJWTError:
            return JSONResponse({"detail": "not authenticated"}, status_code=401)
        return await call_next(request)

app = FastAPI()
app.add_middleware(
    CORSMiddleware,
    allow_origins=["https://app.example.com"],
    allow_headers=["authorization"],
)
app.add_middleware(Authentication)

@app.get("/tasks")
def list_tasks():
    return []
"#;

/// An API that verifies a token as `decode` does.
fn verifying(decode: &str) -> String {
    format!(
        r#"
import os
import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPBearer

keys = jwt.PyJWKClient(os.environ["BETTER_AUTH_URL"] + "/api/auth/jwks")

def current_user(credentials=Depends(HTTPBearer())):
    token = credentials.credentials
    try:
        key = keys.get_signing_key_from_jwt(token).key
{decode}
    except jwt.PyJWTError:
        raise HTTPException(status_code=401)

app = FastAPI()

@app.get("/tasks")
def list_tasks(user=Depends(current_user)):
    return []
"#
    )
}

/// The front end that calls it, with Better Auth's issuer and audience.
fn called_by_better_auth(api: &str) -> Project {
    Project::of(&[
        ("web/package.json", crate::web::MANIFEST),
        ("web/lib/auth.ts", crate::web::AUTH),
        ("web/lib/auth-client.ts", crate::web::CLIENT),
        ("web/app/api/auth/[...all]/route.ts", crate::web::ROUTE),
        (
            "web/app/page.tsx",
            r#"import { authClient } from "../lib/auth-client"

export default async function Page() {
  const { data } = await authClient.token()
  await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: `Bearer ${data?.token}` } })
  return null
}
"#,
        ),
        ("api/main.py", api),
    ])
}

#[test]
fn once_cors_is_outermost_a_browser_may_ask_and_read_the_refusal() {
    let project = Project::of(&[("api/main.py", CORS_INSIDE)]);
    let Some(mut api) = project.api() else { return };
    let app = "https://app.example.com";
    let requests: [Value; 3] = [
        json!({ "method": "OPTIONS", "path": "/tasks", "headers": {
            "origin": app,
            "access-control-request-method": "GET",
            "access-control-request-headers": "authorization",
        } }),
        json!({ "method": "GET", "path": "/tasks", "headers": { "origin": app } }),
        json!({ "method": "GET", "path": "/tasks", "headers": { "origin": app, "authorization": "Bearer {own}" } }),
    ];
    let answer = |status, origin: Option<&str>| Answer {
        status,
        origin: origin.map(str::to_owned),
    };
    assert_eq!(
        api.ask(&requests),
        [answer(401, None), answer(401, None), answer(200, Some(app))]
    );
    project.mend("cors-outermost");
    assert_eq!(
        api.ask(&requests),
        [
            answer(200, Some(app)),
            answer(401, Some(app)),
            answer(200, Some(app))
        ]
    );
}

#[test]
fn once_the_issuer_is_named_a_token_of_another_one_is_refused() {
    let decode =
        r#"        return jwt.decode(token, key, algorithms=["EdDSA"], audience="notes-api")"#;
    let project = called_by_better_auth(&verifying(decode));
    let Some(mut api) = project.api() else { return };
    let mut statuses = || api.statuses(&[&with("Bearer {own}"), &with("Bearer {foreign}")]);
    assert_eq!(statuses(), [200, 200]);
    project.mend("issuer-named");
    assert_eq!(statuses(), [200, 401]);
}

#[test]
fn once_the_audience_is_named_too_people_are_still_let_in() {
    let decode = r#"        return jwt.decode(token, key, algorithms=["EdDSA"], options={"verify_aud": False})"#;
    let project = called_by_better_auth(&verifying(decode));
    let Some(mut api) = project.api() else { return };
    let mut statuses = || api.statuses(&[&with("Bearer {own}"), &with("Bearer {foreign}")]);
    assert_eq!(statuses(), [200, 200]);
    project.mend("issuer-named");
    let decode = project.line("api/main.py", "jwt.decode");
    assert!(
        decode.contains(r#"issuer="notes", audience="notes-api""#),
        "{decode}"
    );
    assert_eq!(statuses(), [200, 401]);
}

#[test]
fn once_the_algorithm_is_named_a_forged_token_is_refused_and_breaks_nothing() {
    let decode = r#"        algorithm = jwt.get_unverified_header(token)["alg"]
        return jwt.decode(token, key, algorithms=[algorithm], issuer="notes", audience="notes-api")"#;
    let project = called_by_better_auth(&verifying(decode));
    let Some(mut api) = project.api() else { return };
    let mut statuses = || api.statuses(&[&with("Bearer {own}"), &with("Bearer {forged}")]);
    // The public key reaches HMAC, which cannot take it.
    assert_eq!(statuses(), [200, 500]);
    project.mend("algorithm-named");
    assert_eq!(statuses(), [200, 401]);
}

#[test]
fn once_both_names_are_read_the_cookie_of_https_is_found() {
    let project = Project::of(&[(
        "api/main.py",
        &crate::web::api_by_cookie(
            r#"    if not request.cookies.get("better-auth.session_token"):
        raise HTTPException(status_code=401)
"#,
        ),
    )]);
    let Some(mut api) = project.api() else { return };
    let with = |name: &str| json!({ "cookie": format!("{name}=session-of-ann") });
    let plain = with("better-auth.session_token");
    let secure = with("__Secure-better-auth.session_token");
    let mut statuses = || api.statuses(&[&plain, &secure, &json!({})]);
    assert_eq!(statuses(), [200, 401, 401]);
    project.mend("both-cookie-names");
    assert_eq!(statuses(), [200, 200, 401]);
}
