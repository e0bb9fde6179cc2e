use betroth_agreement::{Agreement, IssuerKind, KeySource, VerifierKind};
use betroth_contract::SessionCredential;
use betroth_report::Place;
use betroth_source_python::{Api, Route, Verification};
use betroth_source_typescript::{BetterAuthConfig, JwtOptions, Web};

use super::given::Given;

/// What was read of one front end and one API.
#[derive(Clone, Debug)]
pub struct Sides<'a> {
    /// Folder of the front end; `.` for the folder looked at.
    pub web_root: &'a str,
    /// Folder of the API, likewise.
    pub api_root: String,
    /// The front end.
    pub web: Option<&'a Web>,
    /// The API.
    pub api: Option<&'a Api>,
    /// What verifies a credential in the API.
    pub verifications: Vec<&'a Verification>,
    /// How the two get along.
    pub agreement: Option<&'a Agreement>,
    /// Whether a route is meant for people who are not logged in, as far as its path tells.
    pub is_meant_open: fn(&Route) -> bool,
    /// The site of an address, as far as it is written out: that to which a browser sends its cookies.
    pub site: fn(&str) -> Option<String>,
}

impl<'a> Sides<'a> {
    /// Who makes what reaches the API.
    pub(crate) fn issuer(&self) -> IssuerKind {
        let kind = self.agreement.map(|agreement| agreement.issuer.kind);
        // An API that looks a session up has not signed what it is shown.
        kind.filter(|kind| *kind != IssuerKind::ApiIssued || !self.looks_up())
            .unwrap_or(IssuerKind::Unknown)
    }

    /// Whether the API asks somebody else whether a session lives.
    pub(crate) fn looks_up(&self) -> bool {
        matches!(
            self.verifier(),
            VerifierKind::SessionLookup | VerifierKind::RemoteSession
        )
    }

    /// The form of session that reaches the API; `None` where a token does.
    pub(crate) fn session(&self) -> Option<SessionCredential> {
        match self.issuer() {
            IssuerKind::SessionCookie => Some(SessionCredential::SessionCookie),
            IssuerKind::SessionToken => Some(SessionCredential::SessionToken),
            IssuerKind::None | IssuerKind::Unknown if self.looks_up() => {
                Some(SessionCredential::SessionCookie)
            }
            _ => None,
        }
    }

    /// Whether the API has to take a token from now on, since no cookie reaches it.
    pub(crate) fn needs_token(&self, given: &Given) -> bool {
        given.crosses() && self.session() == Some(SessionCredential::SessionCookie)
    }

    /// Whether a token reaches the API, or is to.
    pub fn takes_token(&self, given: &Given) -> bool {
        self.session().is_none() || self.needs_token(given)
    }

    /// Where that is made, or put on a call.
    pub(crate) fn issuer_place(&self) -> Option<&'a Place> {
        self.agreement?.issuer.places.first()
    }

    /// How the API verifies.
    pub(crate) fn verifier(&self) -> VerifierKind {
        self.agreement
            .map(|agreement| agreement.verifier.kind)
            .filter(|kind| *kind != VerifierKind::Unknown)
            .or_else(|| Some(self.foremost()?.fact.kind))
            .unwrap_or(VerifierKind::Unknown)
    }

    /// The verification of that kind which guards most routes.
    pub(crate) fn verification(&self, kind: VerifierKind) -> Option<&'a Verification> {
        let verifications = self.verifications.iter().rev();
        verifications
            .filter(|found| found.fact.kind == kind)
            .max_by_key(|found| found.fact.routes)
            .copied()
    }

    fn foremost(&self) -> Option<&'a Verification> {
        let verifications = self.verifications.iter().rev();
        verifications.max_by_key(|found| found.fact.routes).copied()
    }

    /// The Better Auth server.
    pub(crate) fn auth(&self) -> Option<&'a BetterAuthConfig> {
        let auth = &self.web?.auth;
        auth.iter().find(|server| server.reached).or(auth.first())
    }

    /// Its `jwt` plugin.
    pub(crate) fn jwt(&self) -> Option<&'a JwtOptions> {
        self.auth()?.jwt.as_ref()
    }

    /// The variable that holds the key of a verification or, where that is a secret, of the front end's own signing.
    pub(crate) fn key_variable(&self, verifier: VerifierKind) -> Option<(&'a str, &'a Place)> {
        let verified = self
            .verification(verifier)
            .and_then(|found| found.fact.key.as_ref());
        let signed = self.web.into_iter().flat_map(|web| &web.issuers);
        let signed = signed
            .filter(|issuer| {
                issuer.kind == IssuerKind::HandSignedJwt && verifier != VerifierKind::Jwks
            })
            .filter_map(|issuer| issuer.key.as_ref());
        verified.into_iter().chain(signed).find_map(|key| {
            let [KeySource::Environment { name, .. }, ..] = key.value.possible()? else {
                return None;
            };
            Some((name.as_str(), key.place()?))
        })
    }
}
