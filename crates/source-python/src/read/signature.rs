//! The places where a token is signed.

use ruff_python_ast::ExprCall;
use ruff_text_size::Ranged as _;

use super::Reached;
use super::calls::{called_name, calls_in};
use crate::facts::Signature;
use crate::flow::{Engine, Value, site};
use crate::thunk::Thunk;
use crate::tree::ModuleId;
use crate::wiring::is_test;

/// Functions that sign, by their dotted names.
const SIGNING: &[&str] = &[
    "jwt.encode",
    "jose.jwt.encode",
    "joserfc.jwt.encode",
    "authlib.jose.jwt.encode",
];

pub(super) fn signatures(engine: &mut Engine<'_, '_>, reached: &Reached) -> Vec<Signature> {
    let mut found: Vec<Signature> = engine
        .signatures
        .iter()
        .enumerate()
        .map(|(number, (site, library, algorithm))| Signature {
            algorithm: algorithm.clone(),
            library: library.to_string(),
            place: engine.place(*site),
            reached: number < reached.signatures,
        })
        .collect();
    for (module, call) in calls(engine, "encode(", SIGNING) {
        let place = engine.place(site(module, call.range()));
        if found.iter().any(|known| known.place == place) {
            continue;
        }
        let algorithm = call
            .arguments
            .find_keyword("algorithm")
            .map(|keyword| &keyword.value)
            .or_else(|| call.arguments.find_positional(2));
        let algorithm = match algorithm {
            None => Some("HS256".to_owned()),
            Some(expr) => match engine.value_of(&Thunk::at_top(module, expr)) {
                Value::Str(name) => Some(name.to_string()),
                value => value
                    .rests_on()
                    .and_then(|setting| setting.default.as_ref().map(ToString::to_string)),
            },
        };
        found.push(Signature {
            algorithm,
            library: "jwt".into(),
            place,
            reached: true,
        });
    }
    found.sort_by(|a, b| a.place.cmp(&b.place));
    found
}

/// The calls, outside tests, of functions with one of these dotted names, in modules whose text holds `word`.
pub(super) fn calls<'a>(
    engine: &mut Engine<'a, '_>,
    word: &str,
    names: &[&str],
) -> Vec<(ModuleId, &'a ExprCall)> {
    let mut found = Vec::new();
    for id in engine.tree.ids().collect::<Vec<_>>() {
        let module = engine.tree.module(id);
        if is_test(module.path()) || !module.text().contains(word) {
            continue;
        }
        for call in calls_in(module.body()) {
            let Some(last) = called_name(call) else {
                continue;
            };
            if !word.trim_end_matches('(').ends_with(last)
                && !last.ends_with(word.trim_end_matches('('))
            {
                continue;
            }
            let callee = engine.value_of(&Thunk::at_top(id, &call.func));
            let dotted = match &callee {
                Value::External(name) => name.to_string(),
                Value::Member(member) => match &member.0 {
                    Value::External(on) => format!("{on}.{}", member.1),
                    _ => continue,
                },
                _ => continue,
            };
            if names.contains(&dotted.as_str()) {
                found.push((id, call));
            }
        }
    }
    found
}
