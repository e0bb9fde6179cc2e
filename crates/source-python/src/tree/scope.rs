use foldhash::{HashMap, HashMapExt as _, HashSet};
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{ExceptHandler, Expr, Stmt, StmtClassDef, StmtFunctionDef};

/// One place that gives a name its meaning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Binding<'a> {
    /// `def`.
    Function(&'a StmtFunctionDef),
    /// `class`.
    Class(&'a StmtClassDef),
    /// `name = expression`.
    Value(&'a Expr),
    /// `import a.b as name` (whole), or `import a.b` (binds `a`).
    Import(&'a str),
    /// `from module import name`.
    From {
        level: u32,
        module: &'a str,
        name: &'a str,
    },
    /// Anything else.
    Opaque,
}

/// `from module import *`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Star<'a> {
    pub(crate) level: u32,
    pub(crate) module: &'a str,
}

/// The names of a module, or those that a function's own imports bind.
#[derive(Debug, Default)]
pub(crate) struct Scope<'a> {
    names: HashMap<&'a str, Vec<(Binding<'a>, bool)>>,
    rebound: HashSet<&'a str>,
    stars: Vec<Star<'a>>,
}

impl<'a> Scope<'a> {
    /// The names that the top level of a module binds.
    pub(crate) fn of_module(body: &'a [Stmt]) -> Self {
        let mut scope = Self {
            names: HashMap::new(),
            ..Self::default()
        };
        scope.read(body, false);
        for statement in body {
            Globals {
                scope: &mut scope,
                declared: Vec::new(),
            }
            .visit_stmt(statement);
        }
        scope
    }

    /// The bindings that can be in force at the end of the scope: the last unconditional one and all after it.
    pub(crate) fn bindings(&self, name: &str) -> impl Iterator<Item = &Binding<'a>> {
        let all = self.names.get(name).map_or(&[][..], Vec::as_slice);
        let from = all
            .iter()
            .rposition(|(_, conditional)| !conditional)
            .unwrap_or(0);
        all[from..].iter().map(|(binding, _)| binding)
    }

    /// Every name bound, in no order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.names.keys().copied()
    }

    /// Whether a function assigns the name through `global`: its value then depends on what ran before.
    pub(crate) fn rebound(&self, name: &str) -> bool {
        self.rebound.contains(name)
    }

    pub(crate) fn stars(&self) -> &[Star<'a>] {
        &self.stars
    }

    fn bind(&mut self, name: &'a str, binding: Binding<'a>, conditional: bool) {
        self.names
            .entry(name)
            .or_default()
            .push((binding, conditional));
    }

    fn read(&mut self, body: &'a [Stmt], conditional: bool) {
        for statement in body {
            self.statement(statement, conditional);
        }
    }

    fn statement(&mut self, statement: &'a Stmt, conditional: bool) {
        match statement {
            Stmt::FunctionDef(node) => self.bind(&node.name, Binding::Function(node), conditional),
            Stmt::ClassDef(node) => self.bind(&node.name, Binding::Class(node), conditional),
            Stmt::Assign(node) => {
                for target in &node.targets {
                    self.assign(target, Some(&node.value), conditional);
                }
            }
            Stmt::AnnAssign(node) => {
                if let Some(value) = &node.value {
                    self.assign(&node.target, Some(value), conditional);
                }
            }
            Stmt::AugAssign(node) => self.assign(&node.target, None, true),
            Stmt::TypeAlias(node) => self.assign(&node.name, Some(&node.value), conditional),
            Stmt::Import(node) => {
                for alias in &node.names {
                    let dotted = alias.name.as_str();
                    if let Some(name) = &alias.asname {
                        self.bind(name, Binding::Import(dotted), conditional);
                    } else {
                        let top = dotted.split('.').next().unwrap_or(dotted);
                        self.bind(top, Binding::Import(top), conditional);
                    }
                }
            }
            Stmt::ImportFrom(node) => {
                let module = node.module.as_ref().map_or("", |module| module.as_str());
                for alias in &node.names {
                    let name = alias.name.as_str();
                    if name == "*" {
                        self.stars.push(Star {
                            level: node.level,
                            module,
                        });
                    } else {
                        let bound = alias.asname.as_ref().map_or(name, |asname| asname.as_str());
                        self.bind(
                            bound,
                            Binding::From {
                                level: node.level,
                                module,
                                name,
                            },
                            conditional,
                        );
                    }
                }
            }
            Stmt::If(node) => {
                if !type_checking(&node.test) {
                    self.read(&node.body, true);
                }
                for clause in &node.elif_else_clauses {
                    self.read(&clause.body, true);
                }
            }
            Stmt::Try(node) => {
                self.read(&node.body, conditional);
                self.read(&node.orelse, conditional);
                for ExceptHandler::ExceptHandler(handler) in &node.handlers {
                    self.read(&handler.body, true);
                }
                self.read(&node.finalbody, conditional);
            }
            Stmt::With(node) => {
                for item in &node.items {
                    if let Some(target) = &item.optional_vars {
                        self.assign(target, None, conditional);
                    }
                }
                self.read(&node.body, conditional);
            }
            Stmt::For(node) => {
                self.assign(&node.target, None, true);
                self.read(&node.body, true);
                self.read(&node.orelse, true);
            }
            Stmt::While(node) => self.read(&node.body, true),
            Stmt::Match(node) => {
                for case in &node.cases {
                    self.read(&case.body, true);
                }
            }
            _ => {}
        }
    }

    fn assign(&mut self, target: &'a Expr, value: Option<&'a Expr>, conditional: bool) {
        match target {
            Expr::Name(name) => self.bind(
                name.id.as_str(),
                value.map_or(Binding::Opaque, Binding::Value),
                conditional,
            ),
            Expr::Tuple(tuple) => self.unpack(&tuple.elts, value, conditional),
            Expr::List(list) => self.unpack(&list.elts, value, conditional),
            Expr::Starred(starred) => self.assign(&starred.value, None, conditional),
            _ => {}
        }
    }

    fn unpack(&mut self, targets: &'a [Expr], value: Option<&'a Expr>, conditional: bool) {
        let values = match value {
            Some(Expr::Tuple(tuple)) if tuple.elts.len() == targets.len() => Some(&tuple.elts),
            _ => None,
        };
        for (i, target) in targets.iter().enumerate() {
            self.assign(target, values.map(|values| &values[i]), conditional);
        }
    }
}

fn type_checking(test: &Expr) -> bool {
    match test {
        Expr::Name(name) => name.id.as_str() == "TYPE_CHECKING",
        Expr::Attribute(attribute) => attribute.attr.as_str() == "TYPE_CHECKING",
        _ => false,
    }
}

/// Finds the module-level names that some function assigns through `global`.
struct Globals<'s, 'a> {
    scope: &'s mut Scope<'a>,
    declared: Vec<&'a str>,
}

impl<'a> Visitor<'a> for Globals<'_, 'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if let Stmt::Global(node) = statement {
            self.declared
                .extend(node.names.iter().map(ruff_python_ast::Identifier::as_str));
            self.scope
                .rebound
                .extend(node.names.iter().map(ruff_python_ast::Identifier::as_str));
        }
        visitor::walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, _: &'a Expr) {}
}
