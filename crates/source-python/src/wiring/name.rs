//! What a name means while modules run, and what `a.b` is.

use std::rc::Rc;

use ruff_python_ast::{Expr, Stmt, StmtImportFrom};

use super::Machine;
use super::run::Context;
use super::value::{Class, Func, Instance, Item, Val};
use crate::tree::{Definition, ModuleId, Target};

impl<'a> Machine<'a, '_> {
    /// The value of a name.
    pub(super) fn name(&mut self, context: &Context<'a>, name: &str) -> Val<'a> {
        self.item_of(context, name)
            .map_or_else(|| self.global(context.module, name), |item| item.val)
    }

    fn item_of(&self, context: &Context<'a>, name: &str) -> Option<Item<'a>> {
        context
            .scope
            .as_ref()
            .and_then(|scope| scope.get(name))
            .or_else(|| self.spaces[context.module.index()].get(name).cloned())
    }

    /// A name that nothing bound so far: a function further down, or a name of Python itself.
    fn global(&mut self, module: ModuleId, name: &str) -> Val<'a> {
        let definitions = self.tree.name(module, name);
        match definitions.first() {
            None => Val::External(name.into()),
            Some(Definition::Variable(..) | Definition::Opaque) => Val::Opaque,
            Some(definition) => self.defined(definition),
        }
    }

    fn defined(&mut self, definition: &Definition<'a>) -> Val<'a> {
        match definition {
            Definition::Function(module, node) => {
                Val::Function(Rc::new(Func::new(*module, node, None)))
            }
            Definition::Class(module, node) => Val::Class(Class {
                module: *module,
                node,
                scope: None,
            }),
            Definition::Module(module) => {
                self.run_module(*module);
                Val::Module(*module)
            }
            Definition::Namespace(folder) => Val::Namespace(folder.as_str().into()),
            Definition::External(name) => Val::External(name.as_str().into()),
            Definition::Variable(..) | Definition::Opaque => Val::Opaque,
        }
    }

    pub(super) fn import(
        &mut self,
        context: &Context<'a>,
        dotted: &'a str,
        alias: Option<&'a str>,
    ) {
        // `import a.b` runs `a.b`, and binds `a`.
        let whole = self.target(context.module, 0, dotted);
        if let Some(name) = alias {
            self.bind(context, name, Item::plain(whole));
        } else {
            let top = dotted.split('.').next().unwrap_or(dotted);
            let val = if top == dotted {
                whole
            } else {
                self.target(context.module, 0, top)
            };
            self.bind(context, top, Item::plain(val));
        }
    }

    pub(super) fn target(&mut self, from: ModuleId, level: u32, dotted: &str) -> Val<'a> {
        match self.tree.import_from(from, level, dotted) {
            Target::Module(module) => {
                self.run_module(module);
                Val::Module(module)
            }
            Target::Namespace(folder) => Val::Namespace(folder.into()),
            Target::External(name) => Val::External(name.into()),
        }
    }

    pub(super) fn import_from(&mut self, context: &Context<'a>, node: &'a StmtImportFrom) {
        let dotted = node.module.as_ref().map_or("", |module| module.as_str());
        let from = self.target(context.module, node.level, dotted);
        for alias in &node.names {
            let name = alias.name.as_str();
            if name == "*" {
                if let Val::Module(module) = from {
                    let all: Vec<_> = self.spaces[module.index()]
                        .iter()
                        .map(|(name, item)| (*name, item.clone()))
                        .collect();
                    for (name, item) in all {
                        self.bind(context, name, item);
                    }
                }
                continue;
            }
            let bound = alias.asname.as_ref().map_or(name, |alias| alias.as_str());
            let item = self.member(&from, name);
            self.bind(context, bound, item);
        }
    }

    /// A member of a module, a folder or another package.
    pub(super) fn member(&mut self, of: &Val<'a>, name: &str) -> Item<'a> {
        let definition = match of {
            Val::Module(module) => {
                if let Some(item) = self.spaces[module.index()].get(name) {
                    return item.clone();
                }
                Definition::Module(*module)
            }
            Val::Namespace(folder) => Definition::Namespace(folder.to_string()),
            Val::External(package) => {
                return Item::plain(Val::External(format!("{package}.{name}").into()));
            }
            _ => return Item::plain(Val::Opaque),
        };
        let found = self.tree.member(&definition, name);
        Item::plain(match (found.first(), of) {
            (Some(Definition::Variable(..) | Definition::Opaque), Val::Module(module))
                if !self.finished[module.index()] =>
            {
                Val::Later(*module, name.into())
            }
            (Some(definition), _) => self.defined(definition),
            // `getattr` of a module that has it by other means.
            (None, _) => Val::Opaque,
        })
    }

    /// The value of a name of a module that had not run to its end.
    pub(super) fn later(&mut self, val: &Val<'a>) -> Val<'a> {
        match val {
            Val::Later(module, name) => self.spaces[module.index()]
                .get(&**name)
                .map_or(Val::Opaque, |item| item.val.clone()),
            other => other.clone(),
        }
    }

    /// The value of `on.name`.
    pub(super) fn attribute(&mut self, context: &Context<'a>, on: &Val<'a>, name: &str) -> Val<'a> {
        match on {
            Val::Module(_) | Val::Namespace(_) | Val::External(_) => self.member(on, name).val,
            Val::Object(id) => self.object_attribute(*id, name),
            Val::Super(parent) => match &parent.0 {
                Val::Object(id) => match self.inherited(parent.1, parent.2, name) {
                    Some(func) => Val::Method(Rc::new((parent.0.clone(), func))),
                    None => Val::Bound(*id, name.into()),
                },
                Val::Instance(_) => match self.inherited(parent.1, parent.2, name) {
                    Some(func) => Val::Method(Rc::new((parent.0.clone(), func))),
                    None => Val::Opaque,
                },
                _ => Val::Opaque,
            },
            Val::Instance(instance) => self.field(context, instance, name),
            Val::Class(class) => self.class_member(class, None, name),
            Val::Setting(inner) => match self.attribute(context, &Rc::clone(inner), name) {
                Val::Opaque => Val::Opaque,
                val => Val::Setting(Rc::new(val)),
            },
            Val::Text(text) if name == "value" => Val::Text(Rc::clone(text)),
            Val::Made(dotted, arguments) => {
                Val::Made(format!("{dotted}().{name}").into(), Rc::clone(arguments))
            }
            _ => Val::Opaque,
        }
    }

    fn field(&mut self, context: &Context<'a>, instance: &Rc<Instance<'a>>, name: &str) -> Val<'a> {
        if let Some(item) = instance.fields.borrow().get(name) {
            return item.val.clone();
        }
        let member = self.class_member(
            &instance.class,
            Some(&Val::Instance(Rc::clone(instance))),
            name,
        );
        match &member {
            Val::Method(method) if is_property(method.1.node) => {
                let method = Rc::clone(method);
                let val = self.call_func(
                    context,
                    &method.1,
                    Some(method.0.clone()),
                    super::value::Arguments::default(),
                );
                self.of_settings(&instance.class, val)
            }
            _ => self.of_settings(&instance.class, member),
        }
    }

    /// What a class of settings holds is a default.
    fn of_settings(&mut self, class: &Class<'a>, val: Val<'a>) -> Val<'a> {
        if matches!(val, Val::Text(_) | Val::Bool(_) | Val::None | Val::List(_))
            && self
                .ancestors(class)
                .iter()
                .any(|base| base.ends_with("BaseSettings"))
        {
            return Val::Setting(Rc::new(val));
        }
        val
    }

    /// A member of a class or of the classes it is made from; bound to `on` where it is a function.
    pub(super) fn class_member(
        &mut self,
        class: &Class<'a>,
        on: Option<&Val<'a>>,
        name: &str,
    ) -> Val<'a> {
        let mut open = vec![class.clone()];
        let mut seen = 0;
        while let Some(class) = open.pop() {
            seen += 1;
            if seen > 40 {
                break;
            }
            if let Some(item) = self
                .class_fields
                .get(&std::ptr::from_ref(class.node))
                .and_then(|fields| fields.get(name))
            {
                return item.val.clone();
            }
            let context = Context {
                module: class.module,
                scope: class.scope.clone(),
            };
            for statement in &class.node.body {
                match statement {
                    Stmt::FunctionDef(node) if node.name.as_str() == name => {
                        let func = Func {
                            class: Some((class.module, class.node)),
                            ..Func::new(class.module, node, class.scope.clone())
                        };
                        return match on {
                            Some(on) if !is_static(node) => {
                                Val::Method(Rc::new((on.clone(), func)))
                            }
                            _ => Val::Function(Rc::new(func)),
                        };
                    }
                    Stmt::AnnAssign(node) if is_name(&node.target, name) => {
                        if let Some(value) = &node.value {
                            return self.default(&context, value);
                        }
                    }
                    Stmt::Assign(node)
                        if node.targets.iter().any(|target| is_name(target, name)) =>
                    {
                        return self.default(&context, &node.value);
                    }
                    _ => {}
                }
            }
            let bases = self.bases(&class);
            open.extend(bases.into_iter().rev().filter_map(|base| match base {
                Val::Class(base) => Some(base),
                _ => None,
            }));
        }
        Val::Opaque
    }

    /// The default of a field: through `Field(default=…)`.
    fn default(&mut self, context: &Context<'a>, value: &'a Expr) -> Val<'a> {
        let val = self.eval(context, value);
        match &val {
            Val::Made(name, arguments) if name.ends_with(".Field") || name.ends_with(".field") => {
                match arguments.get(0, "default") {
                    Some(item) => item.val.clone(),
                    None => Val::Opaque,
                }
            }
            _ => val,
        }
    }

    pub(super) fn bases(&mut self, class: &Class<'a>) -> Vec<Val<'a>> {
        let context = Context {
            module: class.module,
            scope: class.scope.clone(),
        };
        class
            .node
            .bases()
            .iter()
            .map(|base| match base {
                Expr::Subscript(node) => self.eval(&context, &node.value),
                base => self.eval(&context, base),
            })
            .collect()
    }

    /// The method that `super().name` finds.
    fn inherited(
        &mut self,
        module: ModuleId,
        node: &'a ruff_python_ast::StmtClassDef,
        name: &str,
    ) -> Option<Func<'a>> {
        let class = Class {
            module,
            node,
            scope: None,
        };
        for base in self.bases(&class) {
            if let Val::Class(base) = base
                && let Val::Function(func) = self.class_member(&base, None, name)
            {
                return Some(Func::clone(&func));
            }
        }
        None
    }

    /// The dotted names of the classes of other packages that a class is made from.
    pub(super) fn ancestors(&mut self, class: &Class<'a>) -> Vec<Rc<str>> {
        let mut open = vec![class.clone()];
        let mut found = Vec::new();
        let mut seen = 0;
        while let Some(class) = open.pop() {
            seen += 1;
            if seen > 40 {
                break;
            }
            for base in self.bases(&class) {
                match base {
                    Val::Class(base) => open.push(base),
                    Val::External(name) => found.push(name),
                    _ => {}
                }
            }
        }
        found
    }
}

fn is_name(target: &Expr, name: &str) -> bool {
    matches!(target, Expr::Name(node) if node.id == name)
}

fn decorated(node: &ruff_python_ast::StmtFunctionDef, names: &[&str]) -> bool {
    node.decorator_list
        .iter()
        .any(|decorator| match &decorator.expression {
            Expr::Name(name) => names.contains(&name.id.as_str()),
            Expr::Attribute(attribute) => names.contains(&attribute.attr.as_str()),
            Expr::Call(call) => match &*call.func {
                Expr::Name(name) => names.contains(&name.id.as_str()),
                Expr::Attribute(attribute) => names.contains(&attribute.attr.as_str()),
                _ => false,
            },
            _ => false,
        })
}

fn is_property(node: &ruff_python_ast::StmtFunctionDef) -> bool {
    decorated(node, &["property", "cached_property", "computed_field"])
}

fn is_static(node: &ruff_python_ast::StmtFunctionDef) -> bool {
    decorated(node, &["staticmethod"])
}
