//! Keys that an issuer publishes.

use std::time::{Duration, Instant};

use insta::assert_snapshot;
use serde_json::json;

use crate::desk::{Desk, ISSUER, NOW, Said, verify_with};
use crate::issuer::{Answer, issuer};

fn verify(desk: &Desk, url: &str) -> Said {
    desk.run(&verify_with(&["--jwks", url]), &desk.token(json!({})))
}

/// What is said where the address is not told.
fn refused(answer: Answer) -> String {
    let url = issuer(answer);
    let said = verify(&Desk::new(), &url);
    assert_eq!(
        (said.code, said.stdout.as_str()),
        (2, ""),
        "{}",
        said.stderr
    );
    said.stderr.replace(&url, "URL")
}

#[test]
fn a_published_set_verifies() {
    let desk = Desk::new();
    let url = issuer(Answer::json(&desk.read("jwks.json")));
    let said = verify(&desk, &url);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
}

#[test]
fn a_contract_names_where_the_set_is() {
    let desk = Desk::new();
    let url = issuer(Answer::json(&desk.read("jwks.json")));
    let origin = url.strip_suffix("/api/auth/jwks").unwrap();
    let run = |contract: &str| {
        desk.write("betroth.toml", contract);
        let token = desk.token(json!({ "aud": ISSUER }));
        desk.run(
            &["verify", "--contract", "betroth.toml", "--at", NOW],
            &token,
        )
    };
    let written = run(&format!(
        "[issuer]\nbase_url = \"{ISSUER}\"\njwks_url = \"{url}\"\n"
    ));
    assert_eq!(written.code, 0, "{}", written.stderr);
    let derived = run(&format!(
        "[issuer]\nbase_url = \"{origin}\"\niss = \"{ISSUER}\"\n"
    ));
    assert_eq!(derived.code, 0, "{}", derived.stderr);
    let plain = run("[issuer]\nbase_url = \"http://app.example.com\"\n");
    assert_snapshot!(plain.whole(), @"
    error: the keys are fetched over https, or from this machine; `http://app.example.com/api/auth/jwks` follows from `issuer.base_url` and is neither: write it as `issuer.jwks_url` if that is where they are
    exit code 2
    ");
}

#[test]
fn what_is_no_key_set_is_told_for_what_it_is() {
    let page = Answer::of(
        "200 OK",
        "text/html; charset=utf-8",
        "<!doctype html><title>Notes</title>",
    );
    let said = [
        refused(page),
        refused(Answer::json("")),
        refused(Answer::json("[]")),
        refused(Answer::json("{\"keys\":")),
        refused(Answer::json(r#"{"keys":[]}"#)),
        refused(Answer::of("404 Not Found", "application/json", "{}")),
        refused(Answer::of("503 Service Unavailable", "text/plain", "")),
        refused(Answer::json(&" ".repeat(256 * 1024 + 1))),
        refused(Answer::Whole(
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{".to_owned(),
        )),
        refused(Answer::Whole("nonsense\r\n\r\n".to_owned())),
    ];
    assert_snapshot!(said.concat());
}

#[test]
fn a_redirect_is_not_followed() {
    let target = issuer(Answer::json(r#"{"keys":[]}"#));
    let redirect = format!(
        "HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    let origin = target.strip_suffix("/api/auth/jwks").unwrap();
    let said = refused(Answer::Whole(redirect)).replace(origin, "TARGET");
    assert_snapshot!(said, @"error: `URL` redirects to `TARGET`, and keys are fetched from no other place than the one named; name the address that it leads to, if that is the issuer's");
}

#[test]
fn an_answer_that_does_not_end_is_given_up() {
    let begun = Instant::now();
    let head =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{";
    let said = refused(Answer::Slow(head.to_owned()));
    assert_snapshot!(said, @"error: `URL` did not answer within 5 s; the issuer is down, or its address is not reached from here");
    assert!(begun.elapsed() < Duration::from_secs(20));
}

#[test]
fn an_issuer_that_is_down_is_told() {
    let said = verify(&Desk::new(), "http://127.0.0.1:1/jwks");
    assert_eq!(said.code, 2);
    assert!(
        said.stderr
            .contains("`http://127.0.0.1:1/jwks` cannot be reached: "),
        "{}",
        said.stderr
    );
}

#[test]
fn an_address_that_is_none_is_told() {
    for url in [
        "file:///etc/passwd",
        "http://user:pass@127.0.0.1/jwks",
        "https://",
    ] {
        let said = verify(&Desk::new(), url);
        assert_eq!(said.code, 2);
        assert!(
            said.stderr.starts_with("error: `--jwks`: it "),
            "{}",
            said.stderr
        );
        assert!(!said.stderr.contains("pass@"), "{}", said.stderr);
    }
}
