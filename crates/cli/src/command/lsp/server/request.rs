//! What the client asks: about a spot, and what mends it.

use std::path::Path;

use betroth_audit::rules::Rule;
use lsp_server::{ErrorCode, Request, Response};
use serde_json::{Value, json};

use super::Server;
use crate::command::explain;
use crate::command::lsp::checked::Checked;
use crate::command::lsp::message::{Actions, Hover};
use crate::command::lsp::range::Range;
use crate::command::lsp::{action, address};

impl Server<'_> {
    /// The answer to a request.
    pub(super) fn answer(&self, request: Request) -> Response {
        let Request { id, method, params } = request;
        let answer = match method.as_str() {
            "textDocument/hover" => serde_json::from_value(params).map(|it| self.hover(&it)),
            "textDocument/codeAction" => serde_json::from_value(params).map(|it| self.actions(&it)),
            _ => {
                let why = format!("no method is named `{method}`");
                return Response::new_err(id, ErrorCode::MethodNotFound as i32, why);
            }
        };
        match answer {
            Ok(answer) => Response::new_ok(id, answer),
            Err(error) => {
                let why = format!("the parameters are not as the protocol asks: {error}");
                Response::new_err(id, ErrorCode::InvalidParams as i32, why)
            }
        }
    }

    /// The pages of the rules that found something at a spot.
    fn hover(&self, asked: &Hover) -> Value {
        let Some(path) = address::path(&asked.text_document.uri) else {
            return Value::Null;
        };
        let spot = Range {
            start: asked.position,
            end: asked.position,
        };
        let mut pages: Vec<String> = Vec::new();
        let mut range = None;
        for checked in &self.checked {
            if !self.is_same_line(checked, &path, asked.position.line) {
                continue;
            }
            for finding in checked.at(&path, &spot) {
                if let Some(rule) = Rule::named(finding.rule) {
                    let page = format!("### {}\n\n{}", rule.id, explain::page(rule));
                    range = range.or_else(|| Some(checked.range(finding)));
                    if !pages.contains(&page) {
                        pages.push(page);
                    }
                }
            }
        }
        match range {
            Some(range) => json!({
                "contents": { "kind": "markdown", "value": pages.join("\n---\n\n") },
                "range": range,
            }),
            None => Value::Null,
        }
    }

    /// Whether a line still reads as it did when it was checked.
    fn is_same_line(&self, checked: &Checked, path: &Path, line: usize) -> bool {
        let now = self.documents.text(path).unwrap_or_default();
        let file = checked.file(path).unwrap_or_default();
        match checked.text(&file) {
            Some(seen) => seen.lines().nth(line) == now.lines().nth(line),
            // Files of environment variables are not kept.
            None => true,
        }
    }

    /// What mends the findings at a range.
    fn actions(&self, asked: &Actions) -> Value {
        let kinds = asked.context.only.iter().flatten();
        let kinds: Vec<&String> = kinds.collect();
        let wanted = asked.context.only.is_none()
            || kinds.iter().any(|it| it.is_empty() || *it == action::KIND);
        let path = address::path(&asked.text_document.uri).filter(|_| wanted);
        let actions = path.iter().flat_map(|path| {
            self.checked.iter().flat_map(|checked| {
                let findings = checked.at(path, &asked.range).into_iter();
                findings.filter_map(|it| action::of(it, checked, &self.documents, &self.client))
            })
        });
        actions.collect()
    }
}
