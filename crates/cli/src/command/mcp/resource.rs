//! The page of each rule as a resource: `betroth://rules/<rule>`.

use betroth_audit::rules::{ALL, Rule};
use rmcp::model::{Resource, ResourceContents};

use crate::command::explain;

const SCHEME: &str = "betroth://rules/";
const MARKDOWN: &str = "text/markdown";

/// Every page.
pub(super) fn list() -> Vec<Resource> {
    let resource = |rule: &&Rule| {
        Resource::new(format!("{SCHEME}{}", rule.id), rule.id)
            .with_title(rule.title().trim_end_matches('.'))
            .with_description(
                "What is wrong, why it matters, code that is bad and code that is good",
            )
            .with_mime_type(MARKDOWN)
    };
    ALL.iter().map(resource).collect()
}

/// The page at an address.
///
/// # Errors
/// Where there is none.
pub(super) fn read(uri: &str) -> anyhow::Result<ResourceContents> {
    let name = uri
        .strip_prefix(SCHEME)
        .ok_or_else(|| anyhow::anyhow!("`{uri}` is no page; pages stand at `{SCHEME}<rule>`"))?;
    let rule = explain::named(name)?;
    Ok(ResourceContents::text(explain::page(rule), uri).with_mime_type(MARKDOWN))
}
