//! What the client says, as far as it is listened to.

use serde::Deserialize;

use super::client::Folder;
use super::range::{Position, Range};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Opened {
    pub(super) text_document: Document,
}

#[derive(Deserialize)]
pub(super) struct Document {
    pub(super) uri: String,
    pub(super) version: i64,
    pub(super) text: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Changed {
    pub(super) text_document: Version,
    /// Each the whole text: nothing else was offered.
    pub(super) content_changes: Vec<Whole>,
}

#[derive(Deserialize)]
pub(super) struct Version {
    pub(super) uri: String,
    pub(super) version: i64,
}

#[derive(Deserialize)]
pub(super) struct Whole {
    pub(super) text: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Named {
    pub(super) text_document: Name,
}

#[derive(Deserialize)]
pub(super) struct Name {
    pub(super) uri: String,
}

#[derive(Deserialize)]
pub(super) struct Watched {
    pub(super) changes: Vec<Name>,
}

#[derive(Deserialize)]
pub(super) struct Folders {
    pub(super) event: Event,
}

#[derive(Deserialize)]
pub(super) struct Event {
    pub(super) added: Vec<Folder>,
    pub(super) removed: Vec<Folder>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Hover {
    pub(super) text_document: Name,
    pub(super) position: Position,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Actions {
    pub(super) text_document: Name,
    pub(super) range: Range,
    pub(super) context: Context,
}

#[derive(Deserialize)]
pub(super) struct Context {
    pub(super) only: Option<Vec<String>>,
}
