use std::rc::Rc;

use foldhash::HashMap;
use oxc_ast::ast::Expression;

use super::{
    Applied, At, Piece, Root, Step,
    walk::{Path, Walk},
};
use crate::module::{Module, ModuleId};

/// Functions that put a named text into the browser's storage or a cookie.
const WRITERS: [&str; 5] = ["setItem", "set", "setCookie", "setItemAsync", "cookie"];

impl<'a> Walk<'_, '_, 'a> {
    /// `localStorage.getItem("key")`, `localStorage.key`.
    pub(super) fn browser_storage(&mut self, mut path: Path<'a>) -> Option<Path<'a>> {
        match (path.last().cloned(), path.iter().rev().nth(1).cloned()) {
            (Some(Step::Name("getItem")), Some(Step::Call(applied))) => {
                path.truncate(path.len() - 2);
                self.stored(&applied, path)
            }
            _ => Some(path),
        }
    }

    /// `Cookies.get("key")`, `(await cookies()).get("key")`, `getCookie("key")`.
    pub(super) fn cookie_package(&mut self, name: &'a str, path: Path<'a>) -> Option<Path<'a>> {
        let mut rest = path.clone();
        while let Some(step) = rest.pop() {
            match (&step, rest.last().cloned()) {
                (Step::Name("get"), Some(Step::Call(applied))) => {
                    rest.pop();
                    if rest.last().and_then(Step::name) == Some("value") {
                        rest.pop();
                    }
                    return self.stored(&applied, rest).map(|_| path);
                }
                (Step::Call(applied), _) if name == "getCookie" => {
                    let applied = applied.clone();
                    return self.stored(&applied, rest).map(|_| path);
                }
                _ => {}
            }
        }
        Some(path)
    }

    /// Follows an entry of the storage to everything that is written to it; the path is returned where the key is not told.
    fn stored(&mut self, applied: &Applied<'a>, path: Path<'a>) -> Option<Path<'a>> {
        let Some(key) = applied
            .first()
            .and_then(|at| self.tracer.words(at).literal())
        else {
            return Some(path);
        };
        let before = self.found.len();
        let (writes, certain) = self.tracer.stored_values(&key, applied.module);
        for at in &writes {
            self.follow(at, path.clone());
        }
        if self.found.len() == before {
            let root = if certain || key.contains("session_token") {
                Root::Storage(key)
            } else {
                Root::Unknown("a stored entry whose writer is not told")
            };
            self.emit_at(root, applied.module, applied.position, path);
        }
        None
    }
}

/// What the tree writes into the browser's storage and cookies, by name.
#[derive(Default)]
pub(super) struct Writes<'a> {
    entries: HashMap<String, Vec<At<'a>>>,
    /// Whether a write has a name that is not told.
    unnamed: bool,
}

impl<'a> super::Tracer<'_, 'a> {
    /// The values that the front end of `module`, else any other, writes to the entry `key` of the storage or to the cookie, and whether no
    /// other write may mean it.
    fn stored_values(&self, key: &str, module: ModuleId) -> (Vec<At<'a>>, bool) {
        let writes = self.stored();
        let mut values = writes.entries.get(key).cloned().unwrap_or_default();
        let home = self.project.home(module);
        if values.iter().any(|at| self.project.home(at.module) == home) {
            values.retain(|at| self.project.home(at.module) == home);
        }
        (values, !writes.unnamed)
    }

    fn stored(&self) -> Rc<Writes<'a>> {
        if let Some(known) = &*self.writes.borrow() {
            return Rc::clone(known);
        }
        // A name that is itself read from the storage finds nothing there while the names are collected.
        *self.writes.borrow_mut() = Some(Rc::default());
        let writes = Rc::new(self.collect_writes());
        *self.writes.borrow_mut() = Some(Rc::clone(&writes));
        writes
    }

    fn collect_writes(&self) -> Writes<'a> {
        let mut writes = Writes::default();
        let mut add = |key: String, at: At<'a>| {
            // Signing out empties the entry.
            if self
                .words(&at)
                .literal()
                .is_none_or(|text| !text.is_empty())
            {
                writes.entries.entry(key).or_default().push(at);
            }
        };
        let mut unnamed = false;
        for call in WRITERS
            .iter()
            .flat_map(|writer| self.project.calls_named(writer))
        {
            let record = &self.project.modules[call.module].calls[call.call];
            let [Some(name), Some(value)] = [0, 1].map(|index| {
                record
                    .arguments
                    .get(index)
                    .and_then(|one| one.as_expression())
            }) else {
                continue;
            };
            if is_plain_map(record.callee) {
                continue;
            }
            match self.words(&At::new(name, call.module)).literal() {
                Some(name) => add(name, At::new(value, call.module)),
                None => unnamed |= record.name == "setItem",
            }
        }
        for (id, module) in self.project.modules.iter().enumerate() {
            for value in document_cookies(module) {
                let at = At::new(value, id);
                match self.words(&at).pieces.first() {
                    Some(Piece::Text(text)) => {
                        if let Some((name, _)) = text.trim_start().split_once('=') {
                            add(name.to_owned(), at);
                        }
                    }
                    _ => unnamed = true,
                }
            }
        }
        writes.unnamed = unnamed;
        writes
    }
}

fn document_cookies<'m, 'a>(
    module: &'m Module<'a>,
) -> impl Iterator<Item = &'a Expression<'a>> + use<'m, 'a> {
    module
        .writes_to("document")
        .filter(|write| write.path == ["cookie"])
        .map(|write| write.value)
}

/// `headers.set(…)` and the like are no storage.
fn is_plain_map(callee: &Expression<'_>) -> bool {
    let object = match callee {
        Expression::StaticMemberExpression(member) => match member.object.get_inner_expression() {
            Expression::Identifier(name) => name.name.as_str(),
            Expression::StaticMemberExpression(member) => member.property.name.as_str(),
            _ => "",
        },
        _ => "",
    };
    let object = object.to_ascii_lowercase();
    object.contains("header")
        || object.contains("param")
        || object.contains("map")
        || object.contains("cache")
}
