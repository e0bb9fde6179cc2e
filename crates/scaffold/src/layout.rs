//! A template's text as a project lays out its own.

use crate::convention::{Quotes, Style};

/// TypeScript of a template: double quotes, semicolons, two spaces.
///
/// A template holds no quotes within quotes, and each of its statements ends with its line.
pub(crate) fn typescript(text: &str, style: &Style) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let inside = line.trim_start_matches(' ');
        let comment =
            inside.starts_with("//") || inside.starts_with('*') || inside.starts_with("/*");
        let mut inside = inside.to_owned();
        if !comment && style.quotes == Quotes::Single && !inside.contains('\'') {
            inside = inside.replace('"', "'");
        }
        if !comment && !style.semicolons && inside.ends_with(';') {
            inside.pop();
        }
        let steps = (line.len() - line.trim_start_matches(' ').len()) / 2;
        // The stars of a comment stand one further in than its beginning.
        let star = if inside.starts_with('*') { " " } else { "" };
        let step = style.indent.step();
        lines.push(
            format!("{}{star}{inside}", step.repeat(steps))
                .trim_end()
                .to_owned(),
        );
    }
    lines.join("\n") + "\n"
}

/// Python of a template: double quotes.
pub(crate) fn python(text: &str, style: &Style) -> String {
    if style.quotes == Quotes::Double {
        return text.to_owned();
    }
    let line = |line: &str| {
        let plain = line.contains("\"\"\"") || line.contains('\'') || line.starts_with('#');
        if plain {
            line.to_owned()
        } else {
            line.replace('"', "'")
        }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convention::Indent;

    #[test]
    fn a_module_is_laid_out_as_the_project_lays_out_its_own() {
        let text = "import x from \"x\";\n\n/**\n * Says \"x\";\n */\nf({\n  a: \"b\",\n});\n";
        let style = Style {
            quotes: Quotes::Single,
            semicolons: false,
            indent: Indent::Tab,
            ..Style::WEB
        };
        assert_eq!(
            typescript(text, &style),
            "import x from 'x'\n\n/**\n * Says \"x\";\n */\nf({\n\ta: 'b',\n})\n"
        );
        assert_eq!(typescript(text, &Style::WEB), text);
    }
}
