//! Strings in the source that serve as a key for signing or verifying.

use std::rc::Rc;

use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::Ranged as _;

use super::signature::calls;
use super::verification::enclosing;
use crate::facts::LiteralSecret;
use crate::flow::{Engine, Member, Node, Value, site};
use crate::thunk::Thunk;
use crate::tree::{Definition, ModuleId};
use betroth_report::Place;

#[rustfmt::skip]
const KEYED: &[&str] = &[
    "jwt.encode", "jwt.decode", "jose.jwt.encode", "jose.jwt.decode", "jose.jws.sign", "jose.jws.verify", "joserfc.jwt.encode",
    "joserfc.jwt.decode", "authlib.jose.jwt.encode", "authlib.jose.jwt.decode", "hmac.new",
];

/// How many names are followed from a key to its literal.
const HOPS: usize = 8;

/// The literals that reach the key of a signature or verification.
pub(super) fn literal_secrets(engine: &mut Engine<'_, '_>) -> Vec<LiteralSecret> {
    let mut found: Vec<LiteralSecret> = Vec::new();
    for word in ["encode(", "decode(", "new("] {
        for (module, call) in calls(engine, word, KEYED) {
            let at = usize::from(word != "new(");
            let key = call
                .arguments
                .find_keyword("key")
                .map(|keyword| &keyword.value)
                .or_else(|| call.arguments.find_positional(at));
            let Some(key) = key else { continue };
            let used = engine.place(site(module, call.range()));
            let mut trace = Trace {
                engine,
                used: &used,
                found: &mut found,
            };
            trace.follow(module, key, None, HOPS);
        }
    }
    found.sort_by(|a, b| a.place.cmp(&b.place));
    found.dedup_by(|a, b| a.place == b.place);
    found
}

/// Whether a statement gives a name a value.
fn assigns(node: &ruff_python_ast::StmtAssign, name: &str) -> bool {
    let mut targets = node.targets.iter();
    targets.any(|target| matches!(target, Expr::Name(found) if found.id == name))
}

/// Whether a test is true where a name holds nothing: `not secret`, `secret is None`.
fn is_lacking(test: &Expr, name: &str) -> bool {
    let is_name = |expr: &Expr| matches!(expr, Expr::Name(found) if found.id == name);
    match test {
        Expr::UnaryOp(node) => node.op == ruff_python_ast::UnaryOp::Not && is_name(&node.operand),
        Expr::Compare(node) => {
            matches!(&*node.ops, [ruff_python_ast::CmpOp::Is])
                && is_name(&node.left)
                && matches!(&*node.comparators, [Expr::NoneLiteral(_)])
        }
        _ => false,
    }
}

/// The variable of a setting that is read as an attribute: `settings.api_secret.get_secret_value()`.
fn setting(value: &Expr) -> Option<String> {
    match value {
        Expr::Call(call) => match &*call.func {
            Expr::Attribute(attribute) if call.arguments.is_empty() => setting(&attribute.value),
            _ => None,
        },
        Expr::Attribute(attribute) => Some(attribute.attr.to_uppercase()),
        _ => None,
    }
}

struct Trace<'e, 'a, 't> {
    engine: &'e mut Engine<'a, 't>,
    used: &'e Place,
    found: &'e mut Vec<LiteralSecret>,
}

impl<'a> Trace<'_, 'a, '_> {
    /// Follows an expression to the literals that it can be.
    fn follow(&mut self, module: ModuleId, expr: &'a Expr, name: Option<&str>, hops: usize) {
        if hops == 0 {
            return;
        }
        match expr {
            Expr::StringLiteral(text) => {
                self.literal(module, expr, text.value.to_str(), name, None);
            }
            Expr::BytesLiteral(_) => self.literal(module, expr, "bytes", name, None),
            Expr::BoolOp(node) => {
                // `os.getenv("X") or "literal"`: the literal is the default of the variable.
                let variable = node
                    .values
                    .iter()
                    .find_map(|value| self.variable(module, value));
                for value in &node.values {
                    match (value, &variable) {
                        (Expr::StringLiteral(text), Some(variable)) => {
                            self.literal(
                                module,
                                value,
                                text.value.to_str(),
                                name,
                                Some(variable.clone()),
                            );
                        }
                        _ => self.follow(module, value, name, hops - 1),
                    }
                }
            }
            Expr::If(node) => {
                self.follow(module, &node.body, name, hops - 1);
                self.follow(module, &node.orelse, name, hops - 1);
            }
            Expr::Name(node) => self.name(module, expr, &node.id, hops),
            Expr::Attribute(node) => self.attribute(module, &node.value, &node.attr, hops),
            Expr::Call(call) => self.call(module, call, name, hops),
            Expr::Subscript(_) => {}
            _ => {}
        }
    }

