//! What a route is for, as far as its method and path say, and which files are no part of what is served.

use betroth_source_python::{Authentication, Route};
use betroth_source_typescript::{Framework, Web};

/// Words of a path behind which nobody is logged in yet.
#[rustfmt::skip]
const ENTRANCES: &[&str] = &[
    "login", "signin", "logon", "signup", "register", "registration", "logout", "signout", "auth", "oauth", "oauth2", "oidc", "saml",
    "sso", "token", "tokens", "callback", "refresh", "session", "password", "forgot", "reset", "recover", "recovery", "verify",
    "verification", "confirm", "activate", "otp", "magic", "captcha", "csrf", "jwks", "invitation", "invite", "onboarding", "setup",
    "install", "demo", "waitlist", "newsletter", "subscribe", "contact", "feedback", "track", "tracking", "telemetry", "analytics",
    "public", "share", "shared",
];

/// Words of a path that a machine calls, with a credential of another kind, or from where nobody else comes.
#[rustfmt::skip]
const MACHINES: &[&str] = &[
    "webhook", "webhooks", "hook", "hooks", "dapr", "cron", "scheduler", "pubsub", "internal", "private", "unsubscribe", "logout",
    "signout",
];

/// Words of a path that only tells how the service is.
#[rustfmt::skip]
const SIGNS: &[&str] = &[
    "health", "healthz", "healthcheck", "ready", "readyz", "readiness", "live", "livez", "liveness", "ping", "status", "heartbeat",
    "version", "info", "metrics", "docs", "openapi", "redoc", "favicon", "robots", "sitemap", "manifest", "static", "assets", "known",
    "banner", "root",
];

/// Words of a path that answers a question and keeps nothing, though it is posted to.
#[rustfmt::skip]
const QUESTIONS: &[&str] = &[
    "search", "query", "chat", "ask", "answer", "translate", "personalize", "predict", "generate", "summarize", "convert", "validate",
    "calculate", "preview", "estimate", "embed", "retrieve", "recommend", "suggest", "analyze", "completion", "completions", "stream",
];

/// The folder of a front end; `.` for the folder looked at.
pub(crate) fn root_of(web: &Web) -> &str {
    if web.root.is_empty() { "." } else { &web.root }
}

/// What a front end reads a variable of its deployment by.
pub(crate) fn variable_of(web: &Web) -> &'static str {
    match web.framework {
        Framework::Vite | Framework::Vue | Framework::Svelte => "`import.meta.env.VITE_API_URL`",
        Framework::CreateReactApp => "`process.env.REACT_APP_API_URL`",
        Framework::Docusaurus => {
            "`customFields` of `docusaurus.config`, which reads `process.env.API_URL`"
        }
        Framework::Expo => "`process.env.EXPO_PUBLIC_API_URL`",
        Framework::Astro => "`import.meta.env.PUBLIC_API_URL`",
        Framework::SvelteKit => "`PUBLIC_API_URL` of `$env/dynamic/public`",
        Framework::Nuxt => "`useRuntimeConfig().public.apiUrl`",
        Framework::Angular => "`environment.apiUrl`",
        _ => "`process.env.NEXT_PUBLIC_API_URL`",
    }
}

/// Whether a file stands in a folder; `.` holds them all.
pub(crate) fn is_within(file: &str, folder: &str) -> bool {
    folder == "."
        || file
            .strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
}

/// Whether the path says that the route is meant for people who are not logged in, or for machines with another credential.
pub(crate) fn is_public(route: &Route) -> bool {
    let words = words(route);
    let any = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let joined = route.path.to_ascii_lowercase().replace(['-', '_'], "");
    match route.method.as_str() {
        "PUT" | "PATCH" | "DELETE" => any(MACHINES),
        "POST" => {
            any(MACHINES)
                || any(ENTRANCES)
                || ["signin", "signup", "login", "register"]
                    .iter()
                    .any(|word| joined.contains(word))
        }
        _ => {
            words.is_empty()
                || any(MACHINES)
                || any(ENTRANCES)
                || any(SIGNS)
                || joined.contains("health")
        }
    }
}

/// Whether a route that is posted to only answers a question, as far as its path says.
pub(crate) fn only_answers(route: &Route) -> bool {
    route.method == "POST"
        && words(route)
            .iter()
            .any(|word| QUESTIONS.contains(&word.as_str()))
}

/// The words of a path, parameters left out.
/// Words of a path that nobody opens to strangers on purpose, whatever else it says.
const INSIDE: &[&str] = &["admin", "debug", "internal", "private", "test"];

