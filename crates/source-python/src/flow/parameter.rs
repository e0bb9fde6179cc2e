//! The parameters of a function as FastAPI fills them: sub-dependencies first, then headers, cookies, query, path and body.

use std::rc::Rc;

use ruff_python_ast::{Expr, ParameterWithDefault, Stmt, StmtClassDef};
use ruff_text_size::Ranged as _;

use super::value::{Closure, Node, Parameter, RequestPart, Source, Taint, Value};
use super::{Engine, Exits, Frame, Question, State, Values};
use crate::tree::{ModuleId, Site};

/// A path through the dependencies so far, with the parameters that it fills.
pub(crate) type Row<'a> = (State<'a>, Vec<(Rc<str>, Value<'a>)>);

/// How many rows are kept apart whatever they differ in.
const FEW: usize = 6;

impl<'a> Engine<'a, '_> {
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
}

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
