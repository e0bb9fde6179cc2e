//! `[token]` and `[claims]`: what a token says.

use crate::Setting;
use crate::form::table;
use crate::value::{ClaimPath, Duration, Identifier, Leeway, TokenType};

table! {
    /// What a token must hold.
    pub struct Token {
        /// For whom tokens are. By default `iss`, as Better Auth does.
        audience: Option<Setting<Identifier>>,
        /// How long the issuer lets a token live.
        lifetime: Duration = "15m",
        /// The accepted difference between two clocks, at most 120 s.
        leeway: Leeway = "30s",
        /// The longest life that is accepted. None by default: longer tokens are accepted if `exp` says so.
        max_age: Option<Duration>,
        /// The claims without which a token is refused; `exp` is one of them.
        required: Vec<ClaimPath> = ["sub", "iat", "exp"],
        /// The accepted `typ`; the empty text stands for none.
        types: Vec<TokenType> = ["", "JWT", "at+jwt"],
    }
}

table! {
    /// Where a fact stands among the claims; dots for nesting.
    pub struct Claims {
        /// Who the token speaks of.
        subject: ClaimPath = "sub",
        /// The person's address.
        email: ClaimPath = "email",
        /// The person's name.
        name: ClaimPath = "name",
        /// A text, a list with commas, or an array.
        roles: ClaimPath = "role",
        /// What the person may do.
        permissions: ClaimPath = "permissions",
        /// What the token may be used for.
        scopes: ClaimPath = "scope",
        /// The organization that the person acts in.
        organization: ClaimPath = "activeOrganizationId",
        /// The session that the token was made from.
        session: ClaimPath = "sid",
        /// Who acts for the subject; never widens what the subject may do.
        actor: ClaimPath = "act",
    }
}
