//! Credentials and secrets that are written to a log.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, ExprCall, FStringPart, InterpolatedStringElement};

use crate::facts::{Logged, LoggedKind};
use crate::flow::Engine;
use crate::wiring::is_test;

/// Methods of a logger.
const METHODS: &[&str] = &[
    "debug",
    "info",
    "warning",
    "warn",
    "error",
    "exception",
    "critical",
    "log",
];

/// Names of variables that hold a person's token, without underscores.
#[rustfmt::skip]
const TOKENS: &[&str] = &[
    "token", "jwt", "jwttoken", "accesstoken", "authtoken", "sessiontoken", "bearertoken", "idtoken", "refreshtoken", "authorization",
    "authheader", "cookies", "sessioncookie", "rawtoken",
];

/// Ends of names that hold a secret of the server.
const SECRETS: &[&str] = &["secret", "secret_key", "jwt_key", "private_key", "password"];

/// Every place outside tests that logs one.
pub(super) fn logged(engine: &Engine<'_, '_>) -> Vec<Logged> {
    let mut found = Vec::new();
    for id in engine.tree.ids() {
        let module = engine.tree.module(id);
        let named = || {
            let text = module.text();
            [
                "oken",
                "ecret",
                "jwt",
                "cookies",
                "assword",
                "redentials",
                "uthorization",
            ]
            .iter()
            .any(|word| text.contains(word))
        };
        if is_test(module.path()) || !named() {
            continue;
        }
        let mut calls = Calls(Vec::new());
        calls.visit_body(module.body());
        for call in calls.0 {
            let shown = call.arguments.args.iter().find_map(shown);
            found.extend(shown.map(|(kind, name, cut)| Logged {
                kind,
                name,
                cut,
                place: engine.tree.place(id, call),
            }));
        }
    }
    found
}

struct Calls<'a>(Vec<&'a ExprCall>);

impl<'a> Visitor<'a> for Calls<'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Call(call) = expr
            && is_log(&call.func)
        {
            self.0.push(call);
        }
        visitor::walk_expr(self, expr);
    }
}

/// `print`, `logger.info`, `self.log.debug`.
fn is_log(callee: &Expr) -> bool {
    match callee {
        Expr::Name(name) => name.id.as_str() == "print",
        Expr::Attribute(attribute) => {
            let on = match &*attribute.value {
                Expr::Name(name) => name.id.as_str(),
                Expr::Attribute(inner) => inner.attr.as_str(),
                _ => return false,
            };
            METHODS.contains(&attribute.attr.as_str())
                && on.trim_matches('_').to_ascii_lowercase().starts_with("log")
        }
        _ => false,
    }
}

/// What of an argument of a log can be read in it.
fn shown(expr: &Expr) -> Option<(LoggedKind, String, bool)> {
    match expr {
        Expr::Name(name) => named(name.id.as_str()),
        Expr::Attribute(attribute) => {
            let name = attribute.attr.as_str();
            // `credentials.credentials` of FastAPI's `HTTPBearer`.
            if name == "credentials" {
                return Some((LoggedKind::Token, name.to_owned(), false));
            }
            named(name)
        }
        Expr::Subscript(node) if matches!(&*node.slice, Expr::Slice(_)) => {
            shown(&node.value).map(|(kind, name, _)| (kind, name, true))
        }
        Expr::If(node) => shown(&node.body).or_else(|| shown(&node.orelse)),
        Expr::BinOp(node) => shown(&node.left).or_else(|| shown(&node.right)),
        Expr::Call(call) => match &*call.func {
            Expr::Name(name) if matches!(name.id.as_str(), "str" | "repr" | "dict") => {
                call.arguments.args.first().and_then(shown)
            }
            Expr::Attribute(attribute) if attribute.attr.as_str() == "format" => {
                call.arguments.args.iter().find_map(shown)
            }
            _ => None,
        },
        Expr::FString(text) => text.value.iter().find_map(|part| match part {
            FStringPart::FString(text) => text.elements.iter().find_map(|element| match element {
                InterpolatedStringElement::Interpolation(part) => shown(&part.expression),
                InterpolatedStringElement::Literal(_) => None,
            }),
            FStringPart::Literal(_) => None,
        }),
        _ => None,
    }
}

fn named(name: &str) -> Option<(LoggedKind, String, bool)> {
    let lower = name.to_ascii_lowercase();
    let kind = if TOKENS.contains(&lower.replace('_', "").as_str()) {
        LoggedKind::Token
    } else if SECRETS.iter().any(|end| lower.ends_with(end)) {
        LoggedKind::Secret
    } else {
        return None;
    };
    Some((kind, name.to_owned(), false))
}
