//! The contract with what the environment gives to it.

use betroth_contract::value::{Duration, Url};
use betroth_contract::{
    Access, Algorithm, Api, ContractErrors, Environment, Fault, Lookup, Mode, Requirement,
    Resolved, Stale,
};
use betroth_token::{KeySet, VerifierFault};
use pyo3::create_exception;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::keys::Keys;

create_exception!(
    betroth._betroth,
    ContractError,
    PyValueError,
    "The contract is wrong, or the environment lacks what it asks for; the text says what to write or to set."
);

/// `betroth.toml` in an environment: each value is read when it is asked for.
///
/// Any method raises `ContractError` for a value that the environment lacks or that cannot be read.
#[pyclass(frozen, module = "betroth")]
pub(crate) struct Contract {
    contract: betroth_contract::Contract,
    environment: Environment,
}

/// `[[route]]`: what one route asks.
#[pyclass(frozen, get_all, module = "betroth")]
pub(crate) struct Route {
    /// Empty for all.
    methods: Vec<&'static str>,
    /// As the framework names it.
    path: String,
    /// `public`, `optional` or `required`.
    access: &'static str,
    /// Of these roles one; empty for any.
    roles: Vec<String>,
    /// Every one of these scopes.
    scopes: Vec<String>,
    /// The issuer is asked where its last answer is older, in seconds.
    fresh: Option<u64>,
}

/// `[session]`: how the session itself is a credential.
#[pyclass(frozen, get_all, module = "betroth")]
pub(crate) struct Session {
    /// `session-cookie`, `session-token`, `cookie-cache`; in the order in which they are looked for.
    accept: Vec<&'static str>,
    /// The name of the cookie, without `__Secure-`.
    cookie: String,
    /// The name of the cookie cache, without `__Secure-`; `None` where it does not follow from that of the cookie.
    cache_cookie: Option<String>,
    /// How the cookie cache is written: `compact`, `jwt`, `jwe`.
    strategy: &'static str,
    /// Where it is asked whether a session lives: `database`, `get-session`.
    lookup: &'static str,
}

impl Contract {
    pub(crate) fn resolved(&self) -> Resolved<'_> {
        self.contract.resolve(&self.environment)
    }

    pub(crate) fn accepted(&self) -> Vec<Algorithm> {
        self.contract.keys.algorithms()
    }

    /// The API of that name; without a name the only one, and `None` where the contract has none.
    pub(crate) fn api(&self, name: Option<&str>) -> PyResult<Option<&Api>> {
        let names: Vec<_> = self.contract.apis.iter().map(|(name, _)| name).collect();
        let chosen = match name {
            Some(name) => self.contract.apis.named(name).map(|api| &**api),
            None if names.len() < 2 => {
                return Ok(self.contract.apis.iter().next().map(|(_, api)| &**api));
            }
            None => None,
        };
        chosen.map(Some).ok_or_else(|| {
            let (file, has) = (self.contract.file(), names.join("`, `"));
            ContractError::new_err(match name {
                Some(name) => format!("`{file}` has no API `{name}`; it has `{has}`"),
                None => format!(
                    "`{file}` has several APIs; name this one, as in `api=\"{}\"`: `{has}`",
                    names[0]
                ),
            })
        })
    }

    /// What is wrong with a value, with its place in the file.
    fn error(&self, error: betroth_contract::ContractError) -> PyErr {
        let file = self.contract.file().to_owned();
        let errors = vec![error];
        told(&ContractErrors { file, errors })
    }

    pub(crate) fn fault(&self, fault: VerifierFault) -> PyErr {
        match fault {
            VerifierFault::Contract(error) => self.error(*error),
            other => ContractError::new_err(format!("`{}`: {other}", self.contract.file())),
        }
    }

    fn url(&self, url: Result<Url, Box<betroth_contract::ContractError>>) -> PyResult<String> {
        url.map(|url| url.as_str().to_owned())
            .map_err(|error| self.error(*error))
    }
}

#[pymethods]
impl Contract {
    /// The text of `file`, which is only named, in an environment of `variables`; without a file its name is empty.
    ///
    /// `mode` is `development` or `production`: a `development` value of the contract counts in the former alone.
    #[new]
    fn new(
        text: &str,
        file: &str,
        variables: std::collections::HashMap<String, String>,
        mode: &str,
    ) -> PyResult<Self> {
        let mode: Mode = mode.parse().map_err(|fault: Fault| {
            ContractError::new_err(format!("the mode {}; {}", fault.says, fault.help))
        })?;
        let contract =
            betroth_contract::Contract::parse(text, file).map_err(|errors| told(&errors))?;
        Ok(Self {
            contract,
            environment: Environment::new(mode, variables),
        })
    }

    /// The file as it was named.
    #[getter]
    fn file(&self) -> &str {
        self.contract.file()
    }

