//! What changes for those who call today, once the guard stands before every route: a person has to know it before.

use std::collections::BTreeMap;

use betroth_contract::Access;
use betroth_source_python::{Authentication, GuardKind, MiddlewareKind, Route};

use crate::files::below;
use crate::project::{ApiSide, Project};
use crate::target::{Output, Step};

/// How many routes, or kinds of them, are named.
const NAMED: usize = 12;

/// Everything that is told of an API that gets the guard.
pub(super) fn all(project: &Project<'_>, api: &ApiSide<'_>) -> Vec<Output> {
    let mut outputs = vec![started(api)];
    outputs.extend(middlewares(api));
    outputs.extend(shut(project, api));
    outputs.extend(guarded_otherwise(project, api));
    outputs
}

/// What the API needs at its start from then on, which an environment that served it until today may lack.
fn started(api: &ApiSide<'_>) -> Output {
    let example = below(api.root, ".env.example");
    Output::step(format!(
        "from now on the API starts only where its environment has what `{example}` names; where tests import it and nothing \
         is set, `BETROTH_MODE=development` takes what the contract says for development"
    ))
}

/// Middleware that does the guard's work a second time, and within it.
fn middlewares(api: &ApiSide<'_>) -> Vec<Output> {
    let all = api.facts.into_iter().flat_map(|api| &api.middlewares);
    let told = all.filter_map(|middleware| {
        let name = &middleware.name;
        let says = match middleware.kind {
            MiddlewareKind::Cors(_) => {
                "take `CORSMiddleware` out: the guard answers for the contract's `web.origins`, outside of everything, so that a page can \
                 read a 401 and a 500 too; while both are there, only this one counts"
                    .to_owned()
            }
            MiddlewareKind::Authentication => format!(
                "`{name}` looks at tokens too: take it out, unless it does more than the guard; what it refuses stays refused, whatever the \
                 contract says"
            ),
            MiddlewareKind::Other => return None,
        };
        Some(Output::Step(Step {
            says,
            place: Some(middleware.place.clone()),
            lines: Vec::new(),
        }))
    });
    told.collect()
}

/// The routes that anyone may call today and that will ask for a person.
pub(super) fn shut(project: &Project<'_>, api: &ApiSide<'_>) -> Option<Output> {
    let open = asked_of_nobody(project, api).filter(|it| it.authentication == Authentication::None);
    let open: Vec<String> = open.map(named).collect();
    let says = match open.len() {
        0 => return None,
        1 => "a route that is open today will ask for a person",
        _ => "routes that are open today will ask for a person",
    };
    Some(Output::Step(Step {
        says: format!(
            "{says}; one that is meant to be open gets a `[[route]]` with `access = \"public\"` in the contract"
        ),
        place: None,
        lines: shortened(open),
    }))
}

/// The routes that something else looks after than most: it may take another credential than a token of the issuer.
fn guarded_otherwise(project: &Project<'_>, api: &ApiSide<'_>) -> Option<Output> {
    let mut guards: BTreeMap<&str, Vec<&Route>> = BTreeMap::new();
    for route in asked_of_nobody(project, api) {
        let required = |it: &&betroth_source_python::Guard| {
            it.authentication == Authentication::Required && it.kind != GuardKind::Middleware
        };
        if let Some(guard) = route.guards.iter().find(required) {
            guards.entry(&guard.name).or_default().push(route);
        }
    }
    let usual = guards.iter().max_by_key(|(_, routes)| routes.len());
    let usual = usual.map(|(name, _)| *name)?;
    let others = guards.iter().filter(|(name, _)| **name != usual);
    let lines: Vec<String> = others
        .map(|(name, routes)| match routes.as_slice() {
            [route] => format!("{name}: {}", named(route)),
            routes => format!("{name}: {} routes", routes.len()),
        })
        .collect();
    (!lines.is_empty()).then(|| {
        Output::Step(Step {
            says: format!(
                "these are looked after by something else than `{usual}`, and the guard will ask for a token before it does: where that takes \
                 another credential, of a machine say, the route gets a `[[route]]` with `access = \"public\"` in the contract"
            ),
            place: None,
            lines: shortened(lines),
        })
    })
}

/// Those that will ask for a person, because nothing else is said of them.
fn asked_of_nobody<'a>(
    project: &'a Project<'_>,
    api: &ApiSide<'a>,
) -> impl Iterator<Item = &'a Route> {
    let required = *api.contract.default == Access::Required;
    let routes = api.facts.into_iter().flat_map(|api| &api.routes);
    routes.filter(move |it| required && project.contract.route(&it.method, &it.path).is_none())
}

fn named(route: &Route) -> String {
    format!("{} {}", route.method, route.path)
}

fn shortened(mut lines: Vec<String>) -> Vec<String> {
    let more = lines.len().saturating_sub(NAMED);
    lines.truncate(NAMED);
    if more > 0 {
        lines.push(format!("and {more} more: `betroth routes`"));
    }
    lines
}
