//! Calls to the API through the clients that front ends use.

use betroth_agreement::{CredentialKind, IssuerKind};
use betroth_source_typescript::{Callee, SourceFile, Via, Web, read};

const PACKAGE: &str = r#"{"dependencies": {"vite": "7", "react": "19", "axios": "1", "ky": "1"}}"#;
const TOKEN: &str = r#"import { createAuthClient } from "better-auth/react"; import { jwtClient } from "better-auth/client/plugins";
export const authClient = createAuthClient({ baseURL: import.meta.env.VITE_AUTH_URL, plugins: [jwtClient()] });
export async function getToken() { const { data } = await authClient.token(); return data?.token; }
export async function authHeaders(): Promise<HeadersInit> { return { "Content-Type": "application/json", Authorization: `Bearer ${await getToken()}` }; }"#;

fn web(text: &str) -> Web {
    let facts = read(&[
        SourceFile::new("package.json", PACKAGE),
        SourceFile::new("src/token.ts", TOKEN),
        SourceFile::new("src/api.ts", text),
    ]);
    assert!(facts.unread.is_empty(), "{:?}", facts.unread);
    facts.webs.into_iter().next().expect("a front end is found")
}

/// Each call to the API with method and path, all with the token of the `jwt` plugin.
fn calls(text: &str) -> Vec<String> {
    let web = web(text);
    web.calls
        .iter()
        .filter(|call| call.callee == Callee::Api)
        .map(|call| {
            assert_eq!(
                (call.credential, call.origin.issuer),
                (CredentialKind::BearerJwt, IssuerKind::BetterAuthJwt),
                "{text}: {}",
                call.path
            );
            assert_eq!(
                call.base.environment.as_deref(),
                Some("VITE_API_URL"),
                "{text}"
            );
            format!("{} {}", call.method.as_deref().unwrap_or("?"), call.path)
        })
        .collect()
}

#[test]
fn fetch_is_read_in_all_its_forms() {
    for (text, wanted) in [
        (
            "fetch(`${API}/notes`, { headers: await authHeaders() });",
            "GET /notes",
        ),
        (
            "fetch(`${API}/notes?page=${page}`, { method: 'post', headers: { ...(await authHeaders()), Accept: 'x' } });",
            "POST /notes",
        ),
        (
            "fetch(new URL('/notes', API), { headers: new Headers(await authHeaders()) });",
            "GET /notes",
        ),
        (
            "window.fetch(API + '/notes/' + id, { method: 'DELETE', headers: Object.assign({}, await authHeaders()) });",
            "DELETE /notes/{}",
        ),
        (
            "const url = `${API}/notes`; const init: RequestInit = { method: 'PUT' }; init.headers = await authHeaders(); await fetch(url, init);",
            "PUT /notes",
        ),
        (
            "const headers = new Headers(); headers.append('authorization', `Bearer ${await getToken()}`); fetch(`${API}/notes`, { headers });",
            "GET /notes",
        ),
        (
            "const token = await getToken(); fetch(`${API}/notes`, { headers: token ? { Authorization: `Bearer ${token}` } : {} });",
            "GET /notes",
        ),
        (
            "const token = await getToken(); fetch(`${API}/notes`, { headers: { ...(token && { Authorization: `Bearer ${token}` }) } });",
            "GET /notes",
        ),
        (
            "const token = await getToken(); fetch(`${API}/notes`, { headers: { Authorization: 'Bearer ' + token } });",
            "GET /notes",
        ),
        (
            "const token = await getToken(); fetch(`${API}/notes`, { headers: { 'Authorization': 'Bearer '.concat(token) } });",
            "GET /notes",
        ),
        (
            "const token = await getToken(); fetch(`${API}/notes`, { headers: [['Authorization', `Bearer ${token}`]] });",
            "GET /notes",
        ),
        (
            "const token = await getToken(); new WebSocket(`${API}/live?token=${token}`);",
            "WS /live",
        ),
        (
            "const token = await getToken(); new EventSource(`${API}/live?token=${encodeURIComponent(token)}`);",
            "GET /live",
        ),
    ] {
        let text = format!(
            "import {{ authHeaders, getToken }} from './token'; const API = import.meta.env.VITE_API_URL ?? 'http://localhost:8000'; export async function call(id, page) {{ {text} }}"
        );
        assert_eq!(calls(&text), [wanted]);
    }
}

