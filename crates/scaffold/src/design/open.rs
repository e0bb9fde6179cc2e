//! What is open: what no source tells, and what `betroth check` saw.

use std::collections::BTreeMap;

use betroth_agreement::Verdict;
use betroth_contract::{Contract, IssuerKind, KeyForm, Setting, Transport};
use betroth_report::{Severity, shown_text};
use betroth_source_typescript::JwtOptions;
use minijinja::{Value, context};

use super::Subject;
use super::claim::Claim;
use super::markdown::{code, listed, sentence};
use super::view::token::accepts_type;

/// How long Better Auth lets a token live unless it is told otherwise, in seconds.
const OF_BETTER_AUTH: u64 = 15 * 60;

/// How many findings the document shows; the rest is counted.
const SHOWN: usize = 12;

/// What no source tells, one sentence each; never empty.
pub(super) fn items(subject: &Subject<'_>, is_better_auth: bool, claims: &[Claim]) -> Vec<String> {
    let project = subject.project;
    let contract = project.contract;
    let mut items = Vec::new();
    if subject.is_bare {
        items.push("Everything that sources tell: none was read, and this document is of the contract alone.".to_owned());
    }
    let variables = variables(contract);
    if !variables.is_empty() {
        items.push(format!(
            "What {} {} in a deployment: the contract has the names. Ask whoever deploys; a third side needs those that it reads.",
            listed(&variables, "and"),
            if variables.len() > 1 { "hold" } else { "holds" }
        ));
    }
    if !is_better_auth {
        items.push(match *contract.issuer.kind {
            IssuerKind::Oidc => "How a client gets a token: the contract names an OIDC provider. Its discovery document (`/.well-known/openid-configuration`) names its endpoints; whether the access token is a JWT, and for which audience, is set there.".to_owned(),
            _ => "How a client gets a token, and what the answer looks like: the contract names an issuer of another kind, of which nothing is known here.".to_owned(),
        });
    }
    if let Some(missing) = untyped(contract, is_better_auth) {
        items.push(missing);
    }
    items.extend(hop(contract));
    items.extend(several_audiences(contract));
    match &project.web {
        None => items.push("What a front end does: the contract names none (`[web]`).".to_owned()),
        Some(web) if web.facts.is_none() => items.push(format!(
            "What the front end does: no source of one was found in {}.",
            code(web.root)
        )),
        Some(web) => {
            let server = web.auth();
            if is_better_auth && server.is_none() {
                items.push(format!(
                    "How Better Auth is set up: no `betterAuth(…)` was found for {}.",
                    code(web.root)
                ));
            }
            let needs_plugin = is_better_auth
                && contract.keys.form() != KeyForm::SharedSecret
                && contract.session.is_none();
            if needs_plugin && server.is_some_and(|server| server.jwt.is_none()) {
                items.push("Whether tokens are issued at all: no plugin `jwt` was seen in `betterAuth(…)`. `betroth apply` writes it.".to_owned());
            }
            if let Some(jwt) = server.and_then(|server| server.jwt.as_ref())
                && needs_plugin
            {
                items.extend(untold(contract, jwt, claims));
            }
            if let Some(jwt) = server.and_then(|server| server.jwt.as_ref())
                && jwt.payload_open
            {
                items.push(format!(
                    "Which claims the plugin `jwt` writes beside those that were read ({}): its `definePayload` could not be read whole.",
                    code(&jwt.place.to_string())
                ));
            }
        }
    }
    for api in &project.apis {
        if api.facts.is_none() {
            items.push(format!(
                "What the API {} does: its application {} was not found in {}.",
                code(api.name),
                code(&format!(
                    "{}:{}",
                    api.contract.app.module, api.contract.app.name
                )),
                code(api.root)
            ));
        }
    }
    for agreement in subject.agreements {
        if agreement.verdict == Verdict::Unknown {
            items.push(format!(
                "Whether the API {} accepts what the front end {} sends: {}.",
                code(&agreement.api_root),
                code(&agreement.web_root),
                told(&agreement.because)
            ));
        }
    }
    match subject.unread {
        0 => {}
        1 => items.push("What stands in one file, or part of one, that could not be read; `betroth check --all` names it.".to_owned()),
        count => items.push(format!(
            "What stands in {count} files, or parts of them, that could not be read; `betroth check --all` names them."
        )),
    }
    if contract.apis.iter().len() == 0 {
        items.push("Which API there is: the contract names none (`[api]`).".to_owned());
    }
    items.push("Everything that only a running deployment shows: what a proxy before either side changes, whether clocks are right, which version of a library runs.".to_owned());
    items
}

