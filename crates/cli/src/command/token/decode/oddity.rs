//! What stands out in a token: what a verifier refuses, and what works against who sends it.

use betroth_token::{KeySet, Refusal, Timestamp, Verifier, VerifierFault};
use serde_json::{Value, json};

use crate::command::token::anatomy::Anatomy;
use crate::command::token::clock::stretch;

/// Something that stands out.
pub(super) struct Oddity {
    /// A name that stays.
    pub(super) code: &'static str,
    pub(super) text: String,
    pub(super) help: String,
}

impl Oddity {
    fn new(code: &'static str, text: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            code,
            text: text.into(),
            help: help.into(),
        }
    }

    pub(super) fn object(&self) -> Value {
        json!({ "code": self.code, "text": self.text, "help": self.help })
    }
}

/// From then on a time in seconds is one in milliseconds: in seconds it is the year 5138.
const MILLISECONDS: u64 = 100_000_000_000;

/// Whether a time is given in milliseconds, where seconds belong.
pub(super) fn is_in_milliseconds(time: Timestamp) -> bool {
    time.unix() >= MILLISECONDS
}

/// How long a token may be good before that is worth a word, in seconds.
const LONG: u64 = 86_400;

/// All that stands out, the gravest first.
pub(super) fn all(anatomy: &Anatomy, now: Timestamp) -> Vec<Oddity> {
    let mut found = Vec::new();
    found.extend(form(anatomy));
    found.extend(kind(anatomy));
    header(anatomy, &mut found);
    if anatomy.claims.is_some() {
        times(anatomy, now, &mut found);
        claims(anatomy, &mut found);
    }
    found
}

/// For what a verifier refuses it whatever its key.
fn form(anatomy: &Anatomy) -> Option<Oddity> {
    let algorithm = anatomy.header_text("alg").unwrap_or_default();
    if algorithm.eq_ignore_ascii_case("none") {
        let text = "`alg` is `none`: nobody signed it, so anyone can write one for anyone";
        let help = "have the issuer sign; a verifier that accepts this is open to everyone";
        return Some(Oddity::new("alg-none", text, help));
    }
    if let Some(refusal) = &anatomy.refusal {
        let text = match refusal {
            Refusal::Encrypted => {
                "it is encrypted (JWE): its claims are read with the issuer's key alone".to_owned()
            }
            Refusal::AlgorithmNotAccepted => {
                "`alg` names no signature algorithm that is known".to_owned()
            }
            other => other.to_string(),
        };
        return Some(Oddity::new(refusal.code(), text, refusal.cure()));
    }
    let refusal = Refusal::ClaimsNotJson(anatomy.fault?);
    Some(Oddity::new(
        refusal.code(),
        refusal.to_string(),
        refusal.cure(),
    ))
}

/// A token that is none for an API, though the same issuer signed it.
fn kind(anatomy: &Anatomy) -> Option<Oddity> {
    let name = anatomy.header_text("typ").unwrap_or_default();
    let code = "typ-not-accepted";
    if name.eq_ignore_ascii_case("better-auth.session-cache+jwt") {
        let text = "it is a cached session of Better Auth (`typ` `better-auth.session-cache+jwt`), and no access token";
        let help = "send the answer of `/api/auth/token`; an API that accepts a cached session accepts stolen cookies";
        return Some(Oddity::new(code, text, help));
    }
    let never = Verifier::builder("issuer", "audience").types([name]);
    if matches!(
        never.build(KeySet::none(&[])),
        Err(VerifierFault::TypeNever(_))
    ) {
        let text = "`typ` is that of a token which is not for an API";
        return Some(Oddity::new(code, text, Refusal::TypeNotAccepted.cure()));
    }
    let is_id_token = ["nonce", "at_hash", "c_hash"]
        .iter()
        .any(|name| anatomy.claim(name).is_some());
    is_id_token.then(|| {
        let text =
            "it looks like an ID token: `nonce`, `at_hash` or `c_hash` is for the front end alone";
        Oddity::new(
            "id-token",
            text,
            "send the access token to an API, never the ID token",
        )
    })
}

