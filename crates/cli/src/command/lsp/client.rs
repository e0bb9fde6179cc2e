//! What the client said of itself when it came.

use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

use super::address;

/// What the client can do, and what it works on.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one capability of the protocol, which any client may lack"
)]
pub(super) struct Client {
    /// The folders that are open.
    pub(super) folders: Vec<PathBuf>,
    /// Shows other places at a diagnostic.
    pub(super) shows_related: bool,
    /// Takes edits that name the version of the text that they were made for.
    pub(super) takes_versions: bool,
    /// Shows why an action is not to be had.
    pub(super) shows_disabled: bool,
    /// Tells of files that change on disk, where it is asked to.
    pub(super) watches: bool,
}

/// A folder as the protocol names it.
#[derive(Deserialize)]
pub(super) struct Folder {
    uri: String,
}

impl Folder {
    /// The folder, where it is one of this machine.
    pub(super) fn path(&self) -> Option<PathBuf> {
        address::path(&self.uri)
    }
}

impl Client {
    /// Reads the parameters of `initialize`. What they leave out the client cannot do.
    pub(super) fn of(opening: &Value) -> Self {
        let can = |what: &str| {
            let capability = opening.pointer(&format!("/capabilities/{what}"));
            capability.and_then(Value::as_bool).unwrap_or(false)
        };
        let folders = opening.get("workspaceFolders").cloned();
        let folders = folders.and_then(|it| serde_json::from_value::<Vec<Folder>>(it).ok());
        let mut folders: Vec<PathBuf> = folders.iter().flatten().filter_map(Folder::path).collect();
        if folders.is_empty() {
            let root = opening.get("rootUri").and_then(Value::as_str);
            folders.extend(root.and_then(address::path));
        }
        Self {
            folders,
            shows_related: can("textDocument/publishDiagnostics/relatedInformation"),
            takes_versions: can("workspace/workspaceEdit/documentChanges"),
            shows_disabled: can("textDocument/codeAction/disabledSupport"),
            watches: can("workspace/didChangeWatchedFiles/dynamicRegistration"),
        }
    }
}
