//! Statements, in the order in which Python would run them.

use std::rc::Rc;

use ruff_python_ast::{ExceptHandler, Expr, Stmt, StmtClassDef, StmtFor, StmtFunctionDef, StmtIf};
use ruff_text_size::Ranged;

use super::Machine;
use super::value::{Class, Func, Instance, Item, Registrar, Scope, Val};
use crate::thunk::Thunk;
use crate::tree::{ModuleId, Site, site};

/// Where a statement runs.
#[derive(Clone, Debug)]
pub(super) struct Context<'a> {
    pub(super) module: ModuleId,
    /// `None` at the top level of the module.
    pub(super) scope: Option<Rc<Scope<'a>>>,
}

/// How a block ends.
pub(super) enum Flow<'a> {
    Next,
    Return(Item<'a>),
    Break,
    Continue,
}

/// How many items of a list a loop runs over.
const TURNS: usize = 2_000;

/// How many statements and expressions one statement of a module's top level may cost.
pub(super) const BUDGET: u32 = 100_000;

impl<'a> Machine<'a, '_> {
    /// Runs the top level of a module, once.
    pub(super) fn run_module(&mut self, module: ModuleId) {
        if !std::mem::replace(&mut self.started[module.index()], true) {
            if self.importing >= IMPORTS {
                self.started[module.index()] = false;
                return;
            }
            self.importing += 1;
            let context = Context {
                module,
                scope: None,
            };
            let budget = std::mem::replace(&mut self.budget, BUDGET);
            let depth = std::mem::take(&mut self.depth);
            for statement in self.tree.module(module).body() {
                self.budget = BUDGET;
                if !matches!(self.statement(&context, statement), Flow::Next) {
                    break;
                }
            }
            self.budget = budget;
            self.depth = depth;
            self.importing -= 1;
            self.finished[module.index()] = true;
        }
    }

    pub(super) fn block(&mut self, context: &Context<'a>, body: &'a [Stmt]) -> Flow<'a> {
        for statement in body {
            match self.statement(context, statement) {
                Flow::Next => {}
                end => return end,
            }
        }
        Flow::Next
    }

    fn statement(&mut self, context: &Context<'a>, statement: &'a Stmt) -> Flow<'a> {
        if self.budget == 0 {
            return Flow::Next;
        }
        self.budget -= 1;
        match statement {
            Stmt::Expr(node) => {
                self.eval(context, &node.value);
            }
            Stmt::Assign(node) => {
                let item = self.item(context, &node.value);
                for target in &node.targets {
                    self.assign(context, target, item.clone());
                }
            }
            Stmt::AnnAssign(node) => {
                if let Some(value) = &node.value {
                    let item = self.item(context, value);
                    self.assign(context, &node.target, item);
                }
            }
            Stmt::AugAssign(node) => self.augment(context, &node.target, &node.value),
            Stmt::FunctionDef(node) => {
                self.define(context, node, None);
            }
            Stmt::ClassDef(node) => self.define_class(context, node),
            Stmt::Import(node) => {
                for alias in &node.names {
                    self.import(context, &alias.name, alias.asname.as_deref());
                }
            }
            Stmt::ImportFrom(node) => self.import_from(context, node),
            Stmt::If(node) => return self.branch(context, node),
            Stmt::For(node) => return self.repeat(context, node),
            Stmt::While(node) => {
                if let end @ Flow::Return(_) = self.block(context, &node.body) {
                    return end;
                }
            }
            Stmt::With(node) => {
                for item in &node.items {
                    let value = self.item(context, &item.context_expr);
                    if let Some(target) = &item.optional_vars {
                        self.assign(context, target, Item::plain(value.val));
                    }
                }
                return self.block(context, &node.body);
            }
            Stmt::Try(node) => return self.attempt(context, node),
            Stmt::Match(node) => {
                for case in &node.cases {
                    if let Flow::Return(item) = self.block(context, &case.body) {
                        keep(context, item);
                    }
                }
            }
            Stmt::Return(node) => {
                let item = node
                    .value
                    .as_deref()
                    .map_or(Item::plain(Val::None), |value| self.item(context, value));
                return Flow::Return(item);
            }
            Stmt::Break(_) => return Flow::Break,
            Stmt::Continue(_) => return Flow::Continue,
            _ => {}
        }
        Flow::Next
    }

    fn branch(&mut self, context: &Context<'a>, node: &'a StmtIf) -> Flow<'a> {
        let mut tests = vec![(Some(&*node.test), &node.body)];
        tests.extend(
            node.elif_else_clauses
                .iter()
                .map(|clause| (clause.test.as_ref(), &clause.body)),
        );
        for (test, body) in tests {
            let truth = test.map_or(Some(true), |test| self.test(context, test));
            match truth {
                Some(true) => return self.block(context, body),
                Some(false) => {}
                // It may be taken or not: what it wires may be served.
                None => match self.block(context, body) {
                    Flow::Return(item) => keep(context, item),
                    Flow::Next | Flow::Break | Flow::Continue => {}
                },
            }
        }
        Flow::Next
    }

    /// Whether a condition holds whatever the settings say.
    pub(super) fn test(&mut self, context: &Context<'a>, test: &'a Expr) -> Option<bool> {
        match test {
            Expr::Name(name) if name.id == "TYPE_CHECKING" => Some(false),
            Expr::Attribute(node) if &*node.attr == "TYPE_CHECKING" => Some(false),
            Expr::Compare(node) if is_main(&node.left) => Some(false),
            _ => self.eval(context, test).truth(),
        }
    }

    fn repeat(&mut self, context: &Context<'a>, node: &'a StmtFor) -> Flow<'a> {
        let over = self.eval(context, &node.iter);
        let Some(items) = self.items_of(&over) else {
            self.assign(context, &node.target, Item::plain(Val::Opaque));
            return match self.block(context, &node.body) {
                end @ Flow::Return(_) => end,
                _ => Flow::Next,
            };
        };
        for item in items.into_iter().take(TURNS) {
            self.assign(context, &node.target, item);
            match self.block(context, &node.body) {
                Flow::Next | Flow::Continue => {}
                Flow::Break => return Flow::Next,
                end @ Flow::Return(_) => return end,
            }
        }
        self.block(context, &node.orelse)
    }

    fn attempt(&mut self, context: &Context<'a>, node: &'a ruff_python_ast::StmtTry) -> Flow<'a> {
        let mut end = self.block(context, &node.body);
        if matches!(end, Flow::Next) {
            end = self.block(context, &node.orelse);
        }
        // A handler is where a name gets its fall-back: bound only if the body left it out.
        for ExceptHandler::ExceptHandler(handler) in &node.handlers {
            for statement in &handler.body {
                if let Stmt::Assign(assign) = statement
                    && let [Expr::Name(target)] = &assign.targets[..]
                    && matches!(self.name(context, &target.id), Val::Opaque)
                {
                    let item = self.item(context, &assign.value);
                    self.bind(context, &target.id, item);
                }
            }
        }
        match self.block(context, &node.finalbody) {
            Flow::Next => end,
            other => other,
        }
    }

    fn augment(&mut self, context: &Context<'a>, target: &'a Expr, value: &'a Expr) {
        let added = self.eval(context, value);
        let before = self.eval(context, target);
        match (&before, self.items_of(&added)) {
            (Val::List(items), Some(more)) => items.borrow_mut().extend(more),
            (Val::Routes(object), Some(more)) => {
                let object = *object;
                for item in more {
                    self.add_route_object(object, &item.val);
                }
            }
            _ => {
                let joined = super::builtin::concatenate(&before, &added);
                self.assign(context, target, Item::plain(joined));
            }
        }
    }

    pub(super) fn assign(&mut self, context: &Context<'a>, target: &'a Expr, item: Item<'a>) {
        match target {
            Expr::Name(name) => {
                if context.scope.is_none()
                    && let Val::Object(id) = item.val
                {
                    self.call_it(context.module, id, &name.id);
                }
                self.bind(context, &name.id, item);
            }
            Expr::Tuple(ruff_python_ast::ExprTuple { elts, .. })
            | Expr::List(ruff_python_ast::ExprList { elts, .. }) => {
                let parts = self
                    .items_of(&item.val)
                    .filter(|parts| parts.len() == elts.len());
                for (at, target) in elts.iter().enumerate() {
                    let part = parts
                        .as_ref()
                        .map_or(Item::plain(Val::Opaque), |parts| parts[at].clone());
                    self.assign(context, target, part);
                }
            }
            Expr::Attribute(node) => {
                let on = self.eval(context, &node.value);
                let name: Rc<str> = node.attr.as_str().into();
                match &on {
                    Val::Instance(instance) => {
                        instance.fields.borrow_mut().insert(name, item);
                    }
                    Val::Object(id) => self.set_field(*id, name, item),
                    _ => {}
                }
            }
            Expr::Subscript(node) => {
                let on = self.eval(context, &node.value);
                let key = self.eval(context, &node.slice);
                if let Val::Dict(entries) = &on {
                    entries.borrow_mut().push((key, item));
                }
            }
            _ => {}
        }
    }

    pub(super) fn bind(&mut self, context: &Context<'a>, name: &'a str, item: Item<'a>) {
        match &context.scope {
            Some(scope) => scope.bind(name, item),
            None => {
                self.spaces[context.module.index()].insert(name, item);
            }
        }
    }

    fn define(
        &mut self,
        context: &Context<'a>,
        node: &'a StmtFunctionDef,
        class: Option<&Class<'a>>,
    ) -> Func<'a> {
        let mut func = Func {
            class: class.map(|class| (class.module, class.node)),
            ..Func::new(context.module, node, context.scope.clone())
        };
        let mut replaced = None;
        for decorator in node.decorator_list.iter().rev() {
            let expr = &decorator.expression;
            let wraps = self.eval(context, expr);
            match &wraps {
                Val::Registrar(registrar) => {
                    let at = site(context.module, expr.range());
                    self.register(&Rc::clone(registrar), &func, at);
                }
                wraps if wraps.wires() => {
                    let given = Item::plain(Val::Function(Rc::new(Func {
                        handed: true,
                        ..func.clone()
                    })));
                    let arguments = super::value::Arguments {
                        positional: vec![given],
                        ..super::value::Arguments::default()
                    };
                    match self.call(context, wraps, arguments, expr) {
                        Val::Function(other) => {
                            func = other.unwrapped();
                            func.handed = false;
                        }
                        other => replaced = Some(other),
                    }
                }
                _ => func.decorators.insert(0, self.thunk(context, expr)),
            }
        }
        if class.is_none() {
            let val = replaced.unwrap_or_else(|| Val::Function(Rc::new(func.clone())));
            self.bind(context, &node.name, Item::plain(val));
        }
        func
    }

    fn define_class(&mut self, context: &Context<'a>, node: &'a StmtClassDef) {
        let class = Class {
            module: context.module,
            node,
            scope: context.scope.clone(),
        };
        // The body has names of its own, which its decorators see: `router = APIRouter()` then `@router.get(…)`.
        let scope = self.scope(context.scope.clone(), None);
        let inside = Context {
            module: context.module,
            scope: Some(Rc::clone(&scope)),
        };
        for statement in &node.body {
            match statement {
                Stmt::FunctionDef(method) if method.decorator_list.is_empty() => {}
                Stmt::FunctionDef(method) => {
                    let mut within = inside.clone();
                    if !method.decorator_list.iter().any(|decorator| {
                        names_any(&decorator.expression, |name| scope.get(name).is_some())
                    }) {
                        within.scope.clone_from(&context.scope);
                    }
                    self.define(&within, method, Some(&class));
                }
                Stmt::Assign(assign)
                    if matches!(*assign.value, Expr::Call(_))
                        && self.makes_router(&assign.value) =>
                {
                    let item = self.item(context, &assign.value);
                    for target in &assign.targets {
                        self.assign(&inside, target, item.clone());
                    }
                    self.class_fields
                        .entry(std::ptr::from_ref(node))
                        .or_default()
                        .extend(assign.targets.iter().filter_map(|target| match target {
                            Expr::Name(name) => Some((name.id.as_str().into(), item.clone())),
                            _ => None,
                        }));
                }
                _ => {}
            }
        }
        self.bind(context, &node.name, Item::plain(Val::Class(class)));
    }

    /// An object of a class, before `__init__` ran.
    pub(super) fn blank(class: &Class<'a>) -> Rc<Instance<'a>> {
        Rc::new(Instance {
            class: class.clone(),
            fields: std::cell::RefCell::default(),
        })
    }

    /// The expression with what its names mean here.
    pub(super) fn thunk(&mut self, context: &Context<'a>, expr: &'a Expr) -> Thunk<'a> {
        Thunk {
            module: context.module,
            expr,
            env: context.scope.as_ref().map(|scope| scope.environment()),
        }
    }

    fn register(&mut self, registrar: &Registrar<'a>, func: &Func<'a>, at: Site) {
        match registrar {
            Registrar::Route {
                object,
                methods,
                path,
                dependencies,
            } => self.add_route(
                *object,
                methods.clone(),
                path.clone(),
                dependencies.clone(),
                super::value::Answering::Function(func.unwrapped()),
            ),
            Registrar::Middleware(object) => self.add_middleware_function(*object, func, at),
            Registrar::Nothing => {}
        }
    }

    /// Hands a function to what waits for it, as `router.get("/path")(function)` does.
    pub(super) fn hand_over(
        &mut self,
        registrar: &Registrar<'a>,
        given: &Val<'a>,
        at: &impl Ranged,
        module: ModuleId,
    ) {
        let place = self.tree.place(module, at);
        match given {
            Val::Function(func) => {
                let func = Func::clone(func);
                self.register(registrar, &func, site(module, at.range()));
            }
            Val::Method(method) => {
                let func = method.1.clone();
                self.register(registrar, &func, site(module, at.range()));
            }
            _ => {
                if let Registrar::Route {
                    object,
                    methods,
                    path,
                    dependencies,
                } = registrar
                {
                    let text = self.text_at(module, at);
                    self.add_route(
                        *object,
                        methods.clone(),
                        path.clone(),
                        dependencies.clone(),
                        super::value::Answering::Opaque(text, place),
                    );
                }
            }
        }
    }
}

/// How deep imports of modules that have not run yet are followed.
const IMPORTS: usize = 400;

/// Keeps what a branch returned that may not be taken: an application before anything else.
fn keep<'a>(context: &Context<'a>, item: Item<'a>) {
    if let Some(scope) = &context.scope {
        let mut returned = scope.returned.borrow_mut();
        let better = match &*returned {
            None => true,
            Some(before) => !before.val.wires() && item.val.wires(),
        };
        if better {
            *returned = Some(item);
        }
    }
}

fn is_main(expr: &Expr) -> bool {
    matches!(expr, Expr::Name(name) if name.id == "__name__")
}

/// Whether the expression's first name satisfies `test`.
fn names_any(expr: &Expr, test: impl Fn(&str) -> bool) -> bool {
    let mut expr = expr;
    loop {
        match expr {
            Expr::Call(node) => expr = &node.func,
            Expr::Attribute(node) => expr = &node.value,
            Expr::Name(name) => return test(&name.id),
            _ => return false,
        }
    }
}
