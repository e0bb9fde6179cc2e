use crate::value::{Identifier, Origins, PublicKey, SecretText, Url};
use crate::{Api, Contract, ContractError, Environment, Keys, Lookup, TokenPlace};

/// A contract in an environment: each value is read when it is asked for.
///
/// Every method gives the [`ContractError`] of a value that the environment lacks, or holds in a way that cannot be
/// read, or holds twice with a difference.
#[derive(Clone, Copy, Debug)]
pub struct Resolved<'a> {
    contract: &'a Contract,
    environment: &'a Environment,
}

impl<'a> Resolved<'a> {
    pub(crate) fn new(contract: &'a Contract, environment: &'a Environment) -> Self {
        Self {
            contract,
            environment,
        }
    }

    /// The contract as it is written.
    pub fn contract(self) -> &'a Contract {
        self.contract
    }

    /// Where the issuer is.
    pub fn base_url(self) -> Result<Url, Box<ContractError>> {
        self.contract.issuer.base_url.resolve(self.environment)
    }

    /// Where the issuer answers: `base_url` with `base_path`, or as it is where it has a path of its own, as in
    /// Better Auth.
    pub fn issuer_url(self) -> Result<Url, Box<ContractError>> {
        let base = self.base_url()?;
        if matches!(base.path(), "" | "/") {
            Ok(base.join(self.contract.issuer.base_path.as_str()))
        } else {
            Ok(base)
        }
    }

    /// The `iss` of a token.
    pub fn iss(self) -> Result<Identifier, Box<ContractError>> {
        match self.contract.issuer.iss.clone().written() {
            Some(iss) => iss.resolve(self.environment),
            None => Ok(self.base_url()?.origin().into()),
        }
    }

    /// Where the issuer's public keys are.
    pub fn jwks_url(self) -> Result<Url, Box<ContractError>> {
        match self.contract.issuer.jwks_url.clone().written() {
            Some(url) => url.resolve(self.environment),
            None => Ok(self.issuer_url()?.join("/jwks")),
        }
    }

    /// Where the issuer gives a token.
    pub fn token_endpoint(self) -> Result<Url, Box<ContractError>> {
        let issuer = self.issuer_url()?;
        Ok(match self.contract.token_place(issuer.path()) {
            TokenPlace::Url(url) => url.clone(),
            TokenPlace::Path(path) => issuer.at(&path),
        })
    }

    /// For whom the tokens of `api` are; of any API without one of its own where `None`.
    pub fn audience(self, api: Option<&Api>) -> Result<Identifier, Box<ContractError>> {
        let own = api.and_then(|api| api.audience.clone().written());
        match own.or_else(|| self.contract.token.audience.clone().written()) {
            Some(audience) => audience.resolve(self.environment),
            None => self.iss(),
        }
    }

    /// Where the front end's pages are served; none where the contract has no front end.
    pub fn origins(self) -> Result<Origins, Box<ContractError>> {
        match &self.contract.web {
            Some(web) => web.origins.resolve(self.environment),
            None => Ok(Origins::default()),
        }
    }

    /// Where the front end reaches `api`.
    pub fn api_url(self, api: &Api) -> Result<Url, Box<ContractError>> {
        api.url.resolve(self.environment)
    }

    /// The public key that checks tokens; `None` in another form than `public-key`.
    pub fn public_key(self) -> Result<Option<PublicKey>, Box<ContractError>> {
        match &self.contract.keys {
            Keys::PublicKey { public_key, .. } => public_key.resolve(self.environment).map(Some),
            Keys::Jwks { .. } | Keys::SharedSecret { .. } => Ok(None),
        }
    }

    /// The secret that checks tokens; `None` in another form than `shared-secret`.
    pub fn shared_secret(self) -> Result<Option<SecretText>, Box<ContractError>> {
        match &self.contract.keys {
            Keys::SharedSecret { secret, .. } => secret.resolve(self.environment).map(Some),
            Keys::Jwks { .. } | Keys::PublicKey { .. } => Ok(None),
        }
    }

    /// The secret that checks the session cookie; `None` where the session is no credential.
    pub fn session_secret(self) -> Result<Option<SecretText>, Box<ContractError>> {
        let session = self.contract.session.as_ref();
        session
            .map(|session| session.secret.resolve(self.environment))
            .transpose()
    }

    /// The address of the database in which sessions are looked up; `None` where they are not.
    pub fn session_database(self) -> Result<Option<SecretText>, Box<ContractError>> {
        match self
            .contract
            .session
            .as_ref()
            .map(|session| &session.lookup)
        {
            Some(Lookup::Database(database)) => database.resolve(self.environment).map(Some),
            Some(Lookup::GetSession) | None => Ok(None),
        }
    }
}
