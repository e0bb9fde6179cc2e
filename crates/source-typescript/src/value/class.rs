use std::rc::Rc;

use oxc_ast::ast::{ClassElement, MethodDefinitionKind};

use super::{
    Applied, At, Env, Frame, Root, Step,
    walk::{Path, Walk, after},
};
use crate::{
    module::{ModuleId, key_name},
    project::FunctionRef,
};

impl<'a> Walk<'_, '_, 'a> {
    /// Applies the next step to a class: `new` makes an instance whose constructor saw the arguments.
    pub(super) fn class(&mut self, id: ModuleId, class: usize, env: &Env<'a>, mut path: Path<'a>) {
        let record = &self.tracer.project.modules[id].classes[class];
        match path.pop() {
            None => self.emit_at(Root::Class(id, class), id, record.span.start, path),
            // A promise of one's own is made as the language's are.
            Some(Step::Call(applied))
                if record.name.is_some_and(|name| name.ends_with("Promise")) =>
            {
                path.push(Step::Call(applied));
                self.executed(path);
            }
            Some(Step::Call(applied)) if path.is_empty() => {
                path.push(Step::Call(applied));
                self.emit_at(Root::Class(id, class), id, record.span.start, path);
            }
            Some(Step::Call(applied)) => {
                let module = &self.tracer.project.modules[id];
                let constructor = module
                    .functions
                    .iter()
                    .position(|function| function.constructs == Some(class));
                let env = match constructor {
                    Some(function) => Some(Rc::new(Frame {
                        function: FunctionRef {
                            module: id,
                            function,
                        },
                        applied,
                        next: env.clone(),
                    })),
                    None => env.clone(),
                };
                self.member(id, class, &env, path, 4);
            }
            Some(step) => {
                path.push(step);
                self.member(id, class, env, path, 4);
            }
        }
    }

    /// Follows a member of an instance, of its class, or of a base class.
    pub(super) fn member(
        &mut self,
        id: ModuleId,
        class: usize,
        env: &Env<'a>,
        mut path: Path<'a>,
        bases: usize,
    ) {
        let module = &self.tracer.project.modules[id];
        let record = &module.classes[class];
        let Some(Step::Name(name)) = path.last().cloned() else {
            return self.emit_at(Root::Class(id, class), id, record.span.start, path);
        };
        let before = self.found.len();
        let mut known = false;
        for write in module.writes_to("this") {
            if record.span.start <= write.position
                && write.position < record.span.end
                && let Some(rest) = after(&path, &write.path)
            {
                known = true;
                self.follow(
                    &At {
                        expression: write.value,
                        module: id,
                        env: env.clone(),
                    },
                    rest,
                );
            }
        }
        path.pop();
        for element in record.elements {
            match element {
                ClassElement::MethodDefinition(method) if key_name(&method.key) == Some(name) => {
                    if let Some(function) = module.function_at(method.value.span.start) {
                        known = true;
                        let mut path = path.clone();
                        if method.kind == MethodDefinitionKind::Get {
                            path.push(Step::Call(Rc::new(Applied {
                                arguments: Vec::new(),
                                module: id,
                                position: method.span.start,
                            })));
                        }
                        self.apply(
                            FunctionRef {
                                module: id,
                                function,
                            },
                            env.clone(),
                            path,
                        );
                    }
                }
                ClassElement::PropertyDefinition(property)
                    if key_name(&property.key) == Some(name) =>
                {
                    known = true;
                    if let Some(value) = &property.value {
                        self.follow(
                            &At {
                                expression: value,
                                module: id,
                                env: env.clone(),
                            },
                            path.clone(),
                        );
                    }
                }
                _ => {}
            }
        }
        if let Some((_, index)) = record
            .properties
            .iter()
            .find(|(property, _)| *property == name)
            && let Some(function) = module
                .functions
                .iter()
                .position(|function| function.constructs == Some(class))
        {
            known = true;
            self.parameter(
                FunctionRef {
                    module: id,
                    function,
                },
                *index,
                env,
                path.clone(),
                record.span.start,
            );
        }
        if known || self.found.len() > before {
            return;
        }
        path.push(Step::Name(name));
        if let (Some(base), Some(bases)) = (record.base, bases.checked_sub(1)) {
            for chain in self.tracer.chains(&At::new(base, id), &[], false) {
                match chain.root {
                    Root::Class(module, class) if chain.path.is_empty() => {
                        self.member(module, class, env, path.clone(), bases);
                    }
                    root => self.emit_at(root, id, record.span.start, path.clone()),
                }
            }
        } else {
            self.emit_at(
                Root::Unknown("a member that its class does not define"),
                id,
                record.span.start,
                path,
            );
        }
    }
}