    /// Where the issuer is, as a browser sees it.
    #[getter]
    fn base_url(&self) -> PyResult<String> {
        self.url(self.resolved().base_url())
    }

    /// The `iss` of its tokens.
    #[getter]
    fn iss(&self) -> PyResult<String> {
        let iss = self.resolved().iss().map_err(|error| self.error(*error))?;
        Ok(iss.as_str().to_owned())
    }

    /// For whom the tokens of the API of that name are.
    #[pyo3(signature = (api = None))]
    fn audience(&self, api: Option<&str>) -> PyResult<String> {
        let audience = self.resolved().audience(self.api(api)?);
        Ok(audience
            .map_err(|error| self.error(*error))?
            .as_str()
            .to_owned())
    }

    /// Whether a key says for whom tokens are; otherwise they are for the issuer itself, as Better Auth has it.
    #[pyo3(signature = (api = None))]
    fn has_audience(&self, api: Option<&str>) -> PyResult<bool> {
        let own = self.api(api)?.is_some_and(|api| api.audience.is_some());
        Ok(own || self.contract.token.audience.is_some())
    }

    /// Where the issuer's public keys are.
    #[getter]
    fn jwks_url(&self) -> PyResult<String> {
        self.url(self.resolved().jwks_url())
    }

    /// Whether `issuer.jwks_url` is written, so that plain `http` to that host is meant.
    #[getter]
    fn has_jwks_url(&self) -> bool {
        self.contract.issuer.jwks_url.is_some()
    }

    /// Under which path of `base_url` the issuer answers.
    #[getter]
    fn base_path(&self) -> &str {
        self.contract.issuer.base_path.as_str()
    }

    /// Where the front end's pages are served.
    #[getter]
    fn origins(&self) -> PyResult<Vec<String>> {
        let origins = self.resolved().origins();
        let origins = origins.map_err(|error| self.error(*error))?;
        Ok(origins
            .as_slice()
            .iter()
            .map(|it| it.as_str().to_owned())
            .collect())
    }

    /// The keys that stand in the contract's environment; `None` where they are the issuer's published set.
    #[getter]
    fn keys(&self) -> PyResult<Option<Keys>> {
        let keys = KeySet::from_contract(self.resolved());
        Ok(keys.map_err(|fault| self.fault(fault))?.map(Keys))
    }