#[test]
fn axios_is_read_in_all_its_forms() {
    let interceptor = "api.interceptors.request.use(async (config) => { const token = await getToken(); if (token) { config.headers.Authorization = `Bearer ${token}`; } return config; }, (error) => Promise.reject(error));";
    for (text, wanted) in [
        (format!("const api = axios.create({{ baseURL: API }}); {interceptor} export const list = () => api.get('/notes');"), "GET /notes"),
        (format!("const api = axios.create({{ baseURL: API }}); {interceptor} export const list = () => api({{ url: '/notes', method: 'delete' }});"), "DELETE /notes"),
        (format!("const api = axios.create({{ baseURL: `${{API}}/v1` }}); {interceptor} export const list = (id) => api.patch(`/notes/${{id}}`, {{}});"), "PATCH /v1/notes/{}"),
        (
            "const api = axios.create({ baseURL: API }); api.interceptors.request.use((config) => getToken().then((token) => { config.headers.set('Authorization', `Bearer ${token}`); return config; })); export const list = () => api.request({ url: '/notes' });".to_owned(),
            "GET /notes",
        ),
        (
            "const api = axios.create({ baseURL: API }); export async function list() { api.defaults.headers.common['Authorization'] = `Bearer ${await getToken()}`; return api.get('/notes'); }".to_owned(),
            "GET /notes",
        ),
        ("export const list = async () => axios.get(`${API}/notes`, { headers: await authHeaders() });".to_owned(), "GET /notes"),
        ("export const add = async (body) => axios.post(API + '/notes', body, { headers: { Authorization: `Bearer ${await getToken()}` } });".to_owned(), "POST /notes"),
        ("export const add = async (data) => axios({ method: 'put', url: API + '/notes', data, headers: await authHeaders() });".to_owned(), "PUT /notes"),
        (
            "class Api { private client; constructor() { this.client = axios.create({ baseURL: API }); this.client.interceptors.request.use(async (config) => { config.headers.Authorization = `Bearer ${await getToken()}`; return config; }); } async list() { const { data } = await this.client.get('/notes'); return data; } } export const api = new Api();".to_owned(),
            "GET /notes",
        ),
    ] {
        let text = format!("import axios from 'axios'; import {{ authHeaders, getToken }} from './token'; const API = import.meta.env.VITE_API_URL; {text}");
        assert_eq!(calls(&text), [wanted]);
    }
}

#[test]
fn other_clients_are_read() {
    for (text, wanted) in [
        (
            "import ky from 'ky'; const api = ky.create({ prefixUrl: API, hooks: { beforeRequest: [async (request) => { request.headers.set('Authorization', `Bearer ${await getToken()}`); }] } }); export const list = () => api.get('notes').json();",
            "GET /notes",
        ),
        (
            "import { ofetch } from 'ofetch'; const api = ofetch.create({ baseURL: API, async onRequest({ options }) { options.headers.set('Authorization', `Bearer ${await getToken()}`); } }); export const list = () => api('/notes', { method: 'POST' });",
            "POST /notes",
        ),
        (
            "import createClient from 'openapi-fetch'; const client = createClient<paths>({ baseUrl: API }); client.use({ async onRequest({ request }) { request.headers.set('Authorization', `Bearer ${await getToken()}`); return request; } }); export const list = (id) => client.GET('/notes/{id}', { params: { path: { id } } });",
            "GET /notes/{}",
        ),
        (
            "import createClient from 'openapi-fetch'; const client = createClient<paths>({ baseUrl: API }); export const add = async (body) => client.POST('/notes', { body, headers: await authHeaders() });",
            "POST /notes",
        ),
        (
            "import { createApi, fetchBaseQuery } from '@reduxjs/toolkit/query/react'; export const api = createApi({ baseQuery: fetchBaseQuery({ baseUrl: API, prepareHeaders: async (headers) => { headers.set('authorization', `Bearer ${await getToken()}`); return headers; } }), endpoints: () => ({}) });",
            "? /",
        ),
    ] {
        let text = format!(
            "import {{ authHeaders, getToken }} from './token'; const API = import.meta.env.VITE_API_URL; {text}"
        );
        assert_eq!(calls(&text), [wanted]);
    }
}

