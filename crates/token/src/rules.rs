//! What a token must say to be accepted, once its signature holds.

use std::borrow::Cow;
use std::sync::Arc;

use crate::claims::{ClaimNames, Claims, Times, find};
use crate::json::{Document, Object, Picked, Value, utf8};
use crate::refusal::Refusal;
use crate::time::{Rounding, Timestamp, numeric_date};

/// What is asked of every token.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    pub(crate) issuer: Box<str>,
    /// At least one.
    pub(crate) audiences: Vec<Box<str>>,
    /// In seconds.
    pub(crate) leeway: u64,
    /// In seconds.
    pub(crate) max_age: Option<u64>,
    /// As [`crate::header::media_type`] has them; `None` is a header without `typ`.
    pub(crate) types: Vec<Option<Box<str>>>,
    /// Claims that must be there; `exp` always must.
    pub(crate) required: Vec<Place>,
    /// Whether the host checks the proof of a token that is bound to a key.
    pub(crate) proves: bool,
    /// Where the actor stands: as in `names`.
    pub(crate) actor: Place,
    /// Where it stands whose the request is, as in `names`: subject, organization, session.
    pub(crate) identity: [Place; 3],
    pub(crate) names: Arc<ClaimNames>,
}

/// Where a claim stands.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    /// Among those that are looked at in every token.
    Registered(usize),
    /// Somewhere else, with dots for nesting.
    Path(Box<str>),
}

impl From<&str> for Place {
    fn from(path: &str) -> Self {
        match registered(path.as_bytes()) {
            Some(index) => Self::Registered(index),
            None => Self::Path(path.into()),
        }
    }
}

impl Place {
    fn name(&self) -> &str {
        match self {
            Self::Registered(index) => REGISTERED[*index],
            Self::Path(path) => path,
        }
    }
}

/// The claims that are looked at (RFC 7519 §4.1, RFC 7800 §3.1, RFC 8693 §4.1).
const REGISTERED: [&str; 9] = [
    "iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf", "act",
];
const ISS: usize = 0;
const SUB: usize = 1;
const AUD: usize = 2;
const EXP: usize = 3;
const NBF: usize = 4;
const IAT: usize = 5;
const JTI: usize = 6;
const CNF: usize = 7;

#[inline]
fn registered(name: &[u8]) -> Option<usize> {
    match name {
        b"iss" => Some(ISS),
        b"sub" => Some(SUB),
        b"aud" => Some(AUD),
        b"exp" => Some(EXP),
        b"nbf" => Some(NBF),
        b"iat" => Some(IAT),
        b"jti" => Some(JTI),
        b"cnf" => Some(CNF),
        b"act" => Some(8),
        _ => None,
    }
}

/// Those of a token.
struct Registered<'a> {
    claims: Object<'a>,
    picked: Picked<'a, 9>,
}

impl<'a> Registered<'a> {
    fn of(claims: Object<'a>) -> Self {
        Self {
            claims,
            picked: claims.pick(registered),
        }
    }

    fn get(&self, index: usize) -> Option<Value<'a>> {
        self.picked.get(index)
    }

    fn at(&self, place: &Place) -> Option<Value<'a>> {
        match place {
            Place::Registered(index) => self.get(*index),
            Place::Path(path) => find(self.claims, path),
        }
    }

    /// Its times; one of a wrong type is never as one that is absent (CVE-2026-25537).
    fn times(&self) -> Result<Times, Refusal> {
        let expires = self.time(EXP, Rounding::Down)?;
        Ok(Times {
            expires: expires.ok_or_else(|| missing(EXP))?,
            not_before: self.time(NBF, Rounding::Up)?,
            issued: self.time(IAT, Rounding::Up)?,
        })
    }

    /// A time, if it is given.
    fn time(&self, index: usize, rounding: Rounding) -> Result<Option<Timestamp>, Refusal> {
        match self.get(index) {
            None => Ok(None),
            Some(Value::Number(number)) => match numeric_date(number, rounding) {
                Some(time) => Ok(Some(time)),
                None => Err(malformed(index)),
            },
            Some(_) => Err(malformed(index)),
        }
    }
}

impl Rules {
    /// `typ` tells the kind of a token, so that one kind does not pass for another (RFC 8725 §3.11).
    pub(crate) fn check_type(&self, media_type: Option<&str>) -> Result<(), Refusal> {
        if self
            .types
            .iter()
            .any(|accepted| accepted.as_deref() == media_type)
        {
            Ok(())
        } else {
            Err(Refusal::TypeNotAccepted)
        }
    }

    /// The claims in `payload`, which a key of the issuer has signed.
    pub(crate) fn accept(&self, payload: &[u8], now: Timestamp) -> Result<Claims, Refusal> {
        let document = utf8(payload)
            .and_then(Document::parse)
            .map_err(Refusal::ClaimsNotJson)?;
        let registered = Registered::of(document.root());
        self.check_issuer(&registered)?;
        self.check_audience(&registered)?;
        let times = registered.times()?;
        self.check_times(&times, now)?;
        check_types(&registered)?;
        self.check_binding(&registered)?;
        self.check_actor(&registered)?;
        self.check_identity(&registered)?;
        self.check_required(&registered)?;
        Ok(Claims::new(document, self.names.clone(), times))
    }

