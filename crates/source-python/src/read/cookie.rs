//! Whether the code of an API may look at the cookies of a request.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, ExprCall, Parameter};

use crate::tree::{Definition, ModuleId, Tree};
use crate::wiring::is_test;

/// Names by which a request goes.
const REQUESTS: &[&str] = &["request", "req", "websocket", "ws", "conn", "connection"];

/// Classes that read the header `Authorization`, and nothing else, of the request that they are given.
const BEARERS: &[&str] = &[
    "HTTPBearer",
    "HTTPBasic",
    "HTTPDigest",
    "OAuth2PasswordBearer",
    "OAuth2AuthorizationCodeBearer",
    "APIKeyHeader",
    "APIKeyQuery",
];

/// The modules that speak of cookies, hand the headers of a request on as a whole, or hand a request to code that is not of the tree.
pub(super) fn cookie_readers(tree: &Tree<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for id in tree.ids() {
        let module = tree.module(id);
        if is_test(module.path()) {
            continue;
        }
        let mut search = Search {
            tree,
            module: id,
            found: false,
        };
        search.visit_body(module.body());
        if search.found {
            found.push(module.path().to_owned());
        }
    }
    found
}

struct Search<'t, 'a> {
    tree: &'t Tree<'a>,
    module: ModuleId,
    found: bool,
}

impl Search<'_, '_> {
    /// Whether a call gives the request itself to somebody who may read all of it.
    fn hands_request_on(&self, call: &ExprCall) -> bool {
        let keywords = call.arguments.keywords.iter().map(|keyword| &keyword.value);
        let given =
            call.arguments.args.iter().chain(keywords).any(
                |value| matches!(value, Expr::Name(name) if REQUESTS.contains(&name.id.as_str())),
            );
        given && !self.is_known(call)
    }

    /// Whether what is called is of the tree, goes on to the next layer, or reads one header.
    fn is_known(&self, call: &ExprCall) -> bool {
        let last = match &*call.func {
            Expr::Name(name) => name.id.as_str(),
            Expr::Attribute(attribute) => attribute.attr.as_str(),
            _ => return false,
        };
        // `await call_next(request)`, `await super().__call__(request)`.
        if matches!(last, "call_next" | "__call__") {
            return true;
        }
        let definitions = self.tree.named(self.module, &call.func);
        definitions.iter().any(|definition| match definition {
            Definition::Function(..) | Definition::Class(..) => true,
            Definition::Variable(module, Expr::Call(made)) => self
                .tree
                .dotted(*module, &made.func)
                .is_some_and(|name| BEARERS.iter().any(|bearer| name.ends_with(bearer))),
            _ => false,
        })
    }
}

fn speaks(name: &str) -> bool {
    name.to_ascii_lowercase().contains("cookie")
}

impl<'a> Visitor<'a> for Search<'_, 'a> {
    fn visit_parameter(&mut self, parameter: &'a Parameter) {
        self.found |= speaks(&parameter.name);
        visitor::walk_parameter(self, parameter);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        if self.found {
            return;
        }
        match expr {
            Expr::Name(name) => self.found |= speaks(&name.id),
            Expr::StringLiteral(text) => {
                self.found |= speaks(text.value.to_str()) && !text.value.to_str().contains(' ');
            }
            Expr::Attribute(attribute) => {
                self.found |= speaks(&attribute.attr);
                // One header of many is looked at: `request.headers.get("authorization")`.
                if let Expr::Attribute(inner) = &*attribute.value
                    && inner.attr.as_str() == "headers"
                    && attribute.attr.as_str() == "get"
                {
                    return self.visit_expr(&inner.value);
                }
                self.found |= attribute.attr.as_str() == "headers"
                    && matches!(&*attribute.value, Expr::Name(name) if REQUESTS.contains(&name.id.as_str()));
            }
            Expr::Subscript(node) => {
                if let Expr::Attribute(inner) = &*node.value
                    && inner.attr.as_str() == "headers"
                {
                    self.visit_expr(&inner.value);
                    return self.visit_expr(&node.slice);
                }
            }
            Expr::Call(call) => self.found |= self.hands_request_on(call),
            _ => {}
        }
        visitor::walk_expr(self, expr);
    }
}
