//! Statements: how paths go on, part, and end.

use std::rc::Rc;

use ruff_python_ast::{Expr, Stmt, StmtFor, StmtMatch, StmtWith};
use ruff_text_size::Ranged;

use super::exception::Exception;
use super::state::merge;
use super::value::{Closure, Node, Taint, Value};
use super::{CAUGHT, Engine, Exits, Frame, State};
use crate::tree::Scope;

/// How many elements of a literal a loop is run for one by one.
const UNROLLED: usize = 12;

use super::try_statement::may_raise;

impl<'a> Engine<'a, '_> {
    /// Follows all paths through a body; the paths returned reach its end.
    pub(crate) fn body(
        &mut self,
        frame: &Frame<'a>,
        body: &'a [Stmt],
        mut states: Vec<State<'a>>,
        exits: &mut Exits<'a>,
    ) -> Vec<State<'a>> {
        for statement in body {
            if states.is_empty() {
                break;
            }
            let mut next = Vec::new();
            for state in states {
                self.statement(frame, statement, state, exits, &mut next);
            }
            let end = u32::from(statement.end());
            merge(
                &mut next,
                |name| frame.keeps(name, end),
                self.site(frame, statement),
            );
            states = next;
        }
        states
    }

    fn statement(
        &mut self,
        frame: &Frame<'a>,
        statement: &'a Stmt,
        mut state: State<'a>,
        exits: &mut Exits<'a>,
        next: &mut Vec<State<'a>>,
    ) {
        if exits.guarded && may_raise(statement) {
            exits.raises.push((state.clone(), Exception::Any));
        }
        match statement {
            Stmt::Expr(node) => {
                next.extend(
                    self.eval(frame, &node.value, state, exits)
                        .into_iter()
                        .map(|(state, _)| state),
                );
            }
            Stmt::Assign(node) => {
                for (mut state, value) in self.eval(frame, &node.value, state, exits) {
                    for target in &node.targets {
                        self.assign(frame, target, value.clone(), &mut state);
                    }
                    next.push(state);
                }
            }
            Stmt::AnnAssign(node) => match &node.value {
                Some(value) => {
                    for (mut state, value) in self.eval(frame, value, state, exits) {
                        self.assign(frame, &node.target, value, &mut state);
                        next.push(state);
                    }
                }
                None => next.push(state),
            },
            Stmt::AugAssign(node) => {
                for (mut state, value) in self.eval(frame, &node.value, state, exits) {
                    let before = super::one(self.eval(frame, &node.target, state.clone(), exits));
                    self.assign(
                        frame,
                        &node.target,
                        Value::computed([&before, &value]),
                        &mut state,
                    );
                    next.push(state);
                }
            }
            Stmt::Return(node) => match &node.value {
                Some(value) => {
                    let values = self.eval(frame, value, state, exits);
                    exits.returns.extend(values);
                }
                None => exits.returns.push((state, Value::None)),
            },
            Stmt::Raise(node) => {
                if let Some(raised) = &node.exc {
                    for (state, value) in self.eval(frame, raised, state, exits) {
                        let raised = self.raised(&value);
                        exits.raises.push((state, raised));
                    }
                } else {
                    let raised = match state.locals.value(CAUGHT) {
                        Some(Value::Exception(caught)) => caught.clone(),
                        _ => Exception::Any,
                    };
                    exits.raises.push((state, raised));
                }
            }
            Stmt::If(node) => {
                let mut rest = Vec::new();
                let mut taken = Vec::new();
                for (truth, state) in self.test(frame, &node.test, state, exits) {
                    if truth {
                        taken.push(state);
                    } else {
                        rest.push(state);
                    }
                }
                next.extend(self.body(frame, &node.body, taken, exits));
                for clause in &node.elif_else_clauses {
                    let mut taken = Vec::new();
                    let mut left = Vec::new();
                    for state in rest {
                        match &clause.test {
                            Some(test) => {
                                for (truth, state) in self.test(frame, test, state, exits) {
                                    if truth {
                                        taken.push(state);
                                    } else {
                                        left.push(state);
                                    }
                                }
                            }
                            None => taken.push(state),
                        }
                    }
                    next.extend(self.body(frame, &clause.body, taken, exits));
                    rest = left;
                }
                next.extend(rest);
            }
            Stmt::For(node) => self.for_loop(frame, node, state, exits, next),
            Stmt::While(node) => {
                let mut inner = Exits {
                    guarded: exits.guarded,
                    ..Exits::default()
                };
                let mut ended = Vec::new();
                for (truth, state) in self.test(frame, &node.test, state, exits) {
                    if truth {
                        let done = self.body(frame, &node.body, vec![state], &mut inner);
                        ended.extend(done);
                    } else {
                        next.push(state);
                    }
                }
                ended.append(&mut inner.continues);
                // `while True` ends by `break` alone; what is believed at its end was believed inside.
                next.extend(ended);
                next.extend(inner.breaks);
                exits.returns.extend(inner.returns);
                exits.raises.extend(inner.raises);
            }
            Stmt::Try(node) => self.try_statement(frame, node, state, exits, next),
            Stmt::With(node) => self.with(frame, node, state, exits, next),
            Stmt::Match(node) => self.match_statement(frame, node, state, exits, next),
            Stmt::Break(_) => exits.breaks.push(state),
            Stmt::Continue(_) => exits.continues.push(state),
            Stmt::Assert(node) => {
                for (truth, state) in self.test(frame, &node.test, state, exits) {
                    // `python -O` removes assertions: what only an assertion refuses, passes.
                    if truth {
                        next.push(state);
                    } else {
                        exits
                            .raises
                            .push((state, Exception::External("AssertionError".into())));
                    }
                }
            }
            Stmt::FunctionDef(node) => {
                let closure = Closure {
                    module: frame.module,
                    node: Node(node),
                    captured: Some(self.capture(frame, &state)),
                    env: frame.env.clone(),
                    class: None,
                };
                let mut value = Value::Function(Rc::new(closure));
                for decorator in node.decorator_list.iter().rev() {
                    value = self.decorated(frame, &decorator.expression, value, &state, exits);
                }
                state.bind(&node.name, value);
                next.push(state);
            }
            Stmt::ClassDef(node) => {
                state.bind(&node.name, Value::Class(frame.module, Node(node)));
                next.push(state);
            }
            Stmt::Import(_) | Stmt::ImportFrom(_) => {
                let scope = Scope::of_module(std::slice::from_ref(statement));
                for name in scope.names() {
                    let definitions = scope
                        .bindings(name)
                        .flat_map(|binding| self.tree.binding(frame.module, binding))
                        .collect();
                    let value = self.defined(definitions);
                    state.bind(name, value);
                }
                next.push(state);
            }
            Stmt::Delete(node) => {
                for target in &node.targets {
                    if let Expr::Name(name) = target {
                        Rc::make_mut(&mut state.locals).remove(name.id.as_str());
                    }
                }
                next.push(state);
            }
            _ => next.push(state),
        }
    }

    fn for_loop(
        &mut self,
        frame: &Frame<'a>,
        node: &'a StmtFor,
        state: State<'a>,
        exits: &mut Exits<'a>,
        next: &mut Vec<State<'a>>,
    ) {
        for (state, iterated) in self.eval(frame, &node.iter, state, exits) {
            let mut inner = Exits {
                guarded: exits.guarded,
                ..Exits::default()
            };
            let mut ended;
            match &iterated {
                Value::List(items) if items.len() <= UNROLLED => {
                    ended = vec![state];
                    for item in items.iter() {
                        for state in &mut ended {
                            self.assign(frame, &node.target, item.clone(), state);
                        }
                        ended = self.body(frame, &node.body, ended, &mut inner);
                        ended.append(&mut inner.continues);
                        merge(&mut ended, |_| true, self.site(frame, node.target.as_ref()));
                    }
                }
                _ => {
                    let mut once = state.clone();
                    self.assign(frame, &node.target, element(&iterated), &mut once);
                    ended = self.body(frame, &node.body, vec![once], &mut inner);
                    ended.append(&mut inner.continues);
                    ended.push(state);
                }
            }
            next.extend(self.body(frame, &node.orelse, ended, exits));
            next.extend(inner.breaks);
            exits.returns.extend(inner.returns);
            exits.raises.extend(inner.raises);
        }
    }

    fn with(
        &mut self,
        frame: &Frame<'a>,
        node: &'a StmtWith,
        state: State<'a>,
        exits: &mut Exits<'a>,
        next: &mut Vec<State<'a>>,
    ) {
        let mut states = vec![state];
        // `contextlib.suppress` is a `try` with an empty handler.
        let mut suppressed = Vec::new();
        for item in &node.items {
            let mut entered = Vec::new();
            for state in states {
                for (mut state, value) in self.eval(frame, &item.context_expr, state, exits) {
                    if matches!(&value, Value::Made(name) if name.as_ref() == "contextlib.suppress")
                    {
                        suppressed.push(state.clone());
                    }
                    if let Some(target) = &item.optional_vars {
                        let value = self.entered(value);
                        self.assign(frame, target, value, &mut state);
                    }
                    entered.push(state);
                }
            }
            states = entered;
        }
        if suppressed.is_empty() {
            next.extend(self.body(frame, &node.body, states, exits));
            return;
        }
        let mut inner = Exits {
            guarded: true,
            ..Exits::default()
        };
        next.extend(self.body(frame, &node.body, states, &mut inner));
        next.extend(inner.raises.into_iter().map(|(state, _)| state));
        exits.returns.extend(inner.returns);
        exits.breaks.extend(inner.breaks);
        exits.continues.extend(inner.continues);
    }

    /// What `with value as name` binds.
    fn entered(&mut self, value: Value<'a>) -> Value<'a> {
        match value {
            // The answer of a streamed or awaited request is its own context manager.
            Value::Made(_) | Value::Instance(_) | Value::Data(_) => value,
            other => other.derived(),
        }
    }

    fn match_statement(
        &mut self,
        frame: &Frame<'a>,
        node: &'a StmtMatch,
        state: State<'a>,
        exits: &mut Exits<'a>,
        next: &mut Vec<State<'a>>,
    ) {
        for (state, subject) in self.eval(frame, &node.subject, state, exits) {
            let mut exhausted = false;
            for case in &node.cases {
                let mut state = state.clone();
                for name in pattern_names(&case.pattern) {
                    state.bind(name, subject.derived());
                }
                let states = match &case.guard {
                    Some(guard) => self
                        .test(frame, guard, state, exits)
                        .into_iter()
                        .filter(|(truth, _)| *truth)
                        .map(|(_, state)| state)
                        .collect(),
                    None => vec![state],
                };
                next.extend(self.body(frame, &case.body, states, exits));
                if case.guard.is_none() && case.pattern.is_irrefutable() {
                    exhausted = true;
                    break;
                }
            }
            if !exhausted {
                next.push(state);
            }
        }
    }

    /// Binds a target of an assignment.
    pub(crate) fn assign(
        &mut self,
        frame: &Frame<'a>,
        target: &'a Expr,
        value: Value<'a>,
        state: &mut State<'a>,
    ) {
        match target {
            Expr::Name(name) => state.bind(name.id.as_str(), value),
            Expr::Tuple(tuple) => self.unpack(frame, &tuple.elts, &value, state),
            Expr::List(list) => self.unpack(frame, &list.elts, &value, state),
            Expr::Starred(starred) => self.assign(frame, &starred.value, value.derived(), state),
            Expr::Attribute(attribute) => {
                let mut ignored = Exits::default();
                let receiver =
                    super::one(self.eval(frame, &attribute.value, state.clone(), &mut ignored));
                self.assign_member(&receiver, &attribute.attr, value, target, state);
            }
            Expr::Subscript(subscript) => {
                let mut ignored = Exits::default();
                let receiver =
                    super::one(self.eval(frame, &subscript.value, state.clone(), &mut ignored));
                let key =
                    super::one(self.eval(frame, &subscript.slice, state.clone(), &mut ignored));
                self.assign_item(&receiver, &key, value, &subscript.value, state);
            }
            _ => {}
        }
    }

    fn unpack(
        &mut self,
        frame: &Frame<'a>,
        targets: &'a [Expr],
        value: &Value<'a>,
        state: &mut State<'a>,
    ) {
        for (i, target) in targets.iter().enumerate() {
            let part = match value {
                Value::List(items) if items.len() == targets.len() => items[i].clone(),
                other => other.derived(),
            };
            self.assign(frame, target, part, state);
        }
    }
}

