//! The contract for each kind of credential that reaches an API.

use std::fs;
use std::process::Command;

use betroth_contract::{Contract, IssuerKind, Keys, Lookup, Transport};

const NEXT: &str = r#"{ "dependencies": { "next": "16.0.0", "better-auth": "1.4.0" } }"#;

/// The text that is drafted for these files, and the contract that it is.
fn drafted(files: &[(&str, &str)]) -> (String, Contract) {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let output = Command::new(env!("CARGO_BIN_EXE_betroth"))
        .args(["init", "--dry-run"])
        .current_dir(&folder)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let contract = Contract::parse(&text, "betroth.toml").unwrap();
    (text, contract)
}

/// An API that verifies what it has signed itself.
const OWN_TOKENS: &str = r#"
import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPBearer
from pydantic_settings import BaseSettings

class Settings(BaseSettings):
    token_key: str

settings = Settings()
bearer = HTTPBearer()
app = FastAPI()

def person(credentials=Depends(bearer)):
    try:
        return jwt.decode(credentials.credentials, settings.token_key, algorithms=["HS512"])
    except jwt.PyJWTError:
        raise HTTPException(status_code=401)

@app.post("/login")
def login(name: str):
    return {"token": jwt.encode({"sub": name}, settings.token_key, algorithm="HS512")}

@app.get("/tasks")
def tasks(user=Depends(person)):
    return []
"#;

#[test]
fn a_secret_of_the_apis_own_is_named_by_its_variable() {
    let (text, contract) = drafted(&[("api/main.py", OWN_TOKENS)]);
    let Keys::SharedSecret { algorithms, secret } = &contract.keys else {
        panic!("{text}");
    };
    assert_eq!(algorithms[0].as_str(), "HS512");
    assert_eq!(secret.names()[0].as_str(), "TOKEN_KEY");
    // Pydantic reads the variable whatever its case: the upper one is a guess.
    assert!(
        text.contains("# guess: the setting `token_key` is read at api/main.py:"),
        "{text}"
    );
    assert_eq!(contract.routes[0].path.as_str(), "/login");
}

/// An API that looks the session up.
const LOOKUP: &str = r#"
import httpx
from fastapi import Depends, FastAPI, HTTPException, Request

app = FastAPI()

async def person(request: Request):
    async with httpx.AsyncClient() as client:
        answer = await client.get("http://localhost:3000/api/auth/get-session", headers={"Cookie": request.headers.get("cookie", "")})
    if answer.status_code != 200 or not answer.json():
        raise HTTPException(status_code=401)
    return answer.json()["user"]

@app.get("/tasks")
async def tasks(user=Depends(person)):
    return []
"#;

#[test]
fn a_session_that_is_sent_stands_in_its_own_table() {
    let (text, contract) = drafted(&[
        ("web/package.json", NEXT),
        (
            "web/lib/auth.ts",
            "import { betterAuth } from 'better-auth'\n\
             export const auth = betterAuth({ secret: process.env.OWN_SECRET, advanced: { cookiePrefix: 'shop' } })\n",
        ),
        (
            "web/app/page.tsx",
            "export default async function Page() {\n  \
             await fetch(`${process.env.NEXT_PUBLIC_API_URL ?? 'http://localhost:8000'}/tasks`, { credentials: 'include' })\n  \
             return null\n}\n",
        ),
        ("api/main.py", LOOKUP),
    ]);
    let session = contract.session.as_ref().unwrap();
    assert_eq!(session.cookie.as_str(), "shop.session_token");
    assert!(matches!(session.lookup, Lookup::GetSession), "{text}");
    assert_eq!(session.secret.names()[0].as_str(), "OWN_SECRET");
    assert!(!text.contains("\n[keys]\n"), "{text}");
    assert_eq!(*contract.issuer.kind, IssuerKind::BetterAuth);
}

/// A front end that signs by itself, in a route handler that calls the API.
const SIGNS: &str = r#"
import { SignJWT } from "jose"
import { auth } from "../../../lib/auth"

export async function GET(request: Request) {
  const session = await auth.api.getSession({ headers: request.headers })
  const key = new TextEncoder().encode(process.env.SHARED_SECRET)
  const token = await new SignJWT({ sub: session?.user.id }).setProtectedHeader({ alg: "HS256" }).sign(key)
  return fetch(`${process.env.API_URL ?? "http://localhost:8000"}/tasks`, { headers: { Authorization: `Bearer ${token}` } })
}
"#;

#[test]
fn a_token_that_the_front_end_signs_travels_through_its_own_server() {
    let (text, contract) = drafted(&[
        ("web/package.json", NEXT),
        (
            "web/lib/auth.ts",
            "import { betterAuth } from 'better-auth'\nexport const auth = betterAuth({})\n",
        ),
        ("web/app/api/tasks/route.ts", SIGNS),
        (
            "api/main.py",
            &OWN_TOKENS.replace("HS512", "HS256").replace(
                "@app.post(\"/login\")\ndef login(name: str):\n    return {\"token\": jwt.encode({\"sub\": name}, settings.token_key, algorithm=\"HS256\")}\n",
                "",
            ),
        ),
    ]);
    assert_eq!(*contract.issuer.kind, IssuerKind::Other, "{text}");
    assert_eq!(*contract.web.as_ref().unwrap().transport, Transport::Proxy);
    assert!(matches!(contract.keys, Keys::SharedSecret { .. }), "{text}");
    assert!(
        text.contains("env = \"API_URL\", development = \"http://localhost:8000\""),
        "{text}"
    );
}

#[test]
fn a_route_of_the_front_end_that_signs_is_where_tokens_are_given() {
    let sign = r#"import { SignJWT } from "jose";
export async function GET() {
  const token = await new SignJWT({ sub: "1" }).setProtectedHeader({ alg: "HS256" }).sign(new TextEncoder().encode(process.env.JWT_SECRET));
  return Response.json({ token });
}
"#;
    let page = "export default async function Page() {\n  const { token } = await (await fetch('/api/session/token')).json()\n  \
                await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: `Bearer ${token}` } })\n  return null\n}\n";
    let api = OWN_TOKENS.replace("HS512", "HS256");
    let at = |route: &str| {
        let (text, _) = drafted(&[
            ("web/package.json", NEXT),
            (&format!("web/app{route}/route.ts"), sign),
            (
                "web/app/page.tsx",
                &page.replace("/api/session/token", route),
            ),
            ("api/main.py", &api),
        ]);
        text.lines()
            .find(|line| line.starts_with("token_endpoint"))
            .map(str::to_owned)
    };
    let told = at("/api/session/token").unwrap_or_default();
    assert!(
        told.starts_with("token_endpoint = \"/api/session/token\""),
        "{told}"
    );
    assert_eq!(at("/api/auth/jwt"), None, "it is the default");
}
