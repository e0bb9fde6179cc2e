use betroth_agreement::{Evidence, IssuerKind, KeySource, Value, VerifierKind};
use betroth_report::{Confidence, Finding, Place, Severity};
use betroth_source_python::Verification;

use super::{Paired, Subject, rule};
use crate::access::{is_aside, is_within, root_of};
use crate::environment::EnvironmentKind;

rule! {
    /// The two sides read the secret that they share from variables of two names.
    ///
    /// A token that is signed with one secret and verified with another is refused: 401 for everybody. Two names for one value are right only
    /// as long as somebody sets both, on every machine, to the same text; nothing in the sources says that they belong together.
    /// Where the files of the environment set both names to one value, nothing is said; where they set the one name to two values, that is.
    ///
    /// ```ts bad web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    ///
    /// export const auth = betterAuth({})
    /// ```
    /// ```ts bad web/app/api/token/route.ts
    /// import { SignJWT } from "jose"
    /// import { auth } from "../../../lib/auth"
    ///
    /// export async function GET(request: Request) {
    ///   const session = await auth.api.getSession({ headers: request.headers })
    ///   const key = new TextEncoder().encode(process.env.BETTER_AUTH_SECRET)
    ///   const token = await new SignJWT({ sub: session?.user.id }).setProtectedHeader({ alg: "HS256" }).setExpirationTime("5m").sign(key)
    ///   return Response.json({ token })
    /// }
    /// ```
    /// ```tsx bad web/app/page.tsx
    /// export default async function Page() {
    ///   const { token } = await (await fetch("/api/token")).json()
    ///   await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: `Bearer ${token}` } })
    /// }
    /// ```
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.7", "jose": "6.0.0" } }
    /// ```
    /// ```py bad api/main.py
    /// import os
    /// import jwt
    /// from fastapi import Depends, FastAPI, HTTPException
    /// from fastapi.security import HTTPBearer
    ///
    /// bearer = HTTPBearer()
    ///
    /// def current_user(credentials=Depends(bearer)):
    ///     try:
    ///         return jwt.decode(credentials.credentials, os.environ["JWT_SECRET"], algorithms=["HS256"])
    ///     except jwt.PyJWTError:
    ///         raise HTTPException(status_code=401)
    ///
    /// app = FastAPI()
    ///
    /// @app.get("/tasks")
    /// def list_tasks(user=Depends(current_user)):
    ///     return []
    /// ```
    /// ```ts good web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    ///
    /// export const auth = betterAuth({})
    /// ```
    /// ```ts good web/app/api/token/route.ts
    /// import { SignJWT } from "jose"
    /// import { auth } from "../../../lib/auth"
    ///
    /// export async function GET(request: Request) {
    ///   const session = await auth.api.getSession({ headers: request.headers })
    ///   const key = new TextEncoder().encode(process.env.BETTER_AUTH_SECRET)
    ///   const token = await new SignJWT({ sub: session?.user.id }).setProtectedHeader({ alg: "HS256" }).setExpirationTime("5m").sign(key)
    ///   return Response.json({ token })
    /// }
    /// ```
    /// ```tsx good web/app/page.tsx
    /// export default async function Page() {
    ///   const { token } = await (await fetch("/api/token")).json()
    ///   await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: `Bearer ${token}` } })
    /// }
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.7", "jose": "6.0.0" } }
    /// ```
    /// ```py good api/main.py
    /// import os
    /// import jwt
    /// from fastapi import Depends, FastAPI, HTTPException
    /// from fastapi.security import HTTPBearer
    ///
    /// bearer = HTTPBearer()
    ///
    /// def current_user(credentials=Depends(bearer)):
    ///     try:
    ///         return jwt.decode(credentials.credentials, os.environ["BETTER_AUTH_SECRET"], algorithms=["HS256"])
    ///     except jwt.PyJWTError:
    ///         raise HTTPException(status_code=401)
    ///
    /// app = FastAPI()
    ///
    /// @app.get("/tasks")
    /// def list_tasks(user=Depends(current_user)):
    ///     return []
    /// ```
    "secret-name-mismatch" { severity: Warning, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    subject
        .pairs
        .iter()
        .filter_map(|pair| of_pair(subject, pair))
        .collect()
}

fn of_pair(subject: &Subject<'_>, pair: &Paired<'_>) -> Option<Finding> {
    if pair.agreement.issuer.kind != IssuerKind::HandSignedJwt {
        return None;
    }
    let web = subject.webs.iter().find(|web| {
        let root = root_of(web);
        root == pair.agreement.web_root
    })?;
    let (signs, signs_at) = web
        .issuers
        .iter()
        .filter(|issuer| issuer.reached && issuer.kind == IssuerKind::HandSignedJwt)
        .find_map(|issuer| variable(issuer.key.as_ref()?))?;
    let verifiers: Vec<(&str, &Place)> = subject
        .python
        .verifications
        .iter()
        .filter(|found| verifies_here(found, pair))
        .filter_map(|found| variable(found.fact.key.as_ref()?))
        .collect();
    let (verifies, verifies_at) = verifiers.first()?;
    if verifiers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case(signs))
    {
        return differs(subject, pair, signs);
    }
    if same_value(subject, signs, verifies) {
        return None;
    }
    Some(
        Finding::new(
            RULE.id,
            Severity::Warning,
            (*verifies_at).clone(),
            format!("the front end signs with `{signs}`, the API verifies with `{verifies}`"),
        )
        .confidence(Confidence::Medium)
        .label("verifies with one")
        .related(signs_at.clone(), "signs with the other")
        .why("unless somebody sets both to the same text, on every machine, each token is refused")
        .help("give it one name on both sides, and a value of its own: `JWT_SECRET`, from `openssl rand -base64 32`"),
    )
}

