use betroth_contract::{self as contract, Entry};
use betroth_source_python as python;

use super::{Sources, free, instructions};
use crate::convention::{Matter, PackageManager, Style, Taken, manager};
use crate::files::{Files, Standing, below};
use crate::target::{Output, Step};

/// Files that name what Python needs.
const MANIFESTS: &[&str] = &[
    "pyproject.toml",
    "requirements.txt",
    "requirements.in",
    "setup.cfg",
    "setup.py",
    "Pipfile",
];

/// An API.
#[derive(Clone, Debug)]
pub struct ApiSide<'a> {
    /// Its name in the contract.
    pub name: &'a str,
    /// What the contract says of it.
    pub contract: &'a Entry<contract::Api>,
    /// What was read of its application; `None` where that was not found.
    pub facts: Option<&'a python::Api>,
    /// What verifies a credential in it.
    pub verifications: Vec<&'a python::Verification>,
    /// What signs a token in it.
    pub signatures: Vec<&'a python::Signature>,
    /// Its folder.
    pub root: &'a str,
    /// The packages around its application, outermost first: `app` of `app.main:app`.
    pub package: Vec<String>,
    /// How its modules are written.
    pub style: Style,
    /// What installs its packages.
    pub manager: PackageManager,
    /// Where the guard is to stand, if a file of instructions says so.
    guard: Option<String>,
}

impl<'a> ApiSide<'a> {
    pub(super) fn new(
        name: &'a str,
        contract: &'a Entry<contract::Api>,
        files: &dyn Files,
        sources: &Sources<'a>,
        taken: &mut Vec<Taken>,
    ) -> Self {
        let root = contract.root.as_str();
        let said = instructions(files, root);
        let module = &contract.app.module;
        let mut package: Vec<String> = module.split('.').map(str::to_owned).collect();
        let stem = below(root, &package.join("/"));
        // An application in a package's own `__init__` has that package around it.
        if files.standing(&format!("{stem}/__init__.py")) != Standing::File {
            package.pop();
        }
        let modules = [format!("{stem}.py"), format!("{stem}/__init__.py")];
        // A factory of another module may make it.
        let names = modules
            .each_ref()
            .map(|file| format!("{file}:{}", contract.app.name));
        let is_it =
            |api: &&&python::Api| names.contains(&api.name) || modules.contains(&api.place.file);
        let found = sources.apis.iter().filter(is_it);
        let facts = found
            .max_by_key(|api| (names.contains(&api.name), api.routes.len()))
            .copied();
        let inside = |file: &str| root == "." || file.starts_with(&format!("{root}/"));
        let verifications = sources
            .verifications
            .iter()
            .filter(|found| inside(&found.fact.place.file))
            .collect();
        let signatures = sources
            .signatures
            .iter()
            .filter(|found| inside(&found.place.file))
            .collect();
        let mut places = said.places(root, &[Matter::ApiGuard], taken);
        Self {
            name,
            contract,
            facts,
            verifications,
            signatures,
            root,
            style: Style::of_api(files, root, &said, taken),
            manager: manager::of_api(files, root, &said, taken),
            guard: places.pop().map(|(_, path)| path),
            package,
        }
    }

    /// What installs a package of Python, left to a person; `None` where a manifest of the API, or at the top, names it.
    ///
    /// An image is often built from `requirements.txt`, which none of the managers that keep a lock file writes.
    pub(crate) fn install(&self, files: &dyn Files, package: &str, extra: &str) -> Option<Output> {
        if self.names(files, package) {
            return None;
        }
        let package = format!("{package}[{extra}]");
        let mut lines = vec![self.manager.command(&package)];
        let listed = below(self.root, "requirements.txt");
        if files.standing(&listed) == Standing::File && self.manager != PackageManager::Pip {
            lines.push(format!("echo '{package}' >> {listed}"));
        } else if files.standing(&listed) == Standing::File {
            lines = vec![
                format!("echo '{package}' >> {listed}"),
                format!("pip install -r {listed}"),
            ];
        }
        Some(Output::Step(Step {
            says: format!("install `{package}` in `{}`", self.root),
            place: None,
            lines,
        }))
    }

    /// Whether a manifest of the API, or at the top, names a package.
    fn names(&self, files: &dyn Files, package: &str) -> bool {
        let folders = [self.root, "."].into_iter();
        let mut manifests =
            folders.flat_map(|folder| MANIFESTS.iter().map(move |name| below(folder, name)));
        manifests.any(|file| files.text(&file).is_some_and(|text| text.contains(package)))
    }

    /// Where a module of its package stands.
    pub(crate) fn path(&self, path: &str) -> String {
        let mut folder = self.package.join("/");
        if !folder.is_empty() {
            folder.push('/');
        }
        below(self.root, &format!("{folder}{path}"))
    }

    /// Where its guard stands: where the instructions say, else `middleware/auth.py` of its package, or `auth_guard.py` where
    /// that is a person's.
    pub(crate) fn guard(&self, files: &dyn Files) -> String {
        if let Some(said) = &self.guard {
            return said.clone();
        }
        self.beside_guard(files, "middleware/auth.py", "auth_guard.py")
    }

    /// Where what `.env` holds is put into the environment; `None` where nothing reads that file by itself.
    pub(crate) fn settings(&self, files: &dyn Files) -> Option<String> {
        self.names(files, "pydantic-settings")
            .then(|| self.beside_guard(files, "middleware/settings.py", "auth_settings.py"))
    }

    /// A module beside the guard: in the package `middleware`, unless that would hide a module of that name.
    pub(crate) fn beside_guard(&self, files: &dyn Files, usual: &str, otherwise: &str) -> String {
        let mut places = vec![self.path(usual), self.path(otherwise)];
        if files.standing(&self.path("middleware.py")) == Standing::File {
            places.remove(0);
        }
        free(files, places)
    }

    /// The name by which a file of it is imported: `app.middleware.auth`.
    pub(crate) fn module(&self, file: &str) -> String {
        let inside = match self.root {
            "." => file,
            root => file
                .strip_prefix(root)
                .map_or(file, |rest| rest.trim_start_matches('/')),
        };
        let stem = inside.strip_suffix(".py").unwrap_or(inside);
        stem.strip_suffix("/__init__")
            .unwrap_or(stem)
            .replace('/', ".")
    }
}
