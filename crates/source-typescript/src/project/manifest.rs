use oxc_allocator::Allocator;
use oxc_ast::ast::{ArrayExpressionElement, Expression, ObjectPropertyKind};

use super::Project;
use crate::{
    SourceFile, Unread,
    module::{key_name, parse_json},
};

/// A `package.json`: where it stands, and what it depends on.
pub(crate) struct Manifest<'a> {
    /// Its folder, relative to the tree; empty for the tree itself.
    pub(crate) folder: &'a str,
    pub(crate) name: Option<&'a str>,
    pub(crate) main: Option<&'a str>,
    pub(crate) dependencies: Vec<&'a str>,
}

impl Manifest<'_> {
    pub(crate) fn depends_on(&self, package: &str) -> bool {
        self.dependencies.contains(&package)
    }
}

impl<'a> Project<'a> {
    pub(super) fn add_config(
        &mut self,
        file: &'a SourceFile,
        arena: &'a Allocator,
        unread: &mut Vec<Unread>,
    ) {
        let Some(json) = parse_json(&file.text, arena) else {
            unread.push(Unread::new(&file.path, 1, "not valid JSON".to_owned()));
            return;
        };
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        if file.name() == "package.json" {
            let mut dependencies = Vec::new();
            for section in ["dependencies", "devDependencies", "peerDependencies"] {
                dependencies.extend(entries(property(json, section)).map(|(name, _)| name));
            }
            let text = |name| property(json, name).and_then(string);
            self.manifests.push(Manifest {
                folder,
                name: text("name"),
                main: text("main"),
                dependencies,
            });
            return;
        }
        let Some(options) = property(json, "compilerOptions") else {
            return;
        };
        let base = super::resolve::join(
            folder,
            property(options, "baseUrl").and_then(string).unwrap_or("."),
        );
        let mut paths: Vec<(&'a str, Vec<String>)> = entries(property(options, "paths"))
            .map(|(pattern, targets)| {
                (
                    pattern,
                    strings(targets)
                        .map(|target| super::resolve::join(&base, target))
                        .collect(),
                )
            })
            .collect();
        if property(options, "baseUrl").is_some() {
            paths.push(("*", vec![super::resolve::join(&base, "*")]));
        }
        if !paths.is_empty() {
            self.paths.push((folder.to_owned(), paths));
        }
    }
}

/// The value of a property of an object literal.
fn property<'a>(object: &'a Expression<'a>, name: &str) -> Option<&'a Expression<'a>> {
    entries(Some(object))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

fn entries<'a>(
    object: Option<&'a Expression<'a>>,
) -> impl Iterator<Item = (&'a str, &'a Expression<'a>)> {
    let properties = match object.map(Expression::get_inner_expression) {
        Some(Expression::ObjectExpression(object)) => object.properties.as_slice(),
        _ => &[],
    };
    properties.iter().filter_map(|property| match property {
        ObjectPropertyKind::ObjectProperty(property) => {
            Some((key_name(&property.key)?, &property.value))
        }
        ObjectPropertyKind::SpreadProperty(_) => None,
    })
}

fn string<'a>(value: &'a Expression<'a>) -> Option<&'a str> {
    match value {
        Expression::StringLiteral(text) => Some(text.value.as_str()),
        _ => None,
    }
}

fn strings<'a>(value: &'a Expression<'a>) -> impl Iterator<Item = &'a str> {
    let elements = match value {
        Expression::ArrayExpression(array) => array.elements.as_slice(),
        _ => &[],
    };
    elements
        .iter()
        .filter_map(ArrayExpressionElement::as_expression)
        .filter_map(string)
}
