use oxc_ast::ast::Expression;

use super::{FunctionRef, Project};
use crate::module::ModuleId;

/// What an imported or exported name stands for.
#[derive(Clone, Copy)]
pub(crate) enum Target<'a> {
    /// A binding of a module's own scope.
    Binding(ModuleId, usize),
    Value(ModuleId, &'a Expression<'a>),
    Function(FunctionRef),
    Class(ModuleId, usize),
    /// All exports of a module.
    Namespace(ModuleId),
    /// A property of a `CommonJS` module's exports.
    Property(ModuleId, &'a str),
    /// A package outside the tree.
    External {
        specifier: &'a str,
        name: &'a str,
    },
    /// A module of the tree that exports no such name, or only as a type.
    Missing,
}

/// Endings tried in order, as bundlers do.
const ENDINGS: [&str; 14] = [
    "",
    ".ts",
    ".tsx",
    ".js",
    ".jsx",
    ".mjs",
    ".cjs",
    ".mts",
    "/index.ts",
    "/index.tsx",
    "/index.js",
    "/index.jsx",
    "/index.mjs",
    "/index.cjs",
];

impl<'a> Project<'a> {
    /// The module of the tree that `specifier` names in module `from`; `None` for a package outside.
    pub(crate) fn resolve(&self, from: ModuleId, specifier: &'a str) -> Option<ModuleId> {
        if let Some(known) = self.resolved.borrow().get(&(from, specifier)) {
            return *known;
        }
        let target = self.look_up(from, specifier);
        self.resolved.borrow_mut().insert((from, specifier), target);
        target
    }

    fn look_up(&self, from: ModuleId, specifier: &str) -> Option<ModuleId> {
        let file = self.modules[from].file.path.as_str();
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        if specifier.starts_with('.') {
            return self.file(&join(folder, specifier));
        }
        self.by_tsconfig(folder, specifier)
            .or_else(|| self.by_convention(folder, specifier))
            .or_else(|| self.by_package(specifier))
    }

    /// A module by its path without ending; `.js` may stand for `.ts`.
    fn file(&self, path: &str) -> Option<ModuleId> {
        let exact = |path: &str| {
            ENDINGS.iter().find_map(|ending| {
                self.by_path
                    .get(format!("{path}{ending}").as_str())
                    .copied()
            })
        };
        exact(path).or_else(|| {
            let (stem, ending) = path.rsplit_once('.')?;
            matches!(ending, "js" | "jsx" | "mjs" | "cjs")
                .then(|| exact(stem))
                .flatten()
        })
    }

    fn by_tsconfig(&self, folder: &str, specifier: &str) -> Option<ModuleId> {
        let mut configs: Vec<_> = self
            .paths
            .iter()
            .filter(|(root, _)| within(folder, root))
            .collect();
        configs.sort_by_key(|(root, _)| std::cmp::Reverse(root.len()));
        configs
            .iter()
            .flat_map(|(_, paths)| paths)
            .find_map(|(pattern, targets)| {
                let (head, tail) = pattern.split_once('*').unwrap_or((pattern, ""));
                let middle = if pattern.contains('*') {
                    specifier.strip_prefix(head)?.strip_suffix(tail)?
                } else {
                    (specifier == *pattern).then_some("")?
                };
                targets
                    .iter()
                    .find_map(|target| self.file(&target.replacen('*', middle, 1)))
            })
    }

    /// `@/x`, `~/x` and `@site/x` where no configuration says what they mean.
    fn by_convention(&self, folder: &str, specifier: &str) -> Option<ModuleId> {
        let rest = ["@/", "~/", "@site/"]
            .iter()
            .find_map(|prefix| specifier.strip_prefix(prefix))?;
        let mut roots: Vec<&str> = self
            .manifests
            .iter()
            .map(|manifest| manifest.folder)
            .filter(|root| within(folder, root))
            .collect();
        roots.sort_by_key(|root| std::cmp::Reverse(root.len()));
        roots.iter().find_map(|root| {
            self.file(&join(root, &format!("src/{rest}")))
                .or_else(|| self.file(&join(root, rest)))
        })
    }

    /// A package of the same workspace, by its name.
    fn by_package(&self, specifier: &str) -> Option<ModuleId> {
        self.manifests.iter().find_map(|manifest| {
            let rest = specifier.strip_prefix(manifest.name?)?;
            if rest.is_empty() {
                let main = manifest
                    .main
                    .and_then(|main| self.file(&join(manifest.folder, main)));
                return main
                    .or_else(|| self.file(&join(manifest.folder, "src/index")))
                    .or_else(|| self.file(&join(manifest.folder, "index")));
            }
            let rest = rest.strip_prefix('/')?;
            self.file(&join(manifest.folder, &format!("src/{rest}")))
                .or_else(|| self.file(&join(manifest.folder, rest)))
        })
    }
}

/// Whether `path` is `folder` or lies in it; the empty folder holds everything.
pub(crate) fn within(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// `folder` and a relative path, with `.` and `..` taken out.
pub(crate) fn join(folder: &str, relative: &str) -> String {
    let mut parts: Vec<&str> = if relative.starts_with('/') {
        Vec::new()
    } else {
        folder.split('/').filter(|part| !part.is_empty()).collect()
    };
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}
