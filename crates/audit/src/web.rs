//! The one place that hands files to the reader of TypeScript.

use std::sync::Arc;

use betroth_source_typescript::{SourceFile, Web};

use crate::{Tree, Unread, tree::is_web};

/// What the reader of TypeScript said.
pub(crate) struct Read {
    pub(crate) webs: Vec<Web>,
    pub(crate) unread: Vec<Unread>,
}

pub(crate) fn read(tree: &Tree) -> Read {
    let files: Vec<SourceFile> = tree
        .files
        .iter()
        .filter(|(path, _)| is_web(path))
        .map(|(path, text)| SourceFile::new(path.clone(), Arc::clone(text)))
        .collect();
    let facts = betroth_source_typescript::read(&files);
    Read {
        webs: facts.webs,
        unread: facts
            .unread
            .into_iter()
            .map(|unread| Unread {
                file: unread.place.file,
                line: Some(unread.place.line),
                why: unread.why,
            })
            .collect(),
    }
}
