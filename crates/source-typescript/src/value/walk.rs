use std::rc::Rc;

use oxc_ast::ast::{BinaryOperator, ChainElement, Expression, LogicalOperator};
use oxc_span::GetSpan;

use super::{Applied, At, Chain, Env, Frame, Root, Step, Tracer};
use crate::{module::ModuleId, project::FunctionRef};

/// Expressions looked at for one question; beyond, the answer is what was found so far.
const STEPS: usize = 3000;
/// Expressions inside one another.
const DEPTH: usize = 80;
/// Names and calls still to be applied: more than a person writes, so the expression leads back to itself.
const LONGEST_PATH: usize = 16;
/// Methods of strings, responses and promises whose result stands for the same value.
const SAME: [&str; 13] = [
    "replace",
    "replaceAll",
    "trim",
    "trimEnd",
    "trimStart",
    "toString",
    "valueOf",
    "toLowerCase",
    "catch",
    "finally",
    "bind",
    "clone",
    "padEnd",
];

/// One question: what does this expression stand for?
pub(super) struct Walk<'t, 'p, 'a> {
    pub(super) tracer: &'t Tracer<'p, 'a>,
    /// Whether a parameter without known argument is followed to every caller.
    pub(super) callers: bool,
    steps: usize,
    depth: usize,
    open: Vec<(usize, usize, usize)>,
    pub(super) found: Vec<Chain<'a>>,
}

/// The steps still to be applied, next step last.
pub(super) type Path<'a> = Vec<Step<'a>>;

impl<'t, 'p, 'a> Walk<'t, 'p, 'a> {
    pub(super) fn new(tracer: &'t Tracer<'p, 'a>, callers: bool) -> Self {
        Self {
            tracer,
            callers,
            steps: 0,
            depth: 0,
            open: Vec::new(),
            found: Vec::new(),
        }
    }

    /// Follows `at` with `path` still to be applied.
    pub(super) fn follow(&mut self, at: &At<'a>, path: Path<'a>) {
        self.steps += 1;
        let address = std::ptr::from_ref(at.expression).addr();
        let key = (
            address,
            path.len(),
            at.env.as_ref().map_or(0, |env| Rc::as_ptr(env).addr()),
        );
        if self.steps > STEPS
            || !self.tracer.spend()
            || self.depth > DEPTH
            || path.len() > LONGEST_PATH
            || self.open.contains(&key)
        {
            return;
        }
        self.open.push(key);
        self.depth += 1;
        self.expression(at, path);
        self.depth -= 1;
        self.open.pop();
    }

