//! `[issuer]`: who gives tokens, and where.

use crate::Setting;
use crate::form::{table, words};
use crate::value::{Identifier, TokenEndpoint, Url, UrlPath};

words! {
    /// Which program issues.
    pub enum IssuerKind {
        /// Better Auth with its jwt plugin.
        BetterAuth = "better-auth",
        /// A provider that speaks OIDC.
        Oidc = "oidc",
        /// Anything else that signs tokens.
        Other = "other",
    }
}

table! {
    /// Who gives tokens, and where.
    pub struct Issuer {
        /// Which program issues.
        kind: IssuerKind = "better-auth",
        /// Where the issuer is, as a browser sees it.
        base_url: Setting<Url> = { env = "BETTER_AUTH_URL", development = "http://localhost:3000" },
        /// Under which path of `base_url` it answers.
        base_path: UrlPath = "/api/auth",
        /// The `iss` of its tokens, compared byte for byte. By default the origin of `base_url`, as Better Auth's jwt plugin does.
        iss: Option<Setting<Identifier>>,
        /// Where its public keys are. By default `base_url` + `base_path` + `/jwks`. May be an internal address: `iss` is never derived from it.
        jwks_url: Option<Setting<Url>>,
        /// Where it gives a token: a path under `base_path`, one that begins with `base_path`, or a full address.
        token_endpoint: TokenEndpoint = "/token",
    }
}
