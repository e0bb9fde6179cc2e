use betroth_contract::{Framework, IssuerKind, KeyForm, TokenPlace, Transport};
use betroth_report::Place;
use betroth_source_typescript::Callee;
use minijinja::context;

use crate::files::Standing;
use crate::layout::typescript;
use crate::plan::record_of;
use crate::project::{ApiSide, Project, WebSide, free};
use crate::target::{Output, Step, Target};
use crate::template::{TemplateFault, fill, quoted};
use crate::typescript::setting;

/// Where the front end's own server passes calls on.
pub(super) const TARGET: Target = Target {
    name: "api-handler",
    about: "app/api/backend/[...path]/route.ts: with `transport = \"proxy\"`, swaps the session for a token on the way to the API",
    write,
};

fn write(project: &Project<'_>) -> Result<Vec<Output>, TemplateFault> {
    let by_handler = |web: &&WebSide<'_>| *web.contract.transport == Transport::Proxy;
    let Some(web) = project.web.as_ref().filter(by_handler) else {
        return Ok(Vec::new());
    };
    if *web.contract.framework != Framework::Next {
        return Ok(vec![Output::step(
            "have the server of the pages put a token where the session's cookie was, and pass the request on: \
             a handler is written for Next.js alone",
        )]);
    }
    let mut outputs = Vec::new();
    for (at, api) in project.apis.iter().enumerate() {
        if at == 0
            && let Some((place, under)) = standing(project, web)
        {
            outputs.push(Output::Step(Step {
                says: "this handler passes calls on already, and the client that is written goes by it; `passOn` in its place refuses pages of other sites, leads \
                       nowhere but below the API, and keeps cookies back on both ways"
                    .to_owned(),
                place: Some(place),
                lines: vec![
                    "import { passOn } from \"betroth/next\"".to_owned(),
                    format!("export const {{ GET, POST, PUT, PATCH, DELETE }} = passOn({{ url, token, under: {} }})", quoted(&under)),
                ],
            }));
            continue;
        }
        let under = under(project, web, api, at == 0);
        let path = file(web, &under);
        let values = values(project, web, api, &under, &path);
        let text = fill(&path, include_str!("api_handler.ts.jinja"), values)?;
        outputs.push(Output::File {
            path,
            text: typescript(&text, &web.style),
        });
    }
    Ok(outputs)
}

/// The path below which pages reach an API: `/api/backend`, with its name behind for any but the first.
pub(super) fn under(
    project: &Project<'_>,
    web: &WebSide<'_>,
    api: &ApiSide<'_>,
    first: bool,
) -> String {
    if first && let Some((_, under)) = standing(project, web) {
        return under;
    }
    let of_api = if first {
        String::new()
    } else {
        format!("-{}", api.name)
    };
    let usual = ["backend", "betroth"].map(|name| format!("/api/{name}{of_api}"));
    let files = usual.iter().map(|under| file(web, under)).collect();
    let place = free(project.files, files);
    let found = usual.iter().find(|under| file(web, under) == place);
    found.unwrap_or(&usual[0]).clone()
}

/// A person's own handler that passes calls on with a token, and the path below which it stands.
fn standing(project: &Project<'_>, web: &WebSide<'_>) -> Option<(Place, String)> {
    let app = web.path("app");
    web.facts?.calls.iter().find_map(|call| {
        let passes_on = call.server && call.callee == Callee::Api && call.header.is_some();
        let file = &call.place.file;
        let (under, rest) = file.strip_prefix(&app)?.split_once("/[...")?;
        let is_own = project.files.standing(&record_of(file)) == Standing::File;
        let is_it =
            passes_on && !is_own && rest.contains("]/route.") && !under.contains(['[', '(']);
        is_it.then(|| (call.place.clone(), under.to_owned()))
    })
}

fn file(web: &WebSide<'_>, under: &str) -> String {
    web.path(&format!("app{under}/[...path]/route.ts"))
}

fn values(
    project: &Project<'_>,
    web: &WebSide<'_>,
    api: &ApiSide<'_>,
    under: &str,
    path: &str,
) -> minijinja::Value {
    let contract = project.contract;
    let issuer = &contract.issuer;
    // Where Better Auth's plugin signs in the same process, nothing goes over the wire for a token.
    let signs = contract.keys.form() != KeyForm::SharedSecret
        && *issuer.kind == IssuerKind::BetterAuth
        && issuer.token_endpoint.span().is_none()
        && !web.signs_in_elsewhere();
    let auth = web.auth().filter(|_| signs);
    let place = contract.token_place(issuer.base_path.as_str());
    let (endpoint, by_base) = match &place {
        TokenPlace::Url(url) => (url.as_str(), false),
        TokenPlace::Path(path) => (path.as_str(), auth.is_none()),
    };
    context! {
        auth => auth.map(|auth| quoted(&web.import(path, &auth.place.file))),
        url => setting(&api.contract.url, "  ", |url| url.as_str().to_owned()),
        variable => api.contract.url.names().first().map(ToString::to_string),
        base_url => by_base.then(|| setting(&issuer.base_url, "  ", |url| url.as_str().to_owned())),
        base => issuer.base_url.names().first().map(ToString::to_string),
        endpoint => quoted(endpoint),
        under => quoted(under),
    }
}
