//! Who guards a route: middleware, dependencies, decorators and the handler itself, in the order in which they run.

mod admitted;
mod callable;
mod handler;
mod middleware;
mod route;
#[cfg(test)]
mod tests;
mod watching;

pub(crate) use admitted::{claimed_identity, reads_identities};
pub(crate) use callable::judge_callable;
pub(crate) use route::judge_route;

use betroth_agreement::Condition;
use betroth_report::Place;

use crate::facts::Authentication;
use crate::flow::{Answer, Engine, Setting, Value};

impl<'a> Engine<'a, '_> {
    /// An answer in the words of the report.
    pub(crate) fn authentication(&self, answer: &Answer, otherwise: &Place) -> Authentication {
        match answer {
            Answer::Required => Authentication::Required,
            Answer::Conditional(setting) => Authentication::Conditional(condition(setting)),
            Answer::Optional => Authentication::Optional,
            Answer::None => Authentication::None,
            Answer::Forgeable(what, site) => Authentication::Forgeable {
                what: what.to_string(),
                place: self.place(*site),
            },
            Answer::Unknown(why, site) => Authentication::Unknown {
                why: why.to_string(),
                place: site.map_or_else(|| otherwise.clone(), |site| self.place(site)),
            },
        }
    }

    /// Name and place of what is called.
    pub(crate) fn named(&self, value: &Value<'a>) -> Option<(String, Place)> {
        Some(match value {
            Value::Depends(inner) => return self.named(inner),
            Value::Function(closure) => (
                closure.node.0.name.to_string(),
                self.tree.place(closure.module, &closure.node.0.name),
            ),
            Value::Method(method) => (
                method.1.node.0.name.to_string(),
                self.tree.place(method.1.module, &method.1.node.0.name),
            ),
            Value::Instance(instance) => (
                instance.class.0.name.to_string(),
                self.tree.place(instance.module, &instance.class.0.name),
            ),
            Value::Class(module, class) => (
                class.0.name.to_string(),
                self.tree.place(*module, &class.0.name),
            ),
            Value::Partial(partial) => return self.named(&partial.0),
            _ => return None,
        })
    }
}

fn condition(setting: &Setting) -> Condition {
    Condition {
        setting: setting.name.to_string(),
        default: setting.default.as_ref().map(ToString::to_string),
    }
}
