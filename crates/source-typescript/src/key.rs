//! Where a key comes from.

use betroth_agreement::{Evidence, KeySource};
use oxc_ast::ast::Expression;

use crate::value::{At, Chain, Piece, Root, Tracer};

/// Functions that make key material of a text, by the name of the function that is called last.
const ENCODERS: [&str; 6] = [
    "encode",
    "from",
    "createSecretKey",
    "importPKCS8",
    "importJWK",
    "decode",
];

/// Where the member `names` of an expression gets its key; `None` where there is no such member. The value itself is never kept.
pub(crate) fn key_source<'a>(
    tracer: &Tracer<'_, 'a>,
    at: &At<'a>,
    names: &[&'a str],
) -> Option<Evidence<KeySource>> {
    let chains = tracer.chains(at, names, true);
    let first = chains.first()?;
    let place = tracer.project.modules[first.module].place(first.position);
    let chains: Vec<Chain<'a>> = chains
        .into_iter()
        .flat_map(|chain| material(tracer, chain))
        .collect();
    let mut name = None;
    let mut literal = false;
    for chain in &chains {
        match &chain.root {
            Root::Global("process" | "import.meta") => name = name.or(chain.names().last()),
            Root::Value(value) => match tracer.words(value).pieces.as_slice() {
                [
                    Piece::Environment {
                        name: variable,
                        default,
                    },
                ] => {
                    return Some(Evidence::known(
                        KeySource::Environment {
                            name: variable.clone(),
                            defaulted: default.is_some(),
                        },
                        place,
                    ));
                }
                [Piece::Text(text)] => literal |= !text.is_empty(),
                _ => {}
            },
            _ => {}
        }
    }
    Some(match (name, literal) {
        (Some(name), defaulted) => Evidence::known(
            KeySource::Environment {
                name: name.to_owned(),
                defaulted,
            },
            place,
        ),
        (None, true) => Evidence::known(KeySource::Literal, place),
        (None, false) => Evidence::unknown("the key is made elsewhere", place),
    })
}

/// What a chain such as `new TextEncoder().encode(process.env.SECRET)` is made of.
fn material<'a>(tracer: &Tracer<'_, 'a>, chain: Chain<'a>) -> Vec<Chain<'a>> {
    let mut encoder = matches!(chain.root, Root::External { name, .. } if ENCODERS.contains(&name));
    for step in &chain.path {
        if let Some(name) = step.name() {
            encoder = ENCODERS.contains(&name);
        } else if let Some(applied) = step.call()
            && encoder
            && let Some(argument) = applied.first()
        {
            return tracer.chains(argument, &[], true);
        }
    }
    if let Root::Value(value) = &chain.root
        && matches!(
            value.expression.get_inner_expression(),
            Expression::TemplateLiteral(_)
        )
    {
        return vec![chain];
    }
    vec![chain]
}
