use betroth_contract::{Framework, Setting, Transport};
use minijinja::context;

use super::api_handler;
use crate::convention::Matter;
use crate::layout::typescript;
use crate::project::{ApiSide, Project, WebSide};
use crate::target::{Output, Target};
use crate::template::{TemplateFault, fill, quoted};
use crate::typescript::{setting, token_endpoint};

/// The front end's way to the API.
pub(super) const TARGET: Target = Target {
    name: "api-client",
    about: "lib/api.ts: makeAuthenticatedRequest, and getJWTToken where pages hold the token",
    write,
};

fn write(project: &Project<'_>) -> Result<Vec<Output>, TemplateFault> {
    let Some(web) = &project.web else {
        return Ok(Vec::new());
    };
    let mut outputs = Vec::new();
    for (at, api) in project.apis.iter().enumerate() {
        let path = place(project, web, api, at == 0);
        let text = match *web.contract.transport {
            Transport::Token => {
                let endpoint = token_endpoint(project.contract);
                let base_url = &project.contract.issuer.base_url;
                let elsewhere = endpoint.starts_with('/') && web.signs_in_elsewhere();
                if elsewhere && !is_seen_by_pages(base_url) {
                    outputs.push(unseen(base_url, &path));
                }
                let values = context! {
                    issuer => (elsewhere && is_seen_by_pages(base_url))
                        .then(|| setting(base_url, "  ", |url| url.as_str().to_owned())),
                    issuer_variable => base_url.names().first().map(ToString::to_string),
                    endpoint => quoted(&endpoint),
                    url => setting(&api.contract.url, "  ", |url| url.as_str().to_owned()),
                    variable => api.contract.url.names().first().map(ToString::to_string),
                };
                fill(&path, include_str!("api_client.ts.jinja"), values)?
            }
            Transport::Proxy if *web.contract.framework == Framework::Next => {
                let under = quoted(&api_handler::under(project, web, api, at == 0));
                let template = include_str!("api_client_of_handler.ts.jinja");
                fill(&path, template, context! { under })?
            }
            Transport::Proxy | Transport::Gateway => continue,
        };
        outputs.push(Output::File {
            path,
            text: typescript(&text, &web.style),
        });
    }
    if !outputs.is_empty() {
        outputs.extend(web.install(project.files, "betroth"));
    }
    Ok(outputs)
}

/// What the names of variables begin with that a build hands to pages: Next.js, Vite, Create React App, Expo and Astro.
const PUBLIC: &[&str] = &[
    "NEXT_PUBLIC_",
    "VITE_",
    "REACT_APP_",
    "EXPO_PUBLIC_",
    "PUBLIC_",
];

/// Whether a page can know a setting.
fn is_seen_by_pages<T>(setting: &Setting<T>) -> bool {
    let names = setting.names();
    let first = names.first().map(ToString::to_string);
    first.is_none_or(|name| PUBLIC.iter().any(|begin| name.starts_with(begin)))
}

/// Where people sign in at another server whose address no page is told.
fn unseen<T>(base_url: &Setting<T>, path: &str) -> Output {
    let name = base_url.names().first().map(ToString::to_string);
    let name = name.unwrap_or_default();
    Output::step(format!(
        "`{path}` asks the server of the pages for tokens, and people sign in at another, whose address `{name}` pages do not get to see: \
         name a variable that they do in `issuer.base_url`, as in `NEXT_PUBLIC_{name}`, or give `createClient` its `token`"
    ))
}

/// `lib/api.ts` for the first API, with its name for any other.
fn place(project: &Project<'_>, web: &WebSide<'_>, api: &ApiSide<'_>, first: bool) -> String {
    if first {
        return web.place_of(
            project.files,
            Matter::ApiClient,
            &["lib/api.ts", "lib/betroth.ts"],
        );
    }
    web.path(&format!("lib/api-{}.ts", api.name))
}
