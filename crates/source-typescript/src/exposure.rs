//! Credentials and secrets that are shown to more than those whom they are for: in a log, in an address.

use oxc_ast::ast::{Expression, ObjectPropertyKind};
use oxc_span::GetSpan as _;

use crate::{
    Audience, Exposed, Exposure,
    module::{Definition, Module, ModuleId},
    site::Site,
    token_name::{is_token, plain},
};

/// Methods of `console`.
const LOGS: [&str; 6] = ["log", "info", "debug", "warn", "error", "trace"];
/// Methods that leave most of a text readable.
const CUTS: [&str; 7] = [
    "slice",
    "substring",
    "substr",
    "toString",
    "trim",
    "concat",
    "stringify",
];
/// Names in an address by which a token goes that grants access.
const PARAMETERS: [&str; 7] = [
    "access_token",
    "auth_token",
    "jwt",
    "session_token",
    "bearer_token",
    "id_token",
    "sessionToken",
];
/// Words in the name of an environment variable that holds a secret.
const SECRETS: [&str; 4] = ["SECRET", "PRIVATE_KEY", "PASSWORD", "API_KEY"];
/// Variables followed into one another.
const DEPTH: usize = 3;

impl<'a> Site<'_, '_, 'a> {
    /// Every place that shows a credential or a secret.
    pub(crate) fn exposed(&self) -> Vec<Exposure> {
        let mut found = Vec::new();
        for (id, module) in self.tracer.project.modules.iter().enumerate() {
            if !self.members[id] {
                continue;
            }
            self.logged(id, module, &mut found);
            self.in_address(id, module, &mut found);
        }
        found.sort_by(|a, b| a.place.cmp(&b.place));
        found.dedup();
        found
    }

    fn logged(&self, id: ModuleId, module: &Module<'a>, found: &mut Vec<Exposure>) {
        for call in module.calls.iter().filter(|call| LOGS.contains(&call.name)) {
            let Expression::StaticMemberExpression(member) = call.callee.get_inner_expression()
            else {
                continue;
            };
            if !matches!(&member.object, Expression::Identifier(name) if name.name == "console") {
                continue;
            }
            let what = call
                .arguments
                .iter()
                .filter_map(|argument| argument.as_expression())
                .find_map(|argument| shown(module, argument, DEPTH));
            found.extend(what.map(|(what, cut)| Exposure {
                what,
                to: Audience::Log,
                cut,
                place: module.place(call.span.start),
                reached: self.reached[id] && self.is_used(id, call.span.start),
            }));
        }
    }

    fn in_address(&self, id: ModuleId, module: &Module<'a>, found: &mut Vec<Exposure>) {
        let values = module
            .calls
            .iter()
            .flat_map(|call| call.arguments.iter())
            .filter_map(|argument| argument.as_expression())
            .chain(module.writes.iter().map(|write| write.value))
            .chain(
                module
                    .functions
                    .iter()
                    .flat_map(|one| one.returns.iter().copied()),
            )
            .chain(
                module
                    .bindings
                    .iter()
                    .filter_map(|binding| match &binding.definition {
                        Definition::Value { init, .. } => Some(*init),
                        _ => None,
                    }),
            );
        for value in values {
            let Expression::TemplateLiteral(template) = value.get_inner_expression() else {
                continue;
            };
            let parts = template.quasis.iter().zip(&template.expressions);
            for (index, (quasi, expression)) in parts.enumerate() {
                let Some(parameter) = parameter_before(quasi.value.raw.as_str(), index > 0) else {
                    continue;
                };
                let named = PARAMETERS.contains(&parameter);
                let token = token_named(expression).filter(|name| {
                    named || (parameter == "token" && (grants_access(name) || obtains(module)))
                });
                found.extend(token.map(|name| Exposure {
                    what: Exposed::Token(name.to_owned()),
                    to: Audience::Url,
                    cut: false,
                    place: module.place(expression.span().start),
                    reached: self.reached[id] && self.is_used(id, expression.span().start),
                }));
            }
        }
        for call in &module.calls {
            let (Some(key), Some(value)) = (
                call.arguments.first().and_then(|one| one.as_expression()),
                call.arguments.get(1).and_then(|one| one.as_expression()),
            ) else {
                continue;
            };
            let of_search = matches!(call.callee.get_inner_expression(),
                Expression::StaticMemberExpression(member) if is_search(module, &member.object));
            let Expression::StringLiteral(key) = key else {
                continue;
            };
            if !of_search || !matches!(call.name, "set" | "append") {
                continue;
            }
            let named = PARAMETERS.contains(&key.value.as_str());
            let token = token_named(value).filter(|name| {
                named || (key.value == "token" && (grants_access(name) || obtains(module)))
            });
            found.extend(token.map(|name| Exposure {
                what: Exposed::Token(name.to_owned()),
                to: Audience::Url,
                cut: false,
                place: module.place(call.span.start),
                reached: self.reached[id] && self.is_used(id, call.span.start),
            }));
        }
    }
}

