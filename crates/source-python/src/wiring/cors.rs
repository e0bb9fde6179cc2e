//! The arguments of `CORSMiddleware`.

use ruff_python_ast::{Expr, Stmt};
use ruff_text_size::Ranged as _;

use super::Machine;
use super::run::Context;
use super::value::{Arguments, Class, Item, Val};
use crate::facts::{AllowedOrigin, Cors};
use crate::thunk::Thunk;
use crate::tree::{Definition, Site, site};

/// Names followed into one another.
const DEPTH: usize = 4;
/// Classes that one is made from, itself among them.
const LINE: usize = 10;

impl<'a> Machine<'a, '_> {
    pub(super) fn cors(&mut self, arguments: &Arguments<'a>, at: Site) -> Cors {
        let origins = arguments.keyword("allow_origins");
        let regex = arguments.keyword("allow_origin_regex");
        Cors {
            origins: match origins {
                Some(item) => self.origins(item, at),
                None if arguments.open => None,
                None => Some(Vec::new()),
            },
            origin_text: origins
                .filter(|item| {
                    item.thunk
                        .as_ref()
                        .is_some_and(|it| self.is_text(it, DEPTH))
                })
                .map(|item| self.origin(item, false, at)),
            origin_urls: origins
                .and_then(|item| self.urls(item.thunk.as_ref()?, DEPTH))
                .map(|at| self.tree.module(at.module).place(at.range())),
            origin_regex: regex
                .filter(|item| item.val.as_text().is_some())
                .map(|item| self.origin(item, false, at)),
            credentials: match arguments.keyword("allow_credentials").map(|item| &item.val) {
                None => Some(false),
                Some(val) => match val.settled() {
                    Val::Bool(value) => Some(*value),
                    _ => None,
                },
            },
            headers: fixed(arguments, "allow_headers", &[]),
            methods: fixed(arguments, "allow_methods", &["GET"]),
        }
    }

    /// The entries of a list of origins.
    fn origins(&mut self, list: &Item<'a>, at: Site) -> Option<Vec<AllowedOrigin>> {
        let defaulted = matches!(list.val, Val::Setting(_));
        let at = written(list).unwrap_or(at);
        let items = self.items_of(&list.val)?;
        let origins = items.iter().map(|item| self.origin(item, defaulted, at));
        Some(origins.collect())
    }

    fn origin(&self, item: &Item<'a>, defaulted: bool, at: Site) -> AllowedOrigin {
        let at = written(item).unwrap_or(at);
        AllowedOrigin {
            value: item.val.as_text().map(ToOwned::to_owned),
            defaulted: defaulted || matches!(item.val, Val::Setting(_)),
            place: self.tree.module(at.module).place(at.range()),
        }
    }

    /// Whether a class, or one that it is made from, declares a field `str`, and no validator among them names it.
    fn is_text_field(&mut self, class: &Class<'a>, field: &str) -> bool {
        let mut line = vec![class.clone()];
        let mut at = 0;
        while at < line.len() && line.len() < LINE {
            let bases = self.bases(&line[at]);
            line.extend(bases.into_iter().filter_map(|base| match base {
                Val::Class(base) => Some(base),
                _ => None,
            }));
            at += 1;
        }
        let mut declared = line.iter().filter_map(|class| declares_text(class, field));
        declared.next() == Some(true) && !line.iter().any(|class| validates(class, field))
    }

    /// Where an expression gives the URLs of a setting as they are, or as `str` has them.
    fn urls(&mut self, thunk: &Thunk<'a>, depth: usize) -> Option<Site> {
        let depth = depth.checked_sub(1)?;
        let setting = match thunk.expr {
            Expr::Name(name) if thunk.env.is_none() => {
                let definitions = self.tree.name(thunk.module, &name.id);
                let [Definition::Variable(module, expr)] = definitions.as_slice() else {
                    return None;
                };
                return self.urls(&Thunk::at_top(*module, expr), depth);
            }
            Expr::ListComp(node) => match &*node.generators {
                [generator] if is_text_of(&node.elt, &generator.target) => &generator.iter,
                _ => return None,
            },
            other => other,
        };
        let Expr::Attribute(field) = setting else {
            return None;
        };
        let context = Context {
            module: thunk.module,
            scope: None,
        };
        let Val::Instance(instance) = self.eval(&context, &field.value) else {
            return None;
        };
        let class = &instance.class;
        let text = &self.tree.module(class.module).text()[class.node.range()];
        let urls = holds_urls(class, &field.attr)
            && !text.contains("url_preserve_empty_path")
            // The URLs of pydantic before its second version are texts.
            && self.ancestors(class).iter().any(|base| base.starts_with("pydantic_settings."));
        urls.then(|| site(thunk.module, setting.range()))
    }

    /// Whether an expression is a text for certain, and nothing makes a list of it on the way.
    fn is_text(&mut self, thunk: &Thunk<'a>, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else {
            return false;
        };
        let context = Context {
            module: thunk.module,
            scope: None,
        };
        match thunk.expr {
            Expr::StringLiteral(_) | Expr::FString(_) => true,
            // A local name, or one bound twice, may be anything.
            Expr::Name(name) if thunk.env.is_none() => {
                match self.tree.name(thunk.module, &name.id).as_slice() {
                    [Definition::Variable(module, expr)] => {
                        self.is_text(&Thunk::at_top(*module, expr), depth)
                    }
                    _ => false,
                }
            }
            Expr::Call(call) => match self.eval(&context, &call.func) {
                Val::External(name) => matches!(&*name, "os.getenv" | "os.environ.get"),
                _ => false,
            },
            Expr::Subscript(node) => {
                matches!(self.eval(&context, &node.value), Val::External(name) if &*name == "os.environ")
            }
            Expr::Attribute(node) => match self.eval(&context, &node.value) {
                Val::Instance(instance) => self.is_text_field(&instance.class, &node.attr),
                _ => false,
            },
            _ => false,
        }
    }
}

