//! Claims of a verified token that are converted: not every issuer writes what the conversion takes.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{ExceptHandler, Stmt};
use ruff_text_size::{Ranged as _, TextSize};

use super::{Reached, verification::around};
use crate::facts::Conversion;
use crate::flow::Engine;
use crate::tree::{Site, Tree};
use crate::wiring::is_test;

/// Words by which a user's id goes, in claims and in variables.
const ID: &[&str] = &["sub", "subject", "user_id", "userId", "userid", "uid", "id"];

/// Conversions of the claim that names the user, in the order of their places.
pub(super) fn conversions(engine: &Engine<'_, '_>, reached: &Reached) -> Vec<Conversion> {
    let mut found: Vec<Conversion> = engine
        .conversions
        .iter()
        .enumerate()
        .filter_map(|(number, (site, target))| {
            let claim = named(engine.text_of(*site))?;
            let place = engine.place(*site);
            (!is_test(&place.file)).then(|| Conversion {
                claim: claim.to_owned(),
                to: target.rsplit('.').next().unwrap_or(target).to_owned(),
                place,
                caught: is_caught(engine.tree, *site),
                callable: around(engine.tree, *site),
                reached: number < reached.conversions,
            })
        })
        .collect();
    found.sort_by(|a, b| a.place.cmp(&b.place));
    found
}

/// Whether a conversion stands in a `try` one of whose handlers goes on without raising.
fn is_caught(tree: &Tree<'_>, site: Site) -> bool {
    struct Tries {
        at: TextSize,
        caught: bool,
    }
    impl<'a> Visitor<'a> for Tries {
        fn visit_stmt(&mut self, statement: &'a Stmt) {
            if !statement.range().contains_inclusive(self.at) {
                return;
            }
            if let Stmt::Try(node) = statement
                && node
                    .body
                    .iter()
                    .any(|inner| inner.range().contains_inclusive(self.at))
            {
                self.caught |= node.handlers.iter().any(|handler| {
                    let ExceptHandler::ExceptHandler(handler) = handler;
                    !handler
                        .body
                        .iter()
                        .any(|inner| matches!(inner, Stmt::Raise(_)))
                });
            }
            visitor::walk_stmt(self, statement);
        }
    }
    let mut tries = Tries {
        at: TextSize::new(site.start),
        caught: false,
    };
    tries.visit_body(tree.module(site.module).body());
    tries.caught
}

/// The last word of a call that names a user's id: `sub` of `UUID(payload["sub"])`.
fn named(call: &str) -> Option<&str> {
    call.split(|c: char| !c.is_alphanumeric() && c != '_')
        .rev()
        .map(|word| word.trim_end_matches("_str").trim_end_matches("_claim"))
        .find(|word| ID.contains(word))
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn the_claim_is_told_by_the_last_word_that_names_an_id() {
        assert_eq!(named("UUID(payload.sub)"), Some("sub"));
        assert_eq!(named("uuid.UUID(str(claims['sub']))"), Some("sub"));
        assert_eq!(named("int(user_id_str)"), Some("user_id"));
        assert_eq!(named("int(payload['exp'])"), None);
    }
}
