//! What Python itself brings along: texts, lists, environment variables, imports by name.

use std::rc::Rc;

use ruff_python_ast::CmpOp;

use super::Machine;
use super::expression::UNTOLD;
use super::run::Context;
use super::value::{Arguments, Item, Val};
use crate::tree::ModuleId;

/// `left + right`.
pub(super) fn concatenate<'a>(left: &Val<'a>, right: &Val<'a>) -> Val<'a> {
    let setting = matches!(left, Val::Setting(_)) || matches!(right, Val::Setting(_));
    let joined = match (left.settled(), right.settled()) {
        (Val::List(a), Val::List(b)) => {
            let mut items = a.borrow().clone();
            items.extend(b.borrow().iter().cloned());
            Val::list(items)
        }
        (Val::Text(a), b) => Val::text(&format!("{a}{}", b.as_text().unwrap_or(UNTOLD))),
        (a, Val::Text(b)) => Val::text(&format!("{}{b}", a.as_text().unwrap_or(UNTOLD))),
        _ => return Val::Opaque,
    };
    if setting {
        Val::Setting(Rc::new(joined))
    } else {
        joined
    }
}

/// Whether two values are the same, where both are told.
pub(super) fn equal(left: &Val<'_>, right: &Val<'_>) -> Option<bool> {
    match (left, right) {
        (Val::Text(a), Val::Text(b)) => Some(a == b),
        (Val::Bool(a), Val::Bool(b)) => Some(a == b),
        (Val::None, Val::None) => Some(true),
        (
            Val::None,
            Val::Text(_) | Val::Bool(_) | Val::Object(_) | Val::List(_) | Val::Function(_),
        )
        | (
            Val::Text(_) | Val::Bool(_) | Val::Object(_) | Val::List(_) | Val::Function(_),
            Val::None,
        ) => Some(false),
        _ => None,
    }
}

pub(super) fn compare<'a>(op: CmpOp, left: &Val<'a>, right: &Val<'a>) -> Val<'a> {
    let same = equal(left, right);
    let value = match op {
        CmpOp::Eq | CmpOp::Is => same,
        CmpOp::NotEq | CmpOp::IsNot => same.map(|same| !same),
        CmpOp::In | CmpOp::NotIn => match right {
            Val::List(items) => {
                let told: Vec<_> = items
                    .borrow()
                    .iter()
                    .map(|item| equal(left, &item.val))
                    .collect();
                let found = if told.contains(&Some(true)) {
                    Some(true)
                } else if told.iter().all(Option::is_some) {
                    Some(false)
                } else {
                    None
                };
                if op == CmpOp::In {
                    found
                } else {
                    found.map(|found| !found)
                }
            }
            _ => None,
        },
        _ => None,
    };
    value.map_or(Val::Opaque, Val::Bool)
}

