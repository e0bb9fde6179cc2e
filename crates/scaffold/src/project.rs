//! The project that files are written for: its contract, what was read of its sides, and how it writes its own files.

mod api;
mod web;

use betroth_contract::Contract;
use betroth_source_python as python;
use betroth_source_typescript::Web;

use crate::convention::{Instructions, Taken};
use crate::files::{Files, Standing};
use crate::plan::record_of;

pub use api::ApiSide;
pub use web::WebSide;

/// A project.
pub struct Project<'a> {
    /// What both sides agree on.
    pub contract: &'a Contract,
    /// The text of the contract.
    pub contract_text: &'a str,
    /// Its files.
    pub files: &'a dyn Files,
    /// The front end; `None` where the contract names none.
    pub web: Option<WebSide<'a>>,
    /// The APIs, in the order of the contract.
    pub apis: Vec<ApiSide<'a>>,
    /// What was taken from files of the project, each with its place.
    pub taken: Vec<Taken>,
}

/// What was read of the sources below the contract's folder.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// The front ends.
    pub webs: &'a [Web],
    /// The applications that are served.
    pub apis: &'a [&'a python::Api],
    /// What verifies a credential.
    pub verifications: &'a [python::Verification],
    /// What signs a token on the API's side.
    pub signatures: &'a [python::Signature],
}

impl<'a> Project<'a> {
    /// Looks at the files that say how the project writes its own.
    pub fn new(
        contract: &'a Contract,
        contract_text: &'a str,
        files: &'a dyn Files,
        sources: &Sources<'a>,
    ) -> Self {
        let mut taken = Vec::new();
        let web = contract
            .web
            .as_ref()
            .map(|web| WebSide::new(web, files, sources, &mut taken));
        let apis = contract
            .apis
            .iter()
            .map(|(name, api)| ApiSide::new(name, api, files, sources, &mut taken))
            .collect();
        taken.dedup();
        Self {
            contract,
            contract_text,
            files,
            web,
            apis,
            taken,
        }
    }
}

/// The first of several places that is free, or was written to before; where a person's file stands at each, the first.
///
/// What was written once stays where it is, also when another place becomes free.
pub(crate) fn free(files: &dyn Files, places: Vec<String>) -> String {
    let is_known = |place: &&String| files.standing(&record_of(place)) == Standing::File;
    let is_free = |place: &&String| files.standing(place) == Standing::Nothing;
    let known = places.iter().find(is_known);
    let found = known
        .or_else(|| places.iter().find(is_free))
        .or(places.first());
    found.cloned().unwrap_or_default()
}

/// What is said in a folder, or at the top.
fn instructions(files: &dyn Files, root: &str) -> Instructions {
    let mut said = Instructions::read(files, root);
    if root != "." {
        said.fall_back(Instructions::read(files, "."));
    }
    said
}