/// The name of the parameter whose value begins at the end of a part of an address: `token` of `/ws?token=`.
///
/// A part behind another may begin with the name: `${url}${sign}token=`.
fn parameter_before(text: &str, behind: bool) -> Option<&str> {
    let name = text.strip_suffix('=')?;
    match name.rfind(['?', '&']) {
        Some(at) => Some(&name[at + 1..]),
        None => behind.then_some(name),
    }
}

/// `url.searchParams`, or a variable that holds a `new URLSearchParams(…)`.
fn is_search<'a>(module: &Module<'a>, expression: &'a Expression<'a>) -> bool {
    match expression.get_inner_expression() {
        Expression::StaticMemberExpression(member) => member.property.name == "searchParams",
        Expression::Identifier(name) => module
            .lookup(name.name.as_str(), name.span.start)
            .is_some_and(|binding| match &module.bindings[binding].definition {
                Definition::Value { init, path, .. } => {
                    path.is_empty()
                        && matches!(init.get_inner_expression(), Expression::NewExpression(made)
                            if matches!(&made.callee, Expression::Identifier(class) if class.name == "URLSearchParams"))
                }
                _ => false,
            }),
        _ => false,
    }
}

/// Whether a module asks Better Auth for a token: what it calls `token` is then that one.
fn obtains(module: &Module<'_>) -> bool {
    [
        "set-auth-token",
        "set-auth-jwt",
        "session.token",
        "authClient.token",
    ]
    .iter()
    .any(|word| module.file.text.contains(word))
}

/// A token called by this name belongs to a person who is signed in; `token` alone may be that of a link in a mail.
fn grants_access(name: &str) -> bool {
    plain(name) != "token"
}

/// The last name of an expression that stands for a token.
fn token_named<'a>(expression: &'a Expression<'a>) -> Option<&'a str> {
    match expression.get_inner_expression() {
        Expression::Identifier(name) => {
            let name = name.name.as_str();
            is_token(name).then_some(name)
        }
        Expression::StaticMemberExpression(member) => {
            let name = member.property.name.as_str();
            is_token(name).then_some(name)
        }
        Expression::CallExpression(call) => match call.callee.get_inner_expression() {
            Expression::Identifier(name) if name.name == "encodeURIComponent" => {
                token_named(call.arguments.first()?.as_expression()?)
            }
            _ => None,
        },
        Expression::LogicalExpression(node) => {
            token_named(&node.left).or_else(|| token_named(&node.right))
        }
        _ => None,
    }
}

/// What of an argument of a log can be read in it, and whether only a part.
fn shown<'a>(
    module: &Module<'a>,
    expression: &'a Expression<'a>,
    depth: usize,
) -> Option<(Exposed, bool)> {
    let within = |expression| shown(module, expression, depth);
    match expression.get_inner_expression() {
        Expression::TemplateLiteral(template) => template.expressions.iter().find_map(within),
        Expression::ConditionalExpression(node) => {
            within(&node.consequent).or_else(|| within(&node.alternate))
        }
        Expression::LogicalExpression(node) => within(&node.left).or_else(|| within(&node.right)),
        Expression::BinaryExpression(node) if node.operator.as_str() == "+" => {
            within(&node.left).or_else(|| within(&node.right))
        }
        Expression::ObjectExpression(object) => {
            object
                .properties
                .iter()
                .find_map(|property| match property {
                    ObjectPropertyKind::ObjectProperty(property) => within(&property.value),
                    ObjectPropertyKind::SpreadProperty(_) => None,
                })
        }
        Expression::CallExpression(call) => match call.callee.get_inner_expression() {
            Expression::StaticMemberExpression(member)
                if CUTS.contains(&member.property.name.as_str()) =>
            {
                let name = member.property.name.as_str();
                let of_object = within(&member.object).map(|(what, cut)| {
                    let cuts = matches!(name, "slice" | "substring" | "substr");
                    (what, cut || cuts)
                });
                of_object.or_else(|| {
                    let arguments = call.arguments.iter();
                    arguments
                        .filter_map(|one| one.as_expression())
                        .find_map(within)
                })
            }
            _ => None,
        },
        name @ Expression::Identifier(identifier) => token_named(name)
            .map(|name| (Exposed::Token(name.to_owned()), false))
            .or_else(|| {
                let depth = depth.checked_sub(1)?;
                let binding = module.lookup(identifier.name.as_str(), identifier.span.start)?;
                match &module.bindings[binding].definition {
                    Definition::Value { init, path, .. } if path.is_empty() => {
                        shown(module, init, depth)
                    }
                    _ => None,
                }
            }),
        member @ Expression::StaticMemberExpression(node) => {
            let name = node.property.name.as_str();
            if is_environment(&node.object) && SECRETS.iter().any(|word| name.contains(word)) {
                return Some((Exposed::Secret(name.to_owned()), false));
            }
            token_named(member).map(|name| (Exposed::Token(name.to_owned()), false))
        }
        _ => None,
    }
}

/// `process.env`, `import.meta.env`.
fn is_environment(expression: &Expression<'_>) -> bool {
    matches!(expression.get_inner_expression(), Expression::StaticMemberExpression(member) if member.property.name == "env")
}
