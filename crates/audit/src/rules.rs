//! The rules: one a file, each with its page.
//!
//! *To add one*, write `rules/<rule>.rs` with [`rule!`] and a `check`, and name it here twice: as a module and in [`ALL`].
//! The page is the doc comment above the rule's name. Its code blocks marked `bad` and `good`, each with the name of its
//! file, are run as tests: the first must yield the rule, the second must not.

mod algorithm_from_token;
mod algorithm_mismatch;
mod audience_mismatch;
mod audience_unchecked;
mod authentication_bypass;
mod authorization_scheme_missing;
mod bearer_plugin_missing;
mod blocking_call_in_async;
mod call_without_token;
mod claim_mismatch;
mod claim_not_issued;
mod committed_secret;
mod constant_identity;
mod cookie_across_sites;
mod cookie_prefix_unhandled;
mod cors_header_refused;
mod cors_inside_authentication;
mod cors_method_refused;
mod cors_missing;
mod credential_kind_mismatch;
mod credentials_not_included;
mod cursor_outside_isolation;
mod docs_open_in_production;
mod ephemeral_signing_key;
mod event_source_without_header;
mod expired_session_mints_token;
mod expiry_optional;
mod hardcoded_secret;
mod hardcoded_url;
mod headers_overridden;
mod identity_from_request;
mod interceptor_on_other_client;
mod issuer_mismatch;
mod issuer_unchecked;
mod issuer_unused;
mod jwks_path_mismatch;
mod jwks_uncached;
mod jwt;
mod lock_stale;
mod loopback_names_differ;
mod mixed_key_families;
mod option_ignored;
mod optional_authentication;
mod origin_check_off;
mod origin_pattern_too_wide;
mod origin_untrusted;
mod origins_in_one_text;
mod outage_answered_401;
mod payload_too_wide;
mod prefix_lets_all_pass;
mod public_env_unprefixed;
mod public_secret;
mod rate_limit_off;
mod refresh_missing;
mod rewrite_forwards_session;
mod route_mismatch;
mod route_unauthenticated;
mod routers;
mod secret_in_log;
mod secret_name_mismatch;
mod secret_value_mismatch;
mod session_cache_too_long;
mod session_cookie_lost;
mod session_member_absent;
mod session_not_forwarded;
mod setting_not_json;
mod sibling_unguarded;
mod storage_key_mismatch;
mod token_in_local_storage;
mod token_in_url;
mod token_not_served;
mod token_outlived;
mod token_read_at_load;
mod trailing_slash_redirect;
mod transport_mismatch;
mod unauthorized_unhandled;
mod unmatched_origin;
mod verification_disabled;
mod verifier_unused;
mod wildcard_origin_with_credentials;

use betroth_report::{Finding, Place, Severity};
use betroth_source_python::{Api, Facts, Route};
use betroth_source_typescript::{BetterAuthConfig, Web};

use crate::access::is_aside;
pub use crate::observe::Paired;
use crate::{Audit, Tree};

