//! Middleware and decorators of other packages that watch, limit or shape, by what they are for.

/// Packages whose middleware watches, compresses or limits, and lets in whom it does not know.
#[rustfmt::skip]
const WATCHING: &[&str] = &[
    "starlette", "fastapi", "slowapi", "prometheus_client", "prometheus_fastapi_instrumentator", "starlette_exporter", "asgi_correlation_id",
    "sentry_sdk", "opentelemetry", "uvicorn", "brotli_asgi", "secure", "ddtrace", "elasticapm", "starlette_context", "structlog", "newrelic",
    "fastapi_cache", "functools", "contextlib", "dependency_injector", "cachetools", "aiocache", "tenacity", "langfuse", "fastapi_limiter",
    "asgiref", "pyinstrument", "logfire", "typing", "deprecated", "fastapi_pagination", "beartype", "starlette_graphene3", "debug_toolbar",
];

/// Words in the name of a middleware of another package that watches, limits or shapes requests.
#[rustfmt::skip]
const SHAPING: &[&str] = &[
    "sentry", "metric", "prometheus", "trac", "telemetry", "log", "gzip", "compress", "brotli", "zstd", "cors", "rate", "limit", "request_id",
    "requestid", "correlation", "timing", "profil", "cache", "header", "static", "proxy", "trustedhost", "httpsredirect", "etag", "locale",
    "i18n", "error", "exception", "csrf", "size", "timeout", "debug", "encoding", "version", "monitor", "apm", "audit",
];

/// Words in the name of a middleware that may refuse a caller.
const REFUSING: &[&str] = &[
    "auth",
    "jwt",
    "login",
    "token",
    "identity",
    "permission",
    "access",
    "guard",
    "sso",
    "user",
    "clerk",
];

/// Whether a middleware or decorator of another package lets in whom it does not know, by what it is for.
pub(super) fn watches(dotted: &str) -> bool {
    let package = dotted.split('.').next().unwrap_or(dotted);
    let plain = dotted.to_ascii_lowercase();
    WATCHING.contains(&package)
        || SHAPING.iter().any(|word| plain.contains(word))
            && !REFUSING.iter().any(|word| plain.contains(word))
}
