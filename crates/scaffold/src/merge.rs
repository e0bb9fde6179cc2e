//! The three-way merge of a generated file that a person has changed.

use similar::{ChangeTag, DiffOp, DiffTag, TextDiff};

/// What comes of a person's text and a new generated one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Merged {
    /// Both changes, in one text.
    Both(String),
    /// They change the same lines.
    Conflict {
        /// Where, in the person's text.
        places: Vec<Lines>,
        /// The text with both versions of these lines between markers.
        marked: String,
    },
}

/// Lines of a text, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lines {
    /// The first.
    pub first: u32,
    /// The last; less than the first where something was taken out before it.
    pub last: u32,
}

/// Brings the way from `base` to `generated` into `mine`, which is another way from `base`.
pub(crate) fn merge(base: &str, mine: &str, generated: &str) -> Merged {
    match diffy::merge(base, mine, generated) {
        Ok(text) => Merged::Both(text),
        Err(marked) => Merged::Conflict {
            places: overlapping(base, mine, generated),
            marked,
        },
    }
}

/// The lines of `mine` whose counterparts in `base` were changed on both ways.
fn overlapping(base: &str, mine: &str, generated: &str) -> Vec<Lines> {
    let changed = |text| -> Vec<DiffOp> {
        let diff = TextDiff::from_lines(base, text);
        let ops = diff.ops().iter().copied();
        ops.filter(|op| op.tag() != DiffTag::Equal).collect()
    };
    let theirs = changed(generated);
    let touches = |op: &DiffOp| {
        theirs.iter().any(|their| {
            let (own, their) = (op.old_range(), their.old_range());
            own.start <= their.end && their.start <= own.end
        })
    };
    let lines = changed(mine).into_iter().filter(touches).map(|op| {
        let range = op.new_range();
        let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Lines {
            first: number(range.start + 1),
            last: number(range.end),
        }
    });
    lines.collect()
}

/// How many lines a change adds and takes away.
pub(crate) fn size(before: &str, after: &str) -> (usize, usize) {
    let diff = TextDiff::from_lines(before, after);
    let count = |tag| diff.iter_all_changes().filter(|it| it.tag() == tag).count();
    (count(ChangeTag::Insert), count(ChangeTag::Delete))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BASE: &str = "one\ntwo\nthree\nfour\nfive\n";

    #[test]
    fn changes_of_different_lines_are_both_kept() {
        let merged = merge(
            BASE,
            "zero\none\ntwo\nthree\nfour\nfive\n",
            "one\ntwo\nthree\nfour\nFIVE\n",
        );
        let text = "zero\none\ntwo\nthree\nfour\nFIVE\n".to_owned();
        assert_eq!(merged, Merged::Both(text));
    }

    #[test]
    fn a_conflict_is_told_by_the_lines_that_the_person_changed() {
        let merged = merge(
            BASE,
            "new\none\ntwo\nMINE\nfour\nfive\n",
            "one\ntwo\nTHEIRS\nfour\nfive\n",
        );
        let Merged::Conflict { places, marked } = merged else {
            panic!("{merged:?}");
        };
        assert_eq!(places, [Lines { first: 4, last: 4 }]);
        assert!(marked.contains("<<<<<<<"));
    }
}
