//! From the dotted name in an import to a module of the tree.

use super::{ModuleId, Tree};

/// What an import reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// A module of the tree.
    Module(ModuleId),
    /// A folder without `__init__.py`.
    Namespace(String),
    /// Another package, by its dotted name.
    External(String),
}

/// Packages that are installed, never written by a project: a file of the same name deeper in the tree
/// (`auth/jwt.py` that says `import jwt`) does not shadow them.
#[rustfmt::skip]
const INSTALLED: &[&str] = &[
    "abc", "aiohttp", "alembic", "anyio", "asyncio", "asyncpg", "authlib", "authx", "base64", "bcrypt", "betroth", "clerk_backend_api",
    "collections", "contextlib", "contextvars", "cryptography", "dataclasses", "datetime", "dotenv", "email", "enum", "fastapi",
    "fastapi_better_auth_bridge", "fastapi_betterauth", "fastapi_users", "firebase_admin", "functools", "google", "hashlib",
    "hmac", "http", "httpx", "importlib", "inspect", "io", "itertools", "itsdangerous", "jose", "joserfc", "json", "jwcrypto",
    "jwt", "logging", "loguru", "math", "nacl", "openai", "os", "passlib", "pathlib", "pydantic", "pydantic_settings", "random",
    "re", "redis", "requests", "secrets", "slowapi", "sqlalchemy", "sqlmodel", "starlette", "structlog", "supabase", "sys",
    "tempfile", "threading", "time", "traceback", "typing", "typing_extensions", "urllib", "uuid", "uvicorn", "warnings",
];

/// The folder above; empty at the top.
pub(super) fn parent(path: &str) -> &str {
    path.rfind('/').map_or("", |at| &path[..at])
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

impl Tree<'_> {
    /// Resolves `import dotted` in module `from`.
    ///
    /// The roots tried are the folders above the importing file, nearest first, those that are no package
    /// before those that are one; then every folder of the tree that holds a project. What none of them
    /// holds is another package.
    pub(crate) fn import(&self, from: ModuleId, dotted: &str) -> Target {
        let key = (from, dotted.to_owned());
        if let Some(found) = self.imports.borrow().get(&key) {
            return found.clone();
        }
        let found = self
            .search(from, dotted)
            .unwrap_or_else(|| Target::External(dotted.to_owned()));
        self.imports.borrow_mut().insert(key, found.clone());
        found
    }

    /// Resolves the `module` part of `from ..module import …` in module `from`.
    pub(crate) fn import_from(&self, from: ModuleId, level: u32, module: &str) -> Target {
        if level == 0 {
            return self.import(from, module);
        }
        let mut folder = self.module(from).folder();
        for _ in 1..level {
            folder = parent(folder);
        }
        self.descend(folder, module)
            .unwrap_or_else(|| Target::External(format!("{}{module}", ".".repeat(level as usize))))
    }

    fn search(&self, from: ModuleId, dotted: &str) -> Option<Target> {
        let top = dotted.split('.').next().unwrap_or(dotted);
        if INSTALLED.contains(&top) {
            return None;
        }
        let mut above = Vec::new();
        let mut folder = self.module(from).folder();
        loop {
            above.push(folder);
            if folder.is_empty() {
                break;
            }
            folder = parent(folder);
        }
        let (packages, roots): (Vec<&str>, Vec<&str>) = above
            .into_iter()
            .partition(|folder| self.is_package(folder));
        let near = roots
            .into_iter()
            .chain(packages)
            .find_map(|root| self.exact(root, from, dotted));
        near.or_else(|| self.elsewhere(from, dotted))
    }

    /// A root that is no folder above the importing file: a shared package beside the application.
    ///
    /// Taken only where exactly one folder of the tree holds the name.
    fn elsewhere(&self, from: ModuleId, dotted: &str) -> Option<Target> {
        let top = dotted.split('.').next().unwrap_or(dotted);
        let mut found = None;
        for folder in &self.folders {
            if folder.rsplit('/').next() != Some(top) || !dotted.contains('.') {
                continue;
            }
            if let Some(target) = self.exact(parent(folder), from, dotted) {
                if found.is_some() {
                    return None;
                }
                found = Some(target);
            }
        }
        found
    }

    fn exact(&self, root: &str, from: ModuleId, dotted: &str) -> Option<Target> {
        match self.descend(root, dotted)? {
            // A module never means itself by an absolute import; the `__init__` of a package may, and means what lies beside it.
            Target::Module(module)
                if module == from && self.module(from).package_folder().is_none() =>
            {
                None
            }
            target => Some(target),
        }
    }

    fn descend(&self, root: &str, dotted: &str) -> Option<Target> {
        let path = if dotted.is_empty() {
            root.to_owned()
        } else {
            join(root, &dotted.replace('.', "/"))
        };
        self.at(&path)
    }

    /// The module or namespace `name` directly in `folder`.
    pub(super) fn in_folder(&self, folder: &str, name: &str) -> Option<Target> {
        self.at(&join(folder, name))
    }

    fn at(&self, path: &str) -> Option<Target> {
        let file = |path: String| self.by_path.get(path.as_str()).copied().map(Target::Module);
        file(join(path, "__init__.py"))
            .or_else(|| {
                if path.is_empty() {
                    None
                } else {
                    file(format!("{path}.py"))
                }
            })
            .or_else(|| {
                self.folders
                    .contains(path)
                    .then(|| Target::Namespace(path.to_owned()))
            })
    }

    /// The folder from which a module is deployed: the one against which its absolute imports of the tree resolve,
    /// else the nearest above it that is no package. `.` for the folder looked at.
    pub(crate) fn root(&self, id: ModuleId) -> String {
        let mut folder = self.module(id).folder();
        while self.is_package(folder) && !folder.is_empty() {
            folder = parent(folder);
        }
        if folder.is_empty() {
            ".".to_owned()
        } else {
            folder.to_owned()
        }
    }

    fn is_package(&self, folder: &str) -> bool {
        self.by_path
            .contains_key(join(folder, "__init__.py").as_str())
    }
}
