use crate::Error;

const SECURE: &str = "__Secure-";
const HOST: &str = "__Host-";

/// What in a Better Auth configuration decides the names of its cookies.
#[derive(Clone, Copy, Debug, Default)]
pub struct CookieSettings<'a> {
    /// `advanced.useSecureCookies`.
    pub use_secure_cookies: Option<bool>,
    /// `baseURL` where it is a text; where it is absent, `BETTER_AUTH_URL`, or the first that is set of
    /// `NEXT_PUBLIC_BETTER_AUTH_URL`, `PUBLIC_BETTER_AUTH_URL`, `NUXT_PUBLIC_BETTER_AUTH_URL`, `NUXT_PUBLIC_AUTH_URL`
    /// and `BASE_URL`.
    pub base_url: Option<&'a str>,
    /// `baseURL.protocol` where `baseURL` is an object; anything but `http` and `https` decides nothing.
    pub base_url_protocol: Option<&'a str>,
    /// Whether `NODE_ENV` is `production`. Counts only where nothing above decides.
    pub production: bool,
    /// `advanced.cookiePrefix`; `better-auth` where it is empty or absent.
    pub prefix: Option<&'a str>,
    /// `advanced.cookies.session_token.name`: in place of prefix and name, behind `__Secure-` all the same.
    pub session_token: Option<&'a str>,
    /// `advanced.cookies.session_data.name`.
    pub session_data: Option<&'a str>,
    /// `advanced.cookies.dont_remember.name`.
    pub dont_remember: Option<&'a str>,
}

impl CookieSettings<'_> {
    /// Whether the names begin with `__Secure-`. Better Auth's own `getCookieCache` and `getSessionCookie` decide
    /// otherwise: the one asks `NODE_ENV` alone, the other takes either name.
    #[must_use]
    pub fn secure(&self) -> bool {
        let protocol = match self.base_url_protocol {
            Some("https") => Some(true),
            Some("http") => Some(false),
            _ => None,
        };
        let base_url = self.base_url.filter(|url| !url.is_empty());
        self.use_secure_cookies
            .or(protocol)
            .or(base_url.map(is_https))
            .unwrap_or(self.production)
    }
}

/// The names under which one configuration writes and reads its cookies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CookieNames {
    session_token: String,
    session_data: String,
    dont_remember: String,
}

impl CookieNames {
    /// The names that Better Auth gives; it never writes `__Host-` itself, but a name that is set may begin with it.
    ///
    /// # Errors
    /// [`Error::CookieName`] for a setting that makes no cookie name.
    pub fn new(settings: &CookieSettings<'_>) -> Result<Self, Error> {
        let secure = if settings.secure() { SECURE } else { "" };
        let prefix = settings.prefix.filter(|prefix| !prefix.is_empty());
        let prefix = prefix.unwrap_or("better-auth");
        let name = |set: Option<&str>, own: &'static str| {
            let name = match set.filter(|name| !name.is_empty()) {
                Some(name) => format!("{secure}{name}"),
                None => format!("{secure}{prefix}.{own}"),
            };
            if name.bytes().all(is_token) {
                Ok(name)
            } else {
                Err(Error::CookieName { part: own })
            }
        };
        Ok(Self {
            session_token: name(settings.session_token, "session_token")?,
            session_data: name(settings.session_data, "session_data")?,
            dont_remember: name(settings.dont_remember, "dont_remember")?,
        })
    }

    /// The signed session token.
    pub fn session_token(&self) -> &str {
        &self.session_token
    }

    /// The cookie cache; in parts `session_data.0`, `session_data.1`.
    pub fn session_data(&self) -> &str {
        &self.session_data
    }

    /// A signed `true` where the session ends with the browser.
    pub fn dont_remember(&self) -> &str {
        &self.dont_remember
    }
}

/// Of the URL as a browser normalises it, for which the case of a scheme does not count (RFC 3986 §3.1).
fn is_https(url: &str) -> bool {
    let scheme = url.trim_start().split_once("://").map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"))
}

/// The name without `__Secure-` or `__Host-`.
pub(super) fn bare(name: &str) -> &str {
    name.strip_prefix(SECURE)
        .or_else(|| name.strip_prefix(HOST))
        .unwrap_or(name)
}

/// RFC 9110 §5.6.2, to which RFC 6265 §4.1.1 refers.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session_token(settings: CookieSettings<'_>) -> String {
        CookieNames::new(&settings).unwrap().session_token
    }

    #[test]
    fn the_environment_decides_only_where_nothing_else_does() {
        let production = CookieSettings {
            production: true,
            ..CookieSettings::default()
        };
        assert_eq!(
            session_token(production),
            "__Secure-better-auth.session_token"
        );
        let local = CookieSettings {
            base_url: Some("http://localhost:3000"),
            ..production
        };
        assert_eq!(session_token(local), "better-auth.session_token");
        let dynamic = CookieSettings {
            base_url_protocol: Some("auto"),
            ..CookieSettings::default()
        };
        assert_eq!(session_token(dynamic), "better-auth.session_token");
    }

    #[test]
    fn a_setting_that_makes_no_cookie_name_is_told() {
        for prefix in ["a b", "a=b", "a;b", "ä", "a\r\nb"] {
            let settings = CookieSettings {
                prefix: Some(prefix),
                ..CookieSettings::default()
            };
            assert_eq!(
                CookieNames::new(&settings).unwrap_err().code(),
                "cookie-name"
            );
        }
    }
}
