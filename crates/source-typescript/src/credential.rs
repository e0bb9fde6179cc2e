//! What a request carries: headers, cookies, and what a client adds to every request.

use betroth_agreement::{CredentialKind, IssuerKind};
use betroth_report::Place;
use oxc_ast::ast::{ArrayExpressionElement, Expression};

use crate::{
    Origin,
    http::Request,
    module::Module,
    origin::{Source, after_key},
    site::Site,
    value::{At, Chain, Root},
};

mod event_source;
mod interceptor;

use interceptor::intercepts;

/// Headers for a token, the usual one first.
const TOKEN_HEADERS: [&str; 4] = [
    "Authorization",
    "X-Auth-Token",
    "X-Access-Token",
    "X-Session-Token",
];
/// Headers that say who calls, and that a caller fills as it likes.
const IDENTITY_HEADERS: [&str; 7] = [
    "X-User-ID",
    "X-User-Email",
    "X-User",
    "X-Auth-User",
    "User-ID",
    "X-User-Name",
    "X-UserId",
];
/// Query parameters for a token, where a header cannot be set.
const TOKEN_PARAMETERS: [&str; 4] = ["token", "access_token", "auth", "jwt"];

/// What a request carries, and who makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sent {
    pub(crate) kind: CredentialKind,
    /// The header in which it travels.
    pub(crate) header: Option<&'static str>,
    pub(crate) origin: Origin,
    /// Whether it is what the caller of a route handler sent, handed on.
    pub(crate) forwarded: bool,
}

impl<'a> Site<'_, '_, 'a> {
    /// What a request carries. A token counts before a header that names a person, and that before cookies.
    pub(crate) fn sent(&self, request: &Request<'a>, same_origin: bool) -> Sent {
        let (dead, sources): (Vec<Source>, Vec<Source>) = self
            .tokens(request)
            .into_iter()
            .partition(|source| source.dead);
        if let Some(sent) = best(&sources) {
            return sent;
        }
        for header in IDENTITY_HEADERS {
            for options in self.headed(request) {
                if let Some(chain) = self
                    .tracer
                    .chains(options, &["headers", header], false)
                    .iter()
                    .find(|chain| chain.names().last() != Some(header))
                {
                    return Sent {
                        kind: CredentialKind::IdentityHeader,
                        header: Some(header),
                        origin: origin(
                            IssuerKind::None,
                            Some(self.place(chain)),
                            format!("`{header}` is whatever the caller writes"),
                        ),
                        forwarded: false,
                    };
                }
            }
        }
        if let Some(sent) = best(&dead) {
            return sent;
        }
        if let Some(sent) = self.cookies(request, same_origin) {
            return sent;
        }
        let (kind, issuer, why) = if self.may_ask_by_query(request) {
            (
                CredentialKind::BearerUnknown,
                IssuerKind::Unknown,
                "what the query holds is not told",
            )
        } else {
            (
                CredentialKind::None,
                IssuerKind::None,
                "no credential is put on the call",
            )
        };
        Sent {
            kind,
            header: None,
            origin: origin(issuer, None, why.to_owned()),
            forwarded: false,
        }
    }

    fn place(&self, chain: &Chain<'_>) -> Place {
        self.tracer.project.modules[chain.module].place(chain.position)
    }

    fn tokens(&self, request: &Request<'a>) -> Vec<Source> {
        if let (true, Some((options, _))) = (request.opener.is_own(), &request.base) {
            return under(TOKEN_HEADERS[0], self.given_by_client(options)).collect();
        }
        let mut sources = Vec::new();
        for header in TOKEN_HEADERS {
            for options in self.headed(request) {
                let found = self.sources(options, &["headers", header]);
                sources.extend(under(header, found));
            }
            if !sources.is_empty() {
                return sources;
            }
        }
        self.added_by_client(request, &mut sources);
        if sources.is_empty()
            && let Some(url) = &request.url
        {
            for chain in self.tracer.chains(url, &[], false) {
                let Root::Value(value) = &chain.root else {
                    continue;
                };
                for expression in TOKEN_PARAMETERS
                    .iter()
                    .filter_map(|key| after_key(value.expression, key))
                {
                    let at = At {
                        expression,
                        module: value.module,
                        env: value.env.clone(),
                    };
                    sources.extend(self.sources(&at, &[]));
                }
            }
        }
        sources
    }

    fn cookies(&self, request: &Request<'a>, same_origin: bool) -> Option<Sent> {
        let mut place = None;
        for options in &request.options {
            for names in [
                &["headers", "Cookie"][..],
                &["credentials"],
                &["withCredentials"],
            ] {
                for chain in self.tracer.chains(options, names, false) {
                    // A caller may give it, and none of those seen does.
                    let all_headers = chain.package("next/headers").is_some();
                    if names.last() == chain.names().last().as_ref() && !all_headers {
                        continue;
                    }
                    let off = match &chain.root {
                        Root::Value(value) => match value.expression.get_inner_expression() {
                            Expression::StringLiteral(text) => {
                                matches!(text.value.as_str(), "omit" | "same-origin" | "")
                            }
                            Expression::BooleanLiteral(flag) => !flag.value,
                            _ => false,
                        },
                        _ => false,
                    };
                    if !off {
                        place = place.or_else(|| Some(self.place(&chain)));
                    }
                }
            }
        }
        let place = match place {
            Some(place) => Some(place),
            None if same_origin && self.better_auth => None,
            None => return self.default_credentials(request),
        };
        Some(self.cookie(place))
    }

