use betroth_report::{Finding, Fix, Place, Severity};

use super::{Subject, rule};
use crate::access::is_aside;
use crate::tree::{is_python, is_web};

/// The cookie's name on plain HTTP, and what stands before it on HTTPS.
const NAME: &str = "better-auth.session_token";
const PREFIX: &str = "__Secure-";

rule! {
    /// The session cookie is read by the one of its two names that it has on a developer's machine.
    ///
    /// Where Better Auth's `baseURL` begins with `https://`, its cookie is called `__Secure-better-auth.session_token`; on plain HTTP
    /// it is `better-auth.session_token`. Code that knows the second name alone works on `localhost` and refuses everybody in production.
    ///
    /// ```py bad api/main.py
    /// import httpx
    /// from fastapi import Depends, FastAPI, HTTPException, Request
    ///
    /// async def current_user(request: Request):
    ///     token = request.cookies.get("better-auth.session_token")
    ///     if not token:
    ///         raise HTTPException(status_code=401)
    ///     async with httpx.AsyncClient() as client:
    ///         answer = await client.get("https://app.example.com/api/auth/get-session", cookies=request.cookies)
    ///     session = answer.json()
    ///     if not session:
    ///         raise HTTPException(status_code=401)
    ///     return session["user"]
    ///
    /// app = FastAPI()
    ///
    /// @app.get("/tasks")
    /// def list_tasks(user=Depends(current_user)):
    ///     return []
    /// ```
    /// ```py good api/main.py
    /// import httpx
    /// from fastapi import Depends, FastAPI, HTTPException, Request
    ///
    /// async def current_user(request: Request):
    ///     token = request.cookies.get("__Secure-better-auth.session_token") or request.cookies.get("better-auth.session_token")
    ///     if not token:
    ///         raise HTTPException(status_code=401)
    ///     async with httpx.AsyncClient() as client:
    ///         answer = await client.get("https://app.example.com/api/auth/get-session", cookies=request.cookies)
    ///     session = answer.json()
    ///     if not session:
    ///         raise HTTPException(status_code=401)
    ///     return session["user"]
    ///
    /// app = FastAPI()
    ///
    /// @app.get("/tasks")
    /// def list_tasks(user=Depends(current_user)):
    ///     return []
    /// ```
    "cookie-prefix-unhandled" { severity: Warning, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    // One who says that the cookie has no prefix has one name for it.
    let plain = subject.webs.iter().flat_map(|web| &web.auth).any(|server| {
        let prefix = server.cookie_prefix.as_ref();
        server.secure_cookies == Some(false)
            || prefix.is_some_and(|prefix| prefix.value != "better-auth")
    });
    if plain {
        return Vec::new();
    }
    subject
        .tree
        .files
        .iter()
        .filter(|(path, text)| {
            (is_python(path) || is_web(path))
                && !is_aside(path)
                && text.contains(NAME)
                && !text.contains(PREFIX)
                && !text.contains("getSessionCookie")
        })
        .filter_map(|(path, text)| finding(path, text))
        .collect()
}

/// One finding a file, at the first line that reads the cookie by that name.
fn finding(path: &str, text: &str) -> Option<Finding> {
    let mut lines = (1..).zip(text.lines()).filter_map(|(number, line)| {
        let at = line.find(NAME)?;
        let quoted = line[..at].ends_with(['"', '\'', '`']);
        let reads = [
            "cookies.get(",
            "cookies().get(",
            "cookieStore.get(",
            "cookies.has(",
            "cookies[",
            "alias=",
        ]
        .iter()
        .any(|call| line[..at].contains(call));
        let column = u32::try_from(line[..at].chars().count()).ok()? + 1;
        (quoted && reads).then(|| Place {
            width: u32::try_from(NAME.len()).unwrap_or(1),
            ..Place::new(path, number, column)
        })
    });
    let first = lines.next()?;
    let finding = Finding::new(
        RULE.id,
        Severity::Warning,
        first,
        format!("the session cookie is known as `{NAME}` only"),
    )
    .label(format!("`{PREFIX}{NAME}` on https"))
    .why("it works on `localhost`; in production nobody is found to be logged in")
    .help(if is_python(path) {
        format!("read both: `cookies.get(\"{PREFIX}{NAME}\") or cookies.get(\"{NAME}\")`")
    } else {
        "ask `getSessionCookie(request)` of `better-auth/cookies`, which knows both names"
            .to_owned()
    })
    .fix(Fix::Safe);
    Some(
        lines
            .take(3)
            .fold(finding, |finding, place| finding.related(place, "and here")),
    )
}
