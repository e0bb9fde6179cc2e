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
