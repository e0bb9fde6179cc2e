//! Applications and routers: how they are made, and what their methods do.

use std::cell::Cell;
use std::rc::Rc;

use betroth_report::Place;
use foldhash::HashMap;
use ruff_python_ast::Expr;
use ruff_text_size::Ranged as _;

use super::Machine;
use super::expression::UNTOLD;
use super::run::Context;
use super::value::{Answering, Arguments, Entry, Func, Item, Object, ObjectId, Registrar, Val};
use crate::facts::Unread;
use crate::thunk::Thunk;
use crate::tree::{ModuleId, site};

/// What a class of another package makes: `Some(true)` an application, `Some(false)` a router.
pub(super) fn kind(dotted: &str) -> Option<bool> {
    let (package, name) = dotted.rsplit_once('.')?;
    match name {
        "FastAPI" | "Starlette" => Some(true),
        "APIRouter" | "InferringRouter" => Some(false),
        "Router" if package.starts_with("starlette") || package.starts_with("fastapi") => {
            Some(false)
        }
        _ => None,
    }
}

const METHODS: &[&str] = &[
    "get", "post", "put", "delete", "patch", "options", "head", "trace",
];

impl<'a> Machine<'a, '_> {
    /// A call of something of another package.
    pub(super) fn call_external(
        &mut self,
        context: &Context<'a>,
        name: &Rc<str>,
        arguments: Arguments<'a>,
        at: &'a Expr,
    ) -> Val<'a> {
        if let Some(application) = kind(name) {
            let place = self.tree.place(context.module, at);
            let id = self.add_object(application, context.module, place);
            self.initialize(id, &arguments);
            return Val::Object(id);
        }
        if let Some(val) = self.call_builtin(context, name, &arguments) {
            return val;
        }
        self.made(Rc::clone(name), arguments)
    }

    pub(super) fn add_object(
        &mut self,
        application: bool,
        module: ModuleId,
        place: Place,
    ) -> ObjectId {
        let id = ObjectId(self.objects.len());
        let name = self
            .running
            .first()
            .map(|node| format!("{}:{}", self.tree.module(module).path(), node.name));
        self.objects.push(Object {
            application,
            module,
            place,
            name,
            class: None,
            prefix: String::new(),
            dependencies: Vec::new(),
            entries: Vec::new(),
            middlewares: Vec::new(),
            docs: Some(true),
            served: Cell::new(false),
            fields: HashMap::default(),
        });
        id
    }

    /// Names an application after the variable of its module.
    pub(super) fn call_it(&mut self, module: ModuleId, id: ObjectId, name: &str) {
        let path = self.tree.module(module).path();
        let object = &mut self.objects[id.0];
        if !self.named.contains(&id) {
            self.named.push(id);
            object.name = Some(format!("{path}:{name}"));
        }
    }

    /// The arguments of `FastAPI(…)` and `APIRouter(…)`.
    pub(super) fn initialize(&mut self, id: ObjectId, arguments: &Arguments<'a>) {
        let dependencies = self.dependencies(arguments.keyword("dependencies"));
        let application = self.objects[id.0].application;
        let prefix = match arguments.keyword("prefix") {
            Some(item) if !application => self.text(item),
            _ => String::new(),
        };
        let object = &mut self.objects[id.0];
        object.dependencies = dependencies;
        object.prefix = prefix;
        for name in ["docs_url", "openapi_url"] {
            if let Some(item) = arguments.keyword(name) {
                match &item.val {
                    Val::None => object.docs = Some(false),
                    // `None if hidden else "/docs"`: which it is shows only when the program runs.
                    Val::Text(_) if item.thunk.as_ref().is_none_or(|it| !it.expr.is_if_expr()) => {}
                    _ => object.docs = None,
                }
            }
        }
        if let Some(item) = arguments.keyword("routes") {
            for route in self.items_of(&item.val.clone()).unwrap_or_default() {
                self.add_route_object(id, &route.val);
            }
        }
        if let Some(item) = arguments.keyword("middleware") {
            self.add_middlewares(id, item);
        }
    }

    /// A text argument; parts that could not be told are marked.
    fn text(&self, item: &Item<'a>) -> String {
        match item.val.settled() {
            Val::None => String::new(),
            val => val.as_text().unwrap_or(UNTOLD).to_owned(),
        }
    }

    /// The dependencies in a list.
    fn dependencies(&mut self, item: Option<&Item<'a>>) -> Vec<Thunk<'a>> {
        let Some(item) = item else {
            return Vec::new();
        };
        match &item.val {
            Val::None => Vec::new(),
            val => match self.items_of(&val.clone()) {
                Some(items) => items.into_iter().filter_map(|item| item.thunk).collect(),
                None => item.thunk.clone().into_iter().collect(),
            },
        }
    }

    pub(super) fn object_attribute(&mut self, id: ObjectId, name: &str) -> Val<'a> {
        if let Some(item) = self.objects[id.0].fields.get(name) {
            return item.val.clone();
        }
        if let Some(class) = self.objects[id.0].class.clone() {
            match self.class_member(&class, Some(&Val::Object(id)), name) {
                Val::Opaque => {}
                val => return val,
            }
        }
        match name {
            "router" if self.objects[id.0].application => Val::Object(id),
            "routes" => Val::Routes(id),
            "prefix" => Val::text(&self.objects[id.0].prefix),
            "state"
            | "extra"
            | "title"
            | "version"
            | "dependency_overrides"
            | "user_middleware" => Val::Opaque,
            _ => Val::Bound(id, name.into()),
        }
    }

    pub(super) fn set_field(&mut self, id: ObjectId, name: Rc<str>, item: Item<'a>) {
        if &*name == "prefix" {
            self.objects[id.0].prefix = self.text(&item);
        } else {
            self.objects[id.0].fields.insert(name, item);
        }
    }

    /// A call of a method that `FastAPI`, `APIRouter` or Starlette define.
    pub(super) fn call_object(
        &mut self,
        context: &Context<'a>,
        id: ObjectId,
        name: &str,
        arguments: &Arguments<'a>,
        at: &'a Expr,
    ) -> Val<'a> {
        let place = self.tree.place(context.module, at);
        match name {
            "__init__" => {
                self.initialize(id, arguments);
                Val::None
            }
            "api_route" | "route" | "websocket" | "websocket_route" => {
                self.registrar(id, name, arguments)
            }
            name if METHODS.contains(&name) => self.registrar(id, name, arguments),
            "add_api_route" | "add_route" | "add_websocket_route" | "add_api_websocket_route" => {
                let registrar = self.registrar(id, name, arguments);
                let given = arguments
                    .get(
                        1,
                        if name == "add_route" || name == "add_websocket_route" {
                            "route"
                        } else {
                            "endpoint"
                        },
                    )
                    .or_else(|| arguments.keyword("endpoint"))
                    .map_or(Val::Opaque, |item| item.val.clone());
                if let Val::Registrar(registrar) = registrar {
                    self.hand_over(&registrar, &given, at, context.module);
                }
                Val::None
            }
            "include_router" => {
                let router = arguments
                    .get(0, "router")
                    .map_or(Val::Opaque, |item| item.val.clone());
                let prefix = arguments
                    .keyword("prefix")
                    .map_or_else(String::new, |item| self.text(item));
                let dependencies = self.dependencies(arguments.keyword("dependencies"));
                self.objects[id.0].entries.push(Entry::Include {
                    router,
                    prefix,
                    dependencies,
                    place,
                });
                Val::None
            }
            "mount" | "host" => {
                let path = arguments
                    .get(0, "path")
                    .map_or_else(String::new, |item| self.text(item));
                if let Some(item) = arguments.get(1, "app") {
                    self.objects[id.0].entries.push(Entry::Mount {
                        path: if name == "host" { String::new() } else { path },
                        application: item.val.clone(),
                    });
                }
                Val::None
            }
            "add_middleware" => {
                self.add_middleware(id, arguments, site(context.module, at.range()));
                Val::None
            }
            "middleware" => Val::Registrar(Rc::new(Registrar::Middleware(id))),
            "exception_handler" | "on_event" => Val::Registrar(Rc::new(Registrar::Nothing)),
            _ => Val::Opaque,
        }
    }

    fn registrar(&mut self, id: ObjectId, name: &str, arguments: &Arguments<'a>) -> Val<'a> {
        let path = arguments
            .get(0, "path")
            .map_or_else(String::new, |item| self.text(item));
        let methods = if name.contains("websocket") {
            vec!["WS".to_owned()]
        } else if METHODS.contains(&name) {
            vec![name.to_uppercase()]
        } else {
            let listed = arguments.keyword("methods").map(|item| item.val.clone());
            self.methods(listed.as_ref())
        };
        let dependencies = self.dependencies(arguments.keyword("dependencies"));
        Val::Registrar(Rc::new(Registrar::Route {
            object: id,
            methods,
            path,
            dependencies,
        }))
    }

    fn methods(&mut self, listed: Option<&Val<'a>>) -> Vec<String> {
        let told: Vec<String> = listed
            .and_then(|val| self.items_of(val))
            .unwrap_or_default()
            .iter()
            .filter_map(|item| item.val.as_text().map(str::to_uppercase))
            .collect();
        if told.is_empty() {
            vec!["GET".to_owned()]
        } else {
            told
        }
    }

    pub(super) fn add_route(
        &mut self,
        id: ObjectId,
        methods: Vec<String>,
        path: String,
        dependencies: Vec<Thunk<'a>>,
        handler: Answering<'a>,
    ) {
        self.objects[id.0].entries.push(Entry::Route {
            methods,
            path,
            handler,
            dependencies,
        });
    }

    /// `Route(…)`, `APIRoute(…)`, `WebSocketRoute(…)` or `Mount(…)` in a list of routes.
    pub(super) fn add_route_object(&mut self, id: ObjectId, route: &Val<'a>) {
        let Val::Made(name, arguments) = route else {
            return;
        };
        let kind = name.rsplit('.').next().unwrap_or(name);
        let path = arguments
            .get(0, "path")
            .map_or_else(String::new, |item| self.text(item));
        match kind {
            "Route" | "APIRoute" | "WebSocketRoute" | "APIWebSocketRoute" => {
                let Some(endpoint) = arguments.get(1, "endpoint") else {
                    return;
                };
                let methods = if kind.contains("WebSocket") {
                    vec!["WS".to_owned()]
                } else {
                    let listed = arguments.keyword("methods").map(|item| item.val.clone());
                    self.methods(listed.as_ref())
                };
                let dependencies = self.dependencies(arguments.keyword("dependencies"));
                let handler = match &endpoint.val {
                    Val::Function(func) => Answering::Function(Func::clone(func)),
                    Val::Method(method) => Answering::Function(method.1.clone()),
                    _ => {
                        let place = endpoint.thunk.as_ref().map_or_else(
                            || self.objects[id.0].place.clone(),
                            |thunk| self.tree.place(thunk.module, thunk.expr),
                        );
                        Answering::Opaque(kind.to_owned(), place)
                    }
                };
                self.add_route(id, methods, path, dependencies, handler);
            }
            "Mount" => {
                if let Some(item) = arguments.get(1, "app") {
                    self.objects[id.0].entries.push(Entry::Mount {
                        path,
                        application: item.val.clone(),
                    });
                } else if let Some(item) = arguments.keyword("routes") {
                    let place = self.objects[id.0].place.clone();
                    let module = self.objects[id.0].module;
                    let inner = self.add_object(false, module, place);
                    for route in self.items_of(&item.val.clone()).unwrap_or_default() {
                        self.add_route_object(inner, &route.val);
                    }
                    self.objects[id.0].entries.push(Entry::Mount {
                        path,
                        application: Val::Object(inner),
                    });
                }
            }
            _ => {}
        }
    }

    pub(super) fn unread(&mut self, place: Place, why: String) {
        let unread = Unread { place, why };
        if !self.unread.contains(&unread) {
            self.unread.push(unread);
        }
    }
}
