//! Requests: which calls go out over HTTP, and where their address and options stand.

use crate::{
    module::ModuleId,
    value::{At, Chain, Root, Step, Tracer},
};

/// Packages whose export, called with an address and options, sends a request as `fetch` does.
const FETCHES: [(&str, &str); 10] = [
    ("node-fetch", "default"),
    ("cross-fetch", "default"),
    ("isomorphic-fetch", "default"),
    ("undici", "fetch"),
    ("expo/fetch", "fetch"),
    ("ofetch", "ofetch"),
    ("ofetch", "$fetch"),
    ("@tauri-apps/plugin-http", "fetch"),
    ("@microsoft/fetch-event-source", "fetchEventSource"),
    ("ky-universal", "default"),
];
/// Methods of a client, with the position of their options.
const VERBS: [(&str, usize); 8] = [
    ("get", 1),
    ("delete", 1),
    ("head", 1),
    ("options", 1),
    ("post", 2),
    ("put", 2),
    ("patch", 2),
    ("postForm", 2),
];

/// A call that goes out over HTTP.
#[derive(Clone)]
pub(crate) struct Request<'a> {
    /// The address, or its part after `base`.
    pub(crate) url: Option<At<'a>>,
    /// Where the client it goes through keeps its base address.
    pub(crate) base: Option<(At<'a>, &'static str)>,
    /// Objects with `headers` and the like; the nearer first.
    pub(crate) options: Vec<At<'a>>,
    /// Upper case; `None` where the options tell.
    pub(crate) method: Option<String>,
    /// The call that makes the client.
    pub(crate) client: Option<(ModuleId, u32)>,
    /// What opens it.
    pub(crate) opener: Opener,
    /// Whether interceptors or hooks may add to it.
    pub(crate) hooks: bool,
    /// The names that follow on the result.
    pub(crate) rest: Vec<Step<'a>>,
}

/// What opens a request, as far as it matters for what can be sent with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opener {
    Axios,
    /// Our own client, which puts the token of its `token` on each request and renews it.
    Betroth,
    /// Our own route handler, which sends on whatever it is asked for, with such a token in place of the cookie.
    PassOn,
    EventSource,
    Other,
}

impl Opener {
    /// Whether it is of our own package: it puts the token of its `token` on, and renews it after a 401.
    pub(crate) fn is_own(self) -> bool {
        matches!(self, Self::Betroth | Self::PassOn)
    }
}

/// Whether a client has a method of this name that sends a request.
pub(crate) fn is_verb(name: &str) -> bool {
    name == "request" || VERBS.iter().any(|(verb, _)| *verb == name)
}

/// Reads a chain as a request and what is taken from its response.
pub(crate) fn request<'a>(chain: &Chain<'a>) -> Option<Request<'a>> {
    match chain.root {
        Root::Global("fetch" | "$fetch") => fetch(&chain.path, None),
        Root::Global("EventSource") => fetch(&chain.path, Some("GET")).map(|request| Request {
            opener: Opener::EventSource,
            ..request
        }),
        Root::Global("WebSocket") => fetch(&chain.path, Some("WS")),
        Root::Global("axios") => axios(&chain.path),
        Root::External { specifier, name } => {
            let plain = FETCHES
                .contains(&(specifier, name))
                .then(|| fetch(&chain.path, None))
                .flatten();
            plain.or_else(|| match (specifier, name) {
                ("axios", _) => axios(&chain.path),
                ("ofetch", _) => client(&chain.path, "baseURL"),
                ("ky", _) => client(&chain.path, "prefixUrl"),
                ("openapi-fetch", _) => typed_client(&chain.path),
                ("betroth", "createClient") | ("betroth/next", "createServerClient") => {
                    own_client(&chain.path)
                }
                ("betroth/next", "passOn") => pass_on(&chain.path),
                ("@reduxjs/toolkit/query" | "@reduxjs/toolkit/query/react", "fetchBaseQuery") => {
                    base_query(&chain.path)
                }
                _ => None,
            })
        }
        _ => None,
    }
}

fn fetch<'a>(path: &[Step<'a>], method: Option<&str>) -> Option<Request<'a>> {
    let (applied, rest) = path.split_first()?;
    let applied = applied.call()?;
    Some(Request {
        url: applied.first().cloned(),
        base: None,
        options: applied.argument(1).cloned().into_iter().collect(),
        method: method.map(str::to_owned),
        client: None,
        opener: Opener::Other,
        hooks: false,
        rest: rest.to_vec(),
    })
}

fn axios<'a>(path: &[Step<'a>]) -> Option<Request<'a>> {
    let request = client(path, "baseURL")?;
    Some(Request {
        opener: Opener::Axios,
        ..request
    })
}

