//! What single values mean, and what they refuse.

use std::str::FromStr;

use betroth_contract::Fault;
use betroth_contract::value::{
    AppReference, ClaimPath, CookieName, Duration, EnvironmentName, Folder, Leeway, Network,
    Origin, Origins, Rate, RoutePath, Scope, Url, UrlPath,
};

/// Of these texts, those that are no such value.
fn refused<'a, T: FromStr<Err = Fault>>(texts: &[&'a str]) -> Vec<&'a str> {
    let wrong = |text: &&&str| text.parse::<T>().is_err();
    texts.iter().filter(wrong).copied().collect()
}

#[test]
fn an_origin_is_what_a_browser_sends() {
    for (written, sent) in [
        ("https://App.Example.com", "https://app.example.com"),
        ("HTTPS://app.example.com:443", "https://app.example.com"),
        ("http://localhost:80", "http://localhost"),
        ("https://app.example.com:80", "https://app.example.com:80"),
        ("http://[0:0::1]:3000", "http://[::1]:3000"),
        ("http://127.0.0.1:08000", "http://127.0.0.1:8000"),
    ] {
        assert_eq!(written.parse::<Origin>().unwrap().as_str(), sent);
    }
}

#[test]
fn an_address_keeps_its_own_text() {
    let url: Url = "HTTP://Example.com:80/a/?b=c".parse().unwrap();
    assert_eq!(url.as_str(), "HTTP://Example.com:80/a/?b=c");
    assert_eq!(url.path(), "/a/");
    assert_eq!(url.origin().as_str(), "http://example.com");
}

#[test]
fn an_address_that_programs_read_differently_is_refused() {
    let wrong = [
        "",
        "app.example.com",
        "//app.example.com",
        "javascript://app.example.com",
        "https://",
        "https:///path",
        "https://a b",
        "https://a\\b.example",
        "https://a@b.example",
        "https://a.example#b",
        "https://a.example:",
        "https://a.example:port",
        "https://a.example:+1",
        "https://a.example:65536",
        "https://a..example",
        "https://[::1",
        "https://[::g]",
        "https://[::1]a",
        "https://0x7f.1",
        "https://2130706433",
        "https://1.2.3.4.5",
        "https://a.example\n",
        "https://ａ.example",
    ];
    assert_eq!(refused::<Url>(&wrong), wrong);
    let right = [
        "http://a",
        "https://a.example.",
        "http://_a-1.example:1/%20?x=[y]",
    ];
    assert_eq!(refused::<Url>(&right), [""; 0]);
}

#[test]
fn loopback_is_this_machine_alone() {
    let is_loopback = |text: &str| text.parse::<Url>().unwrap().is_loopback();
    for own in [
        "http://localhost",
        "http://app.localhost:3000",
        "http://127.8.0.1/a",
        "http://[::1]:3000",
    ] {
        assert!(is_loopback(own), "{own}");
    }
    for foreign in [
        "http://localhost.example.com",
        "http://notlocalhost",
        "http://10.0.0.1",
        "http://[::2]",
        "http://127.0.0.1.example.com",
    ] {
        assert!(!is_loopback(foreign), "{foreign}");
    }
}

#[test]
fn origins_stand_with_commas_in_the_environment() {
    let origins: Origins = " https://a.example ,http://localhost:3000, "
        .parse()
        .unwrap();
    let texts: Vec<_> = origins.as_slice().iter().map(Origin::as_str).collect();
    assert_eq!(texts, ["https://a.example", "http://localhost:3000"]);
    let wrong = [
        "*",
        "null",
        "https://a.example/",
        "https://a.example?b",
        "https://*.a.example",
    ];
    assert_eq!(refused::<Origins>(&wrong), wrong);
}

#[test]
fn a_duration_is_shown_in_its_largest_unit() {
    for (written, seconds, shown) in [
        ("90s", 90, "90s"),
        ("120s", 120, "2m"),
        ("24h", 86_400, "1d"),
        ("0007d", 604_800, "7d"),
    ] {
        let duration: Duration = written.parse().unwrap();
        assert_eq!(
            (duration.seconds(), duration.to_string().as_str()),
            (seconds, shown)
        );
    }
    let wrong = [
        "",
        "s",
        "15",
        "0s",
        "-1s",
        "+1s",
        "1 s",
        "1.5h",
        "15M",
        "1w",
        "1é",
        "36501d",
        "99999999999999999999d",
    ];
    assert_eq!(refused::<Duration>(&wrong), wrong);
}

