use betroth_better_auth::{CookieHeader, Error, SignedCookies};

use crate::values::{Version, versions};

const NAME: &str = "better-auth.session_token";

fn token(version: &Version, header: &str) -> Result<String, Error> {
    let cookies = SignedCookies::new(&version.secret());
    let value = CookieHeader::parse([header])?.one(NAME)?;
    cookies.open(&value).map(ToOwned::to_owned)
}

#[test]
fn a_header_is_read_as_better_auth_reads_it_or_refused() {
    for version in versions() {
        for header in &version.headers {
            if let Ok(token) = token(version, &header.header) {
                let what = format!("{} {}", version.better_auth, header.what);
                assert_eq!(Some(&token), header.better_auth.as_ref(), "{what}");
            }
        }
    }
}

#[test]
fn what_is_refused_though_better_auth_takes_it_has_two_readings() {
    for version in versions() {
        let refused = version
            .headers
            .iter()
            .filter(|header| header.better_auth.is_some());
        let refused: Vec<_> = refused
            .filter_map(|header| {
                Some((
                    header.what.as_str(),
                    token(version, &header.header).err()?.code(),
                ))
            })
            .collect();
        let expected = [
            ("half_quoted", "cookie-malformed"),
            ("two_sessions", "cookie-ambiguous"),
            ("two_sessions_turned", "cookie-ambiguous"),
            ("signature_respelled", "signature-malformed"),
        ];
        assert_eq!(refused, expected, "{}", version.better_auth);
    }
}

#[test]
fn what_neither_reads_is_refused_with_its_reason() {
    for version in versions() {
        let refused = version
            .headers
            .iter()
            .filter(|header| header.better_auth.is_none());
        let refused: Vec<_> = refused
            .map(|header| {
                (
                    header.what.as_str(),
                    token(version, &header.header).unwrap_err().code(),
                )
            })
            .collect();
        let expected = [
            ("empty_first", "cookie-ambiguous"),
            ("broken_first", "cookie-ambiguous"),
            ("other_prefix_alone", "cookie-other-prefix"),
            ("host_prefix_alone", "cookie-other-prefix"),
            ("other_case", "cookie-missing"),
            ("dash_in_name", "cookie-missing"),
            ("comma_joined", "cookie-missing"),
            ("signature_of_another", "signature-mismatch"),
            ("signature_unpadded", "signature-malformed"),
            ("signature_url_safe", "signature-malformed"),
            ("token_alone", "signature-missing"),
            ("no_token", "signature-missing"),
            ("cut_escape", "cookie-malformed"),
            ("invalid_utf8", "cookie-malformed"),
            ("empty", "cookie-missing"),
            ("none", "cookie-missing"),
        ];
        assert_eq!(refused, expected, "{}", version.better_auth);
    }
}