/// Every rule, in the order of their names.
pub static ALL: &[&Rule] = &[
    &algorithm_from_token::RULE,
    &algorithm_mismatch::RULE,
    &audience_mismatch::RULE,
    &audience_unchecked::RULE,
    &authentication_bypass::RULE,
    &authorization_scheme_missing::RULE,
    &bearer_plugin_missing::RULE,
    &blocking_call_in_async::RULE,
    &call_without_token::RULE,
    &claim_mismatch::RULE,
    &claim_not_issued::RULE,
    &committed_secret::RULE,
    &constant_identity::RULE,
    &cookie_across_sites::RULE,
    &cookie_prefix_unhandled::RULE,
    &cors_header_refused::RULE,
    &cors_inside_authentication::RULE,
    &cors_method_refused::RULE,
    &cors_missing::RULE,
    &credential_kind_mismatch::RULE,
    &credentials_not_included::RULE,
    &cursor_outside_isolation::RULE,
    &docs_open_in_production::RULE,
    &ephemeral_signing_key::RULE,
    &event_source_without_header::RULE,
    &expired_session_mints_token::RULE,
    &expiry_optional::RULE,
    &hardcoded_secret::RULE,
    &hardcoded_url::RULE,
    &headers_overridden::RULE,
    &identity_from_request::RULE,
    &interceptor_on_other_client::RULE,
    &issuer_mismatch::RULE,
    &issuer_unchecked::RULE,
    &issuer_unused::RULE,
    &jwks_path_mismatch::RULE,
    &jwks_uncached::RULE,
    &lock_stale::RULE,
    &loopback_names_differ::RULE,
    &mixed_key_families::RULE,
    &option_ignored::RULE,
    &optional_authentication::RULE,
    &origin_check_off::RULE,
    &origin_pattern_too_wide::RULE,
    &origin_untrusted::RULE,
    &origins_in_one_text::RULE,
    &outage_answered_401::RULE,
    &payload_too_wide::RULE,
    &prefix_lets_all_pass::RULE,
    &public_env_unprefixed::RULE,
    &public_secret::RULE,
    &rate_limit_off::RULE,
    &refresh_missing::RULE,
    &rewrite_forwards_session::RULE,
    &route_mismatch::RULE,
    &route_unauthenticated::RULE,
    &secret_in_log::RULE,
    &secret_name_mismatch::RULE,
    &secret_value_mismatch::RULE,
    &session_cache_too_long::RULE,
    &session_cookie_lost::RULE,
    &session_member_absent::RULE,
    &session_not_forwarded::RULE,
    &setting_not_json::RULE,
    &sibling_unguarded::RULE,
    &storage_key_mismatch::RULE,
    &token_in_local_storage::RULE,
    &token_in_url::RULE,
    &token_not_served::RULE,
    &token_outlived::RULE,
    &token_read_at_load::RULE,
    &trailing_slash_redirect::RULE,
    &transport_mismatch::RULE,
    &unauthorized_unhandled::RULE,
    &unmatched_origin::RULE,
    &verification_disabled::RULE,
    &verifier_unused::RULE,
    &wildcard_origin_with_credentials::RULE,
];

/// One rule.
pub struct Rule {
    /// Its name, in kebab case.
    pub id: &'static str,
    /// The worst that it reports.
    pub severity: Severity,
    /// Its page, in Markdown: what is wrong, why it matters, code that is bad and code that is good.
    pub page: &'static str,
    check: fn(&Subject<'_>) -> Vec<Finding>,
}

impl Rule {
    /// The rule of that name.
    pub fn named(id: &str) -> Option<&'static Rule> {
        ALL.iter().find(|rule| rule.id == id).copied()
    }

    /// The rule whose name is most like one that no rule has; `None` where none is like it.
    pub fn nearest(name: &str) -> Option<&'static Rule> {
        ALL.iter()
            .map(|rule| (strsim::jaro_winkler(name, rule.id), *rule))
            .filter(|(likeness, _)| *likeness > 0.7)
            .max_by(|(a, _), (b, _)| a.total_cmp(b))
            .map(|(_, rule)| rule)
    }

    /// What is wrong, in one sentence.
    pub fn title(&self) -> &'static str {
        self.page.lines().next().unwrap_or_default().trim()
    }
}

/// What a rule looks at.
pub struct Subject<'a> {
    /// The files.
    pub tree: &'a Tree,
    /// The side of the APIs.
    pub python: &'a Facts,
    /// The front ends.
    pub webs: &'a [Web],
    /// The pairs with their verdicts.
    pub pairs: &'a [Paired<'a>],
}

impl<'a> Subject<'a> {
    /// The applications that are served.
    pub(crate) fn apis(&self) -> impl Iterator<Item = &'a Api> {
        self.python
            .apis
            .iter()
            .filter(|api| !is_aside(&api.place.file))
    }

    /// Whether a call of a front end reaches an application.
    pub(crate) fn is_called(&self, api: &Api) -> bool {
        self.pairs
            .iter()
            .any(|pair| pair.called.contains(&api.name))
    }

    /// Whether people log in: a front end sends credentials or holds an auth server, or the API hands out tokens.
    pub(crate) fn people_log_in(&self) -> bool {
        self.webs
            .iter()
            .any(|web| !web.auth.is_empty() || !web.clients.is_empty() || !web.issuers.is_empty())
            || !self.python.signatures.is_empty()
            || self
                .python
                .verifications
                .iter()
                .any(|found| !is_aside(&found.fact.place.file))
    }
}

