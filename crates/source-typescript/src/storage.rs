//! What the front end puts into the browser's storage, where any script of the page can read it.

use betroth_agreement::IssuerKind;
use oxc_ast::ast::Expression;

use crate::{
    RemovedEntry, RetrievedEntry, StorageArea, StoredEntry,
    module::{Call, ModuleId},
    site::Site,
    value::At,
};

/// Words in the name of an entry that holds a credential of the person.
const CREDENTIAL: [&str; 4] = ["token", "jwt", "bearer", "credential"];
/// Words in the name of an entry that holds a token of another purpose.
const OTHER: [&str; 9] = [
    "csrf", "xsrf", "fcm", "push", "device", "design", "count", "usage", "reset",
];

/// The objects of a browser's storage.
const AREAS: [(&str, StorageArea); 2] = [
    ("localStorage", StorageArea::Local),
    ("sessionStorage", StorageArea::Session),
];

/// What a tree writes into the browser's storage.
#[derive(Default)]
struct Written {
    entries: Vec<(StorageArea, String)>,
    /// Whether an entry is written whose name is not told: it may be any.
    untold: bool,
}

impl Written {
    fn holds(&self, area: StorageArea, key: &str) -> bool {
        self.untold || self.names(area, key)
    }

    /// Whether a write names the entry.
    fn names(&self, area: StorageArea, key: &str) -> bool {
        self.entries
            .iter()
            .any(|(kept, name)| *kept == area && name == key)
    }
}

impl<'a> Site<'_, '_, 'a> {
    /// Every place that stores a credential.
    pub(crate) fn stored(&self) -> Vec<StoredEntry> {
        let mut found = Vec::new();
        let project = self.tracer.project;
        for candidate in project.calls_named("setItem") {
            if !self.members[candidate.module] {
                continue;
            }
            let module = &project.modules[candidate.module];
            let call = &module.calls[candidate.call];
            let (Some(area), [key, value]) = (area_of(call.callee), operands(call)) else {
                continue;
            };
            let (Some(key), Some(value)) = (key, value) else {
                continue;
            };
            let key = self
                .tracer
                .words(&At::new(key, candidate.module))
                .literal()
                .filter(|key| !key.is_empty());
            let value = At::new(value, candidate.module);
            if let Some(entry) = self.entry(area, key, &value, call.span.start) {
                found.push(entry);
            }
        }
        for (id, module) in project.modules.iter().enumerate() {
            if !self.members[id] {
                continue;
            }
            for (root, area) in AREAS {
                for write in module.writes_to(root) {
                    let [key] = write.path[..] else { continue };
                    let value = At::new(write.value, id);
                    let key = Some(key.to_owned());
                    found.extend(self.entry(area, key, &value, write.position));
                }
            }
        }
        found.sort_by(|a, b| a.place.cmp(&b.place));
        found.dedup();
        found
    }

    /// Every place that reads an entry which, by its name, holds a credential.
    pub(crate) fn retrieved(&self) -> Vec<RetrievedEntry> {
        let written = self.written();
        let mut found = Vec::new();
        for (module, call) in self.storage_calls("getItem") {
            let Some((area, key)) = self
                .entry_of(module, call)
                .filter(|(_, key)| holds_credential(key))
            else {
                continue;
            };
            let place = self.tracer.project.modules[module].place(call.span.start);
            found.push(RetrievedEntry {
                written: written.holds(area, &key),
                area,
                key,
                place,
                reached: self.reached[module] && self.is_used(module, call.span.start),
            });
        }
        found.sort_by(|a, b| a.place.cmp(&b.place));
        found
    }

    /// Every place that removes an entry, or all of them.
    pub(crate) fn removed(&self) -> Vec<RemovedEntry> {
        let written = self.written();
        let mut found = Vec::new();
        for (module, call) in self
            .storage_calls("removeItem")
            .chain(self.storage_calls("clear"))
        {
            let Some(area) = area_of(call.callee) else {
                continue;
            };
            let key = self.entry_of(module, call).map(|(_, key)| key);
            found.push(RemovedEntry {
                written: key.as_deref().is_none_or(|key| written.names(area, key)),
                credential: key.as_deref().is_some_and(holds_credential),
                area,
                key,
                place: self.tracer.project.modules[module].place(call.span.start),
                reached: self.reached[module] && self.is_used(module, call.span.start),
            });
        }
        found.sort_by(|a, b| a.place.cmp(&b.place));
        found
    }

