use std::fmt;

use zeroize::Zeroizing;

use crate::Error;

/// What Better Auth falls back to where no secret is set and it does not run in production.
const DEFAULT: &str = "better-auth-secret-12345678901234567890";

/// `BETTER_AUTH_SECRET`: one text that signs, encrypts and derives. Wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text as it stands; Better Auth uses its UTF-8 bytes without deriving a key from them.
    ///
    /// # Errors
    /// [`Error::SecretEmpty`] and [`Error::SecretDefault`]: with either, everyone can sign.
    pub fn new(text: impl Into<String>) -> Result<Self, Error> {
        let text = Zeroizing::new(text.into());
        match text.as_str() {
            "" => Err(Error::SecretEmpty),
            DEFAULT => Err(Error::SecretDefault),
            _ => Ok(Self(text)),
        }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(\"...\")")
    }
}

/// All secrets of a deployment: the one that writes, and those that still read.
///
/// Only what is encrypted is read with an older one. Signed cookies and the cookie caches `compact` and `jwt` are
/// signed with the current secret alone, so that rotating it ends them.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// The one that writes, with the version that it writes beside; none where there is only `BETTER_AUTH_SECRET`.
    current: (Option<u64>, Secret),
    /// Those that still read; without a version: what was encrypted before there were versions.
    older: Vec<(Option<u64>, Secret)>,
}

impl Secrets {
    /// Reads `BETTER_AUTH_SECRETS`, `2:new,1:old`, whose first is the current one, beside `BETTER_AUTH_SECRET`.
    ///
    /// # Errors
    /// [`Error::SecretsMalformed`] with the entry; [`Error::SecretEmpty`] and [`Error::SecretDefault`] for one of them.
    pub fn parse(versions: &str, unversioned: Option<&str>) -> Result<Self, Error> {
        let mut read: Vec<(Option<u64>, Secret)> = Vec::new();
        for (index, entry) in versions.split(',').enumerate() {
            let malformed = |fault| Error::SecretsMalformed {
                entry: index + 1,
                fault,
            };
            let (version, secret) = entry
                .trim()
                .split_once(':')
                .ok_or_else(|| malformed("has no `:` between version and secret"))?;
            let version = Some(
                number(version).ok_or_else(|| malformed("has no whole number before its `:`"))?,
            );
            if read.iter().any(|(known, _)| *known == version) {
                return Err(malformed("has the version of another"));
            }
            read.push((version, Secret::new(secret.trim())?));
        }
        let current = read.remove(0);
        // An empty variable is one that is not set, and Better Auth never reads with its default beside versions.
        if let Some(text) = unversioned.filter(|text| !matches!(*text, "" | DEFAULT)) {
            read.push((None, Secret::new(text)?));
        }
        Ok(Self {
            current,
            older: read,
        })
    }

    /// The secret that signs and encrypts.
    pub const fn current(&self) -> &Secret {
        &self.current.1
    }

    pub(crate) const fn current_version(&self) -> Option<u64> {
        self.current.0
    }

    /// The secret of a version; of none: what encrypted before there were versions.
    pub(crate) fn of_version(&self, version: Option<u64>) -> Option<&Secret> {
        let known = std::iter::once(&self.current).chain(&self.older);
        known
            .into_iter()
            .find_map(|(known, secret)| (*known == version).then_some(secret))
    }

    /// Every secret, the current one first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Secret> {
        std::iter::once(self.current()).chain(self.older.iter().map(|(_, secret)| secret))
    }
}

impl From<Secret> for Secrets {
    fn from(secret: Secret) -> Self {
        Self {
            current: (None, secret),
            older: Vec::new(),
        }
    }
}

/// A whole number as JavaScript writes one: no sign, no zero in front, exact in a double.
pub(crate) fn number(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || (text.len() > 1 && text.starts_with('0')) {
        return None;
    }
    text.parse().ok().filter(|number| *number < 1 << 53)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: &str = "made-up-second-test-secret";

    #[test]
    fn the_first_version_writes_and_all_read() {
        let secrets = Secrets::parse(" 2:made-up-second-test-secret, 1:b:c ", Some("old")).unwrap();
        assert_eq!(secrets.current(), &Secret::new(SECOND).unwrap());
        assert_eq!(secrets.current_version(), Some(2));
        assert_eq!(
            secrets.of_version(Some(1)),
            Some(&Secret::new("b:c").unwrap())
        );
        assert_eq!(secrets.of_version(None), Some(&Secret::new("old").unwrap()));
        assert_eq!(secrets.of_version(Some(3)), None);
        assert_eq!(secrets.all().count(), 3);
    }

    #[test]
    fn better_auths_default_never_reads_beside_versions() {
        for absent in [None, Some(""), Some(DEFAULT)] {
            let secrets = Secrets::parse("1:made-up-test-secret", absent).unwrap();
            assert_eq!(secrets.of_version(None), None);
        }
    }

    #[test]
    fn an_entry_that_is_not_clear_is_refused_by_its_number() {
        for (text, entry) in [
            ("", 1),
            ("1", 1),
            ("one:a", 1),
            ("1:a,-2:b", 2),
            ("01:a", 1),
            ("1:a,2:b,1:c", 3),
            ("9007199254740992:a", 1),
            ("1:a,", 2),
        ] {
            let error = Secrets::parse(text, None).unwrap_err();
            assert!(
                matches!(error, Error::SecretsMalformed { entry: found, .. } if found == entry),
                "{text}: {error}"
            );
            assert_eq!(error.code(), "secrets-malformed");
        }
    }

    #[test]
    fn a_secret_that_everyone_knows_is_none() {
        assert_eq!(Secret::new(""), Err(Error::SecretEmpty));
        assert_eq!(Secret::new(DEFAULT), Err(Error::SecretDefault));
        assert_eq!(Secrets::parse("1: ", None).unwrap_err(), Error::SecretEmpty);
    }

    #[test]
    fn a_secret_is_not_shown() {
        let secrets = Secrets::parse("1:made-up-test-secret", None).unwrap();
        assert!(!format!("{secrets:?}").contains("made-up"));
    }
}
