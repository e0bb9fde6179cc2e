use oxc_ast::ast::{BindingPattern, Expression, PropertyKey};

/// A name that a pattern binds, with the way from the matched value to it.
pub(super) struct Bound<'a> {
    pub(super) name: &'a str,
    pub(super) path: Vec<&'a str>,
    pub(super) default: Option<&'a Expression<'a>>,
}

/// Places of an array pattern, as names; later places are not told apart.
const PLACES: [&str; 8] = ["0", "1", "2", "3", "4", "5", "6", "7"];

/// All names that a pattern binds. A rest element stands for the whole value that it takes the rest of.
pub(super) fn bound<'a>(pattern: &'a BindingPattern<'a>) -> Vec<Bound<'a>> {
    let mut names = Vec::new();
    collect(pattern, &mut Vec::new(), None, &mut names);
    names
}

fn collect<'a>(
    pattern: &'a BindingPattern<'a>,
    path: &mut Vec<&'a str>,
    default: Option<&'a Expression<'a>>,
    names: &mut Vec<Bound<'a>>,
) {
    match pattern {
        BindingPattern::BindingIdentifier(name) => names.push(Bound {
            name: name.name.as_str(),
            path: path.clone(),
            default,
        }),
        BindingPattern::AssignmentPattern(assigned) => {
            collect(&assigned.left, path, Some(&assigned.right), names);
        }
        BindingPattern::ObjectPattern(object) => {
            for property in &object.properties {
                let Some(key) = key_name(&property.key) else {
                    continue;
                };
                path.push(key);
                collect(&property.value, path, None, names);
                path.pop();
            }
            if let Some(rest) = &object.rest {
                collect(&rest.argument, path, None, names);
            }
        }
        BindingPattern::ArrayPattern(array) => {
            for (place, element) in PLACES.iter().zip(&array.elements) {
                if let Some(element) = element {
                    path.push(place);
                    collect(element, path, None, names);
                    path.pop();
                }
            }
        }
    }
}

/// The name of a key that is not computed.
pub(crate) fn key_name<'a>(key: &'a PropertyKey<'a>) -> Option<&'a str> {
    match key {
        PropertyKey::StaticIdentifier(name) => Some(name.name.as_str()),
        PropertyKey::PrivateIdentifier(name) => Some(name.name.as_str()),
        PropertyKey::StringLiteral(text) => Some(text.value.as_str()),
        _ => None,
    }
}
