//! From what was put into each application to its routes with full paths.

use std::rc::Rc;

use betroth_report::Place;

use super::value::{Answering, Entry, ObjectId, Val};
use super::{Added, AddedKind, Application, Declared, Handler, Machine, Wiring};
use crate::facts::Unserved;
use crate::flow::betroth;
use crate::thunk::{Callee, Thunk};

/// How deep routers include routers.
const DEPTH: usize = 24;

/// How many routes one application has at most.
const ROUTES: usize = 20_000;

/// What stands before the routes of a router, from the application down to it.
#[derive(Clone, Default)]
struct Above<'a> {
    path: String,
    dependencies: Vec<Thunk<'a>>,
    middlewares: Vec<Added<'a>>,
    depth: usize,
}

impl<'a> Machine<'a, '_> {
    pub(super) fn serve(mut self) -> Wiring<'a> {
        let mut applications = Vec::new();
        let all: Vec<ObjectId> = (0..self.objects.len()).map(ObjectId).collect();
        let mut inside = vec![false; all.len()];
        for &id in &all {
            for entry in self.objects[id.0].entries.clone() {
                let (Entry::Include { router: val, .. }
                | Entry::Mount {
                    application: val, ..
                }) = entry
                else {
                    continue;
                };
                if let Val::Object(inner) = self.later(&val)
                    && inner != id
                {
                    inside[inner.0] = true;
                }
            }
        }
        for &id in &all {
            let object = &self.objects[id.0];
            if !object.application || inside[id.0] {
                continue;
            }
            object.served.set(true);
            let (name, place, module, docs) = (
                object.name.clone(),
                object.place.clone(),
                object.module,
                object.docs,
            );
            let mut middlewares = object.middlewares.clone();
            middlewares.reverse();
            self.answer_preflights(&mut middlewares);
            let above = Above {
                dependencies: Vec::new(),
                ..Above::default()
            };
            let mut routes = Vec::new();
            self.collect(id, above, &mut routes);
            let name = name.unwrap_or_else(|| self.tree.module(module).path().to_owned());
            applications.push(Application {
                name,
                place,
                module,
                routes,
                middlewares,
                docs,
            });
        }
        // A variable that two branches assign, or a factory that was followed twice, is one application.
        let mut kept: Vec<Application<'a>> = Vec::new();
        for application in applications {
            match kept.iter_mut().find(|other| other.name == application.name) {
                Some(other) if other.routes.len() < application.routes.len() => {
                    *other = application;
                }
                Some(_) => {}
                None => kept.push(application),
            }
        }
        if kept
            .iter()
            .any(|application| !application.routes.is_empty())
        {
            kept.retain(|application| !application.routes.is_empty());
        }
        let unserved = self
            .objects
            .iter()
            .filter(|object| !object.served.get())
            .filter_map(|object| {
                let answering = object.entries.iter().filter_map(|entry| match entry {
                    Entry::Route { handler, .. } => Some(handler),
                    _ => None,
                });
                let handlers: Vec<Place> = answering
                    .map(|handler| match handler {
                        Answering::Function(found) => {
                            self.tree.place(found.module, &found.node.name)
                        }
                        Answering::Opaque(_, place) => place.clone(),
                    })
                    .collect();
                (!handlers.is_empty()).then(|| Unserved {
                    name: object
                        .name
                        .as_ref()
                        .and_then(|name| name.rsplit(':').next())
                        .unwrap_or("router")
                        .to_owned(),
                    place: object.place.clone(),
                    routes: handlers.len(),
                    handlers,
                })
            })
            .collect();
        Wiring {
            applications: kept,
            unserved,
            unread: std::mem::take(&mut self.unread),
        }
    }

    fn collect(&mut self, id: ObjectId, above: Above<'a>, routes: &mut Vec<Declared<'a>>) {
        if above.depth > DEPTH {
            return;
        }
        let object = &self.objects[id.0];
        object.served.set(true);
        let router = object.place.clone();
        let base = format!("{}{}", above.path, object.prefix);
        let mut before = above.dependencies.clone();
        before.extend(object.dependencies.iter().cloned());
        for entry in self.objects[id.0].entries.clone() {
            match entry {
                Entry::Route {
                    methods,
                    path,
                    handler,
                    dependencies,
                } => {
                    let mut all = before.clone();
                    all.extend(dependencies);
                    let (handler, decorators, wrappers) = match handler {
                        Answering::Function(func) => {
                            let class = func.class;
                            let callee = Callee {
                                module: func.module,
                                node: func.node,
                                env: func.scope.as_ref().map(|scope| scope.environment()),
                            };
                            (
                                Handler::Function(callee, class),
                                func.decorators,
                                func.wrappers,
                            )
                        }
                        Answering::Opaque(text, place) => {
                            (Handler::Opaque(text, place), Vec::new(), Vec::new())
                        }
                    };
                    for method in methods {
                        if routes.len() >= ROUTES {
                            return;
                        }
                        let path = format!("{base}{path}");
                        routes.push(Declared {
                            method,
                            path: if path.is_empty() {
                                "/".to_owned()
                            } else {
                                path
                            },
                            handler: handler.clone(),
                            router: router.clone(),
                            dependencies: all.clone(),
                            decorators: decorators.clone(),
                            wrappers: wrappers.clone(),
                            middlewares: above.middlewares.clone(),
                        });
                    }
                }
                Entry::Include {
                    router,
                    prefix,
                    dependencies,
                    place,
                } => {
                    let mut all = before.clone();
                    all.extend(dependencies);
                    let below = Above {
                        path: format!("{base}{prefix}"),
                        dependencies: all,
                        middlewares: above.middlewares.clone(),
                        depth: above.depth + 1,
                    };
                    match self.later(&router) {
                        Val::Object(inner) if inner != id => self.collect(inner, below, routes),
                        Val::None => {}
                        val => self.foreign(&val, &below, place, routes),
                    }
                }
                Entry::Mount { path, application } => {
                    let inner = match self.later(&application) {
                        Val::Object(inner) if inner != id => inner,
                        Val::Opaque => {
                            let place = router.clone();
                            self.unread(
                                place,
                                format!("what is mounted at `{base}{path}` could not be told; its routes are missing from the table"),
                            );
                            continue;
                        }
                        _ => continue,
                    };
                    let mut middlewares = above.middlewares.clone();
                    middlewares.extend(self.objects[inner.0].middlewares.iter().rev().cloned());
                    // A mounted application knows nothing of the dependencies around it.
                    let below = Above {
                        path: format!("{base}{}", path.trim_end_matches('/')),
                        dependencies: Vec::new(),
                        middlewares,
                        depth: above.depth + 1,
                    };
                    self.collect(inner, below, routes);
                }
            }
        }
    }

    /// A router that another package makes.
    fn foreign(
        &mut self,
        val: &Val<'a>,
        below: &Above<'a>,
        place: betroth_report::Place,
        routes: &mut Vec<Declared<'a>>,
    ) {
        let name = match val {
            Val::Made(name, _) | Val::External(name) => Rc::clone(name),
            _ => "".into(),
        };
        let last = name.trim_end_matches("()").rsplit('.').next().unwrap_or("");
        let known = FASTAPI_USERS.iter().find(|(factory, _)| *factory == last);
        if let Some((_, served)) = known {
            for (method, path) in *served {
                routes.push(Declared {
                    method: (*method).to_owned(),
                    path: format!("{}{path}", below.path),
                    handler: Handler::Opaque(format!("fastapi_users.{last}"), place.clone()),
                    router: place.clone(),
                    dependencies: below.dependencies.clone(),
                    decorators: Vec::new(),
                    wrappers: Vec::new(),
                    middlewares: below.middlewares.clone(),
                });
            }
            return;
        }
        let what = if name.is_empty() {
            "the router that is included here could not be told".to_owned()
        } else {
            format!("the router `{name}` is of another package")
        };
        self.unread(
            place,
            format!("{what}; its routes are missing from the table"),
        );
    }

    /// Around everything our own guard answers preflights, unless the application does.
    fn answer_preflights(&self, middlewares: &mut Vec<Added<'a>>) {
        let is_gate = |added: &&Added<'_>| matches!(&added.kind, AddedKind::External(name) if betroth::is_guard(name));
        let answers = |added: &Added<'_>| matches!(added.kind, AddedKind::Cors(_));
        if let Some(gate) = middlewares.iter().find(is_gate).cloned()
            && !middlewares.iter().any(answers)
        {
            let kind = AddedKind::Cors(Box::new(betroth::cors()));
            middlewares.insert(0, Added { kind, ..gate });
        }
    }
}

/// The routers of `fastapi-users` (`fastapi_users/router/*.py`).
#[rustfmt::skip]
const FASTAPI_USERS: &[(&str, &[(&str, &str)])] = &[
    ("get_auth_router", &[("POST", "/login"), ("POST", "/logout")]),
    ("get_register_router", &[("POST", "/register")]),
    ("get_reset_password_router", &[("POST", "/forgot-password"), ("POST", "/reset-password")]),
    ("get_verify_router", &[("POST", "/request-verify-token"), ("POST", "/verify")]),
    ("get_users_router", &[("GET", "/me"), ("PATCH", "/me"), ("GET", "/{id}"), ("PATCH", "/{id}"), ("DELETE", "/{id}")]),
];
