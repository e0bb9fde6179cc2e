use super::*;

const API: &str = "import jwt\n\nSECRET = \"change-me\"\n\ndef verify(token):\n    return jwt.decode(token, SECRET, algorithms=[\"HS256\"])\n";
const WEB: &str = "export const auth = betterAuth({\n  plugins: [\n    jwt({ jwks: { keyPairConfig: { alg: \"EdDSA\" } } }),\n  ],\n});\n";

fn place(file: &str, line: u32, column: u32, width: u32) -> Place {
    Place {
        file: file.into(),
        line,
        column,
        width,
    }
}

fn sources(file: &str) -> Option<&'static str> {
    match file {
        "api/auth.py" => Some(API),
        "web/auth.ts" => Some(WEB),
        _ => None,
    }
}

fn drift() -> Finding {
    Finding::new(
        "key-drift",
        Severity::Error,
        place("api/auth.py", 6, 38, 20),
        "the API does not accept what the front end sends",
    )
    .label("accepts HS256 alone")
    .related(place("web/auth.ts", 3, 36, 12), "signs with EdDSA")
    .why("every call is answered 401")
    .help("verify with the keys at `/api/auth/jwks`")
}

fn plain(findings: Vec<Finding>) -> String {
    render(
        &Report::new(findings),
        sources,
        Layout {
            style: Style::Plain,
            width: 100,
        },
    )
}

/// A finding on one line of `text`, with a related one on its last line.
fn over(text: &'static str, place: Place) -> String {
    let last = u32::try_from(text.lines().count()).unwrap();
    let finding = Finding::new("rule", Severity::Error, place, "message")
        .label("here")
        .related(Place::new("other", last, 1), "there");
    render(
        &Report::new(vec![finding]),
        |_| Some(text),
        Layout {
            style: Style::Plain,
            width: 80,
        },
    )
}

