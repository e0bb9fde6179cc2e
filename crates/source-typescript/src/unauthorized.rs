//! Whether anything looks for the answer 401, with which an ended session begins to show.

use crate::{
    Call, Callee,
    module::{Look, ModuleId, contains},
    site::Site,
    value::{At, Root},
};

/// Where the front end acts on the answer 401.
pub(crate) struct Watch {
    /// For each module, whether code that runs acts on it.
    live: Vec<bool>,
    /// For each module, whether any code acts on it.
    any: Vec<bool>,
    /// For each module, whether it hands the status of an answer on.
    hands_on: Vec<bool>,
    /// Whether a module that sends nothing itself looks at the answers of all: the cache of a query library, an error boundary.
    everywhere: bool,
}

impl<'a> Site<'_, '_, 'a> {
    /// Looks through the modules; `sending` are those that call the API.
    pub(crate) fn watch(&self, sending: &[ModuleId]) -> Watch {
        let modules = &self.tracer.project.modules;
        let mut watch = Watch {
            live: vec![false; modules.len()],
            any: vec![false; modules.len()],
            hands_on: modules.iter().map(|module| module.hands_on).collect(),
            everywhere: false,
        };
        for (id, module) in modules.iter().enumerate() {
            if !self.members[id] {
                continue;
            }
            let looks = module
                .looks
                .iter()
                .filter(|look| look.acts && !self.is_of_login(id, look));
            let left = module.failures.iter().filter(|failure| failure.signs_out);
            let acting: Vec<u32> = looks
                .map(|look| look.position)
                .chain(left.map(|failure| failure.position))
                .collect();
            watch.any[id] = !acting.is_empty();
            watch.live[id] = self.reached[id] && acting.iter().any(|at| self.is_used(id, *at));
            watch.everywhere |= watch.live[id] && !sending.contains(&id);
        }
        watch
    }

    /// Whether what is compared is the answer of Better Auth, as a wrong password is.
    fn is_of_login(&self, module: ModuleId, look: &Look<'a>) -> bool {
        let Some(of) = look.of else { return false };
        let chains = self.tracer.chains(&At::new(of, module), &[], false);
        chains.iter().any(|chain| {
            matches!(chain.root, Root::External { specifier, .. } if specifier.starts_with("better-auth"))
        })
    }

    /// Whether the answer of a call is looked at for 401: in the files of the call and of the request, or in what these import.
    pub(crate) fn is_watched(&self, watch: &Watch, call: &Call, modules: [ModuleId; 2]) -> bool {
        let acting = if call.reached {
            &watch.live
        } else {
            &watch.any
        };
        let project = self.tracer.project;
        let imported = |id: ModuleId| {
            let specifiers = &project.modules[id].imports;
            let targets = specifiers
                .iter()
                .filter_map(move |one| project.resolve(id, one));
            targets.into_iter().any(|target| acting[target])
        };
        watch.everywhere || modules.iter().any(|id| acting[*id] || imported(*id))
    }

    /// The first place in the files of a call and its request that looks for 401 and does nothing but write to the log.
    pub(crate) fn noticed_in(&self, modules: [ModuleId; 2]) -> Option<betroth_report::Place> {
        modules.into_iter().find_map(|id| {
            let module = &self.tracer.project.modules[id];
            let look = module.looks.iter().find(|look| !look.acts)?;
            Some(module.place(look.position))
        })
    }

    /// Where the failure of a request is noticed: the first `if (!response.ok)` behind it in its function.
    pub(crate) fn failure_of(&self, module: ModuleId, request: u32) -> Option<u32> {
        let record = &self.tracer.project.modules[module];
        let function = record.enclosing_function(request)?;
        record
            .failures
            .iter()
            .map(|failure| failure.position)
            .filter(|at| *at > request && contains(record.functions[function].span, *at))
            .min()
    }
}

impl Watch {
    /// Whether any code that runs acts on the answer 401.
    pub(crate) fn is_kept(&self) -> bool {
        self.live.contains(&true)
    }

    /// Whether a route handler's file hands the status on to its own caller.
    pub(crate) fn is_handed_on(&self, call: &Call, module: ModuleId) -> bool {
        call.callee == Callee::Api && call.server && self.hands_on[module]
    }
}