fn verifies_here(found: &Verification, pair: &Paired<'_>) -> bool {
    found.reached
        && found.fact.kind == VerifierKind::SharedSecret
        && found.fact.library.is_some()
        && !is_aside(&found.fact.place.file)
        && is_within(&found.fact.place.file, &pair.agreement.api_root)
}

/// The environment variable that holds a key, and where it is used.
fn variable(key: &Evidence<KeySource>) -> Option<(&str, &Place)> {
    match &key.value {
        Value::Known(KeySource::Environment { name, .. }) => Some((name, key.place()?)),
        _ => None,
    }
}

/// Whether a file of the environment, or two, set both names to one value.
fn same_value(subject: &Subject<'_>, one: &str, other: &str) -> bool {
    let values = |name: &str| {
        let files = subject.tree.environments.iter();
        let all = files.flat_map(|file| &file.variables);
        let named = all.filter(|variable| variable.name.eq_ignore_ascii_case(name));
        named
            .filter_map(|variable| variable.value)
            .collect::<Vec<u64>>()
    };
    let others = values(other);
    values(one).iter().any(|value| others.contains(value))
}

/// One name, set to two values: one beside the front end, another beside the API.
fn differs(subject: &Subject<'_>, pair: &Paired<'_>, name: &str) -> Option<Finding> {
    let set_in = |folder: &str, other: &str| {
        subject
            .tree
            .environments
            .iter()
            .filter(|file| file.kind == EnvironmentKind::Dotenv && !file.is_example())
            .filter(|file| {
                is_within(&file.path, folder)
                    && (folder == "." || !is_within(&file.path, other) || other == ".")
            })
            .find_map(|file| {
                let variable = file.variables.iter().find(|it| it.name == name)?;
                let place = Place::new(file.path.clone(), variable.line, variable.column);
                Some((variable.value?, place))
            })
    };
    let (web_root, api_root) = (&pair.agreement.web_root, &pair.agreement.api_root);
    let (web, at_web) = set_in(web_root, api_root)?;
    let (api, at_api) = set_in(api_root, web_root)?;
    (web != api).then(|| {
        Finding::new(
            RULE.id,
            Severity::Error,
            at_api,
            format!("`{name}` is set to two values: the front end signs with one, the API verifies with the other"),
        )
        .label("the API's value")
        .related(at_web, "the front end's value")
        .why("every token is refused, as long as these files are what is read")
        .help("set both to the same text, without quotes or blanks of which one side makes part of it")
    })
}
