//! Claims that are themselves what opens a door.

use serde_json::{Map, Value};

/// Endings of the names of what is a credential by itself, in lower case and without `_` and `-`.
const CREDENTIALS: &[&str] = &[
    "token",
    "secret",
    "password",
    "passwd",
    "apikey",
    "privatekey",
    "cookie",
    "credential",
    "credentials",
];

/// The object with `…` in place of each credential: the session token of a cached session, a key, another token.
pub(super) fn without_secrets(object: &Map<String, Value>) -> Map<String, Value> {
    let session = object.get("aud").and_then(Value::as_str) == Some("better-auth:session-cache");
    let members = object.iter().map(|(name, value)| {
        // In a cached session of Better Auth `sid` is what the cookie holds.
        let hides = is_credential(name) || session && name == "sid";
        (name.clone(), hidden(value, hides))
    });
    members.collect()
}

fn hidden(value: &Value, hides: bool) -> Value {
    match value {
        Value::String(text) if hides || is_token(text) => {
            format!("… ({} characters, not shown)", text.chars().count()).into()
        }
        Value::Array(values) => values.iter().map(|value| hidden(value, hides)).collect(),
        Value::Object(object) => Value::Object(without_secrets(object)),
        other => other.clone(),
    }
}

fn is_credential(name: &str) -> bool {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let name: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
    CREDENTIALS.iter().any(|ending| name.ends_with(ending))
}

/// Whether it is a token within a token.
fn is_token(text: &str) -> bool {
    text.starts_with("eyJ") && matches!(text.matches('.').count(), 2 | 4)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(value: Value) -> Value {
        Value::Object(without_secrets(value.as_object().unwrap()))
    }

    #[test]
    fn a_credential_within_the_claims_is_not_shown() {
        let hidden = "… (3 characters, not shown)";
        assert_eq!(
            shown(
                json!({ "access_token": "abc", "user": { "apiKey": ["abc"], "tokens": 2 }, "session": { "token": "abc" } })
            ),
            json!({ "access_token": hidden, "user": { "apiKey": [hidden], "tokens": 2 }, "session": { "token": hidden } }),
        );
        assert_eq!(
            shown(json!({ "aud": "better-auth:session-cache", "sid": "abc" }))["sid"],
            hidden
        );
        assert_eq!(
            shown(json!({ "x": "eyJh.eyJi.c" }))["x"],
            "… (11 characters, not shown)"
        );
    }

    #[test]
    fn what_is_no_credential_is_shown() {
        let claims = json!({ "sub": "u1", "sid": "s1", "aud": ["a"], "token_type": "Bearer", "email": "a@b.c" });
        assert_eq!(shown(claims.clone()), claims);
    }
}
