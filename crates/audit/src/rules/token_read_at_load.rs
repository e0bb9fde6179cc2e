use std::collections::BTreeMap;

use betroth_report::{Confidence, Finding, Fix, Place, Severity};
use betroth_source_typescript::{Call, Callee};

use super::{Subject, rule};
use crate::access::is_aside;

rule! {
    /// A token is read when the module is loaded, and whoever logs in later is not in it.
    ///
    /// What stands outside a function runs once, when the page is loaded. A token that is read there is that of who was logged in then: after a login
    /// without a new load of the page the API still gets `Bearer null`, and after another person's login the token of the one before.
    ///
    /// ```ts bad web/src/api.ts
    /// import axios from "axios"
    ///
    /// export const api = axios.create({
    ///   baseURL: import.meta.env.VITE_API_URL,
    ///   headers: { Authorization: `Bearer ${localStorage.getItem("token")}` },
    /// })
    ///
    /// export async function login(email: string, password: string) {
    ///   const { data } = await axios.post(`${import.meta.env.VITE_API_URL}/login`, { email, password })
    ///   localStorage.setItem("token", data.access_token)
    /// }
    /// ```
    /// ```tsx bad web/src/main.tsx
    /// import { api, login } from "./api"
    ///
    /// export function App() {
    ///   return <button onClick={() => login("ada@example.com", "…").then(() => api.get("/tasks"))}>go</button>
    /// }
    /// ```
    /// ```json bad web/package.json
    /// { "dependencies": { "vite": "7.0.0", "react": "19.0.0", "axios": "1.0.0" } }
    /// ```
    /// ```ts good web/src/api.ts
    /// import axios from "axios"
    ///
    /// export const api = axios.create({
    ///   baseURL: import.meta.env.VITE_API_URL,
    /// })
    ///
    /// api.interceptors.request.use((config) => {
    ///   config.headers.Authorization = `Bearer ${localStorage.getItem("token")}`
    ///   return config
    /// })
    ///
    /// export async function login(email: string, password: string) {
    ///   const { data } = await axios.post(`${import.meta.env.VITE_API_URL}/login`, { email, password })
    ///   localStorage.setItem("token", data.access_token)
    /// }
    /// ```
    /// ```tsx good web/src/main.tsx
    /// import { api, login } from "./api"
    ///
    /// export function App() {
    ///   return <button onClick={() => login("ada@example.com", "…").then(() => api.get("/tasks"))}>go</button>
    /// }
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "vite": "7.0.0", "react": "19.0.0", "axios": "1.0.0" } }
    /// ```
    "token-read-at-load" { severity: Warning, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut readings: BTreeMap<&Place, Vec<&Call>> = BTreeMap::new();
    let calls = subject.webs.iter().flat_map(|web| &web.calls);
    for call in calls.filter(|call| call.callee == Callee::Api && call.reached) {
        if let Some(place) = &call.origin.frozen
            && !is_aside(&place.file)
        {
            readings.entry(place).or_default().push(call);
        }
    }
    let readings = readings.iter();
    readings
        .map(|(place, calls)| {
            Finding::new(
                RULE.id,
                Severity::Warning,
                (*place).clone(),
                "the token is read once, when the module is loaded",
            )
            .confidence(Confidence::Medium)
            .label("that of who was logged in then")
            .also(calls.iter().map(|call| &call.place), "is sent with it")
            .why("who logs in without a new load of the page is sent as nobody, or as the person before")
            .help("read it where the call is made: in the function, or in an interceptor of the client")
            .fix(Fix::Suggested)
        })
        .collect()
}
