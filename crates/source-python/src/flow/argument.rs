//! Arguments, and how parameters are bound to them.

use std::rc::Rc;

use ruff_python_ast::{Expr, Parameters};

use super::state::Locals;
use super::value::{Closure, Taint, Value};
use super::{Engine, Exits, State};

/// The arguments of a call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arguments<'a> {
    pub(crate) positional: Vec<Value<'a>>,
    pub(crate) keywords: Vec<(Rc<str>, Value<'a>)>,
    /// What `*args` and `**kwargs` of unknown length carry.
    pub(crate) rest: Vec<Value<'a>>,
}

impl<'a> Arguments<'a> {
    pub(crate) fn of(positional: Vec<Value<'a>>) -> Self {
        Self {
            positional,
            ..Self::default()
        }
    }

    /// The argument at this position or of this name.
    pub(crate) fn value(&self, position: usize, name: &str) -> Option<&Value<'a>> {
        self.positional.get(position).or_else(|| self.keyword(name))
    }

    pub(crate) fn keyword(&self, name: &str) -> Option<&Value<'a>> {
        self.keywords
            .iter()
            .find(|(key, _)| key.as_ref() == name)
            .map(|(_, value)| value)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Value<'a>> {
        self.positional
            .iter()
            .chain(self.keywords.iter().map(|(_, value)| value))
            .chain(&self.rest)
    }

    pub(crate) fn taint(&self) -> Taint {
        self.all()
            .fold(Taint::NOTHING, |taint, value| taint.with(value.taint()))
    }
}

impl<'a> Engine<'a, '_> {
    /// Binds the parameters of a method.
    pub(crate) fn bind_parameters(
        &mut self,
        locals: &mut Locals<'a>,
        closure: &Closure<'a>,
        receiver: Value<'a>,
        arguments: &Arguments<'a>,
    ) {
        self.bind(
            locals,
            closure.module,
            &closure.node.0.parameters,
            Some(receiver),
            arguments,
        );
    }

    /// Binds parameters to arguments as Python does; what is missing has its default.
    pub(super) fn bind(
        &mut self,
        locals: &mut Locals<'a>,
        module: crate::tree::ModuleId,
        parameters: &'a Parameters,
        receiver: Option<Value<'a>>,
        arguments: &Arguments<'a>,
    ) {
        let mut positional = receiver
            .into_iter()
            .chain(arguments.positional.iter().cloned());
        let rest = Value::computed(&arguments.rest);
        let mut taken = Vec::new();
        for parameter in parameters.posonlyargs.iter().chain(&parameters.args) {
            let name = parameter.parameter.name.as_str();
            let value = positional
                .next()
                .or_else(|| arguments.keyword(name).cloned());
            taken.push(name);
            let value = match value {
                Some(value) => value,
                None if !arguments.rest.is_empty() => rest.clone(),
                None => self.default(module, parameter.default.as_deref()),
            };
            locals.bind(name, value);
        }
        if let Some(vararg) = &parameters.vararg {
            let left: Vec<Value<'a>> = positional.collect();
            let value = if arguments.rest.is_empty() {
                Value::List(left.into())
            } else {
                Value::computed(left.iter().chain(&arguments.rest))
            };
            locals.bind(&vararg.name, value);
        }
        for parameter in &parameters.kwonlyargs {
            let name = parameter.parameter.name.as_str();
            taken.push(name);
            let value = match arguments.keyword(name) {
                Some(value) => value.clone(),
                None if !arguments.rest.is_empty() => rest.clone(),
                None => self.default(module, parameter.default.as_deref()),
            };
            locals.bind(name, value);
        }
        if let Some(kwarg) = &parameters.kwarg {
            let left = arguments
                .keywords
                .iter()
                .filter(|(name, _)| !taken.contains(&name.as_ref()));
            let value = if arguments.rest.is_empty() {
                Value::Dict(
                    left.map(|(name, value)| (Value::Str(Rc::clone(name)), value.clone()))
                        .collect(),
                )
            } else {
                Value::computed(left.map(|(_, value)| value).chain(&arguments.rest))
            };
            locals.bind(&kwarg.name, value);
        }
    }

    fn default(&mut self, module: crate::tree::ModuleId, default: Option<&'a Expr>) -> Value<'a> {
        let Some(default) = default else {
            return Value::opaque();
        };
        let frame = self.top(module, None);
        match super::one(self.eval(&frame, default, State::default(), &mut Exits::default())) {
            // A default that only FastAPI understands, in a plain call.
            Value::Depends(_) | Value::Parameter(_) => Value::opaque(),
            value => value,
        }
    }
}

pub(super) fn first_parameter(parameters: &Parameters) -> Option<&str> {
    parameters
        .posonlyargs
        .iter()
        .chain(&parameters.args)
        .next()
        .map(|parameter| parameter.parameter.name.as_str())
}