fn header(anatomy: &Anatomy, found: &mut Vec<Oddity>) {
    let has = |name: &&&str| anatomy.header.contains_key(**name);
    if let Some(name) = ["jwk", "jku", "x5u", "x5c"].iter().find(has) {
        found.push(Oddity::new(
            "key-in-header",
            format!("the header brings a key along in `{name}`: who writes the token writes that, too"),
            "have the issuer leave it out; a verifier takes its keys from the issuer alone (RFC 8725 §3.10)",
        ));
    }
    let algorithm = anatomy.header_text("alg").unwrap_or("none");
    let shared = algorithm.starts_with("HS") || algorithm.eq_ignore_ascii_case("none");
    if !shared && anatomy.claims.is_some() && !anatomy.header.contains_key("kid") {
        found.push(Oddity::new(
            "kid-missing",
            "the header has no `kid`, so it does not say which of the issuer's keys signed it",
            "have the issuer write it, or keys cannot be rotated",
        ));
    }
    if anatomy.claims.is_some() && anatomy.signature == Some(0) && anatomy.refusal.is_none() {
        found.push(Oddity::new(
            "signature-missing",
            "it has no signature",
            Refusal::SignatureMissing.cure(),
        ));
    }
}

fn times(anatomy: &Anatomy, now: Timestamp, found: &mut Vec<Oddity>) {
    if anatomy.claim("exp").is_none() {
        found.push(Oddity::new(
            "exp-missing",
            "`exp` is absent: it would hold for ever, so verifiers refuse it",
            "have the issuer set it; in Better Auth `jwt.expirationTime` of the plugin `jwt`",
        ));
    }
    for name in ["exp", "nbf", "iat"] {
        let code = match name {
            "exp" => "exp-malformed",
            "nbf" => "nbf-malformed",
            _ => "iat-malformed",
        };
        let help = "have the issuer write a number of seconds since 1970 (RFC 7519 §2)";
        match anatomy.claim(name) {
            None => {}
            Some(Value::String(_)) => {
                found.push(Oddity::new(
                    code,
                    format!("`{name}` is a text, where a number belongs"),
                    help,
                ));
            }
            Some(_) => match anatomy.time(name) {
                None => found.push(Oddity::new(code, format!("`{name}` is no time"), help)),
                Some(time) if is_in_milliseconds(time) => found.push(Oddity::new(
                    code,
                    format!(
                        "`{name}` is in milliseconds: read as seconds it is thousands of years away"
                    ),
                    help,
                )),
                Some(_) => {}
            },
        }
    }
    let ahead = |name: &&&str| {
        anatomy
            .time(name)
            .is_some_and(|time| time > now && !is_in_milliseconds(time))
    };
    if let Some(name) = ["nbf", "iat"].iter().find(ahead) {
        let text = format!("`{name}` is in the future: one of the clocks is wrong");
        found.push(Oddity::new("clock", text, Refusal::IssuedInFuture.cure()));
    }
    let (Some(issued), Some(expires)) = (anatomy.time("iat"), anatomy.time("exp")) else {
        return;
    };
    let lifetime = expires.unix().saturating_sub(issued.unix());
    if lifetime == 0 {
        let text = "`exp` is not after `iat`: it was over when it was issued";
        found.push(Oddity::new(
            "lifetime-none",
            text,
            "look at the lifetime that the issuer is told",
        ));
    } else if lifetime > LONG && !is_in_milliseconds(expires) {
        found.push(Oddity::new(
            "lifetime-long",
            format!(
                "it is good for {}: whoever gets hold of it can use it all that time",
                stretch(lifetime)
            ),
            "15 minutes are usual; the front end gets a new one with its session",
        ));
    }
}

fn claims(anatomy: &Anatomy, found: &mut Vec<Oddity>) {
    for (name, code, why) in [
        ("iss", "iss-missing", "does not say who issued it"),
        (
            "aud",
            "aud-missing",
            "does not say for whom it is, so it would pass anywhere",
        ),
        ("sub", "sub-missing", "does not say of whom it speaks"),
    ] {
        if anatomy.claim(name).is_none() {
            let text = format!("`{name}` is absent: it {why}");
            found.push(Oddity::new(
                code,
                text,
                "have the issuer set it; verifiers refuse it by default",
            ));
        }
    }
    let hides = anatomy.claims.as_ref().is_some_and(|claims| {
        crate::command::token::anatomy::shown(claims) != Value::Object(claims.clone())
    });
    if hides {
        found.push(Oddity::new(
            "credential-in-claims",
            "the claims hold a credential (shown as `…`): a token is signed, not encrypted, and whoever sees it has that, too",
            "have the issuer leave it out",
        ));
    }
}
