use oxc_ast::ast::{AssignmentTarget, Expression};

use super::Builder;
use crate::module::Write;

impl<'a> Builder<'a> {
    /// Notes that the member `last` of `target`, or `target` itself, is given a value.
    pub(super) fn write(
        &mut self,
        target: &'a Expression<'a>,
        last: Option<&'a str>,
        value: &'a Expression<'a>,
        position: u32,
    ) {
        let mut path: Vec<&'a str> = last.into_iter().collect();
        let mut object = target;
        let root = loop {
            match object.get_inner_expression() {
                Expression::Identifier(name) => break name.name.as_str(),
                Expression::ThisExpression(_) => break "this",
                Expression::StaticMemberExpression(member) => {
                    path.push(member.property.name.as_str());
                    object = &member.object;
                }
                Expression::PrivateFieldExpression(member) => {
                    path.push(member.field.name.as_str());
                    object = &member.object;
                }
                Expression::ComputedMemberExpression(member) => {
                    let Expression::StringLiteral(name) = member.expression.get_inner_expression()
                    else {
                        return;
                    };
                    path.push(name.value.as_str());
                    object = &member.object;
                }
                Expression::CallExpression(call) => object = &call.callee,
                Expression::AwaitExpression(awaited) => object = &awaited.argument,
                _ => return,
            }
        };
        path.reverse();
        self.module.writes.push(Write {
            root,
            path,
            value,
            position,
        });
    }

    pub(super) fn assign(
        &mut self,
        target: &'a AssignmentTarget<'a>,
        value: &'a Expression<'a>,
        position: u32,
    ) {
        match target {
            AssignmentTarget::AssignmentTargetIdentifier(name) => self.module.writes.push(Write {
                root: name.name.as_str(),
                path: Vec::new(),
                value,
                position,
            }),
            AssignmentTarget::StaticMemberExpression(member) => self.write(
                &member.object,
                Some(member.property.name.as_str()),
                value,
                position,
            ),
            AssignmentTarget::PrivateFieldExpression(member) => self.write(
                &member.object,
                Some(member.field.name.as_str()),
                value,
                position,
            ),
            AssignmentTarget::ComputedMemberExpression(member) => {
                if let Expression::StringLiteral(name) = member.expression.get_inner_expression() {
                    self.write(&member.object, Some(name.value.as_str()), value, position);
                }
            }
            AssignmentTarget::TSAsExpression(cast) => {
                if let Expression::Identifier(name) = cast.expression.get_inner_expression() {
                    self.module.writes.push(Write {
                        root: name.name.as_str(),
                        path: Vec::new(),
                        value,
                        position,
                    });
                }
            }
            _ => {}
        }
    }
}
