use std::rc::Rc;

use oxc_ast::ast::Expression;

use super::{
    Applied, At, Root, Step,
    callers::values_of,
    walk::{Path, Walk},
};
use crate::module::{Definition, ModuleId};

impl<'a> Walk<'_, '_, 'a> {
    /// Follows what a function of React gives back; the path is returned where it is not known.
    pub(super) fn react(
        &mut self,
        hook: &str,
        module: ModuleId,
        mut path: Path<'a>,
    ) -> Option<Path<'a>> {
        let Some(Step::Call(applied)) = path.last().cloned() else {
            return Some(path);
        };
        path.pop();
        match hook {
            "useState" => {
                if path.last().and_then(Step::name) == Some("0") {
                    path.pop();
                    self.argument(&applied, 0, path.clone());
                    self.set_by_hook(&applied, &path);
                }
                None
            }
            "useMemo" | "useSyncExternalStore" => {
                let at = applied.first()?.clone();
                self.invoke(&at, path);
                None
            }
            "useCallback" | "memo" | "forwardRef" | "cache" | "useDeferredValue"
            | "useEffectEvent" => {
                self.argument(&applied, 0, path);
                None
            }
            "useRef" => {
                if path.last().and_then(Step::name) == Some("current") {
                    path.pop();
                    self.argument(&applied, 0, path);
                }
                None
            }
            "useContext" | "use" => {
                let context = applied.first()?.clone();
                self.context(&context, &path);
                None
            }
            "createContext" => {
                // Its default, seldom more than a stand-in, is what is left where no provider is found.
                self.argument(&applied, 0, path);
                None
            }
            _ => {
                path.push(Step::Call(applied));
                let name = if hook.starts_with("use") {
                    "a hook"
                } else {
                    "a function of React"
                };
                self.emit_at(Root::Unknown(name), module, 0, path);
                None
            }
        }
    }

    /// Follows what is given to the setter of the state made by a call.
    fn set_by_hook(&mut self, state: &Applied<'a>, path: &Path<'a>) {
        let module = &self.tracer.project.modules[state.module];
        let setter =
            module
                .bindings
                .iter()
                .enumerate()
                .find(|(_, binding)| match &binding.definition {
                    Definition::Value { init, path, .. } => {
                        path.as_slice() == ["1"] && starts_at(init, state.position)
                    }
                    _ => false,
                });
        let Some((setter, name)) = setter.map(|(id, binding)| (id, binding.name)) else {
            return;
        };
        for call in module.calls.iter().filter(|call| call.name == name) {
            if module.lookup(name, call.span.start) != Some(setter) {
                continue;
            }
            if let Some(value) = call.arguments.first().and_then(|one| one.as_expression()) {
                self.follow(&At::new(value, state.module), path.clone());
            }
        }
    }

    /// Follows a context to the values that its providers give.
    fn context(&mut self, context: &At<'a>, path: &Path<'a>) {
        let Expression::Identifier(name) = context.expression.get_inner_expression() else {
            return;
        };
        let project = self.tracer.project;
        let before = self.found.len();
        for name in project.names_of(name.name.as_str()).iter().copied() {
            for &(module, element) in project.elements_named(name).iter().take(8) {
                for value in values_of(
                    project.modules[module].elements[element].attributes,
                    "value",
                ) {
                    self.follow(&At::new(value, module), path.clone());
                }
            }
        }
        if self.found.len() == before {
            self.follow(context, path.clone());
        }
    }

    /// Follows what a query or a store holds.
    pub(super) fn state_package(
        &mut self,
        specifier: &str,
        name: &str,
        mut path: Path<'a>,
    ) -> Option<Path<'a>> {
        let whole = path.clone();
        let Some(Step::Call(applied)) = path.pop() else {
            return Some(whole);
        };
        match (specifier, name) {
            ("@tanstack/react-query", "useQuery" | "useSuspenseQuery")
                if path.last().and_then(Step::name) == Some("data") =>
            {
                path.pop();
                path.push(Step::Call(Applied::none(applied.module, applied.position)));
                path.push(Step::Name("queryFn"));
                self.argument(&applied, 0, path);
                None
            }
            ("swr", _) if path.last().and_then(Step::name) == Some("data") => {
                path.pop();
                let key = applied.first().cloned();
                path.push(Step::Call(Rc::new(Applied {
                    arguments: vec![key],
                    module: applied.module,
                    position: applied.position,
                })));
                self.argument(&applied, 1, path);
                None
            }
            ("zustand", "create" | "createStore" | "default") => {
                let applied = match path.last() {
                    Some(Step::Call(curried)) if applied.arguments.is_empty() => {
                        let curried = Rc::clone(curried);
                        path.pop();
                        curried
                    }
                    _ => applied,
                };
                self.store(&applied, path);
                None
            }
            _ => Some(whole),
        }
    }

    /// Follows a member of a store made by `create((set) => ({ … }))`.
    fn store(&mut self, applied: &Applied<'a>, mut path: Path<'a>) {
        let Some(initial) = applied.first().and_then(innermost_function) else {
            return;
        };
        match path.pop() {
            Some(Step::Name("getState")) => {
                path.pop();
            }
            Some(Step::Call(selector)) => {
                if let Some(selector) = selector.first() {
                    match selected(selector.expression) {
                        Some(names) => path.extend(names.into_iter().map(Step::Name)),
                        None => return,
                    }
                }
            }
            _ => return,
        }
        let module = &self.tracer.project.modules[initial.module];
        let Some(function) = module.function_at(oxc_span::GetSpan::span(initial.expression).start)
        else {
            return;
        };
        self.invoke(&initial, path.clone());
        let span = module.functions[function].span;
        let Some(set) = module
            .parameter(function, 0)
            .map(|binding| module.bindings[binding].name)
        else {
            return;
        };
        for call in module.calls.iter().filter(|call| {
            call.name == set && span.start <= call.span.start && call.span.end <= span.end
        }) {
            let Some(value) = call.arguments.first().and_then(|one| one.as_expression()) else {
                continue;
            };
            let at = At::new(value, initial.module);
            if value.is_function() {
                self.invoke(&at, path.clone());
            } else {
                self.follow(&at, path.clone());
            }
        }
    }
}

/// The function within `persist(devtools((set) => …))`.
fn innermost_function<'a>(at: &At<'a>) -> Option<At<'a>> {
    let mut expression = at.expression.get_inner_expression();
    for _ in 0..6 {
        if expression.is_function() {
            return Some(At::new(expression, at.module));
        }
        let Expression::CallExpression(call) = expression else {
            return None;
        };
        expression = call
            .arguments
            .first()?
            .as_expression()?
            .get_inner_expression();
    }
    None
}

/// `(state) => state.user.token` selects `token`, then `user`, in the order of a path.
fn selected<'a>(selector: &'a Expression<'a>) -> Option<Vec<&'a str>> {
    let Expression::ArrowFunctionExpression(arrow) = selector.get_inner_expression() else {
        return None;
    };
    let mut value = arrow.body.as_expression()?.get_inner_expression();
    let mut names = Vec::new();
    loop {
        match value {
            Expression::StaticMemberExpression(member) => {
                names.push(member.property.name.as_str());
                value = member.object.get_inner_expression();
            }
            Expression::Identifier(_) => return Some(names),
            _ => return None,
        }
    }
}

fn starts_at(expression: &Expression<'_>, position: u32) -> bool {
    oxc_span::GetSpan::span(expression.get_inner_expression()).start == position
}
