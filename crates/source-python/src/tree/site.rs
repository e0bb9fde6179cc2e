//! A stretch of source, cheap to copy and compare; a [`Place`](betroth_report::Place) is made of it only when it is shown.

use ruff_text_size::{TextRange, TextSize};

use super::ModuleId;

/// A range of bytes in a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Site {
    pub(crate) module: ModuleId,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Site {
    pub(crate) fn range(self) -> TextRange {
        TextRange::new(
            TextSize::new(self.start),
            TextSize::new(self.end.max(self.start)),
        )
    }
}

/// The site of a range.
pub(crate) fn site(module: ModuleId, range: TextRange) -> Site {
    Site {
        module,
        start: range.start().into(),
        end: range.end().into(),
    }
}
