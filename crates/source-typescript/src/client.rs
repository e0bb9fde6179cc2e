//! What of the environment reaches the browser.

use crate::{
    Framework, WithheldVariable,
    module::Module,
    reach::{is_entry, loaded_from},
    site::Site,
};

/// Names that Next.js writes into every bundle, or that are read for their absence.
const GIVEN: [&str; 3] = ["NODE_ENV", "NEXT_RUNTIME", "VERCEL_ENV"];

impl Site<'_, '_, '_> {
    /// Environment variables that modules of the browser read, and that Next.js leaves out of its bundle.
    ///
    /// Next.js writes the value of a variable into what the browser loads only if its name starts with `NEXT_PUBLIC_`.
    pub(crate) fn withheld(&self) -> Vec<WithheldVariable> {
        if self.framework != Framework::Next {
            return Vec::new();
        }
        let modules = &self.tracer.project.modules;
        let configured: String = modules
            .iter()
            .filter(|module| module.file.name().starts_with("next.config"))
            .map(|module| module.file.text.as_ref())
            .collect();
        let mut found = Vec::new();
        for (id, loaded) in self.loaded_by_clients().into_iter().enumerate() {
            if !loaded || !self.members[id] {
                continue;
            }
            let module = &modules[id];
            // A module that asks where it runs reads each variable where it is there.
            if module.file.text.contains("typeof window") {
                continue;
            }
            for (name, at) in variables(module) {
                if name.starts_with("NEXT_PUBLIC_")
                    || GIVEN.contains(&name)
                    || configured.contains(name)
                {
                    continue;
                }
                found.push(WithheldVariable {
                    name: name.to_owned(),
                    place: module.place(at),
                    reached: self.reached[id],
                });
            }
        }
        found
    }

    /// For each module, whether only a server loads it: an entry that runs there does, and none of the browser.
    ///
    /// Next.js says on which side an entry runs; of others it is not told.
    pub(crate) fn loaded_by_server_alone(&self) -> Vec<bool> {
        let project = self.tracer.project;
        let modules = &project.modules;
        if self.framework != Framework::Next {
            return vec![false; modules.len()];
        }
        let of_browser = |id: &usize| {
            let path = &modules[*id].file.path;
            let inside = path.strip_prefix(project.home(*id)).unwrap_or(path);
            let inside = inside.trim_start_matches('/');
            let inside = inside.strip_prefix("src/").unwrap_or(inside);
            modules[*id].client
                || (inside.starts_with("pages/") && !inside.starts_with("pages/api/"))
                || inside.starts_with("instrumentation-client.")
        };
        let all = 0..modules.len();
        let browser = all.clone().filter(of_browser).collect();
        let browser = loaded_from(project, browser, |id| !modules[id].server_actions);
        let entries = all.filter(|id| {
            project.home(*id) == self.root && is_entry(self.root, &modules[*id].file.path)
        });
        let server = loaded_from(project, entries.collect(), |id| !of_browser(&id));
        server
            .into_iter()
            .zip(browser)
            .map(|(server, browser)| server && !browser)
            .collect()
    }

    /// For each module, whether the browser loads it, as far as that is told: where pages are made on a server too, a module of
    /// the browser is known by `"use client"`; where they are not, every module is one.
    pub(crate) fn loaded_by_browser(&self) -> Vec<bool> {
        match self.framework {
            Framework::Vite
            | Framework::CreateReactApp
            | Framework::React
            | Framework::Vue
            | Framework::Svelte
            | Framework::Angular
            | Framework::Docusaurus => self.members.to_vec(),
            _ => self.loaded_by_clients(),
        }
    }

    /// For each module, whether it says `"use client"`, or a module that does imports it.
    fn loaded_by_clients(&self) -> Vec<bool> {
        let project = self.tracer.project;
        let open = (0..project.modules.len()).filter(|id| project.modules[*id].client);
        loaded_from(project, open.collect(), |id| {
            !project.modules[id].server_actions
        })
    }
}

/// The names after `process.env.` in the code of a module, with their positions.
fn variables<'m>(module: &'m Module<'_>) -> impl Iterator<Item = (&'m str, u32)> {
    const BEFORE: &str = "process.env.";
    let text: &'m str = &module.file.text;
    text.match_indices(BEFORE).filter_map(move |(at, _)| {
        let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let before = text[line..at].trim_start();
        if before.starts_with("//") || before.starts_with('*') || before.starts_with("/*") {
            return None;
        }
        let rest = &text[at + BEFORE.len()..];
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        let name = &rest[..end];
        (!name.is_empty()).then(|| (name, u32::try_from(at).unwrap_or(u32::MAX)))
    })
}
