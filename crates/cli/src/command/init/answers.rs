//! What a person says of the contract, by flags.

use std::str::FromStr as _;

use anyhow::bail;
use betroth_contract::Transport;
use betroth_contract::value::{
    ClaimPath, Duration, HeaderName, HeaderValue, Identifier, Origin, Url,
};
use betroth_scaffold::contract::proposal::told_domains;
use betroth_scaffold::contract::{Basis, Domains, Given, Sides};
use clap::ValueEnum;

use crate::command::value;

/// What no source tells, or what is to be otherwise than a source has it.
#[derive(clap::Args)]
#[command(next_help_heading = "Answers")]
pub(super) struct Answers {
    /// Address of the issuer in production, as a browser sees it.
    #[arg(long, value_name = "URL", value_parser = value::<Url>)]
    issuer: Option<Url>,
    /// Address of the API in production.
    #[arg(long, value_name = "URL", value_parser = value::<Url>)]
    api_url: Option<Url>,
    /// The audience of tokens, where it is not the issuer.
    #[arg(long, value_name = "TEXT", value_parser = value::<Identifier>)]
    audience: Option<Identifier>,
    /// Where pages are served: on this machine in development, elsewhere in production; several times if wanted.
    #[arg(long = "origin", value_name = "URL", value_parser = value::<Origin>)]
    origins: Vec<Origin>,
    /// Whether front end and API stand below one domain, or each has its own: then no cookie reaches the API.
    #[arg(long, value_enum)]
    domains: Option<Count>,
    /// How long a token lives: `15m`.
    #[arg(long, value_name = "TIME", value_parser = value::<Duration>)]
    lifetime: Option<Duration>,
    /// Who renews a token: `token` (the page, before it ends), `proxy` or `gateway` (a server, for each call).
    #[arg(long, value_name = "WORD", value_parser = value::<Transport>)]
    transport: Option<Transport>,
    /// The claim that holds the roles.
    #[arg(long, value_name = "CLAIM", value_parser = value::<ClaimPath>)]
    roles_claim: Option<ClaimPath>,
    /// The claim that holds the permissions.
    #[arg(long, value_name = "CLAIM", value_parser = value::<ClaimPath>)]
    permissions_claim: Option<ClaimPath>,
    /// A header of the pages beside those that `betroth apply` writes, or in place of one; several times if wanted.
    #[arg(long = "header", value_name = "NAME: VALUE", value_parser = header)]
    headers: Vec<Header>,
}

/// On how many domains front end and API stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Count {
    /// Both below one.
    One,
    /// Each has its own.
    Two,
}

/// One header with its value.
pub(super) type Header = (HeaderName, HeaderValue);

impl From<Count> for Domains {
    fn from(count: Count) -> Self {
        match count {
            Count::One => Self::One,
            Count::Two => Self::Two,
        }
    }
}

impl Answers {
    /// The same, held against what they are said of.
    ///
    /// # Errors
    /// Where one of them is about a side that was not found, or two cannot both hold.
    pub(super) fn given(&self, sides: &Sides<'_>) -> anyhow::Result<Given> {
        let given = Given {
            issuer: self.issuer.clone(),
            api_url: self.api_url.clone(),
            audience: self.audience.clone(),
            origins: self.origins.clone(),
            domains: self.domains.map(Domains::from),
            lifetime: self.lifetime,
            transport: self.transport,
            roles: self.roles_claim.clone(),
            permissions: self.permissions_claim.clone(),
            headers: self.headers.clone(),
        };
        let of_web = [
            ("--origin", !self.origins.is_empty()),
            ("--domains", self.domains.is_some()),
            ("--transport", self.transport.is_some()),
            ("--header", !self.headers.is_empty()),
        ];
        let named = of_web.iter().find(|(_, is_given)| *is_given);
        if let Some((flag, _)) = named.filter(|_| sides.web.is_none()) {
            bail!("`{flag}` is about the front end, and none was found");
        }
        let of_token = [
            ("--lifetime", self.lifetime.is_some()),
            ("--transport", self.transport.is_some()),
        ];
        let named = of_token.iter().find(|(_, is_given)| *is_given);
        if let Some((flag, _)) = named.filter(|_| !sides.takes_token(&given)) {
            bail!(
                "`{flag}` is about tokens, and the session itself is what this API takes; leave it out"
            );
        }
        if let Some(name) = twice(&self.headers) {
            bail!("`--header` names `{name}` twice; keep one");
        }
        if let Some(why) = given
            .domains
            .and_then(|domains| contradiction(sides, &given, domains))
        {
            bail!("`--domains` says otherwise than the addresses: {why}");
        }
        Ok(given)
    }
}

/// Why an answer cannot hold with the addresses in production, where these are known.
pub(super) fn contradiction(sides: &Sides<'_>, given: &Given, domains: Domains) -> Option<String> {
    let told = told_domains(sides, given).filter(|told| told.value != domains)?;
    match told.basis {
        Basis::Guess(why) => Some(why),
        _ => None,
    }
}

/// The name that headers hold twice.
pub(super) fn twice(headers: &[Header]) -> Option<&HeaderName> {
    let mut names = headers.iter().map(|(name, _)| name).enumerate();
    names.find_map(|(at, name)| {
        let mut before = headers[..at].iter();
        before
            .any(|(known, _)| known.is(name.as_str()))
            .then_some(name)
    })
}

/// `Name: value`, as it stands in an answer; without a value the header is left out.
pub(super) fn header(text: &str) -> Result<Header, String> {
    let Some((name, value)) = text.split_once(':') else {
        return Err("it has no colon; write `Name: value`".to_owned());
    };
    let told = |fault: betroth_contract::Fault| format!("it {}; {}", fault.says, fault.help);
    let name = HeaderName::from_str(name.trim()).map_err(told)?;
    let value = HeaderValue::from_str(value.trim()).map_err(told)?;
    Ok((name, value))
}
