use std::ops::Range;

use oxc_allocator::Allocator;
use oxc_ast::ast::Expression;
use oxc_ast_visit::VisitJs;
use oxc_parser::{ParseOptions, Parser};
use oxc_span::SourceType;

use super::{Module, build::Builder, limit};
use crate::{SourceFile, Unread};

/// Parses a file; a file that cannot be read whole still yields what was understood of it.
pub(crate) fn parse<'a>(
    file: &'a SourceFile,
    arena: &'a Allocator,
) -> (Option<Module<'a>>, Option<Unread>) {
    if let Some(why) = limit::refusal(&file.text) {
        return (None, Some(Unread::new(&file.path, 1, why)));
    }
    let options = ParseOptions {
        allow_return_outside_function: true,
        enable_ident_hashes: false,
        ..ParseOptions::default()
    };
    let parsed = Parser::new(arena, &file.text, source_type(file.name()))
        .with_options(options)
        .parse();
    let unread = parsed.diagnostics.iter().next().map(|error| {
        let at = error
            .labels
            .iter()
            .next()
            .map_or(0, |label| label.offset() as usize);
        let line = file
            .text
            .get(..at.min(file.text.len()))
            .map_or(1, |before| before.matches('\n').count() + 1);
        Unread::new(
            &file.path,
            u32::try_from(line).unwrap_or(u32::MAX),
            format!("syntax error: {}", error.message),
        )
    });
    if parsed.panicked {
        return (None, unread);
    }
    let mut builder = Builder::new(Module::new(file));
    builder.visit_program(&parsed.program);
    (Some(builder.finish()), unread)
}

/// The comments of a file as ranges of bytes, with what marks them.
pub(crate) fn parse_comments(file: &SourceFile, arena: &Allocator) -> Vec<Range<usize>> {
    if limit::refusal(&file.text).is_some() {
        return Vec::new();
    }
    let parsed = Parser::new(arena, &file.text, source_type(file.name())).parse();
    let comments = parsed.program.comments.iter();
    comments
        .map(|comment| comment.span.start as usize..comment.span.end as usize)
        .collect()
}

/// The value of a JSON text, comments and trailing commas allowed.
pub(crate) fn parse_json<'a>(text: &'a str, arena: &'a Allocator) -> Option<&'a Expression<'a>> {
    if limit::refusal(text).is_some() {
        return None;
    }
    let text = text.trim_start_matches('\u{feff}');
    Parser::new(arena, text, SourceType::ts())
        .parse_expression()
        .ok()
        .map(|expression| &*arena.alloc(expression))
}

/// JSX is allowed wherever it cannot be mistaken for a type assertion.
fn source_type(name: &str) -> SourceType {
    let extension = name.rsplit('.').next().unwrap_or_default();
    match extension {
        "ts" | "mts" | "cts" => SourceType::ts(),
        "tsx" => SourceType::tsx(),
        _ => SourceType::jsx(),
    }
}
