use std::fmt;
use std::str::FromStr;

use super::Origin;
use crate::Fault;
use crate::form::text;
use crate::wording::quoted;

/// Declares a text that follows one rule.
macro_rules! name {
    (
        $(#[doc = $doc:literal])*
        $name:ident, $example:literal, $description:literal, $pattern:literal, $parse:path
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The text as it was written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = Fault;

            fn from_str(text: &str) -> Result<Self, Fault> {
                $parse(text)?;
                Ok(Self(text.to_owned()))
            }
        }

        text!($name, $example, $description, $pattern);
    };
}

name!(
    /// Name of an API or a deployment.
    Name,
    "main",
    "letters, digits, - and _",
    "^[A-Za-z0-9_-]+$",
    bare
);

name!(
    /// Name of an environment variable.
    EnvironmentName,
    "BETTER_AUTH_URL",
    "name of an environment variable",
    "^[A-Za-z_][A-Za-z0-9_]*$",
    environment
);

name!(
    /// What tells an issuer or an audience: compared byte for byte (RFC 7519 §4.1.1).
    Identifier,
    "https://app.example.com",
    "compared byte for byte",
    "^\\S(.*\\S)?$",
    identifier
);

name!(
    /// A role as the issuer writes it.
    Role,
    "admin",
    "a role as the issuer writes it",
    "^[^,\\s]([^,]*[^,\\s])?$",
    role
);

name!(
    /// A scope token (RFC 6749 §3.3).
    Scope,
    "notes:write",
    "a scope token of RFC 6749",
    "^[!#-\\[\\]-~]+$",
    scope
);

name!(
    /// A token's `typ`; the empty text stands for none.
    TokenType,
    "JWT",
    "a token's typ; the empty text stands for none",
    "^[!-~]*$",
    token_type
);

name!(
    /// Name of a cookie, without the `__Secure-` that a browser asks for.
    CookieName,
    "better-auth.session_token",
    "name of a cookie",
    "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
    cookie
);

name!(
    /// A model class with its module.
    ModelName,
    "app.models.Note",
    "a class with its module",
    "^[^\\s.]+(\\.[^\\s.]+)+$",
    model
);

name!(
    /// Name of a table of the database.
    TableName,
    "notes",
    "name of a table",
    "^\\S+$",
    word
);

name!(
    /// Name of a column of the database.
    ColumnName,
    "owner_id",
    "name of a column",
    "^\\S+$",
    word
);

name!(
    /// Name of a rule of `betroth check`.
    RuleName,
    "hardcoded-secret",
    "name of a rule",
    "^[a-z0-9]+(-[a-z0-9]+)*$",
    rule
);

name!(
    /// A reason in words.
    Sentence,
    "the file is a fixture",
    "a reason in words",
    "\\S",
    sentence
);

name!(
    /// A SHA-256 digest in hexadecimal digits.
    Sha256,
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "64 hexadecimal digits",
    "^[0-9a-f]{64}$",
    sha256
);

fn bare(text: &str) -> Result<(), Fault> {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if text.is_empty() || !text.bytes().all(letter) {
        return Err(Fault::new(
            format!("is {}, no plain name", quoted(text)),
            "it is typed on a command line and becomes part of names of files",
            "write letters, digits, `-` and `_`",
        ));
    }
    Ok(())
}

/// Never shows the text: who mistakes the name for the value has pasted a secret.
fn environment(text: &str) -> Result<(), Fault> {
    let mut letters = text.bytes();
    let first = letters.next();
    if first.is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && letters.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    {
        return Ok(());
    }
    Err(Fault::new(
        format!(
            "holds {} characters that are no name of an environment variable",
            text.chars().count()
        ),
        "here stands where the value comes from, never the value",
        "write a name of letters, digits and `_`, as in `BETTER_AUTH_URL`",
    ))
}