impl<'a> Machine<'a, '_> {
    /// A method of a text, a list or a dictionary; `None` where `on` is none of these.
    pub(super) fn method_of_value(
        &mut self,
        on: &Val<'a>,
        name: &str,
        arguments: &Arguments<'a>,
    ) -> Option<Val<'a>> {
        let setting = matches!(on, Val::Setting(_));
        let val = match on.settled() {
            Val::Text(text) => self.method_of_text(text, name, arguments),
            Val::List(items) => {
                match name {
                    "append" | "add" => items
                        .borrow_mut()
                        .extend(arguments.positional.first().cloned()),
                    "insert" => items
                        .borrow_mut()
                        .extend(arguments.positional.get(1).cloned()),
                    "extend" | "update" => {
                        let more = arguments.positional.first()?.val.clone();
                        if let Some(more) = self.items_of(&more) {
                            items.borrow_mut().extend(more);
                        }
                    }
                    "copy" => return Some(Val::list(items.borrow().clone())),
                    _ => {}
                }
                Val::Opaque
            }
            Val::Dict(entries) => match name {
                "items" => Val::list(
                    entries
                        .borrow()
                        .iter()
                        .map(|(key, item)| {
                            Item::plain(Val::list(vec![Item::plain(key.clone()), item.clone()]))
                        })
                        .collect(),
                ),
                "values" => Val::list(
                    entries
                        .borrow()
                        .iter()
                        .map(|(_, item)| item.clone())
                        .collect(),
                ),
                "keys" => Val::list(
                    entries
                        .borrow()
                        .iter()
                        .map(|(key, _)| Item::plain(key.clone()))
                        .collect(),
                ),
                "get" => {
                    let key = arguments.positional.first()?.val.clone();
                    entries
                        .borrow()
                        .iter()
                        .rev()
                        .find(|(known, _)| equal(known, &key) == Some(true))
                        .map_or(Val::Opaque, |(_, item)| item.val.clone())
                }
                _ => Val::Opaque,
            },
            Val::Routes(object) => {
                let object = *object;
                match name {
                    "append" => {
                        if let Some(item) = arguments.positional.first() {
                            self.add_route_object(object, &item.val.clone());
                        }
                    }
                    "insert" => {
                        if let Some(item) = arguments.positional.get(1) {
                            self.add_route_object(object, &item.val.clone());
                        }
                    }
                    "extend" => {
                        let more = arguments.positional.first()?.val.clone();
                        for item in self.items_of(&more).unwrap_or_default() {
                            self.add_route_object(object, &item.val);
                        }
                    }
                    _ => {}
                }
                Val::Opaque
            }
            _ => return None,
        };
        Some(match val {
            Val::Opaque => Val::Opaque,
            val if setting => Val::Setting(Rc::new(val)),
            val => val,
        })
    }

    fn method_of_text(&mut self, text: &str, name: &str, arguments: &Arguments<'a>) -> Val<'a> {
        let first = arguments
            .positional
            .first()
            .and_then(|item| item.val.as_text());
        let made = match name {
            "lower" => text.to_lowercase(),
            "upper" => text.to_uppercase(),
            "title" | "capitalize" => return Val::Opaque,
            "strip" => trim(text, first, true, true),
            "rstrip" => trim(text, first, false, true),
            "lstrip" => trim(text, first, true, false),
            "removeprefix" => text
                .strip_prefix(first.unwrap_or(""))
                .unwrap_or(text)
                .to_owned(),
            "removesuffix" => text
                .strip_suffix(first.unwrap_or(""))
                .unwrap_or(text)
                .to_owned(),
            "replace" => match (
                first,
                arguments
                    .positional
                    .get(1)
                    .and_then(|item| item.val.as_text()),
            ) {
                (Some(from), Some(to)) => text.replace(from, to),
                _ => return Val::Opaque,
            },
            "startswith" => {
                return first.map_or(Val::Opaque, |first| Val::Bool(text.starts_with(first)));
            }
            "endswith" => {
                return first.map_or(Val::Opaque, |first| Val::Bool(text.ends_with(first)));
            }
            "split" => {
                return match first {
                    Some(by) if !by.is_empty() => Val::list(
                        text.split(by)
                            .map(|part| Item::plain(Val::text(part)))
                            .collect(),
                    ),
                    _ => Val::Opaque,
                };
            }
            "join" => match arguments.positional.first().map(|item| item.val.clone()) {
                Some(list) => match self.items_of(&list) {
                    Some(items) => items
                        .iter()
                        .map(|item| item.val.as_text().unwrap_or(UNTOLD))
                        .collect::<Vec<_>>()
                        .join(text),
                    None => return Val::Opaque,
                },
                None => return Val::Opaque,
            },
            "format" => format(text, arguments),
            _ => return Val::Opaque,
        };
        Val::text(&made)
    }

    /// A function of Python or of its library; `None` where it is none of those that matter here.
    pub(super) fn call_builtin(
        &mut self,
        context: &Context<'a>,
        name: &str,
        arguments: &Arguments<'a>,
    ) -> Option<Val<'a>> {
        let first = arguments.positional.first().map(|item| item.val.clone());
        Some(match name {
            "str" | "typing.cast" | "cast" => match (name, arguments.positional.last()) {
                ("str", Some(item)) if item.val.as_text().is_some() => item.val.clone(),
                ("str", _) | (_, None) => Val::Opaque,
                (_, Some(item)) => item.val.clone(),
            },
            "list" | "tuple" | "set" | "sorted" | "reversed" | "frozenset" => {
                let Some(first) = first else {
                    return Some(Val::list(Vec::new()));
                };
                let mut items = self.items_of(&first)?;
                if name == "reversed" {
                    items.reverse();
                }
                Val::list(items)
            }
            "enumerate" => {
                let items = self.items_of(&first?)?;
                Val::list(
                    items
                        .into_iter()
                        .map(|item| Item::plain(Val::list(vec![Item::plain(Val::Opaque), item])))
                        .collect(),
                )
            }
            "zip" => {
                let mut rows = Vec::new();
                for item in &arguments.positional {
                    rows.push(self.items_of(&item.val)?);
                }
                let length = rows.iter().map(Vec::len).min()?;
                Val::list(
                    (0..length)
                        .map(|at| {
                            Item::plain(Val::list(rows.iter().map(|row| row[at].clone()).collect()))
                        })
                        .collect(),
                )
            }
            "dict" => Val::Dict(Rc::new(
                arguments
                    .keywords
                    .iter()
                    .map(|(name, item)| (Val::Text(Rc::clone(name)), item.clone()))
                    .collect::<Vec<_>>()
                    .into(),
            )),
            "getattr" => {
                let on = first?;
                let name = arguments.positional.get(1)?.val.as_text()?.to_owned();
                match self.attribute(context, &on, &name) {
                    Val::Opaque => arguments
                        .positional
                        .get(2)
                        .map_or(Val::Opaque, |item| item.val.clone()),
                    val => val,
                }
            }
            "hasattr" => {
                let name = arguments.positional.get(1)?.val.as_text()?.to_owned();
                match self.attribute(context, &first?, &name) {
                    Val::Opaque => Val::Opaque,
                    _ => Val::Bool(true),
                }
            }
            "os.getenv" | "os.environ.get" | "os.environ.setdefault" | "decouple.config" => {
                match arguments.get(1, "default") {
                    Some(item) => Val::Setting(Rc::new(item.val.settled().clone())),
                    None => Val::Opaque,
                }
            }
            "importlib.import_module" | "__import__" => {
                let dotted = first?.as_text()?.to_owned();
                self.import_by_name(context.module, &dotted, arguments)
            }
            "functools.lru_cache" | "functools.cache" | "lru_cache" => Val::Opaque,
            "copy.copy" | "copy.deepcopy" => first?,
            _ => return None,
        })
    }

    fn import_by_name(
        &mut self,
        from: ModuleId,
        dotted: &str,
        arguments: &Arguments<'a>,
    ) -> Val<'a> {
        let level = dotted.len() - dotted.trim_start_matches('.').len();
        let package = arguments
            .get(1, "package")
            .and_then(|item| item.val.as_text().map(ToOwned::to_owned));
        match (level, package) {
            (0, _) => self.target(from, 0, dotted),
            (1, Some(package)) => self.target(from, 0, &format!("{package}{dotted}")),
            _ => self.target(from, u32::try_from(level).unwrap_or(1), &dotted[level..]),
        }
    }
}

fn trim(text: &str, set: Option<&str>, start: bool, end: bool) -> String {
    let drop = |c: char| set.map_or_else(|| c.is_whitespace(), |set| set.contains(c));
    let text = if start {
        text.trim_start_matches(drop)
    } else {
        text
    };
    if end {
        text.trim_end_matches(drop)
    } else {
        text
    }
    .to_owned()
}

/// `str.format` for `{}` and `{name}`.
fn format(text: &str, arguments: &Arguments<'_>) -> String {
    let mut made = String::new();
    let mut rest = text;
    let mut position = 0;
    while let Some((before, after)) = rest.split_once('{') {
        made.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            made.push('{');
            rest = after;
            continue;
        };
        let item = if name.is_empty() {
            position += 1;
            arguments.positional.get(position - 1)
        } else {
            arguments.keyword(name)
        };
        made.push_str(item.and_then(|item| item.val.as_text()).unwrap_or(UNTOLD));
        rest = tail;
    }
    made.push_str(rest);
    made
}
