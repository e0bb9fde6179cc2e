//! Expressions: the values they can have, each with the path on which it has it.

use std::rc::Rc;

use ruff_python_ast::{Expr, ExprCall, InterpolatedStringElement, Number, Operator, UnaryOp};

use super::argument::Arguments;
use super::condition::path_of;
use super::statement::element;
use super::value::{Node, Taint, Value};
use super::{Engine, Exits, Frame, STEPS, State, Values};

impl<'a> Engine<'a, '_> {
    /// Evaluates an expression on one path.
    pub(crate) fn eval(
        &mut self,
        frame: &Frame<'a>,
        expr: &'a Expr,
        state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        self.steps += 1;
        if self.steps > STEPS {
            self.limited = true;
            let mut state = state;
            let site = self.site(frame, expr);
            state
                .facts
                .unread
                .get_or_insert(("too much code to follow".into(), site));
            return vec![(state, Value::opaque())];
        }
        if let Expr::Attribute(_) | Expr::Name(_) = expr
            && let Some(known) = path_of(expr).and_then(|path| state.locals.value(&path).cloned())
        {
            return vec![(state, known)];
        }
        match expr {
            Expr::NoneLiteral(_) => vec![(state, Value::None)],
            Expr::EllipsisLiteral(_) => vec![(state, Value::External("...".into()))],
            Expr::BooleanLiteral(node) => vec![(state, Value::Bool(node.value))],
            Expr::NumberLiteral(node) => {
                let value = match &node.value {
                    Number::Int(number) => number.as_i64().map_or_else(Value::opaque, Value::Int),
                    _ => Value::opaque(),
                };
                vec![(state, value)]
            }
            Expr::StringLiteral(node) => vec![(state, Value::Str(node.value.to_str().into()))],
            Expr::BytesLiteral(node) => {
                let text: Vec<u8> = node.value.bytes().collect();
                vec![(state, Value::Str(String::from_utf8_lossy(&text).into()))]
            }
            Expr::Name(node) => {
                let value = self.name(frame, node.id.as_str());
                vec![(state, value)]
            }
            Expr::Attribute(node) => {
                let mut values = Vec::new();
                for (state, receiver) in self.eval(frame, &node.value, state, exits) {
                    let site = self.site(frame, expr);
                    values.extend(self.attribute(&receiver, &node.attr, site, state, exits));
                }
                values
            }
            Expr::Call(node) => self.eval_call(frame, node, state, exits),
            Expr::Await(node) => self.eval(frame, &node.value, state, exits),
            Expr::BoolOp(node) => self.eval_bool(frame, node.op, &node.values, state, exits),
            Expr::UnaryOp(node) => {
                if node.op == UnaryOp::Not {
                    return self
                        .test(frame, &node.operand, state, exits)
                        .into_iter()
                        .map(|(truth, state)| (state, Value::Bool(!truth)))
                        .collect();
                }
                self.eval(frame, &node.operand, state, exits)
                    .into_iter()
                    .map(|(state, value)| (state, value.derived()))
                    .collect()
            }
            Expr::Compare(node) if node.ops.len() == 1 => {
                self.eval_comparison(frame, expr, state, exits)
            }
            Expr::Compare(node) => {
                let parts: Vec<&Expr> = std::iter::once(node.left.as_ref())
                    .chain(&node.comparators)
                    .collect();
                self.eval_all(frame, &parts, state, exits)
                    .into_iter()
                    .map(|(state, parts)| {
                        (
                            state,
                            Value::tainted(
                                Value::computed(&parts).taint().without(Taint::CREDENTIAL),
                            ),
                        )
                    })
                    .collect()
            }
            Expr::If(node) => {
                let mut values = Vec::new();
                for (truth, state) in self.test(frame, &node.test, state, exits) {
                    values.extend(self.eval(
                        frame,
                        if truth { &node.body } else { &node.orelse },
                        state,
                        exits,
                    ));
                }
                values
            }
            Expr::Named(node) => {
                let mut values = self.eval(frame, &node.value, state, exits);
                for (state, value) in &mut values {
                    self.assign(frame, &node.target, value.clone(), state);
                }
                values
            }
            Expr::BinOp(node) => self
                .eval_all(frame, &[&node.left, &node.right], state, exits)
                .into_iter()
                .map(|(state, parts)| {
                    let value = match (&parts[0], node.op, &parts[1]) {
                        (Value::Str(left), Operator::Add, Value::Str(right)) => {
                            Value::Str(format!("{left}{right}").into())
                        }
                        (
                            Value::List(left),
                            Operator::Add | Operator::BitOr,
                            Value::List(right),
                        ) => Value::List(left.iter().chain(right.iter()).cloned().collect()),
                        // Conditions of a query, joined: `(a == x) & (b > y)`.
                        (left, Operator::BitAnd | Operator::BitOr, right)
                            if left.check().is_some() || right.check().is_some() =>
                        {
                            if left.check().is_some() {
                                left.clone()
                            } else {
                                right.clone()
                            }
                        }
                        _ => Value::computed(&parts),
                    };
                    (state, value)
                })
                .collect(),
            Expr::FString(node) => {
                let mut values = vec![(state, Some(String::new()), Vec::new())];
                for element in node.value.elements() {
                    let mut next = Vec::new();
                    for (state, text, mut parts) in values {
                        match element {
                            InterpolatedStringElement::Literal(literal) => {
                                next.push((state, text.map(|text| text + &literal.value), parts));
                            }
                            InterpolatedStringElement::Interpolation(part) => {
                                for (state, value) in
                                    self.eval(frame, &part.expression, state, exits)
                                {
                                    let text = match (&text, &value) {
                                        (Some(text), Value::Str(part)) => {
                                            Some(format!("{text}{part}"))
                                        }
                                        _ => None,
                                    };
                                    let mut parts = parts.clone();
                                    parts.push(value);
                                    next.push((state, text, parts));
                                }
                                parts.clear();
                            }
                        }
                    }
                    values = next;
                }
                values
                    .into_iter()
                    .map(|(state, text, parts)| {
                        (
                            state,
                            text.map_or_else(
                                || Value::computed(&parts),
                                |text| Value::Str(text.into()),
                            ),
                        )
                    })
                    .collect()
            }
            Expr::Tuple(node) => self.eval_list(frame, &node.elts, state, exits),
            Expr::List(node) => self.eval_list(frame, &node.elts, state, exits),
            Expr::Set(node) => self.eval_list(frame, &node.elts, state, exits),
            Expr::Dict(node) => {
                let mut values = vec![(state, Vec::new(), true)];
                for item in &node.items {
                    let mut next = Vec::new();
                    for (state, items, closed) in values {
                        let keys = match &item.key {
                            Some(key) => self.eval(frame, key, state, exits),
                            None => vec![(state, Value::None)],
                        };
                        for (state, key) in keys {
                            for (state, value) in self.eval(frame, &item.value, state, exits) {
                                let mut items: Vec<(Value<'a>, Value<'a>)> = items.clone();
                                let mut closed = closed;
                                match (&item.key, &value) {
                                    (Some(_), _) => items.push((key.clone(), value)),
                                    (None, Value::Dict(more)) => items.extend(more.iter().cloned()),
                                    (None, other) => {
                                        closed = false;
                                        items.push((Value::None, other.clone()));
                                    }
                                }
                                next.push((state, items, closed));
                            }
                        }
                    }
                    values = next;
                }
                values
                    .into_iter()
                    .map(|(state, items, closed)| {
                        let value = if closed {
                            Value::Dict(items.into())
                        } else {
                            Value::computed(items.iter().map(|(_, value)| value))
                        };
                        (state, value)
                    })
                    .collect()
            }
            Expr::Subscript(node) => {
                let mut values = Vec::new();
                for (state, receiver) in self.eval(frame, &node.value, state, exits) {
                    for (state, key) in self.eval(frame, &node.slice, state, exits) {
                        let site = self.site(frame, expr);
                        values.extend(self.subscript(&receiver, &key, site, state, exits));
                    }
                }
                values
            }
            Expr::ListComp(node) => {
                self.comprehension(frame, &node.generators, &[&node.elt], state, exits)
            }
            Expr::SetComp(node) => {
                self.comprehension(frame, &node.generators, &[&node.elt], state, exits)
            }
            Expr::Generator(node) => {
                self.comprehension(frame, &node.generators, &[&node.elt], state, exits)
            }
            Expr::DictComp(node) => {
                let mut parts: Vec<&'a Expr> = vec![&node.value];
                parts.extend(node.key.as_deref());
                self.comprehension(frame, &node.generators, &parts, state, exits)
            }
            Expr::Lambda(node) => {
                let captured = self.capture(frame, &state);
                vec![(state, Value::Lambda(frame.module, Node(node), captured))]
            }
            // The value that a dependency or a context manager hands over; what comes after it is clean-up.
            Expr::Yield(node) => {
                let values = match &node.value {
                    Some(value) => self.eval(frame, value, state, exits),
                    None => vec![(state, Value::None)],
                };
                exits.returns.extend(values);
                Vec::new()
            }
            Expr::YieldFrom(node) => {
                let values = self.eval(frame, &node.value, state, exits);
                exits.returns.extend(values);
                Vec::new()
            }
            Expr::Starred(node) => self.eval(frame, &node.value, state, exits),
            Expr::Slice(_) => vec![(state, Value::opaque())],
            _ => vec![(state, Value::opaque())],
        }
    }

    /// Evaluates several expressions in order.
    pub(crate) fn eval_all(
        &mut self,
        frame: &Frame<'a>,
        exprs: &[&'a Expr],
        state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Vec<(State<'a>, Vec<Value<'a>>)> {
        let mut rows = vec![(state, Vec::new())];
        for expr in exprs {
            let mut next = Vec::new();
            for (state, row) in rows {
                for (state, value) in self.eval(frame, expr, state, exits) {
                    let mut row = row.clone();
                    row.push(value);
                    next.push((state, row));
                }
            }
            rows = next;
        }
        rows
    }

    fn eval_list(
        &mut self,
        frame: &Frame<'a>,
        elts: &'a [Expr],
        state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        let parts: Vec<&Expr> = elts.iter().collect();
        let starred: Vec<bool> = elts
            .iter()
            .map(|elt| matches!(elt, Expr::Starred(_)))
            .collect();
        self.eval_all(frame, &parts, state, exits)
            .into_iter()
            .map(|(state, row)| {
                let mut items = Vec::new();
                for (value, starred) in row.iter().zip(&starred) {
                    match (starred, value) {
                        (true, Value::List(more)) => items.extend(more.iter().cloned()),
                        (true, _) => return (state, Value::computed(&row)),
                        (false, value) => items.push(value.clone()),
                    }
                }
                (state, Value::List(items.into()))
            })
            .collect()
    }

    fn comprehension(
        &mut self,
        frame: &Frame<'a>,
        generators: &'a [ruff_python_ast::Comprehension],
        parts: &[&'a Expr],
        state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        let [generator] = generators else {
            return vec![(state, Value::opaque())];
        };
        let mut values = Vec::new();
        for (state, iterated) in self.eval(frame, &generator.iter, state, exits) {
            let items: Vec<Value<'a>> = match &iterated {
                Value::List(items)
                    if items.len() <= 64 && generator.ifs.is_empty() && parts.len() == 1 =>
                {
                    items.to_vec()
                }
                other => {
                    let mut inner = state.clone();
                    self.assign(frame, &generator.target, element(other), &mut inner);
                    let rows = self.eval_all(frame, parts, inner, &mut Exits::default());
                    let value = Value::computed(rows.iter().flat_map(|(_, row)| row));
                    values.push((state, value));
                    continue;
                }
            };
            let mut results = Vec::new();
            for item in items {
                let mut inner = state.clone();
                self.assign(frame, &generator.target, item, &mut inner);
                results.push(super::one(self.eval(
                    frame,
                    parts[0],
                    inner,
                    &mut Exits::default(),
                )));
            }
            values.push((state, Value::List(results.into())));
        }
        values
    }

    fn eval_call(
        &mut self,
        frame: &Frame<'a>,
        node: &'a ExprCall,
        state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        let mut values = Vec::new();
        let callees = match node.func.as_ref() {
            Expr::Attribute(attribute) => {
                let mut callees = Vec::new();
                for (state, receiver) in self.eval(frame, &attribute.value, state, exits) {
                    let site = self.site(frame, attribute);
                    callees.extend(self.callee(&receiver, &attribute.attr, site, state, exits));
                }
                callees
            }
            func => self.eval(frame, func, state, exits),
        };
        for (state, callee) in callees {
            if let Value::External(name) = &callee
                && name.as_ref() == "super"
            {
                values.push((state.clone(), self.super_of(frame, &state)));
                continue;
            }
            for (state, arguments) in self.arguments(frame, node, state, exits) {
                let site = self.site(frame, node);
                values.extend(self.call(
                    frame,
                    &callee,
                    Some(&node.func),
                    arguments,
                    site,
                    state,
                    exits,
                ));
            }
        }
        values
    }

    fn arguments(
        &mut self,
        frame: &Frame<'a>,
        node: &'a ExprCall,
        state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Vec<(State<'a>, Arguments<'a>)> {
        let positional: Vec<&Expr> = node.arguments.args.iter().collect();
        let keywords: Vec<&Expr> = node
            .arguments
            .keywords
            .iter()
            .map(|keyword| &keyword.value)
            .collect();
        let all: Vec<&Expr> = positional.iter().chain(&keywords).copied().collect();
        self.eval_all(frame, &all, state, exits)
            .into_iter()
            .map(|(state, row)| {
                let mut arguments = Arguments::default();
                let mut row = row.into_iter();
                for expr in &positional {
                    let Some(value) = row.next() else { break };
                    match (expr, value) {
                        (Expr::Starred(_), Value::List(items)) => {
                            arguments.positional.extend(items.iter().cloned());
                        }
                        (Expr::Starred(_), value) => arguments.rest.push(value),
                        (_, value) => arguments.positional.push(value),
                    }
                }
                for keyword in &node.arguments.keywords {
                    let Some(value) = row.next() else { break };
                    match (&keyword.arg, value) {
                        (Some(name), value) => {
                            arguments.keywords.push((name.as_str().into(), value));
                        }
                        (None, Value::Dict(items)) => {
                            for (key, value) in items.iter() {
                                if let Value::Str(key) = key {
                                    arguments.keywords.push((Rc::clone(key), value.clone()));
                                }
                            }
                        }
                        (None, value) => arguments.rest.push(value),
                    }
                }
                (state, arguments)
            })
            .collect()
    }
}
