use betroth_contract::{Framework, IssuerKind};
use minijinja::context;

use crate::files::{Standing, below};
use crate::layout::typescript;
use crate::plan::record_of;
use crate::project::Project;
use crate::target::{Output, Target};
use crate::template::{TemplateFault, fill, quoted};

/// Where Next.js answers for Better Auth.
pub(super) const TARGET: Target = Target {
    name: "auth-handler",
    about: "app/api/auth/[...all]/route.ts: Better Auth's endpoints in Next.js",
    write,
};

fn write(project: &Project<'_>) -> Result<Vec<Output>, TemplateFault> {
    let issuer = &project.contract.issuer;
    let wanted = |web: &&crate::project::WebSide<'_>| {
        *web.contract.framework == Framework::Next
            && *issuer.kind == IssuerKind::BetterAuth
            && !web.signs_in_elsewhere()
    };
    let Some(web) = project.web.as_ref().filter(wanted) else {
        return Ok(Vec::new());
    };
    let Some(auth) = web.auth() else {
        return Ok(Vec::new());
    };
    let folder = format!("app{}", *issuer.base_path);
    let path = web.path(&format!("{folder}/[...all]/route.ts"));
    let known = project.files.standing(&record_of(&path)) == Standing::File;
    // Under whatever name, a handler that stands there already answers.
    let stands = |path: &str| project.files.standing(path) != Standing::Nothing;
    let pages = below(
        web.root,
        &format!("{}pages{}", web.source, *issuer.base_path),
    );
    if !known && (stands(&web.path(&folder)) || stands(&pages)) {
        return Ok(Vec::new());
    }
    let values = context! { auth => quoted(&web.import(&path, &auth.place.file)) };
    let text = fill(&path, include_str!("auth_handler.ts.jinja"), values)?;
    Ok(vec![Output::File {
        path,
        text: typescript(&text, &web.style),
    }])
}
