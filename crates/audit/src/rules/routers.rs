//! Routes by the router that declares them: what one router serves is of one kind.

use std::collections::{HashMap, HashSet};

use betroth_report::Place;
use betroth_source_python::{Api, Authentication, Route};

use super::Subject;
use crate::access::{is_aside, is_public, is_verified, refuses};

/// The routes of one router of one application, each handler and method once.
pub(super) struct Router<'a> {
    pub(super) routes: Vec<&'a Route>,
    /// Whether any route of the application knows its caller.
    pub(super) api_verifies: bool,
}

impl<'a> Router<'a> {
    /// Routes that ask nobody who calls, though they touch data and are not meant for the public.
    pub(super) fn open(&self) -> Vec<&'a Route> {
        self.routes
            .iter()
            .filter(|route| {
                route.authentication == Authentication::None
                    && (route.touches_data || route.asks_model)
                    && !is_public(route)
            })
            .copied()
            .collect()
    }

    /// Routes that refuse whom they do not know.
    pub(super) fn guarded(&self) -> Vec<&'a Route> {
        self.routes
            .iter()
            .filter(|route| refuses(&route.authentication))
            .copied()
            .collect()
    }

    /// Whether most routes refuse, so that one which does not is an exception.
    pub(super) fn mostly_guarded(&self) -> bool {
        let guarded = self.guarded().len();
        guarded >= 2 && guarded * 3 >= self.routes.len() * 2
    }
}

/// The routers of the served applications; a router that two applications include is judged in the first.
pub(super) fn routers<'a>(subject: &Subject<'a>) -> Vec<Router<'a>> {
    let mut seen: HashSet<(&str, &Place)> = HashSet::new();
    let mut routers: Vec<Router<'a>> = Vec::new();
    for api in subject.apis() {
        let api_verifies = verifies(api);
        let mut known: HashMap<&Place, usize> = HashMap::new();
        for route in &api.routes {
            if is_aside(&route.place.file) || !seen.insert((&route.method, &route.place)) {
                continue;
            }
            if let Some(at) = known.get(&route.router) {
                routers[*at].routes.push(route);
            } else {
                known.insert(&route.router, routers.len());
                routers.push(Router {
                    routes: vec![route],
                    api_verifies,
                });
            }
        }
    }
    routers
}

/// Whether any route of an application knows its caller, or could not be told.
pub(super) fn verifies(api: &Api) -> bool {
    api.routes.iter().any(|route| {
        is_verified(&route.authentication)
            || matches!(
                route.authentication,
                Authentication::Unknown { .. } | Authentication::Forgeable { .. }
            )
    })
}
