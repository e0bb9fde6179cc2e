//! Requests to Better Auth: by its client, by its server's own functions, over HTTP.

use oxc_ast::ast::{Argument, Expression};
use oxc_span::GetSpan as _;

use crate::{
    AuthRequest, Proof, Requester, Side,
    address::{Address, request_words},
    http::{Request, request},
    module::{Call, ModuleId},
    site::{Reach, Site},
    value::{Applied, At, Chain, Root, Step},
};

/// Where Better Auth answers by default.
const BASE_PATH: &str = "/api/auth";

/// What one call asks, before it is told where it stands.
struct Asked<'a> {
    by: Requester,
    endpoint: String,
    method: Option<String>,
    /// Objects that may hold `headers`, with the names under which they stand.
    options: Vec<(At<'a>, Vec<&'static str>)>,
    /// The argument that says in which form the answer is wanted.
    first: Option<At<'a>>,
}

impl<'a> Site<'_, '_, 'a> {
    /// Every request that the front end makes to Better Auth.
    pub(crate) fn auth_requests(&self) -> Vec<AuthRequest> {
        if self.servers.is_empty() && self.clients.is_empty() {
            return Vec::new();
        }
        let on_server = self.loaded_by_server_alone();
        let mut found = Vec::new();
        for (id, module) in self.tracer.project.modules.iter().enumerate() {
            if !self.members[id] {
                continue;
            }
            let spread = |call: &&Call<'_>| call.arguments.iter().any(Argument::is_spread);
            let calls = module.calls.iter().filter(|call| !call.construct);
            for call in calls.filter(|call| !spread(call)) {
                let callee = At::new(call.callee, id);
                let applied = Applied::new(call.arguments, id, call.span.start, &None);
                let asked = self
                    .tracer
                    .chains(&callee, &[], false)
                    .into_iter()
                    .find_map(|mut chain| {
                        chain.path.push(Step::Call(applied.clone()));
                        self.asked(&chain)
                    });
                let Some(asked) = asked else { continue };
                let from = if module.is_action(call.span.start) {
                    Side::Action
                } else if on_server[id] || self.is_handler(id) {
                    Side::Server
                } else {
                    Side::Browser
                };
                found.push(AuthRequest {
                    proof: self.proof(&asked),
                    whole_response: asked.by == Requester::Http
                        || (asked.by == Requester::Client && call.arguments.len() > 1)
                        || asked
                            .first
                            .as_ref()
                            .is_some_and(|at| self.wants_response(at)),
                    by: asked.by,
                    endpoint: asked.endpoint,
                    method: asked.method,
                    from,
                    place: module.place(call.span.start),
                    reached: self.reached[id] && self.is_used(id, call.span.start),
                });
            }
        }
        found.sort_by(|a, b| a.place.cmp(&b.place));
        found
    }

    fn is_handler(&self, module: ModuleId) -> bool {
        self.handlers.iter().any(|handler| handler.module == module)
    }

