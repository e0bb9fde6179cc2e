//! What is raised, and which `except` catches it.

use std::rc::Rc;

use ruff_python_ast::StmtClassDef;

use super::value::Node;
use crate::tree::ModuleId;

/// A raised exception, by what can catch it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Exception<'a> {
    /// `HTTPException` with its status, where known, and whatever else answers the caller with a refusal.
    Http(Option<i64>),
    /// A class of the tree.
    Own(ModuleId, Node<'a, StmtClassDef>),
    /// A class of another package or of Python, by its dotted name.
    External(Rc<str>),
    /// What a verifying function of a token library raises.
    Token,
    /// Anything that may go wrong in a statement.
    Any,
}

/// Whether an `except` clause catches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Catch {
    Yes,
    No,
    Maybe,
}

/// The names by which a clause for exceptions of token libraries is known, the widest of each library.
const TOKEN_WIDEST: &[&str] = &[
    "PyJWTError",
    "JWTError",
    "JOSEError",
    "JoseError",
    "InvalidTokenError",
];

/// Packages whose exceptions a verification can raise.
const TOKEN_PACKAGES: &[&str] = &[
    "jwt",
    "jose",
    "authlib",
    "joserfc",
    "jwcrypto",
    "itsdangerous",
    "firebase_admin",
    "google",
    "cryptography",
    "nacl",
];

/// Whether a clause that names the external class `clause` catches `raised`.
///
/// `raised` is external or implicit; classes of the tree are walked by the engine first.
pub(crate) fn catches(clause: &str, raised: &Exception<'_>) -> Catch {
    let last = clause.rsplit('.').next().unwrap_or(clause);
    let widest = matches!(last, "Exception" | "BaseException");
    if widest {
        return Catch::Yes;
    }
    let http = last == "HTTPException" || last == "StarletteHTTPException";
    match raised {
        Exception::Http(_) => {
            if http {
                Catch::Yes
            } else {
                Catch::No
            }
        }
        Exception::Own(..) => Catch::No,
        Exception::External(name) => {
            let raised = name.rsplit('.').next().unwrap_or(name);
            if raised == last || base_of(raised, last) {
                Catch::Yes
            } else if builtin(raised) && builtin(last) {
                Catch::No
            } else {
                Catch::Maybe
            }
        }
        Exception::Token => {
            let package = clause.split('.').next().unwrap_or(clause);
            if http {
                Catch::No
            } else if TOKEN_WIDEST.contains(&last) {
                Catch::Yes
            } else if TOKEN_PACKAGES.contains(&package) || !builtin(last) || last == "ValueError" {
                Catch::Maybe
            } else {
                Catch::No
            }
        }
        Exception::Any => {
            if http {
                Catch::No
            } else {
                Catch::Maybe
            }
        }
    }
}

fn builtin(name: &str) -> bool {
    matches!(
        name,
        "ValueError"
            | "KeyError"
            | "TypeError"
            | "AttributeError"
            | "IndexError"
            | "LookupError"
            | "RuntimeError"
            | "PermissionError"
            | "OSError"
            | "TimeoutError"
            | "StopIteration"
            | "NotImplementedError"
            | "AssertionError"
            | "UnicodeDecodeError"
            | "ImportError"
            | "ConnectionError"
            | "ZeroDivisionError"
            | "OverflowError"
    )
}

fn base_of(raised: &str, clause: &str) -> bool {
    matches!(
        (raised, clause),
        ("KeyError" | "IndexError", "LookupError")
            | (
                "PermissionError" | "TimeoutError" | "ConnectionError",
                "OSError"
            )
            | ("UnicodeDecodeError", "ValueError")
            | ("NotImplementedError", "RuntimeError")
    )
}
