//! The verdict on pairs that differ in one thing.

use betroth_audit::{Audit, Tree, audit};

const PACKAGE: &str =
    r#"{ "dependencies": { "next": "16.0.0", "better-auth": "1.7.7", "jose": "6.0.0" } }"#;
const CLIENT: &str = "import { createAuthClient } from \"better-auth/react\"
import { jwtClient } from \"better-auth/client/plugins\"
export const authClient = createAuthClient({ plugins: [jwtClient()] })";
/// The call of a page that sends Better Auth's token.
const SENDS: &str = "const token = (await authClient.token()).data?.token
    await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: `Bearer ${token}` } })";
/// The key of a verifier that fetches Better Auth's.
const FETCHED: &str = "keys.get_signing_key_from_jwt(token).key";
const ORIGIN: &str = "issuer='https://notes.example', audience='https://notes.example'";

/// A front end with these options of Better Auth and this call, an API that verifies so, and one more file.
fn look(auth: &str, call: &str, verified_with: &str, more: (&str, &str)) -> Audit {
    let auth = format!(
        "import {{ betterAuth }} from \"better-auth\"
import {{ jwt }} from \"better-auth/plugins\"
export const auth = betterAuth({{ {auth} }})"
    );
    let page = format!(
        "\"use client\"
import {{ authClient }} from \"../lib/auth-client\"
export default function Page() {{
  const load = async () => {{
    {call}
  }}
  return <button onClick={{load}}>go</button>
}}"
    );
    let main = format!(
        "import os
import jwt
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPBearer

app = FastAPI()
keys = jwt.PyJWKClient(os.environ['JWKS_URL'])

def current_user(credentials=Depends(HTTPBearer())):
    token = credentials.credentials
    try:
        return jwt.decode(token, {verified_with})
    except jwt.PyJWTError:
        raise HTTPException(status_code=401)

@app.get('/tasks')
def tasks(user=Depends(current_user)):
    return []
"
    );
    let files = [
        ("web/package.json", PACKAGE),
        ("web/lib/auth.ts", &auth),
        ("web/lib/auth-client.ts", CLIENT),
        ("web/app/page.tsx", &page),
        ("api/main.py", &main),
        more,
    ];
    audit(&Tree::of(
        files.map(|(path, text)| (path.to_owned(), text.to_owned())),
    ))
}

/// The verdict, and the rule that explains a refusal.
fn judged(audit: &Audit) -> (&str, &str) {
    let verdict = audit.agreements[0].verdict.word();
    let causes = audit.report.causes();
    match (verdict, causes.first()) {
        ("refused", Some(cause)) => (verdict, cause.finding.rule),
        _ => (verdict, ""),
    }
}

const NONE: (&str, &str) = ("README.md", "");

#[test]
fn issuer_and_audience_are_compared_where_both_sides_write_them_out() {
    let check = |auth: &str, asks: &str, expected: (&str, &str)| {
        let verified_with = format!("{FETCHED}, algorithms=['EdDSA'], {asks}");
        let audit = look(auth, SENDS, &verified_with, NONE);
        assert_eq!(judged(&audit), expected, "{auth}, {asks}");
    };
    let base = "baseURL: \"https://Notes.example:443/api/auth\", plugins: [jwt()]";
    check(base, ORIGIN, ("accepted", ""));
    check(
        base,
        "issuer='https://notes.example/', audience='x'",
        ("refused", "issuer-mismatch"),
    );
    check(
        base,
        "issuer='https://notes.example', audience='notes-api'",
        ("refused", "audience-mismatch"),
    );
    check(
        base,
        "issuer='https://notes.example'",
        ("refused", "audience-mismatch"),
    );
    check(
        base,
        "audience=['notes-api', 'https://notes.example']",
        ("accepted", ""),
    );
    check(
        base,
        "issuer=os.environ['ISSUER'], audience=os.getenv('AUDIENCE', 'notes')",
        ("accepted", ""),
    );
    let named = "baseURL: \"https://notes.example\", plugins: [jwt({ jwt: { issuer: \"https://id.example\", audience: \"notes\" } })]";
    check(
        named,
        "issuer='https://id.example', audience='notes'",
        ("accepted", ""),
    );
    check(named, ORIGIN, ("refused", "issuer-mismatch"));
}

#[test]
fn what_only_the_running_program_shows_is_not_compared() {
    for auth in [
        "baseURL: process.env.URL ?? \"http://localhost:3000\", plugins: [jwt()]",
        "baseURL: process.env.CI ? \"https://a.example\" : \"https://b.example\", plugins: [jwt()]",
        "plugins: [jwt()]",
        "baseURL: \"https://a.example\", plugins: [jwt({ jwt: { definePayload: () => ({ iss: \"notes\", aud: \"notes\" }) } })]",
    ] {
        let verified_with = format!("{FETCHED}, algorithms=['EdDSA'], {ORIGIN}");
        let audit = look(auth, SENDS, &verified_with, NONE);
        assert_eq!(judged(&audit), ("accepted", ""), "{auth}");
    }
}

#[test]
fn a_token_that_the_front_end_signs_itself_names_what_it_is_told() {
    for (names, expected) in [
        (
            ".setIssuer(\"notes\").setAudience(\"api\")",
            ("accepted", ""),
        ),
        (".setIssuer(process.env.ISSUER)", ("accepted", "")),
        (
            ".setIssuer(\"other\").setAudience(\"api\")",
            ("refused", "issuer-mismatch"),
        ),
    ] {
        let call = format!(
            "const {{ SignJWT }} = await import(\"jose\")
    const token = await new SignJWT({{}}).setProtectedHeader({{ alg: \"HS256\" }}){names}.sign(new TextEncoder().encode(process.env.SECRET))
    await fetch(`${{process.env.NEXT_PUBLIC_API_URL}}/tasks`, {{ headers: {{ Authorization: `Bearer ${{token}}` }} }})"
        );
        let verified_with =
            "os.environ['SECRET'], algorithms=['HS256'], issuer='notes', audience='api'";
        let audit = look("", &call, verified_with, NONE);
        assert_eq!(judged(&audit), expected, "{names}");
    }
}

#[test]
fn cookies_are_nothing_to_an_api_that_reads_none() {
    let call =
        "await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { credentials: \"include\" })";
    let verified_with = format!("{FETCHED}, algorithms=['EdDSA'], audience='a'");
    let audit = look("", call, &verified_with, NONE);
    assert_eq!(judged(&audit), ("refused", "call-without-token"));
    // What stands beside the API may be loaded by it.
    let shared = "def token(request):\n    return request.cookies.get('session')\n";
    let audit = look("", call, &verified_with, ("shared/session.py", shared));
    assert_ne!(judged(&audit), ("refused", "call-without-token"));
}

#[test]
fn what_is_read_of_half_a_front_end_is_not_accepted() {
    let verified_with = format!("{FETCHED}, algorithms=['EdDSA'], audience=os.environ['AUDIENCE']");
    for (path, text, verdict) in [
        ("web/lib/more.ts", "export const x = 1", "accepted"),
        (
            "web/lib/more.ts",
            "<<<<<<< ours\nexport const x = 1",
            "unknown",
        ),
        ("web/public/vendor.js", "<<<<<<< ours\n", "accepted"),
    ] {
        let audit = look("plugins: [jwt()]", SENDS, &verified_with, (path, text));
        assert_eq!(judged(&audit), (verdict, ""), "{path}");
    }
}
