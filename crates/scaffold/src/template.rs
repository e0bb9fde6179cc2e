//! Templates: the texts beside the targets, filled in.

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, UndefinedBehavior, Value};

/// A template that could not be filled in: a fault of Betroth, never of a contract.
#[derive(Debug, thiserror::Error)]
#[error("the template of `{path}` cannot be filled in; this is a fault of betroth, not of yours")]
pub struct TemplateFault {
    /// The file that it was for.
    path: String,
    /// Why.
    source: minijinja::Error,
}

/// Fills in the template of the file `path`. A name that the values lack is a fault, not nothing.
pub(crate) fn fill(path: &str, template: &str, values: Value) -> Result<String, TemplateFault> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_filter("cell", |text: String| cell(&text));
    let filled = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build()
        .and_then(|syntax| {
            environment.set_syntax(syntax);
            environment.render_str(template, values)
        });
    filled.map_err(|source| TemplateFault {
        path: path.to_owned(),
        source,
    })
}

/// Markdown as a cell of a table holds it: in one line, and without what ends the cell.
fn cell(text: &str) -> String {
    text.replace(['\n', '\r'], " ").replace('|', "\\|")
}

/// A text as TypeScript and Python write it between double quotes.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
