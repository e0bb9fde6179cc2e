//! The five classic reasons for "logged in, but the API says 401", each in a small front end and API of its own.

use betroth_audit::{Audit, Tree, audit};

const PACKAGE: &str =
    r#"{ "dependencies": { "next": "16.0.0", "better-auth": "1.7.7", "jose": "6.0.0" } }"#;
const AUTH: &str = r#"
import { betterAuth } from "better-auth"
import { jwt } from "better-auth/plugins"
export const auth = betterAuth({ baseURL: "https://app.example.com", plugins: [jwt()] })
"#;
const CLIENT: &str = r#"
import { createAuthClient } from "better-auth/react"
import { jwtClient } from "better-auth/client/plugins"
export const authClient = createAuthClient({ plugins: [jwtClient()] })
"#;
const ROUTE: &str = "
app = FastAPI()

@app.get('/tasks')
def list_tasks(user=Depends(current_user)):
    return []
";
const JWKS: &str = "
import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPBearer

ISSUER = 'https://app.example.com'
keys = jwt.PyJWKClient(f'{ISSUER}/api/auth/jwks')

def current_user(credentials=Depends(HTTPBearer())):
    try:
        key = keys.get_signing_key_from_jwt(credentials.credentials).key
        return jwt.decode(credentials.credentials, key, algorithms=['EdDSA'], issuer=ISSUER, audience=ISSUER)
    except jwt.PyJWTError:
        raise HTTPException(status_code=401)
";
const SECRET: &str = "
import os
import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPBearer

def current_user(credentials=Depends(HTTPBearer())):
    try:
        return jwt.decode(credentials.credentials, os.environ['API_SECRET'], algorithms=['HS256'])
    except jwt.PyJWTError:
        raise HTTPException(status_code=401)
";
const COOKIE: &str = "
import httpx
from fastapi import Depends, FastAPI, HTTPException, Request

async def current_user(request: Request):
    async with httpx.AsyncClient() as client:
        answer = await client.get('https://app.example.com/api/auth/get-session', cookies=request.cookies)
    session = answer.json()
    if not session:
        raise HTTPException(status_code=401)
    return session['user']
";

/// A front end whose page makes the call, and an API that verifies so.
fn look(call: &str, verifier: &str, more: &[(&str, &str)]) -> Audit {
    let page = format!("import {{ authClient }} from \"../lib/auth-client\"\n{call}");
    let main = format!("{verifier}{ROUTE}");
    let files = [
        ("web/package.json", PACKAGE),
        ("web/lib/auth.ts", AUTH),
        ("web/lib/auth-client.ts", CLIENT),
        ("web/app/page.tsx", &page),
        ("api/main.py", &main),
    ];
    let files = files.iter().chain(more);
    audit(&Tree::of(
        files.map(|(path, text)| ((*path).to_owned(), (*text).to_owned())),
    ))
}

/// The rule that comes first, and the verdict.
fn first(audit: &Audit) -> (&str, &str) {
    let causes = audit.report.causes();
    (
        causes.first().map_or("", |cause| cause.finding.rule),
        audit.agreements.first().map_or("", |it| it.verdict.word()),
    )
}

fn rules(audit: &Audit) -> Vec<&str> {
    audit.report.findings().iter().map(|it| it.rule).collect()
}

