//! What people paste in place of a JWT.

use std::borrow::Cow;

use base64_simd::{STANDARD, URL_SAFE_NO_PAD};
use percent_encoding::percent_decode_str;
use serde_json::Value;

/// What to do with a session where a JWT belongs.
const EXCHANGE: &str = "an API that verifies JWTs refuses it; the front end gets a JWT for its session from \
     `/api/auth/token`, with the plugin `jwt`";

/// What the text is, where it is something known that is no JWT, and what to do.
pub(super) fn what(text: &str) -> Option<String> {
    if text.starts_with('{') {
        return Some(json(text));
    }
    if text.contains("-----BEGIN") {
        return Some(
            "this is a key or a certificate in PEM, and no token; keep it to yourself where it is private"
                .to_owned(),
        );
    }
    if text.contains("://") {
        return Some("this is an address, and no token; give what it answers".to_owned());
    }
    if let Some((name, value)) = text.split_once('=')
        && !name.is_empty()
        && !value.trim_end_matches('=').is_empty()
        && !value.starts_with('.')
    {
        return Some(cookie(name));
    }
    if is_signed_cookie(text) {
        return Some(format!(
            "this is a session token with its signature, as in Better Auth's session cookie, and no JWT: whose it is \
             stands in its database alone; {EXCHANGE}"
        ));
    }
    if is_session_token(text) {
        return Some(format!(
            "this is an opaque token, like the session tokens of Better Auth, and no JWT: whose it is stands in the \
             issuer's database alone; {EXCHANGE}"
        ));
    }
    if is_cookie_cache(text) {
        return Some(format!(
            "this is a cookie cache of Better Auth (`session_data`, strategy `compact`), and no JWT: a copy of the session, signed \
             with Better Auth's own secret; {EXCHANGE}"
        ));
    }
    None
}

fn json(text: &str) -> String {
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    if value.get("kty").is_some() || value.get("keys").is_some() {
        return "this is a key or a key set, and no token; `betroth token verify --jwks FILE` takes it to verify one".to_owned();
    }
    for name in ["token", "access_token", "accessToken"] {
        if value.get(name).is_some_and(Value::is_string) {
            return format!(
                "this is JSON with a token in it; give what stands at `{name}`, as in `… | jq -r .{name} | betroth token decode`"
            );
        }
    }
    "this is JSON, and no token; a JWT is three parts of base64url with dots between".to_owned()
}

fn cookie(name: &str) -> String {
    let bare = name.trim_start_matches("Cookie:").trim();
    if bare.ends_with("session_token") {
        format!("this is the session cookie of Better Auth with its name, and no JWT; {EXCHANGE}")
    } else {
        "this is a name with a value, as in a cookie or a form, and no token; give what stands behind the `=`"
            .to_owned()
    }
}

/// `TOKEN.SIGNATURE`, where the signature is HMAC-SHA-256 in padded base64; in a cookie percent-encoded.
fn is_signed_cookie(text: &str) -> bool {
    let text = match percent_decode_str(text).decode_utf8() {
        Ok(text) => text,
        Err(_) => Cow::Borrowed(text),
    };
    text.rsplit_once('.').is_some_and(|(token, signature)| {
        !token.is_empty()
            && STANDARD
                .decode_to_vec(signature)
                .is_ok_and(|bytes| bytes.len() == 32)
    })
}

/// As Better Auth makes them: 32 letters and digits.
fn is_session_token(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_cookie_cache(text: &str) -> bool {
    let bytes = URL_SAFE_NO_PAD.decode_to_vec(text.trim_end_matches('='));
    let value: Option<Value> = bytes
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok());
    value.is_some_and(|value| value.get("session").is_some() && value.get("signature").is_some())
}
