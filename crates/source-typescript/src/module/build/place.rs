//! Addresses of servers that stand in the source as a text.

use oxc_ast::{
    AstKind,
    ast::{Expression, TemplateLiteral},
};
use oxc_span::Span;

use super::{Builder, answer::is_log};
use crate::module::Literal;

impl<'a> Builder<'a> {
    /// Notes a text that is an absolute address, but where it is written to the log, compared, or one of several.
    pub(super) fn address(&mut self, kind: AstKind<'a>) {
        match kind {
            AstKind::ExpressionStatement(statement) if is_log(&statement.expression) => {
                self.aside.push(statement.span);
            }
            AstKind::BinaryExpression(test) if test.operator.is_equality() => {
                self.aside.push(test.span);
            }
            AstKind::CallExpression(call)
                if matches!(
                    super::last_name(&call.callee),
                    Some("includes" | "startsWith" | "endsWith" | "indexOf" | "has" | "replace")
                ) =>
            {
                self.aside.push(call.span);
            }
            AstKind::ArrayExpression(array) => self.aside.push(array.span),
            // One of several: what stands beside it may be the environment.
            AstKind::LogicalExpression(choice) => self.aside.push(choice.span),
            AstKind::ConditionalExpression(choice) => self.aside.push(choice.span),
            AstKind::StringLiteral(text) => self.literal(text.value.as_str(), text.span),
            AstKind::TemplateLiteral(template) => {
                if let Some(start) = start_of(template) {
                    self.literal(start, template.span);
                }
            }
            _ => {}
        }
    }

    fn literal(&mut self, text: &'a str, span: Span) {
        let absolute = ["http://", "https://", "ws://", "wss://"]
            .iter()
            .any(|scheme| text.starts_with(scheme));
        let within = |aside: &Span| aside.start <= span.start && span.end <= aside.end;
        if absolute && !self.aside.iter().any(within) {
            self.module.literals.push(Literal {
                text,
                name: self.labels.get(&span.start).copied(),
                position: span.start,
            });
        }
    }

    /// Notes the name under which a text goes.
    pub(super) fn label(&mut self, name: &'a str, value: &'a Expression<'a>) {
        match value.get_inner_expression() {
            Expression::StringLiteral(text) => {
                self.labels.insert(text.span.start, name);
            }
            Expression::TemplateLiteral(template) => {
                self.labels.insert(template.span.start, name);
            }
            _ => {}
        }
    }
}

fn start_of<'a>(template: &'a TemplateLiteral<'a>) -> Option<&'a str> {
    let first = template.quasis.first()?;
    Some(first.value.raw.as_str())
}
