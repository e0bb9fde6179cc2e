//! What a route is for, as far as its method and path say, and which files are no part of what is served.

use betroth_source_python::{Authentication, Route};

/// Words of a path behind which nobody is logged in yet, or nobody needs to be.
const PUBLIC: &[&str] = &[
    "login",
    "signin",
    "logon",
    "signup",
    "register",
    "registration",
    "logout",
    "signout",
    "auth",
    "oauth",
    "oauth2",
    "oidc",
    "saml",
    "sso",
    "token",
    "tokens",
    "callback",
    "refresh",
    "session",
    "password",
    "forgot",
    "reset",
    "recover",
    "recovery",
    "verify",
    "verification",
    "confirm",
    "activate",
    "otp",
    "magic",
    "captcha",
    "csrf",
    "jwks",
    "known",
    "health",
    "healthz",
    "healthcheck",
    "ready",
    "readyz",
    "readiness",
    "live",
    "livez",
    "liveness",
    "ping",
    "status",
    "heartbeat",
    "version",
    "info",
    "metrics",
    "docs",
    "openapi",
    "redoc",
    "favicon",
    "robots",
    "sitemap",
    "manifest",
    "static",
    "assets",
    "public",
    "webhook",
    "webhooks",
    "hook",
    "hooks",
    "dapr",
    "cron",
    "scheduler",
    "pubsub",
    "contact",
    "newsletter",
    "subscribe",
    "unsubscribe",
    "waitlist",
    "invitation",
    "invite",
    "share",
    "shared",
    "demo",
    "internal",
    "private",
    "setup",
    "install",
    "telemetry",
    "track",
    "tracking",
    "analytics",
    "feedback",
    "banner",
    "onboarding",
    "root",
];

/// Whether the path says that the route is meant for people who are not logged in, or for machines with another credential.
pub(crate) fn is_public(route: &Route) -> bool {
    let words = route
        .path
        .split(|c: char| !c.is_ascii_alphanumeric())
        .map(str::to_ascii_lowercase);
    let joined = route.path.to_ascii_lowercase().replace(['-', '_'], "");
    let mut words = words.filter(|word| !word.is_empty()).peekable();
    words.peek().is_none()
        || words.any(|word| PUBLIC.contains(&word.as_str()))
        || ["signin", "signup", "login", "health"]
            .iter()
            .any(|word| joined.contains(word))
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
        || stem == "conftest"
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
