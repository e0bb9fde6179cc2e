//! What the rules say of options of Better Auth.

use betroth_audit::{Tree, audit};

/// The rules that speak of a server with these options.
fn said(options: &str) -> Vec<&'static str> {
    let files = [
        ("package.json", r#"{ "dependencies": { "next": "16.0.0", "better-auth": "1.7.7" } }"#.to_owned()),
        (
            "lib/auth.ts",
            format!("import {{ betterAuth }} from \"better-auth\"\nexport const auth = betterAuth({{ {options} }})"),
        ),
        (
            "app/api/auth/[...all]/route.ts",
            "import { toNextJsHandler } from \"better-auth/next-js\"\nimport { auth } from \"../../../../lib/auth\"\nexport const { GET, POST } = toNextJsHandler(auth)".to_owned(),
        ),
    ];
    let audit = audit(&Tree::of(files.map(|(path, text)| (path.to_owned(), text))));
    let findings = audit.report.findings().iter();
    findings.map(|finding| finding.rule).collect()
}

#[test]
fn an_option_that_is_not_there_and_is_switched_off_does_no_harm() {
    assert_eq!(
        said("advanced: { useSafeCookies: true }"),
        ["option-ignored"]
    );
    assert_eq!(said("advanced: { useSafeCookies: false }"), [""; 0]);
}

#[test]
fn a_check_is_off_only_where_that_is_written() {
    assert_eq!(
        said("advanced: { disableOriginCheck: true }"),
        ["origin-check-off"]
    );
    for options in [
        "advanced: { disableOriginCheck: false }",
        "advanced: { disableOriginCheck: process.env.NODE_ENV === \"development\" }",
        "disableOriginCheck: true",
    ] {
        assert!(!said(options).contains(&"origin-check-off"), "{options}");
    }
}

#[test]
fn a_cache_is_long_only_where_it_is_on() {
    let cache = |options: &str| said(&format!("session: {{ cookieCache: {{ {options} }} }}"));
    assert_eq!(
        cache("enabled: true, maxAge: 60 * 60 * 24 * 7"),
        ["session-cache-too-long"]
    );
    for options in [
        "maxAge: 60 * 60 * 24 * 7",
        "enabled: true",
        "enabled: true, maxAge: 3600",
        "enabled: true, maxAge: AGE",
    ] {
        assert_eq!(cache(options), [""; 0], "{options}");
    }
}
