//! The middleware of an application, as it is added.

use std::rc::Rc;

use ruff_python_ast::Expr;
use ruff_text_size::Ranged as _;

use super::run::Context;
use super::value::{Arguments, Func, Item, ObjectId, Val};
use super::{Added, AddedKind, Machine};
use crate::thunk::Thunk;
use crate::tree::{Site, site};

impl<'a> Machine<'a, '_> {
    /// The `middleware=[…]` of an application: listed outermost first, kept as if added innermost first.
    pub(super) fn add_middlewares(&mut self, id: ObjectId, item: &Item<'a>) {
        let at = |item: &Item<'a>| {
            item.thunk
                .as_ref()
                .map(|thunk| site(thunk.module, thunk.expr.range()))
        };
        let whole = at(item).unwrap_or_else(|| {
            site(
                self.objects[id.0].module,
                ruff_text_size::TextRange::default(),
            )
        });
        let entries = match &item.val {
            Val::None => Vec::new(),
            val => match self.items_of(&val.clone()) {
                Some(entries) => entries,
                None => return self.add_opaque_middleware(id, whole),
            },
        };
        for entry in entries.into_iter().rev() {
            let at = at(&entry).unwrap_or(whole);
            match &entry.val {
                Val::Made(name, inner) if name.ends_with(".Middleware") => {
                    let inner = Rc::clone(inner);
                    self.add_middleware(id, &inner, at);
                }
                _ => self.add_opaque_middleware(id, at),
            }
        }
    }

    pub(super) fn add_middleware(&mut self, id: ObjectId, arguments: &Arguments<'a>, at: Site) {
        let Some(first) = arguments
            .get(0, "middleware_class")
            .or_else(|| arguments.keyword("cls"))
        else {
            self.add_opaque_middleware(id, at);
            return;
        };
        let keywords: Vec<(&'a str, Thunk<'a>)> = arguments
            .keywords
            .iter()
            .filter_map(|(name, item)| Some((self.keep_name(item, name)?, item.thunk.clone()?)))
            .collect();
        let val = self.later(&first.val);
        let val = self.returned_class(val);
        let (name, kind) = match &val {
            Val::Class(class) => (
                class.node.name.to_string(),
                AddedKind::Class(class.module, class.node, keywords),
            ),
            Val::External(dotted) => {
                let name = dotted.rsplit('.').next().unwrap_or(dotted).to_owned();
                let dispatch = arguments.keyword("dispatch").map(|item| item.val.clone());
                let kind = match (name.as_str(), dispatch) {
                    ("CORSMiddleware", _) => AddedKind::Cors(Box::new(self.cors(arguments, at))),
                    ("BaseHTTPMiddleware", Some(Val::Function(func))) => {
                        AddedKind::Function(func.module, func.node)
                    }
                    ("BaseHTTPMiddleware", Some(_)) => AddedKind::Opaque,
                    _ => AddedKind::External(dotted.to_string()),
                };
                (name, kind)
            }
            _ => match &first.thunk {
                Some(thunk) => (self.text_at(thunk.module, thunk.expr), AddedKind::Opaque),
                None => return self.add_opaque_middleware(id, at),
            },
        };
        self.objects[id.0]
            .middlewares
            .push(Added { name, at, kind });
    }

    fn add_opaque_middleware(&mut self, id: ObjectId, at: Site) {
        let name = self.tree.module(at.module).text()[at.range()].to_owned();
        self.objects[id.0].middlewares.push(Added {
            name,
            at,
            kind: AddedKind::Opaque,
        });
    }

    /// The class of what a factory `(app, …)` returns, where a middleware is given as a factory.
    fn returned_class(&mut self, val: Val<'a>) -> Val<'a> {
        let Val::Function(func) = &val else {
            return val;
        };
        let made = func
            .node
            .body
            .iter()
            .rev()
            .find_map(|statement| match statement {
                ruff_python_ast::Stmt::Return(node) => match node.value.as_deref() {
                    Some(Expr::Call(call)) => Some(&*call.func),
                    _ => None,
                },
                _ => None,
            });
        match made {
            Some(expr) => {
                let within = Context {
                    module: func.module,
                    scope: func.scope.clone(),
                };
                match self.eval(&within, expr) {
                    class @ (Val::Class(_) | Val::External(_)) => class,
                    _ => val,
                }
            }
            None => val,
        }
    }

    pub(super) fn add_middleware_function(&mut self, id: ObjectId, func: &Func<'a>, at: Site) {
        self.objects[id.0].middlewares.push(Added {
            name: func.node.name.to_string(),
            at,
            kind: AddedKind::Function(func.module, func.node),
        });
    }

    /// A keyword's name, as it stands in the source.
    fn keep_name(&self, item: &Item<'a>, name: &str) -> Option<&'a str> {
        let thunk = item.thunk.as_ref()?;
        let text = self.tree.module(thunk.module).text();
        let start = usize::from(thunk.expr.range().start());
        let before = text.get(..start)?.trim_end().strip_suffix('=')?.trim_end();
        let found = before.get(before.len().checked_sub(name.len())?..)?;
        (found == name).then_some(found)
    }
}
