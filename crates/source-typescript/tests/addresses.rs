//! Addresses of one's own servers that no deployment can change.

mod front_end;

use front_end::web;

#[test]
fn an_address_is_fixed_where_nothing_else_is_asked_for_one() {
    let text = r#"
const AUTH_URL = "https://login.notes.app";
const DOCS_URL = "https://docs.notes.app";
const API_URL = process.env.NEXT_PUBLIC_API_URL || "http://localhost:8000";
const allowed = ["http://localhost:3000"];
export function Chat({ apiBase = "http://localhost:8000/api" }) {
  console.log("http://localhost:8000 is asked");
  if (document.referrer === "http://localhost:3000") return null;
  return <a href="http://localhost:3001/login">go</a>;
}
export function base() {
  if (window.location.hostname === "localhost") return "http://localhost:8000";
  return "/api";
}
class Client {
  constructor() { this.apiBaseUrl = "https://api.notes.app/v1"; }
}
// fetch("http://localhost:9000")
"#;
    let web = web(&[("app/page.tsx", text)]);
    let found: Vec<_> = web
        .fixed_addresses
        .iter()
        .map(|one| (one.place.line, one.origin.as_str(), one.local))
        .collect();
    assert_eq!(
        found,
        [
            (2, "https://login.notes.app", false),
            (6, "http://localhost:8000", true),
            (9, "http://localhost:3001", true),
            (16, "https://api.notes.app", false),
        ]
    );
}
