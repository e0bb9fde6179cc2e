//! The functions on the way of a caller, and where each runs.

use std::ptr::from_ref;

use foldhash::{HashMap, HashMapExt as _};
use ruff_python_ast::StmtFunctionDef;

use super::Closure;
use crate::tree::ModuleId;

/// A function on the way of a caller.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entered<'a> {
    pub(crate) module: ModuleId,
    pub(crate) node: &'a StmtFunctionDef,
    /// It runs on the event loop: it is a coroutine, or is called by one.
    pub(crate) on_loop: bool,
}

/// What was read on the way of a caller so far.
#[derive(Debug)]
pub(crate) struct Trail<'a> {
    entered: Vec<Entered<'a>>,
    known: HashMap<(*const StmtFunctionDef, bool), usize>,
    /// Whether what is being read runs on the event loop.
    on_loop: bool,
    /// Whether a handler's own body is being read: the caller has arrived.
    handling: bool,
}

impl<'a> Trail<'a> {
    pub(super) fn new() -> Self {
        Self {
            entered: Vec::new(),
            known: HashMap::new(),
            on_loop: false,
            handling: false,
        }
    }

    /// Each function once, or twice where it runs on the event loop and elsewhere, in the order in which it was met.
    pub(crate) fn entered(&self) -> &[Entered<'a>] {
        &self.entered
    }

    /// Whether a function runs on the event loop when it is called from here.
    ///
    /// FastAPI runs a dependency that is no coroutine in a thread (`injected`); any other call stays where its caller is.
    pub(super) fn would_run_on_loop(&self, function: &StmtFunctionDef, injected: bool) -> bool {
        function.is_async || (self.on_loop && !injected)
    }

    /// Notes that a function is read.
    pub(super) fn enter(&mut self, closure: &Closure<'a>, on_loop: bool) {
        if self.handling {
            return;
        }
        let node = closure.node.0;
        let next = self.entered.len();
        if *self.known.entry((from_ref(node), on_loop)).or_insert(next) == next {
            self.entered.push(Entered {
                module: closure.module,
                node,
                on_loop,
            });
        }
    }
}

impl super::Engine<'_, '_> {
    /// Reads what runs on the event loop, or in a thread.
    pub(super) fn running<T>(&mut self, on_loop: bool, work: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.trail.on_loop, on_loop);
        let result = work(self);
        self.trail.on_loop = outer;
        result
    }

    /// Reads the body of a handler, which is no part of the way to it.
    pub(crate) fn handling<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.trail.handling, true);
        let result = work(self);
        self.trail.handling = outer;
        result
    }
}