/// Whether whoever writes the tokens writes a `typ` that the contract does not accept.
fn untyped(contract: &Contract, is_better_auth: bool) -> Option<String> {
    if contract.keys.form() == KeyForm::SharedSecret {
        return (!accepts_type(contract, "JWT")).then(|| "Which side is to change: the token route that `betroth apply` writes says `typ` `JWT`, and this contract does not accept it. Every such token is refused.".to_owned());
    }
    (is_better_auth && !accepts_type(contract, "")).then(|| "Which side is to change: Better Auth writes no `typ`, and this contract asks for one. Every token is refused.".to_owned())
}

/// Where what stands between page and API is.
fn hop(contract: &Contract) -> Option<String> {
    let place = match *contract.web.as_ref()?.transport {
        Transport::Token => return None,
        Transport::Proxy => {
            "Below which path of the front end its route handler passes requests on to the API: the contract does not say."
        }
        Transport::Gateway => {
            "Where the gateway is, which program it is, and how long it keeps a token: the contract says only that there is one."
        }
    };
    Some(place.to_owned())
}

/// How one endpoint gives tokens for several audiences.
fn several_audiences(contract: &Contract) -> Option<String> {
    let mut audiences: Vec<_> = contract
        .apis
        .iter()
        .map(|(_, api)| api.audience.as_ref().or(contract.token.audience.as_ref()))
        .collect();
    audiences.dedup();
    (audiences.len() > 1).then(|| "How a client gets a token for each API: the contract has one token endpoint, and no way to ask it for an audience. One token serves them all only if its `aud` is the array of all (`jwt.audience: […]` of Better Auth).".to_owned())
}

/// What the contract says and the plugin was not told, or told otherwise.
fn untold(contract: &Contract, jwt: &JwtOptions, claims: &[Claim]) -> Vec<String> {
    let place = code(&jwt.place.to_string());
    let mut items = Vec::new();
    let own_audience = contract.token.audience.is_some()
        || contract.apis.iter().any(|(_, api)| api.audience.is_some());
    if own_audience && jwt.audience.is_none() {
        items.push(format!(
            "Who is to mend the audience: the contract names one, and no `jwt.audience` was read at {place}. Better Auth writes its own origin then, and every API of this contract refuses that."
        ));
    }
    if contract.issuer.iss.is_some() && jwt.issuer.is_none() {
        items.push(format!(
            "Whether `iss` is what the contract says: no `jwt.issuer` was read at {place}, so Better Auth writes the origin of its `baseURL`."
        ));
    }
    let algorithms = contract.keys.algorithms();
    if let Some(signed) = jwt.algorithm.value.possible()
        && signed
            .iter()
            .all(|it| algorithms.iter().all(|own| own.as_str() != it))
    {
        let signed: Vec<String> = signed.iter().map(|it| code(it)).collect();
        items.push(format!(
            "Which side is to change: the plugin `jwt` at {place} signs with {}, which this contract does not accept.",
            listed(&signed, "or")
        ));
    }
    if contract.token.lifetime.seconds() != OF_BETTER_AUTH && jwt.expiration.is_none() {
        items.push(format!(
            "Whether a token lives as long as the contract says: no `jwt.expirationTime` was read at {place}, so Better Auth gives {OF_BETTER_AUTH} seconds."
        ));
    }
    for claim in claims
        .iter()
        .filter(|it| it.required && it.written == Some(false))
    {
        items.push(format!(
            "Who writes {}: the contract requires it, and `definePayload` at {place} does not write it. Every token is refused for that.",
            claim.name
        ));
    }
    items
}

