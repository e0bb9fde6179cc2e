//! Calls that a browser makes to an API at another origin: those that CORS decides about.

use betroth_report::Place;
use betroth_source_python::{Api, Cors, Middleware, MiddlewareKind, Route};
use betroth_source_typescript::{Call, Text};

use crate::access::{is_aside, is_within};
use crate::environment::EnvironmentVariable;
use crate::origin;
use crate::rules::Subject;
use crate::tree::is_python;

/// A call to another origin, with what answers it.
pub(crate) struct Crossing<'a> {
    /// The call.
    pub(crate) call: &'a Call,
    /// The route that answers it.
    pub(crate) route: &'a Route,
    /// The applications that serve the route: itself, and one that mounts it.
    pub(crate) apis: Vec<&'a Api>,
    /// Scheme, host and port that are called.
    pub(crate) origin: String,
}

impl<'a> Crossing<'a> {
    /// The CORS middleware of which `refuses` holds, where it holds of every one that answers the call.
    pub(crate) fn refused(&self, refuses: impl Fn(&Cors) -> bool) -> Option<&'a Middleware> {
        let middlewares = self.apis.iter().flat_map(|api| &api.middlewares);
        let mut found = middlewares.filter_map(|middleware| match &middleware.kind {
            MiddlewareKind::Cors(cors) => Some((middleware, cors)),
            _ => None,
        });
        let (first, cors) = found.next()?;
        (refuses(cors) && found.all(|(_, cors)| refuses(cors))).then_some(first)
    }

    /// Whether the browser asks before it calls (Fetch standard, CORS-preflight fetch), as far as the header and the method tell.
    pub(crate) fn is_preflighted(&self) -> bool {
        self.call.header.is_some()
            || matches!(self.route.method.as_str(), "PUT" | "PATCH" | "DELETE")
    }
}

/// Every call that the browser is known to make to another origin, and that a route is known to answer.
pub(crate) fn crossings<'a>(subject: &Subject<'a>) -> Vec<Crossing<'a>> {
    let mut found = Vec::new();
    for pair in subject.pairs {
        if answers_by_hand(subject, &pair.agreement.api_root) {
            continue;
        }
        for (call, route) in &pair.exchanges {
            let Some(route) =
                route.filter(|_| call.reached && call.browser && !is_aside(&call.place.file))
            else {
                continue;
            };
            let Some(origin) = called(subject, call, &pair.agreement.web_root) else {
                continue;
            };
            let apis = subject.apis().filter(|api| serves(api, &route.place));
            found.push(Crossing {
                call,
                route,
                apis: apis.collect(),
                origin,
            });
        }
    }
    found
}

fn serves(api: &Api, handler: &Place) -> bool {
    api.routes.iter().any(|route| route.place == *handler)
}

/// The origin that a call names: in the source, or in the files that set the variable of its address.
fn called(subject: &Subject<'_>, call: &Call, web: &str) -> Option<String> {
    let Some(variable) = &call.base.environment else {
        return origin::of(call.base.literal.as_deref()?);
    };
    let mut told = None;
    for known in variables(subject, variable, web) {
        // Another value may be a path of the front end's own.
        let [address] = known.addresses.as_slice() else {
            return None;
        };
        told.get_or_insert_with(|| address.origin.clone());
    }
    match &call.base.literal {
        Some(default) => origin::of(default),
        None => told,
    }
}

/// The origin of an address: as the files say that set its variable where they agree, else as the source has it.
pub(crate) fn origin_of(subject: &Subject<'_>, text: &Text, web: &str) -> Option<String> {
    let mut set: Vec<&str> = Vec::new();
    if let Some(variable) = &text.environment {
        for known in variables(subject, variable, web) {
            let [address] = known.addresses.as_slice() else {
                return None;
            };
            set.push(&address.origin);
        }
    }
    set.sort_unstable();
    set.dedup();
    match set.as_slice() {
        [] => origin::of(&text.value),
        [one] => Some((*one).to_owned()),
        _ => None,
    }
}

/// What the files of a front end, and those above it, set a variable to.
fn variables<'a>(
    subject: &Subject<'a>,
    name: &str,
    web: &str,
) -> impl Iterator<Item = &'a EnvironmentVariable> {
    let files = subject.tree.environments.iter();
    files
        .filter(move |file| web == "." || is_within(&file.path, web) || !file.path.contains('/'))
        .flat_map(|file| &file.variables)
        .filter(move |known| known.name == name && known.value.is_some())
}

/// Whether a source of the API writes the headers of CORS itself.
fn answers_by_hand(subject: &Subject<'_>, root: &str) -> bool {
    subject.tree.files.iter().any(|(path, text)| {
        is_python(path)
            && !is_aside(path)
            && is_within(path, root)
            && (text.contains("Access-Control-Allow-") || text.contains("access-control-allow-"))
    })
}
