use betroth_agreement::IssuerKind;
use betroth_report::{Finding, Severity};
use betroth_source_python::Authentication;
use betroth_source_typescript::{Call, Callee, Web};

use super::{Subject, rule};
use crate::access::{is_aside, refuses};

rule! {
    /// Nothing in the front end looks for the answer 401.
    ///
    /// A session ends, and a token ends before it. A front end that does not know the answer shows an error, or an empty
    /// page, to a person who only has to log in again.
    ///
    /// ```json bad web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.4.0" } }
    /// ```
    /// ```ts bad web/lib/tasks.ts
    /// import { createAuthClient } from "better-auth/react"
    /// import { jwtClient } from "better-auth/client/plugins"
    /// const authClient = createAuthClient({ plugins: [jwtClient()] })
    /// export async function tasks() {
    ///   const { data } = await authClient.token()
    ///   const answer = await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, {
    ///     headers: { Authorization: `Bearer ${data?.token}` },
    ///   })
    ///   return answer.json()
    /// }
    /// ```
    /// ```json good web/package.json
    /// { "dependencies": { "next": "16.0.0", "better-auth": "1.4.0" } }
    /// ```
    /// ```ts good web/lib/tasks.ts
    /// import { createAuthClient } from "better-auth/react"
    /// import { jwtClient } from "better-auth/client/plugins"
    /// const authClient = createAuthClient({ plugins: [jwtClient()] })
    /// export async function tasks() {
    ///   const { data } = await authClient.token()
    ///   const answer = await fetch(`${process.env.NEXT_PUBLIC_API_URL}/tasks`, {
    ///     headers: { Authorization: `Bearer ${data?.token}` },
    ///   })
    ///   if (answer.status === 401) window.location.assign("/login")
    ///   return answer.json()
    /// }
    /// ```
    "unauthorized-unhandled" { severity: Note, check: check }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    subject
        .webs
        .iter()
        .filter_map(|web| finding(subject, web))
        .collect()
}

fn finding(subject: &Subject<'_>, web: &Web) -> Option<Finding> {
    // Of the route that answers a call, whether it ever refuses; `None` where no route is known.
    let asks = |call: &Call| {
        let mut exchanges = subject.pairs.iter().flat_map(|pair| &pair.exchanges);
        let route = exchanges.find_map(|(known, route)| {
            if std::ptr::eq(*known, call) {
                *route
            } else {
                None
            }
        })?;
        Some(match route.authentication {
            Authentication::None | Authentication::Optional => false,
            Authentication::Forgeable { .. } | Authentication::Unknown { .. } => true,
            _ => refuses(&route.authentication),
        })
    };
    let carries = |call: &&Call| {
        call.callee == Callee::Api
            && !is_aside(&call.place.file)
            && asks(call).unwrap_or(call.origin.issuer != IssuerKind::None)
    };
    let all = || web.calls.iter().filter(carries);
    let mut carrying: Vec<&Call> = all().filter(|call| call.reached).collect();
    if carrying.is_empty() {
        carrying = all().collect();
    }
    let all = carrying.len();
    carrying.retain(|call| !call.answer.looks_for_401);
    // A few calls beside many that are looked after are an oversight, and no habit.
    let first = carrying.first().filter(|_| carrying.len() * 2 > all)?;
    let count = match carrying.len() {
        1 => "1 call is".to_owned(),
        many => format!("{many} calls are"),
    };
    let answer = &first.answer;
    let noticed = answer.noticed.as_ref();
    let place = noticed
        .or(answer.failure.as_ref())
        .unwrap_or(&first.wrapper);
    let (nothing, label) = match noticed {
        Some(_) => (
            "nothing follows the answer 401",
            "noticed, and left at that",
        ),
        None => (
            "nothing looks for the answer 401",
            "an ended session is answered here like any other failure",
        ),
    };
    let finding = Finding::new(
        RULE.id,
        Severity::Note,
        place.clone(),
        format!("{count} made to the API for a person, and {nothing}"),
    )
    .label(label)
    .why("a person whose session has ended sees an error in place of the login")
    .help("where `status === 401`, ask once for a new token, and lead to the login if that is refused too");
    Some(if *place == first.wrapper {
        finding
    } else {
        finding.related(first.wrapper.clone(), "called here")
    })
}
