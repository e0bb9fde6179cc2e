use std::sync::Arc;

/// One file of the tree, as the caller read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Path relative to the folder looked at, with `/`.
    pub path: String,
    /// The whole text, shared with whoever read it.
    pub text: Arc<str>,
}

impl SourceFile {
    /// A file by its path and text.
    pub fn new(path: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
        }
    }

    /// The last part of the path.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}
