//! Who makes what a call to the API carries, in the forms in which front ends are written.

mod front_end;

use betroth_agreement::{CredentialKind, IssuerKind};
use front_end::web;

/// Who makes what most calls carry, where one file makes the calls.
fn issuer(text: &str) -> IssuerKind {
    web(&[("lib/api.ts", text)]).issuer().kind
}

#[test]
fn token_of_the_jwt_plugin_is_told_through_a_wrapper() {
    let web = web(&[
        (
            "lib/token.ts",
            r#"import { authClient } from "./auth-client";
export async function getToken(): Promise<string | null> {
  const { data, error } = await authClient.token();
  if (error) return null;
  return data?.token ?? null;
}"#,
        ),
        (
            "lib/api.ts",
            r#"import { getToken } from "@/lib/token";
const API = process.env.NEXT_PUBLIC_API_URL || "http://localhost:8000";
async function request<T>(path: string, init: RequestInit = {}): Promise<T> {
  const token = await getToken();
  const headers: Record<string, string> = { "Content-Type": "application/json", ...(init.headers as object) };
  if (token) headers["Authorization"] = `Bearer ${token}`;
  const response = await fetch(`${API}${path}`, { ...init, headers });
  return response.json();
}
export const notes = {
  list: () => request<Note[]>("/notes"),
  create: (body: object) => request("/notes", { method: "POST", body: JSON.stringify(body) }),
  remove: (id: string) => request(`/notes/${id}`, { method: "DELETE" }),
};"#,
        ),
    ]);
    let calls: Vec<_> = web
        .calls
        .iter()
        .map(|call| {
            (
                call.method.as_deref().unwrap_or("?"),
                call.path.as_str(),
                call.credential,
            )
        })
        .collect();
    assert_eq!(
        calls,
        [
            ("GET", "/notes", CredentialKind::BearerJwt),
            ("POST", "/notes", CredentialKind::BearerJwt),
            ("DELETE", "/notes/{}", CredentialKind::BearerJwt)
        ]
    );
    assert_eq!(
        web.calls[0].base.environment.as_deref(),
        Some("NEXT_PUBLIC_API_URL")
    );
    assert_eq!(
        web.calls[0].base.literal.as_deref(),
        Some("http://localhost:8000")
    );
    let summary = web.issuer();
    assert_eq!(
        (summary.kind, summary.calls),
        (IssuerKind::BetterAuthJwt, (3, 3))
    );
    assert_eq!(web.credentials[0].calls, 3);
}

#[test]
fn token_endpoint_of_better_auth_gives_the_token_of_the_jwt_plugin() {
    for token in [
        r#"(await (await fetch("/api/auth/token", { credentials: "include" })).json()).token"#,
        r#"await fetch("/api/auth/token").then((response) => response.json()).then((data) => data.token)"#,
        r#"await fetch("/api/auth/token").then((response) => response.json()).then(({ token }) => token)"#,
        r#"(await authClient.$fetch("/token")).data.token"#,
        r#"(await authClient.$fetch<{ token: string }>("/token", { method: "GET" })).data?.token"#,
        r"await get()",
    ] {
        let text = format!(
            r#"import {{ authClient }} from "./auth-client";
async function get() {{
  let jwt = null;
  await authClient.getSession({{ fetchOptions: {{ onSuccess: (context) => {{ jwt = context.response.headers.get("set-auth-jwt"); }} }} }});
  return jwt;
}}
export async function list() {{
  const token = {token};
  return fetch(process.env.NEXT_PUBLIC_API_URL + "/notes", {{ headers: {{ Authorization: "Bearer " + token }} }});
}}"#
        );
        assert_eq!(issuer(&text), IssuerKind::BetterAuthJwt, "{token}");
    }
}

