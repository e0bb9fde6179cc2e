use std::rc::Rc;

use oxc_span::GetSpan;

use super::{
    Applied, At, Root, Step,
    walk::{Path, Walk},
};
use crate::module::ModuleId;

/// Functions of the language whose result stands for their first argument.
const SAME: [&str; 8] = [
    "String",
    "encodeURIComponent",
    "decodeURIComponent",
    "structuredClone",
    "Headers",
    "URLSearchParams",
    "Request",
    "encodeURI",
];

impl<'a> Walk<'_, '_, 'a> {
    /// Follows what the language, the browser, React and common packages give back; the path is returned where they are not known.
    pub(super) fn builtin(
        &mut self,
        root: &Root<'a>,
        module: ModuleId,
        position: u32,
        path: Path<'a>,
    ) -> Option<Path<'a>> {
        match *root {
            Root::Global(name) => self.global(name, module, position, path),
            Root::External { specifier, name } => {
                self.external(specifier, name, module, position, path)
            }
            _ => Some(path),
        }
    }

    fn global(
        &mut self,
        name: &'a str,
        module: ModuleId,
        position: u32,
        mut path: Path<'a>,
    ) -> Option<Path<'a>> {
        match name {
            "window" | "globalThis" | "self" => {
                let Some(Step::Name(member)) = path.last().cloned() else {
                    return Some(path);
                };
                path.pop();
                self.emit_at(Root::Global(member), module, position, path);
                None
            }
            "localStorage" | "sessionStorage" => self.browser_storage(path),
            "Promise" if matches!(path.last(), Some(Step::Call(_))) => self.executed(path),
            "Promise" | "Object" | "JSON" => self.static_method(name, path),
            name if SAME.contains(&name) => match path.last() {
                Some(Step::Call(applied)) if applied.first().is_some() => {
                    let applied = Rc::clone(applied);
                    path.pop();
                    self.argument(&applied, 0, path);
                    None
                }
                _ => Some(path),
            },
            _ => Some(path),
        }
    }

    fn static_method(&mut self, object: &str, mut path: Path<'a>) -> Option<Path<'a>> {
        let (Some(Step::Name(name)), Some(Step::Call(applied))) =
            (path.last().cloned(), path.iter().rev().nth(1).cloned())
        else {
            return Some(path);
        };
        let last = match (object, name) {
            ("Promise", "resolve" | "all" | "allSettled" | "race" | "any")
            | ("JSON", "parse" | "stringify")
            | ("Object", "freeze" | "fromEntries" | "entries") => 1,
            ("Object", "assign") => applied.arguments.len(),
            _ => return Some(path),
        };
        path.truncate(path.len() - 2);
        for index in 0..last {
            self.argument(&applied, index, path.clone());
        }
        None
    }

    fn external(
        &mut self,
        specifier: &'a str,
        name: &'a str,
        module: ModuleId,
        position: u32,
        mut path: Path<'a>,
    ) -> Option<Path<'a>> {
        match (specifier, name) {
            ("react" | "preact/hooks" | "preact", "default" | "*") => {
                let Some(Step::Name(member)) = path.last().cloned() else {
                    return Some(path);
                };
                path.pop();
                self.emit_at(
                    Root::External {
                        specifier,
                        name: member,
                    },
                    module,
                    position,
                    path,
                );
                None
            }
            ("react" | "preact/hooks" | "preact", hook) => self.react(hook, module, path),
            ("@tanstack/react-query" | "swr" | "zustand", _) => {
                self.state_package(specifier, name, path)
            }
            (
                "js-cookie" | "universal-cookie" | "react-cookie" | "cookies-next" | "next/headers"
                | "nookies",
                _,
            ) => self.cookie_package(name, path),
            ("@docusaurus/useDocusaurusContext" | "@generated/docusaurus.config", _) => {
                self.docusaurus(module, path)
            }
            _ => Some(path),
        }
    }

    /// Follows `new Promise((resolve) => … resolve(value) …)` to the values that it is resolved with.
    pub(super) fn executed(&mut self, mut path: Path<'a>) -> Option<Path<'a>> {
        let Some(Step::Call(applied)) = path.pop() else {
            return Some(path);
        };
        let executor = applied.first()?;
        let project = self.tracer.project;
        let module = &project.modules[executor.module];
        let function =
            module.function_at(executor.expression.get_inner_expression().span().start)?;
        let span = module.functions[function].span;
        let resolve = module.parameter(function, 0)?;
        let name = module.bindings[resolve].name;
        for call in &module.calls {
            if call.name == name
                && span.start <= call.span.start
                && call.span.end <= span.end
                && let Some(value) = call.arguments.first().and_then(|one| one.as_expression())
            {
                let at = At {
                    expression: value,
                    module: executor.module,
                    env: executor.env.clone(),
                };
                self.follow(&at, path.clone());
            }
        }
        None
    }

    /// Follows the `index`-th argument of a call.
    pub(super) fn argument(&mut self, applied: &Applied<'a>, index: usize, path: Path<'a>) {
        if let Some(argument) = applied.argument(index) {
            self.follow(&argument.clone(), path);
        }
    }

    /// Calls the function that `at` stands for, without arguments.
    pub(super) fn invoke(&mut self, at: &At<'a>, mut path: Path<'a>) {
        path.push(Step::Call(Applied::none(at.module, at.position())));
        self.follow(&at.clone(), path);
    }

    /// `siteConfig` of a Docusaurus site is what its configuration file exports.
    fn docusaurus(&mut self, module: ModuleId, mut path: Path<'a>) -> Option<Path<'a>> {
        let at = path
            .iter()
            .rposition(|step| step.name() == Some("customFields"));
        let Some(at) = at else { return Some(path) };
        path.truncate(at + 1);
        let project = self.tracer.project;
        let home = project.home(module);
        let config = project.modules.iter().position(|one| {
            one.file.name().starts_with("docusaurus.config.") && one.file.path.starts_with(home)
        });
        match config.and_then(|config| Some((config, project.export(config, "default")?))) {
            Some((config, target)) => {
                self.target(target, config, path);
                None
            }
            None => Some(path),
        }
    }
}
