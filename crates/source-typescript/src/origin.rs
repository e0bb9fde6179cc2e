//! Who makes a credential: a chain read as what issues it.

use betroth_agreement::{CredentialKind, IssuerKind};
use betroth_report::Place;
use oxc_ast::ast::Expression;

use crate::{
    address::{Address, request_words},
    http::{Request, named_entries, request},
    route::Handler,
    sign::is_hand_signed,
    site::{Reach, Site},
    value::{At, Chain, Root, Step},
};

/// Responses followed into one another.
const DEPTH: usize = 4;

/// What one chain says of a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) issuer: IssuerKind,
    pub(crate) kind: CredentialKind,
    pub(crate) place: Place,
    pub(crate) why: String,
    /// Whether it is what the caller of a route handler sent, handed on.
    pub(crate) forwarded: bool,
    /// Whether the server is known not to give it: the plugin for it is not there.
    pub(crate) dead: bool,
}

/// Names of parameters of a route handler's request by which its headers are handed on.
const HANDED_ON: &str = "headers";

impl<'a> Site<'_, '_, 'a> {
    /// Everything that an expression put after `Bearer` may come from.
    pub(crate) fn sources(&self, at: &At<'a>, names: &[&'a str]) -> Vec<Source> {
        let mut sources = Vec::new();
        for chain in self.tracer.chains(at, names, true) {
            let unfound = !names.is_empty() && chain.names().collect::<Vec<_>>().ends_with(names);
            if !unfound {
                self.source(&chain, DEPTH, &mut sources);
            } else if self.hands_on(&chain) {
                let place = self.tracer.project.modules[chain.module].place(chain.position);
                sources.push(handed_on(place));
            }
        }
        for source in &mut sources {
            source.dead |= self.is_dead(source);
        }
        sources
    }

    /// Where a credential is obtained: the last call on the way, else where the chain starts.
    fn place_of(&self, chain: &Chain<'a>) -> Place {
        let modules = &self.tracer.project.modules;
        match (&chain.root, chain.path.iter().rev().find_map(Step::call)) {
            (Root::External { .. }, Some(applied)) => {
                modules[applied.module].place(applied.position)
            }
            _ => modules[chain.module].place(chain.position),
        }
    }

    /// Whether a chain is the headers of the request that a route handler is given.
    fn hands_on(&self, chain: &Chain<'a>) -> bool {
        matches!(chain.root, Root::Parameter(..))
            && chain.names().next() == Some(HANDED_ON)
            && self
                .handlers
                .iter()
                .any(|handler| handler.module == chain.module)
    }

    /// Whether no server of Better Auth has the plugin that would give a credential.
    fn is_dead(&self, source: &Source) -> bool {
        let without = |plugin: &str| {
            !self.servers.is_empty()
                && self.servers.iter().all(|server| {
                    let unread = server.plugins.is_empty()
                        && server.options.iter().any(|(name, _)| name == "plugins");
                    !unread && server.plugins.iter().all(|one| one.name != plugin)
                })
        };
        match source.issuer {
            IssuerKind::BetterAuthJwt => without("jwt"),
            IssuerKind::SessionToken => source.why.contains("set-auth-token") && without("bearer"),
            _ => false,
        }
    }

    fn source(&self, chain: &Chain<'a>, depth: usize, sources: &mut Vec<Source>) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        let place = self.place_of(chain);
        let said = |issuer, kind, why: &str| Source {
            issuer,
            kind,
            place: place.clone(),
            why: why.to_owned(),
            forwarded: false,
            dead: false,
        };
        let entries = named_entries(self.tracer, chain);
        for entry in &entries {
            match entry.to_ascii_lowercase().as_str() {
                "set-auth-token" => {
                    return sources.push(said(
                        IssuerKind::SessionToken,
                        CredentialKind::BearerSignedCookie,
                        "the `set-auth-token` header of Better Auth",
                    ));
                }
                "set-auth-jwt" => {
                    return sources.push(said(
                        IssuerKind::BetterAuthJwt,
                        CredentialKind::BearerJwt,
                        "the `set-auth-jwt` header of Better Auth",
                    ));
                }
                "authorization" if !matches!(chain.root, Root::Global("fetch")) => {
                    let mut source = said(
                        IssuerKind::Unknown,
                        CredentialKind::BearerUnknown,
                        "the caller's own header, handed on",
                    );
                    source.forwarded = true;
                    return sources.push(source);
                }
                "cookie" => {
                    return sources.push(said(
                        IssuerKind::SessionCookie,
                        CredentialKind::Cookie,
                        "the caller's own cookies, handed on",
                    ));
                }
                name if name.contains("session_token") => {
                    return sources.push(said(
                        IssuerKind::SessionToken,
                        CredentialKind::BearerSignedCookie,
                        "the value of the session cookie",
                    ));
                }
                _ => {}
            }
        }
        if is_hand_signed(chain) {
            return sources.push(said(
                IssuerKind::HandSignedJwt,
                CredentialKind::BearerJwt,
                "a token that the front end signs",
            ));
        }
        if let Some(name) = chain
            .package("better-auth")
            .or_else(|| chain.package("@better-auth"))
        {
            return sources.push(self.better_auth(chain, name, &place));
        }
        if let Some(request) = request(chain) {
            return self.response(&request, &place, depth, sources);
        }
        match &chain.root {
            Root::Value(value) => self.value(value, chain, depth, sources),
            Root::Storage(key) if key.contains("session_token") => {
                sources.push(said(
                    IssuerKind::SessionToken,
                    CredentialKind::BearerSignedCookie,
                    "the value of the session cookie",
                ));
            }
            Root::Storage(key) => sources.push(said(
                IssuerKind::None,
                CredentialKind::BearerUnknown,
                &format!("the stored entry `{key}`, which nothing writes"),
            )),
            Root::Global("document") => sources.push(self.document_cookie(chain, &place)),
            Root::Global("process" | "import.meta") => sources.push(said(
                IssuerKind::None,
                CredentialKind::BearerUnknown,
                "a fixed value from the environment",
            )),
            Root::Parameter(..)
                if chain.names().any(|name| name == "session")
                    && chain.names().last() == Some("token") =>
            {
                sources.push(said(
                    IssuerKind::SessionToken,
                    CredentialKind::BearerSessionToken,
                    "the token of a session",
                ));
            }
            _ if !entries.is_empty() && self.handed_over(chain, &entries, depth, sources) => {}
            Root::Unknown(why) => sources.push(said(
                IssuerKind::Unknown,
                CredentialKind::BearerUnknown,
                why,
            )),
            _ => sources.push(said(
                IssuerKind::Unknown,
                CredentialKind::BearerUnknown,
                "not followed to where it is made",
            )),
        }
    }

    /// A literal, a template or an object as a credential.
    fn value(&self, value: &At<'a>, chain: &Chain<'a>, depth: usize, sources: &mut Vec<Source>) {
        let sub = |expression| At {
            expression,
            module: value.module,
            env: value.env.clone(),
        };
        let mut follow = |expression| {
            for chain in self.tracer.chains(&sub(expression), &[], true) {
                self.source(&chain, depth, sources);
            }
        };
        match value.expression.get_inner_expression() {
            Expression::TemplateLiteral(template) if !template.expressions.is_empty() => {
                let signs = template.expressions.len() >= 3 && self.computes_a_mac(value);
                if signs {
                    sources.push(Source {
                        issuer: IssuerKind::HandSignedJwt,
                        kind: CredentialKind::BearerJwt,
                        place: self.tracer.project.modules[value.module].place(value.position()),
                        why: "a token that the front end signs".to_owned(),
                        forwarded: false,
                        dead: false,
                    });
                } else if let Some(last) = template.expressions.last() {
                    follow(last);
                }
            }
            Expression::BinaryExpression(binary) => follow(&binary.right),
            Expression::StringLiteral(text)
                if !text.value.is_empty() && !chain.names().any(|name| name == "length") =>
            {
                sources.push(Source {
                    issuer: IssuerKind::None,
                    kind: CredentialKind::BearerUnknown,
                    place: self.tracer.project.modules[value.module].place(value.position()),
                    why: "a constant that names nobody".to_owned(),
                    forwarded: false,
                    dead: false,
                })
            }
            Expression::TemplateLiteral(_)
            | Expression::StringLiteral(_)
            | Expression::NullLiteral(_)
            | Expression::BooleanLiteral(_)
            | Expression::ObjectExpression(_)
            | Expression::NumericLiteral(_) => {}
            _ => sources.push(Source {
                issuer: IssuerKind::Unknown,
                kind: CredentialKind::BearerUnknown,
                place: self.tracer.project.modules[value.module].place(value.position()),
                why: "made by an expression that is not followed".to_owned(),
                forwarded: false,
                dead: false,
            }),
        }
    }

    /// Whether the function around a value computes an HMAC or a signature.
    fn computes_a_mac(&self, value: &At<'a>) -> bool {
        let module = &self.tracer.project.modules[value.module];
        let Some(function) = module.enclosing_function(value.position()) else {
            return false;
        };
        let span = module.functions[function].span;
        module.calls.iter().any(|call| {
            span.start <= call.span.start
                && call.span.end <= span.end
                && matches!(call.name, "createHmac" | "sign" | "createSign")
        })
    }

    /// What a server or client of Better Auth gives.
    fn better_auth(&self, chain: &Chain<'a>, name: &str, place: &Place) -> Source {
        let mut fetched = None;
        let mut called = Vec::new();
        for pair in chain.path.windows(2) {
            if let [Step::Name(name), Step::Call(applied)] = pair {
                called.push(*name);
                if *name == "$fetch" {
                    fetched = applied
                        .first()
                        .and_then(|at| self.tracer.words(at).literal());
                }
            }
        }
        let last = chain.names().last();
        let said = |issuer, kind, why: &str| Source {
            issuer,
            kind,
            place: place.clone(),
            why: why.to_owned(),
            forwarded: false,
            dead: false,
        };
        if let Some(path) = fetched {
            return self.better_auth_path(&path, place);
        }
        if called
            .iter()
            .any(|one| matches!(*one, "token" | "getToken" | "signJWT"))
            || name == "getJwtToken"
        {
            return said(
                IssuerKind::BetterAuthJwt,
                CredentialKind::BearerJwt,
                "the token of Better Auth's `jwt` plugin",
            );
        }
        if last == Some("token")
            || chain
                .names()
                .any(|one| one == "token" || one == "sessionToken")
        {
            return said(
                IssuerKind::SessionToken,
                CredentialKind::BearerSessionToken,
                "the token of Better Auth's session",
            );
        }
        if name == "getSessionCookie" {
            return said(
                IssuerKind::SessionToken,
                CredentialKind::BearerSignedCookie,
                "the value of the session cookie",
            );
        }
        if chain
            .names()
            .any(|one| matches!(one, "id" | "email" | "userId"))
        {
            return said(
                IssuerKind::None,
                CredentialKind::IdentityHeader,
                "the person's identifier, which anyone can write",
            );
        }
        said(
            IssuerKind::Unknown,
            CredentialKind::BearerUnknown,
            "a part of Better Auth that is no credential we know",
        )
    }

    /// What Better Auth answers at a path.
    fn better_auth_path(&self, path: &str, place: &Place) -> Source {
        let (issuer, kind, why) = if path.ends_with("/token") || path == "token" {
            (
                IssuerKind::BetterAuthJwt,
                CredentialKind::BearerJwt,
                "the token of Better Auth's `jwt` plugin",
            )
        } else {
            (
                IssuerKind::SessionToken,
                CredentialKind::BearerSessionToken,
                "the token of Better Auth's session",
            )
        };
        Source {
            issuer,
            kind,
            place: place.clone(),
            why: why.to_owned(),
            forwarded: false,
            dead: false,
        }
    }

    /// What is read from a response.
    fn response(
        &self,
        request: &Request<'a>,
        place: &Place,
        depth: usize,
        sources: &mut Vec<Source>,
    ) {
        let words = request_words(self.tracer, request);
        let address = Address::new(&words);
        let path = address.whole_path();
        let said = |issuer, kind, why: &str| Source {
            issuer,
            kind,
            place: place.clone(),
            why: why.to_owned(),
            forwarded: false,
            dead: false,
        };
        match self.reach(&address) {
            Reach::Handler(handler) if handler.better_auth => {
                sources.push(self.better_auth_path(&path, place))
            }
            Reach::Handler(handler) => {
                let before = sources.len();
                for (at, names) in self.answers(&handler, &request.body_names()) {
                    for chain in self.tracer.chains(&at, &names, true) {
                        self.source(&chain, depth, sources);
                    }
                }
                if sources.len() == before {
                    sources.push(said(
                        IssuerKind::Unknown,
                        CredentialKind::BearerUnknown,
                        "the answer of a route handler that could not be read",
                    ));
                }
            }
            Reach::Auth if path.contains("/api/auth") || self.has_better_auth() => {
                sources.push(self.better_auth_path(&path, place))
            }
            Reach::Auth | Reach::Api => sources.push(said(
                IssuerKind::ApiIssued,
                CredentialKind::BearerJwt,
                "an answer of the API",
            )),
            Reach::Foreign => sources.push(said(
                IssuerKind::Unknown,
                CredentialKind::BearerUnknown,
                "an answer of somebody else's server",
            )),
        }
    }

    /// The expressions that a handler answers with, and the names still to be read from each.
    fn answers(&self, handler: &Handler, names: &[&'a str]) -> Vec<(At<'a>, Vec<&'a str>)> {
        let mut answers = Vec::new();
        for function in &handler.functions {
            let module = &self.tracer.project.modules[function.module];
            let span = module.functions[function.function].span;
            for call in &module.calls {
                let inside = span.start <= call.span.start && call.span.end <= span.end;
                let answers_with = matches!(call.name, "json" | "send")
                    || (call.construct && matches!(call.name, "Response" | "NextResponse"));
                if !inside || !answers_with {
                    continue;
                }
                if let Some(value) = call.arguments.first().and_then(|one| one.as_expression()) {
                    answers.push((At::new(value, function.module), names.to_vec()));
                }
            }
        }
        answers
    }

    /// A cookie that a page reads by hand.
    fn document_cookie(&self, chain: &Chain<'a>, place: &Place) -> Source {
        let module = &self.tracer.project.modules[chain.module];
        let text = module.enclosing_function(chain.position).map_or(
            module.file.text.as_str(),
            |function| {
                let span = module.functions[function].span;
                module
                    .file
                    .text
                    .get(span.start as usize..span.end as usize)
                    .unwrap_or_default()
            },
        );
        let session = text.contains("session_token") || module.file.text.contains("session_token");
        Source {
            issuer: if session {
                IssuerKind::SessionToken
            } else {
                IssuerKind::Unknown
            },
            kind: if session {
                CredentialKind::BearerSignedCookie
            } else {
                CredentialKind::BearerUnknown
            },
            place: place.clone(),
            why: "a cookie read by hand".to_owned(),
            forwarded: false,
            dead: false,
        }
    }

    /// A value read from the query of an address: followed to the redirects that put it there.
    fn handed_over(
        &self,
        chain: &Chain<'a>,
        entries: &[String],
        depth: usize,
        sources: &mut Vec<Source>,
    ) -> bool {
        let reads_query = match chain.root {
            Root::Global("URLSearchParams" | "URL" | "location") => true,
            Root::External { name, .. } => matches!(
                name,
                "useSearchParams" | "useLocation" | "useRouter" | "useHistory"
            ),
            Root::Value(_) | Root::Parameter(..) => {
                chain.names().any(|name| name == "searchParams")
            }
            _ => false,
        };
        if !reads_query {
            return false;
        }
        let before = sources.len();
        for key in entries {
            for at in self.query_values(key) {
                for chain in self.tracer.chains(&at, &[], true) {
                    self.source(&chain, depth, sources);
                }
            }
        }
        sources.len() > before
    }

    /// The values that the tree puts into the query of an address under a name.
    fn query_values(&self, key: &str) -> Vec<At<'a>> {
        let mut values = Vec::new();
        for (id, module) in self.tracer.project.modules.iter().enumerate() {
            for write in &module.writes {
                match write.path.as_slice() {
                    [.., "searchParams", name] if *name == key => {
                        values.push(At::new(write.value, id))
                    }
                    [.., "href" | "location"] => after_key(write.value, key)
                        .into_iter()
                        .for_each(|value| values.push(At::new(value, id))),
                    _ => {}
                }
            }
            for call in module.calls.iter().filter(|call| {
                matches!(
                    call.name,
                    "redirect" | "push" | "replace" | "assign" | "navigate"
                )
            }) {
                for argument in call.arguments.iter().filter_map(|one| one.as_expression()) {
                    for chain in self.tracer.chains(&At::new(argument, id), &[], false) {
                        if let Root::Value(value) = &chain.root {
                            after_key(value.expression, key)
                                .into_iter()
                                .for_each(|one| values.push(At::new(one, value.module)));
                        }
                    }
                }
            }
        }
        values
    }
}

/// The expression that a template puts after `key=`.
pub(crate) fn after_key<'a>(
    expression: &'a Expression<'a>,
    key: &str,
) -> Option<&'a Expression<'a>> {
    let Expression::TemplateLiteral(template) = expression.get_inner_expression() else {
        return None;
    };
    template
        .quasis
        .iter()
        .zip(&template.expressions)
        .find_map(|(quasi, value)| {
            let before = quasi.value.raw.as_str().strip_suffix('=')?;
            let name = before.rsplit(['?', '&', '#']).next()?;
            (name == key).then_some(value)
        })
}

fn handed_on(place: Place) -> Source {
    Source {
        issuer: IssuerKind::Unknown,
        kind: CredentialKind::BearerUnknown,
        place,
        why: "the caller's own header, handed on".to_owned(),
        forwarded: true,
        dead: false,
    }
}
