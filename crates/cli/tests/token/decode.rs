//! What a token says.

use insta::assert_snapshot;
use serde_json::json;

use crate::desk::{Desk, NOW, claims, forged};

const DECODE: &[&str] = &["decode", "--at", NOW];

#[test]
fn a_token_is_shown_with_its_times_in_words_and_without_its_signature() {
    let desk = Desk::new();
    let token = desk.token(json!({ "email": "ada@example.com", "roles": ["admin"] }));
    assert_snapshot!(desk.run(DECODE, &token).whole());
}

#[test]
fn what_is_over_is_told_as_it_is_at_that_time() {
    let desk = Desk::new();
    let said = desk.run(
        &["decode", "--at", "2027-01-15T10:15:00Z"],
        &desk.token(json!({})),
    );
    assert!(
        said.stdout.contains("expired 2 hours ago"),
        "{}",
        said.stdout
    );
}

#[test]
fn everything_that_stands_out_is_told_with_a_cure() {
    let desk = Desk::new();
    let header = r#"{"alg":"none","typ":"JWT","jku":"https://evil.example"}"#;
    let claims = r#"{"sub":"u1","exp":"soon","iat":1800000000000,"session":{"token":"abcdefgh"}}"#;
    assert_snapshot!(desk.run(DECODE, &forged(header, claims)).whole());
}

