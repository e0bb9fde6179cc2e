//! The draft for programs.

use betroth_scaffold::contract::{Basis, Entry, Section};
use serde_json::{Value, json};

use super::Drafted;

/// The whole answer: `schema`, `file`, `written`, `web_root`, `api_root`, `others`, `keys`, `text`.
pub(super) fn object(drafted: &Drafted, written: bool) -> Value {
    let others = drafted
        .others
        .iter()
        .map(|(web, api)| json!({ "web_root": web, "api_root": api }));
    let keys = drafted
        .draft
        .sections
        .iter()
        .flat_map(|section| section.entries.iter().map(|entry| key(section, entry)));
    json!({
        "schema": 1,
        "file": drafted.path.display().to_string(),
        "written": written,
        "web_root": drafted.roots.0,
        "api_root": drafted.roots.1,
        "others": others.collect::<Vec<_>>(),
        "keys": keys.collect::<Vec<_>>(),
        "text": drafted.text,
    })
}

fn key(section: &Section, entry: &Entry) -> Value {
    let mut row = json!({
        "key": format!("{}.{}", section.name, entry.key),
        "value": entry.value,
    });
    match &entry.basis {
        Basis::Read(place) => {
            row["basis"] = json!("read");
            row["file"] = json!(place.file);
            row["line"] = json!(place.line.max(1));
        }
        Basis::Guess(why) => {
            row["basis"] = json!("guess");
            row["why"] = json!(why);
        }
        Basis::Given => row["basis"] = json!("given"),
        Basis::Instead(place) => {
            row["basis"] = json!("given");
            row["otherwise"] = json!({ "file": place.file, "line": place.line.max(1) });
        }
        Basis::Open(why) => {
            row["basis"] = json!("open");
            row["why"] = json!(why);
        }
    }
    row
}
