use betroth_report::{Finding, Severity};
use betroth_source_typescript::{Audience, Exposed};

use super::{Subject, rule};
use crate::access::is_aside;

rule! {
    /// A person's token stands in an address.
    ///
    /// Addresses are written down wherever they pass: in the log of every server and proxy, in the browser's history, in the
    /// `Referer` of the next page (RFC 6750 section 5.3). Who reads one of these can use the token until it ends.
    ///
    /// ```ts bad web/app/events.ts
    /// export function open(accessToken: string) {
    ///   return new WebSocket(`${process.env.NEXT_PUBLIC_WS_URL}/events?access_token=${accessToken}`)
    /// }
    /// ```
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0" } }
    /// ```
    /// ```tsx bad web/app/page.tsx
    /// import { open } from "./events"
    ///
    /// export default function Page() {
    ///   return <button onClick={() => open("…")}>go</button>
    /// }
    /// ```
    /// ```ts good web/app/events.ts
    /// export function open(accessToken: string) {
    ///   const socket = new WebSocket(`${process.env.NEXT_PUBLIC_WS_URL}/events`)
    ///   socket.onopen = () => socket.send(JSON.stringify({ accessToken }))
    ///   return socket
    /// }
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0" } }
    /// ```
    "token-in-url" { severity: Warning, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let exposed = subject.webs.iter().flat_map(|web| &web.exposed);
    exposed
        .filter(|exposure| exposure.to == Audience::Url && !is_aside(&exposure.place.file))
        .filter_map(|exposure| {
            let Exposed::Token(name) = &exposure.what else {
                return None;
            };
            let severity = if exposure.reached {
                Severity::Warning
            } else {
                Severity::Note
            };
            Some(
                Finding::new(
                    RULE.id,
                    severity,
                    exposure.place.clone(),
                    format!("the token `{name}` becomes part of an address"),
                )
                .label("logged by every server on the way")
                .why("addresses are kept in logs, in the history and in `Referer`; who reads one can use the token")
                .help("send it in the `Authorization` header; for a page or a socket, hand over a ticket that works once and for seconds"),
            )
        })
        .collect()
}
