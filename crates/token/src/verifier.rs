use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use betroth_contract::value::{ClaimPath, TokenType};
use betroth_contract::{Algorithm, Api, Keys, PublicAlgorithm, Resolved};

use crate::authenticity::{Parts, Payload, SeenHeaders};
use crate::claims::{ClaimNames, Claims};
use crate::header::media_type;
use crate::key::{KeyFault, KeySet, KeySetFault, VerifyingKey};
use crate::limits::LEEWAY_SECONDS;
use crate::refusal::Refusal;
use crate::rules::{Place, Rules};
use crate::time::Timestamp;

/// A token that passed every check.
///
/// Only [`Verifier::verify`] makes one, so what takes it cannot run before the checks.
#[derive(Clone, Debug)]
pub struct Verified<T> {
    value: T,
    algorithm: Algorithm,
    kid: Option<Arc<str>>,
}

impl<T> Verified<T> {
    /// The algorithm of the key that signed.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The `kid` of the key that signed, where the key has one.
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// What was verified, without the proof.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T> Deref for Verified<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// Accepts the tokens of one issuer for one audience.
///
/// It holds one state of the issuer's keys; with other keys it is another verifier, see [`Self::with_keys`].
pub struct Verifier {
    keys: KeySet,
    generation: Generation,
    seen: SeenHeaders,
}

/// Which verifier it is: its rules, and a number that no other has.
#[derive(Clone)]
pub(crate) struct Generation {
    rules: Arc<Rules>,
    number: u64,
}

impl Generation {
    fn next(rules: Arc<Rules>) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        Self { rules, number }
    }

    /// Whether both are states of one verifier, with other keys perhaps.
    pub(crate) fn has_rules_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.rules, &other.rules)
    }
}

impl PartialEq for Generation {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Verifier {
    /// A verifier for tokens of `issuer` (`iss`, byte for byte) for `audience` (one member of `aud`).
    ///
    /// Otherwise as an empty contract has it: 30 s leeway, `sub`, `iat` and `exp` required, and `typ` none, `JWT` or
    /// `at+jwt`.
    pub fn builder(issuer: &str, audience: &str) -> VerifierBuilder {
        VerifierBuilder {
            issuer: issuer.into(),
            audiences: vec![audience.into()],
            leeway: 30,
            max_age: None,
            types: ["", "JWT", "at+jwt"].map(Box::from).to_vec(),
            required: ["sub", "iat", "exp"].map(Box::from).to_vec(),
            names: ClaimNames::default(),
            proves: false,
        }
    }

    /// The verifier of `contract` for `api`, or for any API without an audience of its own where `None`.
    ///
    /// `fetched` is the issuer's key set where the contract takes one (`keys.form = "jwks"`), or [`KeySet::none`] until
    /// it is there; in another form the keys are the contract's own.
    ///
    /// # Errors
    /// A value that the contract's environment lacks, a key that is not taken, a rule that cannot be.
    pub fn from_contract(
        contract: Resolved<'_>,
        api: Option<&Api>,
        fetched: KeySet,
    ) -> Result<Self, VerifierFault> {
        let keys = KeySet::from_contract(contract)?.unwrap_or(fetched);
        let (iss, audience) = (contract.iss()?, contract.audience(api)?);
        let written = contract.contract();
        let token = &written.token;
        let mut builder = Self::builder(iss.as_str(), audience.as_str())
            .leeway(token.leeway.seconds())
            .types(token.types.iter().map(TokenType::as_str))
            .required(token.required.iter().map(ClaimPath::as_str))
            .names(ClaimNames::from(&written.claims));
        if let Some(max_age) = *token.max_age {
            builder = builder.max_age(max_age.seconds());
        }
        builder.build(keys)
    }

    /// The same rules with another state of the keys.
    #[must_use]
    pub fn with_keys(&self, keys: KeySet) -> Self {
        Self::new(keys, self.generation.rules.clone())
    }

    fn new(keys: KeySet, rules: Arc<Rules>) -> Self {
        Self {
            keys,
            generation: Generation::next(rules),
            seen: SeenHeaders::default(),
        }
    }

    /// The keys that it holds.
    pub fn keys(&self) -> &KeySet {
        &self.keys
    }

    pub(crate) fn generation(&self) -> &Generation {
        &self.generation
    }

    /// Whether it holds the key with this `kid` and fingerprint. `false` without a `kid`: which key checks a token then
    /// depends on the others.
    pub(crate) fn has(&self, kid: Option<&str>, fingerprint: &[u8; 32]) -> bool {
        let mut keys = self.keys.keys().iter();
        kid.is_some() && keys.any(|key| key.kid() == kid && key.fingerprint() == fingerprint)
    }

    /// Verifies a token at `now`.
    ///
    /// Checks in this order: form, algorithm, key, signature, type, issuer, audience, times, other claims (RFC 7519
    /// §7.2, RFC 8725 §3). Nothing of the claims is read before the signature holds.
    ///
    /// # Errors
    /// The first failed check.
    pub fn verify(
        &self,
        token: impl AsRef<[u8]>,
        now: Timestamp,
    ) -> Result<Verified<Claims>, Refusal> {
        self.verify_by(token.as_ref(), now).map(|(it, _)| it)
    }

