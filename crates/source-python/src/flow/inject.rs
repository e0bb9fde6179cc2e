//! Parameters as FastAPI fills them: sub-dependencies first, then headers, cookies, query, path and body.

use std::rc::Rc;

use ruff_python_ast::{Expr, ExprSubscript, ParameterWithDefault, Stmt, StmtClassDef};
use ruff_text_size::Ranged as _;

use super::call::{Arguments, first_parameter};
use super::exception::Exception;
use super::state::Locals;
use super::value::{
    Closure, Data, Node, Parameter, Proof, RequestPart, Scheme, SchemeKind, Source, Taint, Value,
};
use super::{Engine, Exits, Frame, Outcome, Question, State, Values};
use crate::tree::ModuleId;
use crate::tree::Site;

/// A path through the dependencies so far, with the parameters that it fills.
pub(crate) type Row<'a> = (State<'a>, Vec<(Rc<str>, Value<'a>)>);

/// How many rows are kept apart whatever they differ in.
const FEW: usize = 6;

/// Brings rows together that differ in nothing, and where they are many, those that differ only in texts and the like.
fn bring_together(rows: Vec<Row<'_>>) -> Vec<Row<'_>> {
    if rows.len() < 2 {
        return rows;
    }
    let mut seen = foldhash::HashSet::default();
    let many = rows.len() > FEW;
    let mut kept = Vec::new();
    for (mut state, mut row) in rows {
        if many {
            state.facts.swallowed = None;
            for (_, value) in &mut row {
                if value.is_bland() {
                    *value = Value::opaque();
                }
            }
        }
        if seen.insert((state.clone(), row.clone())) {
            kept.push((state, row));
        }
    }
    kept
}

impl<'a> Engine<'a, '_> {
    /// A security scheme reads its credential: the paths on which it is there, and on which it is not.
    pub(crate) fn call_scheme(
        &mut self,
        scheme: &Scheme,
        site: Site,
        mut state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        let described = |what: &str| {
            Value::Data(Data {
                taint: Taint::CREDENTIAL,
                present: true,
                source: Some((what.into(), site)),
                ..Data::default()
            })
        };
        let there = match &scheme.kind {
            SchemeKind::Bearer | SchemeKind::Token => described("the header `Authorization`"),
            SchemeKind::Basic => described("the user name and password"),
            SchemeKind::ApiKey(source, name) => match self.written(*source, name, true, site) {
                // Whoever declares a scheme means a credential, whatever its name.
                Value::Data(mut data) => {
                    data.taint = Taint::CREDENTIAL;
                    Value::Data(data)
                }
                other => other,
            },
        };
        match scheme.auto_error {
            Some(true) => {
                exits
                    .raises
                    .push((state.clone(), Exception::Http(Some(401))));
                vec![(state, there)]
            }
            Some(false) => vec![(state.clone(), there), (state, Value::None)],
            None => {
                exits
                    .raises
                    .push((state.clone(), Exception::Http(Some(401))));
                let absent = state.clone();
                state.facts.swallowed = None;
                vec![(state, there), (absent, Value::None)]
            }
        }
    }

    /// Runs a dependency as FastAPI does; what it yields, on each path.
    pub(crate) fn depend(
        &mut self,
        dependency: &Value<'a>,
        site: Site,
        state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        match dependency {
            Value::Depends(inner) => self.depend(&Rc::clone(inner), site, state, exits),
            Value::Function(closure) => {
                self.injected(&Rc::clone(closure), None, site, state, exits)
            }
            Value::Method(method) => {
                let (receiver, closure) = (method.0.clone(), method.1.clone());
                self.injected(&closure, Some(receiver), site, state, exits)
            }
            Value::Instance(instance) => match self
                .find(instance.module, instance.class, "__call__")
                .and_then(|found| self.method_of(dependency, &found))
            {
                Some(method) => self.depend(&method, site, state, exits),
                None => match self.scheme_of(instance) {
                    Some(scheme) => self.call_scheme(&scheme, site, state, exits),
                    None => {
                        self.opaque_dependency("an object whose class was not read", site, state)
                    }
                },
            },
            Value::Class(module, class) => {
                let Some(found) = self.find(*module, *class, "__init__") else {
                    // A plain model as a group of query parameters.
                    return vec![(state, Value::tainted(Taint::CALLER))];
                };
                let super::class::Member::Function(node) = found.member else {
                    return vec![(state, Value::opaque())];
                };
                let closure = Closure {
                    class: Some((found.module, found.class)),
                    ..super::call::plain(found.module, node)
                };
                let mut values = Vec::new();
                for (mut state, locals) in self.parameters(&closure, 1, state, exits) {
                    let arguments = Arguments {
                        keywords: locals.into_iter().collect(),
                        ..Arguments::default()
                    };
                    let outer = Rc::clone(&state.locals);
                    for (inner, value) in
                        self.construct(*module, *class, &arguments, site, state.clone(), exits)
                    {
                        state = inner;
                        state.locals = Rc::clone(&outer);
                        values.push((state.clone(), value));
                    }
                }
                values
            }
            Value::Scheme(scheme) => self.call_scheme(&Rc::clone(scheme), site, state, exits),
            Value::Partial(partial) => match &partial.0 {
                Value::Function(closure) => {
                    let closure = Rc::clone(closure);
                    let bound: Vec<_> = partial
                        .1
                        .iter()
                        .filter_map(|(name, value)| Some((name.clone()?, value.clone())))
                        .collect();
                    self.injected_with(&closure, None, &bound, site, state, exits)
                }
                _ => self.opaque_dependency("a partial call", site, state),
            },
            Value::Lambda(..) => {
                let frame = self.top(site.module, None);
                self.call(
                    &frame,
                    dependency,
                    None,
                    Arguments::of(vec![Value::Request(RequestPart::Whole)]),
                    site,
                    state,
                    exits,
                )
            }
            Value::External(name) if name.starts_with("fastapi_users.") => {
                let frame = self.top(site.module, None);
                let name = Rc::clone(name);
                self.call_external(&frame, &name, &Arguments::default(), site, state, exits)
            }
            // The form of a login: what the caller writes in the body.
            Value::External(name) if name.contains("OAuth2PasswordRequestForm") => {
                vec![(state, Value::present(Taint::CALLER.with(Taint::BODY)))]
            }
            Value::External(name) | Value::Made(name) => {
                let what = format!("`{name}`");
                self.opaque_dependency(&what, site, state)
            }
            Value::Member(member) => {
                let what = format!("`{}`", member.1);
                self.opaque_dependency(&what, site, state)
            }
            _ => self.opaque_dependency("a dependency that could not be told", site, state),
        }
    }

    fn opaque_dependency(&mut self, what: &str, site: Site, mut state: State<'a>) -> Values<'a> {
        state.facts.unread.get_or_insert_with(|| {
            (
                format!("{what} is of another package and was not read").into(),
                site,
            )
        });
        vec![(state, Value::tainted(Taint::UNREAD))]
    }

    fn injected(
        &mut self,
        closure: &Closure<'a>,
        receiver: Option<Value<'a>>,
        site: Site,
        state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        self.injected_with(closure, receiver, &[], site, state, exits)
    }

    fn injected_with(
        &mut self,
        closure: &Closure<'a>,
        receiver: Option<Value<'a>>,
        bound: &[(Rc<str>, Value<'a>)],
        site: Site,
        state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        let node = closure.node.0;
        if self.calls.len() > super::DEPTH * 2 {
            return self.opaque_dependency("a dependency nested too deep", site, state);
        }
        let mut given = Locals::default();
        for (name, value) in bound {
            given.bind(name, value.clone());
        }
        let first = receiver
            .is_some()
            .then(|| first_parameter(&node.parameters))
            .flatten();
        if let (Some(first), Some(receiver)) = (first, receiver) {
            given.bind(first, receiver);
        }
        let method = first.is_some();
        let outcomes = self.once(closure, given, true, &state, |engine, key| {
            let mut exits = Exits::default();
            let start = State {
                request: Rc::clone(&key.request),
                ..State::default()
            };
            let skip = usize::from(method);
            for (state, parameters) in engine.parameters(closure, skip, start, &mut exits) {
                let mut locals = Locals::default();
                for (name, value) in parameters {
                    locals.bind(&name, value);
                }
                locals.overlay(&key.locals);
                let outcomes = engine.run(closure, locals, method, &state);
                let values = engine.resume(&outcomes, state, &mut exits);
                exits.returns.extend(values);
            }
            exits
        });
        let mut values = Vec::new();
        for (state, value) in self.resume(&outcomes, state, exits) {
            match value.check() {
                // A row handed on untested: there, or not.
                Some(Proof::WhenTrue(check)) if !state.facts.verified.contains(&check) => {
                    let mut there = state.clone();
                    there.facts.verify(check);
                    values.push((there, Value::present(Taint::VERIFIED)));
                    values.push((state, Value::None));
                }
                _ => values.push((state, value)),
            }
        }
        values
    }

    /// The parameters of a function on each path through its sub-dependencies, after the first `skip`.
    pub(crate) fn parameters(
        &mut self,
        closure: &Closure<'a>,
        skip: usize,
        state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Vec<Row<'a>> {
        let frame = Frame {
            captured: closure.captured.clone(),
            ..self.top(closure.module, closure.env.clone())
        };
        let node = closure.node.0;
        let mut rows = vec![(state, Vec::new())];
        let positional = node
            .parameters
            .posonlyargs
            .iter()
            .chain(&node.parameters.args)
            .skip(skip);
        for parameter in positional.chain(&node.parameters.kwonlyargs) {
            let name: Rc<str> = Rc::from(parameter.parameter.name.as_str());
            let mut next: Vec<Row<'a>> = Vec::new();
            for (state, row) in rows {
                for (state, value) in self.parameter(&frame, parameter, state, exits) {
                    let mut row = row.clone();
                    row.push((Rc::clone(&name), value));
                    next.push((state, row));
                }
            }
            rows = bring_together(next);
        }
        rows
    }

    /// The dependencies among the parameters of a function, each with its place.
    pub(crate) fn parameter_dependencies(
        &mut self,
        closure: &Closure<'a>,
        skip: usize,
    ) -> Vec<(Value<'a>, Site)> {
        let frame = Frame {
            captured: closure.captured.clone(),
            ..self.top(closure.module, closure.env.clone())
        };
        let node = closure.node.0;
        let mut found = Vec::new();
        for parameter in node
            .parameters
            .posonlyargs
            .iter()
            .chain(&node.parameters.args)
            .skip(skip)
            .chain(&node.parameters.kwonlyargs)
        {
            let dependency = self.declared_dependency(
                &frame,
                parameter.parameter.annotation.as_deref(),
                parameter.default.as_deref(),
            );
            let at = super::site(frame.module, parameter.range());
            found.extend(dependency.map(|dependency| (dependency, at)));
        }
        found
    }

    /// What a controller's attributes and `__init__` ask for, each with its place.
    ///
    /// `fastapi-utils` reads the annotated attributes of the class and its bases, and the nearest `__init__`
    /// (`fastapi_utils/cbv.py`).
    pub(crate) fn controller_dependencies(
        &mut self,
        module: ModuleId,
        class: Node<'a, StmtClassDef>,
    ) -> Vec<(Value<'a>, Site)> {
        let mut found = Vec::new();
        let mut initialised = false;
        for (module, class) in self.lineage(module, class) {
            let frame = self.top(module, None);
            for statement in &class.0.body {
                let (annotation, value, range) = match statement {
                    Stmt::AnnAssign(field) => (
                        Some(&*field.annotation),
                        field.value.as_deref(),
                        field.range(),
                    ),
                    Stmt::FunctionDef(init) if init.name.as_str() == "__init__" && !initialised => {
                        initialised = true;
                        let closure = Closure {
                            module,
                            node: Node(init),
                            captured: None,
                            env: None,
                            class: Some((module, class)),
                        };
                        found.extend(self.parameter_dependencies(&closure, 1));
                        continue;
                    }
                    _ => continue,
                };
                let dependency = self.declared_dependency(&frame, annotation, value);
                found.extend(dependency.map(|dependency| (dependency, super::site(module, range))));
            }
        }
        found
    }

    /// The dependency that an annotation or a default declares.
    fn declared_dependency(
        &mut self,
        frame: &Frame<'a>,
        annotation: Option<&'a Expr>,
        default: Option<&'a Expr>,
    ) -> Option<Value<'a>> {
        let (kind, metadata) = match annotation {
            Some(annotation) => self.annotated(frame, annotation, 0),
            None => (Value::opaque(), None),
        };
        let declared = metadata.or_else(|| {
            default.map(|default| {
                super::one(self.eval(frame, default, State::default(), &mut Exits::default()))
            })
        });
        match declared {
            Some(Value::Depends(inner)) if matches!(inner.as_ref(), Value::None) => {
                Some(Value::Depends(Rc::new(kind)))
            }
            declared @ Some(Value::Depends(_)) => declared,
            _ => None,
        }
    }

    fn parameter(
        &mut self,
        frame: &Frame<'a>,
        parameter: &'a ParameterWithDefault,
        state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        let name = parameter.parameter.name.as_str();
        let site = super::site(frame.module, parameter.parameter.name.range);
        let annotation = parameter.parameter.annotation.as_deref();
        let (kind, metadata) = match annotation {
            Some(annotation) => self.annotated(frame, annotation, 0),
            None => (Value::opaque(), None),
        };
        let default = parameter.default.as_ref().map(|default| {
            super::one(self.eval(frame, default, State::default(), &mut Exits::default()))
        });
        let declared = match (&metadata, &default) {
            (Some(declared), _) => Some(declared.clone()),
            (None, Some(declared @ (Value::Depends(_) | Value::Parameter(_)))) => {
                Some(declared.clone())
            }
            _ => None,
        };
        match declared {
            Some(Value::Depends(inner)) => {
                let dependency = match inner.as_ref() {
                    Value::None => kind,
                    other => other.clone(),
                };
                let at = super::site(frame.module, parameter.range());
                self.depend(&dependency, at, state, exits)
            }
            Some(Value::Parameter(declared)) => {
                let value = self.declared(
                    &declared,
                    name,
                    default.as_ref().filter(|_| metadata.is_some()),
                    site,
                );
                vec![(state, value)]
            }
            _ => {
                let value = self.undeclared(&kind, name, default, site);
                vec![(state, value)]
            }
        }
    }

    fn declared(
        &mut self,
        declared: &Parameter<'a>,
        name: &str,
        outer_default: Option<&Value<'a>>,
        site: Site,
    ) -> Value<'a> {
        let alias = declared
            .alias
            .clone()
            .unwrap_or_else(|| match declared.source {
                Source::Header => name.replace('_', "-").into(),
                _ => name.into(),
            });
        let default = outer_default.or(declared.default.as_ref());
        let present = match default {
            // Required: FastAPI answers 422 where it is missing.
            None => true,
            Some(Value::Str(text)) => !text.is_empty(),
            Some(_) => false,
        };
        self.written(declared.source, &alias, present, site)
    }

    fn undeclared(
        &mut self,
        kind: &Value<'a>,
        name: &str,
        default: Option<Value<'a>>,
        site: Site,
    ) -> Value<'a> {
        if let Value::External(dotted) = kind {
            match dotted.rsplit('.').next().unwrap_or(dotted) {
                "Request" | "HTTPConnection" => return Value::Request(RequestPart::Whole),
                "WebSocket" => return Value::Request(RequestPart::Socket),
                "Response" | "BackgroundTasks" | "SecurityScopes" => return Value::opaque(),
                _ => {}
            }
        }
        if let Value::Class(..) = kind {
            Value::present(Taint::CALLER.with(Taint::BODY))
        } else {
            let present = match &default {
                None => true,
                Some(Value::Str(text)) => !text.is_empty(),
                Some(Value::Int(_) | Value::Bool(true)) => true,
                Some(_) => false,
            };
            let source = self.query_or_path(name);
            self.written(source, name, present, site)
        }
    }

    /// Where FastAPI looks for a plain parameter: in the path, if the route names it there.
    ///
    /// The path of a WebSocket is written by the code that connects, like a query.
    fn query_or_path(&mut self, name: &str) -> Source {
        self.asked.insert(Question::Socket);
        self.asked.insert(Question::InPath(name.into()));
        let in_path = self
            .route
            .as_ref()
            .is_some_and(|route| !route.is_socket() && route.in_path(name));
        if in_path { Source::Path } else { Source::Query }
    }

    /// The type that an annotation names, and the `Depends`, `Header`, … in its metadata.
    pub(crate) fn annotated(
        &mut self,
        frame: &Frame<'a>,
        annotation: &'a Expr,
        depth: usize,
    ) -> (Value<'a>, Option<Value<'a>>) {
        if depth > 6 {
            return (Value::opaque(), None);
        }
        match annotation {
            Expr::Subscript(node) => self.annotated_generic(frame, node, depth),
            Expr::Name(name) => {
                // A module's alias: `CurrentUser = Annotated[User, Depends(current_user)]`.
                for definition in self.tree.name(frame.module, name.id.as_str()) {
                    if let crate::tree::Definition::Variable(module, expr) = definition {
                        let frame = self.top(module, None);
                        return self.annotated(&frame, expr, depth + 1);
                    }
                }
                (self.name(frame, name.id.as_str()), None)
            }
            Expr::Attribute(node) => {
                let mut ignored = Exits::default();
                let receiver =
                    super::one(self.eval(frame, &node.value, State::default(), &mut ignored));
                if let Value::Module(module) = receiver {
                    for definition in self.tree.name(module, &node.attr) {
                        if let crate::tree::Definition::Variable(module, expr) = definition {
                            let frame = self.top(module, None);
                            return self.annotated(&frame, expr, depth + 1);
                        }
                    }
                }
                (
                    super::one(self.eval(frame, annotation, State::default(), &mut ignored)),
                    None,
                )
            }
            // `Request | None`
            Expr::BinOp(node) => {
                let left = self.annotated(frame, &node.left, depth + 1);
                if matches!(left.0, Value::None) {
                    self.annotated(frame, &node.right, depth + 1)
                } else {
                    left
                }
            }
            Expr::NoneLiteral(_) => (Value::None, None),
            // A forward reference by name.
            Expr::StringLiteral(node) => {
                let name = node.value.to_str();
                if name.chars().all(|c| c.is_alphanumeric() || c == '_') {
                    for definition in self.tree.name(frame.module, name) {
                        if let crate::tree::Definition::Variable(module, expr) = definition {
                            let frame = self.top(module, None);
                            return self.annotated(&frame, expr, depth + 1);
                        }
                    }
                    return (self.name(frame, name), None);
                }
                (Value::opaque(), None)
            }
            _ => (Value::opaque(), None),
        }
    }

    fn annotated_generic(
        &mut self,
        frame: &Frame<'a>,
        node: &'a ExprSubscript,
        depth: usize,
    ) -> (Value<'a>, Option<Value<'a>>) {
        let name = match node.value.as_ref() {
            Expr::Name(name) => name.id.as_str(),
            Expr::Attribute(attribute) => attribute.attr.as_str(),
            _ => "",
        };
        match (name, node.slice.as_ref()) {
            ("Annotated", Expr::Tuple(tuple)) => {
                let Some((first, rest)) = tuple.elts.split_first() else {
                    return (Value::opaque(), None);
                };
                let (kind, inner) = self.annotated(frame, first, depth + 1);
                let mut metadata = inner;
                for part in rest {
                    let value =
                        super::one(self.eval(frame, part, State::default(), &mut Exits::default()));
                    match value {
                        Value::Depends(_) | Value::Parameter(_) => metadata = Some(value),
                        // `Annotated[str, Header]`: the class stands for its default object.
                        Value::External(dotted) => {
                            if let Some(value @ (Value::Depends(_) | Value::Parameter(_))) =
                                self.framework_object(&dotted)
                            {
                                metadata = Some(value);
                            }
                        }
                        _ => {}
                    }
                }
                (kind, metadata)
            }
            ("Optional", inner) => self.annotated(frame, inner, depth + 1),
            ("Union", Expr::Tuple(tuple)) => match tuple.elts.first() {
                Some(first) => self.annotated(frame, first, depth + 1),
                None => (Value::opaque(), None),
            },
            _ => (Value::opaque(), None),
        }
    }

    fn framework_object(&mut self, dotted: &Rc<str>) -> Option<Value<'a>> {
        let frame = self.top(ModuleId::new(0), None);
        let site = Site {
            module: ModuleId::new(0),
            start: 0,
            end: 0,
        };
        dotted.starts_with("fastapi").then(|| {
            super::one(self.call_external(
                &frame,
                dotted,
                &Arguments::default(),
                site,
                State::default(),
                &mut Exits::default(),
            ))
        })
    }

    /// Every way in which a dependency can end, by itself, given what stands in `request.state`.
    pub(crate) fn dependency_outcomes(
        &mut self,
        dependency: &Value<'a>,
        site: Site,
        state: &State<'a>,
    ) -> Vec<Outcome<'a>> {
        let mut exits = Exits::default();
        let start = State {
            request: Rc::clone(&state.request),
            ..State::default()
        };
        let values = self.depend(dependency, site, start, &mut exits);
        exits.returns.extend(values);
        Outcome::collect(exits)
    }

    /// `super().name(…)` where the base is of another package.
    #[expect(clippy::too_many_arguments, reason = "a call is all of these")]
    pub(crate) fn super_method(
        &mut self,
        module: ModuleId,
        class: super::Node<'a, ruff_python_ast::StmtClassDef>,
        bound: &Value<'a>,
        name: &str,
        arguments: &Arguments<'a>,
        site: Site,
        mut state: State<'a>,
        exits: &mut Exits<'a>,
    ) -> Values<'a> {
        if let Value::Instance(instance) = bound {
            match name {
                "__call__" => {
                    if let Some(scheme) = self.scheme_of(instance) {
                        return self.call_scheme(&scheme, site, state, exits);
                    }
                }
                "__init__" => {
                    // What the base keeps of its arguments, under their names.
                    let mut instance = (**instance).clone();
                    for (key, value) in &arguments.keywords {
                        if let Value::Instance(with) =
                            Value::with_field(&instance, key, value.clone())
                        {
                            instance = (*with).clone();
                        }
                    }
                    if let Some(app) = arguments.positional.first()
                        && let Value::Next = app
                        && let Value::Instance(with) =
                            Value::with_field(&instance, "app", Value::Next)
                    {
                        instance = (*with).clone();
                    }
                    let names: Vec<Rc<str>> = state.locals.bound_to(bound).collect();
                    for name in names {
                        state.bind(&name, Value::Instance(Rc::new(instance.clone())));
                    }
                    return vec![(state, Value::None)];
                }
                _ => {}
            }
        }
        let _ = (module, class);
        self.unread_call(&format!("`super().{name}`"), arguments, site, state)
    }
}
