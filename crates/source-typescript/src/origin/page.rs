use betroth_agreement::{CredentialKind, IssuerKind};
use betroth_report::Place;
use oxc_ast::ast::Expression;

use super::Source;
use crate::{
    Absent,
    site::Site,
    value::{At, Chain, Root},
};

/// Functions that go to an address.
const GOES: [&str; 6] = ["redirect", "push", "replace", "assign", "navigate", "open"];

impl<'a> Site<'_, '_, 'a> {
    /// A cookie that a page reads by hand.
    pub(super) fn document_cookie(&self, chain: &Chain<'a>, place: &Place) -> Source {
        let module = &self.tracer.project.modules[chain.module];
        let text =
            module
                .enclosing_function(chain.position)
                .map_or(&*module.file.text, |function| {
                    let span = module.functions[function].span;
                    module
                        .file
                        .text
                        .get(span.start as usize..span.end as usize)
                        .unwrap_or_default()
                });
        let session = text.contains("session_token") || module.file.text.contains("session_token");
        let why = "a cookie read by hand";
        if session && self.hides_session_cookie() {
            Source {
                dead: true,
                absent: Some(Absent::HttpOnlyCookie),
                ..Source::new(
                    IssuerKind::None,
                    CredentialKind::BearerUnknown,
                    place.clone(),
                    "the session cookie, which no script sees",
                )
            }
        } else if session {
            Source::new(
                IssuerKind::SessionToken,
                CredentialKind::BearerSignedCookie,
                place.clone(),
                why,
            )
        } else {
            Source::unknown(place.clone(), why)
        }
    }

    /// Whether the session cookie is `httpOnly`, as Better Auth sets it unless it is told otherwise, and no page writes one of that name.
    fn hides_session_cookie(&self) -> bool {
        let told = |name: &str| name.starts_with("advanced.") && name.contains("ttributes");
        let modules = self.tracer.project.modules.iter().zip(self.members);
        let written = || {
            modules.filter(|(_, member)| **member).any(|(module, _)| {
                module
                    .writes_to("document")
                    .any(|write| write.path == ["cookie"])
                    && module.file.text.contains("session_token=")
            })
        };
        self.better_auth
            && !self.servers.is_empty()
            && self
                .servers
                .iter()
                .all(|server| !server.options.iter().any(|option| told(&option.name)))
            && !written()
    }

    /// A value read from the query of an address: followed to the redirects that put it there.
    pub(super) fn handed_over(
        &self,
        chain: &Chain<'a>,
        entries: &[String],
        depth: usize,
        sources: &mut Vec<Source>,
    ) -> bool {
        let reads_query = match chain.root {
            Root::Global("URLSearchParams" | "URL" | "location") => true,
            Root::External { name, .. } => matches!(
                name,
                "useSearchParams" | "useLocation" | "useRouter" | "useHistory"
            ),
            Root::Value(_) | Root::Parameter(..) => {
                chain.names().any(|name| name == "searchParams")
            }
            _ => false,
        };
        if !reads_query {
            return false;
        }
        let before = sources.len();
        for key in entries {
            for at in self.query_values(key) {
                for chain in self.tracer.chains(&at, &[], true) {
                    self.source(&chain, depth, sources);
                }
            }
        }
        sources.len() > before
    }

    /// The values that the tree puts into the query of an address under a name.
    fn query_values(&self, key: &str) -> Vec<At<'a>> {
        let mut values = Vec::new();
        let mut after = |at: &At<'a>| {
            for chain in self.tracer.chains(at, &[], false) {
                if let Root::Value(value) = &chain.root {
                    values.extend(
                        after_key(value.expression, key).map(|one| At::new(one, value.module)),
                    );
                }
            }
        };
        let mut set = Vec::new();
        for (id, module) in self.tracer.project.modules.iter().enumerate() {
            for write in &module.writes {
                match write.path.as_slice() {
                    [.., "searchParams", name] if *name == key => {
                        set.push(At::new(write.value, id));
                    }
                    [.., "href" | "location"] => after(&At::new(write.value, id)),
                    _ => {}
                }
            }
            for call in module.calls.iter().filter(|call| GOES.contains(&call.name)) {
                for argument in call.arguments.iter().filter_map(|one| one.as_expression()) {
                    after(&At::new(argument, id));
                }
            }
        }
        values.extend(set);
        values
    }
}

/// The expression that a template puts after `key=`.
pub(crate) fn after_key<'a>(
    expression: &'a Expression<'a>,
    key: &str,
) -> Option<&'a Expression<'a>> {
    let Expression::TemplateLiteral(template) = expression.get_inner_expression() else {
        return None;
    };
    template
        .quasis
        .iter()
        .zip(&template.expressions)
        .find_map(|(quasi, value)| {
            let before = quasi.value.raw.as_str().strip_suffix('=')?;
            let name = before.rsplit(['?', '&', '#']).next()?;
            (name == key).then_some(value)
        })
}
