//! Conditions: on which path a test is true, and what its truth shows.

use std::rc::Rc;

use betroth_agreement::VerifierKind;
use ruff_python_ast::{BoolOp, CmpOp, Expr, ExprCompare, UnaryOp};

use super::value::{Data, Proof, Setting, Taint, Value};
use super::{Engine, Exits, Frame, Site, State};

/// The outcomes of a test with the paths on which they hold.
pub(crate) type Tests<'a> = Vec<(bool, State<'a>)>;

impl<'a> Engine<'a, '_> {
    /// Follows a test: each path with the truth of the test on it.
    pub(crate) fn test(
        &mut self,
        frame: &Frame<'a>,
        test: &'a Expr,
        state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Tests<'a> {
        match test {
            Expr::BoolOp(node) => {
                let stops = node.op == BoolOp::Or;
                let mut open = vec![state];
                let mut done = Vec::new();
                for part in &node.values {
                    let mut next = Vec::new();
                    for state in open {
                        for (truth, state) in self.test(frame, part, state, exits) {
                            if truth == stops {
                                done.push((truth, state));
                            } else {
                                next.push(state);
                            }
                        }
                    }
                    open = next;
                }
                done.extend(open.into_iter().map(|state| (!stops, state)));
                done
            }
            Expr::UnaryOp(node) if node.op == UnaryOp::Not => self
                .test(frame, &node.operand, state, exits)
                .into_iter()
                .map(|(truth, state)| (!truth, state))
                .collect(),
            Expr::Named(node) => {
                let mut tests = Vec::new();
                for (mut state, value) in self.eval(frame, &node.value, state, exits) {
                    self.assign(frame, &node.target, value.clone(), &mut state);
                    tests.extend(self.split(Some(&node.target), value, state));
                }
                tests
            }
            Expr::Compare(node) if node.ops.len() == 1 => {
                self.test_comparison(frame, node, state, exits)
            }
            _ => {
                let mut tests = Vec::new();
                for (state, value) in self.eval(frame, test, state, exits) {
                    tests.extend(self.split(Some(test), value, state));
                }
                tests
            }
        }
    }

    fn test_comparison(
        &mut self,
        frame: &Frame<'a>,
        node: &'a ExprCompare,
        state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Tests<'a> {
        let right = &node.comparators[0];
        let op = node.ops[0];
        // `x is None`, `x == None`: the test is on the presence of `x`, under the name of `x`.
        if matches!(right, Expr::NoneLiteral(_)) {
            let mut tests = Vec::new();
            for (state, value) in self.eval(frame, &node.left, state, exits) {
                let absent_when = matches!(op, CmpOp::Is | CmpOp::Eq);
                let known = match &value {
                    Value::None => Some(true),
                    Value::Data(_) => None,
                    _ => Some(false),
                };
                match known {
                    Some(none) => tests.push((none == absent_when, state)),
                    None => tests.extend(
                        self.split(Some(&node.left), value, state)
                            .into_iter()
                            .map(|(present, state)| (present != absent_when, state)),
                    ),
                }
            }
            return tests;
        }
        let mut tests = Vec::new();
        for (state, left) in self.eval(frame, &node.left, state, exits) {
            for (state, right_value) in self.eval(frame, right, state, exits) {
                let site = self.site(frame, node);
                let mut state = state;
                let value = self.compare(op, &left, &right_value, site, &mut state);
                // A boolean constant as the other side: the test is on the value itself.
                if let (
                    CmpOp::Is | CmpOp::IsNot | CmpOp::Eq | CmpOp::NotEq,
                    Value::Bool(wanted),
                    Value::Data(_),
                ) = (op, &right_value, &left)
                {
                    let same = matches!(op, CmpOp::Is | CmpOp::Eq);
                    tests.extend(
                        self.split(Some(&node.left), left.clone(), state)
                            .into_iter()
                            .map(|(truth, state)| ((truth == *wanted) == same, state)),
                    );
                    continue;
                }
                tests.extend(self.split(None, value, state));
            }
        }
        tests
    }

    /// Parts a path by the truth of a value; where the value has a name, what the test shows is noted under it.
    pub(crate) fn split(
        &mut self,
        named: Option<&'a Expr>,
        value: Value<'a>,
        state: State<'a>,
    ) -> Tests<'a> {
        let truth = match &value {
            Value::None => Some(false),
            Value::Bool(truth) => Some(*truth),
            Value::Int(number) => Some(*number != 0),
            Value::Str(text) => Some(!text.is_empty()),
            Value::List(items) => Some(!items.is_empty()),
            Value::Dict(items) => Some(!items.is_empty()),
            Value::Member(_) | Value::Data(_) | Value::Request(_) | Value::External(_) => None,
            _ => Some(true),
        };
        if let Some(truth) = truth {
            return vec![(truth, state)];
        }
        let path = named.and_then(path_of);
        let note = |state: &mut State<'a>, value: Value<'a>| {
            if let Some(path) = &path {
                if path.contains('.') {
                    state.refine(path, value);
                } else {
                    state.bind(path, value);
                }
            }
        };
        let data = match &value {
            Value::Data(data) => data.clone(),
            // A switch of something that was not read, `settings.debug`: a setting by that name.
            Value::External(name) => {
                let Value::Data(data) = Value::setting(short(name), None) else {
                    return Vec::new();
                };
                data
            }
            other => Data {
                taint: other.taint(),
                ..Data::default()
            },
        };
        if let Some(setting) = &data.setting {
            let mut tests = Vec::new();
            tests.extend(
                state
                    .clone()
                    .assume(setting, true)
                    .map(|state| (true, state)),
            );
            tests.extend(state.assume(setting, false).map(|state| (false, state)));
            return tests;
        }
        let mut holds = state.clone();
        let mut fails = state;
        let mut proven = Data {
            proof: None,
            present: true,
            ..data.clone()
        };
        match data.proof {
            Some(Proof::WhenTrue(check) | Proof::Principal(check)) => {
                holds.facts.verify(check);
                proven.taint = proven
                    .taint
                    .with(Taint::VERIFIED)
                    .without(Taint::CREDENTIAL);
            }
            Some(Proof::WhenFalse(check)) => fails.facts.verify(check),
            Some(
                proof @ (Proof::Query(_)
                | Proof::Result(_)
                | Proof::Predicate(_)
                | Proof::Response(_)
                | Proof::Status(_)
                | Proof::Answer(_)),
            ) => {
                // True in itself, so its truth shows nothing.
                proven.proof = Some(proof);
            }
            None => {}
        }
        if let Value::Data(_) = &value {
            note(&mut holds, Value::Data(proven));
            note(&mut fails, Value::None);
        }
        if data.present
            || matches!(
                data.proof,
                Some(Proof::Query(_) | Proof::Result(_) | Proof::Predicate(_) | Proof::Response(_))
            )
        {
            return vec![(true, holds)];
        }
        vec![(true, holds), (false, fails)]
    }

    /// The value of a comparison.
    pub(crate) fn compare(
        &mut self,
        op: CmpOp,
        left: &Value<'a>,
        right: &Value<'a>,
        site: Site,
        state: &mut State<'a>,
    ) -> Value<'a> {
        match op {
            CmpOp::Eq | CmpOp::Is => self.equal(left, right, true, site, state),
            CmpOp::NotEq | CmpOp::IsNot => self.equal(left, right, false, site, state),
            CmpOp::In => self.contained(left, right, true, site, state),
            CmpOp::NotIn => self.contained(left, right, false, site, state),
            CmpOp::Lt | CmpOp::LtE | CmpOp::Gt | CmpOp::GtE => self.ordered(op, left, right, site),
        }
    }

    /// `left == right`, or `!=` where `same` is false.
    pub(crate) fn equal(
        &mut self,
        left: &Value<'a>,
        right: &Value<'a>,
        same: bool,
        site: Site,
        state: &mut State<'a>,
    ) -> Value<'a> {
        if let Some(known) = constant_equal(left, right) {
            return Value::Bool(known == same);
        }
        for (column, other) in [(left, right), (right, left)] {
            if let Some((table, column)) = column_of(column) {
                return self.predicate(&table, &column, other, site, state);
            }
        }
        for (status, code) in [(left, right), (right, left)] {
            if let (Some(Proof::Status(check)), Value::Int(code)) = (status.check(), code) {
                let good = (200..300).contains(code);
                return match (good && !self.checks[check as usize].null_refuses, same) {
                    (true, true) => Value::proof(Taint::NOTHING, Proof::WhenTrue(check)),
                    (true, false) => Value::proof(Taint::NOTHING, Proof::WhenFalse(check)),
                    (false, _) => Value::opaque(),
                };
            }
        }
        for (given, wanted) in [(left, right), (right, left)] {
            let taint = given.taint();
            if taint.has(Taint::CREDENTIAL) && !taint.has(Taint::SECRET) && secret(wanted) {
                let check = self.plain_check(site, VerifierKind::SharedSecret);
                return Value::proof(
                    Taint::NOTHING,
                    if same {
                        Proof::WhenTrue(check)
                    } else {
                        Proof::WhenFalse(check)
                    },
                );
            }
            if taint.has(Taint::IDENTITY) {
                if wanted.taint().has(Taint::VERIFIED) {
                    state.confirm(given);
                } else {
                    state.believe(given, site);
                }
            }
        }
        compared(left, right, site)
    }

    fn contained(
        &mut self,
        left: &Value<'a>,
        right: &Value<'a>,
        inside: bool,
        site: Site,
        state: &mut State<'a>,
    ) -> Value<'a> {
        match right {
            Value::List(items) => {
                let known: Vec<_> = items
                    .iter()
                    .map(|item| constant_equal(left, item))
                    .collect();
                if known.contains(&Some(true)) {
                    return Value::Bool(inside);
                }
                if known.iter().all(|known| *known == Some(false)) {
                    return Value::Bool(!inside);
                }
                if left.taint().has(Taint::CREDENTIAL) && items.iter().any(secret) {
                    return self.equal(left, &Value::tainted(Taint::SECRET), inside, site, state);
                }
                if left.taint().has(Taint::IDENTITY) {
                    state.believe(left, site);
                }
                if let (Some(Proof::Status(check)), true) = (
                    left.check(),
                    items
                        .iter()
                        .all(|item| matches!(item, Value::Int(200..=299))),
                ) {
                    return self.equal(
                        &Value::proof(Taint::NOTHING, Proof::Status(check)),
                        &Value::Int(200),
                        inside,
                        site,
                        state,
                    );
                }
            }
            Value::Str(text) => {
                if let Value::Str(part) = left {
                    return Value::Bool(text.contains(part.as_ref()) == inside);
                }
            }
            Value::Dict(items) => {
                let known: Vec<_> = items
                    .iter()
                    .map(|(key, _)| constant_equal(left, key))
                    .collect();
                if known.contains(&Some(true)) {
                    return Value::Bool(inside);
                }
                if left.taint().has(Taint::CREDENTIAL) && items.iter().any(|(key, _)| secret(key)) {
                    return self.equal(left, &Value::tainted(Taint::SECRET), inside, site, state);
                }
            }
            // A collection of keys kept in a setting or in a variable of the module.
            other
                if left.taint().has(Taint::CREDENTIAL)
                    && (other.taint().has(Taint::SECRET)
                        || matches!(other, Value::Made(name) if name.as_ref() == super::name::STORE)) =>
            {
                return self.equal(left, &Value::tainted(Taint::SECRET), inside, site, state);
            }
            _ => {}
        }
        if left.taint().has(Taint::IDENTITY) && right.taint().has(Taint::SECRET) {
            state.believe(left, site);
        }
        compared(left, right, site)
    }

    fn ordered(&mut self, op: CmpOp, left: &Value<'a>, right: &Value<'a>, site: Site) -> Value<'a> {
        if let (Some(Proof::Status(check)), Value::Int(code)) = (left.check(), right)
            && !self.checks[check as usize].null_refuses
        {
            match (op, code) {
                (CmpOp::GtE, 300..=400) | (CmpOp::Gt, 299..=399) => {
                    return Value::proof(Taint::NOTHING, Proof::WhenFalse(check));
                }
                (CmpOp::Lt, 300..=400) | (CmpOp::LtE, 299..=399) => {
                    return Value::proof(Taint::NOTHING, Proof::WhenTrue(check));
                }
                _ => {}
            }
        }
        if let (Value::Int(left), Value::Int(right)) = (left, right) {
            return Value::Bool(match op {
                CmpOp::Lt => left < right,
                CmpOp::LtE => left <= right,
                CmpOp::Gt => left > right,
                _ => left >= right,
            });
        }
        let mut value = Value::computed([left, right]);
        if let Value::Data(data) = &mut value {
            data.taint = data
                .taint
                .without(Taint::CREDENTIAL.with(Taint::SECRET).with(Taint::REQUEST));
            if data.taint != Taint::NOTHING {
                data.setting = None;
            }
            switch(data, site);
        }
        value
    }
}

