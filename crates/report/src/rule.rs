use crate::Severity;

/// What a report tells of a rule beside its findings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name, in kebab case.
    pub id: &'static str,
    /// The worst that it reports.
    pub severity: Severity,
    /// What is wrong, in one sentence.
    pub title: String,
    /// What is wrong and why it matters, in words.
    pub text: String,
    /// The whole page, in Markdown.
    pub markdown: String,
}
