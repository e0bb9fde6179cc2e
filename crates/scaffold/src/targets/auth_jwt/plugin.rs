//! The line in auth.ts by which it takes a plugin in.

use betroth_report::{Edit, span};
use betroth_source_typescript::BetterAuthConfig;

use crate::convention::Style;
use crate::layout::typescript;
use crate::project::Project;
use crate::typescript::last_import;

/// The import behind the last one, and the plugin in front of the others: `nextCookies()` has to stay the last.
///
/// `None` where the module is not written in a way that is safe to change.
pub(super) fn edits(
    project: &Project<'_>,
    auth: &BetterAuthConfig,
    name: &str,
    import: &str,
) -> Option<Vec<Edit>> {
    let file = &auth.place.file;
    let text = project.files.text(file)?;
    let style = &project.web.as_ref()?.style.of_module(&text);
    let imported = last_import(&text)?;
    let (at, plugin) = if auth.options.iter().any(|it| it.name == "plugins") {
        listed(&text, auth, name)?
    } else {
        optioned(&text, auth, name, style)?
    };
    let line = typescript(&format!("{import};\n"), style);
    Some(vec![
        Edit::new(file, imported..imported, line),
        Edit::new(file, at..at, plugin),
    ])
}

/// In front of the list that is there.
fn listed(text: &str, auth: &BetterAuthConfig, name: &str) -> Option<(usize, String)> {
    let option = auth.options.iter().find(|it| it.name == "plugins")?;
    let at = span::offset(text, &option.place)?;
    let open = at + text[at..].find('[')?;
    // Anything between the name and the list is an expression of somebody's own.
    let between = text[at..open].trim_start_matches("plugins").trim();
    let list = span::brackets(text, open).filter(|_| matches!(between, ":" | ""))?;
    let inside = &text[open + 1..list.end - 1];
    let broken = inside.starts_with('\n') || inside.starts_with("\r\n");
    let new = match inside.trim() {
        "" => name.to_owned(),
        _ if broken => {
            let start = open + 1 + inside.len() - inside.trim_start().len();
            format!("\n{}{name},", span::indent(text, start))
        }
        _ => format!("{name}, "),
    };
    Some((open + 1, new))
}

/// As the first option, where there is no list yet.
fn optioned(
    text: &str,
    auth: &BetterAuthConfig,
    name: &str,
    style: &Style,
) -> Option<(usize, String)> {
    let at = span::offset(text, &auth.place)?;
    let arguments = span::arguments(text, at)?;
    let inside = text.get(arguments.start + 1..)?.trim_start();
    let brace = text.len() - inside.len();
    inside.starts_with('{').then_some(())?;
    let step = style.indent.step();
    Some((brace + 1, format!("\n{step}plugins: [{name}],")))
}
