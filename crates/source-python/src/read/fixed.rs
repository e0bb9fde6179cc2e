//! Addresses of the auth service that stand in the source, where no deployment can change them.

use ruff_python_ast::Expr;

use crate::facts::FixedAddress;
use crate::tree::{Binding, Tree};
use crate::wiring::is_test;

/// Words in the name of an address of the auth service, or of its keys.
const SERVICES: &[&str] = &["JWKS", "ISSUER", "AUTH_URL"];

/// Module-level names that are an address on the developer's own machine, in the order of their places.
pub(super) fn fixed(tree: &Tree<'_>) -> Vec<FixedAddress> {
    let mut found = Vec::new();
    for id in tree.ids() {
        if is_test(tree.module(id).path()) {
            continue;
        }
        let scope = tree.scope(id);
        for name in scope.names() {
            let upper = name.to_ascii_uppercase();
            if !SERVICES.iter().any(|word| upper.contains(word)) {
                continue;
            }
            for binding in scope.bindings(name) {
                if let Binding::Value(value @ Expr::StringLiteral(text)) = binding
                    && is_local(text.value.to_str())
                {
                    found.push(FixedAddress {
                        name: name.to_owned(),
                        address: text.value.to_str().to_owned(),
                        place: tree.place(id, *value),
                    });
                }
            }
        }
    }
    found.sort_by(|a, b| a.place.cmp(&b.place));
    found
}

fn is_local(address: &str) -> bool {
    let Some((_, host)) = address.split_once("://") else {
        return false;
    };
    let host = host.split(['/', ':']).next().unwrap_or(host);
    host == "localhost" || host.starts_with("127.")
}
