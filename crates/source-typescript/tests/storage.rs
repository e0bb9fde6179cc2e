//! What is put where any script of the page can read it.

mod front_end;

use betroth_agreement::IssuerKind;
use betroth_source_typescript::StorageArea;
use front_end::web;

#[test]
fn a_credential_in_the_storage_is_told_by_its_name_or_by_who_makes_it() {
    let web = web(&[(
        "lib/keep.ts",
        r#"
import { authClient } from "./auth-client";
const KEY = "app_jwt";
export async function keep(answer: { access_token: string; user: { id: string } }) {
  const { data } = await authClient.token();
  localStorage.setItem("kept", data.token);
  window.localStorage.setItem(KEY, answer.access_token);
  sessionStorage.token = answer.access_token;
  localStorage.setItem("user", answer.user.id);
  localStorage.setItem("theme", "dark");
  localStorage.setItem("csrf_token", answer.access_token);
}
export const leave = () => localStorage.setItem(KEY, "");
"#,
    )]);
    let told: Vec<_> = web
        .stored
        .iter()
        .map(|entry| (entry.area, entry.key.as_deref().unwrap_or(""), entry.holds))
        .collect();
    assert_eq!(
        told,
        [
            (StorageArea::Local, "kept", IssuerKind::BetterAuthJwt),
            (StorageArea::Local, "app_jwt", IssuerKind::Unknown),
            (StorageArea::Session, "token", IssuerKind::Unknown),
        ]
    );
}

#[test]
fn an_entry_that_is_removed_is_held_against_those_that_are_written() {
    let web = web(&[(
        "lib/session.ts",
        r#"
const KEY = "access_token";
export async function login() {
  const response = await fetch(`${process.env.NEXT_PUBLIC_API_URL}/login`, { method: "POST" });
  const { access_token } = await response.json();
  localStorage.setItem(KEY, access_token);
}
export function leave(name: string) {
  localStorage.removeItem("token");
  localStorage.removeItem(KEY);
  sessionStorage.removeItem("access_token");
  localStorage.removeItem("theme");
  localStorage.clear();
  list.clear();
}
"#,
    )]);
    let removed: Vec<_> = web
        .removed
        .iter()
        .map(|one| {
            (
                one.place.line,
                one.key.as_deref(),
                one.written,
                one.credential,
            )
        })
        .collect();
    assert_eq!(
        removed,
        [
            (9, Some("token"), false, true),
            (10, Some("access_token"), true, true),
            (11, Some("access_token"), false, true),
            (12, Some("theme"), false, false),
            (13, None, true, false),
        ]
    );
}
