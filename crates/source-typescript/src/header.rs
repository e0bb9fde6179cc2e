//! The form of `Authorization`: a scheme, a space, the credential (RFC 9110 section 11.6.2).

use crate::{UnschemedHeader, module::Module, site::Site, token_name::is_token};

/// How the header's name stands before its value.
const NAMES: [&str; 7] = [
    "Authorization:",
    "\"Authorization\":",
    "'Authorization':",
    ".Authorization =",
    "[\"Authorization\"] =",
    "set(\"Authorization\",",
    "set('Authorization',",
];

impl Site<'_, '_, '_> {
    /// Every header `Authorization` that carries a token without the word `Bearer ` before it.
    pub(crate) fn unschemed(&self) -> Vec<UnschemedHeader> {
        let mut found = Vec::new();
        for (id, module) in self.tracer.project.modules.iter().enumerate() {
            if self.members[id] {
                let headers = bare(module).map(|(at, width)| UnschemedHeader {
                    place: betroth_report::Place {
                        width,
                        ..module.place(at)
                    },
                    reached: self.reached[id],
                });
                found.extend(headers);
            }
        }
        found.sort_by(|a, b| a.place.cmp(&b.place));
        found.dedup();
        found
    }
}

/// The values without a scheme: where each begins, and its width in characters.
fn bare<'m>(module: &'m Module<'_>) -> impl Iterator<Item = (u32, u32)> + 'm {
    let text: &'m str = &module.file.text;
    NAMES.iter().flat_map(move |name| {
        text.match_indices(name).filter_map(move |(at, _)| {
            let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
            let before = text[line..at].trim_start();
            if before.starts_with("//") || before.starts_with('*') {
                return None;
            }
            let after = &text[at + name.len()..];
            let value = after.trim_start();
            let start = text.len() - value.len();
            let value = value_of(value)?;
            is_bare(text, value).then(|| {
                let width = value.chars().count();
                (
                    u32::try_from(start).unwrap_or(u32::MAX),
                    u32::try_from(width).unwrap_or(u32::MAX),
                )
            })
        })
    })
}

/// A value as far as it is one name, one template, or a text with something added.
fn value_of(text: &str) -> Option<&str> {
    let end = match text.chars().next()? {
        '`' => text[1..].find('`')? + 2,
        '"' | '\'' => text.find([',', '}', ')', ';', '\n'])?,
        _ => {
            text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '?' | '!' | '$')))?
        }
    };
    let rest = text[end..].trim_start();
    let whole = rest.starts_with([',', '}', ')', ';']) || text[end..].starts_with(['\n', '\r']);
    whole.then(|| text[..end].trim_end())
}

fn is_bare(text: &str, value: &str) -> bool {
    if let Some(template) = value.strip_prefix('`').and_then(|it| it.strip_suffix('`')) {
        if template.starts_with("Bearer${") {
            return true;
        }
        let inner = template
            .strip_prefix("${")
            .and_then(|it| it.strip_suffix('}'));
        return inner.is_some_and(|name| is_bare_token(text, name.trim()));
    }
    if value.starts_with(['"', '\'']) {
        let compact: String = value.chars().filter(|c| !c.is_whitespace()).collect();
        return compact.starts_with("\"Bearer\"+") || compact.starts_with("'Bearer'+");
    }
    is_bare_token(text, value)
}

/// Whether a name stands for a token alone: by its last part, unless the word `Bearer` is put before it elsewhere.
fn is_bare_token(text: &str, name: &str) -> bool {
    let plain = name
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '?' | '!' | '$'));
    let last = name
        .rsplit('.')
        .next()
        .unwrap_or(name)
        .trim_matches(['?', '!']);
    plain && is_token(last) && !text.contains("Bearer")
}
