//! Classes of the tree: members through their bases, and the objects made of them.

use std::rc::Rc;

use foldhash::HashSet;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, Stmt, StmtClassDef, StmtFunctionDef};

use super::argument::Arguments;
use super::state::{Locals, State};
use super::value::{Closure, Instance, Node, Scheme, SchemeKind, Source, Value};
use super::{Engine, Exits, Frame, Site, Values};
use crate::tree::ModuleId;

/// A member of a class, with the class of the tree in which it is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found<'a> {
    pub(crate) module: ModuleId,
    pub(crate) class: Node<'a, StmtClassDef>,
    pub(crate) member: Member<'a>,
}

/// What stands in a class body under a name.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Member<'a> {
    Function(&'a StmtFunctionDef),
    Value(&'a Expr),
    /// Annotated without a value.
    Declared,
}

/// How many bases are followed upwards.
const BASES: usize = 12;

impl<'a> Engine<'a, '_> {
    /// The bases of a class, as values.
    pub(crate) fn bases(
        &mut self,
        module: ModuleId,
        class: Node<'a, StmtClassDef>,
    ) -> Vec<Value<'a>> {
        let Some(arguments) = &class.0.arguments else {
            return Vec::new();
        };
        let frame = self.top(module, None);
        arguments
            .args
            .iter()
            .map(|base| {
                let base = match base {
                    Expr::Subscript(generic) => generic.value.as_ref(),
                    other => other,
                };
                super::one(self.eval(&frame, base, State::default(), &mut Exits::default()))
            })
            .collect()
    }

    /// The classes of the tree from which a class descends, itself first.
    pub(crate) fn lineage(
        &mut self,
        module: ModuleId,
        class: Node<'a, StmtClassDef>,
    ) -> Vec<(ModuleId, Node<'a, StmtClassDef>)> {
        let mut line = vec![(module, class)];
        let mut at = 0;
        while at < line.len() && line.len() < BASES {
            let (module, class) = line[at];
            for base in self.bases(module, class) {
                if let Value::Class(module, class) = base
                    && !line.contains(&(module, class))
                {
                    line.push((module, class));
                }
            }
            at += 1;
        }
        line
    }

    /// The bases in other packages, by their dotted names, nearest first.
    pub(crate) fn external_bases(
        &mut self,
        module: ModuleId,
        class: Node<'a, StmtClassDef>,
    ) -> Vec<Rc<str>> {
        let mut names = Vec::new();
        for (module, class) in self.lineage(module, class) {
            for base in self.bases(module, class) {
                match base {
                    Value::External(name) | Value::Made(name) => names.push(name),
                    _ => {}
                }
            }
        }
        names
    }

    pub(crate) fn descends(
        &mut self,
        module: ModuleId,
        class: Node<'a, StmtClassDef>,
        from: Node<'a, StmtClassDef>,
    ) -> bool {
        self.lineage(module, class)
            .iter()
            .any(|(_, ancestor)| *ancestor == from)
    }

    /// Finds a member by name, in the class or the nearest base that has it.
    pub(crate) fn find(
        &mut self,
        module: ModuleId,
        class: Node<'a, StmtClassDef>,
        name: &str,
    ) -> Option<Found<'a>> {
        self.lineage(module, class)
            .into_iter()
            .find_map(|(module, class)| {
                member(class.0, name).map(|member| Found {
                    module,
                    class,
                    member,
                })
            })
    }

    /// Finds a member in the bases that come after `after` in the line of `class`: what `super()` reaches.
    pub(crate) fn find_above(
        &mut self,
        module: ModuleId,
        class: Node<'a, StmtClassDef>,
        after: Node<'a, StmtClassDef>,
        name: &str,
    ) -> Option<Found<'a>> {
        self.lineage(module, class)
            .into_iter()
            .skip_while(|(_, class)| *class != after)
            .skip(1)
            .find_map(|(module, class)| {
                member(class.0, name).map(|member| Found {
                    module,
                    class,
                    member,
                })
            })
    }

    /// A found method bound to its receiver; `None` where the member is no function.
    pub(crate) fn method_of(
        &mut self,
        receiver: &Value<'a>,
        found: &Found<'a>,
    ) -> Option<Value<'a>> {
        let Member::Function(node) = found.member else {
            return None;
        };
        let closure = Closure {
            module: found.module,
            node: Node(node),
            captured: None,
            env: None,
            class: Some((found.module, found.class)),
        };
        if decorated_with(node, "staticmethod") {
            return Some(Value::Function(Rc::new(closure)));
        }
        let receiver = match receiver {
            Value::Instance(instance) if decorated_with(node, "classmethod") => {
                Value::Class(instance.module, instance.class)
            }
            other => other.clone(),
        };
        Some(Value::Method(Rc::new((receiver, closure))))
    }

    /// Whether a class is mapped to a table, so that its attributes are columns.
    pub(crate) fn mapped(&mut self, module: ModuleId, class: Node<'a, StmtClassDef>) -> bool {
        let table = |class: &StmtClassDef| {
            member(class, "__tablename__").is_some()
                || class
                    .arguments
                    .as_ref()
                    .is_some_and(|arguments| arguments.find_keyword("table").is_some())
        };
        self.lineage(module, class)
            .iter()
            .any(|(_, class)| table(class.0))
            || self.external_bases(module, class).iter().any(|base| {
                matches!(
                    base.rsplit('.').next().unwrap_or(base),
                    "SQLModel"
                        | "DeclarativeBase"
                        | "Document"
                        | "declarative_base"
                        | "Base"
                        | "Model"
                )
            })
    }

    /// Whether a class holds settings that the environment fills.
    pub(crate) fn settings(&mut self, module: ModuleId, class: Node<'a, StmtClassDef>) -> bool {
        self.external_bases(module, class)
            .iter()
            .any(|base| base.ends_with("BaseSettings"))
    }

    /// Makes an object of a class.
    pub(crate) fn construct(
        &mut self,
        module: ModuleId,
        class: Node<'a, StmtClassDef>,
        arguments: &Arguments<'a>,
        _site: Site,
        state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        if self
            .external_bases(module, class)
            .iter()
            .any(|base| exception_base(base))
        {
            return vec![(
                state,
                Value::Exception(super::Exception::Own(module, class)),
            )];
        }
        let _ = exits;
        let empty = Value::Instance(Rc::new(Instance {
            module,
            class,
            fields: Vec::new(),
        }));
        let Some(Found {
            module: owner,
            class: written,
            member: Member::Function(node),
        }) = self.find(module, class, "__init__")
        else {
            let mut fields: Vec<(Rc<str>, Value<'a>)> = arguments.keywords.clone();
            for (value, name) in arguments.positional.iter().zip(declared(class.0)) {
                fields.push((name.into(), value.clone()));
            }
            if !arguments.rest.is_empty() {
                // `Model(**claims)`: the object is as trustworthy as what it is made of.
                return vec![(state, Value::computed(arguments.all()))];
            }
            fields.sort_by(|a, b| a.0.cmp(&b.0));
            return vec![(
                state,
                Value::Instance(Rc::new(Instance {
                    module,
                    class,
                    fields,
                })),
            )];
        };
        let closure = Closure {
            module: owner,
            node: Node(node),
            captured: None,
            env: None,
            class: Some((owner, written)),
        };
        let Some(receiver) = node
            .parameters
            .posonlyargs
            .iter()
            .chain(&node.parameters.args)
            .next()
            .map(|p| p.parameter.name.as_str())
        else {
            return vec![(state, empty)];
        };
        let made = self.initialised(&closure, empty, receiver, arguments);
        vec![(state, made)]
    }

    /// The object after `__init__`: fields on which its paths differ are not known.
    fn initialised(
        &mut self,
        closure: &Closure<'a>,
        empty: Value<'a>,
        receiver: &'a str,
        arguments: &Arguments<'a>,
    ) -> Value<'a> {
        let node = closure.node.0;
        if self.calls.contains(&std::ptr::from_ref(node)) || self.calls.len() >= super::DEPTH {
            return empty;
        }
        let mut locals = Locals::default();
        self.bind_parameters(&mut locals, closure, empty.clone(), arguments);
        let frame = Frame {
            module: closure.module,
            captured: None,
            env: None,
            class: closure.class,
            live: self.liveness(node),
            receiver: Some(receiver),
        };
        self.calls.push(std::ptr::from_ref(node));
        let mut exits = Exits::default();
        let start = State {
            locals: Rc::new(locals),
            ..State::default()
        };
        let mut ended = self.body(&frame, &node.body, vec![start], &mut exits);
        self.calls.pop();
        ended.extend(exits.returns.into_iter().map(|(state, _)| state));
        let mut made = ended
            .iter()
            .filter_map(|state| match state.locals.value(receiver) {
                Some(Value::Instance(instance)) => Some(Rc::clone(instance)),
                _ => None,
            });
        let Some(first) = made.next() else {
            return empty;
        };
        let mut instance = (*first).clone();
        for other in made {
            for (name, value) in &mut instance.fields {
                let theirs = other
                    .fields
                    .iter()
                    .find(|(field, _)| field == name)
                    .map(|(_, value)| value);
                if theirs != Some(value) {
                    *value = Value::computed(theirs.into_iter().chain([&*value]));
                }
            }
        }
        Value::Instance(Rc::new(instance))
    }

    /// Fields that a method other than `__init__` assigns: their value depends on what ran before.
    pub(crate) fn mutable(&mut self, class: Node<'a, StmtClassDef>) -> Rc<HashSet<&'a str>> {
        Rc::clone(
            self.mutable
                .entry(std::ptr::from_ref(class.0))
                .or_insert_with(|| {
                    let mut names = HashSet::default();
                    for statement in &class.0.body {
                        if let Stmt::FunctionDef(node) = statement
                            && node.name.as_str() != "__init__"
                        {
                            visitor::walk_body(&mut Assigned(&mut names), &node.body);
                        }
                    }
                    Rc::new(names)
                }),
        )
    }

    /// The security scheme that an object is by its bases, if it is one.
    pub(crate) fn scheme_of(&mut self, instance: &Instance<'a>) -> Option<Scheme> {
        let bases = self.external_bases(instance.module, instance.class);
        let base = bases
            .iter()
            .find_map(|base| scheme_kind(base, &Arguments::default()))?;
        let auto_error = match instance
            .fields
            .iter()
            .find(|(name, _)| name.as_ref() == "auto_error")
        {
            None => Some(true),
            Some((_, Value::Bool(value))) => Some(*value),
            Some(_) => None,
        };
        Some(Scheme {
            kind: base,
            auto_error,
        })
    }
}

