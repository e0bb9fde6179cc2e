//! A front end against the contract by which our guard verifies.

use betroth_audit::{Tree, audit};

const CONTRACT: &str = "\
[issuer]
base_url = { env = \"BETTER_AUTH_URL\" }

[token]
audience = \"notes-api\"

[web]
root = \"web\"

[api]
root = \"api\"
app = \"main:app\"

[[route]]
path = \"/reports\"
roles = [\"admin\"]
";

const MAIN: &str = "\
from typing import Annotated
from betroth.fastapi import Betroth, User
from fastapi import Depends, FastAPI

auth = Betroth.from_contract()
app = auth.protect(FastAPI())

@app.get('/reports')
def reports(user: Annotated[User, Depends(auth.user)]):
    return []
";

const PLUGIN: &str = "jwt({ jwt: { audience: \"notes-api\", definePayload: ({ user }) => ({ email: user.email, role: user.role }) } })";

/// The errors and the verdict of a front end with this plugin and an API under this contract.
fn told(plugin: &str, contract: &str) -> Vec<String> {
    let auth = format!(
        "import {{ betterAuth }} from \"better-auth\"
import {{ jwt }} from \"better-auth/plugins\"
export const auth = betterAuth({{ baseURL: process.env.BETTER_AUTH_URL, plugins: [{plugin}] }})"
    );
    let files = [
        ("betroth.toml", contract),
        (
            "web/package.json",
            r#"{ "dependencies": { "next": "16.0.0", "better-auth": "1.7.7" } }"#,
        ),
        ("web/lib/auth.ts", &auth),
        (
            "web/lib/auth-client.ts",
            "import { createAuthClient } from \"better-auth/react\"
import { jwtClient } from \"better-auth/client/plugins\"
export const authClient = createAuthClient({ plugins: [jwtClient()] })",
        ),
        (
            "web/app/page.tsx",
            "\"use client\"
import { authClient } from \"../lib/auth-client\"
export default function Page() {
  const load = async () => {
    const token = (await authClient.token()).data?.token
    await fetch(`${process.env.NEXT_PUBLIC_API_URL}/reports`, { headers: { Authorization: `Bearer ${token}` } })
  }
  return <button onClick={load}>go</button>
}",
        ),
        ("api/main.py", MAIN),
    ];
    let audit = audit(&Tree::of(
        files.map(|(path, text)| (path.to_owned(), text.to_owned())),
    ));
    let causes = audit.report.causes();
    let rules = causes
        .iter()
        .filter(|cause| cause.finding.severity == betroth_report::Severity::Error)
        .map(|cause| format!("{} {}", cause.finding.rule, cause.finding.place));
    std::iter::once(audit.agreements[0].verdict.word().to_owned())
        .chain(rules)
        .collect()
}

#[test]
fn a_plugin_that_writes_what_the_contract_asks_for_is_accepted() {
    assert_eq!(told(PLUGIN, CONTRACT), ["accepted"]);
}

#[test]
fn another_audience_than_the_contracts_is_refused() {
    let other = PLUGIN.replace("notes-api", "another-api");
    assert_eq!(
        told(&other, CONTRACT),
        ["refused", "audience-mismatch api/main.py:6"]
    );
}

#[test]
fn without_an_audience_better_auth_writes_an_origin_which_a_name_is_not() {
    let without = PLUGIN.replace("audience: \"notes-api\", ", "");
    assert_eq!(
        told(&without, CONTRACT),
        ["refused", "audience-mismatch api/main.py:6"]
    );
    let address = CONTRACT.replace("\"notes-api\"", "\"https://notes.example\"");
    assert_eq!(told(&without, &address), ["accepted"]);
    let neither = CONTRACT.replace("audience = \"notes-api\"", "");
    assert_eq!(told(&without, &neither), ["accepted"]);
}

#[test]
fn a_name_where_the_contract_takes_an_origin_is_refused() {
    let neither = CONTRACT.replace("audience = \"notes-api\"", "");
    assert_eq!(
        told(PLUGIN, &neither),
        ["refused", "audience-mismatch api/main.py:6"]
    );
}

#[test]
fn what_the_environment_says_is_not_judged() {
    let environment = PLUGIN.replace("\"notes-api\"", "process.env.AUDIENCE");
    assert_eq!(told(&environment, CONTRACT), ["accepted"]);
    let contract = CONTRACT.replace("\"notes-api\"", "{ env = \"AUDIENCE\" }");
    assert_eq!(told(PLUGIN, &contract), ["accepted"]);
}

#[test]
fn another_issuer_than_the_contracts_is_refused() {
    let issuer = PLUGIN.replace("audience:", "issuer: \"notes\", audience:");
    assert_eq!(
        told(&issuer, CONTRACT),
        ["refused", "issuer-mismatch api/main.py:6"]
    );
    let same = CONTRACT.replace("[issuer]", "[issuer]\niss = \"notes\"");
    assert_eq!(told(&issuer, &same), ["accepted"]);
}

#[test]
fn a_role_that_no_token_has_is_told_at_the_route_that_asks_for_it() {
    let without = PLUGIN.replace(", role: user.role", "");
    assert_eq!(
        told(&without, CONTRACT),
        ["accepted", "claim-not-issued betroth.toml:14"]
    );
    let nobody = CONTRACT.replace("roles = [\"admin\"]", "access = \"required\"");
    assert_eq!(told(&without, &nobody), ["accepted"]);
}

#[test]
fn an_organization_that_no_token_has_is_told_at_the_rows_that_it_owns() {
    let owner =
        "\n[[owner]]\nmodel = \"main.Note\"\ncolumn = \"organization_id\"\nby = \"organization\"\n";
    assert_eq!(
        told(PLUGIN, &format!("{CONTRACT}{owner}")),
        ["accepted", "claim-not-issued betroth.toml:21"]
    );
}

#[test]
fn keys_at_another_path_than_the_contracts_are_told() {
    let moved = PLUGIN.replace("jwt({ ", "jwt({ jwks: { jwksPath: \"/keys\" }, ");
    assert_eq!(
        told(&moved, CONTRACT),
        ["accepted", "jwks-path-mismatch api/main.py:6"]
    );
    let there = CONTRACT.replace(
        "[issuer]",
        "[issuer]\njwks_url = \"https://notes.example/api/auth/keys\"",
    );
    assert_eq!(told(&moved, &there), ["accepted"]);
}

const READS: &str = "\
import jwt
from betroth.fastapi import Betroth
from fastapi import FastAPI, Header, HTTPException
from sqlalchemy.orm import Session
from starlette.middleware.base import BaseHTTPMiddleware

keys = jwt.PyJWKClient('http://localhost:3000/api/auth/jwks')

def claims_of(request):
    try:
        token = request.headers['authorization'].removeprefix('Bearer ')
        return jwt.decode(token, keys.get_signing_key_from_jwt(token).key, algorithms=['EdDSA'])
    except Exception:
        REFUSAL

class Identity(BaseHTTPMiddleware):
    async def dispatch(self, request, call_next):
        request.state.claims = claims_of(request)
        return await call_next(request)

app = Betroth.from_contract().protect(FastAPI())
app.add_middleware(Identity)

@app.get('/health')
def health():
    return {}

@app.get('/mine')
def mine():
    return {}

@app.get('/acting')
def acting(x_user_id: str = Header()):
    with Session() as session:
        return session.query(Task).filter(Task.user_id == x_user_id).all()
";

/// What is asked for on each route of an application whose middleware reads the token, where the contract opens two.
fn asked(refusal: &str) -> Vec<&'static str> {
    let opened = "[[route]]\npath = \"/health\"\naccess = \"public\"\n[[route]]\npath = \"/acting\"\naccess = \"public\"\n";
    let files = [
        ("betroth.toml", format!("{CONTRACT}{opened}")),
        ("api/main.py", READS.replace("REFUSAL", refusal)),
    ];
    let audit = audit(&Tree::of(files.map(|(path, text)| (path.to_owned(), text))));
    let routes = audit.python.apis.iter().flat_map(|api| &api.routes);
    routes.map(|route| route.authentication.word()).collect()
}

#[test]
fn a_middleware_that_only_reads_the_token_leaves_open_what_the_contract_opens() {
    assert_eq!(asked("return None"), ["none", "required", "forgeable"]);
}

#[test]
fn a_middleware_that_refuses_stands_before_what_the_contract_opens() {
    assert_eq!(
        asked("raise HTTPException(401)"),
        ["required", "required", "required"]
    );
}
