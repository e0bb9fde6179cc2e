//! The modules of a Python tree and what their names mean.

mod import;
mod module;
mod scope;
mod site;

pub(crate) use import::Target;
pub(crate) use module::{ModuleId, Parsed, too_deep};
pub(crate) use scope::{Binding, Scope};
pub(crate) use site::{Site, site};

use std::cell::RefCell;

use betroth_report::Place;
use foldhash::{HashMap, HashMapExt as _, HashSet};
use ruff_python_ast::{Expr, StmtClassDef, StmtFunctionDef};
use ruff_text_size::Ranged;

/// What a name stands for, after imports and re-exports were followed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Definition<'a> {
    /// A function of the tree.
    Function(ModuleId, &'a StmtFunctionDef),
    /// A class of the tree.
    Class(ModuleId, &'a StmtClassDef),
    /// A module-level variable: the expression assigned to it.
    Variable(ModuleId, &'a Expr),
    /// A module of the tree.
    Module(ModuleId),
    /// A folder of the tree without `__init__.py`, by its path.
    Namespace(String),
    /// Something of another package, by its dotted name: `fastapi.Depends`.
    External(String),
    /// A name whose value is not written in one place: a loop variable, an unpacked tuple, a `global` elsewhere.
    Opaque,
}

/// The parsed modules with their scopes, and the resolution of imports among them.
pub(crate) struct Tree<'a> {
    modules: Vec<&'a Parsed>,
    scopes: Vec<Scope<'a>>,
    by_path: HashMap<&'a str, ModuleId>,
    folders: HashSet<&'a str>,
    imports: RefCell<HashMap<(ModuleId, String), Target>>,
    names: RefCell<HashMap<(ModuleId, String), Vec<Definition<'a>>>>,
}

/// How many re-exports are followed for one name.
const REEXPORTS: usize = 24;

impl<'a> Tree<'a> {
    pub(crate) fn new(parsed: &'a [Parsed]) -> Self {
        let modules: Vec<_> = parsed.iter().collect();
        let by_path = modules
            .iter()
            .enumerate()
            .map(|(i, m)| (m.path(), ModuleId::new(i)))
            .collect();
        let mut folders = HashSet::default();
        for module in &modules {
            let mut folder = module.folder();
            while !folder.is_empty() && folders.insert(folder) {
                folder = import::parent(folder);
            }
        }
        let scopes = modules.iter().map(|m| Scope::of_module(m.body())).collect();
        Self {
            modules,
            scopes,
            by_path,
            folders,
            imports: RefCell::new(HashMap::new()),
            names: RefCell::new(HashMap::new()),
        }
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = ModuleId> + use<> {
        (0..self.modules.len()).map(ModuleId::new)
    }

    pub(crate) fn module(&self, id: ModuleId) -> &'a Parsed {
        self.modules[id.index()]
    }

    pub(crate) fn scope(&self, id: ModuleId) -> &Scope<'a> {
        &self.scopes[id.index()]
    }

    /// The place of a node of module `id`.
    pub(crate) fn place(&self, id: ModuleId, node: &impl Ranged) -> Place {
        self.module(id).place(node.range())
    }

    /// What `name` means at module level of `id`: one definition, or one for each branch that defines it.
    ///
    /// Empty where the module defines no such name.
    pub(crate) fn name(&self, id: ModuleId, name: &str) -> Vec<Definition<'a>> {
        self.name_within(id, name, REEXPORTS)
    }

    fn name_within(&self, id: ModuleId, name: &str, hops: usize) -> Vec<Definition<'a>> {
        let key = (id, name.to_owned());
        if let Some(found) = self.names.borrow().get(&key) {
            return found.clone();
        }
        if hops == 0 {
            return vec![Definition::Opaque];
        }
        // A cycle of re-exports meets this entry and ends.
        self.names.borrow_mut().insert(key.clone(), Vec::new());
        let scope = self.scope(id);
        let mut found: Vec<Definition<'a>> = Vec::new();
        if scope.rebound(name) {
            found.push(Definition::Opaque);
        }
        for binding in scope.bindings(name) {
            for definition in self.definitions(id, binding, hops) {
                if !found.contains(&definition) {
                    found.push(definition);
                }
            }
        }
        if found.is_empty() {
            for star in scope.stars() {
                if let Target::Module(module) = self.import_from(id, star.level, star.module) {
                    found = self.name_within(module, name, hops - 1);
                    if !found.is_empty() {
                        break;
                    }
                }
            }
        }
        self.names.borrow_mut().insert(key, found.clone());
        found
    }

    /// What one binding of module `id` (or of a function in it) stands for.
    pub(crate) fn binding(&self, id: ModuleId, binding: &Binding<'a>) -> Vec<Definition<'a>> {
        self.definitions(id, binding, REEXPORTS)
    }

    fn definitions(&self, id: ModuleId, binding: &Binding<'a>, hops: usize) -> Vec<Definition<'a>> {
        match *binding {
            Binding::Function(node) => vec![Definition::Function(id, node)],
            Binding::Class(node) => vec![Definition::Class(id, node)],
            Binding::Value(expr) => vec![Definition::Variable(id, expr)],
            Binding::Import(dotted) => vec![self.target(self.import(id, dotted))],
            Binding::From {
                level,
                module,
                name,
            } => match self.import_from(id, level, module) {
                Target::External(package) => {
                    vec![Definition::External(format!("{package}.{name}"))]
                }
                target => self.member_within(&self.target(target), name, hops - 1),
            },
            Binding::Opaque => vec![Definition::Opaque],
        }
    }

    fn target(&self, target: Target) -> Definition<'a> {
        match target {
            Target::Module(module) => Definition::Module(module),
            Target::Namespace(folder) => Definition::Namespace(folder),
            Target::External(dotted) => Definition::External(dotted),
        }
    }

    /// The dotted name of something of another package that an expression at the top of a module names.
    pub(crate) fn dotted(&self, id: ModuleId, expr: &Expr) -> Option<String> {
        self.named(id, expr)
            .into_iter()
            .find_map(|definition| match definition {
                Definition::External(dotted) => Some(dotted),
                _ => None,
            })
    }

    /// What a name, or a chain of names with dots, stands for at the top of a module.
    pub(crate) fn named(&self, id: ModuleId, expr: &Expr) -> Vec<Definition<'a>> {
        match expr {
            Expr::Name(name) => self.name(id, name.id.as_str()),
            Expr::Attribute(attribute) => self
                .named(id, &attribute.value)
                .iter()
                .flat_map(|of| self.member(of, attribute.attr.as_str()))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// What `of.name` means where `of` is a module, a namespace or something external.
    ///
    /// Empty where `of` is none of these or has no such member.
    pub(crate) fn member(&self, of: &Definition<'a>, name: &str) -> Vec<Definition<'a>> {
        self.member_within(of, name, REEXPORTS)
    }

    fn member_within(&self, of: &Definition<'a>, name: &str, hops: usize) -> Vec<Definition<'a>> {
        let folder = match of {
            Definition::External(dotted) => {
                return vec![Definition::External(format!("{dotted}.{name}"))];
            }
            Definition::Module(module) => {
                let found = self.name_within(*module, name, hops);
                if !found.is_empty() {
                    return found;
                }
                match self.module(*module).package_folder() {
                    Some(folder) => folder.to_owned(),
                    None => return Vec::new(),
                }
            }
            Definition::Namespace(folder) => folder.clone(),
            _ => return Vec::new(),
        };
        self.in_folder(&folder, name)
            .map(|target| self.target(target))
            .into_iter()
            .collect()
    }
}
