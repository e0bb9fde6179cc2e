//! Who makes a credential: a chain read as what issues it.

use betroth_agreement::{CredentialKind, IssuerKind};
use betroth_report::Place;
use oxc_ast::ast::Expression;

use crate::{
    Absent,
    http::{named_entries, request},
    sign::is_hand_signed,
    site::Site,
    value::{At, Chain, Root, Step},
};

mod better_auth;
mod client;
mod load;
mod page;
mod response;
mod session;

pub(crate) use page::after_key;

/// Responses followed into one another.
const DEPTH: usize = 4;

/// What one chain says of a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) issuer: IssuerKind,
    pub(crate) kind: CredentialKind,
    /// The header in which it travels; `None` where that is another part of the request.
    pub(crate) header: Option<&'static str>,
    pub(crate) place: Place,
    pub(crate) why: String,
    /// Whether it is what the caller of a route handler sent, handed on.
    pub(crate) forwarded: bool,
    /// Whether the server is known not to give it: the plugin for it is not there.
    pub(crate) dead: bool,
    /// Where it is read, if that is when the module is loaded.
    pub(crate) frozen: Option<Place>,
    /// What is read, and never there.
    pub(crate) absent: Option<Absent>,
}

impl Source {
    fn new(issuer: IssuerKind, kind: CredentialKind, place: Place, why: &str) -> Self {
        Self {
            issuer,
            kind,
            header: None,
            place,
            why: why.to_owned(),
            forwarded: false,
            dead: false,
            frozen: None,
            absent: None,
        }
    }

    fn unknown(place: Place, why: &str) -> Self {
        Self::new(
            IssuerKind::Unknown,
            CredentialKind::BearerUnknown,
            place,
            why,
        )
    }

    fn handed_on(place: Place) -> Self {
        Self {
            forwarded: true,
            ..Self::unknown(place, "the caller's own header, handed on")
        }
    }
}

/// Names of parameters of a route handler's request by which its headers are handed on.
const HANDED_ON: &str = "headers";

impl<'a> Site<'_, '_, 'a> {
    /// Everything that an expression put after `Bearer` may come from.
    pub(crate) fn sources(&self, at: &At<'a>, names: &[&'a str]) -> Vec<Source> {
        let mut sources = Vec::new();
        for chain in self.tracer.chains(at, names, true) {
            let unfound = names
                .last()
                .is_some_and(|name| chain.names().last() == Some(name));
            if !unfound {
                self.source(&chain, DEPTH, &mut sources);
            } else if self.hands_on(&chain) {
                let place = self.tracer.project.modules[chain.module].place(chain.position);
                sources.push(Source::handed_on(place));
            }
        }
        self.bury(&mut sources);
        sources
    }

    /// Marks what the server is known not to give.
    fn bury(&self, sources: &mut [Source]) {
        for source in sources {
            source.dead |= self.is_dead(source);
            if source.dead && source.issuer == IssuerKind::BetterAuthJwt && self.knows_plugins() {
                source.issuer = IssuerKind::None;
                source.kind = CredentialKind::BearerUnknown;
                "a token of the plugin `jwt`, which the server does not have"
                    .clone_into(&mut source.why);
            }
        }
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

    fn source(&self, chain: &Chain<'a>, depth: usize, sources: &mut Vec<Source>) {
        let Some(depth) = depth.checked_sub(1) else {
            return;
        };
        let place = self.place_of(chain);
        let said = |issuer, kind, why: &str| Source::new(issuer, kind, place.clone(), why);
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
        if let Some(options) = client::asked(chain) {
            return sources.extend(self.given_by_client(options));
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
            let before = sources.len();
            for chain in self.tracer.chains(&sub(expression), &[], true) {
                self.source(&chain, depth, sources);
            }
            if let Some(place) = self.read_at_load(expression, value.module) {
                for source in &mut sources[before..] {
                    source.frozen = Some(place.clone());
                }
            }
        };
        match value.expression.get_inner_expression() {
            Expression::TemplateLiteral(template) if !template.expressions.is_empty() => {
                let signs = template.expressions.len() >= 3 && self.computes_a_mac(value);
                if signs {
                    sources.push(Source::new(
                        IssuerKind::HandSignedJwt,
                        CredentialKind::BearerJwt,
                        self.tracer.project.modules[value.module].place(value.position()),
                        "a token that the front end signs",
                    ));
                } else if let Some(last) = template.expressions.last() {
                    follow(last);
                }
            }
            Expression::BinaryExpression(binary) => follow(&binary.right),
            Expression::StringLiteral(text)
                if !text.value.is_empty() && !chain.names().any(|name| name == "length") =>
            {
                sources.push(Source::new(
                    IssuerKind::None,
                    CredentialKind::BearerUnknown,
                    self.tracer.project.modules[value.module].place(value.position()),
                    "a constant that names nobody",
                ));
            }
            Expression::TemplateLiteral(_)
            | Expression::StringLiteral(_)
            | Expression::NullLiteral(_)
            | Expression::BooleanLiteral(_)
            | Expression::ObjectExpression(_)
            | Expression::NumericLiteral(_) => {}
            _ => sources.push(Source::new(
                IssuerKind::Unknown,
                CredentialKind::BearerUnknown,
                self.tracer.project.modules[value.module].place(value.position()),
                "made by an expression that is not followed",
            )),
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
}