#[test]
fn wrappers_are_followed_outwards() {
    let text = "import { authHeaders } from './token';
const API = import.meta.env.VITE_API_URL;
async function send(path, method = 'GET', body) { return fetch(`${API}/api${path}`, { method, headers: await authHeaders(), body }); }
const get = (path) => send(path);
export const http = { get, post: (path, body) => send(path, 'POST', body), del(path) { return send(path, 'DELETE'); } };
export const notes = { list: () => http.get('/notes'), one: (id) => http.get(`/notes/${id}`), add: (body) => http.post('/notes', body), remove: (id) => http.del('/notes/' + id) };";
    assert_eq!(
        calls(text),
        [
            "GET /api/notes",
            "GET /api/notes/{}",
            "POST /api/notes",
            "DELETE /api/notes/{}"
        ]
    );
}

#[test]
fn wrapper_that_nobody_calls_is_still_a_call() {
    let text = "import { authHeaders } from './token'; export const send = async (path) => fetch(import.meta.env.VITE_API_URL + path, { headers: await authHeaders() });";
    assert_eq!(calls(text), ["GET {}"]);
}

#[test]
fn calls_to_others_are_no_calls_to_the_api() {
    let web = web(
        "fetch('https://api.github.com/x', { headers: { Authorization: `Bearer ${import.meta.env.VITE_KEY}` } });
fetch(`${import.meta.env.VITE_AUTH_URL}/api/auth/sign-out`, { method: 'POST', credentials: 'include' });
fetch('/logo.svg');",
    );
    assert!(web.calls.is_empty(), "{:?}", web.calls);
}

