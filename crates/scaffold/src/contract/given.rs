use betroth_contract::Transport;
use betroth_contract::value::{
    ClaimPath, Duration, HeaderName, HeaderValue, Identifier, Origin, Url,
};

/// What a person says: what no source can, and what is to be otherwise than a source has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// Address of the issuer in production.
    pub issuer: Option<Url>,
    /// Address of the API in production.
    pub api_url: Option<Url>,
    /// The audience of tokens.
    pub audience: Option<Identifier>,
    /// Where the pages are served: of this machine in development, any other in production.
    pub origins: Vec<Origin>,
    /// Whether front end and API are of one site.
    pub domains: Option<Domains>,
    /// How long a token lives.
    pub lifetime: Option<Duration>,
    /// Who gets a new token when one ends.
    pub transport: Option<Transport>,
    /// The claim that holds the roles.
    pub roles: Option<ClaimPath>,
    /// The claim that holds the permissions.
    pub permissions: Option<ClaimPath>,
    /// Headers of the pages, each name once.
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

/// Whether front end and API are of one site: a browser sends cookies to the site that set them, and to no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domains {
    /// Both stand below one domain.
    One,
    /// Each has a domain of its own.
    Two,
}

impl Given {
    /// Whether pages of another site than the API's are to call it.
    pub(crate) fn crosses(&self) -> bool {
        self.domains == Some(Domains::Two)
    }
}
