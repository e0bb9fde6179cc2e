//! `and`, `or` and comparisons.

use ruff_python_ast::{BoolOp, Expr};

use super::condition::path_of;
use super::value::{Taint, Value};
use super::{Engine, Exits, Frame, State, Values};

impl<'a> Engine<'a, '_> {
    pub(super) fn eval_bool(
        &mut self,
        frame: &Frame<'a>,
        op: BoolOp,
        parts: &'a [Expr],
        state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        let mut open = vec![state];
        let mut values = Vec::new();
        for (i, part) in parts.iter().enumerate() {
            let mut next = Vec::new();
            for state in open {
                for (state, value) in self.eval(frame, part, state, exits) {
                    if i + 1 == parts.len() {
                        values.push((state, value));
                        continue;
                    }
                    // A condition of a query is no test: `and` between two of them is a mistake, read as Python reads it.
                    for (truth, state) in self.split(Some(part), value.clone(), state) {
                        if truth == (op == BoolOp::Or) {
                            let known =
                                path_of(part).and_then(|path| state.locals.value(&path).cloned());
                            let value = known.unwrap_or_else(|| settled(&value, truth));
                            values.push((state, value));
                        } else {
                            next.push(state);
                        }
                    }
                }
            }
            open = next;
        }
        values
    }

    pub(super) fn eval_comparison(
        &mut self,
        frame: &Frame<'a>,
        expr: &'a Expr,
        state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        let Expr::Compare(node) = expr else {
            return Vec::new();
        };
        if matches!(&node.comparators[0], Expr::NoneLiteral(_)) {
            let mut values = Vec::new();
            for (state, left) in self.eval(frame, &node.left, state.clone(), exits) {
                // A column compared with `None` is a condition of a query.
                if let Value::Column(..) = left {
                    values.push((state, Value::opaque()));
                } else {
                    return self
                        .test(frame, expr, state, exits)
                        .into_iter()
                        .map(|(truth, state)| (state, Value::Bool(truth)))
                        .collect();
                }
            }
            return values;
        }
        let mut values = Vec::new();
        for (mut state, row) in
            self.eval_all(frame, &[&node.left, &node.comparators[0]], state, exits)
        {
            let site = self.site(frame, expr);
            let value = self.compare(node.ops[0], &row[0], &row[1], site, &mut state);
            values.push((state, value));
        }
        values
    }
}

/// A value whose truth was shown in passing, as `a or b` yields it.
fn settled<'a>(value: &Value<'a>, truth: bool) -> Value<'a> {
    match value {
        Value::Data(_) if !truth => Value::None,
        Value::Data(data) => {
            let mut data = data.clone();
            data.present = true;
            if matches!(data.proof, Some(super::value::Proof::WhenTrue(_))) {
                data.proof = None;
                data.taint = data.taint.with(Taint::VERIFIED);
            }
            Value::Data(data)
        }
        other => other.clone(),
    }
}
