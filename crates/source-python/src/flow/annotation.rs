//! What an annotation says: a type, and the `Depends`, `Header`, … in its metadata.

use std::rc::Rc;

use ruff_python_ast::{Expr, ExprSubscript};

use super::argument::Arguments;
use super::value::Value;
use super::{Engine, Exits, Frame, State};
use crate::tree::{ModuleId, Site};

impl<'a> Engine<'a, '_> {
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
}
