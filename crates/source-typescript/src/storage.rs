//! What the front end puts into the browser's storage, where any script of the page can read it.

use betroth_agreement::IssuerKind;
use oxc_ast::ast::Expression;

use crate::{RetrievedEntry, StorageArea, StoredEntry, module::Call, site::Site, value::At};

/// Words in the name of an entry that holds a credential of the person.
const CREDENTIAL: [&str; 4] = ["token", "jwt", "bearer", "credential"];
/// Words in the name of an entry that holds a token of another purpose.
const OTHER: [&str; 9] = [
    "csrf", "xsrf", "fcm", "push", "device", "design", "count", "usage", "reset",
];

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
            for (root, area) in [
                ("localStorage", StorageArea::Local),
                ("sessionStorage", StorageArea::Session),
            ] {
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
        let project = self.tracer.project;
        let key_of = |module: usize, call: &Call<'a>| {
            let area = area_of(call.callee)?;
            let [Some(key), _] = operands(call) else {
                return None;
            };
            let key = self.tracer.words(&At::new(key, module)).literal()?;
            Some((area, key))
        };
        let writes: Vec<Option<(StorageArea, String)>> = project
            .calls_named("setItem")
            .iter()
            .filter(|one| area_of(project.modules[one.module].calls[one.call].callee).is_some())
            .map(|one| key_of(one.module, &project.modules[one.module].calls[one.call]))
            .collect();
        // An entry whose name is not told may be any.
        let untold = writes.iter().any(Option::is_none);
        let mut found = Vec::new();
        for candidate in project.calls_named("getItem") {
            let module = &project.modules[candidate.module];
            let call = &module.calls[candidate.call];
            if !self.members[candidate.module] {
                continue;
            }
            let Some((area, key)) =
                key_of(candidate.module, call).filter(|(_, key)| holds_credential(key))
            else {
                continue;
            };
            let root = match area {
                StorageArea::Local => "localStorage",
                StorageArea::Session => "sessionStorage",
            };
            let assigned = project.writers(root).iter().any(|id| {
                project.modules[*id]
                    .writes_to(root)
                    .any(|write| write.path[..] == [key.as_str()])
            });
            found.push(RetrievedEntry {
                written: untold || assigned || writes.contains(&Some((area, key.clone()))),
                area,
                key,
                place: module.place(call.span.start),
                reached: self.reached[candidate.module]
                    && self.is_used(candidate.module, call.span.start),
            });
        }
        found.sort_by(|a, b| a.place.cmp(&b.place));
        found
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
    match name {
        "localStorage" => Some(StorageArea::Local),
        "sessionStorage" => Some(StorageArea::Session),
        _ => None,
    }
}

/// The first two arguments.
fn operands<'a>(call: &Call<'a>) -> [Option<&'a Expression<'a>>; 2] {
    [0, 1].map(|index| {
        call.arguments
            .get(index)
            .and_then(|argument| argument.as_expression())
    })
}