/// The kind of scheme that a class of `fastapi.security` is.
pub(crate) fn scheme_kind(dotted: &str, arguments: &Arguments<'_>) -> Option<SchemeKind> {
    if !dotted.starts_with("fastapi.") {
        return None;
    }
    let name = || {
        arguments
            .keyword("name")
            .or_else(|| arguments.positional.first())
            .and_then(Value::text)
            .unwrap_or("")
            .into()
    };
    Some(match dotted.rsplit('.').next()? {
        "HTTPBearer" | "HTTPDigest" | "HTTPBase" => SchemeKind::Bearer,
        "HTTPBasic" => SchemeKind::Basic,
        "OAuth2PasswordBearer" | "OAuth2AuthorizationCodeBearer" | "OAuth2" | "OpenIdConnect" => {
            SchemeKind::Token
        }
        "APIKeyHeader" => SchemeKind::ApiKey(Source::Header, name()),
        "APIKeyCookie" => SchemeKind::ApiKey(Source::Cookie, name()),
        "APIKeyQuery" => SchemeKind::ApiKey(Source::Query, name()),
        _ => return None,
    })
}

fn exception_base(dotted: &str) -> bool {
    let last = dotted.rsplit('.').next().unwrap_or(dotted);
    last.ends_with("Exception") || last.ends_with("Error")
}

