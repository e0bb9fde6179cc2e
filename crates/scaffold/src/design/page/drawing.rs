//! A sequence drawn as SVG: a column for each party, a row for each line.

use std::fmt::Write as _;

use super::escaped;
use crate::design::sequence::{Line, Sequence};

/// Between two parties, in pixels.
const COLUMN: usize = 260;
/// From an edge to the nearest party.
const MARGIN: usize = 100;
const BOX_WIDTH: usize = 150;
const BOX_HEIGHT: usize = 36;
/// Of a line of text.
const TEXT: usize = 16;
/// How many letters of a label stand in one line between two parties.
const LETTERS: usize = 30;

/// The sequence as one `figure`; its words for who does not see it are those of the steps below.
pub(super) fn of(sequence: &Sequence) -> String {
    let last = sequence.parties.len() - 1;
    let width = 2 * MARGIN + last * COLUMN;
    let mut rows = String::new();
    let mut y = BOX_HEIGHT + 24;
    let mut number = 0;
    for line in &sequence.lines {
        match line {
            Line::Part(title) => {
                let _ = writeln!(
                    rows,
                    "<rect class=\"part\" x=\"8\" y=\"{y}\" width=\"{}\" height=\"26\" rx=\"4\"/>\n\
                     <text class=\"title\" x=\"{}\" y=\"{}\">{}</text>",
                    width - 16,
                    width / 2,
                    y + 18,
                    escaped(title)
                );
                y += 26 + 16;
            }
            Line::Message {
                from,
                to,
                label,
                reply,
                ..
            } => {
                number += 1;
                let room = LETTERS * from.abs_diff(*to);
                let texts = wrapped(&format!("{number}. {label}"), room);
                let (start, end) = (x(*from), x(*to));
                y = written(&mut rows, &texts, usize::midpoint(start, end), y, "middle");
                let class = if *reply { "reply" } else { "message" };
                // The point of the arrow ends at the line of the party.
                let tip = if end > start { end - 8 } else { end + 8 };
                let _ = writeln!(
                    rows,
                    "<line class=\"{class}\" x1=\"{start}\" y1=\"{y}\" x2=\"{tip}\" y2=\"{y}\"/>\n\
                     <path class=\"tip\" d=\"M{end} {y}L{tip} {}V{}Z\"/>",
                    y - 5,
                    y + 5
                );
                y += 24;
            }
            Line::Deed { at, label, .. } => {
                number += 1;
                let texts = wrapped(&format!("{number}. {label}"), LETTERS - 8);
                let top = y - 4;
                let height = texts.len() * TEXT + 12;
                let left = x(*at) - 90;
                let _ = writeln!(
                    rows,
                    "<rect class=\"deed\" x=\"{left}\" y=\"{top}\" width=\"180\" height=\"{height}\" rx=\"4\"/>"
                );
                written(&mut rows, &texts, left + 90, y + 2, "middle");
                y += height + 16;
            }
        }
    }
    let height = y + 8;
    let mut parties = String::new();
    for (at, party) in sequence.parties.iter().enumerate() {
        let _ = writeln!(
            parties,
            "<line class=\"life\" x1=\"{0}\" y1=\"{BOX_HEIGHT}\" x2=\"{0}\" y2=\"{height}\"/>\n\
             <rect class=\"party\" x=\"{1}\" y=\"2\" width=\"{BOX_WIDTH}\" height=\"{BOX_HEIGHT}\" rx=\"6\"/>\n\
             <text class=\"title\" x=\"{0}\" y=\"25\">{2}</text>",
            x(at),
            x(at) - BOX_WIDTH / 2,
            escaped(party.name)
        );
    }
    // Without empty lines, so that the figure is one block.
    format!(
        "<figure class=\"wide\" role=\"region\" aria-label=\"Sequence\" tabindex=\"0\">\n<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"Sequence of messages; the numbered steps below say the same in words\">\n{parties}{rows}</svg>\n</figure>\n"
    )
}

/// Where the line of a party stands.
fn x(at: usize) -> usize {
    MARGIN + at * COLUMN
}

/// Writes lines of text below each other; gives back where the next thing may stand.
fn written(rows: &mut String, texts: &[String], x: usize, y: usize, anchor: &str) -> usize {
    for (at, text) in texts.iter().enumerate() {
        let _ = writeln!(
            rows,
            "<text x=\"{x}\" y=\"{}\" text-anchor=\"{anchor}\">{}</text>",
            y + TEXT * at + 10,
            escaped(text)
        );
    }
    y + TEXT * texts.len() + 2
}

/// A label in lines of at most so many letters; a longer word has a line of its own.
fn wrapped(label: &str, letters: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in label.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= letters => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_broken_between_words_and_never_within_one() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(
            wrapped("/a/very/long/path x", 5),
            ["/a/very/long/path", "x"]
        );
    }
}
