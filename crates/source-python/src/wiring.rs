//! The applications of a tree as FastAPI would build them: routes with their full paths, what runs before each.

mod builtin;
mod call;
mod cors;
mod expression;
mod middleware;
mod name;
mod object;
mod run;
mod serve;
mod value;

use std::rc::Rc;

use betroth_report::Place;
use foldhash::{HashMap, HashSet};
use ruff_python_ast::{Expr, Stmt, StmtClassDef, StmtFunctionDef};
use ruff_text_size::Ranged;

use crate::facts::{Cors, Unread, Unserved};
use crate::thunk::{Callee, Thunk};
use crate::tree::{ModuleId, Site, Tree};

/// One application object with everything that is served through it.
#[derive(Clone, Debug)]
pub(crate) struct Application<'a> {
    /// `file:object`, or `file:factory`.
    pub(crate) name: String,
    /// Where the object is made.
    pub(crate) place: Place,
    pub(crate) module: ModuleId,
    /// Its routes, as served, in the order of declaration.
    pub(crate) routes: Vec<Declared<'a>>,
    /// Its middleware, outermost (the one added last) first.
    pub(crate) middlewares: Vec<Added<'a>>,
    /// Whether `/docs` or `/openapi.json` are served.
    pub(crate) docs: Option<bool>,
}

/// One method and path.
#[derive(Clone, Debug)]
pub(crate) struct Declared<'a> {
    /// `GET`, …, or `WS`.
    pub(crate) method: String,
    /// With every prefix.
    pub(crate) path: String,
    pub(crate) handler: Handler<'a>,
    /// Where the router object that declares it is made.
    pub(crate) router: Place,
    /// What runs before the handler, in order: of the application, of each include and router, of the route,
    /// then class attributes of a controller. Parameters of the handler are not among them.
    pub(crate) dependencies: Vec<Thunk<'a>>,
    /// Decorators between the route decorator and the `def`, outermost first.
    pub(crate) decorators: Vec<Thunk<'a>>,
    /// Functions that decorators put around the handler, outermost first.
    pub(crate) wrappers: Vec<Callee<'a>>,
    /// Middleware of a mounted sub-application around this route, outermost first, inside those of the application.
    pub(crate) middlewares: Vec<Added<'a>>,
}

/// What answers a request.
#[derive(Clone, Debug)]
pub(crate) enum Handler<'a> {
    /// A function; for a controller, with its class.
    Function(Callee<'a>, Option<(ModuleId, &'a StmtClassDef)>),
    /// Something else, by the text that names it.
    Opaque(String, Place),
}

/// A middleware as added.
#[derive(Clone, Debug)]
pub(crate) struct Added<'a> {
    /// Name of class or function.
    pub(crate) name: String,
    /// Where it is added.
    pub(crate) at: Site,
    pub(crate) kind: AddedKind<'a>,
}

/// What is added.
#[derive(Clone, Debug)]
pub(crate) enum AddedKind<'a> {
    /// `CORSMiddleware`.
    Cors(Box<Cors>),
    /// A class of the tree, with the keyword arguments of `add_middleware`.
    Class(ModuleId, &'a StmtClassDef, Vec<(&'a str, Thunk<'a>)>),
    /// A function `(request, call_next)`.
    Function(ModuleId, &'a StmtFunctionDef),
    /// Something of another package, by its dotted name.
    External(String),
    /// Could not be told what.
    Opaque,
}

/// The applications of a tree, and what is wired to none.
#[derive(Debug, Default)]
pub(crate) struct Wiring<'a> {
    pub(crate) applications: Vec<Application<'a>>,
    pub(crate) unserved: Vec<Unserved>,
    pub(crate) unread: Vec<Unread>,
}

/// Runs the top level of every module, as far as it wires applications and routers together.
///
/// Nothing of a test is run: what a test wires is not served.
pub(crate) fn applications<'a>(tree: &Tree<'a>) -> Wiring<'a> {
    let mut machine = Machine::new(tree);
    let mut ids: Vec<_> = tree
        .ids()
        .filter(|id| !is_test(tree.module(*id).path()))
        .collect();
    // An application's module first: in a cycle of imports it is the one that runs to its end last.
    ids.sort_by_key(|id| !tree.module(*id).text().contains("FastAPI("));
    for id in &ids {
        machine.run_module(*id);
    }
    for id in ids {
        machine.run_factories(id);
    }
    machine.serve()
}

