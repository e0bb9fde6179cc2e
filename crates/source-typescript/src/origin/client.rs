//! The token that our own client puts on a request.

use oxc_ast::ast::Expression;

use super::{DEPTH, Source, better_auth::better_auth_path};
use crate::{
    site::Site,
    value::{At, Chain, Root, Step},
};

/// Where the client asks without being told.
const USUAL: &str = "/api/auth/token";

/// The options of `createClient(options).getJWTToken()`.
pub(super) fn asked<'c, 'a>(chain: &'c Chain<'a>) -> Option<&'c At<'a>> {
    chain
        .package("betroth")
        .filter(|name| *name == "createClient")?;
    match chain.path.as_slice() {
        [
            Step::Call(made),
            Step::Name("getJWTToken"),
            Step::Call(_),
            ..,
        ] => made.first(),
        _ => None,
    }
}

impl<'a> Site<'_, '_, 'a> {
    /// What a client with these options sends: nothing where its `token` is `false`, as behind a proxy that puts one on.
    pub(crate) fn given_by_client(&self, options: &At<'a>) -> Vec<Source> {
        let place = self.tracer.project.modules[options.module].place(options.position());
        let mut sources = Vec::new();
        let written = self.tracer.chains(options, &["token"], false);
        let mut told = false;
        for chain in &written {
            // Nothing was written under that name.
            if chain.names().last() == Some("token") {
                continue;
            }
            told = true;
            match &chain.root {
                Root::Value(value) if matches!(value.expression, Expression::BooleanLiteral(_)) => {
                    // None is sent: something on the way puts it on.
                }
                Root::Value(url) => {
                    let words = self.tracer.words(url);
                    self.answer_from(&words, &["token"], &place, DEPTH, &mut sources);
                }
                Root::Global("URL") => {
                    let words = self.tracer.member_words(options, &["token"]);
                    let words = words.unwrap_or_default();
                    self.answer_from(&words, &["token"], &place, DEPTH, &mut sources);
                }
                Root::Function(..) => {
                    let before = sources.len();
                    for given in self.tracer.results(options, "token") {
                        self.source(&given, DEPTH, &mut sources);
                    }
                    if sources.len() == before {
                        sources.push(Source::unknown(
                            place.clone(),
                            "a function that gives no token",
                        ));
                    }
                }
                _ => sources.push(Source::unknown(
                    place.clone(),
                    "a token of the project's own making",
                )),
            }
        }
        if !told {
            sources.push(better_auth_path(USUAL, &place));
        }
        self.bury(&mut sources);
        sources
    }
}