    fn sub(at: &At<'a>, expression: &'a Expression<'a>) -> At<'a> {
        At {
            expression,
            module: at.module,
            env: at.env.clone(),
        }
    }

    fn expression(&mut self, at: &At<'a>, mut path: Path<'a>) {
        let expression = at.expression.get_inner_expression();
        match expression {
            Expression::AwaitExpression(awaited) => {
                self.follow(&Self::sub(at, &awaited.argument), path);
            }
            Expression::Identifier(name) => self.identifier(name.name.as_str(), at, path),
            Expression::StaticMemberExpression(member) => {
                path.push(Step::Name(member.property.name.as_str()));
                self.follow(&Self::sub(at, &member.object), path);
            }
            Expression::PrivateFieldExpression(member) => {
                path.push(Step::Name(member.field.name.as_str()));
                self.follow(&Self::sub(at, &member.object), path);
            }
            Expression::ComputedMemberExpression(member) => {
                path.push(Step::Name(
                    self.tracer
                        .computed_name(&Self::sub(at, &member.expression)),
                ));
                self.follow(&Self::sub(at, &member.object), path);
            }
            Expression::ChainExpression(chain) => match &chain.expression {
                ChainElement::CallExpression(call) => self.call(
                    at,
                    call.span.start,
                    &call.callee,
                    Applied::new(&call.arguments, at.module, call.span.start, &at.env),
                    path,
                ),
                ChainElement::StaticMemberExpression(member) => {
                    path.push(Step::Name(member.property.name.as_str()));
                    self.follow(&Self::sub(at, &member.object), path);
                }
                ChainElement::ComputedMemberExpression(member) => {
                    path.push(Step::Name(
                        self.tracer
                            .computed_name(&Self::sub(at, &member.expression)),
                    ));
                    self.follow(&Self::sub(at, &member.object), path);
                }
                ChainElement::PrivateFieldExpression(member) => {
                    path.push(Step::Name(member.field.name.as_str()));
                    self.follow(&Self::sub(at, &member.object), path);
                }
                ChainElement::TSNonNullExpression(inner) => {
                    self.follow(&Self::sub(at, &inner.expression), path);
                }
            },
            Expression::CallExpression(call) => {
                self.call(
                    at,
                    call.span.start,
                    &call.callee,
                    Applied::new(&call.arguments, at.module, call.span.start, &at.env),
                    path,
                );
            }
            Expression::NewExpression(call) => {
                path.push(Step::Call(Applied::new(
                    &call.arguments,
                    at.module,
                    call.span.start,
                    &at.env,
                )));
                self.follow(&Self::sub(at, &call.callee), path);
            }
            Expression::ImportExpression(import) => match &import.source {
                Expression::StringLiteral(specifier) => {
                    self.require(at, specifier.value.as_str(), path);
                }
                _ => self.emit(Root::Unknown("a computed import"), at, path),
            },
            Expression::ConditionalExpression(conditional) => {
                self.follow(&Self::sub(at, &conditional.consequent), path.clone());
                self.follow(&Self::sub(at, &conditional.alternate), path);
            }
            Expression::LogicalExpression(logical) => {
                if logical.operator != LogicalOperator::And {
                    self.follow(&Self::sub(at, &logical.left), path.clone());
                }
                self.follow(&Self::sub(at, &logical.right), path);
            }
            Expression::AssignmentExpression(assignment) => {
                self.follow(&Self::sub(at, &assignment.right), path);
            }
            Expression::SequenceExpression(sequence) => {
                if let Some(last) = sequence.expressions.last() {
                    self.follow(&Self::sub(at, last), path);
                }
            }
            Expression::ObjectExpression(object) => self.object(at, &object.properties, path),
            Expression::ArrayExpression(array) => self.array(at, &array.elements, path),
            Expression::ArrowFunctionExpression(function) => {
                self.function_expression(at, function.span.start, path);
            }
            Expression::FunctionExpression(function) => {
                self.function_expression(at, function.span.start, path);
            }
            Expression::ClassExpression(class) => {
                match self.tracer.project.modules[at.module].class_at(class.span.start) {
                    Some(class) => self.class(at.module, class, &at.env, path),
                    None => self.emit(Root::Unknown("a class"), at, path),
                }
            }
            Expression::ThisExpression(this) => {
                match self.tracer.project.modules[at.module].enclosing_class(this.span.start) {
                    Some(class) => self.member(at.module, class, &at.env, path, 4),
                    None => self.emit(Root::Unknown("`this` outside a class"), at, path),
                }
            }
            Expression::ImportMeta(_) => self.emit(Root::Global("import.meta"), at, path),
            Expression::BinaryExpression(binary)
                if !matches!(
                    binary.operator,
                    BinaryOperator::Addition | BinaryOperator::Multiplication
                ) => {}
            _ => self.emit(Root::Value(at.clone()), at, path),
        }
    }

    fn identifier(&mut self, name: &'a str, at: &At<'a>, path: Path<'a>) {
        if name == "undefined" {
            return;
        }
        let module = &self.tracer.project.modules[at.module];
        match module.lookup(name, at.expression.get_inner_expression().span().start) {
            Some(binding) => self.binding(at.module, binding, &at.env, path),
            None => self.emit(Root::Global(name), at, path),
        }
    }

    fn call(
        &mut self,
        at: &At<'a>,
        position: u32,
        callee: &'a Expression<'a>,
        applied: Rc<Applied<'a>>,
        mut path: Path<'a>,
    ) {
        let callee = callee.get_inner_expression();
        let object = match callee {
            Expression::StaticMemberExpression(member) => {
                Some((&member.object, member.property.name.as_str()))
            }
            _ => None,
        };
        match (object, applied.first()) {
            (Some((object, "then")), Some(callback)) => {
                let resolved = Applied {
                    arguments: vec![Some(Self::sub(at, object))],
                    module: at.module,
                    position,
                };
                path.push(Step::Call(Rc::new(resolved)));
                return self.follow(&callback.clone(), path);
            }
            (Some((object, "concat")), _) => {
                self.follow(&Self::sub(at, object), path.clone());
                return self.argument(&applied, 0, path);
            }
            (Some((object, name)), _) if SAME.contains(&name) => {
                return self.follow(&Self::sub(at, object), path);
            }
            _ => {}
        }
        if let (Expression::Identifier(name), Some(Expression::StringLiteral(specifier))) =
            (callee, applied.first().map(|at| at.expression))
            && name.name.as_str() == "require"
        {
            return self.require(at, specifier.value.as_str(), path);
        }
        path.push(Step::Call(applied));
        self.follow(&Self::sub(at, callee), path);
    }

    fn function_expression(&mut self, at: &At<'a>, start: u32, path: Path<'a>) {
        match self.tracer.project.modules[at.module].function_at(start) {
            Some(function) => self.apply(
                FunctionRef {
                    module: at.module,
                    function,
                },
                at.env.clone(),
                path,
            ),
            None => self.emit(Root::Unknown("a function"), at, path),
        }
    }

    /// Applies the next step to a function: a call is followed into what it returns.
    pub(super) fn apply(&mut self, function: FunctionRef, env: Env<'a>, mut path: Path<'a>) {
        let record = &self.tracer.project.modules[function.module].functions[function.function];
        match path.pop() {
            None => self.emit_at(
                Root::Function(function, env),
                function.module,
                record.span.start,
                path,
            ),
            Some(Step::Call(applied)) => {
                let env = Some(Rc::new(Frame {
                    function,
                    applied,
                    next: env,
                }));
                for expression in &record.returns {
                    self.follow(
                        &At {
                            expression,
                            module: function.module,
                            env: env.clone(),
                        },
                        path.clone(),
                    );
                }
            }
            Some(step) => {
                path.push(step);
                self.emit_at(
                    Root::Unknown("a member of a function"),
                    function.module,
                    record.span.start,
                    path,
                );
            }
        }
    }

    pub(super) fn emit(&mut self, root: Root<'a>, at: &At<'a>, path: Path<'a>) {
        self.emit_at(root, at.module, at.position(), path);
    }

    /// Ends here, unless the root is a function of the language or of React whose result is known.
    pub(super) fn emit_at(
        &mut self,
        root: Root<'a>,
        module: ModuleId,
        position: u32,
        path: Path<'a>,
    ) {
        let Some(mut path) = self.builtin(&root, module, position, path) else {
            return;
        };
        path.reverse();
        self.found.push(Chain {
            root,
            path,
            module,
            position,
        });
    }
}

/// What is left of `path` after `way`; `None` where `path` goes elsewhere. Names compare without case, as header names do.
pub(super) fn after<'a>(path: &Path<'a>, way: &[&'a str]) -> Option<Path<'a>> {
    let left = path.len().checked_sub(way.len())?;
    let same = path[left..].iter().rev().zip(way).all(|(step, name)| {
        step.name()
            .is_some_and(|step| step.eq_ignore_ascii_case(name))
    });
    same.then(|| path[..left].to_vec())
}
