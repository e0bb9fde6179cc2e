//! What a person says by flags.

use std::fs;
use std::process::Command;

use betroth_contract::value::Origin;
use betroth_contract::{Contract, KeyForm, Setting, Transport};

use crate::tree::Tree;

/// An API that looks the session up, and a page that sends it the cookie.
fn by_cookie() -> Tree {
    Tree::new()
        .file(
            "web/package.json",
            r#"{ "dependencies": { "next": "16.0.0", "better-auth": "1.4.0" } }"#,
        )
        .file(
            "web/lib/auth.ts",
            "import { betterAuth } from 'better-auth'\nexport const auth = betterAuth({})\n",
        )
        .file(
            "web/app/page.tsx",
            "export default async function Page() {\n  \
             await fetch(`${process.env.NEXT_PUBLIC_API_URL ?? 'http://localhost:8000'}/tasks`, { credentials: 'include' })\n  \
             return null\n}\n",
        )
        .file(
            "api/main.py",
            "import httpx\nfrom fastapi import Depends, FastAPI, HTTPException, Request\n\
             from fastapi.middleware.cors import CORSMiddleware\napp = FastAPI()\n\
             app.add_middleware(CORSMiddleware, allow_origins=['http://localhost:3100', 'https://app.example.com'], allow_credentials=True)\n\
             async def person(request: Request):\n    async with httpx.AsyncClient() as client:\n        \
             answer = await client.get('http://localhost:3000/api/auth/get-session', headers={'Cookie': request.headers.get('cookie', '')})\n    \
             if answer.status_code != 200 or not answer.json():\n        raise HTTPException(status_code=401)\n    \
             return answer.json()['user']\n\
             @app.get('/tasks')\nasync def tasks(user=Depends(person)):\n    return []\n",
        )
}

fn origins(setting: &Setting<betroth_contract::value::Origins>) -> Vec<String> {
    let origins = match setting {
        Setting::Literal(origins) => Some(origins),
        Setting::Environment { development, .. } => development.as_ref(),
    };
    let origins = origins
        .into_iter()
        .flat_map(betroth_contract::value::Origins::as_slice);
    origins.map(Origin::to_string).collect()
}

fn production(contract: &Contract) -> Vec<String> {
    let production = contract.deployment("production").unwrap();
    origins(&production.web.as_ref().unwrap().origins)
}

#[test]
fn every_flag_has_its_line_of_help() {
    let said = Tree::new().run(&["--help"]);
    insta::assert_snapshot!("help", said.stdout);
}

