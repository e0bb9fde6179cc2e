use betroth_report::Place;
use oxc_ast::ast::{ChainElement, Expression};
use oxc_span::{GetSpan as _, Span};

use crate::{
    module::{Definition, ModuleId},
    project::Target,
    site::Site,
    value::{At, Chain, Root},
};

/// Packages that read the cookies of a page.
const COOKIES: [&str; 3] = ["js-cookie", "universal-cookie", "cookies-next"];
/// Functions of Better Auth's client that say who is logged in.
const ASKS: [&str; 2] = ["token", "getSession"];

impl<'a> Site<'_, '_, 'a> {
    /// Where the token that an expression stands for is read, if that is when the module is loaded, and never again.
    pub(super) fn read_at_load(
        &self,
        expression: &'a Expression<'a>,
        module: ModuleId,
    ) -> Option<Place> {
        let inner = expression.get_inner_expression();
        let span = inner.span();
        if self.runs_at_load(module, span) && self.reads(module, span) {
            return Some(self.tracer.project.modules[module].place(span.start));
        }
        match inner {
            Expression::Identifier(name) => {
                let (id, binding) = self.constant(module, name.name.as_str(), span.start)?;
                let record = &self.tracer.project.modules[id];
                let Definition::Value { init, .. } = &record.bindings[binding].definition else {
                    return None;
                };
                self.reads(id, init.span())
                    .then(|| record.place(init.span().start))
            }
            Expression::LogicalExpression(node) => self.read_at_load(&node.left, module),
            Expression::StaticMemberExpression(member) => self.read_at_load(&member.object, module),
            Expression::ChainExpression(chain) => match &chain.expression {
                ChainElement::StaticMemberExpression(member) => {
                    self.read_at_load(&member.object, module)
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn runs_at_load(&self, module: ModuleId, span: Span) -> bool {
        let record = &self.tracer.project.modules[module];
        record.enclosing_function(span.start).is_none()
            && record.enclosing_class(span.start).is_none()
    }

    /// The binding of a module's own scope that a name means, here or where it is imported from, if it is bound once.
    fn constant(&self, id: ModuleId, name: &'a str, position: u32) -> Option<(ModuleId, usize)> {
        let project = self.tracer.project;
        let module = &project.modules[id];
        let binding = module.lookup(name, position)?;
        let (id, binding) = match &module.bindings[binding].definition {
            Definition::Import { specifier, name } => match project.import(id, specifier, name) {
                Target::Binding(id, binding) => (id, binding),
                _ => return None,
            },
            _ => (id, binding),
        };
        let module = &project.modules[id];
        let record = &module.bindings[binding];
        let top = module.lookup_top(record.name) == Some(binding);
        let changed = module
            .writes_to(record.name)
            .any(|write| module.lookup(record.name, write.position) == Some(binding));
        (top && !changed).then_some((id, binding))
    }

    /// Whether what stands in `span`, outside functions in it, reads a token of the person at the browser.
    fn reads(&self, id: ModuleId, span: Span) -> bool {
        let module = &self.tracer.project.modules[id];
        let inside = module.calls.iter().filter(|call| {
            span.start <= call.span.start
                && call.span.end <= span.end
                && self.runs_at_load(id, call.span)
        });
        inside.into_iter().any(|call| {
            let callee = At::new(call.callee, id);
            let chains = self.tracer.chains(&callee, &[], false);
            chains.iter().any(reads_a_person)
        })
    }
}

/// Whether a chain is a function that reads what the browser keeps of a person.
fn reads_a_person(chain: &Chain<'_>) -> bool {
    let last = chain.names().last();
    match chain.root {
        Root::Global("localStorage" | "sessionStorage") => last == Some("getItem"),
        Root::External { specifier, name } if COOKIES.contains(&specifier) => {
            last == Some("get") || name == "getCookie"
        }
        _ => {
            chain.package("better-auth") == Some("createAuthClient")
                && last.is_some_and(|name| ASKS.contains(&name))
        }
    }
}
