//! What the verifier answered, for people and programs.

use std::borrow::Cow;
use std::fmt::Write as _;

use betroth_token::{Claims, Refusal, Timestamp, Verified, VerifyingKey};
use serde_json::{Value, json};

use super::trust::Trust;
use crate::command::token::anatomy::{Anatomy, acts};
use crate::command::token::clock::{date, distance};
use crate::command::token::foreign;
use crate::output::Output;

/// A verdict over a token.
type Verdict = Result<Verified<Claims>, Refusal>;

/// With what a verdict is explained.
pub(super) struct Answer<'a> {
    pub(super) token: &'a str,
    pub(super) trust: &'a Trust,
    pub(super) now: Timestamp,
}

impl Answer<'_> {
    pub(super) fn words(&self, verdict: &Verdict, output: &Output) -> String {
        match verdict {
            Ok(token) => self.accepted(token, output),
            Err(refusal) => self.refused(refusal, output),
        }
    }

    fn accepted(&self, token: &Verified<Claims>, output: &Output) -> String {
        let mut text = output.styled("accepted", "1;32");
        text.push('\n');
        let time = |time| format!("{} ({})", distance(time, self.now), date(time));
        if let Some(subject) = token.subject() {
            let _ = writeln!(text, "  subject  {}", legible(&subject));
        }
        if let Some(issued) = token.issued_at() {
            let _ = writeln!(text, "  issued   {}", time(issued));
        }
        let _ = writeln!(text, "  expires  {}", time(token.expires_at()));
        let key = match token.kid() {
            Some(kid) => format!("{}, `{kid}`", token.algorithm().as_str()),
            None => token.algorithm().as_str().to_owned(),
        };
        let _ = writeln!(text, "  key      {key}");
        text
    }

    fn refused(&self, refusal: &Refusal, output: &Output) -> String {
        let verdict = output.styled(&format!("refused {}", refusal.code()), "1;31");
        let mut text = format!("{verdict}\n  {refusal}\n");
        let contrast = self.contrast(refusal).unwrap_or_default();
        let longest = contrast.iter().map(|(whose, _)| whose.len()).max();
        let width = longest.unwrap_or_default();
        for (whose, what) in contrast {
            let line = format!("  {whose:<width$}  {what}");
            let indent = " ".repeat(width + 4);
            let _ = writeln!(text, "{}", output.wrapped(&line, &indent));
        }
        let hint = format!("  hint: {}", self.cure(refusal));
        let _ = writeln!(text, "{}", output.wrapped(&hint, "    "));
        text
    }

    pub(super) fn object(&self, verdict: &Verdict) -> Value {
        match verdict {
            Ok(token) => json!({
                "schema": 1,
                "verdict": "accepted",
                "subject": token.subject(),
                "issued": token.issued_at().map(Timestamp::unix),
                "expires": token.expires_at().unix(),
                "algorithm": token.algorithm().as_str(),
                "kid": token.kid(),
            }),
            Err(refusal) => json!({
                "schema": 1,
                "verdict": "refused",
                "code": refusal.code(),
                "claim": refusal.claim(),
                "text": refusal.to_string(),
                "help": self.cure(refusal),
                "status": refusal.face().status(),
            }),
        }
    }

    /// What to do; of what is no token at all, what it is.
    fn cure(&self, refusal: &Refusal) -> Cow<'static, str> {
        let foreign = match refusal {
            Refusal::Parts | Refusal::HeaderNotBase64Url | Refusal::HeaderNotJson(_) => {
                foreign::what(self.token)
            }
            _ => None,
        };
        foreign.map_or_else(|| refusal.cure().into(), Cow::Owned)
    }

    /// What the token says, and what would be accepted; `None` where that adds nothing to the refusal.
    fn contrast(&self, refusal: &Refusal) -> Option<Vec<(&'static str, String)>> {
        let anatomy = Anatomy::of(self.token).ok()?;
        let header = |name| anatomy.header.get(name).map_or("none".to_owned(), shown);
        let claim = |name| anatomy.claim(name).map(shown);
        let keys = self.trust.verifier.keys();
        let (says, accepted) = match refusal {
            Refusal::IssuerMismatch => (claim("iss")?, quoted(&self.trust.issuer)),
            Refusal::AudienceMismatch => {
                let audiences = self.trust.audiences.iter().map(|it| quoted(it));
                (claim("aud")?, joined(audiences, " or "))
            }
            Refusal::AlgorithmNotAccepted => {
                let algorithms = keys.algorithms().iter().map(|it| quoted(it.as_str()));
                (header("alg"), joined(algorithms, ", "))
            }
            Refusal::KeyUnknown | Refusal::KidMissing | Refusal::AlgorithmMismatch => {
                let says = format!("`kid` {}, `alg` {}", header("kid"), header("alg"));
                (says, joined(keys.keys().iter().map(key), "; "))
            }
            // Most often the token of another deployment.
            Refusal::SignatureInvalid => {
                let issuer = anatomy.claim("iss")?;
                let other = issuer.as_str() != Some(&self.trust.issuer);
                let says = format!("`iss` {}, which is not verified", shown(issuer));
                return other.then(|| {
                    vec![
                        ("the token says", says),
                        ("accepted here", quoted(&self.trust.issuer)),
                    ]
                });
            }
            Refusal::TypeNotAccepted => return Some(vec![("`typ`", header("typ"))]),
            Refusal::Expired => return self.time(&anatomy, "exp", "`exp`"),
            Refusal::NotYetValid => return self.time(&anatomy, "nbf", "`nbf`"),
            Refusal::IssuedInFuture | Refusal::TooOld => {
                return self.time(&anatomy, "iat", "`iat`");
            }
            _ => return None,
        };
        Some(vec![("the token says", says), ("accepted here", accepted)])
    }

    fn time(
        &self,
        anatomy: &Anatomy,
        claim: &str,
        whose: &'static str,
    ) -> Option<Vec<(&'static str, String)>> {
        let time = anatomy.time(claim)?;
        let said = format!("{} ({})", distance(time, self.now), date(time));
        Some(vec![(whose, said)])
    }
}

fn joined(texts: impl Iterator<Item = String>, between: &str) -> String {
    texts.collect::<Vec<_>>().join(between)
}

fn key(key: &VerifyingKey) -> String {
    match key.kid() {
        Some(kid) => format!("`kid` `{kid}`, `alg` `{}`", key.algorithm().as_str()),
        None => format!("any `kid`, `alg` `{}`", key.algorithm().as_str()),
    }
}

fn quoted(text: &str) -> String {
    format!("`{}`", legible(text))
}

/// A value of the token within a sentence.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        other => legible(&other.to_string()),
    }
}

/// The text as far as it belongs into a line, with nothing that acts on a terminal.
fn legible(text: &str) -> String {
    const LONGEST: usize = 200;
    let mut short: String = text
        .chars()
        .take(LONGEST)
        .map(|letter| if acts(letter) { '\u{fffd}' } else { letter })
        .collect();
    if text.chars().count() > LONGEST {
        short.push('…');
    }
    short
}