#[test]
fn each_answer_stands_where_the_contract_has_it() {
    let tree = Tree::new().web("web", 8000).api("api");
    let said = tree.run(&[
        "--origin",
        "http://localhost:4000",
        "--origin",
        "https://app.example.com",
        "--origin",
        "https://shop.example.com",
        "--api-url",
        "https://api.example.com",
        "--domains",
        "one",
        "--lifetime",
        "5m",
        "--transport",
        "proxy",
        "--roles-claim",
        "realm_access.roles",
        "--permissions-claim",
        "may",
        "--header",
        "Cross-Origin-Opener-Policy: same-origin",
        "--header",
        "Strict-Transport-Security:",
    ]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    insta::assert_snapshot!("flags", fs::read_to_string(tree.path()).unwrap());
    let contract = tree.contract();
    let web = contract.web.as_ref().unwrap();
    assert_eq!(origins(&web.origins), ["http://localhost:4000"]);
    assert_eq!(
        production(&contract),
        ["https://app.example.com", "https://shop.example.com"]
    );
}

#[test]
fn the_origins_that_cors_of_the_api_names_are_those_of_the_contract() {
    let tree = by_cookie();
    assert_eq!(tree.run(&[]).code, 0);
    let contract = tree.contract();
    let web = contract.web.as_ref().unwrap();
    assert_eq!(origins(&web.origins), ["http://localhost:3100"]);
    assert_eq!(production(&contract), ["https://app.example.com"]);
    let text = fs::read_to_string(tree.path()).unwrap();
    assert!(
        text.contains("[\"https://app.example.com\"]  # api/main.py:5\n"),
        "{text}"
    );
}

#[test]
fn with_two_domains_no_cookie_is_taken() {
    let tree = by_cookie();
    assert_eq!(tree.run(&[]).code, 0);
    assert!(tree.contract().session.is_some());
    let said = tree.run(&["--force", "--domains", "two"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let contract = tree.contract();
    assert!(contract.session.is_none());
    assert_eq!(contract.keys.form(), KeyForm::Jwks);
    assert_eq!(*contract.web.as_ref().unwrap().transport, Transport::Token);
    let text = fs::read_to_string(tree.path()).unwrap();
    for part in [
        "# not so yet: the API takes the session cookie",
        "# two domains: no cookie of the front end reaches the API",
    ] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
}

#[test]
fn what_cannot_hold_is_refused_and_nothing_is_written() {
    let both = || Tree::new().web("web", 8000).api("api");
    let addresses = [
        "--issuer",
        "https://one.vercel.app",
        "--api-url",
        "https://two.vercel.app",
    ];
    for (tree, arguments, why) in [
        (
            both(),
            &["--lifetime", "15"][..],
            "it is `15`, which has no unit; write a whole number with its unit",
        ),
        (
            both(),
            &["--origin", "https://app.example.com/notes"],
            "it is `https://app.example.com/notes`, which goes on after the host; write `https://app.example.com`",
        ),
        (
            both(),
            &["--domains", "three"],
            "invalid value 'three' for '--domains <DOMAINS>'",
        ),
        (
            both(),
            &[&addresses[..], &["--domains", "one"]].concat(),
            "`--domains` says otherwise than the addresses: `https://one.vercel.app` and `https://two.vercel.app` are two sites",
        ),
        (
            both(),
            &["--transport", "cookie"],
            "write one of `token`, `proxy`, `gateway`",
        ),
        (both(), &["--roles-claim", "a..b"], "which names no claim"),
        (both(), &["--header", "nosniff"], "it has no colon"),
        (
            both(),
            &["--header", "Set-Cookie: a=b"],
            "it is a matter of each answer",
        ),
        (
            both(),
            &["--header", "X-A: 1", "--header", "x-a: 2"],
            "`--header` names `x-a` twice",
        ),
        (
            Tree::new().api("api"),
            &["--origin", "https://app.example.com"],
            "`--origin` is about the front end, and none was found",
        ),
        (
            by_cookie(),
            &["--lifetime", "15m"],
            "`--lifetime` is about tokens, and the session itself is what this API takes",
        ),
    ] {
        let said = tree.run(arguments);
        assert_eq!(said.code, 2, "{arguments:?}");
        assert!(said.stderr.contains(why), "{why} in\n{}", said.stderr);
        assert!(!tree.path().exists(), "{arguments:?}");
    }
}

#[test]
fn with_the_contract_check_finds_no_more_than_before() {
    for (tree, arguments) in [
        (
            Tree::new().web("web", 8000).api("api"),
            &[
                "--lifetime",
                "5m",
                "--roles-claim",
                "role",
                "--domains",
                "one",
            ][..],
        ),
        (by_cookie(), &["--origin", "https://app.example.com"]),
        (by_cookie(), &["--domains", "two"]),
    ] {
        let before = findings(&tree);
        assert_eq!(tree.run(arguments).code, 0);
        let after = findings(&tree);
        assert!(
            after.iter().all(|rule| before.contains(rule)),
            "{before:?} {after:?}"
        );
    }
}

/// The rules of what `betroth check` finds.
fn findings(tree: &Tree) -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_betroth"))
        .args(["check", "--format", "json", "--all"])
        .current_dir(&tree.0)
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|it| it["rule"].as_str().unwrap().to_owned())
        .collect()
}
