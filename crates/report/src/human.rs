//! Findings as text for people, in the manner of `rustc`: all places of a finding, each in its own file, with the
//! lines that stand there and a few words at each.
//!
//! What looks like a secret on a line shown is replaced by `…`, character for character.

mod excerpt;

use annotate_snippets::renderer::DEFAULT_TERM_WIDTH;
use annotate_snippets::{Element, Group, Level, Origin, Renderer};

use crate::{Cause, Confidence, Finding, Place, Report, Severity};
use excerpt::Excerpt;

/// Fewest columns rendered for: below, a place and its label have no room side by side.
const NARROWEST: usize = 40;
/// Most columns rendered for: beyond, nobody reads to the end of a line.
const WIDEST: usize = 1000;

/// Whether the text carries colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// Text alone.
    #[default]
    Plain,
    /// With ANSI escape codes.
    Ansi,
}

/// How findings are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Whether the text carries colours.
    pub style: Style,
    /// Columns of the terminal; longer source lines are cut around what is meant.
    pub width: usize,
}

/// Plain text, 140 columns wide.
impl Default for Layout {
    fn default() -> Self {
        Self {
            style: Style::Plain,
            width: DEFAULT_TERM_WIDTH,
        }
    }
}

/// Renders each cause of the report with what follows from it; a blank line stands between two, a line feed at the end.
///
/// `source` gives the text of a file by the name that its place carries. A place whose file it does not know, or that
/// lies beyond the end of it, is shown without lines.
pub fn render<'s>(
    report: &Report,
    source: impl Fn(&str) -> Option<&'s str>,
    layout: Layout,
) -> String {
    let renderer = match layout.style {
        Style::Plain => Renderer::plain(),
        Style::Ansi => Renderer::styled(),
    };
    let renderer = renderer.term_width(layout.width.clamp(NARROWEST, WIDEST));
    let causes = report.causes();
    let texts: Vec<String> = causes
        .iter()
        .map(|entry| cause(entry, &source, &renderer))
        .collect();
    texts
        .iter()
        .map(|text| format!("{text}\n"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn cause<'s>(
    cause: &Cause<'_>,
    source: &impl Fn(&str) -> Option<&'s str>,
    renderer: &Renderer,
) -> String {
    let finding = cause.finding;
    let mut group = Group::with_title(
        level(finding.severity)
            .primary_title(printable(&finding.message))
            .id(finding.rule),
    );
    let mut unseen = Vec::new();
    for (file, spots) in spots_by_file(finding) {
        let lines: Vec<&str> = source(file)
            .map(|text| text.lines().collect())
            .unwrap_or_default();
        let (shown, missing): (Vec<_>, Vec<_>) = spots
            .into_iter()
            .partition(|spot| spot.line_in(&lines).is_some());
        // The finding's own place heads the text even where no line of it can be shown.
        group = group.elements(missing.iter().filter(|spot| spot.is_primary).map(origin));
        if !shown.is_empty() {
            group =
                group.element(Excerpt::new(file, &lines, &shown, finding.masked).into_snippet());
        }
        unseen.extend(missing);
    }
    let unseen = unseen
        .iter()
        .filter(|spot| !(spot.is_primary && spot.label.is_empty()));
    let unseen = unseen.map(|spot| note("at", format!("{}: {}", spot.place, spot.label)));
    renderer.render(&[group.elements(unseen).elements(footer(cause))])
}

/// A place of a finding with the words that belong there.
#[derive(Clone, Copy)]
struct Spot<'a> {
    place: &'a Place,
    label: &'a str,
    is_primary: bool,
}

impl Spot<'_> {
    /// The index of the spot's line, if there is one.
    fn line_in(&self, lines: &[&str]) -> Option<usize> {
        let index = usize::try_from(self.place.line.max(1) - 1).ok()?;
        (index < lines.len()).then_some(index)
    }
}

/// The finding's places, those of one file together, the file of the finding itself first.
fn spots_by_file(finding: &Finding) -> Vec<(&str, Vec<Spot<'_>>)> {
    let primary = Spot {
        place: &finding.place,
        label: &finding.label,
        is_primary: true,
    };
    let related = finding.related.iter().map(|other| Spot {
        place: &other.place,
        label: &other.message,
        is_primary: false,
    });
    let mut files: Vec<(&str, Vec<Spot<'_>>)> = Vec::new();
    for spot in std::iter::once(primary).chain(related) {
        match files.iter_mut().find(|(file, _)| *file == spot.place.file) {
            Some((_, spots)) => spots.push(spot),
            None => files.push((&spot.place.file, vec![spot])),
        }
    }
    files
}

fn origin<'a>(spot: &Spot<'_>) -> Origin<'a> {
    Origin::path(printable(&spot.place.file))
        .line(size(spot.place.line))
        .char_column(size(spot.place.column))
}

fn footer<'a>(cause: &Cause<'a>) -> Vec<Element<'a>> {
    let finding = cause.finding;
    let why = (!finding.why.is_empty()).then(|| note("why", &finding.why));
    // That something could not be resolved, without saying what, only takes weight from the message.
    let doubt = (finding.confidence == Confidence::Low).then(|| {
        note(
            "confidence",
            "low: it rests on a guess about something outside the repository",
        )
    });
    let help =
        (!finding.help.is_empty()).then(|| Level::HELP.message(printable(&finding.help)).into());
    let cure = finding.cure.as_ref().map(|cure| {
        let text = format!(
            "`{}`: `--diff` shows the edit, `--fix` writes it",
            cure.name
        );
        note("fix", text)
    });
    let consequences = cause.consequences.iter().map(|follower| {
        let severity = follower.severity.word();
        note(
            "follows",
            format!(
                "{severity}[{}] at {}: {}",
                follower.rule, follower.place, follower.message
            ),
        )
    });
    why.into_iter()
        .chain(doubt)
        .chain(help)
        .chain(cure)
        .chain(consequences)
        .collect()
}

fn note<'a>(name: &'static str, text: impl AsRef<str>) -> Element<'a> {
    Level::NOTE
        .with_name(name)
        .message(printable(text.as_ref()))
        .into()
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

/// The text without characters that a terminal would obey or that turn the reading direction; line feeds stay.
pub(crate) fn printable(text: &str) -> String {
    let obeyed = |c: char| {
        c.is_control() && c != '\n'
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars()
        .map(|c| {
            if obeyed(c) {
                char::REPLACEMENT_CHARACTER
            } else {
                c
            }
        })
        .collect()
}

/// Lines and columns as the renderer counts them; none is 0.
fn size(number: u32) -> usize {
    usize::try_from(number.max(1)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;
