use crate::{
    Interceptor, Via,
    module::ModuleId,
    site::Site,
    value::{At, Chain, Root, Step},
};

impl Site<'_, '_, '_> {
    /// The functions that see every request of an axios client.
    pub(crate) fn interceptors(&self) -> Vec<Interceptor> {
        let modules = &self.tracer.project.modules;
        let mut found = Vec::new();
        for call in self.tracer.project.calls_named("use") {
            let record = &modules[call.module].calls[call.call];
            let function = record.arguments.first().and_then(|one| one.as_expression());
            let (true, Some(function)) = (self.members[call.module], function) else {
                continue;
            };
            let callee = At::new(record.callee, call.module);
            let chains = self.tracer.chains(&callee, &[], true);
            let sets = |chain: &&Chain<'_>| {
                chain
                    .names()
                    .collect::<Vec<_>>()
                    .ends_with(&["interceptors", "request", "use"])
            };
            for chain in chains.iter().filter(sets) {
                let mut sources = Vec::new();
                self.written_by(&At::new(function, call.module), &mut sources);
                let made = made_at(chain).map(|(module, position)| modules[module].place(position));
                found.push(Interceptor {
                    place: modules[call.module].place(record.span.start),
                    client: chain.package("axios").map(|_| Via::Axios(made)),
                    adds_token: !sources.is_empty(),
                    reached: self.reached[call.module]
                        && self.is_used(call.module, record.span.start),
                });
            }
        }
        found.sort_by(|a, b| a.place.cmp(&b.place));
        found
    }
}

/// The call that makes the client of a chain.
fn made_at(chain: &Chain<'_>) -> Option<(ModuleId, u32)> {
    let applied = chain.path.iter().find_map(Step::call)?;
    Some((applied.module, applied.position))
}

/// Whether a chain is `client.interceptors.request.use` of the client made at `client`.
pub(super) fn intercepts(chain: &Chain<'_>, client: Option<(ModuleId, u32)>) -> bool {
    let last: &[&str] = match chain.root {
        Root::External {
            specifier: "axios", ..
        } => &["interceptors", "request", "use"],
        Root::External {
            specifier: "openapi-fetch",
            ..
        } => &["use"],
        _ => return false,
    };
    made_at(chain) == client && chain.names().collect::<Vec<_>>().ends_with(last)
}
