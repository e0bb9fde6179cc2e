use oxc_ast::ast::{ArrayExpressionElement, Expression, ObjectPropertyKind, PropertyKey};

use super::{
    At, Root, Step, Tracer,
    walk::{Path, Walk},
};
use crate::module::key_name;

impl<'a> Walk<'_, '_, 'a> {
    /// The property that the next step names; a later one hides an earlier one.
    pub(super) fn object(
        &mut self,
        at: &At<'a>,
        properties: &'a [ObjectPropertyKind<'a>],
        mut path: Path<'a>,
    ) {
        let Some(Step::Name(wanted)) = path.last().cloned() else {
            return self.emit(Root::Value(at.clone()), at, path);
        };
        for property in properties.iter().rev() {
            match property {
                ObjectPropertyKind::SpreadProperty(spread) => {
                    self.follow(
                        &At {
                            expression: &spread.argument,
                            module: at.module,
                            env: at.env.clone(),
                        },
                        path.clone(),
                    );
                }
                ObjectPropertyKind::ObjectProperty(property) => {
                    if self
                        .key(at, &property.key)
                        .is_some_and(|key| key.eq_ignore_ascii_case(wanted))
                    {
                        path.pop();
                        return self.follow(
                            &At {
                                expression: &property.value,
                                module: at.module,
                                env: at.env.clone(),
                            },
                            path,
                        );
                    }
                }
            }
        }
    }

    fn key(&self, at: &At<'a>, key: &'a PropertyKey<'a>) -> Option<&'a str> {
        key_name(key).or_else(|| {
            let expression = key.as_expression()?;
            Some(self.tracer.computed_name(&At {
                expression,
                module: at.module,
                env: at.env.clone(),
            }))
        })
    }

    pub(super) fn array(
        &mut self,
        at: &At<'a>,
        elements: &'a [ArrayExpressionElement<'a>],
        mut path: Path<'a>,
    ) {
        let Some(Step::Name(wanted)) = path.last().cloned() else {
            return self.emit(Root::Value(at.clone()), at, path);
        };
        let sub = |expression| At {
            expression,
            module: at.module,
            env: at.env.clone(),
        };
        let Ok(index) = wanted.parse::<usize>() else {
            // Headers may be written as pairs of name and value.
            if let Some(value) = elements.iter().find_map(|pair| paired(pair, wanted)) {
                path.pop();
                return self.follow(&sub(value), path);
            }
            return self.emit(Root::Value(at.clone()), at, path);
        };
        path.pop();
        if let Some(expression) = elements
            .get(index)
            .and_then(ArrayExpressionElement::as_expression)
        {
            self.follow(
                &At {
                    expression,
                    module: at.module,
                    env: at.env.clone(),
                },
                path,
            );
        }
    }
}

/// The value of a pair whose name is `wanted`.
fn paired<'a>(pair: &'a ArrayExpressionElement<'a>, wanted: &str) -> Option<&'a Expression<'a>> {
    let Some(Expression::ArrayExpression(pair)) = pair.as_expression() else {
        return None;
    };
    let [name, value] = pair.elements.as_slice() else {
        return None;
    };
    match name.as_expression()? {
        Expression::StringLiteral(name) if name.value.eq_ignore_ascii_case(wanted) => {
            value.as_expression()
        }
        _ => None,
    }
}

impl<'a> Tracer<'_, 'a> {
    /// The name that a computed member stands for; `[]` where it is not told.
    pub(super) fn computed_name(&self, at: &At<'a>) -> &'a str {
        match at.expression.get_inner_expression() {
            Expression::StringLiteral(text) => text.value.as_str(),
            Expression::NumericLiteral(number) => number.raw.map_or("[]", |raw| raw.as_str()),
            Expression::Identifier(_) | Expression::StaticMemberExpression(_) => self
                .chains(at, &[], false)
                .into_iter()
                .find_map(|chain| match (&chain.root, chain.path.is_empty()) {
                    (Root::Value(value), true) => match value.expression.get_inner_expression() {
                        Expression::StringLiteral(text) => Some(text.value.as_str()),
                        _ => None,
                    },
                    _ => None,
                })
                .unwrap_or("[]"),
            _ => "[]",
        }
    }
}
