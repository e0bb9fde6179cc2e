//! What a name stands for: locals of the enclosing calls, names of the module, names of Python.

use std::rc::Rc;

use ruff_python_ast::Expr;

use super::state::{Locals, State};
use super::value::{Closure, Node, Value};
use super::{Engine, Frame};
use crate::thunk::{self, Bound};
use crate::tree::{Definition, ModuleId};

/// The name under which a mutable collection of a module goes: it holds what the running program put in.
pub(crate) const STORE: &str = "a collection of the module";

impl<'a> Engine<'a, '_> {
    /// The value of a name that no local binds.
    pub(crate) fn name(&mut self, frame: &Frame<'a>, name: &str) -> Value<'a> {
        if let Some(value) = frame
            .captured
            .as_ref()
            .and_then(|captured| captured.value(name))
        {
            return value.clone();
        }
        if let Some((bound, around)) = thunk::local(&frame.env, name) {
            return match bound {
                Bound::Expression(thunk) => {
                    let thunk = thunk.clone();
                    self.value_of(&thunk)
                }
                Bound::Function(callee) => Value::Function(Rc::new(Closure {
                    module: callee.module,
                    node: Node(callee.node),
                    captured: None,
                    env: Some(Rc::clone(around)),
                    class: None,
                })),
                Bound::Handler => Value::Next,
                Bound::Class(module, class) => Value::Class(*module, Node(class)),
                Bound::Opaque => Value::opaque(),
            };
        }
        let definitions = self.tree.name(frame.module, name);
        if definitions.is_empty() {
            return match name {
                "__name__" | "__file__" => Value::opaque(),
                _ => Value::External(name.into()),
            };
        }
        self.defined(definitions)
    }

    /// The value of a name with these definitions.
    ///
    /// Where branches define it differently the value is not known, but for an import with a fall-back.
    pub(crate) fn defined(&mut self, definitions: Vec<Definition<'a>>) -> Value<'a> {
        if definitions.contains(&Definition::Opaque) {
            return Value::opaque();
        }
        let mut values: Vec<Value<'a>> = Vec::new();
        for definition in definitions {
            let value = self.definition(&definition);
            if !values.contains(&value) {
                values.push(value);
            }
        }
        if values.len() > 1 {
            // `try: from a import f` / `except ImportError: f = None`: what is there when all is installed.
            let absent =
                |value: &Value<'_>| matches!(value, Value::None) || *value == Value::opaque();
            if values.iter().filter(|value| !absent(value)).count() == 1 {
                values.retain(|value| !absent(value));
            }
        }
        if values.len() > 1
            && values
                .iter()
                .all(|value| matches!(value, Value::Made(name) if super::service::is_store(name)))
        {
            // The same kind of store, real or for tests.
            values.truncate(1);
        }
        match values.len() {
            0 => Value::opaque(),
            1 => values.remove(0),
            _ => Value::computed(&values),
        }
    }

    fn definition(&mut self, definition: &Definition<'a>) -> Value<'a> {
        match definition {
            Definition::Function(module, node) => {
                let closure = Closure {
                    module: *module,
                    node: Node(*node),
                    captured: None,
                    env: None,
                    class: None,
                };
                self.decorated_at_top(closure)
            }
            Definition::Class(module, node) => Value::Class(*module, Node(*node)),
            Definition::Variable(module, expr) => self.variable(*module, expr),
            Definition::Module(module) => Value::Module(*module),
            Definition::Namespace(folder) => Value::Namespace(folder.as_str().into()),
            Definition::External(dotted) => Value::External(dotted.as_str().into()),
            Definition::Opaque => Value::opaque(),
        }
    }

    /// The value of a variable of a module.
    ///
    /// `None` and empty collections are where a program begins, not what it holds when a request comes.
    fn variable(&mut self, module: ModuleId, expr: &'a Expr) -> Value<'a> {
        let key = std::ptr::from_ref(expr);
        if let Some(known) = self.variables.get(&key) {
            return known.clone();
        }
        self.variables.insert(key, Value::opaque());
        let steps = std::mem::take(&mut self.steps);
        let frame = self.top(module, None);
        let value =
            super::one(self.eval(&frame, expr, State::default(), &mut super::Exits::default()));
        self.steps = steps;
        let value = match value {
            Value::None => Value::opaque(),
            Value::Made(name) | Value::External(name)
                if matches!(
                    &*name,
                    "collections.OrderedDict"
                        | "collections.defaultdict"
                        | "dict"
                        | "set"
                        | "list"
                        | "collections.deque"
                        | "weakref.WeakValueDictionary"
                ) =>
            {
                Value::Made(STORE.into())
            }
            Value::List(items) if items.is_empty() => Value::Made(STORE.into()),
            Value::Dict(items) if items.is_empty() => Value::Made(STORE.into()),
            other => other,
        };
        self.variables.insert(key, value.clone());
        value
    }

    /// The locals that a nested function sees.
    pub(crate) fn capture(&mut self, frame: &Frame<'a>, state: &State<'a>) -> Rc<Locals<'a>> {
        let Some(outer) = &frame.captured else {
            return Rc::clone(&state.locals);
        };
        let mut all = (**outer).clone();
        all.overlay(&state.locals);
        Rc::new(all)
    }
}