    /// Byte for byte, and one text alone (RFC 7519 §4.1.1; CVE-2024-53861, CVE-2025-30144).
    fn check_issuer(&self, registered: &Registered) -> Result<(), Refusal> {
        match registered.get(ISS) {
            None => Err(missing(ISS)),
            Some(Value::Text(issuer)) if issuer == *self.issuer => Ok(()),
            Some(Value::Text(_)) => Err(Refusal::IssuerMismatch),
            Some(_) => Err(malformed(ISS)),
        }
    }

    /// One text, or an array of texts that has ours (RFC 7519 §4.1.3; CVE-2020-26160).
    fn check_audience(&self, registered: &Registered) -> Result<(), Refusal> {
        let ours = |text| self.audiences.iter().any(|own| text == **own);
        let is_meant = match registered.get(AUD) {
            None => return Err(missing(AUD)),
            Some(Value::Text(audience)) => ours(audience),
            Some(Value::Array(audiences)) => {
                let mut is_meant = false;
                for audience in audiences.elements() {
                    is_meant |= ours(audience.text().ok_or_else(|| malformed(AUD))?);
                }
                is_meant
            }
            Some(_) => return Err(malformed(AUD)),
        };
        if is_meant {
            Ok(())
        } else {
            Err(Refusal::AudienceMismatch)
        }
    }

    /// Whether a token with these times holds at `now` (RFC 7519 §4.1.4 to §4.1.6).
    pub(crate) fn check_times(&self, times: &Times, now: Timestamp) -> Result<(), Refusal> {
        if now >= times.expires.plus(self.leeway) {
            return Err(Refusal::Expired);
        }
        let soon = now.plus(self.leeway);
        if times.not_before.is_some_and(|begin| begin > soon) {
            return Err(Refusal::NotYetValid);
        }
        if times.issued.is_some_and(|issued| issued > soon) {
            return Err(Refusal::IssuedInFuture);
        }
        if let Some(max_age) = self.max_age {
            let issued = times.issued.ok_or_else(|| missing(IAT))?;
            if now >= issued.plus(max_age).plus(self.leeway) {
                return Err(Refusal::TooOld);
            }
        }
        Ok(())
    }

    /// A token that is bound to a key is not good in anybody else's hands, so it is no bearer token (RFC 9449 §7.2).
    fn check_binding(&self, registered: &Registered) -> Result<(), Refusal> {
        match registered.get(CNF) {
            None => Ok(()),
            Some(Value::Object(_)) if self.proves => Ok(()),
            Some(Value::Object(_)) => Err(Refusal::ProofMissing),
            Some(_) => Err(malformed(CNF)),
        }
    }

    /// Who acts is an object, or nobody does: what cannot be read must not let the subject's own rights through.
    fn check_actor(&self, registered: &Registered) -> Result<(), Refusal> {
        let Some(actor) = registered.at(&self.actor) else {
            return Ok(());
        };
        match actor.object().map(|actor| actor.get("sub")) {
            Some(None | Some(Value::Text(_))) => Ok(()),
            _ => Err(Refusal::ClaimMalformed(Cow::Owned(
                self.actor.name().to_owned(),
            ))),
        }
    }

    /// A text, or nothing: an organization or a session of another type must not be taken for none.
    fn check_identity(&self, registered: &Registered) -> Result<(), Refusal> {
        for place in &self.identity {
            match registered.at(place) {
                None | Some(Value::Null) => {}
                Some(Value::Text(text)) if !text.is_empty() => {}
                Some(_) => {
                    return Err(Refusal::ClaimMalformed(Cow::Owned(place.name().to_owned())));
                }
            }
        }
        Ok(())
    }

    fn check_required(&self, registered: &Registered) -> Result<(), Refusal> {
        for place in &self.required {
            let is_there = match registered.at(place) {
                None | Some(Value::Null) => false,
                Some(Value::Text(text)) => !text.is_empty(),
                Some(_) => true,
            };
            if !is_there {
                return Err(Refusal::ClaimMissing(Cow::Owned(place.name().to_owned())));
            }
        }
        Ok(())
    }
}

/// `sub` and `jti` are texts, and one without a letter is nobody and nothing (RFC 7519 §4.1.2, §4.1.7).
fn check_types(registered: &Registered) -> Result<(), Refusal> {
    for index in [SUB, JTI] {
        match registered.get(index) {
            None => {}
            Some(Value::Text(text)) if !text.is_empty() => {}
            Some(_) => return Err(malformed(index)),
        }
    }
    Ok(())
}

fn missing(index: usize) -> Refusal {
    Refusal::ClaimMissing(Cow::Borrowed(REGISTERED[index]))
}

fn malformed(index: usize) -> Refusal {
    Refusal::ClaimMalformed(Cow::Borrowed(REGISTERED[index]))
}
