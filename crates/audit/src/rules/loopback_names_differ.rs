use betroth_agreement::CredentialKind;
use betroth_report::{Finding, Fix, Place, Severity};
use betroth_source_typescript::Web;

use super::{Subject, rule};
use crate::access::{is_aside, root_of};
use crate::crossing::{crossings, origin_of};

rule! {
    /// One address says `localhost` and the other `127.0.0.1`: to a browser these are two sites.
    ///
    /// Both names mean the developer's own machine, and a cookie that was set for one is not sent to the other. Where the page is served at `localhost`
    /// and its login, or the API that asks for the cookie, is called at `127.0.0.1`, nobody stays logged in.
    ///
    /// ```ts bad web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { jwt } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({ baseURL: "http://localhost:3000", plugins: [jwt({ jwt: { definePayload: ({ user }) => ({ email: user.email }) } })] })
    /// ```
    /// ```ts bad web/app/api/auth/route.ts
    /// import { toNextJsHandler } from "better-auth/next-js"
    /// import { auth } from "../../../lib/auth"
    ///
    /// export const { GET, POST } = toNextJsHandler(auth)
    /// ```
    /// ```ts bad web/lib/auth-client.ts
    /// import { createAuthClient } from "better-auth/react"
    ///
    /// export const authClient = createAuthClient({ baseURL: "http://127.0.0.1:3000" })
    /// ```
    /// ```tsx bad web/app/page.tsx
    /// "use client"
    ///
    /// import { authClient } from "../lib/auth-client"
    ///
    /// export default function Page() {
    ///   return <p>{authClient.useSession().data?.user.name}</p>
    /// }
    /// ```
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.7" } }
    /// ```
    /// ```ts good web/lib/auth.ts
    /// import { betterAuth } from "better-auth"
    /// import { jwt } from "better-auth/plugins"
    ///
    /// export const auth = betterAuth({ baseURL: "http://localhost:3000", plugins: [jwt({ jwt: { definePayload: ({ user }) => ({ email: user.email }) } })] })
    /// ```
    /// ```ts good web/app/api/auth/route.ts
    /// import { toNextJsHandler } from "better-auth/next-js"
    /// import { auth } from "../../../lib/auth"
    ///
    /// export const { GET, POST } = toNextJsHandler(auth)
    /// ```
    /// ```ts good web/lib/auth-client.ts
    /// import { createAuthClient } from "better-auth/react"
    ///
    /// export const authClient = createAuthClient({ baseURL: "http://localhost:3000" })
    /// ```
    /// ```tsx good web/app/page.tsx
    /// "use client"
    ///
    /// import { authClient } from "../lib/auth-client"
    ///
    /// export default function Page() {
    ///   return <p>{authClient.useSession().data?.user.name}</p>
    /// }
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.7.7" } }
    /// ```
    "loopback-names-differ" { severity: Warning, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let crossings = crossings(subject);
    for web in subject.webs {
        let Some((home, at)) = home(subject, web) else {
            continue;
        };
        let root = root_of(web);
        let clients = web.clients.iter().filter_map(|client| {
            let base = client.base_url.as_ref()?;
            Some((base.place.clone(), origin_of(subject, base, root)?))
        });
        let calls = crossings.iter().filter(|crossing| {
            crossing.call.credential == CredentialKind::Cookie && web.calls.contains(crossing.call)
        });
        let calls = calls.map(|crossing| (crossing.call.place.clone(), crossing.origin.clone()));
        let mut others = clients
            .chain(calls)
            .filter(|(place, origin)| !is_aside(&place.file) && differ(&home, origin));
        found.extend(
            others
                .next()
                .map(|(place, origin)| finding(place, &origin, &home, &at)),
        );
    }
    found
}

/// The origin of the front end's own auth server, and where that is written.
fn home(subject: &Subject<'_>, web: &Web) -> Option<(String, Place)> {
    let mut own = web
        .auth
        .iter()
        .filter(|it| it.reached && it.root == web.root);
    let base = own.next()?.base_url.as_ref()?;
    Some((origin_of(subject, base, root_of(web))?, base.place.clone()))
}

/// Whether two origins are on the developer's own machine, by two names.
fn differ(one: &str, other: &str) -> bool {
    let name = |origin: &str| {
        let (_, host) = origin.split_once("://")?;
        let host = host.split(':').next()?;
        ["localhost", "127.0.0.1"]
            .into_iter()
            .find(|name| *name == host)
    };
    matches!((name(one), name(other)), (Some(one), Some(other)) if one != other)
}

fn finding(place: Place, origin: &str, home: &str, at: &Place) -> Finding {
    Finding::new(
        RULE.id,
        Severity::Warning,
        place,
        format!("`{origin}` and `{home}` are two sites to a browser"),
    )
    .label("called by one name")
    .related(at.clone(), "served by the other")
    .why("the cookie of a login is not sent from one to the other, so nobody stays logged in")
    .help(
        "write the same name on both sides, in the sources and in the files that set the variables",
    )
    .fix(Fix::Suggested)
}