    /// The calls of a method of the storage in the modules of the front end.
    fn storage_calls<'s>(
        &'s self,
        method: &'static str,
    ) -> impl Iterator<Item = (ModuleId, &'s Call<'a>)> {
        let project = self.tracer.project;
        let calls = project.calls_named(method).iter();
        calls
            .filter(|one| self.members[one.module])
            .map(|one| (one.module, &project.modules[one.module].calls[one.call]))
            .filter(|(_, call)| area_of(call.callee).is_some())
    }

    /// The entry that a call names, where its name is told.
    fn entry_of(&self, module: ModuleId, call: &Call<'a>) -> Option<(StorageArea, String)> {
        let area = area_of(call.callee)?;
        let [Some(key), _] = operands(call) else {
            return None;
        };
        let key = self.tracer.words(&At::new(key, module)).literal()?;
        Some((area, key))
    }

    /// What the tree writes into the storage.
    fn written(&self) -> Written {
        let project = self.tracer.project;
        let mut written = Written::default();
        for one in project.calls_named("setItem") {
            let call = &project.modules[one.module].calls[one.call];
            if area_of(call.callee).is_some() {
                match self.entry_of(one.module, call) {
                    Some(entry) => written.entries.push(entry),
                    None => written.untold = true,
                }
            }
        }
        for (root, area) in AREAS {
            for id in project.writers(root) {
                let assigned = project.modules[*id].writes_to(root);
                let keys = assigned.filter_map(|write| match write.path[..] {
                    [key] => Some((area, key.to_owned())),
                    _ => None,
                });
                written.entries.extend(keys);
            }
        }
        written
    }

    fn entry(
        &self,
        area: StorageArea,
        key: Option<String>,
        value: &At<'a>,
        position: u32,
    ) -> Option<StoredEntry> {
        // A text of the source is no credential: signing out empties the entry.
        if self.tracer.words(value).literal().is_some() {
            return None;
        }
        let issuer = self
            .sources(value, &[])
            .into_iter()
            .map(|source| source.issuer)
            .find(|issuer| !matches!(issuer, IssuerKind::Unknown | IssuerKind::None));
        // Of what the API answers, only the entry's name tells whether it is the token.
        let told = issuer.is_some_and(|issuer| issuer != IssuerKind::ApiIssued);
        if !told && !key.as_deref().is_some_and(holds_credential) {
            return None;
        }
        Some(StoredEntry {
            area,
            key,
            place: self.tracer.project.modules[value.module].place(position),
            holds: issuer.unwrap_or(IssuerKind::Unknown),
            reached: self.reached[value.module] && self.is_used(value.module, position),
        })
    }
}

/// Whether an entry of that name holds a credential.
fn holds_credential(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    CREDENTIAL.iter().any(|word| key.contains(word)) && !OTHER.iter().any(|word| key.contains(word))
}

/// The storage whose method is called: `localStorage.setItem`, `window.localStorage.setItem`.
fn area_of(callee: &Expression<'_>) -> Option<StorageArea> {
    let Expression::StaticMemberExpression(member) = callee.get_inner_expression() else {
        return None;
    };
    let name = match member.object.get_inner_expression() {
        Expression::Identifier(name) => name.name.as_str(),
        Expression::StaticMemberExpression(inner) => inner.property.name.as_str(),
        _ => return None,
    };
    AREAS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, area)| *area)
}

/// The first two arguments.
fn operands<'a>(call: &Call<'a>) -> [Option<&'a Expression<'a>>; 2] {
    [0, 1].map(|index| {
        call.arguments
            .get(index)
            .and_then(|argument| argument.as_expression())
    })
}
