//! Judges whether a callable refuses: follows every path through it and asks what was verified where it lets pass.
//!
//! The reading is path-sensitive and follows calls into the tree. Loops run at most once, calls are followed
//! [`DEPTH`] deep, and what cannot be read is `unknown`, never safe: a call that is handed the credential and
//! is not understood marks its path as unread.

mod annotation;
mod argument;
mod attribute;
pub(crate) mod betroth;
mod call;
mod class;
mod condition;
mod database;
mod exception;
mod expression;
mod external;
mod framework;
mod inject;
mod liveness;
mod memo;
mod method;
mod name;
mod operator;
mod outcome;
mod parameter;
mod pattern;
mod request;
mod service;
mod state;
mod statement;
mod superclass;
mod token;
mod trail;
mod try_statement;
mod value;

pub(crate) use argument::Arguments;
pub(crate) use call::plain;
pub(crate) use class::{Found, Member};
pub(crate) use exception::Exception;

pub(crate) use memo::{Memo, Question, Questions, RouteContext};
pub(crate) use outcome::{Answer, Exit, Judgement, Outcome, judge};
pub(crate) use parameter::Row;
pub(crate) use request::names_a_person;
pub(crate) use state::{Facts, Locals, State, settle};
pub(crate) use trail::Trail;
pub(crate) use value::{Check, Closure, Node, RequestPart, Setting, Taint, Value};

use std::rc::Rc;

use betroth_report::Place;
use foldhash::{HashMap, HashMapExt as _, HashSet};
use ruff_python_ast::Expr;
use ruff_text_size::Ranged;

use crate::thunk::{Environment, Thunk};
use crate::tree::{ModuleId, Tree};
pub(crate) use crate::tree::{Site, site};
use betroth_agreement::VerifierKind;

/// How deep calls into the tree are followed.
pub(crate) const DEPTH: usize = 9;

/// How many expressions are evaluated for one question before the rest is not told.
const STEPS: u32 = 60_000;

/// How many calls are remembered from one question to the next.
const MEMO: usize = 4_000;

/// A place that verifies.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one check of its own, and all are asked one by one"
)]
#[derive(Clone, Debug)]
pub(crate) struct CheckFact<'a> {
    pub(crate) site: Site,
    pub(crate) kind: VerifierKind,
    /// The library, by its import name.
    pub(crate) library: Option<Rc<str>>,
    /// A refusal may come as an answer of status 200 with `null`, as from Better Auth's `get-session`.
    pub(crate) null_refuses: bool,
    pub(crate) algorithms: Vec<(String, Option<Setting>)>,
    /// The key as a value.
    pub(crate) key: Option<Value<'a>>,
    /// The issuer and the audience that are asked for.
    pub(crate) issuer: Option<Value<'a>>,
    pub(crate) audience: Option<Value<'a>>,
    pub(crate) checks_issuer: bool,
    pub(crate) checks_audience: bool,
    pub(crate) requires_expiry: bool,
    /// Checks that an option switches off.
    pub(crate) switched_off: Vec<String>,
}

/// The function whose body is being read.
#[derive(Clone, Debug)]
pub(crate) struct Frame<'a> {
    pub(crate) module: ModuleId,
    pub(crate) captured: Option<Rc<Locals<'a>>>,
    pub(crate) env: Environment<'a>,
    pub(crate) class: Option<(ModuleId, Node<'a, ruff_python_ast::StmtClassDef>)>,
    pub(crate) live: Rc<liveness::Liveness<'a>>,
    /// Name of the first parameter of a method.
    pub(crate) receiver: Option<&'a str>,
}

/// The exception in force in a handler, under a name that no program can use.
pub(crate) const CAUGHT: &str = "<caught>";

impl Frame<'_> {
    /// Whether a local name still matters after `offset`.
    pub(crate) fn keeps(&self, name: &str, offset: u32) -> bool {
        name == CAUGHT || self.receiver == Some(name) || self.live.after(name, offset)
    }
}

/// The ways out of a body other than its end.
#[derive(Debug, Default)]
pub(crate) struct Exits<'a> {
    pub(crate) returns: Vec<(State<'a>, Value<'a>)>,
    pub(crate) raises: Vec<(State<'a>, Exception<'a>)>,
    pub(crate) breaks: Vec<State<'a>>,
    pub(crate) continues: Vec<State<'a>>,
    /// Inside a `try`: anything may be raised before any statement.
    pub(crate) guarded: bool,
}