    fn asked(&self, chain: &Chain<'a>) -> Option<Asked<'a>> {
        match chain.package("better-auth") {
            Some("createAuthClient") => return self.by_client(chain),
            Some("betterAuth") => return by_server(chain),
            _ => {}
        }
        let request = request(chain).filter(|request| request.rest.is_empty())?;
        self.over_http(&request)
    }

    /// `createAuthClient(options).signIn.email(body, fetchOptions)`: the client makes a path of whatever names it is given.
    fn by_client(&self, chain: &Chain<'a>) -> Option<Asked<'a>> {
        let [Step::Call(made), names @ .., Step::Call(applied)] = chain.path.as_slice() else {
            return None;
        };
        let names: Option<Vec<&str>> = names.iter().map(Step::name).collect();
        let names = names.filter(|names| !names.is_empty())?;
        let shared = made.first().cloned();
        let shared = shared.into_iter().map(|at| (at, vec!["fetchOptions"]));
        let first = applied.first().cloned();
        let (endpoint, method, own) = if names == ["$fetch"] {
            let path = self.tracer.words(first.as_ref()?).literal()?;
            let method = applied
                .argument(1)
                .and_then(|at| self.tracer.member_words(at, &["method"]));
            (path, method, vec![applied.argument(1).cloned()])
        } else if names.iter().any(|name| name.starts_with('$'))
            || matches!(names.as_slice(), [one] if one.starts_with("use"))
        {
            return None;
        } else {
            let path: Vec<String> = names.iter().map(|name| kebab(name)).collect();
            (format!("/{}", path.join("/")), None, vec![])
        };
        let method = method.and_then(|words| words.literal());
        let given = first.iter().cloned().map(|at| (at, vec!["fetchOptions"]));
        let second = applied.argument(1).cloned();
        let mut options: Vec<_> = if names == ["$fetch"] {
            own.into_iter().flatten().map(|at| (at, vec![])).collect()
        } else {
            given.chain(second.map(|at| (at, vec![]))).collect()
        };
        options.extend(shared);
        Some(Asked {
            by: Requester::Client,
            endpoint,
            method: method.map(|method| method.to_ascii_uppercase()),
            options,
            first,
        })
    }

    /// `fetch("/api/auth/token")`.
    fn over_http(&self, request: &Request<'a>) -> Option<Asked<'a>> {
        let address = Address::new(&request_words(self.tracer, request));
        let path = address.whole_path();
        let endpoint = path.strip_prefix(BASE_PATH)?;
        let better_auth = match self.reach(&address) {
            // A file of the project's own at this very path answers as it likes.
            Reach::Handler(handler) => handler.better_auth && handler.path.ends_with("{*}"),
            Reach::Auth => true,
            Reach::Api | Reach::Foreign => false,
        };
        if !better_auth || endpoint.contains('{') {
            return None;
        }
        let method = request.method.clone().or_else(|| {
            let words = request
                .options
                .iter()
                .find_map(|at| self.tracer.member_words(at, &["method"]));
            match words {
                Some(words) => words.literal().map(|method| method.to_ascii_uppercase()),
                None => Some("GET".to_owned()),
            }
        });
        Some(Asked {
            by: Requester::Http,
            endpoint: endpoint.to_owned(),
            method,
            options: request
                .options
                .iter()
                .map(|at| (at.clone(), vec![]))
                .collect(),
            first: None,
        })
    }

    /// What of the options tells who asks; the worst that is certain counts last.
    fn proof(&self, asked: &Asked<'a>) -> Proof {
        let mut proof = Proof::None;
        for (at, way) in &asked.options {
            let adds = ["customFetchImpl", "onRequest"].iter().any(|name| {
                let names: Vec<&str> = way.iter().chain([name]).copied().collect();
                !self.tracer.chains(at, &names, false).is_empty()
            });
            if adds || !self.is_plain(at, way) {
                return Proof::Unknown;
            }
            let member = |names: &[&'static str]| {
                let names: Vec<&str> = way.iter().chain(names).copied().collect();
                let chains = self.tracer.chains(at, &names, false);
                let all = chains.len();
                let reached = chains
                    .iter()
                    .filter(|chain| chain.names().last() != names.last().copied())
                    .count();
                (all, reached)
            };
            let (cookies, cookie) = member(&["headers", "Cookie"]);
            let (bearers, bearer) = member(&["headers", "Authorization"]);
            let (_, scheme) = member(&["auth", "type"]);
            if cookie > 0 {
                return Proof::Cookie;
            }
            if cookies > 0 || bearers > bearer {
                // Headers that come whole from elsewhere: `await headers()`.
                return Proof::Cookie;
            }
            if bearer > 0 || scheme > 0 {
                proof = Proof::Bearer;
            }
        }
        proof
    }

    /// Whether an object and the one at `way` in it show all that they hold.
    fn is_plain(&self, at: &At<'a>, way: &[&'static str]) -> bool {
        let shown = |chain: &Chain<'a>| match &chain.root {
            Root::Value(value) => !matches!(
                value.expression.get_inner_expression(),
                Expression::CallExpression(_)
            ),
            _ => false,
        };
        let whole = self.tracer.chains(at, &[], false);
        let inner = self.tracer.chains(at, way, false);
        let headers: Vec<&str> = way.iter().copied().chain(["headers"]).collect();
        let headers = self.tracer.chains(at, &headers, false);
        // What stands elsewhere may be filled by names that are not told.
        let within = at.expression.span();
        let told = |chain: &Chain<'a>| match &chain.root {
            Root::Value(value) => {
                value.module == at.module && within.contains_inclusive(value.expression.span())
            }
            Root::Unknown(_) => false,
            _ => true,
        };
        whole.iter().all(shown) && inner.iter().all(shown) && headers.iter().all(told)
    }

    /// Whether the whole response is asked for, its headers, or a function that is given it.
    fn wants_response(&self, at: &At<'a>) -> bool {
        ["asResponse", "returnHeaders", "fetchOptions"]
            .iter()
            .any(|name| !self.tracer.chains(at, &[name], false).is_empty())
    }
}

/// `betterAuth(options).api.getSession({ headers })`.
fn by_server<'a>(chain: &Chain<'a>) -> Option<Asked<'a>> {
    let [
        Step::Call(_),
        Step::Name("api"),
        Step::Name(name),
        Step::Call(applied),
    ] = chain.path.as_slice()
    else {
        return None;
    };
    let first = applied.first().cloned();
    Some(Asked {
        by: Requester::Server,
        endpoint: (*name).to_owned(),
        method: None,
        options: first.iter().cloned().map(|at| (at, vec![])).collect(),
        first,
    })
}

/// `signIn` as it stands in a path: `sign-in`; `getJWTToken`: `get-jwt-token`.
fn kebab(name: &str) -> String {
    let mut path = String::new();
    let mut letters = name.chars().peekable();
    let mut before: Option<char> = None;
    while let Some(letter) = letters.next() {
        let begins = letter.is_uppercase()
            && before.is_some_and(|before| {
                !before.is_uppercase() || letters.peek().is_some_and(|next| next.is_lowercase())
            });
        if begins {
            path.push('-');
        }
        path.extend(letter.to_lowercase());
        before = Some(letter);
    }
    path
}