#[test]
fn server_asks_better_auth_for_the_token() {
    let web = web(&[(
        "app/actions.ts",
        r#""use server";
import { auth } from "@/lib/auth"; import { headers } from "next/headers";
export async function load() {
  const { token } = await auth.api.getToken({ headers: await headers() });
  const res = await fetch(`${process.env.API_URL}/notes`, { headers: { Authorization: `Bearer ${token}` }, cache: "no-store" });
  return res.json();
}"#,
    )]);
    assert!(web.calls[0].server);
    assert_eq!(web.issuer().kind, IssuerKind::BetterAuthJwt);
}

#[test]
fn token_of_the_session_is_an_opaque_one() {
    for token in [
        "(await authClient.getSession()).data.session.token",
        "(await authClient.getSession())?.data?.session?.token",
        "(await getSession()).data?.session.token",
        "useSession().data?.session?.token",
        "(await auth.api.getSession({ headers: await headers() })).session.token",
        r#"(await (await fetch("/api/auth/get-session")).json()).session.token"#,
        "(await signIn.email({ email, password })).data.token",
        "(await authClient.signIn.email({ email, password })).data?.session?.token",
        "session?.session?.token",
    ] {
        let text = format!(
            r#"import {{ authClient, getSession, signIn, useSession }} from "./auth-client"; import {{ auth }} from "./auth"; import {{ headers }} from "next/headers";
export async function Notes() {{
  const {{ data: session }} = authClient.useSession();
  const token = {token};
  return fetch(`${{process.env.NEXT_PUBLIC_API_URL}}/notes`, {{ headers: {{ Authorization: `Bearer ${{token}}` }} }});
}}"#
        );
        assert_eq!(issuer(&text), IssuerKind::SessionToken, "{token}");
    }
}

#[test]
fn value_of_the_session_cookie_is_a_session_token_with_its_signature() {
    for token in [
        r#"(await cookies()).get("better-auth.session_token")?.value"#,
        r#"cookies().get("__Secure-better-auth.session_token")?.value"#,
        r#"request.cookies.get("better-auth.session_token").value"#,
        r#"Cookies.get("better-auth.session_token")"#,
        "getSessionCookie(request)",
    ] {
        let text = format!(
            r#"import {{ cookies }} from "next/headers"; import Cookies from "js-cookie"; import {{ getSessionCookie }} from "better-auth/cookies";
export async function list(request) {{
  const token = {token};
  return fetch(`${{process.env.API_URL}}/notes`, {{ headers: {{ Authorization: `Bearer ${{token}}` }} }});
}}"#
        );
        let web = web(&[("lib/api.ts", &text)]);
        assert_eq!(web.issuer().kind, IssuerKind::SessionToken, "{token}");
        assert_eq!(
            web.calls[0].credential,
            CredentialKind::BearerSignedCookie,
            "{token}"
        );
    }
}

#[test]
fn stored_token_is_followed_to_who_wrote_it() {
    let api = r#"import axios from "axios";
const api = axios.create({ baseURL: process.env.NEXT_PUBLIC_API_URL });
api.interceptors.request.use((config) => {
  const token = localStorage.getItem(TOKEN_KEY);
  if (token) config.headers.Authorization = `Bearer ${token}`;
  return config;
});
const TOKEN_KEY = "token";
export const list = () => api.get("/notes");
export const create = (body) => api.post("/notes", body);"#;
    for (login, kind) in [
        (
            r#"const { data } = await api.post("/auth/login", form); localStorage.setItem("token", data.access_token);"#,
            IssuerKind::ApiIssued,
        ),
        (
            r#"const res = await fetch(`${process.env.NEXT_PUBLIC_API_URL}/token`, { method: "POST", body }); const body2 = await res.json(); localStorage.setItem("token", body2.access_token);"#,
            IssuerKind::ApiIssued,
        ),
        (
            r#"const { data } = await authClient.token(); window.localStorage.setItem("token", data.token);"#,
            IssuerKind::BetterAuthJwt,
        ),
        (
            r#"const { data } = await authClient.signIn.email(form); localStorage.setItem("token", data.token);"#,
            IssuerKind::SessionToken,
        ),
        (
            r#"await authClient.signIn.email(form, { onSuccess: (context) => { localStorage.setItem("token", context.response.headers.get("set-auth-token")); } });"#,
            IssuerKind::SessionToken,
        ),
        (
            r#"localStorage.setItem("token", "demo-token");"#,
            IssuerKind::None,
        ),
    ] {
        let login = format!(
            r#"import {{ authClient }} from "./auth-client"; import axios from "axios";
const api = axios.create({{ baseURL: process.env.NEXT_PUBLIC_API_URL }});
export async function login(form) {{ {login} }}
export const logout = () => localStorage.setItem("token", "");"#
        );
        let web = web(&[("lib/api.ts", api), ("lib/login.ts", &login)]);
        let call = web
            .calls
            .iter()
            .find(|call| call.path == "/notes")
            .expect("the call is found");
        assert_eq!(call.origin.issuer, kind, "{login}");
    }
}