/// Values with the paths on which they are reached.
pub(crate) type Values<'a> = Vec<(State<'a>, Value<'a>)>;

/// A dependency, what `request.state` holds, and what is known of its other entries.
type Alone<'a> = (
    Value<'a>,
    Rc<std::collections::BTreeMap<Rc<str>, Value<'a>>>,
    Entries,
);

/// What stands around a handler: a middleware with the options it is added with, or a decorator.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Around<'a> {
    callable: Value<'a>,
    options: Vec<(Rc<str>, Value<'a>)>,
}

impl<'a> Around<'a> {
    pub(crate) fn of(callable: Value<'a>) -> Self {
        Self::with(callable, Vec::new())
    }

    pub(crate) fn with(callable: Value<'a>, options: Vec<(Rc<str>, Value<'a>)>) -> Self {
        Self { callable, options }
    }
}

/// What stands around a handler, with the same.
type PassedThrough<'a> = (
    Around<'a>,
    Rc<std::collections::BTreeMap<Rc<str>, Value<'a>>>,
    Entries,
);

/// The outcomes of something, and whether it read `request.state`.
type Remembered<'a> = (Rc<Vec<Outcome<'a>>>, bool);

/// What is known of the entries of `request.state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Entries {
    /// A callable is judged by itself: only the server can have written them.
    Assumed,
    /// Every middleware that could write them has been followed.
    Told,
    /// A middleware was not understood: it may have written anything there.
    Untold,
}

/// The evaluator, with all that it has learned so far.
pub(crate) struct Engine<'a, 't> {
    pub(crate) tree: &'t Tree<'a>,
    pub(crate) checks: Vec<CheckFact<'a>>,
    check_sites: HashMap<(Site, VerifierKind), Check>,
    /// The outcomes of calls.
    memo: Memo<call::Key<'a>, Remembered<'a>>,
    variables: HashMap<*const Expr, Value<'a>>,
    live: HashMap<*const ruff_python_ast::StmtFunctionDef, Rc<liveness::Liveness<'a>>>,
    mutable: HashMap<*const ruff_python_ast::StmtClassDef, Rc<HashSet<&'a str>>>,
    calls: Vec<*const ruff_python_ast::StmtFunctionDef>,
    /// Functions whose decorators are being applied.
    decorating: Vec<*const ruff_python_ast::StmtFunctionDef>,
    steps: u32,
    /// The last call was cut short by a limit, so its result belongs to no other call.
    limited: bool,
    pub(crate) route: Option<RouteContext>,
    /// What was asked of the route.
    pub(crate) asked: Questions,
    /// What dependencies answer on their own, with what `request.state` held before.
    pub(crate) alone: Memo<Alone<'a>, Judgement>,
    /// How middleware and decorators end, with what `request.state` held before.
    pub(crate) passed_through: Memo<PassedThrough<'a>, Remembered<'a>>,
    /// An entry of `request.state` was read.
    pub(crate) state_read: bool,
    /// What may be said of an entry of `request.state` that nobody was seen to write.
    pub(crate) state_known: Entries,
    /// Keys and other strings of the source that a signing or verifying function was given, with that place.
    pub(crate) keys: Vec<(Value<'a>, Site)>,
    /// Entries of `request.state` that say who calls and that nobody wrote on some way: the reading, and the name.
    pub(crate) absent: Vec<(Site, Rc<str>)>,
    /// The functions on the way of a caller.
    pub(crate) trail: Trail<'a>,
    /// Values of a verified token that are converted: the call, and the type's name.
    pub(crate) conversions: Vec<(Site, Rc<str>)>,
    /// Where a text that begins with `/` is asked whether it does.
    pub(crate) empty_prefixes: Vec<Site>,
    /// Places where a token is signed: library, algorithm.
    pub(crate) signatures: Vec<(Site, Rc<str>, Option<String>)>,
    /// Unverified decodes: site, library and options that were switched off.
    pub(crate) unverified: Vec<(Site, Rc<str>, Vec<String>)>,
    /// Whether all is asked for a caller whom a guard has let in with a good token.
    pub(crate) admitted: bool,
}

impl<'a, 't> Engine<'a, 't> {
    pub(crate) fn new(tree: &'t Tree<'a>) -> Self {
        Self {
            tree,
            checks: Vec::new(),
            check_sites: HashMap::new(),
            memo: Memo::new(),
            variables: HashMap::new(),
            live: HashMap::new(),
            mutable: HashMap::new(),
            calls: Vec::new(),
            decorating: Vec::new(),
            steps: 0,
            limited: false,
            route: None,
            asked: Questions::new(),
            alone: Memo::new(),
            passed_through: Memo::new(),
            state_read: false,
            state_known: Entries::Assumed,
            keys: Vec::new(),
            absent: Vec::new(),
            trail: Trail::new(),
            conversions: Vec::new(),
            empty_prefixes: Vec::new(),
            signatures: Vec::new(),
            unverified: Vec::new(),
            admitted: false,
        }
    }

