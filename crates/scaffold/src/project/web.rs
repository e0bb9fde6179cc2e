use betroth_contract as contract;
use betroth_source_typescript::{BetterAuthConfig, Web};

use super::{Sources, free, instructions};
use crate::convention::{Alias, Matter, PackageManager, Style, Taken, manager};
use crate::files::{Files, Standing, below, import_path};
use crate::target::Output;

/// The front end.
#[derive(Clone, Debug)]
pub struct WebSide<'a> {
    /// What the contract says of it.
    pub contract: &'a contract::Web,
    /// What was read of it; `None` where its sources were not found.
    pub facts: Option<&'a Web>,
    /// Its folder.
    pub root: &'a str,
    /// `src/` where its modules stand there; else nothing.
    pub source: &'static str,
    /// How its modules are written.
    pub style: Style,
    /// What installs its packages.
    pub manager: PackageManager,
    /// A prefix by which its modules are imported, where it has one.
    alias: Option<Alias>,
    /// Where modules are to stand, by what they are, if a file of instructions says so.
    places: Vec<(Matter, String)>,
}

impl<'a> WebSide<'a> {
    pub(super) fn new(
        contract: &'a contract::Web,
        files: &dyn Files,
        sources: &Sources<'a>,
        taken: &mut Vec<Taken>,
    ) -> Self {
        let root = contract.root.as_str();
        let said = instructions(files, root);
        let facts = sources.webs.iter().find(|web| {
            let own = if web.root.is_empty() { "." } else { &web.root };
            own == root
        });
        let has = |path: &str| files.standing(&below(root, path)) == Standing::Folder;
        let source = if has("src/app") || has("src/pages") || (has("src") && !has("app")) {
            "src/"
        } else {
            ""
        };
        let example = facts
            .and_then(|web| web.auth.first())
            .map(|auth| auth.place.file.clone());
        let style = Style::of_web(files, root, example.as_deref(), taken);
        let alias = Alias::of_web(files, root, taken);
        let manager = manager::of_web(files, root, &said, taken);
        let places = said.places(root, &[Matter::ApiClient, Matter::AuthClient], taken);
        Self {
            contract,
            facts,
            root,
            source,
            style,
            manager,
            alias,
            places,
        }
    }

    /// Where a module stands: where the instructions say, else at the first of its usual places, whichever is no person's.
    pub(crate) fn place_of(&self, files: &dyn Files, matter: Matter, usual: &[&str]) -> String {
        let said = self.places.iter().filter(|(own, _)| *own == matter);
        let said = said.map(|(_, path)| path.clone());
        let usual = usual.iter().map(|path| self.path(path));
        free(files, said.chain(usual).collect())
    }

    /// What installs a package of npm, left to a person; `None` where it is there.
    pub(crate) fn install(&self, files: &dyn Files, package: &str) -> Option<Output> {
        let manifest = files.text(&below(self.root, "package.json"))?;
        let json: serde_json::Value = serde_json::from_str(&manifest).unwrap_or_default();
        let has = |section: &str| !json[section][package].is_null();
        let is_there = has("dependencies") || has("devDependencies");
        (!is_there).then(|| self.manager.step(self.root, package))
    }

    /// How the module `from` imports the module `to`: by the prefix of the project, where the way goes up.
    pub(crate) fn import(&self, from: &str, to: &str) -> String {
        let path = import_path(from, to);
        let alias = self.alias.as_ref().filter(|_| path.starts_with("../"));
        alias.and_then(|alias| alias.import(to)).unwrap_or(path)
    }

    /// A path below its modules.
    pub(crate) fn path(&self, path: &str) -> String {
        below(self.root, &format!("{}{path}", self.source))
    }

    /// Whether people sign in at another server than that of these pages, as far as the sources tell.
    pub(crate) fn signs_in_elsewhere(&self) -> bool {
        self.facts.is_some_and(|web| {
            let here = web.auth.iter().any(|server| server.root == web.root);
            !here && web.clients.iter().any(|client| client.base_url.is_some())
        })
    }

    /// The Better Auth server that stands in its own sources.
    pub(crate) fn auth(&self) -> Option<&'a BetterAuthConfig> {
        let auth = &self.facts?.auth;
        auth.iter().find(|server| server.reached).or(auth.first())
    }
}
