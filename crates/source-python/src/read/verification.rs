//! The places that verify a credential, as facts for the comparison.

use betroth_agreement::{
    Condition, Evidence, KeySource, Names, Origin, Value as Known, VerifierFact, VerifierKind,
};

use betroth_report::Place;

use super::Reached;
use crate::facts::Verification;
use crate::flow::{Engine, Site, Value};
use crate::tree::Tree;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Stmt, StmtFunctionDef};
use ruff_text_size::{Ranged as _, TextSize};

/// An issuer or audience as far as it is written out; a list where any of its names is taken.
fn name(value: &Value<'_>, place: &Place) -> Evidence<String> {
    let texts = match value {
        Value::Str(text) => Some(vec![text.to_string()]),
        Value::List(items) => items
            .iter()
            .map(|item| item.text().map(str::to_owned))
            .collect(),
        _ => None,
    };
    let value = match texts {
        Some(texts) if texts.len() == 1 => Known::Known(texts.concat()),
        Some(texts) if !texts.is_empty() => Known::OneOf(texts),
        _ => Known::Unknown("it is not written out".into()),
    };
    Evidence {
        value,
        origin: Origin::Source(place.clone()),
        condition: None,
    }
}

/// Every verification that was met, in the order of their places.
pub(super) fn verifications(engine: &Engine<'_, '_>, reached: &Reached) -> Vec<Verification> {
    let mut found: Vec<Verification> = engine
        .checks
        .iter()
        .enumerate()
        .map(|(number, check)| {
            let place = engine.place(check.site);
            let routes = u32::try_from(number)
                .ok()
                .and_then(|number| reached.checks.get(&number))
                .copied()
                .unwrap_or(0);
            let algorithms = check
                .algorithms
                .iter()
                .map(|(name, setting)| Evidence {
                    value: if name.is_empty() {
                        Known::Unknown("the setting has no default in the source".into())
                    } else {
                        Known::Known(name.clone())
                    },
                    origin: Origin::Source(place.clone()),
                    condition: setting.as_ref().map(|setting| Condition {
                        setting: setting.name.to_string(),
                        default: setting.default.as_ref().map(ToString::to_string),
                    }),
                })
                .collect();
            Verification {
                fact: VerifierFact {
                    kind: check.kind,
                    algorithms,
                    key: check
                        .key
                        .as_ref()
                        .map(|key| Evidence::known(key_source(key), place.clone())),
                    names: Names {
                        issuer: check
                            .issuer
                            .as_ref()
                            .filter(|_| check.checks_issuer)
                            .map(|value| name(value, &place)),
                        audience: check
                            .audience
                            .as_ref()
                            .filter(|_| check.checks_audience)
                            .map(|value| name(value, &place)),
                        ..Names::default()
                    },
                    checks_issuer: check.checks_issuer,
                    checks_audience: check.checks_audience,
                    requires_expiry: check.requires_expiry,
                    library: check.library.as_ref().map(ToString::to_string),
                    place,
                    routes,
                },
                switched_off: check.switched_off.clone(),
                callable: around(engine.tree, check.site),
                reached: number < reached.met,
                believed: false,
                token_chooses: super::header_algorithm::chosen(engine.tree, check.site),
                needed_claims: super::needed_claim::needed_claims(engine.tree, check.site),
            }
        })
        .collect();
    for (number, (site, library, switched_off)) in engine.unverified.iter().enumerate() {
        let place = engine.place(*site);
        let callable = around(engine.tree, *site);
        // A second, verifying call in the same function makes the first a look ahead.
        let believed = reached.guards.values().any(|(_, authentication)| {
            matches!(authentication, crate::facts::Authentication::Forgeable { place, .. } if place.file == engine.place(*site).file)
        });
        found.push(Verification {
            fact: VerifierFact {
                kind: VerifierKind::Unverified,
                algorithms: Vec::new(),
                key: None,
                names: Names::default(),
                checks_issuer: false,
                checks_audience: false,
                requires_expiry: false,
                library: Some(library.to_string()),
                place,
                routes: 0,
            },
            switched_off: switched_off.clone(),
            callable,
            reached: number < reached.unverified,
            believed,
            token_chooses: None,
            needed_claims: Vec::new(),
        });
    }
    found.sort_by(|a, b| a.fact.place.cmp(&b.fact.place));
    found
}

fn key_source(key: &Value<'_>) -> KeySource {
    match key {
        Value::Str(_) => KeySource::Literal,
        _ => match key.rests_on() {
            Some(setting) => KeySource::Environment {
                name: setting.name.to_string(),
                defaulted: setting.default.is_some(),
            },
            None => KeySource::Unknown("computed by the program".into()),
        },
    }
}

/// The name of the innermost function around a site; empty at the top level.
pub(super) fn around(tree: &Tree<'_>, site: Site) -> String {
    enclosing(tree, site).map_or_else(String::new, |node| node.name.to_string())
}

/// The innermost function around a site.
pub(super) fn enclosing<'a>(tree: &Tree<'a>, site: Site) -> Option<&'a StmtFunctionDef> {
    struct Search<'a> {
        at: TextSize,
        found: Option<&'a StmtFunctionDef>,
    }
    impl<'a> Visitor<'a> for Search<'a> {
        fn visit_stmt(&mut self, statement: &'a Stmt) {
            if !statement.range().contains_inclusive(self.at) {
                return;
            }
            if let Stmt::FunctionDef(node) = statement {
                self.found = Some(node);
            }
            visitor::walk_stmt(self, statement);
        }
    }
    let mut search = Search {
        at: TextSize::new(site.start),
        found: None,
    };
    search.visit_body(tree.module(site.module).body());
    search.found
}
