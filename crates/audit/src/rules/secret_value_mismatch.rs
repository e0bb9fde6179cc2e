use betroth_agreement::Topic;
use betroth_report::{Finding, Severity};

use super::algorithm_mismatch::refused;
use super::{Subject, rule};
use crate::environment::{EnvironmentFile, EnvironmentKind};

rule! {
    /// One variable has two defaults, and the token is signed with one and verified with the other.
    ///
    /// Where the variable is not set, each file falls back to its own text. The login works, and the API refuses the very
    /// token that it handed out.
    ///
    /// ```py bad api/auth.py
    /// import os
    /// import jwt
    /// from fastapi import Depends, HTTPException
    /// from fastapi.security import HTTPBearer
    ///
    /// SECRET = os.getenv("JWT_SECRET", "one-default")
    /// bearer = HTTPBearer()
    ///
    /// def current_user(credentials=Depends(bearer)):
    ///     try:
    ///         return jwt.decode(credentials.credentials, SECRET, algorithms=["HS256"])
    ///     except jwt.PyJWTError:
    ///         raise HTTPException(status_code=401)
    /// ```
    /// ```py bad api/main.py
    /// import os
    /// import jwt
    /// from fastapi import Depends, FastAPI
    /// from auth import current_user
    /// from people import check_password
    ///
    /// SECRET = os.getenv("JWT_SECRET", "another-default")
    /// app = FastAPI()
    ///
    /// @app.post("/login")
    /// def login(name: str, password: str):
    ///     check_password(name, password)
    ///     return {"token": jwt.encode({"sub": name}, SECRET, algorithm="HS256")}
    ///
    /// @app.get("/tasks")
    /// def list_tasks(user=Depends(current_user)):
    ///     return []
    /// ```
    /// ```ts bad web/app/page.tsx
    /// export default async function Page() {
    ///   const login = await fetch(`${process.env.NEXT_PUBLIC_API_URL}/login`, { method: "POST" })
    ///   const { token } = await login.json()
    ///   await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: `Bearer ${token}` } })
    ///   return null
    /// }
    /// ```
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0" } }
    /// ```
    /// ```py good api/auth.py
    /// import os
    /// import jwt
    /// from fastapi import Depends, HTTPException
    /// from fastapi.security import HTTPBearer
    ///
    /// SECRET = os.environ["JWT_SECRET"]
    /// bearer = HTTPBearer()
    ///
    /// def current_user(credentials=Depends(bearer)):
    ///     try:
    ///         return jwt.decode(credentials.credentials, SECRET, algorithms=["HS256"])
    ///     except jwt.PyJWTError:
    ///         raise HTTPException(status_code=401)
    /// ```
    /// ```py good api/main.py
    /// import os
    /// import jwt
    /// from fastapi import Depends, FastAPI
    /// from auth import SECRET, current_user
    /// from people import check_password
    ///
    /// app = FastAPI()
    ///
    /// @app.post("/login")
    /// def login(name: str, password: str):
    ///     check_password(name, password)
    ///     return {"token": jwt.encode({"sub": name}, SECRET, algorithm="HS256")}
    ///
    /// @app.get("/tasks")
    /// def list_tasks(user=Depends(current_user)):
    ///     return []
    /// ```
    /// ```ts good web/app/page.tsx
    /// export default async function Page() {
    ///   const login = await fetch(`${process.env.NEXT_PUBLIC_API_URL}/login`, { method: "POST" })
    ///   const { token } = await login.json()
    ///   await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, { headers: { Authorization: `Bearer ${token}` } })
    ///   return null
    /// }
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0" } }
    /// ```
    "secret-value-mismatch" { severity: Error, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = refused(subject, RULE.id, &[Topic::Key]);
    for finding in &mut found {
        if let Some(file) = set_beside(subject, finding) {
            finding.severity = Severity::Warning;
            finding.why = format!(
                "`{}` sets the variable on this machine; a deployment without that file signs and verifies with two keys, and the API answers 401",
                file.path
            );
        }
    }
    found
}

/// The file beside the code that sets the variable of which both sides have a default.
fn set_beside<'a>(subject: &Subject<'a>, finding: &Finding) -> Option<&'a EnvironmentFile> {
    let secrets = subject.python.literal_secrets.iter();
    let names: Vec<&str> = secrets
        .filter(|secret| secret.used_as_key.as_ref() == Some(&finding.place))
        .filter_map(|secret| secret.default_of.as_deref())
        .collect();
    let tree = subject.tree;
    tree.environments.iter().find(|file| {
        file.kind == EnvironmentKind::Dotenv
            && !file.is_example()
            && file
                .variables
                .iter()
                .any(|variable| variable.value.is_some() && names.contains(&variable.name.as_str()))
    })
}
