//! The texts that are open in the editor, saved or not.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::address;

/// A text as the editor holds it.
pub(super) struct Document {
    /// The address by which the client knows it.
    pub(super) uri: String,
    /// Grows with each change.
    pub(super) version: i64,
    text: String,
}

/// Every text that is open, by its path.
#[derive(Default)]
pub(super) struct Documents(HashMap<PathBuf, Document>);

impl Documents {
    /// Takes the whole text of a document that was opened or changed.
    pub(super) fn take(&mut self, uri: &str, version: i64, text: String) {
        if let Some(path) = address::path(uri) {
            let uri = uri.to_owned();
            self.0.insert(path, Document { uri, version, text });
        }
    }

    /// Forgets a document that was closed.
    pub(super) fn close(&mut self, uri: &str) {
        if let Some(path) = address::path(uri) {
            self.0.remove(&path);
        }
    }

    /// The document, where it is open.
    pub(super) fn open(&self, path: &Path) -> Option<&Document> {
        self.0.get(path)
    }

    /// The address of a file: the client's own where it has one.
    pub(super) fn uri(&self, path: &Path) -> String {
        let open = self.open(path);
        open.map_or_else(|| address::of(path), |document| document.uri.clone())
    }

    /// The text of a file as a person would see it now: as the editor holds it, else as it is on disk.
    pub(super) fn text(&self, path: &Path) -> Option<String> {
        let text = match self.open(path) {
            Some(document) => document.text.clone(),
            None => std::fs::read_to_string(path).ok()?,
        };
        Some(match text.strip_prefix('\u{feff}') {
            Some(text) => text.to_owned(),
            None => text,
        })
    }
}
