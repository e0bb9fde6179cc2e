//! The header of a token (RFC 7515 §4).

use betroth_contract::Algorithm;

use crate::algorithm::named;
use crate::base64url::Buffer;
use crate::json::{Document, Value, utf8};
use crate::key::is_well_formed_kid;
use crate::limits::HEADER_BYTES;
use crate::refusal::Refusal;

/// What a header says that counts here; `jwk`, `jku`, `x5u` and `x5c` never do (RFC 8725 §3.10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) algorithm: Algorithm,
    pub(crate) kid: Option<Box<str>>,
    /// In lower case and without `application/`.
    pub(crate) media_type: Option<Box<str>>,
}

impl Header {
    /// The header in `encoded`, which is at most [`HEADER_BYTES`] long.
    pub(crate) fn parse(encoded: &[u8]) -> Result<Self, Refusal> {
        let mut buffer = Buffer::<HEADER_BYTES>::new();
        let json = buffer
            .decode(encoded)
            .map_err(|_| Refusal::HeaderNotBase64Url)?;
        let document = utf8(json)
            .and_then(Document::parse)
            .map_err(Refusal::HeaderNotJson)?;
        let root = document.root();
        if root.get("enc").is_some() {
            return Err(Refusal::Encrypted);
        }
        let algorithm = match root.get("alg") {
            None => return Err(Refusal::AlgorithmMissing),
            Some(Value::Text(name)) => {
                named(&name.decode()).ok_or(Refusal::AlgorithmNotAccepted)?
            }
            Some(_) => return Err(Refusal::AlgorithmNotAccepted),
        };
        if root.get("crit").is_some() {
            return Err(Refusal::CriticalExtension);
        }
        if root.get("b64").is_some() {
            return Err(Refusal::UnencodedPayload);
        }
        let kid = match root.get("kid") {
            None => None,
            Some(Value::Text(kid)) => {
                let kid = kid.decode();
                if !is_well_formed_kid(&kid) {
                    return Err(Refusal::KidMalformed);
                }
                Some(kid.into())
            }
            Some(_) => return Err(Refusal::KidMalformed),
        };
        let media_type = match root.get("typ") {
            None => None,
            Some(Value::Text(name)) => {
                Some(media_type(&name.decode()).ok_or(Refusal::TypeMalformed)?)
            }
            Some(_) => return Err(Refusal::TypeMalformed),
        };
        Ok(Self {
            algorithm,
            kid,
            media_type,
        })
    }
}

/// A media type as it is compared: letters of either case are the same, and `application/` may be left out
/// (RFC 7515 §4.1.9). `None` of the empty text, which stands for none elsewhere.
pub(crate) fn media_type(name: &str) -> Option<Box<str>> {
    let name = name.to_ascii_lowercase();
    let short = name
        .strip_prefix("application/")
        .filter(|rest| !rest.contains('/'));
    let name = short.unwrap_or(&name);
    (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic())).then(|| name.into())
}
