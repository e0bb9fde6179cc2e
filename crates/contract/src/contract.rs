use serde_json::{Value, json};

use crate::check::{Check, Limits};
use crate::deployment::Overrides;
use crate::error::{ContractError, ContractErrors, ErrorKind, Fault};
use crate::form::{Form, table};
use crate::node::{Node, Shape};
use crate::reader::Reader;
use crate::span::Lines;
use crate::value::{Name, TokenEndpoint, Url};
use crate::{
    Apis, Claims, Entry, Environment, Issuer, KeyForm, Keys, Lock, Owner, Resolved, Route, Session,
    Token, Web,
};

/// What both sides agree on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contract {
    file: String,
    /// Who gives tokens, and where.
    pub issuer: Issuer,
    /// What a signature is checked with.
    pub keys: Keys,
    /// What a token must hold.
    pub token: Token,
    /// Where a fact stands among the claims.
    pub claims: Claims,
    /// How the session itself is accepted; `None` where it is not.
    pub session: Option<Session>,
    /// The front end; `None` where the contract names none.
    pub web: Option<Web>,
    /// The APIs.
    pub apis: Apis,
    /// What single routes ask.
    pub routes: Vec<Entry<Route>>,
    /// Which row belongs to whom.
    pub owners: Vec<Entry<Owner>>,
    /// What is counted at run time.
    pub limits: Limits,
    /// What `betroth check` lets pass.
    pub check: Check,
    /// What it was made of, where it is the part of a contract that one API needs.
    pub lock: Option<Lock>,
    deployments: Vec<(Name, Contract)>,
    pub(crate) root: Node,
}

/// Where a token signed with a shared secret is given, if nothing else is said: Better Auth has no such endpoint of its own.
const OF_SECRET: &str = "/api/auth/jwt";

/// Where the issuer gives a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenPlace<'a> {
    /// A path from the root of its origin.
    Path(String),
    /// A full address.
    Url(&'a Url),
}