#[test]
fn cookies_are_a_credential_where_they_are_sent() {
    for call in [
        r#"fetch(`${API}/notes`, { credentials: "include" })"#,
        r"fetch(`${API}/notes`, options)",
        r"axios.get(`${API}/notes`, { withCredentials: true })",
        r#"client.get("/notes")"#,
        r"fetch(`${API}/notes`, { headers: await headers() })",
        r"fetch(`${API}/notes`, { headers: { Cookie: cookieStore.toString() } })",
        r#"fetch(`${API}/notes`, { headers: { cookie: request.headers.get("cookie") ?? "" } })"#,
    ] {
        let text = format!(
            r#"import axios from "axios"; import {{ headers }} from "next/headers"; const API = process.env.NEXT_PUBLIC_API_URL;
const client = axios.create({{ baseURL: API, withCredentials: true }});
const options: RequestInit = {{ credentials: "include" }};
export const list = async (request) => {call};"#
        );
        assert_eq!(issuer(&text), IssuerKind::SessionCookie, "{call}");
    }
}

#[test]
fn call_without_a_credential_has_none() {
    for call in [
        r"fetch(`${API}/notes`)",
        r#"fetch(`${API}/notes`, { credentials: "omit" })"#,
        r#"fetch(`${API}/notes`, { headers: { "Content-Type": "application/json" } })"#,
    ] {
        let text = format!(
            "const API = process.env.NEXT_PUBLIC_API_URL; export const list = () => {call};"
        );
        let web = web(&[("lib/api.ts", &text)]);
        assert_eq!(
            (web.issuer().kind, web.calls[0].credential),
            (IssuerKind::None, CredentialKind::None),
            "{call}"
        );
    }
}

#[test]
fn header_that_names_a_person_is_no_credential() {
    let web = web(&[(
        "lib/api.ts",
        r#"import { useSession } from "./auth-client";
export function useNotes() {
  const { data } = useSession();
  return () => fetch(`${process.env.NEXT_PUBLIC_API_URL}/notes`, { headers: { "x-user-id": data.user.id } });
}"#,
    )]);
    assert_eq!(
        (web.issuer().kind, web.calls[0].credential),
        (IssuerKind::None, CredentialKind::IdentityHeader)
    );
}

#[test]
fn token_without_the_plugin_that_gives_it_does_not_count() {
    let web = web(&[
        (
            "lib/auth.ts",
            r#"import { betterAuth } from "better-auth"; export const auth = betterAuth({ emailAndPassword: { enabled: true } });"#,
        ),
        (
            "lib/api.ts",
            r#"import { authClient } from "./auth-client";
export async function list() {
  const { data } = await authClient.token();
  const session = await authClient.getSession();
  return fetch(`${process.env.NEXT_PUBLIC_API_URL}/notes`, { headers: { Authorization: `Bearer ${data?.token}`, "X-User-ID": session.data.user.id } });
}"#,
        ),
    ]);
    assert_eq!(web.calls[0].credential, CredentialKind::IdentityHeader);
}