/// Whether the path says that strangers are meant to be answered: what a contract may propose as public.
pub fn is_meant_open(route: &Route) -> bool {
    let inside = words(route)
        .iter()
        .any(|word| INSIDE.contains(&word.as_str()));
    is_public(route) && !inside
}

fn words(route: &Route) -> Vec<String> {
    route
        .path
        .split('/')
        .filter(|segment| !segment.starts_with('{'))
        .flat_map(|segment| segment.split(|c: char| !c.is_ascii_alphanumeric()))
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect()
}

/// Whether the method is one that changes something.
pub(crate) fn changes(route: &Route) -> bool {
    matches!(route.method.as_str(), "POST" | "PUT" | "PATCH" | "DELETE")
}

/// Whether a valid credential makes a difference to the route.
pub(crate) fn is_verified(authentication: &Authentication) -> bool {
    matches!(
        authentication,
        Authentication::Required | Authentication::Conditional(_) | Authentication::Optional
    )
}

/// Whether the route refuses a caller without a credential, always or unless a setting says otherwise.
pub(crate) fn refuses(authentication: &Authentication) -> bool {
    matches!(
        authentication,
        Authentication::Required | Authentication::Conditional(_)
    )
}

/// Whether a file belongs to tests, examples or scripts rather than to what is served.
pub(crate) fn is_aside(path: &str) -> bool {
    let (folders, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.split('.').next().unwrap_or(file);
    stem.starts_with("test_")
        || stem.ends_with("_test")
        || matches!(stem, "conftest" | "setupTests")
        || file.contains(".test.")
        || file.contains(".spec.")
        || folders.split('/').any(|folder| {
            matches!(
                folder,
                "tests"
                    | "test"
                    | "testing"
                    | "__tests__"
                    | "e2e"
                    | "examples"
                    | "example"
                    | "scripts"
                    | "docs"
                    | "migrations"
                    | "alembic"
                    | "benchmarks"
                    | "templates"
                    | ".claude"
                    | "skills"
                    | "samples"
                    | "fixtures"
                    | "mocks"
                    | "specs"
                    | "archive"
                    | "backup"
                    | "deprecated"
                    | "legacy"
                    | "code-reviews"
            )
        })
}

#[cfg(test)]
mod tests {
    use betroth_report::Place;

    use super::*;

    fn route(method: &str, path: &str) -> Route {
        Route {
            method: method.into(),
            path: path.into(),
            handler: "handler".into(),
            place: Place::new("main.py", 1, 1),
            router: Place::new("main.py", 1, 1),
            authentication: Authentication::None,
            guards: Vec::new(),
            claimed_identity: None,
            touches_data: true,
            asks_model: false,
        }
    }

    #[test]
    fn what_is_for_developers_alone_is_never_proposed_as_open() {
        for (method, path, open) in [
            ("GET", "/health", true),
            ("POST", "/api/auth/sign-in", true),
            ("GET", "/api/auth/debug/session", false),
            ("POST", "/debug/jwks-refresh", false),
            ("GET", "/internal/status", false),
        ] {
            assert_eq!(is_meant_open(&route(method, path)), open, "{method} {path}");
        }
    }

    #[test]
    fn entrances_signs_of_life_and_machines_are_public() {
        for (method, path) in [
            ("POST", "/api/v1/login/access-token"),
            ("POST", "/users/signup"),
            ("POST", "/users/register_demo"),
            ("POST", "/api/auth/sign-in"),
            ("GET", "/health-check/"),
            ("GET", "/"),
            ("POST", "/webhooks/stripe"),
            ("DELETE", "/logout"),
        ] {
            assert!(is_public(&route(method, path)), "{method} {path}");
        }
    }

    #[test]
    fn what_changes_a_thing_is_not_public_for_a_word_in_its_path() {
        for (method, path) in [
            ("PATCH", "/tasks/{task_id}/status"),
            ("PUT", "/users/{user_id}/password"),
            ("DELETE", "/tokens/{token_id}"),
            ("POST", "/orders/{status}"),
            ("GET", "/tasks"),
        ] {
            assert!(!is_public(&route(method, path)), "{method} {path}");
        }
    }

    #[test]
    fn a_question_that_is_posted_changes_nothing() {
        assert!(only_answers(&route("POST", "/api/chat")));
        assert!(!only_answers(&route("POST", "/api/tasks")));
        assert!(!only_answers(&route("DELETE", "/api/chat/{chat_id}")));
    }

    #[test]
    fn tests_and_examples_are_no_part_of_what_is_served() {
        for path in [
            "api/tests/main.py",
            "api/test_main.py",
            "web/lib/api.test.ts",
        ] {
            assert!(is_aside(path), "{path}");
        }
        assert!(!is_aside("api/contest.py"));
    }
}
