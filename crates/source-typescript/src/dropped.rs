//! Headers that a wrapper writes, and that what its caller passes takes the place of.

use oxc_ast::ast::{Expression, ObjectExpression, ObjectPropertyKind};
use oxc_span::GetSpan as _;

use crate::{
    DroppedHeaders,
    module::{Definition, Module, ModuleId, key_name},
    project::{CallRef, FunctionRef},
    site::Site,
    value::{At, Chain, Root},
};

/// The header that grants access.
const AUTHORIZATION: &str = "Authorization";

/// `{ headers, …, ...options }`: the headers, and the parameter that is spread behind them.
struct Covered<'a> {
    headers: &'a Expression<'a>,
    function: usize,
    index: usize,
    position: u32,
}

impl<'a> Site<'_, '_, 'a> {
    /// Every call of a wrapper that passes headers of its own, and so drops the token that the wrapper adds.
    pub(crate) fn dropped(&self) -> Vec<DroppedHeaders> {
        let mut found = Vec::new();
        for (id, module) in self.tracer.project.modules.iter().enumerate() {
            if !self.members[id] {
                continue;
            }
            for (index, call) in module.calls.iter().enumerate() {
                let arguments = call.arguments.iter().filter_map(|one| one.as_expression());
                for argument in arguments {
                    let covered = object_of(module, argument)
                        .and_then(|object| covered(module, object, call.span.start));
                    let call = CallRef {
                        module: id,
                        call: index,
                    };
                    if let Some(covered) = covered
                        && self.is_options(call, argument)
                        && self.authorizes(id, covered.headers)
                    {
                        self.callers_with_headers(id, &covered, &mut found);
                    }
                }
            }
        }
        found.sort_by(|a, b| (&a.place, &a.caller).cmp(&(&b.place, &b.caller)));
        found.dedup();
        found
    }

    /// Whether a call is a request, and `argument` holds its options.
    fn is_options(&self, call: CallRef, argument: &'a Expression<'a>) -> bool {
        let request = self.request_at(call, &None);
        request.is_some_and(|request| {
            let mut options = request.options.iter();
            options.any(|at| std::ptr::eq(at.expression, argument))
        })
    }

    fn authorizes(&self, module: ModuleId, headers: &'a Expression<'a>) -> bool {
        let at = At::new(headers, module);
        self.tracer
            .chains(&at, &[AUTHORIZATION], false)
            .iter()
            .any(|chain| chain.names().last() != Some(AUTHORIZATION))
    }

    fn callers_with_headers(
        &self,
        id: ModuleId,
        covered: &Covered<'a>,
        found: &mut Vec<DroppedHeaders>,
    ) {
        let function = FunctionRef {
            module: id,
            function: covered.function,
        };
        let modules = &self.tracer.project.modules;
        for caller in self.tracer.callers(function).iter() {
            let module = &modules[caller.module];
            let call = &module.calls[caller.call];
            let given = call.arguments.get(covered.index);
            let Some(given) = given.and_then(|one| one.as_expression()) else {
                continue;
            };
            let at = At::new(given, caller.module);
            let written = |chain: &Chain<'a>| match &chain.root {
                Root::Value(value) => matches!(
                    value.expression.get_inner_expression(),
                    Expression::ObjectExpression(_)
                ),
                _ => false,
            };
            let headers = self.tracer.chains(&at, &["headers"], false);
            let plain = !headers.is_empty() && headers.iter().all(written);
            let names = &["headers", AUTHORIZATION];
            if plain && self.tracer.chains(&at, names, false).is_empty() {
                found.push(DroppedHeaders {
                    place: modules[id].place(covered.position),
                    caller: module.place(call.span.start),
                    reached: self.reached[caller.module]
                        && self.is_used(caller.module, call.span.start),
                });
            }
        }
    }
}

/// The object that an expression is, or the variable that holds it.
fn object_of<'a>(
    module: &Module<'a>,
    expression: &'a Expression<'a>,
) -> Option<&'a ObjectExpression<'a>> {
    match expression.get_inner_expression() {
        Expression::ObjectExpression(object) => Some(object),
        Expression::Identifier(name) => {
            let binding = module.lookup(name.name.as_str(), name.span.start)?;
            // What is written to it later may put the header back.
            let changed = module.writes_to(name.name.as_str()).next().is_some();
            match &module.bindings[binding].definition {
                Definition::Value { init, path, .. } if path.is_empty() && !changed => {
                    match init.get_inner_expression() {
                        Expression::ObjectExpression(object) => Some(object),
                        _ => None,
                    }
                }
                _ => None,
            }
        }
        _ => None,
    }
}

fn covered<'a>(
    module: &Module<'a>,
    object: &'a ObjectExpression<'a>,
    position: u32,
) -> Option<Covered<'a>> {
    let is_headers = |property: &ObjectPropertyKind<'a>| match property {
        ObjectPropertyKind::ObjectProperty(property) => key_name(&property.key) == Some("headers"),
        ObjectPropertyKind::SpreadProperty(_) => false,
    };
    let at = object.properties.iter().rposition(is_headers)?;
    let ObjectPropertyKind::ObjectProperty(headers) = &object.properties[at] else {
        return None;
    };
    object.properties[at + 1..].iter().find_map(|property| {
        let ObjectPropertyKind::SpreadProperty(spread) = property else {
            return None;
        };
        let Expression::Identifier(name) = spread.argument.get_inner_expression() else {
            return None;
        };
        let name = name.name.as_str();
        let (function, index) = whole_parameter(module, name, spread.argument.span().start)?;
        let span = module.functions[function].span;
        let inside = span.start <= position && position < span.end;
        (inside && module.writes_to(name).next().is_none()).then_some(Covered {
            headers: &headers.value,
            function,
            index,
            position: spread.span.start,
        })
    })
}

/// The function and the index of a parameter that is one plain name: of `{ headers, ...rest }` the rest has no headers any more.
fn whole_parameter(module: &Module<'_>, name: &str, position: u32) -> Option<(usize, usize)> {
    let binding = module.lookup(name, position)?;
    let of = |definition: &Definition<'_>| match definition {
        Definition::Parameter {
            function,
            index,
            path,
            ..
        } => Some((*function, *index, path.is_empty())),
        _ => None,
    };
    let (function, index, whole) = of(&module.bindings[binding].definition)?;
    let parts = module
        .bindings
        .iter()
        .filter(|one| of(&one.definition).is_some_and(|(f, i, _)| (f, i) == (function, index)));
    (whole && parts.count() == 1).then_some((function, index))
}
