//! What is shown to more than those whom it is for, and what does not arrive where it is read.

mod front_end;

use betroth_source_typescript::{Audience, Exposed};
use front_end::web;

fn exposed(text: &str, to: Audience) -> Vec<String> {
    let web = web(&[("lib/shown.ts", text)]);
    let found = web.exposed.into_iter().filter(|one| one.to == to);
    found
        .map(|one| match one.what {
            Exposed::Token(name) => format!("{}: {name}", one.place.line),
            Exposed::Secret(name) => format!("{}: secret {name}", one.place.line),
        })
        .collect()
}

#[test]
fn a_log_shows_a_token_in_whatever_form_its_letters_stand_there() {
    let text = r#"
export function look(token: string, data: { accessToken: string }) {
  console.log("token", token.substring(0, 20));
  console.debug({ have: data.accessToken });
  console.info(token ? `got ${token}` : "none");
  const start = process.env.BETTER_AUTH_SECRET ? `${process.env.BETTER_AUTH_SECRET.slice(0, 4)}` : "";
  console.warn(start);
  console.log("token?", !!token, token.length, token ? "yes" : "no", typeof token);
  logger.log(token);
}
"#;
    assert_eq!(
        exposed(text, Audience::Log),
        [
            "3: token",
            "4: accessToken",
            "5: token",
            "7: secret BETTER_AUTH_SECRET"
        ]
    );
}

#[test]
fn an_address_shows_the_token_of_a_person_and_the_one_of_a_link_in_a_mail_is_let_be() {
    let text = r#"
export function open(token: string, accessToken: string, url: URL) {
  window.open(`https://other.example?auth_token=${encodeURIComponent(token)}`);
  const socket = `wss://api.example/ws?room=1&token=${accessToken}`;
  url.searchParams.set("jwt", token);
  url.searchParams.set("page", token);
  return `https://app.example/reset-password?token=${token}`;
}
"#;
    assert_eq!(
        exposed(text, Audience::Url),
        ["3: token", "4: accessToken", "5: token"]
    );
}

#[test]
fn a_token_that_better_auth_gave_is_that_of_a_person_by_whatever_name() {
    let text = r#"
export async function enter(response: Response, back: string) {
  const token = response.headers.get("set-auth-token") ?? "";
  const params = new URLSearchParams();
  params.set("token", token);
  new Map().set("token", token);
  location.href = `${back}?${params}`;
}
"#;
    assert_eq!(exposed(text, Audience::Url), ["5: token"]);
}

#[test]
fn what_nobody_calls_shows_nothing() {
    let told = |page: &str| {
        let shown = "export const look = (token: string) => console.log(token);";
        let web = web(&[("lib/shown.ts", shown), ("app/page.tsx", page)]);
        web.exposed.iter().filter(|one| one.reached).count()
    };
    let import = "import { look } from \"../lib/shown\";\n";
    let page = "export default function Page() { return null; }";
    assert_eq!(told(&format!("{import}{page}")), 0);
    assert_eq!(
        told(&format!(
            "{import}{}",
            page.replace("return", "look(\"\"); return")
        )),
        1
    );
}

#[test]
fn a_variable_of_the_server_is_missed_by_the_modules_that_the_browser_loads() {
    let names = |first: &str, second: &str| {
        let web = web(&[("components/form.tsx", first), ("lib/address.ts", second)]);
        let names = web.withheld.into_iter().map(|one| one.name);
        names.collect::<Vec<_>>()
    };
    let form =
        "\"use client\";\nimport { address } from \"../lib/address\";\nexport const to = address;";
    let address = "// process.env.OLD_URL\nexport const address = process.env.API_URL ?? process.env.NEXT_PUBLIC_API_URL;";
    assert_eq!(names(form, address), ["API_URL"]);
    assert!(names(&form.replace("use client", "use strict"), address).is_empty());
    let asking = format!("{address}\nexport const there = typeof window === \"undefined\";");
    assert!(names(form, &asking).is_empty());
}

#[test]
fn an_entry_that_nothing_writes_is_told() {
    let web = web(&[(
        "lib/keep.ts",
        r#"
export const keep = (answer: { access_token: string }) => localStorage.setItem("kept_token", answer.access_token);
export const read = () => [localStorage.getItem("kept_token"), localStorage.getItem("auth_token"), localStorage.getItem("theme")];
export const tab = () => sessionStorage.getItem("kept_token");
"#,
    )]);
    let told = web.retrieved.into_iter();
    let told: Vec<_> = told.map(|entry| (entry.key, entry.written)).collect();
    assert_eq!(
        told,
        [
            ("kept_token".to_owned(), true),
            ("auth_token".to_owned(), false),
            ("kept_token".to_owned(), false)
        ]
    );
}