fn identifier(text: &str) -> Result<(), Fault> {
    if text.is_empty() || text.trim() != text || text.chars().any(char::is_control) {
        return Err(Fault::new(
            format!(
                "is {} with nothing in it, or spaces around it",
                quoted(text)
            ),
            "it is compared byte for byte, so no token would ever match",
            "write exactly what the token holds",
        ));
    }
    Ok(())
}

fn role(text: &str) -> Result<(), Fault> {
    if text.is_empty() || text.trim() != text || text.contains(',') {
        return Err(Fault::new(
            format!("names {}, which is no single role", quoted(text)),
            "a comma divides roles in a claim, so this one would never be found",
            "write one role in each text, without commas and spaces around it",
        ));
    }
    Ok(())
}

fn scope(text: &str) -> Result<(), Fault> {
    let letter = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    if text.is_empty() || !text.bytes().all(letter) {
        return Err(Fault::new(
            format!("names {}, which is no single scope", quoted(text)),
            "a space divides scopes in a token (RFC 6749 §3.3)",
            "write one scope in each text, as in `notes:write`",
        ));
    }
    Ok(())
}

fn token_type(text: &str) -> Result<(), Fault> {
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Fault::new(
            format!("names {}, which is no `typ`", quoted(text)),
            "",
            "write a media type without `application/`, as in `JWT`, or the empty text for none",
        ));
    }
    Ok(())
}

fn cookie(text: &str) -> Result<(), Fault> {
    for prefix in ["__Secure-", "__Host-"] {
        if let Some(plain) = text.strip_prefix(prefix) {
            return Err(Fault::new(
                format!("begins with `{prefix}`"),
                "whether it does depends on the address, so both forms are looked for",
                format!("write {}", quoted(plain)),
            ));
        }
    }
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+.^_`|~-".contains(&byte);
    if text.is_empty() || !text.bytes().all(letter) {
        return Err(Fault::new(
            format!("is {}, no name of a cookie", quoted(text)),
            "",
            "write letters, digits and `.`, `_` or `-` (RFC 6265 §4.1.1)",
        ));
    }
    Ok(())
}

fn model(text: &str) -> Result<(), Fault> {
    let step = |step: &str| !step.is_empty() && !step.contains(char::is_whitespace);
    if !text.contains('.') || !text.split('.').all(step) {
        return Err(Fault::new(
            format!("is {}, no class with its module", quoted(text)),
            "",
            "write both with dots, as in `app.models.Note`, or name the `table`",
        ));
    }
    Ok(())
}

fn word(text: &str) -> Result<(), Fault> {
    if text.is_empty() || text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Fault::new(
            format!("is {}, no name", quoted(text)),
            "",
            "write the name as the database knows it",
        ));
    }
    Ok(())
}

fn rule(text: &str) -> Result<(), Fault> {
    let part = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    if !text.split('-').all(part) {
        return Err(Fault::new(
            format!("is {}, no name of a rule", quoted(text)),
            "",
            "write it as the finding shows it, as in `hardcoded-secret`",
        ));
    }
    Ok(())
}

fn sentence(text: &str) -> Result<(), Fault> {
    if text.trim().is_empty() {
        return Err(Fault::new(
            "is empty",
            "who reads the exception in a year asks for it",
            "write in a few words why this is no danger",
        ));
    }
    Ok(())
}

fn sha256(text: &str) -> Result<(), Fault> {
    let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if text.len() != 64 || !text.bytes().all(digit) {
        return Err(Fault::new(
            "is no SHA-256 digest in hexadecimal digits",
            "",
            "run `betroth lock` where the contract is, which writes this file anew",
        ));
    }
    Ok(())
}

impl Sha256 {
    /// A digest that was computed.
    pub(crate) fn of_digest(digits: String) -> Self {
        Self(digits)
    }
}

impl Name {
    /// The name of an API where the contract gives it none.
    pub(crate) fn main() -> Self {
        Self("main".to_owned())
    }
}

/// An origin as it stands in a token.
impl From<&Origin> for Identifier {
    fn from(origin: &Origin) -> Self {
        Self(origin.as_str().to_owned())
    }
}
