//! Origins as browsers write them (RFC 6454 section 6.2), and texts that can never be one.

pub(crate) mod pattern;

/// Why no origin of a page on the web is ever equal to a text that means one; `None` where one may be.
///
/// A text that means something else has no reason here: a scheme of an app's own, `null`, or `*`.
pub(crate) fn never_equal(text: &str) -> Option<&'static str> {
    let bare = text.trim();
    if bare.is_empty() || bare == "*" || bare == "null" {
        return None;
    }
    if bare != text {
        return Some("a space stands around it");
    }
    let Some((scheme, rest)) = bare.split_once("://") else {
        // A part that is not known may hold the scheme.
        if bare.starts_with('{') {
            return bare.ends_with("}/").then_some("it ends in a slash");
        }
        let host = bare.split([':', '/']).next().unwrap_or_default();
        let named = host == "localhost" || host.contains('.');
        return named.then_some("it has no scheme");
    };
    if !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") {
        return None;
    }
    if rest.ends_with('/') {
        return Some("it ends in a slash");
    }
    if rest.contains('/') {
        return Some("it has a path");
    }
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) && !text.contains(['{', '}']) {
        return Some("it has capital letters");
    }
    match (scheme, rest.rsplit_once(':')) {
        ("https", Some((_, "443"))) | ("http", Some((_, "80"))) => {
            Some("it names the port that its scheme has anyway")
        }
        _ => None,
    }
}

/// The origin of an address that is written out, as browsers write it; `None` for another scheme, and where the host is not told.
pub(crate) fn of(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let web = matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https");
    let told = web && !host.is_empty() && !host.contains(['{', '$']);
    told.then(|| meant(address))
}

/// What a text that means an origin would be, written as browsers write it.
pub(crate) fn meant(text: &str) -> String {
    let text = text.trim().to_ascii_lowercase();
    let (scheme, rest) = text.split_once("://").unwrap_or(("", &text));
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match scheme {
        "https" => host.strip_suffix(":443").unwrap_or(host),
        "http" => host.strip_suffix(":80").unwrap_or(host),
        _ => host,
    };
    if scheme.is_empty() {
        host.to_owned()
    } else {
        format!("{scheme}://{host}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_browser_never_writes_is_never_equal() {
        for text in [
            "http://localhost:3000/",
            "https://app.example.com/api",
            " https://app.example.com",
            "https://app.example.com:443",
            "http://app.example.com:80",
            "https://App.example.com",
            "localhost:3000",
            "app.example.com",
            "{?}/",
        ] {
            assert!(never_equal(text).is_some(), "{text}");
        }
    }

    #[test]
    fn what_may_be_an_origin_or_means_something_else_has_no_reason() {
        for text in [
            "*",
            "",
            "null",
            "http://localhost:3000",
            "https://app.example.com:8443",
            "myapp://",
            "capacitor://localhost",
            "{?}",
            "https://{?}",
            "{?}:3000",
        ] {
            assert_eq!(never_equal(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_meant_is_written_as_browsers_write_it() {
        assert_eq!(
            meant(" https://App.example.com:443/x"),
            "https://app.example.com"
        );
        assert_eq!(meant("http://localhost:3000/"), "http://localhost:3000");
        assert_eq!(meant("localhost:3000/"), "localhost:3000");
    }
}
