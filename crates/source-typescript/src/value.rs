//! What an expression stands for, followed through variables, calls, imports, storage and React state.
//!
//! Nothing is run. An expression is reduced to [`Chain`]s: a root that cannot be followed further (a global, a package's export, a literal)
//! and the names and calls applied to it. `(await authClient.getSession()).data.session.token` is the root `createAuthClient` of
//! `better-auth/react` with `(…) .getSession (…) .data .session .token`. Conditions are not weighed: each branch yields its own chains.

use std::rc::Rc;

use oxc_ast::ast::{Argument, Expression};
use oxc_span::GetSpan;

use crate::{module::ModuleId, project::FunctionRef};

mod builtin;
mod callback;
mod callers;
mod class;
mod hook;
mod literal;
mod name;
mod storage;
mod text;
mod walk;

pub(crate) use callers::{Caller, Tracer};
pub(crate) use text::{Piece, Words};

/// An expression with the arguments of the functions around it, as far as they are known.
#[derive(Clone)]
pub(crate) struct At<'a> {
    pub(crate) expression: &'a Expression<'a>,
    pub(crate) module: ModuleId,
    pub(crate) env: Env<'a>,
}

impl<'a> At<'a> {
    pub(crate) fn new(expression: &'a Expression<'a>, module: ModuleId) -> Self {
        Self {
            expression,
            module,
            env: None,
        }
    }

    pub(crate) fn position(&self) -> u32 {
        self.expression.span().start
    }
}

/// Calls that are being followed, innermost first.
pub(crate) type Env<'a> = Option<Rc<Frame<'a>>>;

/// One call that is being followed: which function, with what.
pub(crate) struct Frame<'a> {
    pub(crate) function: FunctionRef,
    pub(crate) applied: Rc<Applied<'a>>,
    pub(crate) next: Env<'a>,
}

/// The arguments of a call; `None` from the first spread on.
pub(crate) struct Applied<'a> {
    pub(crate) arguments: Vec<Option<At<'a>>>,
    pub(crate) module: ModuleId,
    pub(crate) position: u32,
}

impl<'a> Applied<'a> {
    pub(crate) fn new(
        arguments: &'a [Argument<'a>],
        module: ModuleId,
        position: u32,
        env: &Env<'a>,
    ) -> Rc<Self> {
        let arguments = arguments
            .iter()
            .map(|argument| {
                argument.as_expression().map(|expression| At {
                    expression,
                    module,
                    env: env.clone(),
                })
            })
            .collect();
        Rc::new(Self {
            arguments,
            module,
            position,
        })
    }

    /// A call without arguments.
    pub(crate) fn none(module: ModuleId, position: u32) -> Rc<Self> {
        Rc::new(Self {
            arguments: Vec::new(),
            module,
            position,
        })
    }

    pub(crate) fn first(&self) -> Option<&At<'a>> {
        self.argument(0)
    }

    /// The same call as one that is given everything but its first argument.
    pub(crate) fn without_first(&self) -> Rc<Self> {
        Rc::new(Self {
            arguments: self.arguments.iter().skip(1).cloned().collect(),
            module: self.module,
            position: self.position,
        })
    }

    pub(crate) fn argument(&self, index: usize) -> Option<&At<'a>> {
        self.arguments.get(index).and_then(Option::as_ref)
    }
}

/// One step from a value to another.
#[derive(Clone)]
pub(crate) enum Step<'a> {
    Name(&'a str),
    Call(Rc<Applied<'a>>),
}

impl<'a> Step<'a> {
    pub(crate) fn name(&self) -> Option<&'a str> {
        match self {
            Self::Name(name) => Some(name),
            Self::Call(_) => None,
        }
    }

    pub(crate) fn call(&self) -> Option<&Rc<Applied<'a>>> {
        match self {
            Self::Name(_) => None,
            Self::Call(applied) => Some(applied),
        }
    }
}

/// Where following ends.
#[derive(Clone)]
pub(crate) enum Root<'a> {
    /// A name that nothing in the tree binds: `process`, `fetch`.
    Global(&'a str),
    /// An export of a package.
    External {
        specifier: &'a str,
        name: &'a str,
    },
    /// A literal, a template, an object: what stands there.
    Value(At<'a>),
    Function(FunctionRef, Env<'a>),
    Class(ModuleId, usize),
    /// A parameter for which no argument is known.
    Parameter(FunctionRef, usize),
    /// An entry of the browser's storage, or a cookie, that nothing in the front end writes.
    Storage(String),
    /// Not followed, with the reason.
    Unknown(&'static str),
}

/// A root with the steps applied to it, first step first.
#[derive(Clone)]
pub(crate) struct Chain<'a> {
    pub(crate) root: Root<'a>,
    pub(crate) path: Vec<Step<'a>>,
    /// Where the root stands.
    pub(crate) module: ModuleId,
    pub(crate) position: u32,
}

impl<'a> Chain<'a> {
    /// The names among the steps, calls left out.
    pub(crate) fn names(&self) -> impl DoubleEndedIterator<Item = &'a str> + '_ {
        self.path.iter().filter_map(Step::name)
    }

    /// Whether the root is an export of a package whose specifier starts with `package`.
    pub(crate) fn package(&self, package: &str) -> Option<&'a str> {
        match self.root {
            Root::External { specifier, name }
                if specifier == package
                    || specifier
                        .strip_prefix(package)
                        .is_some_and(|rest| rest.starts_with('/')) =>
            {
                Some(name)
            }
            _ => None,
        }
    }
}