    /// The same questions for a caller whom a guard has let in with a good token.
    pub(crate) fn admitted(tree: &'t Tree<'a>) -> Self {
        Self {
            admitted: true,
            ..Self::new(tree)
        }
    }

    /// Starts a new question: the budget is whole again.
    pub(crate) fn begin(&mut self) {
        self.steps = 0;
        self.limited = false;
        // What most routes share comes back with the next of them.
        if self.memo.len() > MEMO {
            self.memo.clear();
        }
        if self.alone.len() > MEMO {
            self.alone.clear();
        }
        if self.passed_through.len() > MEMO {
            self.passed_through.clear();
        }
    }

    /// Whether what was worked out last was cut short, so that it holds for no other question.
    pub(crate) fn limited(&self) -> bool {
        self.limited || self.steps > STEPS
    }

    /// Works something out that takes nothing of the budget of the question at hand.
    pub(crate) fn unmetered<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let steps = std::mem::take(&mut self.steps);
        let limited = std::mem::take(&mut self.limited);
        let result = work(self);
        self.steps = steps;
        self.limited = limited;
        result
    }

    /// The frame of a module's top level.
    pub(crate) fn top(&self, module: ModuleId, env: Environment<'a>) -> Frame<'a> {
        Frame {
            module,
            captured: None,
            env,
            class: None,
            live: Rc::default(),
            receiver: None,
        }
    }

    /// The value of an expression outside any function of its own, on a path of which nothing is known.
    pub(crate) fn value_of(&mut self, thunk: &Thunk<'a>) -> Value<'a> {
        let frame = self.top(thunk.module, thunk.env.clone());
        let mut exits = Exits::default();
        let values = self.eval(&frame, thunk.expr, State::default(), &mut exits);
        one(values)
    }

    pub(crate) fn site(&self, frame: &Frame<'a>, node: &impl Ranged) -> Site {
        site(frame.module, node.range())
    }

    /// The place of a site in its file.
    pub(crate) fn place(&self, site: Site) -> Place {
        self.tree.module(site.module).place(site.range())
    }

    /// Enters a check in the table, once for each site and kind.
    pub(crate) fn check(&mut self, fact: CheckFact<'a>) -> Check {
        if let Some(known) = self.check_sites.get(&(fact.site, fact.kind)) {
            return *known;
        }
        let number = Check::try_from(self.checks.len()).unwrap_or(Check::MAX);
        self.check_sites.insert((fact.site, fact.kind), number);
        self.checks.push(fact);
        number
    }

    /// Enters a check that has no algorithm.
    pub(crate) fn plain_check(&mut self, site: Site, kind: VerifierKind) -> Check {
        self.check(CheckFact {
            site,
            kind,
            library: None,
            null_refuses: false,
            algorithms: Vec::new(),
            key: None,
            issuer: None,
            audience: None,
            checks_issuer: false,
            checks_audience: false,
            requires_expiry: true,
            switched_off: Vec::new(),
        })
    }
}

/// The one value that all paths agree on; else something of unknown value with the taint of all.
pub(crate) fn one(values: Values<'_>) -> Value<'_> {
    let mut values = values.into_iter().map(|(_, value)| value);
    let Some(first) = values.next() else {
        return Value::opaque();
    };
    let rest: Vec<_> = values.collect();
    let is_store =
        |value: &Value<'_>| matches!(value, Value::Made(name) if service::is_store(name));
    if rest.iter().all(|value| *value == first)
        // The same kind of store, real or for tests.
        || rest.iter().chain([&first]).all(is_store)
    {
        first
    } else {
        Value::computed(rest.iter().chain([&first]))
    }
}
