//! Pages that reach the API through a route handler of their own front end, which puts the token on.

use betroth_audit::{Audit, Tree, audit};

const API: &str = "\
import os
import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPBearer

bearer = HTTPBearer()
issuer = os.environ['BETTER_AUTH_URL']
keys = jwt.PyJWKClient(f'{issuer}/api/auth/jwks')

def user(credentials=Depends(bearer)):
    try:
        token = credentials.credentials
        return jwt.decode(token, keys.get_signing_key_from_jwt(token).key, algorithms=['EdDSA'], issuer=issuer, audience=issuer)
    except jwt.PyJWTError:
        raise HTTPException(status_code=401)

app = FastAPI()

@app.get('/notes')
def notes(user=Depends(user)):
    return []

@app.get('/tags')
def tags(user=Depends(user)):
    return []
";

/// What is said of a page that calls these paths, where the handler gets its token so.
fn looked_at(token: &str, paths: [&str; 3]) -> Audit {
    let handler = format!(
        "import {{ passOn }} from \"betroth/next\"
import {{ auth }} from \"../../../../lib/auth\"
export const {{ GET }} = passOn({{ url: process.env.API_URL!, under: \"/api/backend\", token: {token} }})"
    );
    let calls = paths.map(|path| format!("client.makeAuthenticatedRequest(\"{path}\")"));
    let page = format!(
        "\"use client\"
import {{ createClient }} from \"betroth\"
const client = createClient({{ url: \"/api/backend\", token: false }})
export default function Page() {{
  const load = async () => {{ {} }}
  return <button onClick={{load}}>load</button>
}}",
        calls.join("; ")
    );
    let files = [
        (
            "web/package.json",
            r#"{ "dependencies": { "next": "16.0.0", "better-auth": "1.7.7", "betroth": "0.1.0" } }"#,
        ),
        (
            "web/lib/auth.ts",
            "import { betterAuth } from \"better-auth\"
import { jwt } from \"better-auth/plugins\"
export const auth = betterAuth({ plugins: [jwt()] })",
        ),
        ("web/app/api/backend/[...path]/route.ts", &handler),
        ("web/app/page.tsx", &page),
        ("api/main.py", API),
    ];
    audit(&Tree::of(
        files.map(|(path, text)| (path.to_owned(), text.to_owned())),
    ))
}

/// The findings of a rule, each with its place.
fn found(audit: &Audit, rule: &str) -> Vec<String> {
    let findings = audit.report.findings().iter();
    findings
        .filter(|finding| finding.rule == rule)
        .map(|finding| format!("{} {}", finding.message, finding.place))
        .collect()
}

const TOKEN: &str = "async (headers) => (await auth.api.getToken({ headers })).token";

#[test]
fn a_path_that_the_api_does_not_serve_is_told_at_the_page() {
    let audit = looked_at(TOKEN, ["/notes", "/tags", "/note"]);
    assert_eq!(audit.agreements[0].calls, 3);
    assert_eq!(audit.agreements[0].verdict.word(), "accepted");
    assert_eq!(
        found(&audit, "route-mismatch"),
        ["`GET /note` is called, and the API does not serve it web/app/page.tsx:5"]
    );
}

#[test]
fn a_handler_whose_token_is_not_told_is_not_accepted() {
    let audit = looked_at("() => null", ["/notes", "/tags", "/tags"]);
    assert_ne!(audit.agreements[0].verdict.word(), "accepted");
}

#[test]
fn nothing_is_said_of_calls_that_the_handler_passes_on_with_a_token() {
    let audit = looked_at(TOKEN, ["/notes", "/tags", "/tags"]);
    for rule in ["route-mismatch", "call-without-token", "cors-missing"] {
        assert_eq!(found(&audit, rule), Vec::<String>::new(), "{rule}");
    }
}
