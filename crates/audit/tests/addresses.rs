//! What the rules say of the addresses that a front end and its auth service name.

use betroth_audit::{Tree, audit};

const SERVER: &str = r#"import { betterAuth } from "better-auth"
export const auth = betterAuth({ baseURL: process.env.BETTER_AUTH_URL || "BASE" })"#;
const CLIENT: &str = r#"import { createAuthClient } from "better-auth/react"
export const authClient = createAuthClient({ baseURL: process.env.NEXT_PUBLIC_AUTH_URL || "BASE" })"#;

/// The rules of a kind that speak of a server and a client with these addresses, and of what sets their variables.
fn said(folder: &str, server: &str, client: &str, set: &str) -> Vec<&'static str> {
    let server = SERVER.replace("BASE", server);
    let client = CLIENT.replace("BASE", client);
    let mut files = vec![
        ("web/package.json".to_owned(), r#"{ "dependencies": { "next": "16.0.0", "better-auth": "1.7.24" } }"#.to_owned()),
        ("web/lib/client.ts".to_owned(), client),
        ("web/app/page.tsx".to_owned(), "\"use client\"\nimport { authClient } from \"../lib/client\"\nexport default () => <p>{authClient.useSession().data?.user.name}</p>".to_owned()),
        ("web/.env".to_owned(), set.to_owned()),
        (format!("{folder}/lib/auth.ts"), server),
    ];
    if folder == "web" {
        files.push((
            "web/app/api/auth/[...all]/route.ts".to_owned(),
            "import { toNextJsHandler } from \"better-auth/next-js\"\nimport { auth } from \"../../../../lib/auth\"\nexport const { GET, POST } = toNextJsHandler(auth)".to_owned(),
        ));
    } else {
        files.push((
            format!("{folder}/package.json"),
            r#"{ "dependencies": { "express": "5.0.0", "better-auth": "1.7.24" } }"#.to_owned(),
        ));
        files.push((
            format!("{folder}/src/index.ts"),
            "import { auth } from \"../lib/auth\"\nexport default auth.handler".to_owned(),
        ));
    }
    let audit = audit(&Tree::of(files));
    let findings = audit.report.findings().iter();
    let rules = findings.map(|finding| finding.rule);
    rules
        .filter(|rule| ["loopback-names-differ", "origin-untrusted"].contains(rule))
        .collect()
}

#[test]
fn an_auth_service_of_its_own_has_to_trust_the_front_end() {
    let own = "http://localhost:4000";
    assert_eq!(said("auth", own, own, ""), ["origin-untrusted"]);
    for set in [
        "BETTER_AUTH_TRUSTED_ORIGINS=http://localhost:3000",
        // A proxy in front of both.
        "NEXT_PUBLIC_AUTH_URL=http://localhost:8080",
        "NEXT_PUBLIC_AUTH_URL=/auth",
    ] {
        assert_eq!(said("auth", own, own, set), [""; 0], "{set}");
    }
    assert_eq!(said("web", own, own, ""), [""; 0]);
    assert_eq!(
        said(
            "auth",
            "https://auth.example.com",
            "https://auth.example.com",
            ""
        ),
        [""; 0]
    );
}

#[test]
fn two_names_of_one_machine_are_two_sites() {
    let (name, number) = ("http://localhost:3000", "http://127.0.0.1:3000");
    assert_eq!(said("web", name, number, ""), ["loopback-names-differ"]);
    assert_eq!(
        said("web", name, name, &format!("NEXT_PUBLIC_AUTH_URL={number}")),
        ["loopback-names-differ"]
    );
    assert_eq!(
        said("web", name, number, &format!("NEXT_PUBLIC_AUTH_URL={name}")),
        [""; 0]
    );
    assert_eq!(said("web", number, number, ""), [""; 0]);
    assert_eq!(said("web", name, "https://app.example.com", ""), [""; 0]);
}