/// Each pair of front end and API.
pub(super) fn agreements(subject: &Subject<'_>) -> Vec<Value> {
    let pairs = subject.agreements.iter().map(|it| {
        context! {
            web => it.web_root.clone(),
            api => it.api_root.clone(),
            verdict => it.verdict.word(),
            because => told(&it.because),
            sends => sentence(it.issuer.kind.phrase()),
            asks => sentence(it.verifier.kind.phrase()),
        }
    });
    pairs.collect()
}

/// What was read of each API's routes, in one sentence.
pub(super) fn routes(subject: &Subject<'_>) -> Vec<String> {
    let mut sentences = Vec::new();
    for api in &subject.project.apis {
        let Some(facts) = api.facts else {
            continue;
        };
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for route in &facts.routes {
            *counts.entry(route.authentication.word()).or_default() += 1;
        }
        let counts: Vec<String> = counts
            .into_iter()
            .map(|(word, count)| format!("{count} `{word}`"))
            .collect();
        sentences.push(match counts.as_slice() {
            [] => format!("API {}: no route was seen.", code(api.name)),
            counts => format!(
                "API {}: of {} routes {} (`betroth routes` lists them).",
                code(api.name),
                facts.routes.len(),
                listed(counts, "and")
            ),
        });
        for route in &subject.project.contract.routes {
            let of_api = route
                .api
                .as_ref()
                .is_none_or(|name| name.as_str() == api.name);
            let is_there = facts.routes.iter().any(|it| it.path == route.path.as_str());
            if of_api && !is_there {
                sentences.push(format!(
                    "API {}: the contract names {}, and no such route was seen.",
                    code(api.name),
                    code(route.path.as_str())
                ));
            }
        }
    }
    sentences
}

/// The causes, the worst first; notes are counted only.
pub(super) fn findings(subject: &Subject<'_>) -> Vec<Value> {
    let causes = grave(subject).take(SHOWN).map(|finding| {
        context! {
            severity => finding.severity.word(),
            rule => finding.rule,
            message => told(&finding.message),
            place => code(&finding.place.to_string()),
            help => told(&finding.help),
        }
    });
    causes.collect()
}

/// What `findings` leaves out.
pub(super) fn more(subject: &Subject<'_>) -> Option<String> {
    let all = subject.report.findings().len();
    let shown = grave(subject).take(SHOWN).count();
    match all - shown {
        0 => None,
        1 => Some(
            "One more finding follows from these or is a note: `betroth check --all`.".to_owned(),
        ),
        more => Some(format!(
            "{more} more findings follow from these or are notes: `betroth check --all`."
        )),
    }
}

fn grave<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a betroth_report::Finding> {
    let causes = subject.report.causes().into_iter().map(|it| it.finding);
    causes.filter(|finding| finding.severity > Severity::Note)
}

/// A sentence of the report, without what looks like a secret.
fn told(text: &str) -> String {
    sentence(&shown_text(text))
}

/// Every variable that the contract takes a value from.
fn variables(contract: &Contract) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let issuer = &contract.issuer;
    add(&mut names, &issuer.base_url);
    if let Some(iss) = &*issuer.iss {
        add(&mut names, iss);
    }
    if let Some(jwks_url) = &*issuer.jwks_url {
        add(&mut names, jwks_url);
    }
    if let Some(audience) = &*contract.token.audience {
        add(&mut names, audience);
    }
    for (_, api) in contract.apis.iter() {
        add(&mut names, &api.url);
        if let Some(audience) = &*api.audience {
            add(&mut names, audience);
        }
    }
    if let Some(web) = &contract.web {
        add(&mut names, &web.origins);
    }
    if let betroth_contract::Keys::PublicKey { public_key, .. } = &contract.keys {
        add(&mut names, public_key);
    }
    names
}

fn add<T>(names: &mut Vec<String>, setting: &Setting<T>) {
    for name in setting.names() {
        let name = code(name.as_str());
        if !names.contains(&name) {
            names.push(name);
        }
    }
}
