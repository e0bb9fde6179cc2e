//! Calls to the API: each request, followed outwards through the functions that are given its address.

mod passed_on;

use std::rc::Rc;

use betroth_agreement::{CredentialFact, CredentialKind, IssuerKind};

use passed_on::PassedOn;

use crate::{
    Answer, Call, Callee, Via,
    address::{Address, own_words, request_words},
    credential::Sent,
    http::{Opener, Request, is_verb, of_its_client, request},
    module::ModuleId,
    project::{CallRef, FunctionRef},
    route::Handler,
    site::{Reach, Site},
    value::{Applied, At, Caller, Chain, Env, Frame, Piece, Root, Step, Tracer, Words},
};

/// Wrappers around one another.
const LEVELS: usize = 4;
/// Calls that are told apart for one request.
const MOST: usize = 400;

/// A call with what is needed to say more of it later.
struct Found {
    call: Call,
    handler: Option<Handler>,
    /// Of the request, and where in its text.
    module: ModuleId,
    position: u32,
    /// Of the call.
    caller: ModuleId,
    forwarded: bool,
    /// Whether neither a handler nor a rewrite of the front end is known for its path.
    unanswered: bool,
    /// The whole path, with what the base address adds.
    path: String,
    /// What goes through it, where it is the call of a handler that passes others on.
    passed_on: Option<PassedOn>,
}

impl<'a> Site<'_, '_, 'a> {
    /// Every call that the front end makes to the API and to its own handlers, and whether any code that runs acts on the answer 401.
    pub(crate) fn calls(&self) -> (Vec<Call>, bool) {
        let mut found = Vec::new();
        for (id, module) in self.tracer.project.modules.iter().enumerate() {
            if !self.members.get(id).copied().unwrap_or_default() {
                continue;
            }
            for index in 0..module.calls.len() {
                self.follow_out(
                    CallRef {
                        module: id,
                        call: index,
                    },
                    &mut found,
                );
            }
        }
        Self::hand_on(&mut found);
        let browser = self.loaded_by_browser();
        for one in &mut found {
            one.call.browser = !one.call.server && browser[one.caller];
        }
        // Where the API has an address of its own, a path without one that nothing answers is no call to it.
        if found
            .iter()
            .any(|one| one.call.callee == Callee::Api && !one.unanswered)
        {
            found.retain(|one| !one.unanswered);
        }
        let acts = self.heed(&mut found);
        self.pass_on(&mut found);
        let mut calls: Vec<Call> = found.into_iter().map(|one| one.call).collect();
        calls.sort_by(|a, b| (&a.place, &a.wrapper).cmp(&(&b.place, &b.wrapper)));
        calls.dedup_by(|a, b| {
            a.place == b.place && a.wrapper == b.wrapper && a.path == b.path && a.method == b.method
        });
        (calls, acts)
    }

    /// Says of each call whether its answer is looked at for 401, and whether any code that runs acts on it.
    fn heed(&self, found: &mut [Found]) -> bool {
        let sending: Vec<ModuleId> = found
            .iter()
            .flat_map(|one| [one.module, one.caller])
            .collect();
        let watch = self.watch(&sending);
        // A client that renews its token has acted on the answer before anybody sees it.
        let renews = found
            .iter()
            .any(|one| one.call.reached && one.call.answer.looks_for_401);
        for one in found.iter_mut() {
            one.call.answer.looks_for_401 |=
                self.is_watched(&watch, &one.call, [one.module, one.caller]);
            one.call.answer.noticed = self.noticed_in([one.module, one.caller]);
            one.call.answer.failure = self
                .failure_of(one.module, one.position)
                .map(|at| self.tracer.project.modules[one.module].place(at));
        }
        // A handler that hands the status on leaves it to its own callers.
        for index in 0..found.len() {
            let module = found[index].module;
            if watch.is_handed_on(&found[index].call, module) {
                let mut callers = found
                    .iter()
                    .filter(|one| one.handler.as_ref().is_some_and(|own| own.module == module))
                    .peekable();
                let first = callers.peek().map(|one| {
                    let answer = &one.call.answer;
                    answer
                        .failure
                        .clone()
                        .unwrap_or_else(|| one.call.place.clone())
                });
                let looks = first.is_none() || callers.any(|one| one.call.answer.looks_for_401);
                let answer = &mut found[index].call.answer;
                answer.looks_for_401 |= looks;
                answer.failure = first.or(answer.failure.take());
            }
        }
        watch.is_kept() || renews
    }

    fn follow_out(&self, call: CallRef, found: &mut Vec<Found>) {
        let Some(plain) = self.request_at(call, &None) else {
            return;
        };
        let words = request_words(self.tracer, &plain);
        let mut levels = Vec::new();
        let before = found.len();
        self.expand(call, &plain, &words, &mut levels, found);
        if found.len() == before {
            self.record(call, None, &plain, &words, found);
        }
    }

