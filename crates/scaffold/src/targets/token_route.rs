use betroth_contract::value::Identifier;
use betroth_contract::{Framework, Keys, Setting};
use minijinja::context;

use crate::layout::typescript;
use crate::project::Project;
use crate::target::{Output, Step, Target};
use crate::template::{TemplateFault, fill, quoted};
use crate::typescript::{claim, setting, token_endpoint};

/// Where a session is swapped for a token signed with the shared secret.
pub(super) const TARGET: Target = Target {
    name: "token-route",
    about: "app/api/auth/jwt/route.ts: with a shared secret, the route that signs for whoever has a session",
    write,
};

/// The secret of Better Auth itself.
const OF_SESSIONS: &str = "BETTER_AUTH_SECRET";

fn write(project: &Project<'_>) -> Result<Vec<Output>, TemplateFault> {
    let contract = project.contract;
    let Keys::SharedSecret { secret, .. } = &contract.keys else {
        return Ok(Vec::new());
    };
    let wanted = |web: &&crate::project::WebSide<'_>| *web.contract.framework == Framework::Next;
    let Some(web) = project.web.as_ref().filter(wanted) else {
        return Ok(Vec::new());
    };
    let endpoint = token_endpoint(contract);
    let (Some(auth), true) = (web.auth(), endpoint.starts_with('/')) else {
        return Ok(Vec::new());
    };
    let path = web.path(&format!("app{endpoint}/route.ts"));
    let secret = secret
        .names()
        .first()
        .map(ToString::to_string)
        .unwrap_or_default();
    let base_url = &contract.issuer.base_url;
    let text = |it: &Identifier| it.as_str().to_owned();
    let base = base_url.names().first();
    let missing = base.map_or_else(
        || format!("{secret} is not set"),
        |base| format!("{secret} and {base} have to be set"),
    );
    let has = |plugin: &str| auth.plugins.iter().any(|it| it.name == plugin);
    let names = &contract.claims;
    let mut claims = vec![
        claim(&names.email, "session.user.email"),
        claim(&names.name, "session.user.name"),
    ];
    if has("admin") {
        claims.push(claim(&names.roles, "session.user.role"));
    }
    if has("organization") {
        claims.push(claim(
            &names.organization,
            "session.session.activeOrganizationId",
        ));
    }
    let or_issuer = |it: Option<&Setting<Identifier>>| {
        it.map_or_else(|| "issuer".to_owned(), |it| given(it, text))
    };
    let values = context! {
        auth => quoted(&web.import(&path, &auth.place.file)),
        secret => secret.clone(),
        own => secret != OF_SESSIONS,
        base_url => setting(base_url, "    ", |url| url.as_str().to_owned()),
        missing,
        issuer => contract.issuer.iss.as_ref().map_or_else(
            || "new URL(baseURL).origin".to_owned(),
            |iss| given(iss, text),
        ),
        audience => or_issuer(contract.token.audience.as_ref()),
        claims,
        algorithm => quoted(contract.keys.algorithms().first().map_or("HS256", |it| it.as_str())),
        lifetime => quoted(&contract.token.lifetime.to_string()),
    };
    let module = fill(&path, include_str!("token_route.ts.jinja"), values)?;
    let mut outputs = vec![Output::File {
        path,
        text: typescript(&module, &web.style),
    }];
    if secret == OF_SESSIONS {
        outputs.push(Output::Step(Step {
            says: format!(
                "give tokens a secret of their own: `{OF_SESSIONS}` also signs every session, and the API would hold it"
            ),
            place: None,
            lines: vec![
                "[keys]".to_owned(),
                "secret = { env = \"JWT_SECRET\" }".to_owned(),
            ],
        }));
    }
    outputs.extend(web.install(project.files, "jose"));
    Ok(outputs)
}

/// A setting without which the issuer stands for it.
fn given(it: &Setting<Identifier>, text: impl Fn(&Identifier) -> String) -> String {
    match it {
        Setting::Literal(value) => quoted(&text(value)),
        Setting::Environment { .. } => {
            format!("{} ?? new URL(baseURL).origin", setting(it, "      ", text))
        }
    }
}
