//! `try`: what its body may raise, and which handler takes it.

use std::rc::Rc;

use ruff_python_ast::helpers::any_over_expr;
use ruff_python_ast::{ExceptHandler, Expr, Stmt, StmtTry};
use ruff_text_size::Ranged;

use super::exception::{Catch, Exception, catches};
use super::state::merge;
use super::value::{Node, Value};
use super::{CAUGHT, Engine, Exits, Frame, State};

impl<'a> Engine<'a, '_> {
    /// What `raise value` raises.
    pub(super) fn raised(&mut self, value: &Value<'a>) -> Exception<'a> {
        match value {
            Value::Exception(exception) => exception.clone(),
            Value::Class(module, class) => self.exception_of(*module, *class),
            Value::Instance(instance) => self.exception_of(instance.module, instance.class),
            Value::External(name) | Value::Made(name) => super::external::exception(name, None),
            _ => Exception::External("Exception".into()),
        }
    }

    fn exception_of(
        &mut self,
        module: crate::tree::ModuleId,
        class: Node<'a, ruff_python_ast::StmtClassDef>,
    ) -> Exception<'a> {
        Exception::Own(module, class)
    }

    /// Whether a clause catches, and with which certainty; the clause is a class or a tuple of classes.
    fn caught_by(&mut self, clause: &Value<'a>, raised: &Exception<'a>) -> Catch {
        match clause {
            Value::List(classes) => {
                let mut best = Catch::No;
                for class in classes.iter() {
                    match self.caught_by(class, raised) {
                        Catch::Yes => return Catch::Yes,
                        Catch::Maybe => best = Catch::Maybe,
                        Catch::No => {}
                    }
                }
                best
            }
            Value::External(name) => match raised {
                Exception::Own(module, class) => {
                    let bases = self.external_bases(*module, *class);
                    if name.as_ref() == "Exception" || name.as_ref() == "BaseException" {
                        return Catch::Yes;
                    }
                    let mut best = Catch::No;
                    for base in bases {
                        match catches(name, &super::external::exception(&base, None)) {
                            Catch::Yes => return Catch::Yes,
                            Catch::Maybe if base.as_ref() != "Exception" => best = Catch::Maybe,
                            _ => {}
                        }
                    }
                    best
                }
                _ => catches(name, raised),
            },
            Value::Class(_, class) => match raised {
                Exception::Own(module, raised) => {
                    if self.descends(*module, *raised, *class) {
                        Catch::Yes
                    } else {
                        Catch::No
                    }
                }
                // A project's own class is raised where the source says so.
                _ => Catch::No,
            },
            _ => Catch::Maybe,
        }
    }

    pub(super) fn try_statement(
        &mut self,
        frame: &Frame<'a>,
        node: &'a StmtTry,
        state: State<'a>,
        exits: &mut Exits<'a>,
        next: &mut Vec<State<'a>>,
    ) {
        let mut inner = Exits {
            guarded: !node.handlers.is_empty() || exits.guarded,
            ..Exits::default()
        };
        let ended = self.body(frame, &node.body, vec![state], &mut inner);
        let mut after = Exits {
            guarded: exits.guarded,
            ..Exits::default()
        };
        let mut done = self.body(frame, &node.orelse, ended, &mut after);

        let mut pending: Vec<(State<'a>, Exception<'a>)> = Vec::new();
        let mut seen = foldhash::HashSet::default();
        for (mut state, raised) in inner.raises {
            let at = u32::from(
                node.handlers
                    .first()
                    .map_or(node.range.end(), Ranged::start),
            );
            Rc::make_mut(&mut state.locals).keep(|name| frame.keeps(name, at));
            if seen.insert((state.clone(), raised.clone())) {
                pending.push((state, raised));
            }
        }
        for ExceptHandler::ExceptHandler(handler) in &node.handlers {
            let mut left = Vec::new();
            let mut entered = Vec::new();
            for (state, raised) in pending {
                let clause = match &handler.type_ {
                    Some(clause) => {
                        let mut ignored = Exits::default();
                        super::one(self.eval(frame, clause, state.clone(), &mut ignored))
                    }
                    None => Value::External("BaseException".into()),
                };
                let catch = self.caught_by(&clause, &raised);
                if catch != Catch::Yes {
                    left.push((state.clone(), raised.clone()));
                }
                if catch != Catch::No {
                    let mut state = state;
                    let raised = if raised == Exception::Any {
                        widest(&clause)
                    } else {
                        raised
                    };
                    state.facts.swallowed =
                        state.facts.swallowed.or(Some(self.site(frame, handler)));
                    if let Some(name) = &handler.name {
                        state.bind(name, Value::Exception(raised.clone()));
                    }
                    state.bind(CAUGHT, Value::Exception(raised));
                    entered.push(state);
                }
            }
            merge(&mut entered, |_| true, self.site(frame, handler));
            done.extend(self.body(frame, &handler.body, entered, &mut after));
            pending = left;
        }
        after.raises.extend(pending);
        after.returns.extend(inner.returns);
        after.breaks.extend(inner.breaks);
        after.continues.extend(inner.continues);
        for state in &mut done {
            if state.locals.value(CAUGHT).is_some() {
                Rc::make_mut(&mut state.locals).remove(CAUGHT);
            }
        }
        if node.finalbody.is_empty() {
            next.extend(done);
            exits.raises.extend(after.raises);
            exits.returns.extend(after.returns);
            exits.breaks.extend(after.breaks);
            exits.continues.extend(after.continues);
            return;
        }
        next.extend(self.body(frame, &node.finalbody, done, exits));
        for (state, raised) in after.raises {
            for state in self.body(frame, &node.finalbody, vec![state], exits) {
                exits.raises.push((state, raised.clone()));
            }
        }
        for (state, value) in after.returns {
            for state in self.body(frame, &node.finalbody, vec![state], exits) {
                exits.returns.push((state, value.clone()));
            }
        }
        for state in after.breaks {
            let ended = self.body(frame, &node.finalbody, vec![state], exits);
            exits.breaks.extend(ended);
        }
        for state in after.continues {
            let ended = self.body(frame, &node.finalbody, vec![state], exits);
            exits.continues.extend(ended);
        }
    }
}

pub(super) fn widest<'a>(clause: &Value<'a>) -> Exception<'a> {
    match clause {
        Value::External(name) => Exception::External(name.clone()),
        _ => Exception::Any,
    }
}

pub(super) fn may_raise(statement: &Stmt) -> bool {
    let raising = |expr: &Expr| {
        any_over_expr(expr, |expr| {
            matches!(
                expr,
                Expr::Call(_) | Expr::Subscript(_) | Expr::Await(_) | Expr::BinOp(_)
            )
        })
    };
    match statement {
        Stmt::Expr(node) => raising(&node.value),
        Stmt::Assign(node) => raising(&node.value),
        Stmt::AnnAssign(node) => node.value.as_deref().is_some_and(raising),
        Stmt::AugAssign(node) => raising(&node.value),
        Stmt::Return(node) => node.value.as_deref().is_some_and(raising),
        Stmt::If(node) => raising(&node.test),
        Stmt::For(node) => raising(&node.iter),
        Stmt::With(node) => node.items.iter().any(|item| raising(&item.context_expr)),
        Stmt::While(node) => raising(&node.test),
        _ => false,
    }
}
