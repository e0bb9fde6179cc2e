//! Small trees, read.

use betroth_source_python::{Facts, SourceFile, read};

/// What is read of these files.
pub(crate) fn facts(files: &[(&str, &str)]) -> Facts {
    read(
        files
            .iter()
            .map(|(path, text)| SourceFile {
                path: (*path).into(),
                text: (*text).into(),
            })
            .collect(),
    )
}

/// `METHOD path handler authentication`, a line each.
pub(crate) fn table(facts: &Facts) -> String {
    let mut lines = Vec::new();
    for api in &facts.apis {
        for route in &api.routes {
            lines.push(format!(
                "{} {} {} {}",
                route.method,
                route.path,
                route.handler,
                route.authentication.word()
            ));
        }
    }
    lines.join("\n")
}

/// A module with a dependency that verifies and refuses.
pub(crate) const GUARD: &str = "
import jwt, os
from fastapi import Depends, HTTPException
from fastapi.security import HTTPBearer
bearer = HTTPBearer()
def user(token=Depends(bearer)):
    try:
        return jwt.decode(token.credentials, os.environ['SECRET'], algorithms=['HS256'], audience='api')
    except jwt.PyJWTError:
        raise HTTPException(401)
";
