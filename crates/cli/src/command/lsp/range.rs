//! Where something stands in a text, as editors count: lines and UTF-16 code units, from 0.

use std::ops;

use betroth_report::Place;
use serde::{Deserialize, Serialize};

/// A spot between two characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) character: usize,
}

/// What stands between two spots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Range {
    pub(super) start: Position,
    pub(super) end: Position,
}

impl Range {
    /// What a place means, up to the end of the line where only the spot is known.
    ///
    /// Without the text, its characters are taken for code units.
    pub(super) fn of(place: &Place, text: Option<&str>) -> Self {
        let [line, column] = [place.line, place.column].map(|it| size(it).max(1) - 1);
        let width = size(place.width);
        let (start, end) = match text.and_then(|text| text.lines().nth(line)) {
            Some(whole) if width == 0 => {
                (units(whole, column), units(whole.trim_end(), usize::MAX))
            }
            Some(whole) => (units(whole, column), units(whole, column + width)),
            None => (column, column + width),
        };
        Self {
            start: Position {
                line,
                character: start,
            },
            end: Position {
                line,
                character: end.max(start),
            },
        }
    }

    /// Some bytes of a text; `None` where they begin or end inside a character, or beyond it.
    pub(super) fn of_bytes(bytes: ops::Range<usize>, text: &str) -> Option<Self> {
        Some(Self {
            start: position(bytes.start, text)?,
            end: position(bytes.end, text)?,
        })
    }

    /// Whether two ranges share a spot, be it the end of one of them.
    pub(super) fn touches(&self, other: &Self) -> bool {
        self.start <= other.end && other.start <= self.end
    }
}

fn position(byte: usize, text: &str) -> Option<Position> {
    let before = text.get(..byte)?;
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    Some(Position {
        line: before.matches('\n').count(),
        character: units(&before[start..], usize::MAX),
    })
}

/// How many code units the first characters of a line take.
fn units(line: &str, characters: usize) -> usize {
    line.chars().take(characters).map(char::len_utf16).sum()
}

fn size(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Line, first and last code unit.
    fn on_a_line(range: Range) -> (usize, usize, usize) {
        assert_eq!(range.start.line, range.end.line);
        (range.start.line, range.start.character, range.end.character)
    }

    #[test]
    fn a_character_beyond_the_first_plane_counts_twice() {
        let text = "é = 1\r\nx = '😀é', call(a)  \r\n";
        let place = |column, width| Place {
            width,
            ..Place::new("a.py", 2, column)
        };
        assert_eq!(on_a_line(Range::of(&place(5, 4), Some(text))), (1, 4, 9));
        assert_eq!(on_a_line(Range::of(&place(11, 4), Some(text))), (1, 11, 15));
        assert_eq!(on_a_line(Range::of(&place(11, 0), Some(text))), (1, 11, 18));
        assert_eq!(on_a_line(Range::of(&place(3, 2), None)), (1, 2, 4));
        let call = text.find("call").unwrap();
        let bytes = Range::of_bytes(call..call + 4, text);
        assert_eq!(bytes.map(on_a_line), Some((1, 11, 15)));
        assert_eq!(Range::of_bytes(1..2, text), None);
    }

    #[test]
    fn a_place_without_line_or_beyond_its_text_is_somewhere_all_the_same() {
        assert_eq!(
            on_a_line(Range::of(&Place::new("a.py", 0, 0), Some(""))),
            (0, 0, 0)
        );
        let place = Place {
            width: 3,
            ..Place::new("a.py", 1, 99)
        };
        assert_eq!(on_a_line(Range::of(&place, Some("short"))), (0, 5, 5));
    }
}
