//! Addresses of one's own servers that stand in the source, where no deployment can change them.

use oxc_ast::ast::JSXAttributeItem;
use oxc_span::GetSpan as _;

use crate::{
    FixedAddress,
    module::{Definition, Literal, Module},
    site::{FOREIGN, Site},
};

/// What a function holds that has an address chosen by the deployment, or by the page's own host.
const CHOSEN: [&str; 5] = [
    "process.env",
    "import.meta.env",
    ".hostname",
    "location.host",
    "customFields",
];
/// Words in the name of an address of the API, or of the service for logging in.
const SERVICES: [&str; 5] = ["AUTH", "API", "BACKEND", "SERVER", "LOGIN"];
/// Words in the name of an address.
const ADDRESSES: [&str; 6] = ["URL", "URI", "ORIGIN", "HOST", "BASE", "ENDPOINT"];

impl Site<'_, '_, '_> {
    /// The addresses on the developer's own machine, and those that go by the name of the API or of the auth service.
    pub(crate) fn fixed_addresses(&self) -> Vec<FixedAddress> {
        let mut found = Vec::new();
        for (id, module) in self.tracer.project.modules.iter().enumerate() {
            if !self.members[id] || module.file.name().contains("config") {
                continue;
            }
            for literal in &module.literals {
                let Some((origin, host)) = origin(literal.text) else {
                    continue;
                };
                let local = host.split(':').next() == Some("localhost")
                    || host.starts_with("127.")
                    || host.starts_with("0.0.0.0");
                let own = local || is_service(literal, host);
                let replaced = self.is_replaced(module, literal);
                if own && !replaced && !is_chosen(module, literal.position) {
                    found.push(FixedAddress {
                        origin: origin.to_owned(),
                        local,
                        place: module.place(literal.position),
                        reached: self.reached[id] && self.is_used(id, literal.position),
                    });
                }
            }
        }
        found.sort_by(|a, b| a.place.cmp(&b.place));
        found
    }
}

impl Site<'_, '_, '_> {
    /// Whether a text is the default of a parameter for which every caller gives another: `<Chat apiUrl={…} />`, `new Client(…)`.
    fn is_replaced(&self, module: &Module<'_>, literal: &Literal<'_>) -> bool {
        let project = self.tracer.project;
        let parameter = module
            .bindings
            .iter()
            .find_map(|binding| match &binding.definition {
                Definition::Parameter {
                    function,
                    index,
                    default: Some(default),
                    ..
                } if default.span().start == literal.position => {
                    Some((*function, *index, binding.name))
                }
                _ => None,
            });
        let Some((function, index, name)) = parameter else {
            return false;
        };
        let record = &module.functions[function];
        let owner = match record.constructs {
            Some(class) => module.classes[class].name,
            None => record.name,
        };
        let Some(owner) = owner else { return false };
        let elements = project.modules.iter().flat_map(|module| &module.elements);
        let elements: Vec<bool> = elements
            .filter(|element| element.name == [owner])
            .map(|element| gives(element.attributes, name))
            .collect();
        let calls: Vec<bool> = project
            .calls_named(owner)
            .iter()
            .map(|call| {
                project.modules[call.module].calls[call.call]
                    .arguments
                    .len()
                    > index
            })
            .collect();
        let uses = [elements, calls].concat();
        !uses.is_empty() && uses.iter().all(|given| *given)
    }
}

/// Whether a JSX element gives an attribute, or spreads what may hold it.
fn gives(attributes: &[JSXAttributeItem<'_>], name: &str) -> bool {
    attributes.iter().any(|attribute| match attribute {
        JSXAttributeItem::Attribute(attribute) => attribute.is_identifier(name),
        JSXAttributeItem::SpreadAttribute(_) => true,
    })
}

/// `https://host:port`, and the part after the scheme.
fn origin(text: &str) -> Option<(&str, &str)> {
    let start = text.find("://")? + 3;
    let end = text[start..]
        .find(['/', '?', '#'])
        .map_or(text.len(), |end| start + end);
    Some((&text[..end], &text[start..end]))
}

fn is_service(literal: &Literal<'_>, host: &str) -> bool {
    let Some(name) = literal.name.map(str::to_ascii_uppercase) else {
        return false;
    };
    let holds = |words: &[&str]| words.iter().any(|word| name.contains(word));
    holds(&SERVICES)
        && holds(&ADDRESSES)
        && host.contains('.')
        && !host.contains("example")
        && !FOREIGN.iter().any(|foreign| host.ends_with(foreign))
}

fn is_chosen(module: &Module<'_>, position: u32) -> bool {
    let Some(function) = module.enclosing_function(position) else {
        return false;
    };
    let span = module.functions[function].span;
    let text = module.file.text.get(span.start as usize..span.end as usize);
    text.is_some_and(|text| CHOSEN.iter().any(|word| text.contains(word)))
}