#[test]
fn both_places_are_shown_each_in_its_own_file() {
    insta::assert_snapshot!(plain(vec![drift()]), @r#"
    error[key-drift]: the API does not accept what the front end sends
     --> api/auth.py:6:38
      |
    6 |     return jwt.decode(token, SECRET, algorithms=["HS256"])
      |                                      ^^^^^^^^^^^^^^^^^^^^ accepts HS256 alone
      |
     ::: web/auth.ts:3:36
      |
    3 |     jwt({ jwks: { keyPairConfig: { alg: "EdDSA" } } }),
      |                                    ------------ signs with EdDSA
      |
      = why: every call is answered 401
      = help: verify with the keys at `/api/auth/jwks`
    "#);
}

#[test]
fn places_of_one_file_are_shown_together() {
    let finding = Finding::new(
        "unbounded-token",
        Severity::Warning,
        place("api/auth.py", 6, 12, 10),
        "a token without `exp` is taken",
    )
    .label("asks for no claim")
    .related(place("api/auth.py", 1, 8, 3), "the library")
    .related(place("api/auth.py", 5, 5, 6), "for every route")
    .confidence(Confidence::Medium);
    insta::assert_snapshot!(plain(vec![finding]), @r#"
    warning[unbounded-token]: a token without `exp` is taken
     --> api/auth.py:6:12
      |
    1 | import jwt
      |        --- the library
    ...
    5 | def verify(token):
      |     ------ for every route
    6 |     return jwt.decode(token, SECRET, algorithms=["HS256"])
      |            ^^^^^^^^^^ asks for no claim
    "#);
}

#[test]
fn what_follows_is_listed_under_its_cause() {
    let cause = drift();
    let follower = Finding::new(
        "unread-claim",
        Severity::Note,
        place("api/auth.py", 5, 1, 3),
        "`verify` is never left",
    )
    .because_of(cause.key());
    let other = Finding::new(
        "long-lived",
        Severity::Note,
        place("web/auth.ts", 1, 1, 6),
        "sessions live long",
    )
    .confidence(Confidence::Low);
    insta::assert_snapshot!(plain(vec![other, follower, cause]), @r#"
    error[key-drift]: the API does not accept what the front end sends
     --> api/auth.py:6:38
      |
    6 |     return jwt.decode(token, SECRET, algorithms=["HS256"])
      |                                      ^^^^^^^^^^^^^^^^^^^^ accepts HS256 alone
      |
     ::: web/auth.ts:3:36
      |
    3 |     jwt({ jwks: { keyPairConfig: { alg: "EdDSA" } } }),
      |                                    ------------ signs with EdDSA
      |
      = why: every call is answered 401
      = help: verify with the keys at `/api/auth/jwks`
      = follows: note[unread-claim] at api/auth.py:5: `verify` is never left

    note[long-lived]: sessions live long
     --> web/auth.ts:1:1
      |
    1 | export const auth = betterAuth({
      | ^^^^^^
      |
      = confidence: low: it rests on a guess about something outside the repository
    "#);
}

#[test]
fn a_masked_finding_shows_no_literal() {
    let finding = Finding::new(
        "hardcoded-secret",
        Severity::Error,
        place("api/auth.py", 3, 10, 11),
        "the key stands in the source",
    )
    .label("whoever reads this can sign")
    .related(place("web/auth.ts", 3, 41, 7), "and here")
    .masked();
    insta::assert_snapshot!(plain(vec![finding]), @r#"
    error[hardcoded-secret]: the key stands in the source
     --> api/auth.py:3:10
      |
    3 | SECRET = "………………………"
      |          ^^^^^^^^^^^ whoever reads this can sign
      |
     ::: web/auth.ts:3:41
      |
    3 |     jwt({ jwks: { keyPairConfig: { alg: "……………" } } }),
      |                                         ------- and here
    "#);
}

#[test]
fn a_secret_on_a_line_shown_for_another_reason_is_hidden() {
    let finding = Finding::new(
        "unread",
        Severity::Note,
        place("api/auth.py", 2, 1, 0),
        "message",
    )
    .related(place("api/auth.py", 3, 1, 6), "same line")
    .related(place("api/auth.py", 4, 1, 0), "next line");
    let text = plain(vec![finding]);
    assert!(text.contains("SECRET = \"…"), "{text}");
    assert!(!text.contains("change"), "{text}");
}

#[test]
fn a_place_whose_source_is_missing_is_named() {
    let finding = drift().related(place("gone.py", 7, 3, 4), "was here");
    insta::assert_snapshot!(plain(vec![finding]), @r#"
    error[key-drift]: the API does not accept what the front end sends
     --> api/auth.py:6:38
      |
    6 |     return jwt.decode(token, SECRET, algorithms=["HS256"])
      |                                      ^^^^^^^^^^^^^^^^^^^^ accepts HS256 alone
      |
     ::: web/auth.ts:3:36
      |
    3 |     jwt({ jwks: { keyPairConfig: { alg: "EdDSA" } } }),
      |                                    ------------ signs with EdDSA
      |
      = at: gone.py:7: was here
      = why: every call is answered 401
      = help: verify with the keys at `/api/auth/jwks`
    "#);
    let finding = Finding {
        place: place("gone.py", 7, 3, 4),
        ..drift()
    };
    insta::assert_snapshot!(plain(vec![finding]), @r#"
    error[key-drift]: the API does not accept what the front end sends
     --> gone.py:7:3
      |
     ::: web/auth.ts:3:36
      |
    3 |     jwt({ jwks: { keyPairConfig: { alg: "EdDSA" } } }),
      |                                    ------------ signs with EdDSA
      |
      = at: gone.py:7: accepts HS256 alone
      = why: every call is answered 401
      = help: verify with the keys at `/api/auth/jwks`
    "#);
}

#[test]
fn a_place_beyond_the_end_of_its_file_is_named() {
    let text = over("a\nb\n", place("a.py", 70, 3, 4));
    assert!(
        text.contains("--> a.py:70:3") && text.contains("at: a.py:70: here"),
        "{text}"
    );
    let text = over("", place("a.py", 1, 1, 4));
    assert!(text.contains("--> a.py:1:1"), "{text}");
}

#[test]
fn a_column_beyond_the_end_of_its_line_points_behind_it() {
    insta::assert_snapshot!(over("first\nsecond\n", place("a.py", 1, 900, 4)), @r"
    error[rule]: message
     --> a.py:1:6
      |
    1 | first
      |      ^ here
      |
     ::: other:2:1
      |
    2 | second
      | - there
    ");
    insta::assert_snapshot!(over("\n", place("a.py", 1, 5, 4)), @r"
    error[rule]: message
     --> a.py:1:1
      |
    1 |
      | ^ here
      |
     ::: other:1:1
      |
    1 |
      | - there
    ");
}

#[test]
fn numbers_at_the_limits_are_rendered() {
    for (line, column, width) in [
        (0, 0, 0),
        (1, u32::MAX, u32::MAX),
        (u32::MAX, u32::MAX, 1),
        (2, 1, u32::MAX),
    ] {
        let text = over("first\nsecond", place("a.py", line, column, width));
        assert!(
            text.contains("error[rule]: message") && text.contains("here"),
            "{text}"
        );
    }
}

#[test]
fn tabs_and_carriage_returns_keep_the_mark_in_place() {
    insta::assert_snapshot!(over("if a:\r\n\treturn check(a)\r\n", place("a.py", 2, 9, 5)), @r"
    error[rule]: message
     --> a.py:2:9
      |
    2 |     return check(a)
      |            ^^^^^ here
      |
     ::: other:2:1
      |
    2 |     return check(a)
      | ---- there
    ");
    insta::assert_snapshot!(over("a = 1\rb = 2\n", place("a.py", 1, 7, 1)), @r"
    error[rule]: message
     --> a.py:1:7
      |
    1 | a = 1␍b = 2
      |       ^ here
      |
     ::: other:1:1
      |
    1 | a = 1␍b = 2
      | - there
    ");
}

#[test]
fn wide_characters_keep_the_mark_in_place() {
    insta::assert_snapshot!(over("名前 = 確認(利用者) # 👩‍👩‍👧 é\n", place("a.py", 1, 6, 2)), @r"
    error[rule]: message
     --> a.py:1:6
      |
    1 | 名前 = 確認(利用者) # 👩👩👧 é
      |        ^^^^ here
      |
     ::: other:1:1
      |
    1 | 名前 = 確認(利用者) # 👩👩👧 é
      | -- there
    ");
}

#[test]
fn a_very_long_line_is_cut_around_the_place() {
    let long: &str = Box::leak(
        format!(
            "{}check(it){}",
            "a(b);".repeat(100_000),
            ";c(d)".repeat(100_000)
        )
        .into_boxed_str(),
    );
    let text = over(long, place("a.js", 1, 500_001, 9));
    assert!(text.contains("check(it)"), "{text}");
    assert!(
        text.lines().all(|line| line.chars().count() < 120),
        "{text}"
    );
    assert!(text.contains("a.js:1:500001"), "{text}");
}

#[test]
fn a_minified_line_full_of_literals_is_read_in_one_pass() {
    let text: &str = Box::leak("sign(a,\"b\",'c:d://e');".repeat(20_000).into_boxed_str());
    let shown = over(text, place("a.js", 1, 200_001, 4));
    assert!(shown.contains("sign(a,\"…\""), "{shown}");
}

#[test]
fn any_width_of_the_terminal_will_do() {
    for width in [0, 1, 39, 40, 1000, usize::MAX] {
        let text = render(
            &Report::new(vec![drift()]),
            sources,
            Layout {
                style: Style::Plain,
                width,
            },
        );
        assert!(text.contains("accepts HS256 alone"), "{text}");
    }
}

#[test]
fn colours_are_there_only_when_asked_for() {
    let report = Report::new(vec![drift()]);
    let escape = |style| render(&report, sources, Layout { style, width: 100 }).contains('\u{1b}');
    assert!(escape(Style::Ansi));
    assert!(!escape(Style::Plain));
}

#[test]
fn control_characters_of_the_repository_do_not_reach_the_terminal() {
    let evil = "a\u{1b}[31m\u{7}b\u{202e}";
    let text: &'static str = "x = '\u{1b}[31m\u{7}\u{202e}'\n";
    let finding = Finding::new("rule", Severity::Error, Place::new(evil, 1, 1), evil)
        .label(evil)
        .why(evil)
        .help(evil)
        .related(Place::new("gone\u{1b}", 1, 1), evil);
    for known in [true, false] {
        let shown = render(
            &Report::new(vec![finding.clone()]),
            |_| known.then_some(text),
            Layout::default(),
        );
        assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{shown}");
    }
}

#[test]
fn an_empty_report_is_an_empty_text() {
    assert_eq!(plain(Vec::new()), "");
}

#[test]
fn many_places_far_apart_show_only_their_own_lines() {
    let lines: Vec<String> = (1..=5000).map(|line| format!("line_{line}")).collect();
    let text = lines.join("\n");
    let finding = Finding::new("rule", Severity::Error, place("a.py", 10, 1, 4), "message")
        .related(place("a.py", 4990, 1, 4), "there");
    let shown = render(
        &Report::new(vec![finding]),
        |_| Some(&text),
        Layout::default(),
    );
    assert!(
        shown.contains("line_10\n") && shown.contains("line_4990\n"),
        "{shown}"
    );
    assert!(
        !shown.contains("line_11\n") && shown.lines().count() < 12,
        "{shown}"
    );
}
