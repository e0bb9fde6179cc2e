use std::{borrow::Cow, fmt};

use aws_lc_rs::hmac;

use super::percent;
use crate::{Error, MAX_SIGNED_COOKIE, Secret, base64, error::at_most};

/// Signs cookies and says which are signed: `value.signature`, where the signature is HMAC-SHA-256 of the value under
/// the bytes of the secret, in padded base64.
///
/// The name of the cookie is not part of what is signed: a value that Better Auth signed for one cookie passes under
/// the name of another. A session token is worth nothing before the database, or a cookie cache, knows it.
#[derive(Clone)]
pub struct SignedCookies {
    key: hmac::Key,
}

impl SignedCookies {
    /// Under the current secret: Better Auth does not read what an older one signed.
    #[must_use]
    pub fn new(secret: &Secret) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, secret.bytes()),
        }
    }

    /// The value as it stands in `Set-Cookie`, with its escapes. Never a value that a visitor chose: the same key signs
    /// the cookie caches `compact` and `jwt`, and a value may have their form.
    #[must_use]
    pub fn sign(&self, value: &str) -> String {
        percent::encode(&self.sign_bearer(value))
    }

    /// The value as the header `set-auth-token` of the plugin `bearer` has it, without escapes.
    #[must_use]
    pub fn sign_bearer(&self, value: &str) -> String {
        let signature = hmac::sign(&self.key, value.as_bytes());
        format!("{value}.{}", base64::to_padded(signature.as_ref()))
    }

    /// What was signed, of a cookie's value whose escapes are resolved, as [`CookieHeader::one`] returns it. The
    /// signature stands behind the last dot, and is compared in constant time.
    ///
    /// [`CookieHeader::one`]: crate::CookieHeader::one
    ///
    /// # Errors
    /// [`Error::SignatureMissing`], [`Error::SignatureMalformed`], [`Error::SignatureMismatch`], [`Error::TooLarge`].
    pub fn open<'a>(&self, value: &'a str) -> Result<&'a str, Error> {
        at_most(value.len(), MAX_SIGNED_COOKIE, "signed cookie")?;
        let (signed, signature) = value
            .rsplit_once('.')
            .filter(|(signed, _)| !signed.is_empty())
            .ok_or(Error::SignatureMissing)?;
        let signature = base64::from_padded(signature)
            .filter(|bytes| bytes.len() == 32)
            .ok_or(Error::SignatureMalformed)?;
        hmac::verify(&self.key, signed.as_bytes(), &signature)
            .map_err(|_| Error::SignatureMismatch)?;
        Ok(signed)
    }

    /// What was signed, of a bearer token, with or without escapes. The plugin `bearer` also takes a token that is not
    /// signed, unless `requireSignature` is set; this one does not.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_bearer<'a>(&self, token: &'a str) -> Result<Cow<'a, str>, Error> {
        at_most(token.len(), MAX_SIGNED_COOKIE, "bearer token")?;
        match percent::decode(token).ok_or(Error::SignatureMalformed)? {
            Cow::Borrowed(token) => self.open(token).map(Cow::Borrowed),
            Cow::Owned(token) => self.open(&token).map(|token| Cow::Owned(token.to_owned())),
        }
    }
}

impl fmt::Debug for SignedCookies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignedCookies(\"...\")")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cookies() -> SignedCookies {
        SignedCookies::new(&Secret::new("made-up-test-secret").unwrap())
    }

    #[test]
    fn the_signature_stands_behind_the_last_dot() {
        let signed = cookies().sign_bearer("a.b.c");
        assert_eq!(cookies().open(&signed), Ok("a.b.c"));
    }

    #[test]
    fn another_secret_does_not_open() {
        let other = SignedCookies::new(&Secret::new("made-up-test-secret ").unwrap());
        let signed = other.sign_bearer("token");
        assert_eq!(cookies().open(&signed), Err(Error::SignatureMismatch));
    }

    #[test]
    fn what_is_not_signed_is_told_from_what_is_signed_wrongly() {
        let signed = cookies().sign_bearer("token");
        let signature = signed.strip_prefix("token.").unwrap();
        for (value, code) in [
            ("", "signature-missing"),
            ("token", "signature-missing"),
            (&format!(".{signature}"), "signature-missing"),
            ("token.", "signature-malformed"),
            ("token.AAAA", "signature-malformed"),
            (&signed[..signed.len() - 1], "signature-malformed"),
            (&format!("{signed}="), "signature-malformed"),
            (&format!("tokem.{signature}"), "signature-mismatch"),
            (&"x".repeat(MAX_SIGNED_COOKIE + 1), "too-large"),
        ] {
            assert_eq!(cookies().open(value).unwrap_err().code(), code, "{value}");
        }
    }

    #[test]
    fn a_bearer_token_is_read_with_and_without_escapes() {
        let cookies = cookies();
        for token in [cookies.sign("token"), cookies.sign_bearer("token")] {
            assert_eq!(cookies.open_bearer(&token).unwrap(), "token");
        }
        assert_eq!(
            cookies.open_bearer("token%2").unwrap_err().code(),
            "signature-malformed"
        );
    }

    #[test]
    fn what_signs_does_not_show_itself() {
        assert_eq!(format!("{:?}", cookies()), "SignedCookies(\"...\")");
    }

    proptest! {
        #[test]
        fn one_changed_character_does_not_open(token in "[A-Za-z0-9]{1,40}", at in any::<prop::sample::Index>(), to in "[A-Za-z0-9+/=.]") {
            let signed = cookies().sign_bearer(&token);
            let at = at.index(signed.len());
            let mut changed = signed.clone();
            changed.replace_range(at..=at, &to);
            prop_assume!(changed != signed);
            prop_assert!(cookies().open(&changed).is_err());
        }

        #[test]
        fn any_text_is_opened_or_refused(value in any::<String>()) {
            prop_assert!(cookies().open(&value).is_err());
            prop_assert!(cookies().open_bearer(&value).is_err());
        }
    }
}
