//! Claims of a verified token without which a caller is refused.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{
    BoolOp, CmpOp, Expr, ExprContext, Parameters, Stmt, StmtFunctionDef, UnaryOp,
};
use ruff_text_size::{Ranged as _, TextRange, TextSize};

use super::calls::functions;
use super::verification::enclosing;
use crate::facts::NeededClaim;
use crate::tree::{Definition, ModuleId, Site, Tree};

/// The claims that the function around a verification needs, and those that functions need which are given its answer as it is.
pub(super) fn needed_claims(tree: &Tree<'_>, site: Site) -> Vec<NeededClaim> {
    let Some(function) = enclosing(tree, site) else {
        return Vec::new();
    };
    let at = TextSize::new(site.start);
    let mut found = Vec::new();
    let names = holders(function, |expr| begins_at(expr, at));
    for name in &names {
        needed(tree, site.module, function, name, &mut found);
    }
    if hands_on(function, at, &names) {
        given(tree, function, &mut found);
    }
    found.sort_by(|a, b| a.place.cmp(&b.place));
    found.dedup();
    found
}

/// Whether an expression is the call at a position, behind an `await` too.
fn begins_at(expr: &Expr, at: TextSize) -> bool {
    match expr {
        Expr::Await(node) => begins_at(&node.value, at),
        Expr::Call(call) => call.range().start() == at,
        _ => false,
    }
}

/// The names to which a function assigns an expression, and nothing else.
fn holders(function: &StmtFunctionDef, is_it: impl Fn(&Expr) -> bool) -> Vec<String> {
    struct Assigned<'a, F> {
        is_it: F,
        names: Vec<(&'a str, bool)>,
    }
    impl<'a, F: Fn(&Expr) -> bool> Visitor<'a> for Assigned<'a, F> {
        fn visit_stmt(&mut self, statement: &'a Stmt) {
            match statement {
                Stmt::Assign(node) => {
                    for target in &node.targets {
                        if let Expr::Name(name) = target {
                            self.names
                                .push((name.id.as_str(), (self.is_it)(&node.value)));
                        }
                    }
                }
                Stmt::AnnAssign(node) => {
                    if let (Expr::Name(name), Some(value)) = (&*node.target, &node.value) {
                        self.names.push((name.id.as_str(), (self.is_it)(value)));
                    }
                }
                _ => {}
            }
            visitor::walk_stmt(self, statement);
        }
    }
    let mut assigned = Assigned {
        is_it,
        names: Vec::new(),
    };
    assigned.visit_body(&function.body);
    let names = assigned.names;
    let only = |name: &str| names.iter().all(|(known, is)| *known != name || *is);
    let held = names.iter().filter(|(name, is)| *is && only(name));
    let mut held: Vec<String> = held.map(|(name, _)| (*name).to_owned()).collect();
    held.dedup();
    held
}

/// Whether a function returns the answer of a verification as it is, and nothing else.
fn hands_on(function: &StmtFunctionDef, at: TextSize, names: &[String]) -> bool {
    struct Returns<'a>(Vec<&'a Expr>);
    impl<'a> Visitor<'a> for Returns<'a> {
        fn visit_stmt(&mut self, statement: &'a Stmt) {
            if let Stmt::Return(node) = statement
                && let Some(value) = node.value.as_deref()
            {
                self.0.push(value);
            }
            visitor::walk_stmt(self, statement);
        }
    }
    let mut returns = Returns(Vec::new());
    returns.visit_body(&function.body);
    let answer = |expr: &&Expr| match expr {
        Expr::Name(name) => names.iter().any(|known| *known == name.id.as_str()),
        expr => begins_at(expr, at),
    };
    let told = |expr: &&&Expr| !matches!(expr, Expr::NoneLiteral(_));
    let mut values = returns.0.iter().filter(told).peekable();
    values.peek().is_some() && values.all(answer)
}

/// The claims needed by the functions of the tree that call a function, or depend on it, and keep its answer in a name.
fn given(tree: &Tree<'_>, of: &StmtFunctionDef, found: &mut Vec<NeededClaim>) {
    for id in tree.ids() {
        if !tree.module(id).text().contains(of.name.as_str()) {
            continue;
        }
        let is_it = |expr: &Expr| {
            tree.named(id, expr)
                .iter()
                .any(|it| matches!(it, Definition::Function(_, node) if std::ptr::eq(*node, of)))
        };
        let called = |expr: &Expr| {
            let expr = match expr {
                Expr::Await(node) => &*node.value,
                other => other,
            };
            matches!(expr, Expr::Call(call) if is_it(&call.func))
        };
        for function in functions(tree.module(id).body()) {
            let mut names = holders(function, called);
            names.extend(injected(&function.parameters, is_it));
            for name in names {
                needed(tree, id, function, &name, found);
            }
        }
    }
}

