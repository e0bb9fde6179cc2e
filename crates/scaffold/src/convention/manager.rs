//! What installs packages.

use super::{Instructions, Taken};
use crate::files::{Files, Standing, below};
use crate::target::{Output, Step};

/// A program that installs packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackageManager {
    /// `npm`, where nothing else is said of a front end.
    Npm,
    /// `pnpm`.
    Pnpm,
    /// Yarn, either line.
    Yarn,
    /// Bun.
    Bun,
    /// `pip`, where nothing else is said of an API.
    Pip,
    /// `uv`.
    Uv,
    /// Poetry.
    Poetry,
    /// PDM.
    Pdm,
    /// Pipenv.
    Pipenv,
}

use PackageManager::{Bun, Npm, Pdm, Pip, Pipenv, Pnpm, Poetry, Uv, Yarn};

/// Files that tell it, the surest first.
const LOCKS_OF_WEB: &[(&str, PackageManager)] = &[
    ("pnpm-lock.yaml", Pnpm),
    ("bun.lock", Bun),
    ("bun.lockb", Bun),
    ("yarn.lock", Yarn),
    ("package-lock.json", Npm),
];
const LOCKS_OF_API: &[(&str, PackageManager)] = &[
    ("uv.lock", Uv),
    ("poetry.lock", Poetry),
    ("pdm.lock", Pdm),
    ("Pipfile.lock", Pipenv),
];

impl PackageManager {
    /// Its name, as it is typed.
    pub fn name(self) -> &'static str {
        match self {
            Npm => "npm",
            Pnpm => "pnpm",
            Yarn => "yarn",
            Bun => "bun",
            Pip => "pip",
            Uv => "uv",
            Poetry => "poetry",
            Pdm => "pdm",
            Pipenv => "pipenv",
        }
    }

    /// That of a name.
    pub(super) fn named(name: &str) -> Option<Self> {
        let all = [Npm, Pnpm, Yarn, Bun, Pip, Uv, Poetry, Pdm, Pipenv];
        all.into_iter().find(|it| it.name() == name)
    }

    /// Whether it installs packages of npm.
    pub(super) fn is_of_web(self) -> bool {
        matches!(self, Npm | Pnpm | Yarn | Bun)
    }

    /// The step that adds a package in a folder.
    pub(crate) fn step(self, folder: &str, package: &str) -> Output {
        Output::Step(Step {
            says: format!("install `{package}` in `{folder}`"),
            place: None,
            lines: vec![self.command(package)],
        })
    }

    /// The command that adds a package.
    pub fn command(self, package: &str) -> String {
        match self {
            Npm => format!("npm install {package}"),
            Pip => format!("pip install '{package}'"),
            Pipenv => format!("pipenv install '{package}'"),
            Uv | Poetry | Pdm => format!("{} add '{package}'", self.name()),
            Pnpm | Yarn | Bun => format!("{} add {package}", self.name()),
        }
    }
}

/// That of a front end: `packageManager` of `package.json`, a lock file, the instructions; here or at the top.
pub(crate) fn of_web(
    files: &dyn Files,
    root: &str,
    said: &Instructions,
    taken: &mut Vec<Taken>,
) -> PackageManager {
    for folder in [root, "."] {
        let file = below(folder, "package.json");
        let text = files.text(&file).unwrap_or_default();
        let json: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        let named = json["packageManager"].as_str();
        let name = named.and_then(|it| it.split('@').next());
        if let Some(manager) = name.and_then(PackageManager::named) {
            let line = text
                .lines()
                .position(|it| it.contains("\"packageManager\""));
            taken.push(told(manager, &file, line.map_or(1, |line| line + 1)));
            return manager;
        }
    }
    locked(files, root, LOCKS_OF_WEB, taken)
        .or_else(|| said.manager(true, taken))
        .unwrap_or(Npm)
}

/// That of an API: a lock file, the instructions; here or at the top.
pub(crate) fn of_api(
    files: &dyn Files,
    root: &str,
    said: &Instructions,
    taken: &mut Vec<Taken>,
) -> PackageManager {
    locked(files, root, LOCKS_OF_API, taken)
        .or_else(|| said.manager(false, taken))
        .unwrap_or(Pip)
}

fn locked(
    files: &dyn Files,
    root: &str,
    locks: &[(&str, PackageManager)],
    taken: &mut Vec<Taken>,
) -> Option<PackageManager> {
    let all = [root, "."].into_iter().flat_map(|folder| {
        let locks = locks.iter();
        locks.map(move |(name, manager)| (below(folder, name), *manager))
    });
    for (file, manager) in all {
        if files.standing(&file) == Standing::File {
            taken.push(told(manager, &file, 1));
            return Some(manager);
        }
    }
    None
}

fn told(manager: PackageManager, file: &str, line: usize) -> Taken {
    Taken::new(format!("package manager `{}`", manager.name()), file, line)
}