/// What a comparison yields, where it shows nothing of the caller.
fn compared<'a>(left: &Value<'a>, right: &Value<'a>, site: Site) -> Value<'a> {
    let mut value = Value::computed([left, right]);
    if let Value::Data(data) = &mut value {
        // Whether two things are equal tells nobody who the caller is.
        data.taint = data
            .taint
            .without(Taint::CREDENTIAL.with(Taint::SECRET).with(Taint::REQUEST));
        // `setting == "x"` is a switch; a setting compared with what the caller wrote is none.
        if left
            .taint()
            .with(right.taint())
            .has(Taint::CREDENTIAL.with(Taint::CALLER).with(Taint::IDENTITY))
        {
            data.setting = None;
        }
        switch(data, site);
    }
    value
}

/// A test of a setting is a switch of its own: `mode == "dev"` and `mode == "test"` can both be false.
fn switch(data: &mut Data, site: Site) {
    if let Some(setting) = &data.setting {
        data.setting = Some(Rc::new(Setting {
            test: Some(site),
            ..(**setting).clone()
        }));
    }
}

/// Whether two constants are equal; `None` where one of them is not known.
pub(crate) fn constant_equal(left: &Value<'_>, right: &Value<'_>) -> Option<bool> {
    match (left, right) {
        (Value::Str(left), Value::Str(right)) => Some(left == right),
        (Value::Int(left), Value::Int(right)) => Some(left == right),
        (Value::Bool(left), Value::Bool(right)) => Some(left == right),
        (Value::None, Value::None) => Some(true),
        (Value::None, Value::Str(_) | Value::Int(_) | Value::Bool(_))
        | (Value::Str(_) | Value::Int(_) | Value::Bool(_), Value::None) => Some(false),
        _ => None,
    }
}

