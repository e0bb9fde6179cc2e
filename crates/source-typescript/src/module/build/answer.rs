//! What the code makes of an answer's status: where it looks for 401, where it looks for any failure, where it hands the status on.

use oxc_ast::{
    AstKind,
    ast::{
        Argument, ArrayExpressionElement, BinaryOperator, Expression, IfStatement, LogicalOperator,
        ObjectProperty, PropertyKey, Statement, UnaryOperator,
    },
};
use oxc_span::{GetSpan as _, Span};

use super::{Builder, last_name};
use crate::module::{Failure, Look};

/// What an ended session is answered with.
const UNAUTHORIZED: f64 = 401.0;

impl<'a> Builder<'a> {
    /// Notes what a node says about the status of an answer.
    pub(super) fn answer(&mut self, kind: AstKind<'a>) {
        match kind {
            AstKind::BlockStatement(block) => self.inert_rest(&block.body),
            AstKind::FunctionBody(body) => self.inert_rest(&body.statements),
            AstKind::IfStatement(statement) => self.branch(statement),
            AstKind::BinaryExpression(test) if compares(test.operator) => {
                if names_unauthorized(&test.right) {
                    self.look(test.span, Some(&test.left));
                } else if names_unauthorized(&test.left) {
                    self.look(test.span, Some(&test.right));
                }
            }
            AstKind::SwitchCase(case) if case.test.as_ref().is_some_and(names_unauthorized) => {
                self.look(case.span, None);
            }
            AstKind::CallExpression(call) if last_name(&call.callee) == Some("includes") => {
                let listed = match &call.callee {
                    Expression::StaticMemberExpression(member) => {
                        lists_unauthorized(&member.object)
                    }
                    _ => false,
                };
                let searched = call
                    .arguments
                    .first()
                    .and_then(Argument::as_expression)
                    .is_some_and(names_unauthorized);
                if listed || searched {
                    self.look(call.span, None);
                }
            }
            AstKind::ObjectProperty(property) => self.property(property),
            _ => {}
        }
    }

    fn look(&mut self, span: Span, of: Option<&'a Expression<'a>>) {
        let inert = |test: &Span| test.start <= span.start && span.end <= test.end;
        let acts = !self.inert.iter().any(inert);
        self.module.looks.push(Look {
            position: span.start,
            of,
            acts,
        });
    }

    /// `if (response.status === 401) { console.warn("…") }` changes nothing.
    fn branch(&mut self, statement: &'a IfStatement<'a>) {
        let branch = match sense(&statement.test) {
            Some(Sense::Unauthorized) => Some(&statement.consequent),
            Some(Sense::Other) => statement.alternate.as_ref(),
            None => None,
        };
        if branch.is_some_and(is_inert) {
            self.inert.push(statement.test.span());
        }
        if fails(&statement.test) {
            self.module.failures.push(Failure {
                position: statement.span.start,
                signs_out: signs_out(&statement.consequent),
            });
        }
    }

    /// `if (status !== 401) return Promise.reject(error);`: what follows is for 401.
    fn inert_rest(&mut self, statements: &'a [Statement<'a>]) {
        for (index, statement) in statements.iter().enumerate() {
            if let Statement::IfStatement(branch) = statement
                && branch.alternate.is_none()
                && matches!(sense(&branch.test), Some(Sense::Other))
                && is_inert_way(&statements[index + 1..])
            {
                self.inert.push(branch.test.span());
            }
        }
    }

    /// `{ 401: "log in again" }`, `{ status: response.status }`.
    fn property(&mut self, property: &'a ObjectProperty<'a>) {
        match &property.key {
            PropertyKey::NumericLiteral(key) if key.value == UNAUTHORIZED => {
                self.look(property.span, None);
            }
            PropertyKey::StaticIdentifier(key)
                if key.name == "status"
                    && last_name(property.value.get_inner_expression()) == Some("status")
                    && !matches!(property.value, Expression::Identifier(_)) =>
            {
                self.module.hands_on = true;
            }
            _ => {}
        }
    }
}

/// For which answers the branch of a test is taken.
enum Sense {
    /// For 401, perhaps among others.
    Unauthorized,
    /// For all but 401.
    Other,
}

fn sense(test: &Expression<'_>) -> Option<Sense> {
    match test.get_inner_expression() {
        Expression::BinaryExpression(test) if compares(test.operator) => {
            let named = [&test.left, &test.right];
            let named = named.into_iter().any(|side| names_unauthorized(side));
            named.then(|| match test.operator {
                BinaryOperator::Inequality | BinaryOperator::StrictInequality => Sense::Other,
                _ => Sense::Unauthorized,
            })
        }
        Expression::LogicalExpression(test) if test.operator != LogicalOperator::Coalesce => {
            sense(&test.left).or_else(|| sense(&test.right))
        }
        Expression::UnaryExpression(test) if test.operator == UnaryOperator::LogicalNot => {
            Some(match sense(&test.argument)? {
                Sense::Unauthorized => Sense::Other,
                Sense::Other => Sense::Unauthorized,
            })
        }
        _ => None,
    }
}

