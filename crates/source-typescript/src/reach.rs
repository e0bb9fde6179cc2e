//! Which modules a program of the tree loads.

use crate::{
    module::{Export, ModuleId, contains},
    project::{CallRef, Project},
    site::Site,
};

/// Folders in which every file is an entry by convention.
const FOLDERS: [&str; 8] = [
    "app/",
    "pages/",
    "src/app/",
    "src/pages/",
    "src/theme/",
    "src/routes/",
    "scripts/",
    "api/",
];
/// Names, without ending, of files that start a program where they stand at the root of a package or in its `src`.
const NAMES: [&str; 14] = [
    "index",
    "main",
    "server",
    "app",
    "App",
    "middleware",
    "proxy",
    "instrumentation",
    "instrumentation-client",
    "next.config",
    "vite.config",
    "docusaurus.config",
    "worker",
    "hooks.server",
];

/// Callers of callers that are asked whether they are used.
const CALLERS: usize = 3;

/// For each module, whether a program of the tree loads it. A package without any known entry counts as loaded whole.
pub(crate) fn reached(project: &Project<'_>) -> Vec<bool> {
    let mut open = Vec::new();
    let homes: Vec<&str> = (0..project.modules.len())
        .map(|id| project.home(id))
        .collect();
    let mut entered: Vec<&str> = Vec::new();
    for (id, module) in project.modules.iter().enumerate() {
        if is_entry(homes[id], &module.file.path) {
            entered.push(homes[id]);
            open.push(id);
        }
    }
    open.extend((0..project.modules.len()).filter(|id| !entered.contains(&homes[*id])));
    loaded_from(project, open, |_| true)
}

/// The modules from which others are loaded, with all that they load; what `enters` refuses is left out with what hangs on it.
pub(crate) fn loaded_from(
    project: &Project<'_>,
    mut open: Vec<ModuleId>,
    enters: impl Fn(ModuleId) -> bool,
) -> Vec<bool> {
    let mut loaded = vec![false; project.modules.len()];
    while let Some(id) = open.pop() {
        if !enters(id) || std::mem::replace(&mut loaded[id], true) {
            continue;
        }
        let module = &project.modules[id];
        open.extend(
            module
                .imports
                .iter()
                .chain(&module.stars)
                .filter_map(|specifier| project.resolve(id, specifier)),
        );
    }
    loaded
}

/// For each module, whether it is part of the front end in `root`: it lies there, or in a package of libraries that a module there imports.
pub(crate) fn members(project: &Project<'_>, root: &str, libraries: &[&str]) -> Vec<bool> {
    let mut members = vec![false; project.modules.len()];
    let mut open: Vec<usize> = (0..project.modules.len())
        .filter(|id| project.home(*id) == root)
        .collect();
    while let Some(id) = open.pop() {
        if std::mem::replace(&mut members[id], true) {
            continue;
        }
        let module = &project.modules[id];
        let imported = module
            .imports
            .iter()
            .chain(&module.stars)
            .filter_map(|specifier| project.resolve(id, specifier));
        open.extend(imported.filter(|other| {
            project.home(*other) == root || libraries.contains(&project.home(*other))
        }));
    }
    members
}

impl Site<'_, '_, '_> {
    /// Whether the function around a position is named anywhere but where it is defined.
    ///
    /// What has no name is used where it stands; a component, a route handler, or what a framework calls by its name is used too.
    /// What only unused functions call is not used.
    pub(crate) fn is_used(&self, id: ModuleId, position: u32) -> bool {
        self.is_used_within(id, position, CALLERS)
    }

    fn is_used_within(&self, id: ModuleId, position: u32, depth: usize) -> bool {
        let project = self.tracer.project;
        let module = &project.modules[id];
        let mut around = module.enclosing_function(position);
        while let Some(function) = around {
            let record = &module.functions[function];
            around = record.parent;
            let Some(name) = record.name else {
                continue;
            };
            let called = name.starts_with(char::is_uppercase)
                || !name.starts_with(|c: char| c.is_alphabetic() || c == '_')
                || match module.exports.get("default") {
                    Some(Export::Local(exported)) => *exported == name,
                    Some(Export::Function(exported)) => *exported == function,
                    _ => false,
                }
                || record.constructs.is_some()
                || record.handed
                // What a page or a route handler exports is called by the framework, by its name.
                || (record.parent.is_none()
                    && module.exports.contains_key(name)
                    && is_entry(project.home(id), &module.file.path))
                || name == "default";
            if called {
                continue;
            }
            let mentions: usize = project
                .modules
                .iter()
                .zip(self.members)
                .filter(|(_, member)| **member)
                .map(|(module, _)| mentions(&module.file.text, name))
                .sum();
            if mentions < 2 {
                return false;
            }
            let calls: Vec<CallRef> = project
                .calls_named(name)
                .iter()
                .filter(|call| self.members[call.module])
                .copied()
                .collect();
            let only_called = calls.len() + 1 == mentions;
            let by_used = |call: &CallRef| {
                let at = project.modules[call.module].calls[call.call].span.start;
                let itself = call.module == id && contains(record.span, at);
                !itself && (depth == 0 || self.is_used_within(call.module, at, depth - 1))
            };
            if only_called && !calls.iter().any(by_used) {
                return false;
            }
        }
        true
    }
}

/// How often a name stands in a text as a word of its own, outside the lines that import it.
fn mentions(text: &str, name: &str) -> usize {
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let imported = |at: usize| {
        let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
        let line = text[start..end].trim_start();
        line.starts_with("import ") || line.contains("} from ")
    };
    text.match_indices(name)
        .filter(|(at, found)| {
            let whole = !text[..*at].ends_with(word) && !text[at + found.len()..].starts_with(word);
            whole && !imported(*at)
        })
        .count()
}

/// Whether a file starts a program, or a part of one that a framework loads by its name.
pub(crate) fn is_entry(home: &str, path: &str) -> bool {
    let Some(inside) = path
        .strip_prefix(home)
        .map(|path| path.trim_start_matches('/'))
    else {
        return false;
    };
    let at_root = inside.strip_prefix("src/").unwrap_or(inside);
    let stem = at_root.rsplit_once('.').map_or(at_root, |(stem, _)| stem);
    if NAMES.contains(&stem) {
        return true;
    }
    let Some(folder) = FOLDERS.iter().find(|folder| inside.starts_with(**folder)) else {
        return false;
    };
    // The `app` router loads files of certain names only; what lies beside them is loaded by import.
    if !folder.ends_with("app/") {
        return true;
    }
    let name = inside.rsplit('/').next().unwrap_or_default();
    let name = name.split('.').next().unwrap_or_default();
    matches!(
        name,
        "page"
            | "layout"
            | "route"
            | "template"
            | "loading"
            | "error"
            | "global-error"
            | "not-found"
            | "default"
            | "sitemap"
            | "robots"
            | "icon"
            | "_layout"
            | "index"
    )
}
