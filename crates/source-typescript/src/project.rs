//! All modules of the tree, and what a specifier or a name in one means in the others.

use std::cell::RefCell;
use std::rc::Rc;

use foldhash::{HashMap, HashMapExt};
use oxc_allocator::Allocator;

use crate::{
    SourceFile, Unread,
    module::{Definition, Export, Module, ModuleId, parse},
};

mod manifest;
mod resolve;
mod web;

pub(crate) use manifest::Manifest;
pub(crate) use resolve::{Target, within};
pub(crate) use web::web_folders;

/// A pattern of `tsconfig`, and the targets that are tried for it.
type PathPattern<'a> = (&'a str, Vec<String>);

/// A function by its module and its index there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct FunctionRef {
    pub(crate) module: ModuleId,
    pub(crate) function: usize,
}

/// A call by its module and its index there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct CallRef {
    pub(crate) module: ModuleId,
    pub(crate) call: usize,
}

/// The modules of the tree with what is looked up across them.
pub(crate) struct Project<'a> {
    pub(crate) modules: Vec<Module<'a>>,
    pub(crate) manifests: Vec<Manifest<'a>>,
    by_path: HashMap<&'a str, ModuleId>,
    /// `tsconfig` path patterns by the folder of the file: pattern and targets, relative to the tree.
    paths: Vec<(String, Vec<PathPattern<'a>>)>,
    calls: HashMap<&'a str, Vec<CallRef>>,
    homes: Vec<&'a str>,
    /// Modules that assign to a name or its members.
    writers: HashMap<&'a str, Vec<ModuleId>>,
    resolved: RefCell<HashMap<(ModuleId, &'a str), Option<ModuleId>>>,
    aliases: HashMap<&'a str, Vec<&'a str>>,
    /// The answers of [`names_of`](Self::names_of).
    names: RefCell<HashMap<&'a str, Rc<[&'a str]>>>,
    elements: HashMap<&'a str, Vec<(ModuleId, usize)>>,
}

impl<'a> Project<'a> {
    /// Parses every file; what cannot be read is said in the second part.
    pub(crate) fn parse(files: &'a [SourceFile], arena: &'a Allocator) -> (Self, Vec<Unread>) {
        let mut project = Self {
            modules: Vec::new(),
            manifests: Vec::new(),
            by_path: HashMap::new(),
            paths: Vec::new(),
            calls: HashMap::new(),
            homes: Vec::new(),
            writers: HashMap::new(),
            resolved: RefCell::new(HashMap::new()),
            aliases: HashMap::new(),
            names: RefCell::default(),
            elements: HashMap::new(),
        };
        let mut unread = Vec::new();
        for file in files {
            let name = file.name();
            if is_config(name) {
                project.add_config(file, arena, &mut unread);
            } else if is_source(name) && !is_declaration(name) && !is_test(&file.path) {
                let (module, why) = parse(file, arena);
                unread.extend(why);
                project.modules.extend(module);
            }
        }
        project.index();
        (project, unread)
    }

    fn index(&mut self) {
        self.homes = self
            .modules
            .iter()
            .map(|module| {
                let path = module.file.path.as_str();
                let above = self
                    .manifests
                    .iter()
                    .map(|manifest| manifest.folder)
                    .filter(|folder| path.len() > folder.len() && within(path, folder));
                above.max_by_key(|folder| folder.len()).unwrap_or_default()
            })
            .collect();
        for (id, module) in self.modules.iter().enumerate() {
            self.by_path.insert(&module.file.path, id);
            for root in module.written_roots() {
                self.writers.entry(root).or_default().push(id);
            }
            for (call, record) in module.calls.iter().enumerate() {
                self.calls
                    .entry(record.name)
                    .or_default()
                    .push(CallRef { module: id, call });
            }
            for (name, other) in &module.aliases {
                let others = self.aliases.entry(name).or_default();
                if !others.contains(other) {
                    others.push(other);
                }
            }
            for (element, record) in module.elements.iter().enumerate() {
                if let Some(name) = record.name.first() {
                    self.elements.entry(name).or_default().push((id, element));
                }
            }
        }
    }

