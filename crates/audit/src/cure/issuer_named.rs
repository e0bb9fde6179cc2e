//! The issuer, and the audience, that Better Auth writes into each token, named where the token is verified.

use betroth_agreement::{IssuerKind, Verdict};
use betroth_report::{Edit, Finding};
use betroth_source_typescript::Text;

use crate::access::{is_within, root_of};
use crate::rules::Subject;
use betroth_report::span::{arguments, keyword, offset};

pub(super) const NAME: &str = "issuer-named";
pub(super) const TITLE: &str = "Name the issuer and the audience of Better Auth";

pub(super) fn edits(finding: &Finding, subject: &Subject<'_>) -> Option<Vec<Edit>> {
    // Who else signs what is verified here would be shut out: the one pair says that it is Better Auth alone.
    let mut pairs = subject
        .pairs
        .iter()
        .map(|pair| &pair.agreement)
        .filter(|it| is_within(&finding.place.file, &it.api_root));
    let agreement = pairs.next().filter(|_| pairs.next().is_none())?;
    let its_own = agreement.verdict == Verdict::Accepted
        && agreement.issuer.certain
        && agreement.issuer.kind == IssuerKind::BetterAuthJwt
        && agreement.verifier.places.contains(&finding.place);
    // Other libraries take no such arguments.
    let verification = subject.python.verifications.iter();
    let library = verification
        .filter(|found| found.fact.place == finding.place)
        .find_map(|found| found.fact.library.as_deref());
    if !its_own || !matches!(library, Some("jwt" | "jose")) {
        return None;
    }
    let mut servers = subject
        .webs
        .iter()
        .filter(|web| root_of(web) == agreement.web_root)
        .flat_map(|web| &web.auth)
        .filter(|server| server.reached);
    let server = servers.next()?;
    if servers.any(|other| other.place != server.place) {
        return None;
    }
    let jwt = server.jwt.as_ref()?;
    let file = &finding.place.file;
    let text = subject.tree.text(file)?;
    let call = arguments(text, offset(text, &finding.place)?)?;
    let mut added = String::new();
    for (name, written) in [("issuer", &jwt.issuer), ("audience", &jwt.audience)] {
        if let Some(value) = written.as_ref().and_then(literal)
            && keyword(text, &call, name).is_none()
        {
            for part in [name, "=\"", value, "\", "] {
                added.push_str(part);
            }
        }
    }
    let added = added.trim_end_matches(", ");
    if !added.contains("issuer=") {
        return None;
    }
    let inside = text[call.start + 1..call.end - 1].trim_end();
    let end = call.start + 1 + inside.len();
    // A call over several lines keeps its form: what is added stands on a line of its own.
    let several = text[call.clone()].contains('\n');
    let comma = if inside.ends_with(',') { "" } else { "," };
    let text = if several {
        let last = text[..end].rfind('\n').map_or(0, |at| at + 1);
        let indent = betroth_report::span::indent(text, last);
        format!("{comma}\n{indent}{added},")
    } else {
        format!("{comma} {added}")
    };
    Some(vec![Edit::new(file, end..end, text)])
}

/// The text where it stands whole in the source, and needs no escape.
fn literal(text: &Text) -> Option<&str> {
    let whole = text.environment.is_none() && !text.value.contains(['{', '"', '\\', '\n']);
    (whole && !text.value.is_empty()).then_some(text.value.as_str())
}
