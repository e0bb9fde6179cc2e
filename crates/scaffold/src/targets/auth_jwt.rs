mod plugin;

use betroth_contract::{Contract, IssuerKind, KeyForm, PublicAlgorithm};
use betroth_source_typescript::{BetterAuthConfig, JwtOptions};
use minijinja::context;

use crate::files::{below, import_path};
use crate::layout::typescript;
use crate::project::{Project, WebSide};
use crate::target::{Output, Step, Target};
use crate::template::{TemplateFault, fill, quoted};
use crate::typescript::{claim, setting};

/// Better Auth's `jwt` plugin, with what the contract says.
pub(super) const TARGET: Target = Target {
    name: "auth-jwt",
    about: "lib/auth-jwt.ts: Better Auth's jwt plugin with the claims of the contract, and its line in auth.ts",
    write,
};

/// The name by which auth.ts takes the plugin.
const NAME: &str = "apiToken";

fn write(project: &Project<'_>) -> Result<Vec<Output>, TemplateFault> {
    let contract = project.contract;
    let signs = *contract.issuer.kind == IssuerKind::BetterAuth
        && contract.keys.form() != KeyForm::SharedSecret
        && contract.session.is_none();
    let Some(web) = project.web.as_ref().filter(|_| signs) else {
        return Ok(Vec::new());
    };
    let Some(auth) = web.auth() else {
        return Ok(vec![Output::step(format!(
            "no `betterAuth(…)` was found in `{}`; if it stands elsewhere, give its `jwt` plugin the claims that the contract names",
            web.root
        ))]);
    };
    // Beside the module that takes it in, wherever that stands.
    let folder = auth
        .place
        .file
        .rsplit_once('/')
        .map_or(".", |(folder, _)| folder);
    let path = below(folder, "auth-jwt.ts");
    let claims = claims(contract, auth);
    let given = if claims.iter().any(|claim| claim.contains("session.")) {
        "user, session"
    } else {
        "user"
    };
    let text = |identifier: &betroth_contract::value::Identifier| identifier.as_str().to_owned();
    let iss = contract.issuer.iss.as_ref();
    let audience = contract.token.audience.as_ref();
    let values = context! {
        hide_header => mints_for_expired_sessions(project, web),
        algorithm => algorithm(contract).map(|it| quoted(it.as_str())),
        issuer => iss.map(|it| setting(it, "      ", text)),
        audience => audience.map(|it| setting(it, "      ", text)),
        lifetime => quoted(&contract.token.lifetime.to_string()),
        given,
        claims,
    };
    let module = fill(&path, include_str!("auth_jwt.ts.jinja"), values)?;
    let taken = taken_in(project, auth, &path, contract);
    let mut outputs = vec![Output::File {
        text: typescript(&module, &web.style),
        path,
    }];
    outputs.push(taken);
    if auth.jwt.is_none() {
        outputs.push(table());
    }
    Ok(outputs)
}

/// What a new plugin needs of the database.
fn table() -> Output {
    Output::Step(Step {
        says: "the plugin keeps its keys in the table `jwks`, which Better Auth's database needs first; with Prisma or Drizzle `generate` it, and migrate as ever"
            .to_owned(),
        place: None,
        lines: vec!["npx @better-auth/cli migrate".to_owned()],
    })
}

/// The claims of the contract that this server has something for.
fn claims(contract: &Contract, auth: &BetterAuthConfig) -> Vec<String> {
    let has = |plugin: &str| auth.plugins.iter().any(|it| it.name == plugin);
    let names = &contract.claims;
    let mut claims = vec![
        claim(&names.email, "user.email"),
        claim(&names.name, "user.name"),
    ];
    if has("admin") {
        claims.push(claim(&names.roles, "user.role"));
    }
    if has("organization") {
        claims.push(claim(&names.organization, "session.activeOrganizationId"));
    }
    claims
}

/// The algorithm, where it is another than the plugin's own.
fn algorithm(contract: &Contract) -> Option<PublicAlgorithm> {
    let algorithms = contract.keys.algorithms();
    let betroth_contract::Algorithm::Public(algorithm) = algorithms.first()? else {
        return None;
    };
    (*algorithm != PublicAlgorithm::EdDsa).then_some(*algorithm)
}

/// Whether `get-session` may answer with a token for a session that is over: seen in 1.7.7, gone in 1.7.24.
fn mints_for_expired_sessions(project: &Project<'_>, web: &WebSide<'_>) -> bool {
    let manifest = project.files.text(&below(web.root, "package.json"));
    let json: serde_json::Value =
        serde_json::from_str(&manifest.unwrap_or_default()).unwrap_or_default();
    let version = json["dependencies"]["better-auth"]
        .as_str()
        .unwrap_or_default();
    let digits = version.trim_start_matches(|it: char| !it.is_ascii_digit());
    let mut parts = digits.split('.').map(|part| {
        let end = part
            .find(|it: char| !it.is_ascii_digit())
            .unwrap_or(part.len());
        part[..end].parse::<u32>().unwrap_or(0)
    });
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next()) < (1, 7, 24)
}

/// Options of the plugin that its own module writes, with those around them.
const WRITTEN: &[&str] = &[
    "disableSettingJwtHeader",
    "jwks",
    "jwks.keyPairConfig",
    "jwt",
    "jwt.audience",
    "jwt.definePayload",
    "jwt.expirationTime",
    "jwt.issuer",
];

/// What a person told the plugin beside what the contract says: options, and claims that it does not name.
fn beside(contract: &Contract, jwt: &JwtOptions) -> String {
    let options = jwt.options.iter().map(|it| it.name.as_str());
    let options = options.filter(|name| !WRITTEN.contains(name));
    let names = &contract.claims;
    let known = [&names.email, &names.name, &names.roles, &names.organization];
    let known: Vec<String> = known.iter().map(|it| (***it).to_string()).collect();
    let claims = jwt.payload.iter().flatten().map(String::as_str);
    let claims = claims.filter(|claim| !known.iter().any(|it| it == claim) && *claim != "sub");
    let told: Vec<String> = options
        .map(|name| format!("`{name}`"))
        .chain(claims.map(|claim| format!("the claim `{claim}`")))
        .collect();
    match told.as_slice() {
        [] => String::new(),
        told => format!(
            ", and bring over what it is told beside that: {}",
            told.join(", ")
        ),
    }
}

/// The line by which auth.ts takes the plugin in, where that can be written.
fn taken_in(
    project: &Project<'_>,
    auth: &BetterAuthConfig,
    module: &str,
    contract: &Contract,
) -> Output {
    let file = &auth.place.file;
    let import = format!("import {{ {NAME} }} from \"{}\"", import_path(file, module));
    if let Some(jwt) = &auth.jwt {
        if jwt.place.file == module {
            return Output::Edit {
                edits: Vec::new(),
                says: String::new(),
            };
        }
        // What a person told the plugin is theirs to bring over.
        return Output::Step(Step {
            says: format!(
                "take `{NAME}` in place of this `jwt(…)`{}",
                beside(contract, jwt)
            ),
            place: Some(jwt.place.clone()),
            lines: vec![import, format!("plugins: [{NAME}, …]")],
        });
    }
    match plugin::edits(project, auth, NAME, &import) {
        Some(edits) => Output::Edit {
            edits,
            says: format!("takes `{NAME}` as a plugin"),
        },
        None => Output::Step(Step {
            says: format!("take `{NAME}` as a plugin"),
            place: Some(auth.place.clone()),
            lines: vec![import, format!("plugins: [{NAME}, …]")],
        }),
    }
}
