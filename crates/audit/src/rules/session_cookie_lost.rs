use betroth_report::{Confidence, Finding, Fix, Severity};
use betroth_source_typescript::{AuthRequest, BetterAuthConfig, Framework, Requester, Side, Web};

use super::{Subject, rule};
use crate::access::is_aside;

rule! {
    /// A server action logs somebody in, and the cookie does not reach the browser.
    ///
    /// `auth.api.signInEmail` makes a session and gives its cookie to who calls it: the server action. The answer of the action is another one, and
    /// has the cookie only if the plugin `nextCookies` puts it there. Without it the login succeeds, and the next request is nobody's again.
    /// The plugin sees the cookies of those before it, so it stands last.
    ///
    /// ```ts bad web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    ///
    /// export const auth = betterAuth({ emailAndPassword: { enabled: true } })
    /// ```
    /// ```ts bad web/app/actions.ts
    /// "use server"
    ///
    /// import { auth } from "../lib/auth"
    ///
    /// export async function login(form: FormData) {
    ///   await auth.api.signInEmail({ body: { email: String(form.get("email")), password: String(form.get("password")) } })
    /// }
    /// ```
    /// ```tsx bad web/app/page.tsx
    /// import { login } from "./actions"
    ///
    /// export default function Page() {
    ///   return <form action={login}><input name="email" /><input name="password" type="password" /></form>
    /// }
    /// ```
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.0" } }
    /// ```
    /// ```ts good web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { nextCookies } from "better-auth/next-js"
    ///
    /// export const auth = betterAuth({ emailAndPassword: { enabled: true }, plugins: [nextCookies()] })
    /// ```
    /// ```ts good web/app/actions.ts
    /// "use server"
    ///
    /// import { auth } from "../lib/auth"
    ///
    /// export async function login(form: FormData) {
    ///   await auth.api.signInEmail({ body: { email: String(form.get("email")), password: String(form.get("password")) } })
    /// }
    /// ```
    /// ```tsx good web/app/page.tsx
    /// import { login } from "./actions"
    ///
    /// export default function Page() {
    ///   return <form action={login}><input name="email" /><input name="password" type="password" /></form>
    /// }
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.0" } }
    /// ```
    "session-cookie-lost" { severity: Error, check: check }
}

/// Functions, and paths of the client, that log somebody in for certain where they succeed.
const LOGINS: [&str; 8] = [
    "signInEmail",
    "signInUsername",
    "signInEmailOTP",
    "signInPhoneNumber",
    "/sign-in/email",
    "/sign-in/username",
    "/sign-in/email-otp",
    "/sign-in/phone-number",
];
/// The same for who is new, unless options ask for more first.
const REGISTRATIONS: [&str; 2] = ["signUpEmail", "/sign-up/email"];
/// Options with which a new person is not logged in at once.
const DELAYS: [&str; 2] = [
    "emailAndPassword.autoSignIn",
    "emailAndPassword.requireEmailVerification",
];
/// Plugins that set cookies of their own when somebody logs in.
const SETS_COOKIES: [&str; 3] = ["twoFactor", "multiSession", "lastLoginMethod"];

/// Why it matters.
const LOST: &str = "the login succeeds, and the person stays logged out";

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let webs = subject.webs.iter();
    webs.filter(|web| web.framework == Framework::Next)
        .flat_map(of_web)
        .collect()
}

fn of_web(web: &Web) -> Vec<Finding> {
    let Some(server) = web.auth.first() else {
        return Vec::new();
    };
    if !web.auth.iter().all(|server| server.plugins_known) {
        return Vec::new();
    }
    let logs_in = |request: &&AuthRequest| {
        let endpoint = request.endpoint.as_str();
        let at_once = web.auth.iter().all(|server| {
            let written = |name: &&str| server.options.iter().any(|option| option.name == *name);
            !DELAYS.iter().any(written)
        });
        let login = LOGINS.contains(&endpoint) || (at_once && REGISTRATIONS.contains(&endpoint));
        let inside = request.from == Side::Action && request.reached;
        login && inside && !request.whole_response && !is_aside(&request.place.file)
    };
    let requests = web.auth_requests.iter().filter(logs_in);
    requests
        .filter_map(|request| finding(server, web, request))
        .collect()
}

fn finding(server: &BetterAuthConfig, web: &Web, request: &AuthRequest) -> Option<Finding> {
    let position = |server: &BetterAuthConfig| {
        let mut plugins = server.plugins.iter();
        plugins.position(|plugin| plugin.name == "nextCookies")
    };
    let found = |severity, message: String, help: &str| {
        Finding::new(RULE.id, severity, request.place.clone(), message)
            .confidence(Confidence::High)
            .label("logs in, and keeps the cookie")
            .related(server.place.clone(), "Better Auth is set up here")
            .help(help)
            .fix(Fix::Suggested)
    };
    if request.by == Requester::Client {
        return Some(found(
            Severity::Error,
            "a server action logs in by `authClient`, and the cookie goes to the server".to_owned(),
            "call `authClient` in the browser; or `auth.api` here, with the plugin `nextCookies`",
        )
        .why(LOST));
    }
    if web.auth.iter().all(|server| position(server).is_none()) {
        return Some(found(
            Severity::Error,
            format!(
                "`auth.api.{}` in a server action, and no plugin hands the cookie on",
                request.endpoint
            ),
            "add `nextCookies()` of `better-auth/next-js` as the last of the server's `plugins`",
        )
        .why(LOST));
    }
    let after = server.plugins.get(position(server)? + 1..)?;
    let behind = after
        .iter()
        .find(|plugin| SETS_COOKIES.contains(&plugin.name.as_str()))?;
    Some(
        found(
            Severity::Warning,
            format!(
                "`nextCookies` stands before `{}`, whose cookies it does not see",
                behind.name
            ),
            "make `nextCookies()` the last of the server's `plugins`",
        )
        .why("what that plugin remembers of the login in a cookie is forgotten"),
    )
}
