//! `super()`, where the class is of the tree and where it is of another package.

use std::rc::Rc;

use super::argument::Arguments;
use super::value::Value;
use super::{Engine, Exits, Frame, State, Values};
use crate::tree::{ModuleId, Site};

impl<'a> Engine<'a, '_> {
    /// `super()` in the method of this frame.
    pub(crate) fn super_of(&mut self, frame: &Frame<'a>, state: &State<'a>) -> Value<'a> {
        let receiver = frame
            .receiver
            .and_then(|name| state.locals.value(name).cloned());
        match (frame.class, receiver) {
            (Some((module, class)), Some(receiver)) => {
                Value::Super(module, class, Rc::new(receiver))
            }
            _ => Value::opaque(),
        }
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