/// Whether a file belongs to tests.
pub(crate) fn is_test(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.starts_with("test_")
        || file.ends_with("_test.py")
        || file == "conftest.py"
        || path
            .split('/')
            .rev()
            .skip(1)
            .any(|folder| matches!(folder, "tests" | "test" | "testing" | "__tests__"))
}

/// The evaluator of the top levels.
struct Machine<'a, 't> {
    tree: &'t Tree<'a>,
    objects: Vec<value::Object<'a>>,
    /// The names of each module.
    spaces: Vec<HashMap<&'a str, value::Item<'a>>>,
    started: Vec<bool>,
    finished: Vec<bool>,
    class_fields: HashMap<*const StmtClassDef, HashMap<Rc<str>, value::Item<'a>>>,
    /// Functions that something called.
    called: HashSet<*const StmtFunctionDef>,
    /// Functions being called, outermost first.
    running: Vec<&'a StmtFunctionDef>,
    named: Vec<value::ObjectId>,
    unread: Vec<Unread>,
    /// Every scope: a nested function holds the scope that holds it, so they are emptied in the end.
    scopes: Vec<std::rc::Weak<value::Scope<'a>>>,
    budget: u32,
    depth: usize,
    importing: usize,
}

impl Drop for Machine<'_, '_> {
    fn drop(&mut self) {
        for scope in &self.scopes {
            if let Some(scope) = scope.upgrade() {
                scope.clear();
            }
        }
    }
}

impl<'a, 't> Machine<'a, 't> {
    fn new(tree: &'t Tree<'a>) -> Self {
        let count = tree.ids().count();
        Self {
            tree,
            objects: Vec::new(),
            spaces: (0..count).map(|_| HashMap::default()).collect(),
            started: vec![false; count],
            finished: vec![false; count],
            class_fields: HashMap::default(),
            called: HashSet::default(),
            running: Vec::new(),
            named: Vec::new(),
            unread: Vec::new(),
            scopes: Vec::new(),
            budget: run::BUDGET,
            depth: 0,
            importing: 0,
        }
    }

    /// A scope for local names.
    fn scope(
        &mut self,
        outer: Option<Rc<value::Scope<'a>>>,
        receiver: Option<value::Receiver<'a>>,
    ) -> Rc<value::Scope<'a>> {
        let scope = Rc::new(value::Scope::new(outer, receiver));
        self.scopes.push(Rc::downgrade(&scope));
        scope
    }

    /// Calls the functions that make an application and that nothing of the tree calls: `uvicorn --factory` does.
    fn run_factories(&mut self, module: ModuleId) {
        let parsed = self.tree.module(module);
        if !parsed.text().contains("FastAPI(") {
            return;
        }
        for statement in parsed.body() {
            let Stmt::FunctionDef(node) = statement else {
                continue;
            };
            let text = &parsed.text()[node.range()];
            if self.called.contains(&std::ptr::from_ref(node)) || !text.contains("FastAPI(") {
                continue;
            }
            self.budget = run::BUDGET;
            let func = value::Func::new(module, node, None);
            let context = run::Context {
                module,
                scope: None,
            };
            let arguments = value::Arguments::default();
            self.call_func(&context, &func, None, arguments);
        }
    }

    /// The source of a node, on one line.
    fn text_at(&self, module: ModuleId, node: &impl Ranged) -> String {
        self.tree.module(module).text()[node.range()]
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Whether a call makes a router, by the name of what it calls.
    fn makes_router(&self, expr: &Expr) -> bool {
        let Expr::Call(node) = expr else {
            return false;
        };
        let name = match &*node.func {
            Expr::Name(name) => name.id.as_str(),
            Expr::Attribute(attribute) => attribute.attr.as_str(),
            _ => return false,
        };
        name.ends_with("Router") || name == "FastAPI"
    }
}