    fn name(&mut self, module: ModuleId, at: &'a Expr, name: &'a str, hops: usize) {
        if let Some(function) = enclosing(self.engine.tree, site(module, at.range())) {
            let mut open: Vec<&'a Stmt> = function.body.iter().collect();
            let mut local = false;
            while let Some(statement) = open.pop() {
                match statement {
                    Stmt::Assign(node) if assigns(node, name) => {
                        local = true;
                        self.follow(module, &node.value, Some(name), hops - 1);
                    }
                    // `if not secret: secret = "literal"`: the literal stands in for what the name held before.
                    Stmt::If(node) if is_lacking(&node.test, name) => {
                        let held = function.body.iter().find_map(|statement| match statement {
                            Stmt::Assign(node) if assigns(node, name) => setting(&node.value),
                            _ => None,
                        });
                        for statement in &node.body {
                            if let Stmt::Assign(node) = statement
                                && assigns(node, name)
                                && let Expr::StringLiteral(text) = &*node.value
                            {
                                local = true;
                                let text = text.value.to_str();
                                self.literal(module, &node.value, text, Some(name), held.clone());
                            }
                        }
                    }
                    Stmt::If(node) => open.extend(&node.body),
                    Stmt::Try(node) => open.extend(&node.body),
                    Stmt::With(node) => open.extend(&node.body),
                    _ => {}
                }
            }
            if local {
                return;
            }
            if let Some(parameter) = function
                .parameters
                .iter_non_variadic_params()
                .find(|parameter| parameter.parameter.name.as_str() == name)
            {
                if let Some(default) = &parameter.default {
                    self.follow(module, default, Some(name), hops - 1);
                }
                let given = super::caller::given(self.engine.tree, module, function, name);
                for (module, value) in given {
                    self.follow(module, value, Some(name), hops - 1);
                }
                return;
            }
        }
        for definition in self.engine.tree.name(module, name) {
            if let Definition::Variable(module, expr) = definition {
                self.follow(module, expr, Some(name), hops - 1);
            }
        }
    }

    fn attribute(&mut self, module: ModuleId, on: &'a Expr, name: &'a str, hops: usize) {
        let value = match on {
            Expr::Name(node) if node.id == "self" => {
                let Some(class) = self.class_around(module, on) else {
                    return;
                };
                Value::Class(module, Node(class))
            }
            Expr::Name(node) => match self.parameter(module, on, &node.id) {
                Some(value) => value,
                None => self.engine.value_of(&Thunk::at_top(module, on)),
            },
            _ => self.engine.value_of(&Thunk::at_top(module, on)),
        };
        match value {
            Value::Module(of) => {
                for definition in self.engine.tree.name(of, name) {
                    if let Definition::Variable(module, expr) = definition {
                        self.follow(module, expr, Some(name), hops - 1);
                    }
                }
            }
            Value::Class(of, class) => self.member(of, class, name, hops),
            Value::Instance(instance) => self.member(instance.module, instance.class, name, hops),
            _ => {}
        }
    }