    /// The folder of the `package.json` next above a module.
    pub(crate) fn home(&self, module: ModuleId) -> &'a str {
        self.homes.get(module).copied().unwrap_or_default()
    }

    /// Modules that assign to `name` or its members.
    pub(crate) fn writers(&self, name: &str) -> &[ModuleId] {
        self.writers.get(name).map_or(&[], Vec::as_slice)
    }

    /// Calls whose callee ends in `name`.
    pub(crate) fn calls_named(&self, name: &str) -> &[CallRef] {
        self.calls.get(name).map_or(&[], Vec::as_slice)
    }

    /// JSX elements whose name starts with `name`.
    pub(crate) fn elements_named(&self, name: &str) -> &[(ModuleId, usize)] {
        self.elements.get(name).map_or(&[], Vec::as_slice)
    }

    /// `name` and every other name under which the same thing may be known.
    pub(crate) fn names_of(&self, name: &'a str) -> Rc<[&'a str]> {
        if let Some(known) = self.names.borrow().get(name) {
            return Rc::clone(known);
        }
        let mut names = vec![name];
        let mut next = 0;
        while next < names.len() && names.len() < 64 {
            for other in self.aliases.get(names[next]).into_iter().flatten() {
                if !names.contains(other) {
                    names.push(other);
                }
            }
            next += 1;
        }
        let names: Rc<[&str]> = names.into();
        self.names.borrow_mut().insert(name, Rc::clone(&names));
        names
    }

    /// What `module` exports as `name`, followed through re-exports.
    pub(crate) fn export(&self, module: ModuleId, name: &'a str) -> Option<Target<'a>> {
        self.export_within(module, name, 12)
    }

    fn export_within(&self, id: ModuleId, name: &'a str, depth: usize) -> Option<Target<'a>> {
        let module = self.modules.get(id)?;
        let depth = depth.checked_sub(1)?;
        match module.exports.get(name) {
            Some(Export::Local(local)) => {
                let binding = module.lookup_top(local)?;
                match &module.bindings[binding].definition {
                    Definition::Import { specifier, name } => {
                        Some(self.imported(id, specifier, name, depth))
                    }
                    _ => Some(Target::Binding(id, binding)),
                }
            }
            Some(Export::Value(value)) => Some(Target::Value(id, value)),
            Some(Export::Function(function)) => Some(Target::Function(FunctionRef {
                module: id,
                function: *function,
            })),
            Some(Export::Class(class)) => Some(Target::Class(id, *class)),
            Some(Export::From { specifier, name }) => {
                Some(self.imported(id, specifier, name, depth))
            }
            None => module
                .stars
                .iter()
                .find_map(|star| match self.resolve(id, star) {
                    Some(target) => self.export_within(target, name, depth),
                    None => None,
                }),
        }
    }

    /// What an import of `name` from `specifier` in module `from` means.
    pub(crate) fn import(&self, from: ModuleId, specifier: &'a str, name: &'a str) -> Target<'a> {
        self.imported(from, specifier, name, 12)
    }

    fn imported(
        &self,
        from: ModuleId,
        specifier: &'a str,
        name: &'a str,
        depth: usize,
    ) -> Target<'a> {
        let Some(id) = self.resolve(from, specifier) else {
            return Target::External { specifier, name };
        };
        if name == "*" {
            return Target::Namespace(id);
        }
        if let Some(target) = self.export_within(id, name, depth) {
            return target;
        }
        let common = &self.modules[id];
        if common.writes_to("module").next().is_some()
            || common.writes_to("exports").next().is_some()
        {
            return if name == "default" {
                Target::Namespace(id)
            } else {
                Target::Property(id, name)
            };
        }
        Target::Missing
    }
}

fn is_config(name: &str) -> bool {
    name == "package.json"
        || ((name.starts_with("tsconfig") || name.starts_with("jsconfig"))
            && name.rsplit('.').next() == Some("json"))
}

fn is_source(name: &str) -> bool {
    matches!(
        name.rsplit('.').next(),
        Some("ts" | "tsx" | "js" | "jsx" | "mjs" | "cjs" | "mts" | "cts")
    )
}

fn is_declaration(name: &str) -> bool {
    [".d.ts", ".d.mts", ".d.cts"]
        .iter()
        .any(|ending| name.ends_with(ending))
}

/// Whether a file is a test, a stand-in for one, or a story of a component: none is part of the program.
fn is_test(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or_default();
    [".test.", ".spec.", ".stories.", ".cy."]
        .iter()
        .any(|mark| name.contains(mark))
        || parts.any(|folder| {
            matches!(
                folder,
                "__tests__" | "__mocks__" | "e2e" | "cypress" | "playwright"
            )
        })
}