fn compares(operator: BinaryOperator) -> bool {
    operator.is_equality() || operator == BinaryOperator::Instanceof
}

/// `401`, `"401"`, `"UNAUTHORIZED"`, `UnauthorizedError`, `HttpStatus.UNAUTHORIZED`.
fn names_unauthorized(expression: &Expression<'_>) -> bool {
    match expression.get_inner_expression() {
        Expression::NumericLiteral(number) => number.value == UNAUTHORIZED,
        Expression::StringLiteral(text) => {
            let text = text.value.as_str();
            text.contains("401") || is_unauthorized(text)
        }
        other => last_name(other).is_some_and(is_unauthorized),
    }
}

fn is_unauthorized(text: &str) -> bool {
    text.to_ascii_lowercase().contains("unauthorized")
}

fn lists_unauthorized(expression: &Expression<'_>) -> bool {
    match expression.get_inner_expression() {
        Expression::ArrayExpression(array) => array
            .elements
            .iter()
            .filter_map(ArrayExpressionElement::as_expression)
            .any(names_unauthorized),
        _ => false,
    }
}

/// `!response.ok`.
fn fails(test: &Expression<'_>) -> bool {
    match test.get_inner_expression() {
        Expression::UnaryExpression(test) if test.operator == UnaryOperator::LogicalNot => {
            last_name(test.argument.get_inner_expression()) == Some("ok")
        }
        Expression::LogicalExpression(test) => fails(&test.left) || fails(&test.right),
        _ => false,
    }
}

/// Whether a statement does no more than write to the log and hand the failure on.
fn is_inert(statement: &Statement<'_>) -> bool {
    match statement {
        Statement::BlockStatement(block) => is_inert_way(&block.body),
        Statement::EmptyStatement(_) => true,
        Statement::ExpressionStatement(statement) => is_log(&statement.expression),
        Statement::ThrowStatement(statement) => {
            matches!(
                statement.argument.get_inner_expression(),
                Expression::Identifier(_)
            )
        }
        Statement::ReturnStatement(statement) => match &statement.argument {
            None => true,
            Some(value) => match value.get_inner_expression() {
                Expression::CallExpression(call) => last_name(&call.callee) == Some("reject"),
                _ => false,
            },
        },
        _ => false,
    }
}

/// The same of statements, as far as they run.
fn is_inert_way(statements: &[Statement<'_>]) -> bool {
    let leaves = |statement: &Statement<'_>| {
        matches!(
            statement,
            Statement::ThrowStatement(_) | Statement::ReturnStatement(_)
        )
    };
    let end = statements.iter().position(leaves);
    let run = end.map_or(statements, |end| &statements[..=end]);
    run.iter().all(is_inert)
}

pub(super) fn is_log(expression: &Expression<'_>) -> bool {
    let Expression::CallExpression(call) = expression.get_inner_expression() else {
        return false;
    };
    match &call.callee {
        Expression::StaticMemberExpression(member) => {
            matches!(&member.object, Expression::Identifier(name) if name.name == "console")
        }
        _ => false,
    }
}

/// Whether a branch ends the session on this side, or leads to the login: `signOut()`, `localStorage.removeItem(…)`, `router.push("/login")`.
fn signs_out(statement: &Statement<'_>) -> bool {
    match statement {
        Statement::BlockStatement(block) => block.body.iter().any(signs_out),
        Statement::IfStatement(inner) => signs_out(&inner.consequent),
        Statement::ReturnStatement(statement) => match &statement.argument {
            Some(Expression::CallExpression(call)) => {
                let mut texts = call.arguments.iter().filter_map(Argument::as_expression);
                texts.any(leads_to_login)
            }
            _ => false,
        },
        Statement::ExpressionStatement(statement) => {
            let mut expression = statement.expression.get_inner_expression();
            if let Expression::AwaitExpression(awaited) = expression {
                expression = awaited.argument.get_inner_expression();
            }
            match expression {
                Expression::CallExpression(call) => {
                    let name = last_name(&call.callee);
                    let mut texts = call.arguments.iter().filter_map(Argument::as_expression);
                    matches!(name, Some("removeItem" | "signOut" | "logout" | "clear"))
                        || texts.any(leads_to_login)
                }
                // `window.location.href = "/login"`.
                Expression::AssignmentExpression(assignment) => leads_to_login(&assignment.right),
                _ => false,
            }
        }
        _ => false,
    }
}

/// `"/login"`, `"/sign-in?next=…"`.
fn leads_to_login(value: &Expression<'_>) -> bool {
    let text = match value.get_inner_expression() {
        Expression::StringLiteral(text) => text.value.as_str(),
        Expression::TemplateLiteral(template) => match template.quasis.first() {
            Some(first) => first.value.raw.as_str(),
            None => return false,
        },
        _ => return false,
    };
    text.starts_with('/')
        && ["login", "signin", "sign-in"]
            .iter()
            .any(|word| text.to_ascii_lowercase().contains(word))
}
