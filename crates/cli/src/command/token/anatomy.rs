//! A token taken apart without trusting it.

mod hidden;

use std::fmt::Write as _;

use anyhow::{anyhow, bail};
use base64_simd::URL_SAFE_NO_PAD;
use betroth_token::{
    Algorithm, Document, JsonFault, KeySet, PublicAlgorithm, Refusal, SecretAlgorithm, Timestamp,
};
use serde_json::{Map, Value};

/// What stands in a token. Anyone may have written it.
pub(super) struct Anatomy {
    pub(super) header: Map<String, Value>,
    /// `None` where they are encrypted.
    pub(super) claims: Option<Map<String, Value>>,
    /// How many bytes the signature has; `None` where it is not base64url, or the token is encrypted.
    pub(super) signature: Option<usize>,
    /// For what a verifier refuses it whatever its key.
    pub(super) refusal: Option<Refusal>,
    /// Why a verifier does not read the claims, though they are shown.
    pub(super) fault: Option<JsonFault>,
}

impl Anatomy {
    /// Takes a token apart: three parts, or five where it is encrypted.
    ///
    /// # Errors
    /// Which part cannot be read, where, and what may have happened to it.
    pub(super) fn of(token: &str) -> anyhow::Result<Self> {
        let parts: Vec<&str> = token.split('.').collect();
        let (header, claims, signature) = match parts[..] {
            [header, claims, signature] => (header, Some(claims), Some(signature)),
            [header, _, _, _, _] => (header, None, None),
            [_] => bail!(
                "it has one part, and a JWT has three with dots between; copy the whole token"
            ),
            [_, _] => bail!(
                "it has two parts, and a JWT has three with dots between: header, claims and signature; copy the whole token"
            ),
            _ => bail!(
                "it has {} parts, and a JWT has three with dots between; give one token alone",
                parts.len()
            ),
        };
        let (header, _) = object("header", header)?;
        let claims = claims.map(|claims| object("claims", claims)).transpose()?;
        let signature = signature.and_then(|it| URL_SAFE_NO_PAD.decode_to_vec(it).ok());
        let (claims, fault) = claims.unzip();
        Ok(Self {
            header,
            claims,
            signature: signature.map(|bytes| bytes.len()),
            refusal: refusal(token),
            fault: fault.flatten(),
        })
    }

    /// A text in the header.
    pub(super) fn header_text(&self, name: &str) -> Option<&str> {
        self.header.get(name).and_then(Value::as_str)
    }

    /// A claim, where it can be read.
    pub(super) fn claim(&self, name: &str) -> Option<&Value> {
        self.claims.as_ref()?.get(name)
    }

    /// A time among the claims; `None` where it is absent or no time.
    pub(super) fn time(&self, name: &str) -> Option<Timestamp> {
        let Value::Number(number) = self.claim(name)? else {
            return None;
        };
        let whole = number.as_u64().or_else(|| {
            let whole = number.as_f64()?.floor();
            format!("{whole:.0}").parse().ok()
        });
        whole.map(Timestamp::from_unix)
    }
}

/// A value as JSON for people and programs: what would act on a terminal is escaped, and what is a secret by itself is not
/// shown.
pub(super) fn shown(value: &Map<String, Value>) -> Value {
    Value::Object(hidden::without_secrets(value))
}

/// JSON over several lines, in which nothing acts on a terminal.
pub(super) fn pretty(value: &Value) -> String {
    let mut text = String::new();
    for letter in format!("{value:#}").chars() {
        if letter != '\n' && acts(letter) {
            let _ = write!(text, "\\u{:04x}", u32::from(letter));
        } else {
            text.push(letter);
        }
    }
    text
}

/// Whether a terminal does something else with it than to show it: controls, and what turns the direction of writing.
pub(super) fn acts(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// What the verifier says of the form alone, as one that accepts every algorithm and has no key.
fn refusal(token: &str) -> Option<Refusal> {
    let public = PublicAlgorithm::ALL.iter().copied().map(Algorithm::Public);
    let secret = SecretAlgorithm::ALL.iter().copied().map(Algorithm::Secret);
    let keys = KeySet::none(&public.chain(secret).collect::<Vec<_>>());
    keys.signed_payload(token)
        .err()
        .filter(|refusal| *refusal != Refusal::KeysUnavailable)
}

/// The object in a part, and why a verifier does not take it, if so.
fn object(name: &str, part: &str) -> anyhow::Result<(Map<String, Value>, Option<JsonFault>)> {
    if part.is_empty() {
        bail!("the {name} part is empty; copy the whole token");
    }
    let bytes = URL_SAFE_NO_PAD
        .decode_to_vec(part)
        .map_err(|_| anyhow!("the {name} part {}", misspelt(part)))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to() + 1;
        anyhow!("the {name} part: what was encoded is no text, byte {at} is not UTF-8; it is no JWT, or was changed")
    })?;
    let value = serde_json::from_str(&text).map_err(|error| {
        anyhow!(
            "the {name} part: what was encoded is no JSON, {error}; it is no JWT, or was changed"
        )
    })?;
    match value {
        Value::Object(object) => Ok((object, Document::parse(text).err())),
        _ => bail!("the {name} part: what was encoded is JSON, but no object; it is no JWT"),
    }
}

/// Why a part is not base64url.
fn misspelt(part: &str) -> String {
    let odd = part
        .chars()
        .enumerate()
        .find(|(_, letter)| !letter.is_ascii_alphanumeric() && !matches!(letter, '-' | '_'));
    let Some((index, letter)) = odd else {
        return match part.len() {
            length if length % 4 == 1 => {
                "is cut off: no base64url has that many characters; copy the whole token".to_owned()
            }
            _ => "is not base64url: its last character has bits that mean nothing, so it was changed or cut off; copy the whole token".to_owned(),
        };
    };
    let at = index + 1;
    match letter {
        '+' | '/' => format!(
            "is base64 and not base64url: character {at} is `{letter}`; something on the way has encoded the token anew"
        ),
        '=' => format!(
            "is not base64url: character {at} is `=`, and a token has no padding; something on the way has encoded it anew"
        ),
        '%' => format!(
            "is not base64url: character {at} is `%`; the token was percent-encoded on the way, decode it first"
        ),
        letter if letter.is_whitespace() => format!(
            "is not base64url: character {at} is white space; the token was broken into lines, join them"
        ),
        letter => format!(
            "is not base64url: character {at} is `{}`; copy the token again, whole and unchanged",
            letter.escape_debug()
        ),
    }
}