    /// An object that a parameter's annotation or `Depends(factory)` names.
    fn parameter(&mut self, module: ModuleId, at: &'a Expr, name: &str) -> Option<Value<'a>> {
        let function = enclosing(self.engine.tree, site(module, at.range()))?;
        let parameter = function
            .parameters
            .iter_non_variadic_params()
            .find(|parameter| parameter.parameter.name.as_str() == name)?;
        let annotation = parameter.parameter.annotation.as_deref()?;
        match self.engine.value_of(&Thunk::at_top(module, annotation)) {
            value @ Value::Class(..) => Some(value),
            _ => None,
        }
    }

    fn member(
        &mut self,
        module: ModuleId,
        class: Node<'a, ruff_python_ast::StmtClassDef>,
        name: &'a str,
        hops: usize,
    ) {
        let settings = self.engine.settings(module, class);
        if let Some(found) = self.engine.find(module, class, name) {
            match found.member {
                Member::Value(expr) => match expr {
                    Expr::StringLiteral(text) if settings => self.literal(
                        found.module,
                        expr,
                        text.value.to_str(),
                        Some(name),
                        Some(name.to_uppercase()),
                    ),
                    Expr::Call(call) if settings => {
                        let default = call
                            .arguments
                            .find_keyword("default")
                            .map(|keyword| &keyword.value)
                            .or_else(|| call.arguments.find_positional(0));
                        match default {
                            Some(expr @ Expr::StringLiteral(text)) => self.literal(
                                found.module,
                                expr,
                                text.value.to_str(),
                                Some(name),
                                Some(name.to_uppercase()),
                            ),
                            _ => self.follow(found.module, expr, Some(name), hops - 1),
                        }
                    }
                    _ => self.follow(found.module, expr, Some(name), hops - 1),
                },
                Member::Function(node) => {
                    for statement in &node.body {
                        if let Stmt::Return(returned) = statement
                            && let Some(value) = &returned.value
                        {
                            self.follow(found.module, value, Some(name), hops - 1);
                        }
                    }
                }
                Member::Declared => {}
            }
            return;
        }
        // `self.secret = …` in `__init__`.
        for statement in &class.0.body {
            let Stmt::FunctionDef(init) = statement else {
                continue;
            };
            if init.name.as_str() != "__init__" {
                continue;
            }
            for statement in &init.body {
                if let Stmt::Assign(node) = statement
                    && node.targets.iter().any(|target| matches!(target, Expr::Attribute(found) if found.attr.as_str() == name))
                {
                    self.follow(module, &node.value, Some(name), hops - 1);
                }
            }
        }
    }

    fn call(
        &mut self,
        module: ModuleId,
        call: &'a ruff_python_ast::ExprCall,
        name: Option<&str>,
        hops: usize,
    ) {
        if let Some(variable) = self.environment(module, call) {
            let default = call
                .arguments
                .find_keyword("default")
                .map(|keyword| &keyword.value)
                .or_else(|| call.arguments.find_positional(1));
            match default {
                Some(expr @ Expr::StringLiteral(text)) => {
                    self.literal(
                        module,
                        expr,
                        text.value.to_str(),
                        name.or(Some(&variable)),
                        Some(variable.clone()),
                    );
                }
                Some(expr) => self.follow(module, expr, Some(&variable), hops - 1),
                None => {}
            }
            return;
        }
        match &*call.func {
            // `key.encode()`, `secret.get_secret_value()`, `key.strip()`: of what stands before.
            Expr::Attribute(attribute) if call.arguments.args.len() < 2 => {
                self.follow(module, &attribute.value, name, hops - 1);
            }
            Expr::Name(wrapper) if matches!(wrapper.id.as_str(), "SecretStr" | "str" | "bytes") => {
                if let Some(inner) = call.arguments.find_positional(0) {
                    self.follow(module, inner, name, hops - 1);
                }
            }
            Expr::Name(function) => {
                for definition in self.engine.tree.name(module, &function.id) {
                    if let Definition::Function(module, node) = definition {
                        for statement in &node.body {
                            if let Stmt::Return(returned) = statement
                                && let Some(value) = &returned.value
                            {
                                self.follow(module, value, name, hops - 1);
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }

    /// The environment variable that an expression reads.
    fn variable(&mut self, module: ModuleId, expr: &'a Expr) -> Option<String> {
        match expr {
            Expr::Call(call) => self.environment(module, call),
            _ => None,
        }
    }

    fn environment(
        &mut self,
        module: ModuleId,
        call: &'a ruff_python_ast::ExprCall,
    ) -> Option<String> {
        let callee: Rc<str> = match self.engine.value_of(&Thunk::at_top(module, &call.func)) {
            Value::External(name) => name,
            Value::Member(member) => match &member.0 {
                Value::External(on) => format!("{on}.{}", member.1).into(),
                _ => return None,
            },
            _ => return None,
        };
        if !matches!(
            &*callee,
            "os.getenv" | "os.environ.get" | "decouple.config" | "starlette.config.Config"
        ) {
            return None;
        }
        match call.arguments.find_positional(0) {
            Some(Expr::StringLiteral(text)) => Some(text.value.to_str().to_owned()),
            _ => None,
        }
    }

    fn class_around(
        &self,
        module: ModuleId,
        at: &Expr,
    ) -> Option<&'a ruff_python_ast::StmtClassDef> {
        self.engine
            .tree
            .module(module)
            .body()
            .iter()
            .find_map(|statement| match statement {
                Stmt::ClassDef(class) if class.range.contains_range(at.range()) => Some(class),
                _ => None,
            })
    }

    fn literal(
        &mut self,
        module: ModuleId,
        at: &Expr,
        text: &str,
        name: Option<&str>,
        default_of: Option<String>,
    ) {
        // An empty default is no secret: nothing can be signed with it unnoticed.
        if text.trim().is_empty() {
            return;
        }
        let place = self.engine.tree.place(module, at);
        if self.found.iter().any(|known| known.place == place) {
            return;
        }
        let refused = self.refused(module, text);
        self.found.push(LiteralSecret {
            name: name.unwrap_or("the key").to_owned(),
            place,
            default_of,
            used_as_key: Some(self.used.clone()),
            refused,
        });
    }

    /// Whether the module compares something with this very literal and raises.
    fn refused(&self, module: ModuleId, text: &str) -> bool {
        let source = self.engine.tree.module(module).text();
        let mut lines = source.lines().peekable();
        while let Some(line) = lines.next() {
            let tests =
                line.trim_start().starts_with("if ") && line.contains(text) && !text.is_empty();
            if tests
                && lines
                    .peek()
                    .is_some_and(|next| next.trim_start().starts_with("raise"))
            {
                return true;
            }
        }
        false
    }
}