#[test]
fn leeway_ends_at_two_minutes() {
    assert_eq!("0s".parse::<Leeway>().unwrap().seconds(), 0);
    assert_eq!("2m".parse::<Leeway>().unwrap().seconds(), 120);
    assert!("121s".parse::<Leeway>().is_err());
}

#[test]
fn a_rate_counts_at_least_one() {
    let rate: Rate = "20/min".parse().unwrap();
    assert_eq!((rate.count.get(), rate.per.seconds()), (20, 60));
    for written in ["5/s", "20/min", "100/h", "500/d"] {
        assert_eq!(written.parse::<Rate>().unwrap().to_string(), written);
    }
    let wrong = [
        "",
        "20",
        "/min",
        "0/min",
        "+1/s",
        "20/m",
        "20 / min",
        "4294967296/s",
    ];
    assert_eq!(refused::<Rate>(&wrong), wrong);
}

#[test]
fn a_network_holds_its_own_addresses_alone() {
    let holds = |network: &str, address: &str| {
        let network: Network = network.parse().unwrap();
        network.contains(address.parse().unwrap())
    };
    assert!(holds("10.0.0.0/8", "10.255.0.1"));
    assert!(holds("10.0.0.0/8", "::ffff:10.0.0.1"));
    assert!(holds("10.0.0.7", "10.0.0.7"));
    assert!(holds("fd00::/8", "fdff::1"));
    assert!(!holds("10.0.0.0/8", "11.0.0.0"));
    assert!(!holds("10.0.0.7", "10.0.0.6"));
    assert!(!holds("fd00::/8", "fe00::1"));
    assert!(!holds("fd00::/8", "10.0.0.1"));
    let wrong = [
        "",
        "*",
        "10.0.0.0/33",
        "10.0.0.0/+8",
        "10.0.0.0/",
        "::/129",
        "0.0.0.0/0",
        "::/0",
        "proxy",
    ];
    assert_eq!(refused::<Network>(&wrong), wrong);
}

#[test]
fn a_path_makes_no_detours() {
    assert_eq!("/".parse::<UrlPath>().unwrap().as_str(), "");
    let wrong = [
        "",
        "api",
        "/api/",
        "//api",
        "/../api",
        "/api/./auth",
        "/api?x",
        "/a b",
        "/a#b",
    ];
    assert_eq!(refused::<UrlPath>(&wrong), wrong);
    let right = ["/", "/api/", "/notes/{id}", "/files/{path:path}"];
    assert_eq!(refused::<RoutePath>(&right), [""; 0]);
}

#[test]
fn a_folder_is_written_in_one_way() {
    for (written, folder) in [
        ("./backend/", "backend"),
        ("apps/api", "apps/api"),
        (".", "."),
    ] {
        assert_eq!(written.parse::<Folder>().unwrap().as_str(), folder);
    }
    let wrong = [
        "", "/", "./", "/srv", "..", "a/../b", "a//b", "a\\b", "C:", "C:/a",
    ];
    assert_eq!(refused::<Folder>(&wrong), wrong);
}

#[test]
fn names_are_what_their_readers_take() {
    let wrong = ["", "1A", "A-B", "A B", "É", "${A}"];
    assert_eq!(refused::<EnvironmentName>(&wrong), wrong);
    let wrong = ["", "a b", "a;b", "__Host-a", "__Secure-a"];
    assert_eq!(refused::<CookieName>(&wrong), wrong);
    let wrong = ["", "a b", "a\"b", "a\\b", "é"];
    assert_eq!(refused::<Scope>(&wrong), wrong);
    let wrong = ["", ".", "a.", ".a", "a..b", " a"];
    assert_eq!(refused::<ClaimPath>(&wrong), wrong);
    let wrong = [
        "",
        "app.main",
        ":app",
        "app.main:",
        "app/main:app",
        "app.main:app()",
        "a:b:c",
    ];
    assert_eq!(refused::<AppReference>(&wrong), wrong);
}

#[test]
fn a_claim_path_leads_inwards() {
    let path: ClaimPath = "realm_access.roles".parse().unwrap();
    assert_eq!(path.steps().collect::<Vec<_>>(), ["realm_access", "roles"]);
}