fn written(item: &Item<'_>) -> Option<Site> {
    let thunk = item.thunk.as_ref()?;
    Some(site(thunk.module, thunk.expr.range()))
}

/// Whether a class declares a field as `str`; `None` where it does not declare it.
fn declares_text(class: &Class<'_>, field: &str) -> Option<bool> {
    class
        .node
        .body
        .iter()
        .find_map(|statement| match statement {
            Stmt::AnnAssign(node) if is_named(&node.target, field) => {
                Some(is_named(&node.annotation, "str"))
            }
            _ => None,
        })
}

/// Whether a function of a class is a validator of a field, or of all.
fn validates(class: &Class<'_>, field: &str) -> bool {
    class.node.body.iter().any(|statement| {
        let Stmt::FunctionDef(node) = statement else {
            return false;
        };
        node.decorator_list.iter().any(|decorator| {
            let Expr::Call(call) = &decorator.expression else {
                return false;
            };
            let names = call.arguments.args.iter();
            let mut texts = names.filter_map(|argument| match argument {
                Expr::StringLiteral(text) => Some(text.value.to_str()),
                _ => None,
            });
            texts.any(|text| text == "*" || text == field)
        })
    })
}

fn is_named(expr: &Expr, name: &str) -> bool {
    matches!(expr, Expr::Name(node) if node.id == name)
}

/// `str(target)`.
fn is_text_of(expr: &Expr, target: &Expr) -> bool {
    let (Expr::Call(call), Expr::Name(target)) = (expr, target) else {
        return false;
    };
    let text = matches!(&*call.func, Expr::Name(name) if name.id == "str");
    text && matches!(&*call.arguments.args, [Expr::Name(name)] if name.id == target.id)
}

/// Whether a class declares a field that is a list of URLs, and nothing else.
fn holds_urls(class: &Class<'_>, field: &str) -> bool {
    class.node.body.iter().any(|statement| {
        let Stmt::AnnAssign(node) = statement else {
            return false;
        };
        let named = matches!(&*node.target, Expr::Name(name) if name.id == field);
        let Expr::Subscript(list) = &*node.annotation else {
            return false;
        };
        let of = matches!(&*list.value, Expr::Name(name) if matches!(name.id.as_str(), "list" | "List" | "set" | "Set"));
        let url = matches!(&*list.slice, Expr::Name(name) if matches!(name.id.as_str(), "AnyUrl" | "AnyHttpUrl" | "HttpUrl"));
        named && of && url
    })
}

/// A list of texts that no setting changes.
fn fixed(arguments: &Arguments<'_>, name: &str, default: &[&str]) -> Option<Vec<String>> {
    let Some(item) = arguments.keyword(name) else {
        let default = default.iter().map(|&text| text.to_owned());
        return (!arguments.open).then(|| default.collect());
    };
    let Val::List(items) = &item.val else {
        return None;
    };
    let items = items.borrow();
    let texts = items.iter().map(|item| match &item.val {
        Val::Text(text) => Some(text.to_string()),
        _ => None,
    });
    texts.collect()
}
