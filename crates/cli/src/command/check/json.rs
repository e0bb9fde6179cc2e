//! The report for programs.

use betroth_agreement::Agreement;
use betroth_audit::Audit;
use betroth_report::{Place, json as findings};
use betroth_source_python::{Authentication, Guard, GuardKind, Route};
use serde_json::{Map, Value, json};

/// The whole report: `schema`, `agreement`, `agreements`, `routes`, `findings`, `suppressed`, `unread`, `notices`.
pub(super) fn object(audit: &Audit) -> Value {
    let agreements: Vec<Value> = audit.agreements.iter().map(agreement).collect();
    let first = agreements.first().cloned().unwrap_or_else(|| {
        json!({
            "verdict": "unknown",
            "because": super::words::missing_side(audit),
            "issuer": { "kind": "unknown", "algorithms": [], "at": [] },
            "verifier": { "kind": "unknown", "algorithms": [], "checks_issuer": false, "checks_audience": false, "requires_expiry": false, "at": [] },
        })
    });
    let unread = audit.unread.iter().map(
        |unread| json!({ "file": unread.file, "line": unread.line.unwrap_or(1).max(1), "why": unread.why }),
    );
    json!({
        "schema": 1,
        "agreement": first,
        "agreements": agreements,
        "routes": routes(audit),
        "findings": findings::findings(&audit.report),
        "suppressed": findings::suppressed(&audit.report),
        "unread": unread.collect::<Vec<_>>(),
        "notices": findings::notices(&audit.notices),
    })
}

fn agreement(agreement: &Agreement) -> Value {
    json!({
        "web_root": agreement.web_root,
        "api_root": agreement.api_root,
        "verdict": agreement.verdict.word(),
        "because": agreement.because,
        "calls": agreement.calls,
        "issuer": {
            "kind": agreement.issuer.kind.word(),
            "algorithms": agreement.issuer.algorithms,
            "at": places(&agreement.issuer.places),
        },
        "verifier": {
            "kind": agreement.verifier.kind.word(),
            "algorithms": agreement.verifier.algorithms,
            "checks_issuer": agreement.verifier.checks_issuer,
            "checks_audience": agreement.verifier.checks_audience,
            "requires_expiry": agreement.verifier.requires_expiry,
            "at": places(&agreement.verifier.places),
        },
    })
}

fn places(places: &[Place]) -> Vec<Value> {
    places
        .iter()
        .map(|place| json!({ "file": place.file, "line": place.line.max(1) }))
        .collect()
}

/// The routes of every API that is served.
pub(in crate::command) fn routes(audit: &Audit) -> Vec<Value> {
    audit
        .apis()
        .flat_map(|api| api.routes.iter().map(|one| route(&api.name, one)))
        .collect()
}

fn route(api: &str, route: &Route) -> Value {
    let mut row = Map::new();
    let mut put = |key: &str, value: Value| {
        row.insert(key.to_owned(), value);
    };
    put("api", json!(api));
    put("method", json!(route.method));
    put("path", json!(route.path));
    put("handler", json!(route.handler));
    put("file", json!(route.place.file));
    put("line", json!(route.place.line.max(1)));
    put("authentication", json!(route.authentication.word()));
    match &route.authentication {
        Authentication::Conditional(condition) => put(
            "unless",
            json!({ "setting": condition.setting, "default": condition.default }),
        ),
        Authentication::Unknown { why, place } => {
            put(
                "why",
                json!({ "message": why, "file": place.file, "line": place.line.max(1) }),
            );
        }
        Authentication::Forgeable { what, place } => {
            put(
                "believes",
                json!({ "what": what, "file": place.file, "line": place.line.max(1) }),
            );
        }
        _ => {}
    }
    put("ownership", json!("unknown"));
    put(
        "guards",
        Value::Array(route.guards.iter().map(guard).collect()),
    );
    Value::Object(row)
}

fn guard(guard: &Guard) -> Value {
    let kind = match guard.kind {
        GuardKind::Middleware => "middleware",
        GuardKind::Dependency => "dependency",
        GuardKind::Decorator => "decorator",
        GuardKind::Handler => "handler",
    };
    json!({
        "name": guard.name,
        "kind": kind,
        "file": guard.place.file,
        "line": guard.place.line.max(1),
        "authentication": guard.authentication.word(),
    })
}