/// Whether a caller who presents this has shown something: a setting, or a literal long enough to be a key.
fn secret(value: &Value<'_>) -> bool {
    match value {
        Value::Str(text) => text.len() >= 12 && !text.contains(' ') && !text.ends_with('/'),
        // A member of something that was not read: `settings.api_key`.
        Value::External(name) => name.contains('.'),
        other => other.taint().has(Taint::SECRET),
    }
}

/// The column that a value stands for: of a mapped class, or of a class that was not read (`Session.token`).
fn column_of(value: &Value<'_>) -> Option<(Rc<str>, Rc<str>)> {
    match value {
        Value::Column(table, column) => Some((Rc::clone(table), Rc::clone(column))),
        Value::External(name) => {
            let (class, column) = name.rsplit_once('.')?;
            let class = class.rsplit('.').next()?;
            let named =
                class.chars().next()?.is_uppercase() && class.chars().any(char::is_lowercase);
            (named && column.chars().next()?.is_lowercase()).then(|| (class.into(), column.into()))
        }
        _ => None,
    }
}

/// The dotted path of a name or of members of a name: `token`, `token.credentials`.
pub(crate) fn path_of(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Name(name) => Some(name.id.to_string()),
        Expr::Attribute(attribute) => {
            Some(format!("{}.{}", path_of(&attribute.value)?, attribute.attr))
        }
        _ => None,
    }
}

/// The last two parts of a dotted name, as people say it.
pub(crate) fn short(dotted: &str) -> &str {
    let mut dots = dotted.rmatch_indices('.').map(|(at, _)| at);
    dots.next();
    dots.next().map_or(dotted, |at| &dotted[at + 1..])
}
