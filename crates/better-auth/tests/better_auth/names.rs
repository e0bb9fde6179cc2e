use betroth_better_auth::{CookieHeader, CookieNames, CookieSettings, SignedCookies};

use crate::values::{Names, versions};

fn settings(names: &Names) -> CookieSettings<'_> {
    let config = &names.config;
    let advanced = &config["advanced"];
    let name = |cookie: &str| advanced["cookies"][cookie]["name"].as_str();
    CookieSettings {
        use_secure_cookies: advanced["useSecureCookies"].as_bool(),
        base_url: config["baseURL"]
            .as_str()
            .or(names.env["BETTER_AUTH_URL"].as_str()),
        base_url_protocol: config["baseURL"]["protocol"].as_str(),
        production: false,
        prefix: advanced["cookiePrefix"].as_str(),
        session_token: name("session_token"),
        session_data: name("session_data"),
        dont_remember: name("dont_remember"),
    }
}

#[test]
fn each_configuration_gives_better_auths_names() {
    for version in versions() {
        for names in &version.names {
            let found = CookieNames::new(&settings(names)).unwrap();
            let what = format!("{} {} {}", version.better_auth, names.config, names.env);
            assert_eq!(found.session_token(), names.session_token, "{what}");
            assert_eq!(found.session_data(), names.session_data, "{what}");
            assert_eq!(found.dont_remember(), names.dont_remember, "{what}");
        }
    }
}

#[test]
fn each_session_cookie_opens_and_is_written_again_letter_by_letter() {
    for version in versions() {
        let cookies = SignedCookies::new(&version.secret());
        for names in &version.names {
            let pair = names.set_cookie[0].split(';').next().unwrap();
            let header = CookieHeader::parse([pair]).unwrap();
            let value = header.one(&names.session_token).unwrap();
            assert_eq!(cookies.open(&value).unwrap(), names.token);
            let written = format!("{}={}", names.session_token, cookies.sign(&names.token));
            assert_eq!(written, pair);
        }
    }
}
