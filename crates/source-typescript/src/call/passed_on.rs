//! Calls of pages to a route handler that passes them on: what reaches the API is what the handler makes of them.

use super::Found;
use crate::{
    Callee, Via,
    http::{Opener, Request},
    module::ModuleId,
    route::Handler,
    site::Site,
};

/// What a handler passes on, where a request is one of `passOn`.
#[derive(Clone, Debug)]
pub(super) struct PassedOn {
    /// The path in front of what is passed on, where it is written out.
    under: Option<String>,
}

impl PassedOn {
    pub(super) fn of<'a>(site: &Site<'_, '_, 'a>, request: &Request<'a>) -> Option<Self> {
        let (options, _) = request.base.as_ref()?;
        let words = || site.tracer.member_words(options, &["under"]);
        (request.opener == Opener::PassOn).then(|| Self {
            under: words().and_then(|words| words.literal()),
        })
    }

    /// What is left of a path that a handler answers; `None` where it is not passed on.
    fn rest<'p>(&self, handler: &Handler, path: &'p str) -> Option<&'p str> {
        let folder = || handler.path.strip_suffix("/{*}");
        let under = self.under.as_deref().or_else(folder)?;
        let rest = path.strip_prefix(under.trim_end_matches('/'))?;
        (rest.starts_with('/')).then_some(rest)
    }
}

impl Site<'_, '_, '_> {
    /// Takes each call to a handler that passes it on for the call to the API that comes of it: from the server, with the
    /// credential and the base address of the handler. The handler's own call, whose path is any, stands for itself where
    /// no call that runs is seen to go through it.
    pub(super) fn pass_on(&self, found: &mut Vec<Found>) {
        let ways: Vec<(PassedOn, ModuleId, crate::Call)> = found
            .iter()
            .filter_map(|one| Some((one.passed_on.clone()?, one.module, one.call.clone())))
            .collect();
        let mut used: Vec<&crate::Call> = Vec::new();
        for one in found
            .iter_mut()
            .filter(|one| one.call.callee == Callee::Own)
        {
            let Some(handler) = &one.handler else {
                continue;
            };
            let way = ways.iter().find_map(|(way, module, made)| {
                let path = way.rest(handler, &one.path)?;
                self.uses(handler.module, *module).then_some((path, made))
            });
            let Some((path, made)) = way else {
                continue;
            };
            one.call = crate::Call {
                callee: Callee::Api,
                path: path.to_owned(),
                place: one.call.place.clone(),
                method: one.call.method.clone(),
                reached: one.call.reached,
                answer: one.call.answer.clone(),
                via: Via::Other,
                ..made.clone()
            };
            // Who looks at the answer is the page.
            let answer = &mut one.call.answer;
            answer.failure.get_or_insert_with(|| one.call.place.clone());
            if one.call.reached {
                used.push(made);
            }
        }
        found.retain(|one| one.passed_on.is_none() || !used.contains(&&one.call));
    }

    /// Whether a module is another, or loads it itself.
    fn uses(&self, module: ModuleId, other: ModuleId) -> bool {
        let project = self.tracer.project;
        let imports = &project.modules[module].imports;
        module == other
            || imports
                .iter()
                .any(|specifier| project.resolve(module, specifier) == Some(other))
    }
}