#[test]
fn service_beside_the_front_end_signs() {
    let facts = read(&[
        SourceFile::new("web/package.json", r#"{"dependencies": {"@docusaurus/core": "3", "react": "19"}}"#),
        SourceFile::new(
            "web/docusaurus.config.ts",
            "const config = { customFields: { apiUrl: process.env.API_URL || 'http://localhost:8000', accountsUrl: process.env.ACCOUNTS_URL } }; export default config;",
        ),
        SourceFile::new(
            "web/src/login.tsx",
            "import useDocusaurusContext from '@docusaurus/useDocusaurusContext';
export function useLogin() { const { siteConfig } = useDocusaurusContext(); const base = siteConfig.customFields.accountsUrl as string;
return async (form) => { const res = await fetch(`${base}/accounts/sign-in`, { method: 'POST', body: form }); const { accessToken } = await res.json(); localStorage.setItem('token', accessToken); }; }",
        ),
        SourceFile::new(
            "web/src/api.ts",
            "import useDocusaurusContext from '@docusaurus/useDocusaurusContext';
export const useNotes = () => { const { siteConfig: { customFields } } = useDocusaurusContext(); return () => fetch(`${customFields.apiUrl}/notes`, { headers: { Authorization: `Bearer ${localStorage.getItem('token')}` } }); };",
        ),
        SourceFile::new("accounts/package.json", r#"{"dependencies": {"express": "5", "jsonwebtoken": "9"}}"#),
        SourceFile::new(
            "accounts/src/index.ts",
            "import express from 'express'; import jwt from 'jsonwebtoken'; const app = express();
function issue(user) { return jwt.sign({ sub: user.id }, process.env.JWT_SECRET || 'x', { expiresIn: '1h' }); }
app.post('/accounts/sign-in', async (req, res) => { const user = await find(req.body); const accessToken = issue(user); res.json({ user, accessToken }); });",
        ),
    ]);
    let summary = facts.webs[0].issuer();
    assert_eq!(summary.kind, IssuerKind::HandSignedJwt, "{summary:?}");
    assert!(
        summary
            .places
            .iter()
            .any(|place| place.file == "accounts/src/index.ts")
    );
    assert_eq!(
        facts.webs[0].calls[0].base.environment.as_deref(),
        Some("API_URL")
    );
}

#[test]
fn an_interceptor_belongs_to_the_client_that_it_is_set_on() {
    let adds =
        "(config) => { config.headers.Authorization = `Bearer ${getToken()}`; return config; }";
    for (text, same, adds_token) in [
        (
            format!(
                "const client = axios.create({{ baseURL: API }}); client.interceptors.request.use({adds}); client.get('/notes');"
            ),
            true,
            true,
        ),
        (
            format!(
                "const client = axios.create({{ baseURL: API }}); axios.interceptors.request.use({adds}); client.get('/notes');"
            ),
            false,
            true,
        ),
        (
            format!(
                "const client = axios.create({{ baseURL: API }}); const other = axios.create({{ baseURL: API }}); other.interceptors.request.use({adds}); client.get('/notes');"
            ),
            false,
            true,
        ),
        (
            format!("axios.interceptors.request.use({adds}); axios.get(`${{API}}/notes`);"),
            true,
            true,
        ),
        (
            format!(
                "const attach = (one) => one.interceptors.request.use({adds}); const client = axios.create({{ baseURL: API }}); attach(client); client.get('/notes');"
            ),
            true,
            true,
        ),
        (
            "axios.interceptors.request.use((config) => config); axios.get(`${API}/notes`);"
                .to_owned(),
            true,
            false,
        ),
    ] {
        let web = web(&format!(
            "import axios from 'axios'; import {{ getToken }} from './token'; const API = import.meta.env.VITE_API_URL; {text}"
        ));
        assert_eq!(web.interceptors.len(), 1, "{text}");
        let found = (
            web.interceptors[0].client.as_ref() == Some(&web.calls[0].via),
            web.interceptors[0].adds_token,
        );
        assert_eq!(found, (same, adds_token), "{text}");
    }
}

#[test]
fn headers_of_a_caller_take_the_place_of_those_written_before_them() {
    let wrapper = |parameters: &str, options: &str| {
        format!(
            "export async function call(path, {parameters}) {{ const token = await getToken(); return fetch(`${{API}}${{path}}`, {{ {options} }}); }}"
        )
    };
    let adds = "headers: { Authorization: `Bearer ${token}` }";
    let passes =
        "call('/notes', { method: 'POST', headers: { 'Content-Type': 'application/json' } });";
    for (wrapper, caller, dropped) in [
        (
            wrapper("options", &format!("{adds}, ...options")),
            passes,
            1,
        ),
        (
            wrapper("options = {}", &format!("{adds}, ...options")),
            passes,
            1,
        ),
        (
            wrapper(
                "options",
                "headers: { Authorization: `Bearer ${token}`, ...options.headers }, ...options",
            ),
            passes,
            1,
        ),
        (
            wrapper("options", &format!("{adds}, ...options")),
            "call('/notes', { method: 'POST' });",
            0,
        ),
        (
            wrapper("options", &format!("{adds}, ...options")),
            "call('/notes', { headers: { Authorization: 'Bearer x' } });",
            0,
        ),
        (
            wrapper("options", &format!("...options, {adds}")),
            passes,
            0,
        ),
        (
            wrapper("options", &format!("{adds}, ...options, {adds}")),
            passes,
            0,
        ),
        (
            wrapper(
                "{ headers, ...rest }",
                "headers: { ...headers, Authorization: `Bearer ${token}` }, ...rest",
            ),
            passes,
            0,
        ),
        (
            wrapper("options", "headers: { Accept: 'x' }, ...options"),
            passes,
            0,
        ),
    ] {
        let web = web(&format!(
            "import {{ getToken }} from './token'; const API = import.meta.env.VITE_API_URL; {wrapper} {caller}"
        ));
        assert_eq!(web.dropped.len(), dropped, "{wrapper} {caller}");
    }
}

#[test]
fn an_event_source_sends_no_header_that_it_is_told() {
    let headers = "{ headers: { Authorization: `Bearer ${await getToken()}` } }";
    for (call, told, sent) in [
        (
            format!("new EventSource(`${{API}}/live`, {headers})"),
            true,
            CredentialKind::None,
        ),
        (
            "new EventSource(`${API}/live`)".to_owned(),
            false,
            CredentialKind::None,
        ),
        (
            "new EventSource(`${API}/live/${id}`)".to_owned(),
            false,
            CredentialKind::None,
        ),
        (
            "new EventSource(`${API}/live?ticket=${id}`)".to_owned(),
            false,
            CredentialKind::BearerUnknown,
        ),
        (
            "new EventSource(`${API}/live${query}`)".to_owned(),
            false,
            CredentialKind::BearerUnknown,
        ),
        (
            "new EventSource(`${API}/live`, { withCredentials: true })".to_owned(),
            false,
            CredentialKind::Cookie,
        ),
    ] {
        let web = web(&format!(
            "import {{ getToken }} from './token'; const API = import.meta.env.VITE_API_URL; export async function live(id, query) {{ return {call}; }}"
        ));
        assert_eq!(web.calls.len(), 1, "{call}");
        let found = (&web.calls[0].via, web.calls[0].credential);
        assert_eq!(found, (&Via::EventSource { headers: told }, sent), "{call}");
    }
}

#[test]
fn what_stands_in_for_event_source_may_send_headers() {
    assert_eq!(
        calls(
            "import { Polyfill } from 'polyfill'; import { authHeaders } from './token'; const API = import.meta.env.VITE_API_URL; window.EventSource = Polyfill; new EventSource(`${API}/live`, { headers: await authHeaders() });"
        ),
        ["GET /live"]
    );
}

#[test]
fn our_own_client_sends_the_token_of_the_endpoint_that_it_names() {
    let client = |options: &str| {
        let text = format!(
            "import {{ createClient }} from \"betroth\";\n\
             const client = createClient({{ url: import.meta.env.VITE_API_URL{options} }});\n\
             export const makeAuthenticatedRequest = client.makeAuthenticatedRequest;\n\
             export const list = () => makeAuthenticatedRequest('/notes');\n\
             export const add = () => makeAuthenticatedRequest('/notes', {{ method: 'POST' }});"
        );
        calls(&text)
    };
    assert_eq!(client(""), ["GET /notes", "POST /notes"]);
    assert_eq!(client(", token: '/api/auth/token'").len(), 2);
}

#[test]
fn json_of_our_own_client_is_a_request_of_it() {
    let web = web("import { createClient, json } from \"betroth\";\n\
                   const client = createClient({ url: import.meta.env.VITE_API_URL });\n\
                   export const add = (body) => json(client, '/notes', { method: 'POST', body });");
    let seen: Vec<_> = web
        .calls
        .iter()
        .map(|call| (call.credential, call.answer.looks_for_401))
        .collect();
    assert_eq!(seen, [(CredentialKind::BearerJwt, true)]);
    let other = "import { json } from \"betroth\"; import { client } from \"./made-elsewhere\"; export const list = () => json(client, '/notes');";
    assert_eq!(calls(other), [""; 0]);
}

#[test]
fn our_own_client_acts_on_401() {
    let text = "import { createClient } from \"betroth\";\n\
                const client = createClient({ url: import.meta.env.VITE_API_URL });\n\
                export const list = () => client.makeAuthenticatedRequest('/notes');";
    let web = web(text);
    assert!(web.calls.iter().all(|call| call.answer.looks_for_401));
    let without = "import { createClient } from \"betroth\";\n\
                   const client = createClient({ url: import.meta.env.VITE_API_URL, token: false });\n\
                   export const list = () => client.makeAuthenticatedRequest('/notes');";
    let sent = &self::web(without).calls[0];
    assert_ne!(sent.credential, CredentialKind::BearerJwt);
}
