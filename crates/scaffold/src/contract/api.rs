//! `[api]`, and `[[route]]` for those that are open on purpose.

use std::collections::BTreeMap;

use betroth_contract::value::{AppReference, Folder, Origin, RoutePath, Url};
use betroth_contract::{Access, Docs, Method};
use betroth_report::Place;
use betroth_source_python::{Authentication, Route};
use betroth_source_typescript::{Base, Callee};

use super::draft::{Basis, Section, array, shown};
use super::setting::{Address, is, variable};
use super::sides::Sides;

/// Where `uvicorn` and `fastapi dev` answer.
const LOCAL: &str = "http://localhost:8000";

pub(crate) fn section(sides: &Sides<'_>) -> Option<Section> {
    let api = sides.api?;
    let mut section = Section::new("api");
    let made = || Basis::Read(api.place.clone());
    if is::<Folder>(&sides.api_root) {
        section.text("root", &sides.api_root, made());
    }
    let app = reference(&api.name, &sides.api_root);
    if is::<AppReference>(&app) {
        section.text("app", &app, made());
    } else {
        let why = format!("how uvicorn names `{}`", api.name);
        section.text("app", "app.main:app", Basis::Open(why));
    }
    let (value, basis) = url(sides).unwrap_or_else(|| {
        let why = "no call of a front end names it".to_owned();
        let value = variable("NEXT_PUBLIC_API_URL", Some(LOCAL));
        (value, Basis::Guess(why))
    });
    section.put("url", value, basis);
    if api.docs == Some(false) {
        section.text("docs", Docs::Off.as_str(), made());
    }
    Some(section)
}

/// `app.main:app` of `backend/app/main.py:app`, from the folder `backend`.
fn reference(name: &str, root: &str) -> String {
    let (file, object) = name.rsplit_once(':').unwrap_or((name, "app"));
    let inside = file
        .strip_prefix(root)
        .and_then(|rest| rest.strip_prefix('/'));
    let file = inside.unwrap_or(file);
    let module = file.strip_suffix(".py").unwrap_or(file).replace('/', ".");
    let module = module.strip_suffix(".__init__").unwrap_or(&module);
    format!("{module}:{object}")
}

/// The address that most calls of the front end begin with.
pub(crate) fn url(sides: &Sides<'_>) -> Option<(String, Basis)> {
    let calls = sides.web.into_iter().flat_map(|web| &web.calls);
    let mut bases: BTreeMap<&Base, (usize, &Place)> = BTreeMap::new();
    for call in calls.filter(|call| call.callee == Callee::Api) {
        bases.entry(&call.base).or_insert((0, &call.wrapper)).0 += 1;
    }
    let mut bases: Vec<_> = bases.into_iter().collect();
    bases.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
    bases.into_iter().find_map(|(base, (_, place))| {
        let address = Address {
            variable: base.environment.as_deref(),
            literal: base.literal.as_deref(),
            place,
        };
        address.setting("NEXT_PUBLIC_API_URL", LOCAL)
    })
}

/// The origin that most calls go to, where that is not this machine.
pub(crate) fn production(sides: &Sides<'_>) -> Option<Origin> {
    let calls = sides.web.into_iter().flat_map(|web| &web.calls);
    let calls = calls.filter(|call| call.callee == Callee::Api);
    let urls = calls.filter_map(|call| call.base.literal.as_ref()?.parse::<Url>().ok());
    let mut origins: BTreeMap<Origin, usize> = BTreeMap::new();
    for url in urls.filter(|url| !url.is_loopback()) {
        *origins.entry(url.origin().clone()).or_default() += 1;
    }
    let most = origins.into_iter().max_by_key(|(_, count)| *count);
    most.map(|(origin, _)| origin)
}

/// How many open routes without a word that says why are named one by one.
const NAMED: usize = 20;

/// The routes that do not ask for a person: by their path on purpose, or else as comments.
pub(crate) fn routes(sides: &Sides<'_>) -> Vec<Section> {
    let routes = sides.api.into_iter().flat_map(|api| &api.routes);
    let mut entries: BTreeMap<(&str, Access), Vec<&Route>> = BTreeMap::new();
    let mut doubtful: Vec<&Route> = Vec::new();
    for route in routes.filter(|route| is::<Method>(&route.method) && is::<RoutePath>(&route.path))
    {
        let access = match route.authentication {
            Authentication::Optional => Access::Optional,
            Authentication::None if (sides.is_meant_open)(route) => Access::Public,
            Authentication::None => {
                doubtful.push(route);
                continue;
            }
            _ => continue,
        };
        let known = entries.entry((route.path.as_str(), access)).or_default();
        if known.iter().all(|known| known.method != route.method) {
            known.push(route);
        }
    }
    let mut sections: Vec<Section> = Vec::new();
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for ((path, access), mut routes) in entries {
        // What is declared twice is answered by the first; a contract names it once.
        routes.retain(|route| !seen.contains(&(path, route.method.as_str())));
        let Some(first) = routes.first() else {
            continue;
        };
        seen.extend(routes.iter().map(|route| (path, route.method.as_str())));
        let mut section = Section::new("route");
        let methods = array(routes.iter().map(|route| route.method.as_str()));
        section.put("methods", methods, Basis::Read(first.place.clone()));
        section.text("path", path, Basis::Read(first.place.clone()));
        let basis = match access {
            Access::Optional => Basis::Read(first.place.clone()),
            _ => Basis::Guess("its path sounds as if it were open on purpose".to_owned()),
        };
        section.text("access", access.as_str(), basis);
        sections.push(section);
    }
    sections.extend(open_by_oversight(&doubtful));
    sections
}

/// One comment for all routes that are open, and may not be meant so.
fn open_by_oversight(routes: &[&Route]) -> Option<Section> {
    let first = routes.first()?;
    let mut section = Section::new("route");
    section.notes.push(
        "these answer whoever calls: one that is meant so gets a table like this, any other is to ask for a person".to_owned(),
    );
    for route in routes.iter().take(NAMED) {
        let place = shown(&route.place);
        section
            .notes
            .push(format!("  {} {}  {place}", route.method, route.path));
    }
    if let Some(more) = routes.len().checked_sub(NAMED).filter(|more| *more > 0) {
        section
            .notes
            .push(format!("  and {more} more: `betroth routes`"));
    }
    let what = |what: &str| Basis::Open(what.to_owned());
    section.text(
        "path",
        &first.path,
        what("a path as the framework names it"),
    );
    let access = Access::Public.as_str();
    section.text(
        "access",
        access,
        what("`public`, or `optional` where a person is known if one calls"),
    );
    Some(section)
}

#[cfg(test)]
mod tests {
    use super::reference;

    #[test]
    fn an_application_is_named_from_its_folder() {
        for (name, root, reads) in [
            ("backend/app/main.py:app", "backend", "app.main:app"),
            ("main.py:create_app", ".", "main:create_app"),
            ("api/app/__init__.py:app", "api", "app:app"),
        ] {
            assert_eq!(reference(name, root), reads);
        }
    }
}