fn member<'a>(class: &'a StmtClassDef, name: &str) -> Option<Member<'a>> {
    class.body.iter().rev().find_map(|statement| match statement {
        Stmt::FunctionDef(node) if node.name.as_str() == name => Some(Member::Function(node)),
        Stmt::Assign(node) => node
            .targets
            .iter()
            .any(|target| matches!(target, Expr::Name(target) if target.id.as_str() == name))
            .then_some(Member::Value(&node.value)),
        Stmt::AnnAssign(node) if matches!(node.target.as_ref(), Expr::Name(target) if target.id.as_str() == name) => {
            Some(node.value.as_deref().map_or(Member::Declared, Member::Value))
        }
        _ => None,
    })
}

/// The fields that a class declares, in order: what a dataclass takes by position.
fn declared(class: &StmtClassDef) -> impl Iterator<Item = &str> {
    class.body.iter().filter_map(|statement| match statement {
        Stmt::AnnAssign(node) => match node.target.as_ref() {
            Expr::Name(name) => Some(name.id.as_str()),
            _ => None,
        },
        _ => None,
    })
}

/// Whether a function bears a decorator of this name.
pub(crate) fn decorated_with(node: &StmtFunctionDef, name: &str) -> bool {
    node.decorator_list
        .iter()
        .any(|decorator| match &decorator.expression {
            Expr::Name(decorator) => decorator.id.as_str() == name,
            Expr::Attribute(decorator) => decorator.attr.as_str() == name,
            _ => false,
        })
}

struct Assigned<'s, 'a>(&'s mut HashSet<&'a str>);

impl<'a> Visitor<'a> for Assigned<'_, 'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Attribute(attribute) = expr
            && attribute.ctx.is_store()
        {
            self.0.insert(attribute.attr.as_str());
        }
        visitor::walk_expr(self, expr);
    }
}

impl<'a> Value<'a> {
    /// A field of an object set anew.
    pub(crate) fn with_field(instance: &Instance<'a>, name: &str, value: Self) -> Self {
        let mut instance = instance.clone();
        if let Some((_, field)) = instance
            .fields
            .iter_mut()
            .find(|(field, _)| field.as_ref() == name)
        {
            *field = value;
        } else {
            instance.fields.push((name.into(), value));
            instance.fields.sort_by(|a, b| a.0.cmp(&b.0));
        }
        Self::Instance(Rc::new(instance))
    }
}
