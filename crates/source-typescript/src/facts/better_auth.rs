//! Better Auth as it is set up and asked.

use betroth_agreement::{Evidence, KeySource};
use betroth_report::Place;

use super::Text;

/// A call of `betterAuth(…)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BetterAuthConfig {
    /// Folder of the nearest `package.json`.
    pub root: String,
    /// The call.
    pub place: Place,
    /// Plugins in their order.
    pub plugins: Vec<Plugin>,
    /// Whether these are all that shape its answers: each was read, none is of the project's own making, and there are no hooks.
    pub plugins_known: bool,
    /// Options of the `jwt` plugin where it is there.
    pub jwt: Option<JwtOptions>,
    /// `secret`; without it Better Auth reads `BETTER_AUTH_SECRET`, then `AUTH_SECRET`.
    pub secret: Option<Evidence<KeySource>>,
    /// `baseURL`.
    pub base_url: Option<Text>,
    /// `basePath`; `/api/auth` by default.
    pub base_path: Option<Text>,
    /// Entries of `trustedOrigins`.
    pub trusted_origins: Vec<Text>,
    /// `session.cookieCache.enabled`.
    pub cookie_cache: Option<Place>,
    /// `session.cookieCache.maxAge` in seconds, with where it stands; `None` where it is not written, or not told.
    pub cookie_cache_age: Option<(u64, Place)>,
    /// `advanced.cookiePrefix`.
    pub cookie_prefix: Option<Text>,
    /// `advanced.useSecureCookies`.
    pub secure_cookies: Option<bool>,
    /// `advanced.crossSubDomainCookies.enabled`.
    pub cross_sub_domain: bool,
    /// Where `rateLimit.enabled` is `false`.
    pub rate_limit_off: Option<Place>,
    /// The options written, below their outermost ones too: `session.expiresIn`.
    pub options: Vec<WrittenOption>,
    /// Whether a program of the tree loads the module.
    pub reached: bool,
}

/// An option of Better Auth, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenOption {
    /// Its name, with those of the options that hold it before it: `session.expiresIn`.
    pub name: String,
    /// Whether it is on, where it is `true` or `false` in so many words.
    pub switched: Option<bool>,
    /// Where.
    pub place: Place,
}

/// One plugin of a Better Auth server or client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plugin {
    /// The function's exported name: `jwt`, `bearer`, `organization`, `jwtClient`.
    pub name: String,
    /// Its call.
    pub place: Place,
}

/// Options of the `jwt` plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JwtOptions {
    /// `jwks.keyPairConfig.alg`; `EdDSA` by default.
    pub algorithm: Evidence<String>,
    /// `jwt.issuer`; the origin of `baseURL` by default.
    pub issuer: Option<Text>,
    /// `jwt.audience`; as `issuer` by default.
    pub audience: Option<Text>,
    /// `jwt.expirationTime` as written; 15 minutes by default.
    pub expiration: Option<Text>,
    /// Claims that `jwt.definePayload` returns; `None` where there is none and the whole user is the payload.
    pub payload: Option<Vec<String>>,
    /// Whether it may return claims beside those that were read.
    pub payload_open: bool,
    /// `jwks.jwksPath`; `/jwks` by default.
    pub jwks_path: Option<Text>,
    /// Whether `get-session` answers with a fresh token in `set-auth-jwt`: unless `disableSettingJwtHeader` is `true`.
    pub sets_header: bool,
    /// The options written, below their outermost ones too: `jwks.keyPairConfig`.
    pub options: Vec<WrittenOption>,
    /// The plugin's call.
    pub place: Place,
}

/// A call of `createAuthClient(…)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthClient {
    /// The call.
    pub place: Place,
    /// `baseURL`.
    pub base_url: Option<Text>,
    /// Client plugins: `jwtClient`, `organizationClient`.
    pub plugins: Vec<Plugin>,
}

/// A request to Better Auth, whoever makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthRequest {
    /// By what it is made.
    pub by: Requester,
    /// The path below Better Auth's own, `/token`; of [`Requester::Server`] the function's name, `getToken`.
    pub endpoint: String,
    /// Upper case; `None` where it is not told.
    pub method: Option<String>,
    /// What tells who asks.
    pub proof: Proof,
    /// Where it goes out.
    pub from: Side,
    /// Whether the caller is given the response or its headers, and so the cookies in them.
    pub whole_response: bool,
    /// The call.
    pub place: Place,
    /// Whether a program of the tree loads the module.
    pub reached: bool,
}

/// By what a request to Better Auth is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Requester {
    /// A function of `createAuthClient(…)`.
    Client,
    /// A function of `betterAuth(…).api`.
    Server,
    /// `fetch` or its like.
    Http,
}

/// Where code runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// In a browser, or on either side.
    Browser,
    /// On a server alone: a route handler, a module that no browser loads.
    Server,
    /// On a server, in a server action.
    Action,
}

/// What tells Better Auth who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Proof {
    /// Nothing but what a browser adds by itself.
    None,
    /// `Authorization: Bearer`, and no cookie with it.
    Bearer,
    /// Headers that somebody else sent, a cookie among them.
    Cookie,
    /// Not told.
    Unknown,
}
