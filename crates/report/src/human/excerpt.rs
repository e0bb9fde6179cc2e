use annotate_snippets::{Annotation, AnnotationKind, Snippet};

use super::{Spot, printable};
use crate::mask::{self, Language};

/// Characters kept of a line behind the last one meant; the renderer cuts to the terminal's width.
const TAIL: usize = 500;

/// The lines of one file at which a finding has something to say, with their secrets hidden.
///
/// Lines in between are empty here, since the renderer leaves them out; so nothing of them can be shown.
pub(super) struct Excerpt<'a> {
    file: &'a str,
    first: usize,
    text: String,
    annotations: Vec<Annotation<'a>>,
}

impl<'a> Excerpt<'a> {
    /// Takes the spots' lines out of `lines`; spots beyond them are passed over.
    pub(super) fn new(file: &'a str, lines: &[&str], spots: &[Spot<'a>], masked: bool) -> Self {
        let at: Vec<(usize, Spot<'a>)> = spots
            .iter()
            .filter_map(|spot| Some((spot.line_in(lines)?, *spot)))
            .collect();
        let first = at.iter().map(|(index, _)| *index).min().unwrap_or(0);
        let last = at.iter().map(|(index, _)| *index).max().unwrap_or(0);
        let language = Language::of(file);

        let mut text = String::new();
        let mut annotations = Vec::new();
        for index in first..=last {
            let here = || {
                at.iter()
                    .filter(|(line, _)| *line == index)
                    .map(|(_, spot)| spot)
            };
            // A single line between two that are annotated is shown with them.
            if at.iter().any(|(line, _)| line.abs_diff(index) <= 1) {
                let line = mask::line(language, lines, index, masked);
                let line = shorten(&line, here().map(|spot| columns(spot).1).max().unwrap_or(0));
                annotations.extend(here().map(|spot| annotation(spot, &line, text.len())));
                text.push_str(&line);
            }
            text.push('\n');
        }
        Self {
            file,
            first,
            text,
            annotations,
        }
    }

    /// The excerpt as the renderer takes it, with the lines' own numbers.
    pub(super) fn into_snippet(self) -> Snippet<'a, Annotation<'a>> {
        Snippet::source(self.text)
            .path(printable(self.file))
            .line_start(self.first + 1)
            .annotations(self.annotations)
    }
}

/// First column meant and the one after the last, from 0, in characters.
fn columns(spot: &Spot<'_>) -> (usize, usize) {
    let start = super::size(spot.place.column) - 1;
    (start, start.saturating_add(super::size(spot.place.width)))
}

fn annotation<'a>(spot: &Spot<'a>, line: &str, offset: usize) -> Annotation<'a> {
    let (start, end) = columns(spot);
    let byte = |column: usize| {
        line.char_indices()
            .nth(column)
            .map_or(line.len(), |(byte, _)| byte)
            + offset
    };
    let kind = if spot.is_primary {
        AnnotationKind::Primary
    } else {
        AnnotationKind::Context
    };
    let label = (!spot.label.is_empty()).then(|| printable(spot.label));
    kind.span(byte(start)..byte(end)).label(label)
}

/// Cuts what follows long after `end`, a column.
fn shorten(line: &str, end: usize) -> String {
    line.chars().take(end.saturating_add(TAIL)).collect()
}
