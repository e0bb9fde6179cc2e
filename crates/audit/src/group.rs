//! What a rule is about.

use crate::rules::Rule;

/// What a rule is about, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// What the API asks of a token.
    Tokens,
    /// How Better Auth, or whoever else signs, is set up.
    Issuer,
    /// Which routes know who calls.
    Routes,
    /// What the front end sends, to where, and where it keeps it.
    FrontEnd,
    /// What browsers carry and allow between two origins.
    Cookies,
    /// Where keys stand, and whether both sides mean the same.
    Secrets,
    /// Whether `betroth.toml` is what runs.
    Contract,
}

/// The rules of each group.
const RULES: &[(Group, &[&str])] = &[
    (
        Group::Tokens,
        &[
            "algorithm-from-token",
            "algorithm-mismatch",
            "audience-mismatch",
            "audience-unchecked",
            "claim-mismatch",
            "claim-not-issued",
            "expiry-optional",
            "issuer-mismatch",
            "issuer-unchecked",
            "jwks-path-mismatch",
            "jwks-uncached",
            "mixed-key-families",
            "outage-answered-401",
            "verification-disabled",
        ],
    ),
    (
        Group::Issuer,
        &[
            "bearer-plugin-missing",
            "ephemeral-signing-key",
            "expired-session-mints-token",
            "issuer-unused",
            "option-ignored",
            "origin-check-off",
            "payload-too-wide",
            "rate-limit-off",
            "session-cache-too-long",
            "token-not-served",
        ],
    ),
    (
        Group::FrontEnd,
        &[
            "authorization-scheme-missing",
            "call-without-token",
            "credential-kind-mismatch",
            "event-source-without-header",
            "hardcoded-url",
            "headers-overridden",
            "interceptor-on-other-client",
            "public-env-unprefixed",
            "refresh-missing",
            "route-mismatch",
            "session-member-absent",
            "storage-key-mismatch",
            "token-in-local-storage",
            "token-in-url",
            "token-outlived",
            "token-read-at-load",
            "trailing-slash-redirect",
            "unauthorized-unhandled",
        ],
    ),
    (
        Group::Cookies,
        &[
            "cookie-across-sites",
            "cookie-prefix-unhandled",
            "cors-header-refused",
            "cors-inside-authentication",
            "cors-method-refused",
            "cors-missing",
            "credentials-not-included",
            "loopback-names-differ",
            "origin-pattern-too-wide",
            "origin-untrusted",
            "origins-in-one-text",
            "rewrite-forwards-session",
            "session-cookie-lost",
            "session-not-forwarded",
            "setting-not-json",
            "unmatched-origin",
            "wildcard-origin-with-credentials",
        ],
    ),
    (
        Group::Secrets,
        &[
            "committed-secret",
            "hardcoded-secret",
            "public-secret",
            "secret-in-log",
            "secret-name-mismatch",
            "secret-value-mismatch",
        ],
    ),
    (Group::Contract, &["lock-stale", "transport-mismatch"]),
    (
        Group::Routes,
        &[
            "authentication-bypass",
            "blocking-call-in-async",
            "constant-identity",
            "cursor-outside-isolation",
            "docs-open-in-production",
            "identity-from-request",
            "optional-authentication",
            "prefix-lets-all-pass",
            "route-unauthenticated",
            "sibling-unguarded",
            "verifier-unused",
        ],
    ),
];

impl Group {
    /// Every group, in the order in which they are listed.
    pub const ALL: [Self; 7] = [
        Self::Tokens,
        Self::Issuer,
        Self::Routes,
        Self::FrontEnd,
        Self::Cookies,
        Self::Secrets,
        Self::Contract,
    ];

    /// The group of that word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.word() == word)
    }

    /// The word for it, in kebab case.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Tokens => "tokens",
            Self::Issuer => "issuer",
            Self::Routes => "routes",
            Self::FrontEnd => "front-end",
            Self::Cookies => "cookies",
            Self::Secrets => "secrets",
            Self::Contract => "contract",
        }
    }

    /// What its rules are about, in a few words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Tokens => "what the API asks of a token",
            Self::Issuer => "how Better Auth, or whoever else signs, is set up",
            Self::Routes => "which routes know who calls",
            Self::FrontEnd => "what the front end sends, to where, and where it keeps it",
            Self::Cookies => "what browsers carry and allow between two origins",
            Self::Secrets => "where keys stand, and whether both sides mean the same",
            Self::Contract => "whether the contract is what runs",
        }
    }
}

impl Rule {
    /// What the rule is about; `Routes` for one that is in no group, which the tests do not let pass.
    pub fn group(&self) -> Group {
        let groups = RULES.iter();
        let mut groups = groups.filter(|(_, rules)| rules.contains(&self.id));
        groups.next().map_or(Group::Routes, |(group, _)| *group)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::ALL;

    #[test]
    fn every_rule_is_in_one_group() {
        for rule in ALL {
            let groups = RULES.iter().filter(|(_, rules)| rules.contains(&rule.id));
            assert_eq!(groups.count(), 1, "name `{}` in one group", rule.id);
        }
    }

    #[test]
    fn a_group_names_rules_that_there_are_in_their_order() {
        for (group, rules) in RULES {
            assert!(rules.is_sorted(), "{}", group.word());
            for rule in *rules {
                assert!(Rule::named(rule).is_some(), "{rule}");
            }
        }
    }
}