/// The findings of every rule.
pub(crate) fn apply(subject: &Subject<'_>) -> Vec<Finding> {
    ALL.iter().flat_map(|rule| (rule.check)(subject)).collect()
}

/// `POST /tasks`.
pub(crate) fn shown(route: &Route) -> String {
    format!("{} {}", route.method, route.path)
}

/// Names up to three routes and counts the others.
pub(crate) fn listed(routes: &[&Route]) -> String {
    let named: Vec<String> = routes
        .iter()
        .take(3)
        .map(|route| format!("`{}`", shown(route)))
        .collect();
    match routes.len() {
        0..=3 => named.join(", "),
        many => format!("{} and {} more", named.join(", "), many - 3),
    }
}

/// Adds up to five further places, each with what is served there.
pub(crate) fn with_routes(finding: Finding, routes: &[&Route], at: &Place) -> Finding {
    routes
        .iter()
        .filter(|route| route.place != *at)
        .take(5)
        .fold(finding, |finding, route| {
            finding.related(route.place.clone(), format!("serves `{}`", shown(route)))
        })
}

/// Makes the `RULE` of a file: its page, its name and the worst that it reports.
macro_rules! rule {
    ($(#[doc = $line:literal])+ $id:literal { severity: $severity:ident, check: $check:path $(,)? }) => {
        $(#[doc = $line])+
        pub(crate) static RULE: $crate::rules::Rule = $crate::rules::Rule {
            id: $id,
            severity: betroth_report::Severity::$severity,
            page: concat!($($line, "\n"),+),
            check: $check,
        };
    };
}
use rule;

/// The Better Auth servers of all front ends, each once.
fn servers<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a BetterAuthConfig> {
    let mut seen = std::collections::BTreeSet::new();
    let servers = subject.webs.iter().flat_map(|web| &web.auth);
    servers.filter(move |server| seen.insert(&server.place))
}

/// A block of code on a page, with the file it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Whether the rule must speak of it.
    pub bad: bool,
    /// The files.
    pub files: Vec<(String, String)>,
}

impl Rule {
    /// The trees that the page shows: blocks of one kind that follow each other are the files of one tree, until a name comes again.
    pub fn examples(&self) -> Vec<Example> {
        let mut examples: Vec<Example> = Vec::new();
        let mut open: Option<(bool, String, String)> = None;
        for line in self.page.lines() {
            let line = line.strip_prefix(' ').unwrap_or(line);
            if let Some((bad, name, text)) = &mut open {
                if line.starts_with("```") {
                    let file = (std::mem::take(name), std::mem::take(text));
                    let bad = *bad;
                    open = None;
                    match examples.last_mut() {
                        Some(last)
                            if last.bad == bad
                                && last.files.iter().all(|(known, _)| *known != file.0) =>
                        {
                            last.files.push(file);
                        }
                        _ => examples.push(Example {
                            bad,
                            files: vec![file],
                        }),
                    }
                } else {
                    text.push_str(line);
                    text.push('\n');
                }
            } else if let Some(head) = line.strip_prefix("```") {
                let mut words = head.split_whitespace().skip(1);
                if let (Some(kind @ ("bad" | "good")), Some(name)) = (words.next(), words.next()) {
                    open = Some((kind == "bad", name.to_owned(), String::new()));
                }
            }
        }
        examples
    }
}

/// Whether the rule speaks of an audited tree: as an error or a warning, or as the note that is all it has.
pub fn speaks(rule: &Rule, audit: &Audit) -> bool {
    audit.report.findings().iter().any(|finding| {
        finding.rule == rule.id && finding.severity >= rule.severity.min(Severity::Warning)
    })
}