#[test]
fn class_and_context_and_state_are_followed() {
    let web = web(&[
        (
            "lib/client.ts",
            r#"export class ApiClient {
  private token: string | null = null;
  constructor(private readonly baseUrl: string) {}
  setToken(token: string | null) { this.token = token; }
  private async request(path: string, init: RequestInit = {}) {
    const headers = new Headers(init.headers);
    if (this.token) headers.set("Authorization", `Bearer ${this.token}`);
    return fetch(this.baseUrl + path, { ...init, headers });
  }
  get(path: string) { return this.request(path); }
  post(path: string, body: unknown) { return this.request(path, { method: "POST", body: JSON.stringify(body) }); }
}
export const api = new ApiClient(process.env.NEXT_PUBLIC_API_URL ?? "http://localhost:8000");"#,
        ),
        (
            "lib/session.tsx",
            r#""use client";
import { createContext, useContext, useEffect, useState } from "react"; import { authClient } from "./auth-client"; import { api } from "./client";
const Context = createContext<{ token: string | null }>({ token: null });
export function SessionProvider({ children }) {
  const [token, setToken] = useState<string | null>(null);
  useEffect(() => { authClient.token().then((result) => { setToken(result.data?.token ?? null); api.setToken(result.data?.token ?? null); }); }, []);
  return <Context.Provider value={{ token }}>{children}</Context.Provider>;
}
export const useToken = () => useContext(Context).token;"#,
        ),
        (
            "app/page.tsx",
            r#"import { useToken } from "@/lib/session"; import { api } from "@/lib/client";
export default function Page() {
  const token = useToken();
  const load = () => fetch(`${process.env.NEXT_PUBLIC_API_URL}/me`, { headers: { Authorization: `Bearer ${token}` } });
  const list = () => api.get("/notes");
  const add = () => api.post("/notes", {});
  return <Panel token={token} />;
}
function Panel({ token }: { token: string | null }) {
  const remove = (id: string) => fetch(`${process.env.NEXT_PUBLIC_API_URL}/notes/${id}`, { method: "DELETE", headers: { Authorization: `Bearer ${token}` } });
  return <button onClick={() => remove("1")} />;
}"#,
        ),
    ]);
    let calls: Vec<_> = web
        .calls
        .iter()
        .map(|call| (call.path.as_str(), call.origin.issuer))
        .collect();
    assert_eq!(
        calls,
        [
            ("/me", IssuerKind::BetterAuthJwt),
            ("/notes", IssuerKind::BetterAuthJwt),
            ("/notes", IssuerKind::BetterAuthJwt),
            ("/notes/{}", IssuerKind::BetterAuthJwt)
        ]
    );
    assert!(web.calls.iter().all(
        |call| call.reached && call.base.environment.as_deref() == Some("NEXT_PUBLIC_API_URL")
    ));
}

