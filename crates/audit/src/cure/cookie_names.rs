//! Both names of Better Auth's session cookie in place of the one that it has on plain HTTP.

use betroth_report::{Edit, Finding};

use crate::rules::Subject;
use crate::tree::is_python;
use betroth_report::span::{brackets, offset};

pub(super) const NAME: &str = "both-cookie-names";
pub(super) const TITLE: &str = "Read the session cookie by both its names";

pub(super) fn edits(finding: &Finding, subject: &Subject<'_>) -> Option<Vec<Edit>> {
    let places = std::iter::once(&finding.place).chain(finding.related.iter().map(|it| &it.place));
    let mut edits = Vec::new();
    for place in places {
        let text = subject.tree.text(&place.file)?;
        let name = offset(text, place)?;
        let get = text[..name].rfind(".get(")?;
        let call = brackets(text, get + ".get".len())?;
        // `cookies.get("…")` with nothing else in its brackets.
        let only = text.get(call.start + 1..call.end - 1)?;
        if only.trim().len() != place.width as usize + 2 {
            return None;
        }
        // What is read is sent on under the same name: both places change together, or none.
        if text.matches(only.trim().trim_matches(['"', '\''])).count() > 1 {
            return None;
        }
        let start = text[..get]
            .rfind(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '?' | '(' | ')')))
            .map_or(0, |at| at + 1);
        let receiver = &text[start..get];
        if receiver.is_empty() || receiver.matches('(').count() != receiver.matches(')').count() {
            return None;
        }
        let plain = &text[start..call.end];
        let secure = format!(
            "{receiver}.get({})",
            only.replacen("better-auth", "__Secure-better-auth", 1)
        );
        let or = if is_python(&place.file) { "or" } else { "??" };
        edits.push(Edit::new(
            &place.file,
            start..call.end,
            format!("({secure} {or} {plain})"),
        ));
    }
    Some(edits)
}
