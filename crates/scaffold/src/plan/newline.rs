/// How the lines of a file end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Newline {
    Unix,
    Windows,
}

impl Newline {
    /// That of a text; where both occur, that of most lines.
    pub(super) fn of(text: &str) -> Self {
        let windows = text.matches("\r\n").count();
        if windows * 2 > text.matches('\n').count() {
            Self::Windows
        } else {
            Self::Unix
        }
    }

    /// The text with `\n` alone.
    pub(super) fn plain(self, text: &str) -> String {
        match self {
            Self::Unix => text.to_owned(),
            Self::Windows => text.replace("\r\n", "\n"),
        }
    }

    /// A text with `\n`, as the file has it.
    pub(super) fn written(self, text: &str) -> String {
        match self {
            Self::Unix => text.to_owned(),
            Self::Windows => text.replace('\n', "\r\n"),
        }
    }
}
