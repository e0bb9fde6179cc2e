use oxc_ast::ast::Argument;

use super::{
    At, Env, Root, Step,
    walk::{Path, Walk, after},
};
use crate::{
    module::{Definition, ModuleId},
    project::{FunctionRef, Target},
};

impl<'a> Walk<'_, '_, 'a> {
    /// Follows a bound name: what it was bound to, and what is assigned to it or its members.
    pub(super) fn binding(&mut self, id: ModuleId, binding: usize, env: &Env<'a>, path: Path<'a>) {
        let module = &self.tracer.project.modules[id];
        let record = &module.bindings[binding];
        for write in module.writes_to(record.name) {
            if let Some(rest) = after(&path, &write.path)
                && module.lookup(record.name, write.position) == Some(binding)
            {
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
        if !path.is_empty() {
            self.filled(id, binding, env, &path);
            self.written_elsewhere(id, binding, &path);
        }
        match &record.definition {
            Definition::Value {
                init,
                path: way,
                default,
            } => {
                let at = At {
                    expression: init,
                    module: id,
                    env: env.clone(),
                };
                if let Some(default) = default {
                    self.follow(
                        &At {
                            expression: default,
                            module: id,
                            env: env.clone(),
                        },
                        path.clone(),
                    );
                }
                self.follow(&at, extended(path, way));
            }
            Definition::Parameter {
                function,
                index,
                path: way,
                default,
            } => {
                let function = FunctionRef {
                    module: id,
                    function: *function,
                };
                let before = self.found.len();
                self.parameter(
                    function,
                    *index,
                    env,
                    extended(path.clone(), way),
                    record.scope.start,
                );
                let given = self.found[before..]
                    .iter()
                    .any(|chain| !matches!(chain.root, Root::Parameter(..)));
                if let Some(default) = default
                    && !given
                {
                    self.follow(
                        &At {
                            expression: default,
                            module: id,
                            env: env.clone(),
                        },
                        path,
                    );
                }
            }
            Definition::Import { specifier, name } => {
                self.target(self.tracer.project.import(id, specifier, name), id, path);
            }
            Definition::Function(function) => self.apply(
                FunctionRef {
                    module: id,
                    function: *function,
                },
                env.clone(),
                path,
            ),
            Definition::Class(class) => self.class(id, *class, env, path),
            Definition::Opaque => {
                if module.writes_to(record.name).next().is_none() {
                    self.emit_at(
                        Root::Unknown("a variable without a value that can be read"),
                        id,
                        record.scope.start,
                        path,
                    );
                }
            }
        }
    }

    /// Follows what other modules assign to members of an exported object: `Client.BASE = process.env.API_URL`.
    fn written_elsewhere(&mut self, id: ModuleId, binding: usize, path: &Path<'a>) {
        let project = self.tracer.project;
        let record = &project.modules[id].bindings[binding];
        if record.scope.start != 0 || !matches!(record.definition, Definition::Value { .. }) {
            return;
        }
        for name in project.names_of(record.name).iter().copied() {
            for &other in project.writers(name).iter().filter(|other| **other != id) {
                let module = &project.modules[other];
                let imported = module.lookup_top(name).is_some_and(|local| match &module.bindings[local].definition {
                    Definition::Import { specifier, name } => matches!(project.import(other, specifier, name), Target::Binding(found, one) if (found, one) == (id, binding)),
                    _ => false,
                });
                if !imported {
                    continue;
                }
                for write in module.writes_to(name) {
                    if let Some(rest) = after(path, &write.path) {
                        self.follow(&At::new(write.value, other), rest);
                    }
                }
            }
        }
    }

    pub(super) fn parameter(
        &mut self,
        function: FunctionRef,
        index: usize,
        env: &Env<'a>,
        path: Path<'a>,
        position: u32,
    ) {
        let mut frame = env.as_ref();
        while let Some(open) = frame {
            if open.function == function {
                if let Some(argument) = open.applied.argument(index) {
                    self.follow(&argument.clone(), path);
                }
                return;
            }
            frame = open.next.as_ref();
        }
        let constructor = self.tracer.project.modules[function.module].functions[function.function]
            .constructs
            .is_some();
        // What an instance is made with is the same for all its methods.
        if self.callers || constructor {
            let before = self.found.len();
            for call in self.tracer.callers(function).iter().take(24) {
                let module = &self.tracer.project.modules[call.module];
                if let Some(expression) = module.calls[call.call]
                    .arguments
                    .get(index)
                    .and_then(Argument::as_expression)
                {
                    self.follow(&At::new(expression, call.module), path.clone());
                }
            }
            if index == 0 {
                self.attributes(function, &path);
                self.callback(function, env, &path);
            }
            if self.found.len() > before {
                return;
            }
        }
        self.emit_at(
            Root::Parameter(function, index),
            function.module,
            position,
            path,
        );
    }

    pub(super) fn target(&mut self, target: Target<'a>, from: ModuleId, mut path: Path<'a>) {
        match target {
            Target::Binding(module, binding) => self.binding(module, binding, &None, path),
            Target::Value(module, expression) => self.follow(&At::new(expression, module), path),
            Target::Function(function) => self.apply(function, None, path),
            Target::Class(module, class) => self.class(module, class, &None, path),
            Target::Namespace(module) => match path.pop() {
                Some(Step::Name(name)) => match self.tracer.project.export(module, name) {
                    Some(target) => self.target(target, module, path),
                    None => self.common(module, name, path),
                },
                Some(step) => {
                    path.push(step);
                    self.common(module, "", path);
                }
                None => {}
            },
            Target::Property(module, name) => self.common(module, name, path),
            Target::External { specifier, name } => {
                self.emit_at(Root::External { specifier, name }, from, 0, path);
            }
            Target::Missing => {}
        }
    }

    /// A `CommonJS` module's `exports.name`, or `module.exports` itself for the empty name.
    fn common(&mut self, id: ModuleId, name: &'a str, mut path: Path<'a>) {
        if !name.is_empty() {
            path.push(Step::Name(name));
        }
        let module = &self.tracer.project.modules[id];
        for write in module.writes_to("exports") {
            if let Some(rest) = after(&path, &write.path) {
                self.follow(&At::new(write.value, id), rest);
            }
        }
        path.push(Step::Name("exports"));
        for write in module.writes_to("module") {
            if let Some(rest) = after(&path, &write.path) {
                self.follow(&At::new(write.value, id), rest);
            }
        }
    }

    pub(super) fn require(&mut self, at: &At<'a>, specifier: &'a str, path: Path<'a>) {
        self.target(
            self.tracer.project.import(at.module, specifier, "*"),
            at.module,
            path,
        );
    }
}

fn extended<'a>(mut path: Path<'a>, way: &[&'a str]) -> Path<'a> {
    path.extend(way.iter().rev().map(|name| Step::Name(name)));
    path
}