/// An element of something iterated.
pub(crate) fn element<'a>(iterated: &Value<'a>) -> Value<'a> {
    match iterated {
        Value::List(items) => Value::computed(items.iter()),
        Value::Dict(items) => Value::computed(items.iter().map(|(key, _)| key)),
        other => {
            let mut element = other.derived();
            if let Value::Data(data) = &mut element {
                data.present = !data.taint.has(Taint::CREDENTIAL);
            }
            element
        }
    }
}

fn pattern_names(pattern: &ruff_python_ast::Pattern) -> Vec<&str> {
    use ruff_python_ast::visitor::{Visitor, walk_pattern};
    struct Names<'p>(Vec<&'p str>);
    impl<'p> Visitor<'p> for Names<'p> {
        fn visit_pattern(&mut self, pattern: &'p ruff_python_ast::Pattern) {
            match pattern {
                ruff_python_ast::Pattern::MatchAs(node) => {
                    self.0
                        .extend(node.name.as_ref().map(ruff_python_ast::Identifier::as_str));
                }
                ruff_python_ast::Pattern::MatchStar(node) => {
                    self.0
                        .extend(node.name.as_ref().map(ruff_python_ast::Identifier::as_str));
                }
                _ => {}
            }
            walk_pattern(self, pattern);
        }
    }
    let mut names = Names(Vec::new());
    names.visit_pattern(pattern);
    names.0
}
