//! The table of the running application beside the one that was read.

use std::collections::BTreeSet;
use std::fmt;

use betroth_report::Place;
use betroth_source_python::{Api, Authentication, Route};
use serde_json::{Value, json};

/// A route as the running application has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) handler: String,
    /// Where the handler's `def` stands; none for what was not written in Python.
    pub(super) place: Option<Place>,
    /// Names of the callables that FastAPI calls before the handler.
    pub(super) dependencies: Vec<String>,
}

/// A route that only one of the two tables has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    side: Side,
    api: String,
    method: String,
    path: String,
    handler: String,
    place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Import,
    Static,
}

/// The table that stands from now on.
pub(super) struct Merged {
    pub(super) routes: Vec<Route>,
    /// Of each route, in the same order.
    pub(super) dependencies: Vec<Vec<String>>,
    pub(super) differences: Vec<Difference>,
}

/// The rows as routes, with what was read of each.
pub(super) fn merge(api: &Api, rows: Vec<Row>) -> Merged {
    let read: BTreeSet<(&str, &str)> = api.routes.iter().map(key).collect();
    let mut merged = Merged {
        routes: Vec::with_capacity(rows.len()),
        dependencies: Vec::with_capacity(rows.len()),
        differences: Vec::new(),
    };
    for row in rows {
        let (route, dependencies) = known(api, row);
        if !read.contains(&key(&route)) {
            merged
                .differences
                .push(Difference::new(Side::Import, api, &route));
        }
        merged.routes.push(route);
        merged.dependencies.push(dependencies);
    }
    let running: BTreeSet<(&str, &str)> = merged.routes.iter().map(key).collect();
    merged.differences.extend(
        api.routes
            .iter()
            .filter(|route| !running.contains(&key(route)))
            .map(|route| Difference::new(Side::Static, api, route)),
    );
    merged
}

fn key(route: &Route) -> (&str, &str) {
    (&route.method, &route.path)
}

/// The row as a route. Whether it is authenticated is what was read of it: by method and path, else by its handler.
fn known(api: &Api, row: Row) -> (Route, Vec<String>) {
    let same_place = |route: &&Route| {
        row.place
            .as_ref()
            .is_some_and(|place| (&route.place.file, route.place.line) == (&place.file, place.line))
    };
    let same_key = |route: &&Route| key(route) == (row.method.as_str(), row.path.as_str());
    let by_key = || api.routes.iter().filter(same_key);
    let by_place: Vec<&Route> = api.routes.iter().filter(same_place).collect();
    let route = by_key()
        .find(same_place)
        .or_else(|| by_key().next())
        .or_else(|| agreeing(&by_place));
    let place = row.place.unwrap_or_else(|| api.place.clone());
    let route = match route {
        Some(route) => Route {
            method: row.method,
            path: row.path,
            handler: row.handler,
            place: if route.place.line == place.line && route.place.file == place.file {
                route.place.clone()
            } else {
                place
            },
            ..route.clone()
        },
        None => Route {
            method: row.method,
            path: row.path,
            handler: row.handler,
            router: by_place
                .first()
                .map_or_else(|| place.clone(), |route| route.router.clone()),
            authentication: Authentication::Unknown {
                why: "the route exists only at run time, so what guards it was not read".to_owned(),
                place: place.clone(),
            },
            place,
            guards: Vec::new(),
            claimed_identity: None,
            touches_data: by_place.iter().any(|route| route.touches_data),
            asks_model: by_place.iter().any(|route| route.asks_model),
        },
    };
    (route, row.dependencies)
}

/// One for all routes of a handler, where they are guarded alike.
fn agreeing<'a>(routes: &[&'a Route]) -> Option<&'a Route> {
    let first = *routes.first()?;
    routes
        .iter()
        .all(|route| route.authentication == first.authentication)
        .then_some(first)
}

impl Difference {
    fn new(side: Side, api: &Api, route: &Route) -> Self {
        Self {
            side,
            api: api.name.clone(),
            method: route.method.clone(),
            path: route.path.clone(),
            handler: route.handler.clone(),
            place: route.place.clone(),
        }
    }

    pub(super) fn json(&self) -> Value {
        let kind = match self.side {
            Side::Import => "import-only",
            Side::Static => "static-only",
        };
        json!({
            "kind": kind,
            "api": self.api,
            "method": self.method,
            "path": self.path,
            "handler": self.handler,
            "file": self.place.file,
            "line": self.place.line.max(1),
        })
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = match self.side {
            Side::Import => "only at run time",
            Side::Static => "only in the sources",
        };
        write!(
            f,
            "{side}: {} {}  {}  {}",
            self.method, self.path, self.handler, self.place
        )
    }
}