/// The parameters whose default is `Depends(…)` of a function.
fn injected(parameters: &Parameters, is_it: impl Fn(&Expr) -> bool) -> Vec<String> {
    let depends = |expr: &Expr| {
        matches!(expr, Expr::Call(call) if matches!(&*call.func, Expr::Name(name) if name.id == "Depends")
            && call.arguments.args.first().is_some_and(&is_it))
    };
    let all = parameters.iter_non_variadic_params();
    let held = all.filter(|it| it.default.as_deref().is_some_and(depends));
    held.map(|it| it.parameter.name.to_string()).collect()
}

/// `claims["name"]`, and `value = claims.get("name")` where a function raises unless `value` is there.
fn needed(
    tree: &Tree<'_>,
    module: ModuleId,
    function: &StmtFunctionDef,
    claims: &str,
    found: &mut Vec<NeededClaim>,
) {
    let mut reads = Reads {
        claims,
        asked: Vec::new(),
        taken: Vec::new(),
        got: Vec::new(),
        refused: Vec::new(),
    };
    reads.visit_body(&function.body);
    let asked = std::mem::take(&mut reads.asked);
    let got = reads.got.iter().filter(|(_, value, _)| {
        // A name that is given another value too may be there without the claim.
        let only = reads
            .got
            .iter()
            .filter(|(_, known, _)| known == value)
            .count()
            == 1;
        only && reads.refused.contains(value)
    });
    let got = got.filter_map(|(claim, _, range)| Some(((*claim)?, *range)));
    let all = reads.taken.iter().copied().chain(got);
    found.extend(
        all.filter(|(name, _)| !asked.contains(name))
            .map(|(name, range)| NeededClaim {
                name: name.to_owned(),
                place: tree.place(module, &range),
            }),
    );
}

struct Reads<'a, 'n> {
    claims: &'n str,
    /// Claims of which it is asked whether they are there.
    asked: Vec<&'a str>,
    /// Claims taken by `[…]`, which raises where there is none.
    taken: Vec<(&'a str, TextRange)>,
    /// Names that are given a value, each with the claim where that is one asked for by `get`.
    got: Vec<(Option<&'a str>, &'a str, TextRange)>,
    /// Names without whose values the function raises.
    refused: Vec<&'a str>,
}

impl<'a> Reads<'a, '_> {
    fn is_claims(&self, expr: &Expr) -> bool {
        matches!(expr, Expr::Name(name) if name.id == self.claims)
    }

    /// `claims.get("name")`, without anything to take in its place.
    fn get(&self, expr: &'a Expr) -> Option<&'a str> {
        let Expr::Call(call) = expr else { return None };
        let Expr::Attribute(attribute) = &*call.func else {
            return None;
        };
        let alone = call.arguments.args.len() == 1 && call.arguments.keywords.is_empty();
        (attribute.attr.as_str() == "get" && alone && self.is_claims(&attribute.value))
            .then(|| literal(&call.arguments.args[0]))
            .flatten()
    }

    fn assigns(&mut self, target: &'a Expr, value: &'a Expr) {
        let Expr::Name(name) = target else { return };
        let claim = self.get(value);
        self.got.push((claim, name.id.as_str(), value.range()));
    }
}

impl<'a> Visitor<'a> for Reads<'a, '_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Assign(node) => {
                for target in &node.targets {
                    self.assigns(target, &node.value);
                }
            }
            Stmt::AnnAssign(node) => {
                if let Some(value) = &node.value {
                    self.assigns(&node.target, value);
                }
            }
            Stmt::If(node) if node.body.iter().any(|it| matches!(it, Stmt::Raise(_))) => {
                absent(&node.test, &mut self.refused);
            }
            _ => {}
        }
        visitor::walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Compare(node)
                if matches!(&*node.ops, [CmpOp::In | CmpOp::NotIn])
                    && node.comparators.iter().any(|it| self.is_claims(it)) =>
            {
                self.asked.extend(literal(&node.left));
            }
            Expr::Subscript(node)
                if matches!(node.ctx, ExprContext::Load) && self.is_claims(&node.value) =>
            {
                let claim = literal(&node.slice);
                self.taken.extend(claim.map(|claim| (claim, node.range())));
            }
            _ => {}
        }
        visitor::walk_expr(self, expr);
    }
}

/// The names one of which is missing where a test holds: of `not a`, `a is None`, and of either by `or`.
fn absent<'a>(test: &'a Expr, names: &mut Vec<&'a str>) {
    match test {
        Expr::UnaryOp(node) if node.op == UnaryOp::Not => {
            if let Expr::Name(name) = &*node.operand {
                names.push(name.id.as_str());
            }
        }
        Expr::Compare(node)
            if matches!(
                (&*node.ops, &*node.comparators),
                ([CmpOp::Is | CmpOp::Eq], [Expr::NoneLiteral(_)])
            ) =>
        {
            if let Expr::Name(name) = &*node.left {
                names.push(name.id.as_str());
            }
        }
        Expr::BoolOp(node) if node.op == BoolOp::Or => {
            for value in &node.values {
                absent(value, names);
            }
        }
        _ => {}
    }
}

fn literal(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::StringLiteral(text) => Some(text.value.to_str()),
        _ => None,
    }
}
