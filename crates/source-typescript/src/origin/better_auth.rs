use betroth_agreement::{CredentialKind, IssuerKind};
use betroth_report::Place;

use super::Source;
use crate::{
    Absent,
    site::Site,
    value::{Chain, Step},
};

impl<'a> Site<'_, '_, 'a> {
    /// What a server or client of Better Auth gives.
    pub(super) fn better_auth(&self, chain: &Chain<'a>, name: &str, place: &Place) -> Source {
        let mut fetched = None;
        let mut called = Vec::new();
        for pair in chain.path.windows(2) {
            if let [Step::Name(name), Step::Call(applied)] = pair {
                called.push(*name);
                if *name == "$fetch" {
                    fetched = applied
                        .first()
                        .and_then(|at| self.tracer.words(at).literal());
                }
            }
        }
        let last = chain.names().last();
        let said = |issuer, kind, why: &str| Source::new(issuer, kind, place.clone(), why);
        if let Some(member) = self.absent_member(chain) {
            return Source {
                dead: true,
                absent: Some(Absent::Member(member)),
                ..said(
                    IssuerKind::None,
                    CredentialKind::BearerUnknown,
                    "a member that Better Auth's session does not have",
                )
            };
        }
        if let Some(path) = fetched {
            return better_auth_path(&path, place);
        }
        if called
            .iter()
            .any(|one| matches!(*one, "token" | "getToken" | "signJWT"))
            || name == "getJwtToken"
        {
            return said(
                IssuerKind::BetterAuthJwt,
                CredentialKind::BearerJwt,
                "the token of Better Auth's `jwt` plugin",
            );
        }
        if last == Some("token")
            || chain
                .names()
                .any(|one| one == "token" || one == "sessionToken")
        {
            return said(
                IssuerKind::SessionToken,
                CredentialKind::BearerSessionToken,
                "the token of Better Auth's session",
            );
        }
        if name == "getSessionCookie" {
            return said(
                IssuerKind::SessionToken,
                CredentialKind::BearerSignedCookie,
                "the value of the session cookie",
            );
        }
        if chain
            .names()
            .any(|one| matches!(one, "id" | "email" | "userId"))
        {
            return said(
                IssuerKind::None,
                CredentialKind::IdentityHeader,
                "the person's identifier, which anyone can write",
            );
        }
        said(
            IssuerKind::Unknown,
            CredentialKind::BearerUnknown,
            "a part of Better Auth that is no credential we know",
        )
    }

    /// Whether all plugins of every server were read.
    pub(super) fn knows_plugins(&self) -> bool {
        !self.servers.is_empty() && self.servers.iter().all(|server| server.plugins_known)
    }

    /// Whether no server of Better Auth has the plugin that would give a credential.
    pub(super) fn is_dead(&self, source: &Source) -> bool {
        let without = |plugin: &str| {
            !self.servers.is_empty()
                && self.servers.iter().all(|server| {
                    let unread = server.plugins.is_empty()
                        && server.options.iter().any(|it| it.name == "plugins");
                    (server.plugins_known || !unread)
                        && server.plugins.iter().all(|one| one.name != plugin)
                })
        };
        match source.issuer {
            IssuerKind::BetterAuthJwt => without("jwt"),
            IssuerKind::SessionToken => source.why.contains("set-auth-token") && without("bearer"),
            _ => false,
        }
    }
}

/// What Better Auth answers at a path.
pub(super) fn better_auth_path(path: &str, place: &Place) -> Source {
    let (issuer, kind, why) = if path.ends_with("/token") || path == "token" {
        (
            IssuerKind::BetterAuthJwt,
            CredentialKind::BearerJwt,
            "the token of Better Auth's `jwt` plugin",
        )
    } else {
        (
            IssuerKind::SessionToken,
            CredentialKind::BearerSessionToken,
            "the token of Better Auth's session",
        )
    };
    Source::new(issuer, kind, place.clone(), why)
}
