//! Which calls the browser makes, and in which header their credential travels.

mod front_end;

use front_end::web;

const API: (&str, &str) = (
    "lib/api.ts",
    r#"import { authClient } from "./auth-client";
export async function tasks() {
  const { data } = await authClient.token();
  return fetch("https://api.example.com/tasks", { headers: { Authorization: `Bearer ${data?.token}` } });
}"#,
);

#[test]
fn a_module_that_a_client_component_imports_calls_from_the_browser() {
    let page = |directive: &str| {
        format!(
            r#"{directive}
import {{ tasks }} from "../lib/api";
export default function Page() {{ return <button onClick={{tasks}}>go</button>; }}"#
        )
    };
    for (directive, browser) in [("\"use client\"", true), ("", false)] {
        let page = page(directive);
        let web = web(&[API, ("app/page.tsx", &page)]);
        let told: Vec<_> = web.calls.iter().map(|call| call.browser).collect();
        assert_eq!(told, [browser], "{directive}");
    }
}

#[test]
fn a_route_handler_calls_from_a_server() {
    let route =
        r#"import { tasks } from "../../lib/api"; export async function GET() { return tasks(); }"#;
    let web = web(&[API, ("app/tasks/route.ts", route)]);
    assert!(web.calls.iter().all(|call| !call.browser));
}

#[test]
fn the_header_of_a_credential_is_told_and_a_cookie_has_none() {
    let page = r#""use client";
import axios from "axios";
import { authClient } from "../lib/auth-client";
const client = axios.create({ baseURL: "https://api.example.com" });
client.interceptors.request.use(async (config) => {
  const { data } = await authClient.token();
  config.headers.Authorization = `Bearer ${data?.token}`;
  return config;
});
export default function Page() {
  const go = async () => {
    await client.get("/a");
    await fetch("https://api.example.com/b", { credentials: "include" });
    await fetch("https://api.example.com/c", { headers: { "X-User-ID": "1" } });
    const { data } = await authClient.token();
    new EventSource(`https://api.example.com/d?token=${data?.token}`);
  };
  return <button onClick={go}>go</button>;
}"#;
    let web = web(&[("app/page.tsx", page)]);
    let mut told: Vec<_> = web
        .calls
        .iter()
        .map(|call| (call.path.as_str(), call.header))
        .collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [
            ("/a", Some("Authorization")),
            ("/b", None),
            ("/c", Some("X-User-ID")),
            ("/d", None),
        ]
    );
}
