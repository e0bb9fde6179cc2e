//! Calls: of functions and classes of the tree, of what waits for a function, of other packages.

use std::rc::Rc;

use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::Ranged as _;

use super::run::{Context, Flow};
use super::value::{Arguments, Class, Func, Item, Scope, Val};
use super::{Added, AddedKind, Machine};
use crate::flow::betroth;
use crate::tree::site;

/// How deep functions are followed.
const DEPTH: usize = 24;

impl<'a> Machine<'a, '_> {
    /// Calls `callee`; `at` is the call.
    pub(super) fn call(
        &mut self,
        context: &Context<'a>,
        callee: &Val<'a>,
        arguments: Arguments<'a>,
        at: &'a Expr,
    ) -> Val<'a> {
        match callee {
            Val::Function(func) => {
                if func.class.is_some() && func.node.decorator_list.is_empty() {
                    return Val::Opaque;
                }
                self.call_func(context, &Rc::clone(func), None, arguments)
            }
            Val::Method(method) => {
                let method = Rc::clone(method);
                let on = method.0.clone();
                self.call_func(context, &method.1, Some(on), arguments)
            }
            Val::Class(class) => {
                let class = class.clone();
                self.construct(context, &class, arguments, at)
            }
            Val::Bound(id, name) => {
                let (id, name) = (*id, Rc::clone(name));
                self.call_object(context, id, &name, &arguments, at)
            }
            Val::Registrar(registrar) => {
                let given = arguments
                    .positional
                    .first()
                    .map_or(Val::Opaque, |item| item.val.clone());
                let registrar = Rc::clone(registrar);
                self.hand_over(&registrar, &given, at, context.module);
                given
            }
            Val::External(name) => {
                let name = Rc::clone(name);
                self.call_external(context, &name, arguments, at)
            }
            Val::Made(name, given) => {
                let secret = given.keyword("secret").is_some();
                if let Some(gate) = betroth::gate(name, secret) {
                    return self.protect(context, gate, &arguments, at);
                }
                let name: Rc<str> = format!("{name}()").into();
                self.made(name, arguments)
            }
            _ => Val::Opaque,
        }
    }

    /// `auth.protect(app)` of our own guard: its gate stands next to the routes, within all other middleware.
    fn protect(
        &mut self,
        context: &Context<'a>,
        gate: String,
        arguments: &Arguments<'a>,
        at: &'a Expr,
    ) -> Val<'a> {
        let Some(Val::Object(id)) = arguments.get(0, "app").map(|item| item.val.clone()) else {
            return Val::Opaque;
        };
        let added = Added {
            name: "protect".to_owned(),
            at: site(context.module, at.range()),
            kind: AddedKind::External(gate),
        };
        let object = &mut self.objects[id.0];
        object.middlewares.insert(0, added);
        // The contract says who sees the documentation.
        object.docs = None;
        Val::Object(id)
    }

    /// What another package returns. A wrapper around an application answers with that application.
    pub(super) fn made(&mut self, name: Rc<str>, arguments: Arguments<'a>) -> Val<'a> {
        let inner = arguments
            .get(0, "app")
            .or_else(|| arguments.keyword("other_asgi_app"))
            .or_else(|| arguments.positional.get(1))
            .map(|item| item.val.clone());
        if let Some(Val::Object(id)) = inner
            && self.objects[id.0].application
        {
            return Val::Object(id);
        }
        Val::Made(name, Rc::new(arguments))
    }

    pub(super) fn call_func(
        &mut self,
        _: &Context<'a>,
        func: &Func<'a>,
        on: Option<Val<'a>>,
        arguments: Arguments<'a>,
    ) -> Val<'a> {
        if func.node.is_async
            || self.depth >= DEPTH
            || self
                .running
                .iter()
                .filter(|node| std::ptr::eq(**node, func.node))
                .count()
                >= 2
        {
            return Val::Opaque;
        }
        self.called.insert(std::ptr::from_ref(func.node));
        let receiver = match (&on, func.class) {
            (Some(on), Some((module, class))) => Some((on.clone(), module, class)),
            _ => None,
        };
        let scope = self.scope(func.scope.clone(), receiver);
        let context = Context {
            module: func.module,
            scope: Some(Rc::clone(&scope)),
        };
        self.pass(&context, func, on, arguments, &scope);
        self.depth += 1;
        self.running.push(func.node);
        let end = self.block(&context, &func.node.body);
        self.running.pop();
        self.depth -= 1;
        let kept = scope.returned.borrow_mut().take();
        match (end, kept) {
            (Flow::Return(item), Some(kept)) if kept.val.wires() && !item.val.wires() => kept.val,
            (Flow::Return(item), _) => item.val,
            (_, Some(kept)) => kept.val,
            _ => Val::None,
        }
    }

    /// Binds the parameters.
    fn pass(
        &mut self,
        context: &Context<'a>,
        func: &Func<'a>,
        on: Option<Val<'a>>,
        arguments: Arguments<'a>,
        scope: &Rc<Scope<'a>>,
    ) {
        let parameters = &func.node.parameters;
        let outer = Context {
            module: context.module,
            scope: func.scope.clone(),
        };
        let mut positional = on
            .map(Item::plain)
            .into_iter()
            .chain(arguments.positional.iter().cloned());
        let mut taken = Vec::new();
        for parameter in parameters.posonlyargs.iter().chain(&parameters.args) {
            let name = parameter.parameter.name.as_str();
            let item = match positional.next() {
                Some(item) => item,
                None => {
                    self.keyword_or_default(&outer, &arguments, name, parameter.default.as_deref())
                }
            };
            taken.push(name);
            scope.bind(name, item);
        }
        let rest: Vec<_> = positional.collect();
        if let Some(parameter) = &parameters.vararg {
            scope.bind(&parameter.name, Item::plain(Val::list(rest)));
        }
        for parameter in &parameters.kwonlyargs {
            let name = parameter.parameter.name.as_str();
            let item =
                self.keyword_or_default(&outer, &arguments, name, parameter.default.as_deref());
            taken.push(name);
            scope.bind(name, item);
        }
        if let Some(parameter) = &parameters.kwarg {
            let rest: Vec<_> = arguments
                .keywords
                .iter()
                .filter(|(name, _)| !taken.contains(&&**name))
                .map(|(name, item)| (Val::Text(Rc::clone(name)), item.clone()))
                .collect();
            scope.bind(
                &parameter.name,
                Item::plain(Val::Dict(Rc::new(rest.into()))),
            );
        }
    }

    fn keyword_or_default(
        &mut self,
        outer: &Context<'a>,
        arguments: &Arguments<'a>,
        name: &str,
        default: Option<&'a Expr>,
    ) -> Item<'a> {
        if let Some(item) = arguments.keyword(name) {
            return item.clone();
        }
        match default {
            Some(default) if !arguments.open => self.item(outer, default),
            _ => Item::plain(Val::Opaque),
        }
    }

    fn construct(
        &mut self,
        context: &Context<'a>,
        class: &Class<'a>,
        arguments: Arguments<'a>,
        at: &'a Expr,
    ) -> Val<'a> {
        let ancestors = self.ancestors(class);
        if let Some(application) = ancestors.iter().find_map(|base| super::object::kind(base)) {
            let place = self.tree.place(context.module, at);
            let id = self.add_object(application, context.module, place);
            self.objects[id.0].class = Some(class.clone());
            match self.class_member(class, Some(&Val::Object(id)), "__init__") {
                Val::Method(init) => {
                    self.call_func(context, &init.1, Some(Val::Object(id)), arguments);
                }
                _ => self.initialize(id, &arguments),
            }
            return Val::Object(id);
        }
        if ancestors.iter().any(|base| base.ends_with("Middleware")) {
            return self.made(class.node.name.as_str().into(), arguments);
        }
        let instance = Self::blank(class);
        let on = Val::Instance(Rc::clone(&instance));
        if let Val::Method(init) = self.class_member(class, Some(&on), "__init__") {
            self.call_func(context, &init.1, Some(on.clone()), arguments);
        } else {
            // A data class, or a model: fields by name, and in the order of their annotations.
            let mut fields = instance.fields.borrow_mut();
            let names = class
                .node
                .body
                .iter()
                .filter_map(|statement| match statement {
                    Stmt::AnnAssign(node) => match &*node.target {
                        Expr::Name(name) => Some(name.id.as_str()),
                        _ => None,
                    },
                    _ => None,
                });
            for (name, item) in names.zip(arguments.positional) {
                fields.insert(name.into(), item);
            }
            for (name, item) in arguments.keywords {
                fields.insert(name, item);
            }
        }
        on
    }
}
