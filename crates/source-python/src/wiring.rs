//! The applications of a tree as FastAPI would build them: routes with their full paths, what runs before each.

use betroth_report::Place;
use ruff_python_ast::{Expr, StmtClassDef, StmtFunctionDef};

use crate::facts::Cors;
use crate::thunk::{Callee, Thunk};
use crate::tree::ModuleId;

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
    pub(crate) place: Place,
    pub(crate) kind: AddedKind<'a>,
}

/// What is added.
#[derive(Clone, Debug)]
pub(crate) enum AddedKind<'a> {
    /// `CORSMiddleware`.
    Cors(Cors),
    /// A class of the tree, with the keyword arguments of `add_middleware`.
    Class(ModuleId, &'a StmtClassDef, Vec<(&'a str, Thunk<'a>)>),
    /// A function `(request, call_next)`.
    Function(ModuleId, &'a StmtFunctionDef),
    /// Something of another package, by its dotted name, with the keyword arguments.
    External(String, Vec<(&'a str, Thunk<'a>)>),
    /// Could not be told what.
    Opaque(&'a Expr),
}