/// `axios(config)`, `axios.get(url, config)`, `axios.create(config).post(url, body, config)`.
fn client<'a>(path: &[Step<'a>], base: &'static str) -> Option<Request<'a>> {
    let mut path = path;
    if let [Step::Name("default"), rest @ ..] = path {
        path = rest;
    }
    let mut made = None;
    if let [
        Step::Name("create" | "extend" | "instance"),
        Step::Call(applied),
        rest @ ..,
    ] = path
    {
        made = Some(applied);
        path = rest;
    }
    let shared = made.and_then(|applied| applied.first().cloned());
    let (method, url, own, rest) = match path {
        [Step::Call(applied), rest @ ..] => {
            let first = applied.first().cloned();
            (
                None,
                first.clone(),
                [applied.argument(1).cloned(), first],
                rest,
            )
        }
        [Step::Name("request"), Step::Call(applied), rest @ ..] => {
            let first = applied.first().cloned();
            (None, first.clone(), [first, None], rest)
        }
        [Step::Name(verb), Step::Call(applied), rest @ ..] => {
            let (_, at) = VERBS.iter().find(|(name, _)| name == verb)?;
            let method = if *verb == "postForm" {
                "POST".to_owned()
            } else {
                verb.to_ascii_uppercase()
            };
            let at = if base == "prefixUrl" { 1 } else { *at };
            (
                Some(method),
                applied.first().cloned(),
                [applied.argument(at).cloned(), None],
                rest,
            )
        }
        _ => return None,
    };
    Some(Request {
        url,
        base: shared.clone().map(|at| (at, base)),
        options: own.into_iter().flatten().chain(shared).collect(),
        method,
        client: made.map(|applied| (applied.module, applied.position)),
        opener: Opener::Other,
        hooks: true,
        rest: rest.to_vec(),
    })
}

/// `createClient({ baseUrl }).GET(path, options)` of `openapi-fetch`.
fn typed_client<'a>(path: &[Step<'a>]) -> Option<Request<'a>> {
    let [
        Step::Call(made),
        Step::Name(verb),
        Step::Call(applied),
        rest @ ..,
    ] = path
    else {
        return None;
    };
    let shared = made.first().cloned();
    VERBS
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case(verb))
        .then(|| Request {
            url: applied.first().cloned(),
            base: shared.clone().map(|at| (at, "baseUrl")),
            options: applied
                .argument(1)
                .cloned()
                .into_iter()
                .chain(shared)
                .collect(),
            method: Some(verb.to_ascii_uppercase()),
            client: Some((made.module, made.position)),
            opener: Opener::Other,
            hooks: true,
            rest: rest.to_vec(),
        })
}

/// `createClient({ url, token }).makeAuthenticatedRequest(path, options)` of `betroth`, and the same of its client on a server.
fn own_client<'a>(path: &[Step<'a>]) -> Option<Request<'a>> {
    let [
        Step::Call(made),
        Step::Name("makeAuthenticatedRequest" | "fetch" | "json"),
        Step::Call(applied),
        rest @ ..,
    ] = path
    else {
        return None;
    };
    Some(Request {
        url: applied.first().cloned(),
        base: made.first().cloned().map(|at| (at, "url")),
        options: applied.argument(1).cloned().into_iter().collect(),
        method: None,
        client: Some((made.module, made.position)),
        opener: Opener::Betroth,
        hooks: false,
        rest: rest.to_vec(),
    })
}

/// `passOn({ url, token, under })` of `betroth/next`.
fn pass_on<'a>(path: &[Step<'a>]) -> Option<Request<'a>> {
    let (made, rest) = path.split_first()?;
    let made = made.call()?;
    Some(Request {
        url: None,
        base: made.first().cloned().map(|at| (at, "url")),
        options: Vec::new(),
        method: None,
        client: Some((made.module, made.position)),
        opener: Opener::PassOn,
        hooks: false,
        rest: rest.to_vec(),
    })
}

/// `json(client, path, options)` of `betroth` as what it stands for: a request of its client.
pub(crate) fn of_its_client<'a>(tracer: &Tracer<'_, 'a>, chain: Chain<'a>) -> Chain<'a> {
    let Root::External {
        specifier: "betroth",
        name: "json",
    } = chain.root
    else {
        return chain;
    };
    let [Step::Call(applied), rest @ ..] = chain.path.as_slice() else {
        return chain;
    };
    let made = |client: &At<'a>| {
        let chains = tracer.chains(client, &[], false);
        chains
            .into_iter()
            .find(|it| it.package("betroth") == Some("createClient"))
    };
    let Some(mut client) = applied.first().and_then(made) else {
        return chain;
    };
    client.path.extend([
        Step::Name("makeAuthenticatedRequest"),
        Step::Call(applied.without_first()),
    ]);
    client.path.extend_from_slice(rest);
    client
}

/// `fetchBaseQuery({ baseUrl, prepareHeaders })`, through which every endpoint of a store goes.
fn base_query<'a>(path: &[Step<'a>]) -> Option<Request<'a>> {
    let [Step::Call(applied), rest @ ..] = path else {
        return None;
    };
    let shared = applied.first().cloned();
    Some(Request {
        url: None,
        base: shared.clone().map(|at| (at, "baseUrl")),
        options: shared.into_iter().collect(),
        method: None,
        client: None,
        opener: Opener::Other,
        hooks: true,
        rest: rest.to_vec(),
    })
}

impl<'a> Request<'a> {
    /// The names that are read from the body of the response.
    pub(crate) fn body_names(&self) -> Vec<&'a str> {
        let names: Vec<&'a str> = self.rest.iter().filter_map(Step::name).collect();
        let start = names
            .iter()
            .position(|name| matches!(*name, "json" | "data" | "text" | "body"))
            .map_or(0, |at| at + 1);
        names[start..].to_vec()
    }
}

/// The literal with which a chain calls `get` or the like: the name of a header, cookie or query parameter.
pub(crate) fn named_entries<'a>(tracer: &Tracer<'_, 'a>, chain: &Chain<'a>) -> Vec<String> {
    chain
        .path
        .windows(2)
        .filter_map(|pair| match pair {
            [
                Step::Name("get" | "getItem" | "header" | "split" | "match" | "find"),
                Step::Call(applied),
            ] => tracer.words(applied.first()?).literal(),
            _ => None,
        })
        .collect()
}