#[test]
fn store_and_query_are_followed() {
    let web = web(&[
        (
            "lib/store.ts",
            r#"import { create } from "zustand"; import { persist } from "zustand/middleware";
export const useAuth = create<State>()(persist((set) => ({
  token: null,
  login: async (form) => { const res = await fetch(`${process.env.NEXT_PUBLIC_API_URL}/auth/login`, { method: "POST", body: form }); const data = await res.json(); set({ token: data.access_token }); },
}), { name: "auth" }));"#,
        ),
        (
            "lib/api.ts",
            r#"import { useAuth } from "./store"; import { useQuery } from "@tanstack/react-query"; import { authClient } from "./auth-client";
export const useNotes = () => { const token = useAuth((state) => state.token); return fetch(`${process.env.NEXT_PUBLIC_API_URL}/notes`, { headers: { Authorization: `Bearer ${token}` } }); };
export const plain = () => fetch(`${process.env.NEXT_PUBLIC_API_URL}/plain`, { headers: { Authorization: `Bearer ${useAuth.getState().token}` } });
export const useTags = () => { const { data: token } = useQuery({ queryKey: ["token"], queryFn: async () => (await authClient.token()).data.token }); return fetch(`${process.env.NEXT_PUBLIC_API_URL}/tags`, { headers: { Authorization: `Bearer ${token}` } }); };"#,
        ),
    ]);
    let issuer = |path: &str| {
        web.calls
            .iter()
            .find(|call| call.path == path)
            .map(|call| call.origin.issuer)
    };
    assert_eq!(issuer("/notes"), Some(IssuerKind::ApiIssued));
    assert_eq!(issuer("/plain"), Some(IssuerKind::ApiIssued));
    assert_eq!(issuer("/tags"), Some(IssuerKind::BetterAuthJwt));
}

#[test]
fn a_token_that_is_read_when_the_module_is_loaded_is_told() {
    let call = "fetch(`${process.env.NEXT_PUBLIC_API_URL}/notes`, { headers: { Authorization: `Bearer ${token}` } });";
    let kept = "export function keep(token: string) { localStorage.setItem('token', token); }";
    for (text, frozen) in [
        (
            format!(
                "const token = localStorage.getItem('token'); {kept} export function load() {{ {call} }}"
            ),
            true,
        ),
        (
            format!(
                "const token = typeof window === 'undefined' ? null : localStorage.getItem('token'); {kept} export function load() {{ {call} }}"
            ),
            true,
        ),
        (
            format!(
                "const headers = {{ Authorization: `Bearer ${{localStorage.getItem('token') ?? ''}}` }}; {kept} export function load() {{ fetch(`${{process.env.NEXT_PUBLIC_API_URL}}/notes`, {{ headers }}); }}"
            ),
            true,
        ),
        (
            format!(
                "{kept} export function load() {{ const token = localStorage.getItem('token'); {call} }}"
            ),
            false,
        ),
        (
            format!(
                "let token = localStorage.getItem('token'); {kept} export function load() {{ token = localStorage.getItem('token'); {call} }}"
            ),
            false,
        ),
        (
            format!(
                "const read = () => localStorage.getItem('token'); {kept} export function load() {{ const token = read(); {call} }}"
            ),
            false,
        ),
        (
            format!(
                "const token = process.env.NEXT_PUBLIC_TOKEN; {kept} export function load() {{ {call} }}"
            ),
            false,
        ),
    ] {
        let web = front_end::web(&[("app/page.tsx", &text)]);
        assert_eq!(web.calls.len(), 1, "{text}");
        assert_eq!(web.calls[0].origin.frozen.is_some(), frozen, "{text}");
    }
}

#[test]
fn a_token_of_a_plugin_that_is_not_there_is_none() {
    let page = "'use client'; import { authClient } from '@/lib/auth-client'; export async function load() { const { data } = await authClient.token(); await fetch(`${process.env.NEXT_PUBLIC_API_URL}/notes`, { headers: { Authorization: `Bearer ${data.token}` } }); }";
    for (plugins, issuer) in [
        ("[]", IssuerKind::None),
        ("[bearer()]", IssuerKind::None),
        ("[jwt()]", IssuerKind::BetterAuthJwt),
        ("others", IssuerKind::BetterAuthJwt),
    ] {
        let auth = format!(
            "import {{ betterAuth }} from 'better-auth'; import {{ jwt, bearer }} from 'better-auth/plugins'; import {{ others }} from 'elsewhere'; export const auth = betterAuth({{ plugins: {plugins} }});"
        );
        let web = front_end::web(&[("lib/auth.ts", &auth), ("app/page.tsx", page)]);
        assert_eq!(web.calls[0].origin.issuer, issuer, "{plugins}");
    }
}
