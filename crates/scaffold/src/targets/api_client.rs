use betroth_contract::{Framework, Transport};
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
                let values = context! {
                    endpoint => quoted(&token_endpoint(project.contract)),
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
