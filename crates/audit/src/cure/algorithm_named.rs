//! The algorithm with which the issuer signs, in place of the one that the token names.

use betroth_agreement::Verdict;
use betroth_report::{Edit, Finding};

use crate::access::is_within;
use crate::rules::Subject;
use betroth_report::span::{arguments, keyword, offset};

pub(super) const NAME: &str = "algorithm-named";
pub(super) const TITLE: &str = "Name the algorithm that the issuer signs with";

pub(super) fn edits(finding: &Finding, subject: &Subject<'_>) -> Option<Vec<Edit>> {
    // Two issuers may sign with two algorithms: only one that is known, and accepted, tells.
    let mut pairs = subject
        .pairs
        .iter()
        .filter(|pair| is_within(&finding.place.file, &pair.agreement.api_root));
    let agreement = &pairs.next().filter(|_| pairs.next().is_none())?.agreement;
    let [algorithm] = agreement.issuer.algorithms.as_slice() else {
        return None;
    };
    if agreement.verdict != Verdict::Accepted || !agreement.issuer.certain {
        return None;
    }
    let file = &finding.place.file;
    let text = subject.tree.text(file)?;
    let call = arguments(text, offset(text, &finding.place)?)?;
    let value = keyword(text, &call, "algorithms")?;
    Some(vec![Edit::new(file, value, format!("[\"{algorithm}\"]"))])
}
