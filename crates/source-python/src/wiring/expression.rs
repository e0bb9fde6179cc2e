//! Expressions.

use std::rc::Rc;

use ruff_python_ast::{
    Comprehension, Expr, ExprCall, InterpolatedStringElement, Operator, UnaryOp,
};

use super::Machine;
use super::builtin::{concatenate, equal};
use super::run::Context;
use super::value::{Arguments, Item, Val};

/// Literals longer than this are data, not wiring.
const LITERAL: usize = 600;

/// What stands in a text for a part that could not be told.
pub(super) const UNTOLD: &str = "{?}";

impl<'a> Machine<'a, '_> {
    /// The value of an expression, with the expression itself.
    pub(super) fn item(&mut self, context: &Context<'a>, expr: &'a Expr) -> Item<'a> {
        Item {
            val: self.eval(context, expr),
            thunk: Some(self.thunk(context, expr)),
        }
    }

    /// The value of an expression.
    pub(super) fn eval(&mut self, context: &Context<'a>, expr: &'a Expr) -> Val<'a> {
        if self.budget == 0 {
            return Val::Opaque;
        }
        self.budget -= 1;
        match expr {
            Expr::Name(node) => self.name(context, &node.id),
            Expr::Attribute(node) => {
                let on = self.eval(context, &node.value);
                self.attribute(context, &on, &node.attr)
            }
            Expr::Call(node) => self.eval_call(context, node, expr),
            Expr::StringLiteral(node) => Val::text(node.value.to_str()),
            Expr::FString(node) => self.interpolate(context, node),
            Expr::BooleanLiteral(node) => Val::Bool(node.value),
            Expr::NoneLiteral(_) => Val::None,
            Expr::List(node) => self.sequence(context, &node.elts),
            Expr::Tuple(node) => self.sequence(context, &node.elts),
            Expr::Set(node) => self.sequence(context, &node.elts),
            Expr::Dict(node) if node.items.len() <= LITERAL => {
                let mut entries = Vec::new();
                for entry in &node.items {
                    match &entry.key {
                        Some(key) => {
                            let key = self.eval(context, key);
                            let item = self.item(context, &entry.value);
                            entries.push((key, item));
                        }
                        None => match self.eval(context, &entry.value) {
                            Val::Dict(more) => entries.extend(more.borrow().iter().cloned()),
                            _ => return Val::Opaque,
                        },
                    }
                }
                Val::Dict(Rc::new(entries.into()))
            }
            Expr::BinOp(node) => {
                let left = self.eval(context, &node.left);
                let right = self.eval(context, &node.right);
                match node.op {
                    Operator::Add => concatenate(&left, &right),
                    _ => Val::Opaque,
                }
            }
            Expr::BoolOp(node) => self.either(context, node),
            Expr::UnaryOp(node) if node.op == UnaryOp::Not => {
                match self.eval(context, &node.operand).truth() {
                    Some(value) => Val::Bool(!value),
                    None => Val::Opaque,
                }
            }
            Expr::Compare(node) => {
                let left = self.eval(context, &node.left);
                match (&node.ops[..], &node.comparators[..]) {
                    ([op], [right]) => {
                        let right = self.eval(context, right);
                        super::builtin::compare(*op, &left, &right)
                    }
                    _ => Val::Opaque,
                }
            }
            Expr::If(node) => match self.test(context, &node.test) {
                Some(true) => self.eval(context, &node.body),
                Some(false) => self.eval(context, &node.orelse),
                None => {
                    let body = self.eval(context, &node.body);
                    let orelse = self.eval(context, &node.orelse);
                    match (&body, &orelse) {
                        (Val::None | Val::Opaque, _) => orelse,
                        _ => body,
                    }
                }
            },
            Expr::Subscript(node) => {
                let on = self.eval(context, &node.value);
                let key = self.eval(context, &node.slice);
                self.subscript(&on, &key, &node.slice)
            }
            Expr::Await(node) => self.eval(context, &node.value),
            Expr::Starred(node) => self.eval(context, &node.value),
            Expr::Named(node) => {
                let item = self.item(context, &node.value);
                let val = item.val.clone();
                self.assign(context, &node.target, item);
                val
            }
            Expr::ListComp(node) => self.comprehend(context, &node.elt, &node.generators),
            Expr::SetComp(node) => self.comprehend(context, &node.elt, &node.generators),
            Expr::Generator(node) => self.comprehend(context, &node.elt, &node.generators),
            _ => Val::Opaque,
        }
    }

    fn sequence(&mut self, context: &Context<'a>, elts: &'a [Expr]) -> Val<'a> {
        if elts.len() > LITERAL {
            return Val::Opaque;
        }
        let mut items = Vec::with_capacity(elts.len());
        for elt in elts {
            if let Expr::Starred(starred) = elt {
                let inner = self.item(context, &starred.value);
                match self.items_of(&inner.val) {
                    Some(more) => items.extend(more),
                    None => items.push(inner),
                }
            } else {
                items.push(self.item(context, elt));
            }
        }
        Val::list(items)
    }

    fn either(&mut self, context: &Context<'a>, node: &'a ruff_python_ast::ExprBoolOp) -> Val<'a> {
        let and = node.op == ruff_python_ast::BoolOp::And;
        let mut open = false;
        let mut last = Val::Opaque;
        let mut fallback = None;
        for part in &node.values {
            last = self.eval(context, part);
            match last.truth() {
                Some(value) if value != and => {
                    // It decides, unless something before it may have.
                    return match (open, and) {
                        (true, false) => fallback.unwrap_or(last),
                        _ => last,
                    };
                }
                Some(_) => {}
                None => {
                    open = true;
                    if fallback.is_none() && !matches!(last, Val::Opaque) {
                        fallback = Some(last.clone());
                    }
                }
            }
        }
        if !open {
            return last;
        }
        if and {
            Val::Opaque
        } else {
            fallback.unwrap_or(last)
        }
    }

    fn interpolate(
        &mut self,
        context: &Context<'a>,
        node: &'a ruff_python_ast::ExprFString,
    ) -> Val<'a> {
        let mut text = String::new();
        let mut setting = false;
        for part in &node.value {
            let elements = match part {
                ruff_python_ast::FStringPart::Literal(literal) => {
                    text.push_str(literal.as_str());
                    continue;
                }
                ruff_python_ast::FStringPart::FString(inner) => &inner.elements,
            };
            for element in elements {
                match element {
                    InterpolatedStringElement::Literal(literal) => text.push_str(&literal.value),
                    InterpolatedStringElement::Interpolation(inner) => {
                        let val = self.eval(context, &inner.expression);
                        setting |= matches!(val, Val::Setting(_));
                        text.push_str(val.as_text().unwrap_or(UNTOLD));
                    }
                }
            }
        }
        let val = Val::text(&text);
        if setting {
            Val::Setting(Rc::new(val))
        } else {
            val
        }
    }

    fn subscript(&mut self, on: &Val<'a>, key: &Val<'a>, slice: &Expr) -> Val<'a> {
        match on.settled() {
            Val::Dict(entries) => entries
                .borrow()
                .iter()
                .rev()
                .find(|(known, _)| equal(known, key) == Some(true))
                .map_or(Val::Opaque, |(_, item)| item.val.clone()),
            Val::List(items) => match slice {
                Expr::NumberLiteral(number) => number
                    .value
                    .as_int()
                    .and_then(ruff_python_ast::Int::as_usize)
                    .and_then(|at| items.borrow().get(at).map(|item| item.val.clone()))
                    .unwrap_or(Val::Opaque),
                _ => Val::Opaque,
            },
            Val::External(name) => Val::External(std::rc::Rc::clone(name)),
            Val::Class(class) => Val::Class(class.clone()),
            _ => Val::Opaque,
        }
    }

    fn comprehend(
        &mut self,
        context: &Context<'a>,
        elt: &'a Expr,
        generators: &'a [Comprehension],
    ) -> Val<'a> {
        let [generator] = generators else {
            return Val::Opaque;
        };
        let over = self.eval(context, &generator.iter);
        let Some(items) = self.items_of(&over) else {
            return Val::Opaque;
        };
        let mut made = Vec::new();
        for item in items.into_iter().take(LITERAL) {
            let within = Context {
                module: context.module,
                scope: Some(self.scope(context.scope.clone(), None)),
            };
            self.assign(&within, &generator.target, item);
            let kept = generator
                .ifs
                .iter()
                .all(|test| self.test(&within, test) != Some(false));
            if kept {
                made.push(self.item(&within, elt));
            }
        }
        Val::list(made)
    }

    /// The items of something that a loop can run over.
    pub(super) fn items_of(&mut self, val: &Val<'a>) -> Option<Vec<Item<'a>>> {
        match val.settled() {
            Val::List(items) => Some(items.borrow().clone()),
            Val::Dict(entries) => Some(
                entries
                    .borrow()
                    .iter()
                    .map(|(key, _)| Item::plain(key.clone()))
                    .collect(),
            ),
            _ => None,
        }
    }

    pub(super) fn arguments(&mut self, context: &Context<'a>, node: &'a ExprCall) -> Arguments<'a> {
        let mut arguments = Arguments::default();
        for argument in &*node.arguments.args {
            if let Expr::Starred(starred) = argument {
                let inner = self.eval(context, &starred.value);
                match self.items_of(&inner) {
                    Some(items) => arguments.positional.extend(items),
                    None => arguments.open = true,
                }
            } else {
                let item = self.item(context, argument);
                arguments.positional.push(item);
            }
        }
        for keyword in &*node.arguments.keywords {
            match &keyword.arg {
                Some(name) => {
                    let item = self.item(context, &keyword.value);
                    arguments.keywords.push((name.as_str().into(), item));
                }
                None => match self.eval(context, &keyword.value).settled() {
                    Val::Dict(entries) => {
                        for (key, item) in entries.borrow().iter() {
                            if let Some(key) = key.as_text() {
                                arguments.keywords.push((key.into(), item.clone()));
                            }
                        }
                    }
                    _ => arguments.open = true,
                },
            }
        }
        arguments
    }

    fn eval_call(&mut self, context: &Context<'a>, node: &'a ExprCall, expr: &'a Expr) -> Val<'a> {
        if let Expr::Name(name) = &*node.func
            && name.id == "super"
        {
            return context
                .scope
                .as_ref()
                .and_then(|scope| scope.receiver.clone())
                .map_or(Val::Opaque, |receiver| Val::Super(Rc::new(receiver)));
        }
        if let Expr::Attribute(attribute) = &*node.func {
            let on = self.eval(context, &attribute.value);
            let arguments = self.arguments(context, node);
            if let Some(val) = self.method_of_value(&on, &attribute.attr, &arguments) {
                return val;
            }
            let callee = self.attribute(context, &on, &attribute.attr);
            return self.call(context, &callee, arguments, expr);
        }
        let callee = self.eval(context, &node.func);
        let arguments = self.arguments(context, node);
        self.call(context, &callee, arguments, expr)
    }
}