    /// The accepted algorithms.
    #[getter]
    fn algorithms(&self) -> Vec<&'static str> {
        self.accepted().into_iter().map(Algorithm::as_str).collect()
    }

    /// The accepted difference between two clocks, in seconds.
    #[getter]
    fn leeway(&self) -> u64 {
        self.contract.token.leeway.seconds()
    }

    /// How long ago a token may have been issued, in seconds.
    #[getter]
    fn max_age(&self) -> Option<u64> {
        (*self.contract.token.max_age).map(Duration::seconds)
    }

    /// The accepted `typ`; the empty text stands for none.
    #[getter]
    fn types(&self) -> Vec<&str> {
        self.contract
            .token
            .types
            .iter()
            .map(|it| it.as_str())
            .collect()
    }

    /// The claims without which a token is refused.
    #[getter]
    fn required(&self) -> Vec<&str> {
        self.contract
            .token
            .required
            .iter()
            .map(|it| it.as_str())
            .collect()
    }

    /// Where a fact stands among the claims.
    #[getter]
    fn claims(&self) -> std::collections::HashMap<&'static str, &str> {
        let claims = &self.contract.claims;
        [
            ("subject", claims.subject.as_str()),
            ("email", claims.email.as_str()),
            ("name", claims.name.as_str()),
            ("roles", claims.roles.as_str()),
            ("permissions", claims.permissions.as_str()),
            ("scopes", claims.scopes.as_str()),
            ("organization", claims.organization.as_str()),
            ("session", claims.session.as_str()),
            ("actor", claims.actor.as_str()),
        ]
        .into()
    }

    /// What a route asks that nobody spoke of: `required`, `optional` or `public`.
    #[pyo3(signature = (api = None))]
    fn default(&self, api: Option<&str>) -> PyResult<&'static str> {
        let api = self.api(api)?;
        Ok(api.map_or(Access::Required, |api| *api.default).as_str())
    }

    /// Who sees the API's own documentation: `development`, `public`, `required` or `off`.
    #[pyo3(signature = (api = None))]
    fn docs(&self, api: Option<&str>) -> PyResult<&'static str> {
        let api = self.api(api)?;
        Ok(api
            .map_or(betroth_contract::Docs::Development, |api| *api.docs)
            .as_str())
    }

    /// What single routes of the API of that name ask.
    #[pyo3(signature = (api = None))]
    fn routes(&self, api: Option<&str>) -> PyResult<Vec<Route>> {
        self.api(api)?;
        let is_ours = |name: Option<&str>| name.is_none() || api.is_none() || name == api;
        let ours = self.contract.routes.iter().filter(|route| {
            is_ours(
                route
                    .api
                    .as_ref()
                    .map(betroth_contract::value::Name::as_str),
            )
        });
        Ok(ours.map(|route| Route::of(route)).collect())
    }

    /// How many failures an address may have, in which time: `20/min`.
    #[getter]
    fn failures(&self) -> String {
        (*self.contract.limits.failures).to_string()
    }

    /// The proxies whose word on an address is taken, as networks.
    #[getter]
    fn trusted_proxies(&self) -> Vec<String> {
        let proxies = self.contract.limits.trusted_proxies.iter();
        proxies.map(ToString::to_string).collect()
    }

    /// The text of the lock for the API of that name, as `betroth lock` writes it.
    #[pyo3(signature = (api = None))]
    fn lock(&self, api: Option<&str>) -> PyResult<String> {
        self.api(api)?;
        let first = || self.contract.apis.iter().next().map(|(name, _)| name);
        let text = api
            .or_else(first)
            .and_then(|name| self.contract.lock(name, "betroth.toml"));
        text.ok_or_else(|| {
            let file = self.contract.file();
            ContractError::new_err(format!("`{file}` names no API; add `[api]`"))
        })
    }

    /// Of a lock: the contract that it was made of, relative to the lock; `None` of any other contract.
    #[getter]
    fn locked(&self) -> Option<&str> {
        self.contract
            .lock
            .as_ref()
            .map(|lock| lock.contract.as_str())
    }

    /// Why this lock asks for something else than `contract`, in words; `None` where it does not.
    fn stale(&self, contract: &Self) -> Option<String> {
        match self.contract.stale(&contract.contract)? {
            // What this API needs of it is what it was.
            Stale::Elsewhere => None,
            stale @ (Stale::Changed | Stale::Gone | Stale::Edited) => Some(stale.to_string()),
        }
    }

    /// How the session itself is a credential; `None` where it is none.
    #[getter]
    fn session(&self) -> Option<Session> {
        self.contract.session.as_ref().map(Session::of)
    }

    /// What the session cookie is signed with; `None` where the session is no credential.
    #[getter]
    fn session_secret(&self) -> PyResult<Option<String>> {
        let secret = self.resolved().session_secret();
        let secret = secret.map_err(|error| self.error(*error))?;
        Ok(secret.map(|secret| secret.expose().to_owned()))
    }

    /// The address of the database that has the sessions; `None` where they are not looked up there.
    #[getter]
    fn session_database(&self) -> PyResult<Option<String>> {
        let database = self.resolved().session_database();
        let database = database.map_err(|error| self.error(*error))?;
        Ok(database.map(|database| database.expose().to_owned()))
    }

    /// Where the issuer answers, under which `/get-session` is.
    #[getter]
    fn issuer_url(&self) -> PyResult<String> {
        self.url(self.resolved().issuer_url())
    }

    fn __repr__(&self) -> String {
        format!("<Contract `{}`>", self.contract.file())
    }
}

/// The errors as the compiler has them; where they stand is left out where there is no file.
fn told(errors: &ContractErrors) -> PyErr {
    if !errors.file.is_empty() {
        return ContractError::new_err(errors.to_string());
    }
    let texts = errors.errors.iter().map(|error| match error.why {
        "" => format!("{error}; {}", error.help),
        why => format!("{error}; {why}; {}", error.help),
    });
    ContractError::new_err(texts.collect::<Vec<_>>().join("\n"))
}

impl Session {
    fn of(session: &betroth_contract::Session) -> Self {
        Self {
            accept: session.accept.iter().map(|it| it.as_str()).collect(),
            cookie: session.cookie.as_str().to_owned(),
            cache_cookie: session.cache_cookie(),
            strategy: session.strategy.as_str(),
            lookup: match session.lookup {
                Lookup::Database(_) => "database",
                Lookup::GetSession => "get-session",
            },
        }
    }
}

impl Route {
    fn of(route: &betroth_contract::Route) -> Self {
        let (roles, scopes, fresh) = match &route.requirement {
            Requirement::Public | Requirement::Optional => (&[][..], &[][..], None),
            Requirement::Required {
                roles,
                scopes,
                fresh,
            } => (&roles[..], &scopes[..], *fresh),
        };
        Self {
            methods: route.methods.iter().map(|it| it.as_str()).collect(),
            path: route.path.as_str().to_owned(),
            access: route.requirement.access().as_str(),
            roles: roles.iter().map(|it| it.as_str().to_owned()).collect(),
            scopes: scopes.iter().map(|it| it.as_str().to_owned()).collect(),
            fresh: fresh.map(Duration::seconds),
        }
    }
}