    /// Looks at a request as seen from the calls of the functions around it, while these give it its path.
    fn expand(
        &self,
        call: CallRef,
        request: &Request<'a>,
        words: &Words,
        levels: &mut Vec<(FunctionRef, Caller<'a>)>,
        found: &mut Vec<Found>,
    ) {
        let written = written_pieces(self.tracer, request, words);
        let Some(function) = path_parameter(written).filter(|_| levels.len() < LEVELS) else {
            return;
        };
        for caller in self.tracer.callers(function).iter() {
            if found.len() > MOST * 8 || levels.iter().any(|(known, _)| *known == function) {
                return;
            }
            levels.push((function, caller.clone()));
            let env = self.environment(levels);
            if let Some(request) = self.request_at(call, &env) {
                let words = request_words(self.tracer, &request);
                let before = found.len();
                self.expand(call, &request, &words, levels, found);
                if found.len() == before {
                    self.record(call, Some(caller), &request, &words, found);
                }
            }
            levels.pop();
        }
    }

    /// The arguments of the functions around a request; the last level is the outermost.
    fn environment(&self, levels: &[(FunctionRef, Caller<'a>)]) -> Env<'a> {
        levels.iter().rev().fold(None, |outer, (function, caller)| {
            let record = &self.tracer.project.modules[caller.module].calls[caller.call];
            Some(Rc::new(Frame {
                function: *function,
                applied: Applied::new(record.arguments, caller.module, record.span.start, &outer),
                // A method called on `this` has the instance of the method around it.
                next: caller.env.clone().or_else(|| outer.clone()),
            }))
        })
    }

    pub(crate) fn request_at(&self, call: CallRef, env: &Env<'a>) -> Option<Request<'a>> {
        let record = &self.tracer.project.modules[call.module].calls[call.call];
        let callee = At {
            expression: record.callee,
            module: call.module,
            env: env.clone(),
        };
        let applied = Applied::new(record.arguments, call.module, record.span.start, env);
        let read = |mut chain: Chain<'a>| {
            chain.path.push(Step::Call(Rc::clone(&applied)));
            let request = request(&of_its_client(self.tracer, chain))?;
            request.rest.is_empty().then_some(request)
        };
        let chains = self.tracer.chains(&callee, &[], false);
        // A function may be given the client that it uses.
        let given = is_verb(record.name)
            && chains
                .iter()
                .any(|chain| matches!(chain.root, Root::Parameter(..)));
        let found = chains.into_iter().find_map(read);
        if found.is_none() && given {
            return self
                .tracer
                .chains(&callee, &[], true)
                .into_iter()
                .find_map(read);
        }
        found
    }

    fn record(
        &self,
        call: CallRef,
        caller: Option<&Caller<'a>>,
        request: &Request<'a>,
        words: &Words,
        found: &mut Vec<Found>,
    ) {
        let address = Address::new(words);
        let (reached, handler) = match self.reach(&address) {
            Reach::Api => (Callee::Api, None),
            Reach::Handler(handler)
                if !handler.better_auth && !handler.service && handler.home == self.root =>
            {
                (Callee::Own, Some(handler))
            }
            _ => return,
        };
        let path = address.whole_path();
        let modules = &self.tracer.project.modules;
        let wrapper = modules[call.module].place(modules[call.module].calls[call.call].span.start);
        let (module, place) = caller.map_or_else(
            || (call.module, wrapper.clone()),
            |caller| {
                (
                    caller.module,
                    modules[caller.module]
                        .place(modules[caller.module].calls[caller.call].span.start),
                )
            },
        );
        let Sent {
            kind,
            header,
            origin,
            forwarded,
        } = self.sent(request, address.relative);
        if kind == CredentialKind::None && address.is_unknown() {
            return;
        }
        found.push(Found {
            call: Call {
                callee: reached,
                method: self.method(request),
                path: if address.path.is_empty() {
                    "/".to_owned()
                } else {
                    address.path
                },
                base: address.base,
                place,
                wrapper,
                via: match request.opener {
                    Opener::Axios => Via::Axios(
                        request
                            .client
                            .map(|(module, position)| modules[module].place(position)),
                    ),
                    Opener::EventSource if self.sends_headers(request) => Via::Other,
                    Opener::EventSource => Via::EventSource {
                        headers: request.options.iter().any(|at| {
                            let headers = self.tracer.chains(at, &["headers"], false);
                            !headers.is_empty()
                        }),
                    },
                    Opener::Betroth | Opener::PassOn | Opener::Other => Via::Other,
                },
                credential: kind,
                header,
                origin,
                reached: self.reached.get(module).copied().unwrap_or(true),
                server: self.is_server(call.module),
                answer: Answer {
                    looks_for_401: request.opener.is_own(),
                    ..Answer::default()
                },
                browser: false,
            },
            unanswered: handler.is_none()
                && address.relative
                && !self.rewrites.iter().any(|rewrite| rewrite.takes(&path)),
            path,
            passed_on: PassedOn::of(self, request),
            handler,
            module: call.module,
            position: modules[call.module].calls[call.call].span.start,
            caller: module,
            forwarded,
        });
    }

    fn method(&self, request: &Request<'a>) -> Option<String> {
        if request.method.is_some() {
            return request.method.clone();
        }
        let written = request
            .options
            .iter()
            .find_map(|at| self.tracer.member_words(at, &["method"]));
        match written {
            Some(words) => words.literal().map(|method| method.to_ascii_uppercase()),
            None if request.options.iter().any(|at| has_unknown_part(self, at)) => None,
            None => request.url.is_some().then(|| "GET".to_owned()),
        }
    }

    fn is_server(&self, module: ModuleId) -> bool {
        self.tracer.project.modules[module].server_actions
            || self.handlers.iter().any(|handler| handler.module == module)
    }

    /// A handler that hands its caller's header on sends what its own callers send.
    fn hand_on(found: &mut [Found]) {
        for index in 0..found.len() {
            if !found[index].forwarded {
                continue;
            }
            let module = found[index].module;
            let given = found
                .iter()
                .filter(|one| {
                    one.handler
                        .as_ref()
                        .is_some_and(|handler| handler.module == module)
                })
                .map(|one| (one.call.credential, one.call.origin.clone()))
                .find(|(_, origin)| {
                    !matches!(origin.issuer, IssuerKind::Unknown | IssuerKind::None)
                });
            if let Some((kind, origin)) = given {
                found[index].call.credential = kind;
                found[index].call.origin = origin;
            }
        }
    }
}

fn has_unknown_part<'a>(site: &Site<'_, '_, 'a>, at: &At<'a>) -> bool {
    site.tracer
        .chains(at, &[], false)
        .iter()
        .any(|chain| matches!(chain.root, Root::Parameter(..)))
}

/// The pieces of an address that its request adds to what its client begins with; all of them where that is not told.
///
/// What a client begins with ends where a path may begin: what a caller gives there is a path, and no part of a segment.
fn written_pieces<'w, 'a>(
    tracer: &Tracer<'_, 'a>,
    request: &Request<'a>,
    words: &'w Words,
) -> &'w [Piece] {
    let own = own_words(tracer, request).pieces.len();
    let (base, written) = words
        .pieces
        .split_at(words.pieces.len().saturating_sub(own));
    let told = |piece: &Piece| matches!(piece, Piece::Text(_) | Piece::Environment { .. });
    if base.iter().all(told) {
        written
    } else {
        &words.pieces
    }
}

/// The function whose caller gives the path, rather than one segment of it.
fn path_parameter(pieces: &[Piece]) -> Option<FunctionRef> {
    let mut before = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => before.push_str(text),
            Piece::Environment { .. } => before.clear(),
            Piece::Unknown => before.push_str("{}"),
            Piece::Parameter(function, _) => {
                let path = before
                    .split_once("://")
                    .map_or(before.as_str(), |(_, rest)| {
                        rest.find('/').map_or("", |at| &rest[at..])
                    });
                let segment = path.ends_with('/')
                    && path.split('/').any(|part| {
                        !part.is_empty() && part != "api" && part != "{}" && !is_version(part)
                    });
                let query = path.contains('?');
                let suffix = !path.is_empty()
                    && !path.ends_with('/')
                    && path.split('/').any(|part| {
                        !part.is_empty() && part != "api" && part != "{}" && !is_version(part)
                    });
                if !segment && !query && !suffix {
                    return Some(*function);
                }
                before.push_str("{}");
            }
        }
    }
    None
}

fn is_version(part: &str) -> bool {
    part.strip_prefix('v')
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Calls to the API by the request that they end in, and what they carry.
pub(crate) fn credentials(calls: &[Call]) -> Vec<CredentialFact> {
    let mut facts: Vec<CredentialFact> = Vec::new();
    for call in calls
        .iter()
        .filter(|call| call.callee == Callee::Api && call.credential != CredentialKind::None)
    {
        match facts
            .iter_mut()
            .find(|fact| fact.place == call.wrapper && fact.kind == call.credential)
        {
            Some(fact) => {
                fact.calls += 1;
                fact.reached |= call.reached;
            }
            None => facts.push(CredentialFact {
                kind: call.credential,
                place: call.wrapper.clone(),
                calls: 1,
                reached: call.reached,
            }),
        }
    }
    facts
}