#[test]
fn five_classic_problems() {
    // 1. No header.
    let call = "export default async function Page() {
  await fetch(\"https://api.example.com/tasks\")
}";
    assert_eq!(
        first(&look(call, JWKS, &[])),
        ("call-without-token", "refused")
    );

    // 2. No `credentials: "include"`, where the cookie is the credential.
    assert_eq!(
        first(&look(call, COOKIE, &[])),
        ("credentials-not-included", "refused")
    );

    // 3. The header in a wrong form.
    let call = "export default async function Page() {
  const { data } = await authClient.token()
  await fetch(\"https://api.example.com/tasks\", { headers: { Authorization: data.token } })
}";
    assert_eq!(
        first(&look(call, JWKS, &[])).0,
        "authorization-scheme-missing"
    );

    // 4. Each side has a secret of its own.
    let token = "import { SignJWT } from \"jose\"
import { auth } from \"../../../lib/auth\"
export async function GET(request: Request) {
  const session = await auth.api.getSession({ headers: request.headers })
  const key = new TextEncoder().encode(process.env.BETTER_AUTH_SECRET)
  const token = await new SignJWT({ sub: session?.user.id }).setProtectedHeader({ alg: \"HS256\" }).setExpirationTime(\"5m\").sign(key)
  return Response.json({ token })
}";
    let call = "export default async function Page() {
  const { token } = await (await fetch(\"/api/token\")).json()
  await fetch(\"https://api.example.com/tasks\", { headers: { Authorization: `Bearer ${token}` } })
}";
    let audit = look(call, SECRET, &[("web/app/api/token/route.ts", token)]);
    assert!(
        rules(&audit).contains(&"secret-name-mismatch"),
        "{:?}",
        rules(&audit)
    );

    // The same with one name and two values.
    let shared = SECRET.replace("API_SECRET", "BETTER_AUTH_SECRET");
    let set = |value: &'static str| {
        let more = [
            ("web/app/api/token/route.ts", token),
            ("web/.env.local", "BETTER_AUTH_SECRET=one-text"),
            ("api/.env", value),
        ];
        let audit = look(call, &shared, &more);
        rules(&audit).contains(&"secret-name-mismatch")
    };
    assert!(set("BETTER_AUTH_SECRET='another text'"));
    assert!(!set("BETTER_AUTH_SECRET=\"one-text\""));

    // 5. The token has ended, and nobody asks for another.
    let call = "async function login(email: string) {
  const answer = await fetch(\"https://api.example.com/login\", { method: \"POST\", body: email })
  const { access_token } = await answer.json()
  localStorage.setItem(\"access_token\", access_token)
}
export default async function Page() {
  await login(\"ada@example.com\")
  await fetch(\"https://api.example.com/tasks\", { headers: { Authorization: `Bearer ${localStorage.getItem(\"access_token\")}` } })
}";
    let login = SECRET.to_owned()
        + "
from datetime import datetime, timedelta
from fastapi import APIRouter
router = APIRouter()

@router.post('/login')
def login(email: str):
    claims = {'sub': email, 'exp': datetime.utcnow() + timedelta(minutes=15)}
    return {'access_token': jwt.encode(claims, os.environ['API_SECRET'], algorithm='HS256')}
";
    let audit = look(call, &login, &[]);
    assert!(
        rules(&audit).contains(&"refresh-missing"),
        "{:?}",
        rules(&audit)
    );
}

#[test]
fn axios_without_credentials_is_told_as_fetch_is() {
    for (call, told) in [
        ("axios.get(\"https://api.example.com/tasks\")", true),
        (
            "axios.create({ baseURL: \"https://api.example.com\" }).get(\"/tasks\")",
            true,
        ),
        (
            "axios.get(\"https://api.example.com/tasks\", { withCredentials: true })",
            false,
        ),
        (
            "axios.create({ baseURL: \"https://api.example.com\", withCredentials: true }).get(\"/tasks\")",
            false,
        ),
    ] {
        let page = format!(
            "import axios from \"axios\"\nexport default async function Page() {{ await {call} }}"
        );
        let audit = look(&page, COOKIE, &[]);
        let found = rules(&audit).contains(&"credentials-not-included");
        assert_eq!(found, told, "{call}: {:?}", rules(&audit));
    }
}

#[test]
fn what_gives_no_token_explains_the_refusal() {
    let without = AUTH.replace("jwt()", "");
    for (token, auth, cause) in [
        (
            "await authClient.token()",
            without.as_str(),
            "token-not-served",
        ),
        (
            "await authClient.getSession()",
            AUTH,
            "session-member-absent",
        ),
    ] {
        let call = format!(
            "export async function load() {{
  const {{ data }} = {token}
  await fetch(\"https://api.example.com/tasks\", {{ headers: {{ Authorization: `Bearer ${{data.token}}` }} }})
}}
export default function Page() {{ return <button onClick={{load}}>load</button> }}"
        );
        let audit = look(&call, JWKS, &[("web/lib/auth.ts", auth)]);
        assert_eq!(first(&audit), (cause, "refused"), "{:?}", rules(&audit));
    }
}
