//! An expression together with what its names mean: what a factory hands on without computing it.

use std::rc::Rc;

use foldhash::HashMap;
use ruff_python_ast::{Expr, StmtClassDef, StmtFunctionDef};

use crate::tree::ModuleId;

/// The local names around an expression; `None` at module level.
pub(crate) type Environment<'a> = Option<Rc<Frame<'a>>>;

/// The local names of one call of a function.
#[derive(Debug, Default)]
pub(crate) struct Frame<'a> {
    /// What each name stands for.
    pub(crate) names: HashMap<&'a str, Bound<'a>>,
    /// The names around the function.
    pub(crate) outer: Environment<'a>,
}

/// What a local name stands for.
#[derive(Clone, Debug)]
pub(crate) enum Bound<'a> {
    /// An expression, not yet computed.
    Expression(Thunk<'a>),
    /// A nested function; the names around it are those of the frame that binds it.
    Function(Callee<'a>),
    /// The handler that a decorator was given: calling it goes on.
    Handler,
    /// A nested class.
    Class(ModuleId, &'a StmtClassDef),
    /// Something that could not be followed.
    Opaque,
}

/// An expression with its module and local names.
#[derive(Clone, Debug)]
pub(crate) struct Thunk<'a> {
    pub(crate) module: ModuleId,
    pub(crate) expr: &'a Expr,
    pub(crate) env: Environment<'a>,
}

/// A function with its module and the local names around it.
#[derive(Clone, Debug)]
pub(crate) struct Callee<'a> {
    pub(crate) module: ModuleId,
    pub(crate) node: &'a StmtFunctionDef,
    pub(crate) env: Environment<'a>,
}

impl<'a> Thunk<'a> {
    /// An expression at module level.
    pub(crate) fn at_top(module: ModuleId, expr: &'a Expr) -> Self {
        Self {
            module,
            expr,
            env: None,
        }
    }
}

/// Looks a local name up, from the innermost frame outwards; with the frame that binds it.
pub(crate) fn local<'e, 'a>(
    mut env: &'e Environment<'a>,
    name: &str,
) -> Option<(&'e Bound<'a>, &'e Rc<Frame<'a>>)> {
    while let Some(frame) = env {
        if let Some(bound) = frame.names.get(name) {
            return Some((bound, frame));
        }
        env = &frame.outer;
    }
    None
}
