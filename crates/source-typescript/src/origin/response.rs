use betroth_agreement::{CredentialKind, IssuerKind};
use betroth_report::Place;

use super::{Source, better_auth::better_auth_path};
use crate::{
    address::{Address, request_words},
    http::Request,
    route::Handler,
    site::{Reach, Site},
    value::{At, Words},
};

impl<'a> Site<'_, '_, 'a> {
    /// What is read from a response.
    pub(super) fn response(
        &self,
        request: &Request<'a>,
        place: &Place,
        depth: usize,
        sources: &mut Vec<Source>,
    ) {
        let words = request_words(self.tracer, request);
        self.answer_from(&words, &request.body_names(), place, depth, sources);
    }

    /// What is read, by these names, from the body of what an address answers.
    pub(super) fn answer_from(
        &self,
        words: &Words,
        names: &[&'a str],
        place: &Place,
        depth: usize,
        sources: &mut Vec<Source>,
    ) {
        let address = Address::new(words);
        let path = address.whole_path();
        let said = |issuer, kind, why: &str| Source::new(issuer, kind, place.clone(), why);
        match self.reach(&address) {
            Reach::Handler(handler) if handler.better_auth => {
                sources.push(better_auth_path(&path, place));
            }
            Reach::Handler(handler) => {
                let before = sources.len();
                for (at, names) in self.answers(&handler, names) {
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
            Reach::Auth if path.contains("/api/auth") || self.better_auth => {
                sources.push(better_auth_path(&path, place));
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
}