#[test]
fn what_stands_out_has_a_name_that_stays() {
    let desk = Desk::new();
    let codes = |header: &str, claims: &str| {
        let said = desk.run(
            &[DECODE, &["--format", "json"]].concat(),
            &forged(header, claims),
        );
        let object = said.json();
        assert_eq!(object["verified"], false);
        let oddities = object["oddities"].as_array().unwrap();
        let codes = oddities.iter().map(|it| it["code"].as_str().unwrap());
        codes.collect::<Vec<_>>().join(" ")
    };
    let good = claims(json!({})).to_string();
    let with = |other| claims(other).to_string();
    let header = r#"{"alg":"HS256"}"#;
    for (header, claims, expected) in [
        (header, good.as_str(), ""),
        ("{}", &good, "alg-missing"),
        (r#"{"alg":"NONE"}"#, &good, "alg-none"),
        (r#"{"alg":"ES256"}"#, &good, "kid-missing"),
        (r#"{"alg":"XX256","kid":"k1"}"#, &good, "alg-not-accepted"),
        (r#"{"alg":"HS256","crit":["exp"]}"#, &good, "crit-present"),
        (r#"{"alg":"HS256","b64":true}"#, &good, "b64-present"),
        (r#"{"alg":"HS256","kid":"../k"}"#, &good, "kid-malformed"),
        (
            r#"{"alg":"HS256","alg":"HS256"}"#,
            &good,
            "header-duplicate-member",
        ),
        (r#"{"alg":"HS256","jwk":{}}"#, &good, "key-in-header"),
        (
            r#"{"alg":"HS256","typ":"logout+jwt"}"#,
            &good,
            "typ-not-accepted",
        ),
        (
            r#"{"alg":"HS256","typ":"better-auth.session-cache+jwt"}"#,
            &good,
            "typ-not-accepted",
        ),
        (
            header,
            r#"{"iss":"a","iss":"b","aud":"a","sub":"u","exp":1}"#,
            "claims-duplicate-member",
        ),
        (header, &with(json!({ "exp": null })), "exp-missing"),
        (
            header,
            &with(json!({ "exp": "1800000900" })),
            "exp-malformed",
        ),
        (
            header,
            &with(json!({ "exp": 1_800_000_900_000_u64 })),
            "exp-malformed",
        ),
        (header, &with(json!({ "exp": -1 })), "exp-malformed"),
        (header, &with(json!({ "iat": 1_800_000_300 })), "clock"),
        (header, &with(json!({ "nbf": 1_800_000_300 })), "clock"),
        (
            header,
            &with(json!({ "exp": 1_800_000_000 })),
            "lifetime-none",
        ),
        (
            header,
            &with(json!({ "exp": 1_802_592_000 })),
            "lifetime-long",
        ),
        (
            header,
            &with(json!({ "iss": null, "aud": null, "sub": null })),
            "iss-missing aud-missing sub-missing",
        ),
        (header, &with(json!({ "nonce": "n" })), "id-token"),
        (
            header,
            &with(json!({ "session": { "token": "t" } })),
            "credential-in-claims",
        ),
    ] {
        assert_eq!(codes(header, claims), expected, "{header} {claims}");
    }
}

#[test]
fn a_program_reads_header_claims_and_times() {
    let desk = Desk::new();
    let said = desk.run(
        &[DECODE, &["--format", "json"]].concat(),
        &format!("Bearer {}\n", desk.token(json!({}))),
    );
    assert_snapshot!(said.stdout);
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
}

#[test]
fn what_people_copy_along_is_taken_off_and_said() {
    let desk = Desk::new();
    let token = desk.token(json!({}));
    let said = desk.run(DECODE, &format!("Authorization: Bearer {token}\r\n"));
    assert_eq!(said.code, 0);
    assert!(
        said.stdout
            .contains("\n`Authorization:` and `Bearer` taken off\n"),
        "{}",
        said.stdout
    );
}

#[test]
fn a_token_on_the_command_line_is_taken_with_a_warning() {
    let desk = Desk::new();
    let token = desk.token(json!({}));
    let said = desk.run(&["decode", &token], "");
    assert_eq!(said.code, 0);
    assert_snapshot!(said.stderr, @"warning: a token on the command line stays in the shell's history, where others may find it; better: `… | betroth token decode`");
    assert!(!said.stdout.contains(&token));
    assert_eq!(desk.run(&["decode", "-"], &token).stderr, "");
}

#[test]
fn an_encrypted_token_shows_its_header_alone() {
    let desk = Desk::new();
    let header = r#"{"alg":"dir","enc":"A256CBC-HS512"}"#;
    let signed = forged(header, "{}");
    let (header, _) = signed.split_once('.').unwrap();
    let said = desk.run(
        DECODE,
        &format!("{header}..aXYtaXYtaXYtaXYtaXY.Y2lwaGVydGV4dA.dGFnLXRhZy10YWctdGFnLXRhZw"),
    );
    assert_snapshot!(said.whole());
}

#[test]
fn what_is_no_token_is_told_for_what_it_is() {
    let desk = Desk::new();
    let mac = base64_simd::STANDARD.encode_to_string([7; 32]);
    let session = "qZ8kLm2Nf9RtYw8ZsPd1HcGaUe4x3Jq0";
    let signed = format!("{session}.{mac}");
    let escaped = signed.replace('=', "%3D").replace('/', "%2F");
    let compact = r#"{"session":{},"expiresAt":1,"signature":"s"}"#;
    let compact = base64_simd::URL_SAFE_NO_PAD.encode_to_string(compact);
    for (text, says) in [
        (
            session,
            "an opaque token, like the session tokens of Better Auth",
        ),
        (&signed, "a session token with its signature"),
        (&escaped, "a session token with its signature"),
        (
            &format!("better-auth.session_token={escaped}"),
            "the session cookie of Better Auth with its name",
        ),
        (
            &format!("Cookie: __Secure-better-auth.session_token={escaped}"),
            "the session cookie of Better Auth with its name",
        ),
        ("theme=dark", "a name with a value"),
        (&compact, "a cookie cache of Better Auth"),
        (
            r#"{"token":"a.b.c"}"#,
            "JSON with a token in it; give what stands at `token`",
        ),
        (r#"{"keys":[]}"#, "a key or a key set"),
        (r#"{"error":"x"}"#, "this is JSON, and no token"),
        (
            "-----BEGIN PRIVATE KEY-----",
            "a key or a certificate in PEM",
        ),
        ("http://localhost:3000/api/auth/token", "an address"),
        ("", "there is no token: stdin is empty"),
        ("abc", "it has one part, and a JWT has three"),
        ("abc.def", "it has two parts, and a JWT has three"),
        ("a.b.c.d", "it has 4 parts, and a JWT has three"),
    ] {
        let said = desk.run(DECODE, text);
        assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{text}");
        assert!(
            said.stderr.starts_with("error: ") && said.stderr.contains(says),
            "{}",
            said.stderr
        );
        assert!(!said.stderr.contains(session), "{}", said.stderr);
    }
}

#[test]
fn a_part_that_cannot_be_read_is_named_with_the_place() {
    let desk = Desk::new();
    for (text, says) in [
        (
            "e30.e3+.a",
            "the claims part is base64 and not base64url: character 3 is `+`",
        ),
        (
            "e3=.e30.a",
            "the header part is not base64url: character 3 is `=`",
        ),
        (
            "e30.e3%3D.a",
            "the claims part is not base64url: character 3 is `%`",
        ),
        (
            "e30.e3\n0.a",
            "the claims part is not base64url: character 3 is white space",
        ),
        ("e30.e3\u{1b}0.a", "character 3 is `\\u{1b}`"),
        ("e30.e3…0.a", "character 3 is `…`"),
        ("e30.e.a", "the claims part is cut off"),
        ("e30.e31.a", "its last character has bits that mean nothing"),
        ("e30..a", "the claims part is empty"),
        (
            "YQ.e30.a",
            "the header part: what was encoded is no JSON, expected value at line 1 column 1",
        ),
        ("MQ.e30.a", "is JSON, but no object"),
        ("_w.e30.a", "is no text, byte 1 is not UTF-8"),
    ] {
        let said = desk.run(DECODE, text);
        assert_eq!((said.code, said.stdout.as_str()), (2, ""), "{text}");
        assert!(said.stderr.contains(says), "{}", said.stderr);
    }
}

#[test]
fn nothing_in_a_token_acts_on_the_terminal() {
    let desk = Desk::new();
    let hostile = json!({ "sub": "\u{1b}[31m\u{9b}2J\u{202e}\u{7}" });
    let token = desk.token(hostile);
    for arguments in [DECODE, &["decode", "--format", "json"]] {
        let said = desk.run(arguments, &token);
        assert!(
            !said
                .stdout
                .contains(['\u{1b}', '\u{9b}', '\u{202e}', '\u{7}'])
        );
        assert!(
            said.stdout.contains(r"\u001b[31m\u009b2J\u202e\u0007"),
            "{}",
            said.stdout
        );
    }
    let said = desk.verify(&token, &[]);
    assert!(said.stdout.contains("subject") && !said.stdout.contains('\u{1b}'));
}

#[test]
fn colour_marks_what_matters() {
    let desk = Desk::new();
    let said = desk.run(
        &["decode", "--color", "always"],
        &desk.token(json!({ "exp": 1 })),
    );
    assert!(said.stdout.starts_with("\u{1b}[1;33mnot verified\u{1b}[0m"));
    assert!(said.stdout.contains("\u{1b}[1;31mexpired"));
}
