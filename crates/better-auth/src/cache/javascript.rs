//! Which JSON is the same text again after `JSON.stringify(JSON.parse(text))`, as Better Auth does it before it checks
//! the signature of a compact cache.

use serde_json::Value;

use super::payload::instant;
use crate::Error;

/// Refuses what would be another text.
pub(super) fn survives(member: &str, value: &Value) -> Result<(), Error> {
    let fault = |fault| {
        Err(Error::NotJavaScript {
            member: member.to_owned(),
            fault,
        })
    };
    match value {
        Value::Number(number) => {
            let exact = |number: i64| number.unsigned_abs() < 1 << 53;
            if !number.as_i64().is_some_and(exact) {
                return fault("the number may be spelled otherwise");
            }
        }
        // Better Auth makes a date of every such text, and writes it with three digits behind the point.
        Value::String(text) if looks_like_a_date(text) && instant(text).is_none() => {
            return fault("the date may be spelled otherwise");
        }
        Value::Array(items) => {
            for item in items {
                survives(member, item)?;
            }
        }
        Value::Object(members) => {
            for (name, value) in members {
                if name.bytes().all(|byte| byte.is_ascii_digit()) && !name.is_empty() {
                    return fault("a member whose name is a number may move to the front");
                }
                if name == "__proto__" {
                    return fault("it has a member `__proto__`");
                }
                survives(&format!("{member}.{name}"), value)?;
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
    Ok(())
}

/// `^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$`, as in Better Auth's `safeJSONParse`.
fn looks_like_a_date(text: &str) -> bool {
    let Some((front, rest)) = text.split_at_checked(19) else {
        return false;
    };
    let digit = |byte: u8| byte.is_ascii_digit();
    let shape = front.bytes().zip("0000-00-00T00:00:00".bytes());
    let shaped = shape.into_iter().all(|(byte, like)| {
        if like == b'0' {
            digit(byte)
        } else {
            byte == like
        }
    });
    let fraction = rest
        .strip_suffix('Z')
        .map(|rest| rest.strip_prefix('.').unwrap_or(rest));
    shaped && fraction.is_some_and(|fraction| fraction.bytes().all(digit))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_session_holds_survives() {
        let user = json!({
            "name": "Ådä \u{2028} \" \\ / </script> \u{7f}\u{1}", "roles": ["a", null, true, -7],
            "createdAt": "2026-01-02T03:04:05.678Z", "since": "2026-01-02", "at": "2026-01-02T03:04:05+01:00",
        });
        assert_eq!(survives("user", &user), Ok(()));
    }

    #[test]
    fn what_javascript_spells_otherwise_is_refused() {
        for value in [
            json!(1.5),
            json!(1e21),
            json!(u64::MAX),
            json!(9_007_199_254_740_992_i64),
            json!({"b": 1, "7": 2}),
            json!({"__proto__": {}}),
            json!(["2026-01-02T03:04:05Z"]),
            json!("2026-01-02T03:04:05.6Z"),
            json!("2026-01-02T03:04:05.678901Z"),
            json!("2026-02-30T03:04:05.678Z"),
        ] {
            let error = survives("user", &value).unwrap_err();
            assert_eq!(error.code(), "not-javascript", "{value}");
        }
    }
}