    /// The same, with the key that signed.
    pub(crate) fn verify_by(
        &self,
        token: &[u8],
        now: Timestamp,
    ) -> Result<(Verified<Claims>, &VerifyingKey), Refusal> {
        let rules = &self.generation.rules;
        let parts = Parts::of(token)?;
        let header = self.seen.read(parts.header)?;
        let mut buffer = Payload::new();
        let payload = buffer
            .decode(parts.payload)
            .map_err(|_| Refusal::ClaimsNotBase64Url)?;
        let key = self.keys.authenticate(&header, &parts)?;
        rules.check_type(header.media_type.as_deref())?;
        self.seen.keep(parts.header, header);
        let verified = Verified {
            value: rules.accept(payload, now)?,
            algorithm: key.algorithm(),
            kid: key.shared_kid(),
        };
        Ok((verified, key))
    }

    /// Whether what was verified holds at another time.
    pub(crate) fn check_times(&self, claims: &Claims, now: Timestamp) -> Result<(), Refusal> {
        self.generation.rules.check_times(claims.times(), now)
    }
}

/// What a [`Verifier`] asks, before it is checked that it can be asked.
#[derive(Clone, Debug)]
#[must_use]
pub struct VerifierBuilder {
    issuer: Box<str>,
    audiences: Vec<Box<str>>,
    leeway: u64,
    max_age: Option<u64>,
    types: Vec<Box<str>>,
    required: Vec<Box<str>>,
    names: ClaimNames,
    proves: bool,
}

impl VerifierBuilder {
    /// Another audience that is us too.
    pub fn or_audience(mut self, audience: &str) -> Self {
        self.audiences.push(audience.into());
        self
    }

    /// The accepted difference between two clocks, in seconds; at most [`LEEWAY_SECONDS`].
    pub fn leeway(mut self, seconds: u64) -> Self {
        self.leeway = seconds;
        self
    }

    /// How long ago a token may have been issued, in seconds; `iat` is then required.
    pub fn max_age(mut self, seconds: u64) -> Self {
        self.max_age = Some(seconds);
        self
    }

    /// The accepted `typ`; the empty text stands for none.
    pub fn types<'a>(mut self, types: impl IntoIterator<Item = &'a str>) -> Self {
        self.types = types.into_iter().map(Box::from).collect();
        self
    }

    /// The claims without which a token is refused, with dots for nesting; `exp`, `iss` and `aud` always are.
    pub fn required<'a>(mut self, claims: impl IntoIterator<Item = &'a str>) -> Self {
        self.required = claims.into_iter().map(Box::from).collect();
        self
    }

    /// Where a fact stands among the claims.
    pub fn names(mut self, names: ClaimNames) -> Self {
        self.names = names;
        self
    }

    /// Accepts tokens that are bound to a key (`cnf`, RFC 7800) too; each is otherwise refused. The caller checks the proof
    /// that comes with them (`DPoP`, RFC 9449; mutual TLS, RFC 8705): without that a stolen one is as good as any.
    pub fn with_proof_checked_by_caller(mut self) -> Self {
        self.proves = true;
        self
    }

    /// Accepts access tokens of RFC 9068 alone: `typ` is `at+jwt`, and each of its claims is there (§2.2, §4).
    pub fn rfc9068(self) -> Self {
        let required = ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"];
        self.types(["at+jwt"]).required(required)
    }

    /// The verifier, with a state of the issuer's keys.
    ///
    /// # Errors
    /// What cannot be asked: an empty issuer or audience, too much leeway, a `typ` that is never accepted.
    pub fn build(self, keys: KeySet) -> Result<Verifier, VerifierFault> {
        if self.issuer.is_empty() {
            return Err(VerifierFault::EmptyIssuer);
        }
        if self.audiences.iter().any(|audience| audience.is_empty()) {
            return Err(VerifierFault::EmptyAudience);
        }
        if self.leeway > LEEWAY_SECONDS {
            return Err(VerifierFault::Leeway);
        }
        if self.types.is_empty() {
            return Err(VerifierFault::NoType);
        }
        // One that no header can have must not stand for none.
        let is_malformed = |name: &&str| !name.is_empty() && media_type(name).is_none();
        if let Some(name) = self.types.iter().map(|name| &**name).find(is_malformed) {
            return Err(VerifierFault::TypeMalformed(name.to_owned()));
        }
        let types: Vec<_> = self.types.iter().map(|name| media_type(name)).collect();
        let never =
            |name: &Option<Box<str>>| name.as_deref().is_some_and(|name| NEVER.contains(&name));
        if let Some(Some(name)) = types.iter().find(|name| never(name)) {
            return Err(VerifierFault::TypeNever(name.to_string()));
        }
        let rules = Rules {
            issuer: self.issuer,
            audiences: self.audiences,
            leeway: self.leeway,
            max_age: self.max_age,
            types,
            required: self
                .required
                .iter()
                .map(|path| Place::from(&**path))
                .collect(),
            actor: Place::from(&*self.names.actor),
            identity: [
                &self.names.subject,
                &self.names.organization,
                &self.names.session,
            ]
            .map(|path| Place::from(&**path)),
            names: Arc::new(self.names),
            proves: self.proves,
        };
        Ok(Verifier::new(keys, Arc::new(rules)))
    }
}

