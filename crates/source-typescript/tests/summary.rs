//! What reaches the API from a front end, all in all.

use betroth_agreement::IssuerKind;
use betroth_source_typescript::{Framework, SourceFile, Web, read};

fn web(files: &[(&str, &str)]) -> Web {
    let mut all = vec![SourceFile::new(
        "package.json",
        r#"{"dependencies": {"next": "16", "better-auth": "1"}}"#,
    )];
    all.extend(
        files
            .iter()
            .map(|(path, text)| SourceFile::new(*path, *text)),
    );
    read(&all)
        .webs
        .into_iter()
        .next()
        .expect("a front end is found")
}

const LOGIN: &str = "export async function login(form) { const res = await fetch(process.env.NEXT_PUBLIC_API_URL + '/login', { method: 'POST', body: form }); const { access_token } = await res.json(); localStorage.setItem('token', access_token); }";
const NOTES: &str = "export const list = () => fetch(`${process.env.NEXT_PUBLIC_API_URL}/notes`, { headers: { Authorization: `Bearer ${localStorage.getItem('token')}` } });";

#[test]
fn calls_that_no_page_loads_do_not_decide() {
    let web = web(&[
        ("app/page.tsx", "import { list } from '../lib/notes'; import { login } from '../lib/login'; export default () => null;"),
        ("lib/notes.ts", NOTES),
        ("lib/login.ts", LOGIN),
        (
            "lib/old.ts",
            "import { createAuthClient } from 'better-auth/react'; const client = createAuthClient();
export const a = async () => fetch(`${process.env.NEXT_PUBLIC_API_URL}/a`, { headers: { Authorization: `Bearer ${(await client.token()).data.token}` } });
export const b = async () => fetch(`${process.env.NEXT_PUBLIC_API_URL}/b`, { headers: { Authorization: `Bearer ${(await client.token()).data.token}` } });",
        ),
    ]);
    assert_eq!(web.calls.iter().filter(|call| !call.reached).count(), 2);
    let summary = web.issuer();
    assert_eq!(
        (summary.kind, summary.calls),
        (IssuerKind::ApiIssued, (1, 2))
    );
    assert!(
        summary
            .places
            .iter()
            .all(|place| place.file == "lib/login.ts"),
        "{:?}",
        summary.places
    );
}

#[test]
fn tests_and_stories_are_no_part_of_the_front_end() {
    let web = web(&[
        ("lib/notes.test.ts", NOTES),
        ("lib/__tests__/notes.ts", NOTES),
        ("lib/notes.stories.tsx", NOTES),
        ("e2e/notes.ts", NOTES),
    ]);
    assert!(web.calls.is_empty());
    assert_eq!(web.issuer().kind, IssuerKind::Unknown);
}

#[test]
fn each_api_has_an_answer_of_its_own() {
    let web = web(&[
        ("lib/notes.ts", NOTES),
        ("lib/login.ts", LOGIN),
        (
            "lib/search.ts",
            "export const search = () => fetch(`${process.env.NEXT_PUBLIC_SEARCH_URL}/search`);",
        ),
    ]);
    let answers: Vec<_> = web
        .issuers()
        .into_iter()
        .map(|(base, summary)| {
            (
                base.environment.unwrap_or_default(),
                summary.kind,
                summary.calls,
            )
        })
        .collect();
    assert_eq!(
        answers,
        [
            (
                "NEXT_PUBLIC_API_URL".to_owned(),
                IssuerKind::ApiIssued,
                (1, 2)
            ),
            (
                "NEXT_PUBLIC_SEARCH_URL".to_owned(),
                IssuerKind::None,
                (0, 1)
            )
        ]
    );
}

#[test]
fn cookies_without_better_auth_are_those_of_the_api() {
    let web = web(&[(
        "lib/notes.ts",
        "export const list = () => fetch(`${process.env.NEXT_PUBLIC_API_URL}/notes`, { credentials: 'include' });",
    )]);
    assert_eq!(web.issuer().kind, IssuerKind::ApiIssued);
}

#[test]
fn each_folder_with_a_framework_is_a_front_end() {
    let package = |packages: &str| format!(r#"{{"dependencies": {{{packages}}}}}"#);
    let facts = read(&[
        SourceFile::new("apps/web/package.json", package(r#""next": "16""#)),
        SourceFile::new("apps/web/lib/notes.ts", NOTES),
        SourceFile::new(
            "apps/docs/package.json",
            package(r#""@docusaurus/core": "3", "react": "19""#),
        ),
        SourceFile::new("apps/accounts/package.json", package(r#""hono": "4""#)),
        SourceFile::new("package.json", package(r#""turbo": "2""#)),
    ]);
    let mut webs: Vec<_> = facts
        .webs
        .iter()
        .map(|web| (web.root.as_str(), web.framework, web.calls.len()))
        .collect();
    webs.sort();
    assert_eq!(
        webs,
        [
            ("apps/docs", Framework::Docusaurus, 0),
            ("apps/web", Framework::Next, 1)
        ]
    );
}

#[test]
fn same_storage_key_of_another_front_end_does_not_count() {
    let facts = read(&[
        SourceFile::new("one/package.json", r#"{"dependencies": {"next": "16"}}"#),
        SourceFile::new("one/lib/notes.ts", NOTES),
        SourceFile::new("one/lib/login.ts", LOGIN),
        SourceFile::new("two/package.json", r#"{"dependencies": {"next": "16"}}"#),
        SourceFile::new("two/lib/notes.ts", NOTES),
        SourceFile::new("two/lib/demo.ts", "localStorage.setItem('token', 'demo');"),
    ]);
    let kind = |root: &str| {
        facts
            .webs
            .iter()
            .find(|web| web.root == root)
            .map(|web| web.issuer().kind)
    };
    assert_eq!(kind("one"), Some(IssuerKind::ApiIssued));
    assert_eq!(kind("two"), Some(IssuerKind::None));
}

#[test]
fn package_that_the_front_end_imports_calls_for_it() {
    let facts = read(&[
        SourceFile::new(
            "apps/web/package.json",
            r#"{"dependencies": {"next": "16", "@acme/client": "*"}}"#,
        ),
        SourceFile::new(
            "apps/web/app/page.tsx",
            "import { list } from '@acme/client'; export default () => list();",
        ),
        SourceFile::new(
            "packages/client/package.json",
            r#"{"name": "@acme/client", "main": "src/index.ts"}"#,
        ),
        SourceFile::new("packages/client/src/index.ts", "export * from './notes';"),
        SourceFile::new("packages/client/src/notes.ts", NOTES),
    ]);
    assert_eq!(facts.webs[0].calls.len(), 1);
    assert!(facts.webs[0].calls[0].reached);
}