    /// `axios.defaults.withCredentials = true`.
    fn default_credentials(&self, request: &Request<'a>) -> Option<Sent> {
        request.base.is_none().then_some(())?;
        let modules = self.tracer.project.modules.iter();
        let place = modules.into_iter().find_map(|module| {
            let write = module
                .writes_to("axios")
                .find(|write| write.path == ["defaults", "withCredentials"])?;
            Some(module.place(write.position))
        })?;
        (!matches!(request.method.as_deref(), None | Some("WS"))).then(|| self.cookie(Some(place)))
    }

    fn cookie(&self, place: Option<Place>) -> Sent {
        let (issuer, why) = if self.better_auth {
            (
                IssuerKind::SessionCookie,
                "cookies are sent, Better Auth's among them",
            )
        } else {
            (
                IssuerKind::ApiIssued,
                "cookies are sent, and only the API can have set one",
            )
        };
        Sent {
            kind: CredentialKind::Cookie,
            header: None,
            origin: origin(issuer, place, why.to_owned()),
            forwarded: false,
        }
    }

    /// What interceptors, hooks and defaults of the client put on every request.
    fn added_by_client(&self, request: &Request<'a>, sources: &mut Vec<Source>) {
        if !request.hooks {
            return;
        }
        for options in &request.options {
            for chain in self
                .tracer
                .chains(options, &["hooks", "beforeRequest"], false)
            {
                if let Root::Value(value) = &chain.root
                    && let Expression::ArrayExpression(array) =
                        value.expression.get_inner_expression()
                {
                    for hook in array
                        .elements
                        .iter()
                        .filter_map(ArrayExpressionElement::as_expression)
                    {
                        self.written_by(&At::new(hook, value.module), sources);
                    }
                }
            }
            for name in ["onRequest", "prepareHeaders"] {
                for chain in self.tracer.chains(options, &[name], false) {
                    self.written_in(&chain, sources);
                }
            }
        }
        for call in self.tracer.project.calls_named("use") {
            let record = &self.tracer.project.modules[call.module].calls[call.call];
            let callee = At::new(record.callee, call.module);
            let hooks = self
                .tracer
                .chains(&callee, &[], false)
                .iter()
                .any(|chain| intercepts(chain, request.client));
            if hooks
                && let Some(function) = record.arguments.first().and_then(|one| one.as_expression())
            {
                let at = At::new(function, call.module);
                self.written_by(&at, sources);
                for chain in self.tracer.chains(&at, &["onRequest"], false) {
                    self.written_in(&chain, sources);
                }
            }
        }
        for (id, module) in self.tracer.project.modules.iter().enumerate() {
            let defaults = module.writes.iter().filter(|write| matches!(write.path.as_slice(), ["defaults", "headers", .., last] if last.eq_ignore_ascii_case("authorization")));
            for write in defaults {
                let found = self.sources(&At::new(write.value, id), &[]);
                sources.extend(under(TOKEN_HEADERS[0], found));
            }
        }
    }

    fn written_by(&self, function: &At<'a>, sources: &mut Vec<Source>) {
        for chain in self.tracer.chains(function, &[], false) {
            self.written_in(&chain, sources);
        }
    }

    /// The token headers that a function writes on the request that it is given, or returns.
    fn written_in(&self, chain: &Chain<'a>, sources: &mut Vec<Source>) {
        let Root::Function(function, _) = chain.root else {
            return;
        };
        let module: &Module<'a> = &self.tracer.project.modules[function.module];
        let record = &module.functions[function.function];
        for write in module
            .writes
            .iter()
            .filter(|write| record.span.start <= write.position && write.position < record.span.end)
        {
            match write.path.as_slice() {
                [.., last]
                    if let Some(header) = TOKEN_HEADERS
                        .iter()
                        .find(|header| header.eq_ignore_ascii_case(last)) =>
                {
                    let found = self.sources(&At::new(write.value, function.module), &[]);
                    sources.extend(under(header, found));
                }
                [.., "headers"] => {
                    let header = TOKEN_HEADERS[0];
                    let found = self.sources(&At::new(write.value, function.module), &[header]);
                    sources.extend(under(header, found));
                }
                _ => {}
            }
        }
        for value in &record.returns {
            let header = TOKEN_HEADERS[0];
            let at = At::new(value, function.module);
            sources.extend(under(header, self.sources(&at, &["headers", header])));
        }
    }
}

/// The same sources, in a header.
fn under(header: &'static str, sources: Vec<Source>) -> impl Iterator<Item = Source> {
    sources.into_iter().map(move |source| Source {
        header: Some(header),
        ..source
    })
}

/// The most telling of several sources; the others are kept beside it.
fn best(sources: &[Source]) -> Option<Sent> {
    let rank = |source: &Source| match source.issuer {
        IssuerKind::Unknown => 2,
        IssuerKind::None => 1,
        _ => 0,
    };
    let chosen = sources.iter().min_by_key(|source| rank(source))?;
    let mut others: Vec<(IssuerKind, CredentialKind)> = Vec::new();
    for source in sources {
        let other = (source.issuer, source.kind);
        if other != (chosen.issuer, chosen.kind) && !others.contains(&other) {
            others.push(other);
        }
    }
    Some(Sent {
        kind: chosen.kind,
        header: chosen.header,
        origin: Origin {
            issuer: chosen.issuer,
            place: Some(chosen.place.clone()),
            why: chosen.why.clone(),
            frozen: chosen.frozen.clone(),
            absent: chosen.absent.clone(),
            alone: sources.iter().all(|source| source.place == chosen.place),
            others,
        },
        forwarded: chosen.forwarded,
    })
}

fn origin(issuer: IssuerKind, place: Option<Place>, why: String) -> Origin {
    Origin {
        issuer,
        place,
        why,
        alone: true,
        frozen: None,
        absent: None,
        others: Vec::new(),
    }
}