/// Kinds of tokens that are no access tokens, though the issuer signs them with the same key: Better Auth's cached
/// session, logout (OIDC back-channel), a security event (RFC 8417), a `DPoP` proof (RFC 9449), a transaction token.
const NEVER: &[&str] = &[
    "better-auth.session-cache+jwt",
    "dpop+jwt",
    "logout+jwt",
    "secevent+jwt",
    "txntoken+jwt",
];

/// Why there can be no verifier.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifierFault {
    /// A value that the contract's environment lacks, or that cannot be read.
    #[error(transparent)]
    Contract(#[from] Box<betroth_contract::ContractError>),
    /// No audience.
    #[error("the audience is empty; every token for nobody in particular would pass")]
    EmptyAudience,
    /// No issuer.
    #[error("the issuer is empty; name it as the `iss` of its tokens has it")]
    EmptyIssuer,
    /// The key of the contract is not taken.
    #[error("the key of the contract {0}")]
    Key(#[from] KeyFault),
    /// The key set of the contract is refused.
    #[error(transparent)]
    KeySet(#[from] KeySetFault),
    /// Every token would live that much longer than its issuer said.
    #[error("the leeway is more than {LEEWAY_SECONDS} seconds; set the clocks by NTP")]
    Leeway,
    /// Every token would be refused.
    #[error("no `typ` is accepted; name at least one, or the empty text for none")]
    NoType,
    /// A `typ` that no header can have.
    #[error("`typ` `{0}` is no media type; write it as in `at+jwt`, or the empty text for none")]
    TypeMalformed(String),
    /// A `typ` of tokens that are not for an API.
    #[error("`typ` `{0}` is that of tokens which are not for an API; leave it out")]
    TypeNever(String),
}

impl KeySet {
    /// The keys that stand in the contract or its environment; `None` where they are the issuer's published set.
    ///
    /// # Errors
    /// A value that the environment lacks, or a key that is not taken.
    pub fn from_contract(contract: Resolved<'_>) -> Result<Option<Self>, VerifierFault> {
        let written = &contract.contract().keys;
        match written {
            Keys::Jwks { .. } => Ok(None),
            Keys::PublicKey { algorithms, .. } => {
                let Some(key) = contract.public_key()? else {
                    return Ok(None);
                };
                Self::from_public_key(key.as_str(), algorithms).map(Some)
            }
            Keys::SharedSecret { algorithms, .. } => {
                let Some(secret) = contract.shared_secret()? else {
                    return Ok(None);
                };
                match algorithms.as_slice() {
                    [algorithm] => {
                        let key = VerifyingKey::from_secret(secret.expose(), *algorithm)?;
                        Ok(Some(Self::new([key])?))
                    }
                    _ => Err(KeyFault::AlgorithmUnclear.into()),
                }
            }
        }
    }
}

impl KeySet {
    /// The public key in `text`, in PEM, as a JWK or as a set of them, for one of `algorithms`.
    ///
    /// # Errors
    /// The key is not taken, or fits several of `algorithms`.
    pub fn from_public_key(
        text: &str,
        algorithms: &[PublicAlgorithm],
    ) -> Result<Self, VerifierFault> {
        if !text.trim_start().starts_with('{') {
            let keys = algorithms
                .iter()
                .map(|it| VerifyingKey::from_pem(text, *it));
            return only_fitting(keys);
        }
        let algorithms: Vec<_> = algorithms.iter().copied().map(Algorithm::Public).collect();
        match Self::from_jwks(text, &algorithms) {
            Err(KeySetFault::NoKeys) => {
                Ok(Self::new([VerifyingKey::from_jwk(text, &algorithms)?])?)
            }
            set => Ok(set?),
        }
    }
}

/// PEM names no algorithm, so exactly one of the contract's must fit the key; Ed25519 may have both its names.
fn only_fitting(
    keys: impl Iterator<Item = Result<VerifyingKey, KeyFault>>,
) -> Result<KeySet, VerifierFault> {
    let fits = |key: &Result<_, _>| !matches!(key, Err(KeyFault::KindMismatch));
    let keys = keys.filter(fits).collect::<Result<Vec<_>, _>>()?;
    match keys.as_slice() {
        [] => Err(KeyFault::KindMismatch.into()),
        [_] => Ok(KeySet::new(keys)?),
        [first, ..] if is_ed25519(first.algorithm()) => Ok(KeySet::new(keys)?),
        _ => Err(KeyFault::AlgorithmUnclear.into()),
    }
}

fn is_ed25519(algorithm: Algorithm) -> bool {
    use betroth_contract::PublicAlgorithm::{Ed25519, EdDsa};
    matches!(algorithm, Algorithm::Public(EdDsa | Ed25519))
}
