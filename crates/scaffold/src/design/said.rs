//! Values of the contract in words: as they are written, or where each deployment has them from.

use betroth_contract::value::{EnvironmentName, Origin};
use betroth_contract::{
    Api, Contract, ContractError, Environment, Mode, Resolved, Setting, TokenPlace,
};
use serde::Serialize;

use super::markdown::code;

/// One value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Said {
    /// In Markdown: the value itself, or the variable that holds it.
    pub(super) text: String,
    /// As the examples have it: the value itself, or one that is plainly made up.
    pub(super) sample: String,
}

/// Where the front end of every example is.
const SAMPLE_SITE: &str = "https://app.example.com";
/// Where the API of every example is.
const SAMPLE_API: &str = "https://api.example.com";

/// What no origin has in it.
const BETWEEN_ORIGINS: &str = ",";

type Read = Result<String, Box<ContractError>>;

/// Reads the values of a contract thrice: as every deployment has them, as development has them, and with made-up variables.
pub(super) struct Values<'a> {
    contract: &'a Contract,
    bare: Environment,
    /// `None` where another deployment is told of.
    development: Option<Environment>,
    samples: Environment,
}

impl<'a> Values<'a> {
    pub(super) fn new(contract: &'a Contract, is_deployed: bool) -> Self {
        let mut variables: Vec<(String, String)> = Vec::new();
        let mut add = |names: &[EnvironmentName], sample: &str| {
            variables.extend(
                names
                    .iter()
                    .map(|name| (name.to_string(), sample.to_owned())),
            );
        };
        // A later one takes the place of an earlier: where one variable means two things, the site is the likelier.
        for (_, api) in contract.apis.iter() {
            if let Some(audience) = &*api.audience {
                add(audience.names(), SAMPLE_API);
            }
            add(api.url.names(), SAMPLE_API);
        }
        if let Some(audience) = &*contract.token.audience {
            add(audience.names(), SAMPLE_API);
        }
        if let Some(web) = &contract.web {
            add(web.origins.names(), SAMPLE_SITE);
        }
        let issuer = &contract.issuer;
        if let Some(jwks_url) = &*issuer.jwks_url {
            add(jwks_url.names(), "https://app.example.com/api/auth/jwks");
        }
        if let Some(iss) = &*issuer.iss {
            add(iss.names(), SAMPLE_SITE);
        }
        add(issuer.base_url.names(), SAMPLE_SITE);
        Self {
            contract,
            bare: Environment::new(Mode::Production, []),
            development: (!is_deployed).then(|| Environment::new(Mode::Development, [])),
            samples: Environment::new(Mode::Production, variables),
        }
    }

    /// What `iss` is, byte for byte.
    pub(super) fn iss(&self) -> Said {
        let source = match &*self.contract.issuer.iss {
            Some(iss) => named(iss),
            None => format!(
                "the origin of {} (scheme, host and port as an address bar has them; no path, no slash at the end)",
                named(&self.contract.issuer.base_url)
            ),
        };
        self.said(&source, |it| Ok(it.iss()?.as_str().to_owned()))
    }

    /// For whom the tokens of an API are.
    pub(super) fn audience(&self, api: Option<&Api>) -> Said {
        let own = api.and_then(|api| api.audience.as_ref());
        let source = match own.or(self.contract.token.audience.as_ref()) {
            Some(audience) => named(audience),
            None => "the same text as `iss`".to_owned(),
        };
        self.said(&source, |it| Ok(it.audience(api)?.as_str().to_owned()))
    }

    pub(super) fn jwks_url(&self) -> Said {
        let source = match &*self.contract.issuer.jwks_url {
            Some(jwks_url) => named(jwks_url),
            None => self.under_issuer("/jwks"),
        };
        self.said(&source, |it| Ok(it.jwks_url()?.as_str().to_owned()))
    }

    /// Where the issuer's own paths begin.
    pub(super) fn issuer_url(&self) -> Said {
        let source = self.under_issuer("");
        self.said(&source, |it| Ok(it.issuer_url()?.as_str().to_owned()))
    }

    /// Where the issuer says whether a session lives.
    pub(super) fn get_session(&self) -> Said {
        let path = "/get-session";
        let source = self.under_issuer(path);
        self.said(&source, |it| {
            Ok(format!("{}{path}", it.issuer_url()?.as_str()))
        })
    }

    /// Where a token is given.
    pub(super) fn token_endpoint(&self) -> Said {
        let base = self.contract.issuer.base_path.as_str();
        let source = match self.contract.token_place(base) {
            TokenPlace::Url(url) => code(url.as_str()),
            TokenPlace::Path(path) => {
                format!(
                    "{} + {}",
                    named(&self.contract.issuer.base_url),
                    code(&path)
                )
            }
        };
        self.said(&source, |it| Ok(it.token_endpoint()?.as_str().to_owned()))
    }

    /// Where pages may be served that call from a browser; the sample is the first alone.
    pub(super) fn origins(&self) -> Option<Said> {
        let web = self.contract.web.as_ref()?;
        let read = |it: Resolved<'_>| {
            let origins = it.origins()?;
            let list: Vec<&str> = origins.as_slice().iter().map(Origin::as_str).collect();
            Ok(list.join(BETWEEN_ORIGINS))
        };
        let mut said = self.said(&named(&web.origins), read);
        // Each is a value of its own.
        said.text = said.text.replace(BETWEEN_ORIGINS, "`, `");
        if let Some((first, _)) = said.sample.clone().split_once(BETWEEN_ORIGINS) {
            first.clone_into(&mut said.sample);
        }
        Some(said)
    }

    pub(super) fn api_url(&self, api: &Api) -> Said {
        self.said(&named(&api.url), |it| {
            Ok(it.api_url(api)?.as_str().to_owned())
        })
    }

    fn under_issuer(&self, path: &str) -> String {
        let base = named(&self.contract.issuer.base_url);
        let path = format!("{}{path}", self.contract.issuer.base_path.as_str());
        format!("{base} + {}", code(&path))
    }

    fn said(&self, source: &str, read: impl Fn(Resolved<'_>) -> Read) -> Said {
        if let Ok(value) = read(self.contract.resolve(&self.bare)) {
            return Said {
                text: code(&value),
                sample: value,
            };
        }
        let developed = self.development.as_ref();
        let developed = developed.and_then(|it| read(self.contract.resolve(it)).ok());
        let text = match developed {
            Some(value) => format!("{source}; in development {}", code(&value)),
            None => source.to_owned(),
        };
        let sample = read(self.contract.resolve(&self.samples));
        Said {
            text,
            sample: sample.unwrap_or_else(|_| SAMPLE_SITE.to_owned()),
        }
    }
}

/// The variables of a setting; of a literal, that it is one.
fn named<T>(setting: &Setting<T>) -> String {
    match setting {
        Setting::Literal(_) => "a value of the contract".to_owned(),
        Setting::Environment { names, .. } => variables(names.as_slice()),
    }
}

/// `` `A` ``, or `` `A` or `B`, which must be equal where both are set ``.
pub(super) fn variables(names: &[EnvironmentName]) -> String {
    let all: Vec<String> = names.iter().map(|name| code(name.as_str())).collect();
    match all.as_slice() {
        [one] => one.clone(),
        several => format!("{} (equal where several are set)", several.join(" or ")),
    }
}