impl Contract {
    /// Where the issuer gives a token, if it answers below the path `base` of its origin.
    pub fn token_place(&self, base: &str) -> TokenPlace<'_> {
        let endpoint = &self.issuer.token_endpoint;
        if self.keys.form() == KeyForm::SharedSecret && endpoint.span().is_none() {
            return TokenPlace::Path(OF_SECRET.to_owned());
        }
        let base = base.trim_end_matches('/');
        match &**endpoint {
            TokenEndpoint::Url(url) => TokenPlace::Url(url),
            TokenEndpoint::Path(path) => TokenPlace::Path(match path.as_str().strip_prefix(base) {
                Some(rest) if rest.starts_with('/') => path.as_str().to_owned(),
                _ => format!("{base}{path}"),
            }),
        }
    }

    /// What is said of a route by its method, `GET`, and its path as FastAPI shows it: the first entry that speaks of both.
    pub fn route(&self, method: &str, path: &str) -> Option<&Entry<Route>> {
        self.routes.iter().find(|route| {
            let methods = &route.methods;
            route.path.as_str() == path
                && (methods.is_empty() || methods.iter().any(|own| own.as_str() == method))
        })
    }

    /// Parses the text of `file`, which is only named, not read.
    ///
    /// # Errors
    /// Every mistake that was found, each with its place. A text that is no TOML is told with its first.
    pub fn parse(text: &str, file: &str) -> Result<Self, ContractErrors> {
        let fail = |errors| Err(ContractErrors::new(file, errors));
        let root = match Node::parse(text) {
            Ok(root) => root,
            Err(error) => {
                let span = error.span().map(|range| Lines::new(text).span(&range));
                let says = format!("the contract is no TOML: {}", error.message().trim_end());
                let help = "mend the line; a text stands in quotes, a key once in its table";
                let fault = Fault::new(says, "", help);
                return fail(vec![ContractError::new(ErrorKind::Syntax, "", span, fault)]);
            }
        };
        let mut reader = Reader::default();
        let contract = Self::read(&root, &mut reader, file);
        let mut errors = reader.into_errors();
        let mut contract = contract.filter(|_| errors.is_empty());
        for (name, over) in Overrides::of(&root) {
            let mut reader = Reader::default();
            let deployed = Self::read(&root.overlaid(&over), &mut reader, file);
            // What is wrong without the deployment too is told once.
            for error in reader.into_errors() {
                if !errors.contains(&error) {
                    errors.push(error);
                }
            }
            if let (Some(contract), Some(deployed)) = (&mut contract, deployed) {
                contract.deployments.push((name, deployed));
            }
        }
        match contract {
            Some(contract) if errors.is_empty() => Ok(contract),
            _ => fail(errors),
        }
    }

    /// The file as it was named.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The contract as it holds for `[deployment.NAME]`.
    pub fn deployment(&self, name: &str) -> Option<&Self> {
        let mut deployments = self.deployments.iter();
        deployments.find_map(|(own, contract)| (own.as_str() == name).then_some(contract))
    }

    /// The names of the deployments, in the order of the contract.
    pub fn deployment_names(&self) -> impl ExactSizeIterator<Item = &Name> {
        self.deployments.iter().map(|(name, _)| name)
    }

    /// The contract with what the environment gives to it.
    ///
    /// Nothing is read until it is asked for, so a side needs only the variables that it uses.
    pub fn resolve<'a>(&'a self, environment: &'a Environment) -> Resolved<'a> {
        Resolved::new(self, environment)
    }

    fn read(root: &Node, reader: &mut Reader, file: &str) -> Option<Self> {
        let written = Written::read(root, reader)?;
        let contract = Self {
            file: file.to_owned(),
            issuer: written.issuer.into_value(),
            keys: written.keys.into_value(),
            token: written.token.into_value(),
            claims: written.claims.into_value(),
            session: written.session.into_value(),
            web: written.web.into_value(),
            apis: written.api.into_value(),
            routes: written.route.into_value(),
            owners: written.owner.into_value(),
            limits: written.limits.into_value(),
            check: written.check.into_value(),
            lock: written.lock.into_value(),
            deployments: Vec::new(),
            root: root.clone(),
        };
        for error in crate::disagreement::all(&contract) {
            reader.push(error);
        }
        Some(contract)
    }
}

table! {
    /// What a front end with Better Auth and its APIs agree on.
    struct Written {
        /// The version of this form.
        schema: Version = 1,
        /// Who gives tokens, and where.
        issuer: Issuer = {},
        /// What a signature is checked with.
        keys: Keys = {},
        /// What a token must hold.
        token: Token = {},
        /// Where a fact stands among the claims; dots for nesting.
        claims: Claims = {},
        /// Only where the session itself is a credential.
        session: Option<Session>,
        /// The front end.
        web: Option<Web>,
        /// The API, or `[api.NAME]` where there are several.
        api: Apis,
        /// What a route asks, where that is not the API's default.
        route: Vec<Entry<Route>>,
        /// Which row belongs to whom.
        owner: Vec<Entry<Owner>>,
        /// What is counted at run time.
        limits: Limits = {},
        /// What another deployment has instead: `[deployment.NAME]`.
        deployment: Option<Overrides>,
        /// What `betroth check` lets pass.
        check: Check = {},
        /// In `betroth.lock.toml` alone, where `betroth lock` writes it: what the file was made of.
        lock: Option<Lock>,
    }
}

/// The JSON Schema of the whole.
pub(crate) fn schema() -> Value {
    Written::schema()
}

/// The version of the contract's form: 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Version;

impl Form for Version {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let Shape::Integer(number) = node.shape else {
            reader.wrong_type::<Self>(node, "a number");
            return None;
        };
        if number == 1 {
            return Some(Self);
        }
        let fault = Fault::new(
            format!("is `{number}`, which this program does not know"),
            "keys of another version could mean something else",
            "write `schema = 1`, or take the version of betroth that wrote the file",
        );
        reader.fault(ErrorKind::InvalidValue, node.span, fault);
        None
    }

    fn example() -> String {
        "1".to_owned()
    }

    fn schema() -> Value {
        json!({ "const": 1 })
    }
}
