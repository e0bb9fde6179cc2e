use oxc_ast::ast::{Expression, ObjectPropertyKind};
use oxc_span::{GetSpan, Span};

use super::{
    Applied, At, Env, Step,
    walk::{Path, Walk},
};
use crate::{module::key_name, project::FunctionRef};

/// Objects inside one another around a callback: `{ fetchOptions: { onSuccess } }`.
const DEPTH: usize = 3;

impl<'a> Walk<'_, '_, 'a> {
    /// Follows the parameter of a callback to what it is called with: `load().then((value) => …)`, `useMutation({ mutationFn, onSuccess })`.
    pub(super) fn callback(&mut self, function: FunctionRef, env: &Env<'a>, path: &Path<'a>) {
        let module = &self.tracer.project.modules[function.module];
        let span = module.functions[function.function].span;
        let at = |expression| At {
            expression,
            module: function.module,
            env: env.clone(),
        };
        for call in &module.calls {
            for argument in call.arguments.iter().filter_map(|one| one.as_expression()) {
                let argument = argument.get_inner_expression();
                if !encloses(argument.span(), span) {
                    continue;
                }
                if argument.span().start == span.start {
                    if let (Expression::StaticMemberExpression(member), "then") =
                        (call.callee, call.name)
                    {
                        self.follow(&at(&member.object), path.clone());
                    }
                } else if let Some(maker) = beside_success(argument, span.start, DEPTH) {
                    match maker {
                        Maker::Beside(maker) => self.invoke(&at(maker), path.clone()),
                        Maker::Call => {
                            let mut path = path.clone();
                            path.push(Step::Call(Applied::new(
                                call.arguments,
                                function.module,
                                call.span.start,
                                env,
                            )));
                            self.follow(&at(call.callee), path);
                        }
                    }
                }
            }
        }
    }
}

/// What makes the value that a callback is given.
enum Maker<'a> {
    /// A function beside it.
    Beside(&'a Expression<'a>),
    /// The call that is given the callback.
    Call,
}

/// What makes the value for the `onSuccess` at `start`, where an object holds it.
fn beside_success<'a>(object: &'a Expression<'a>, start: u32, depth: usize) -> Option<Maker<'a>> {
    let Expression::ObjectExpression(object) = object.get_inner_expression() else {
        return None;
    };
    let depth = depth.checked_sub(1)?;
    let properties = || {
        object
            .properties
            .iter()
            .filter_map(|property| match property {
                ObjectPropertyKind::ObjectProperty(property) => {
                    Some((key_name(&property.key)?, &property.value))
                }
                ObjectPropertyKind::SpreadProperty(_) => None,
            })
    };
    if properties().any(|(name, value)| name == "onSuccess" && value.span().start == start) {
        let maker = properties().find(|(name, _)| *name == "mutationFn");
        return Some(maker.map_or(Maker::Call, |(_, value)| Maker::Beside(value)));
    }
    properties().find_map(|(_, value)| beside_success(value, start, depth))
}

fn encloses(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
