use betroth_contract::IssuerKind;
use minijinja::context;

use crate::convention::Matter;
use crate::files::Standing;
use crate::layout::typescript;
use crate::plan::record_of;
use crate::project::Project;
use crate::target::{Output, Target};
use crate::template::{TemplateFault, fill};

/// The front end's way to Better Auth.
pub(super) const TARGET: Target = Target {
    name: "auth-client",
    about: "lib/auth-client.ts: sign-in, sign-out and the session, where there is no client yet",
    write,
};

fn write(project: &Project<'_>) -> Result<Vec<Output>, TemplateFault> {
    let is_better_auth = *project.contract.issuer.kind == IssuerKind::BetterAuth;
    let Some(web) = project.web.as_ref().filter(|_| is_better_auth) else {
        return Ok(Vec::new());
    };
    let path = web.place_of(project.files, Matter::AuthClient, &["lib/auth-client.ts"]);
    let known = project.files.standing(&record_of(&path)) == Standing::File;
    let has_client = web.facts.is_none_or(|web| !web.clients.is_empty());
    if has_client && !known {
        return Ok(Vec::new());
    }
    let text = fill(&path, include_str!("auth_client.ts.jinja"), context! {})?;
    Ok(vec![Output::File {
        path,
        text: typescript(&text, &web.style),
    }])
}
