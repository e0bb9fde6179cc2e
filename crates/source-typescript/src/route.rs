//! Paths that the tree's own JavaScript answers, and paths that it hands on to another server.

use oxc_ast::ast::Expression;

use crate::{
    Rewrite,
    address::fits,
    auth::text,
    module::{Definition, ModuleId},
    project::{FunctionRef, Project, within},
    value::{At, Root, Tracer},
};

/// Methods that a route handler of Next.js exports.
const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
/// Packages with `app.get(path, handler)`.
const SERVERS: [&str; 6] = ["express", "hono", "fastify", "koa", "@koa/router", "polka"];

/// A path that a function of the tree answers.
#[derive(Clone, Debug)]
pub(crate) struct Handler {
    /// `{}` for one segment, `{*}` for the rest.
    pub(crate) path: String,
    pub(crate) functions: Vec<FunctionRef>,
    pub(crate) module: ModuleId,
    /// Folder of the `package.json` above it.
    pub(crate) home: String,
    /// Whether Better Auth answers.
    pub(crate) better_auth: bool,
    /// Whether it belongs to a server of its own, rather than to the framework of a front end.
    pub(crate) service: bool,
}

/// Every path that the tree answers.
pub(crate) fn handlers(tracer: &Tracer<'_, '_>) -> Vec<Handler> {
    let project = tracer.project;
    let mut handlers = Vec::new();
    for (id, module) in project.modules.iter().enumerate() {
        let home = project.home(id);
        let inside = module
            .file
            .path
            .strip_prefix(home)
            .unwrap_or(&module.file.path)
            .trim_start_matches('/');
        if let Some(path) = next_path(inside) {
            let better_auth = module
                .imports
                .iter()
                .any(|one| one.starts_with("better-auth"))
                || is_better_auth(tracer, id);
            let functions = METHODS
                .iter()
                .copied()
                .chain(["default"])
                .filter_map(|method| function_of(project, id, method))
                .collect();
            handlers.push(Handler {
                path,
                functions,
                module: id,
                home: home.to_owned(),
                better_auth,
                service: false,
            });
        }
        if project
            .manifests
            .iter()
            .any(|one| one.folder == home && SERVERS.iter().any(|server| one.depends_on(server)))
        {
            service_handlers(tracer, id, home, &mut handlers);
        }
    }
    handlers
}

/// Whether a handler's file exports what `toNextJsHandler(auth)` gives, or calls `auth.handler`.
fn is_better_auth(tracer: &Tracer<'_, '_>, id: ModuleId) -> bool {
    tracer.project.modules[id]
        .calls
        .iter()
        .any(|call| matches!(call.name, "toNextJsHandler" | "handler" | "toNodeHandler"))
}

fn function_of(project: &Project<'_>, id: ModuleId, name: &'static str) -> Option<FunctionRef> {
    use crate::project::Target;
    match project.export(id, name)? {
        Target::Function(function) => Some(function),
        Target::Binding(module, binding) => {
            match &project.modules[module].bindings[binding].definition {
                Definition::Function(function) => Some(FunctionRef {
                    module,
                    function: *function,
                }),
                Definition::Value { init, .. } => {
                    let start = oxc_span::GetSpan::span(init.get_inner_expression()).start;
                    let module_record = &project.modules[module];
                    module_record
                        .function_at(start)
                        .or_else(|| match init.get_inner_expression() {
                            Expression::CallExpression(call) => {
                                let first = call.arguments.first()?.as_expression()?;
                                module_record.function_at(
                                    oxc_span::GetSpan::span(first.get_inner_expression()).start,
                                )
                            }
                            _ => None,
                        })
                        .map(|function| FunctionRef { module, function })
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// The path that a file of Next.js answers: `app/api/notes/[id]/route.ts`, `pages/api/notes.ts`.
fn next_path(inside: &str) -> Option<String> {
    let inside = inside.strip_prefix("src/").unwrap_or(inside);
    let stem = inside.rsplit_once('.')?.0;
    let parts: Vec<&str> = if let Some(rest) = stem.strip_prefix("app/") {
        rest.strip_suffix("/route")?.split('/').collect()
    } else {
        let rest = stem.strip_prefix("pages/")?;
        rest.starts_with("api/").then_some(())?;
        rest.strip_suffix("/index")
            .unwrap_or(rest)
            .split('/')
            .collect()
    };
    let mut path = String::new();
    for part in parts {
        if part.starts_with('(') && part.ends_with(')') {
            continue;
        }
        path.push('/');
        path.push_str(if part.starts_with("[...") || part.starts_with("[[...") {
            "{*}"
        } else if part.starts_with('[') {
            "{}"
        } else {
            part
        });
    }
    Some(path)
}

/// `app.post("/sign", handler)` of a server in the tree.
fn service_handlers(
    tracer: &Tracer<'_, '_>,
    id: ModuleId,
    home: &str,
    handlers: &mut Vec<Handler>,
) {
    let module = &tracer.project.modules[id];
    for call in &module.calls {
        if !matches!(
            call.name,
            "get" | "post" | "put" | "patch" | "delete" | "all" | "use" | "on"
        ) || call.arguments.len() < 2
        {
            continue;
        }
        let position = usize::from(call.name == "on");
        let literal = |index: usize| {
            call.arguments
                .get(index)
                .and_then(|one| one.as_expression())
                .and_then(|expression| tracer.words(&At::new(expression, id)).literal())
        };
        let Some(path) = literal(position)
            .or_else(|| literal(position + 1))
            .filter(|path| path.starts_with('/'))
        else {
            continue;
        };
        let mut functions = Vec::new();
        for argument in call
            .arguments
            .iter()
            .skip(1)
            .filter_map(|one| one.as_expression())
        {
            functions.extend(
                tracer
                    .chains(&At::new(argument, id), &[], false)
                    .into_iter()
                    .filter_map(|chain| match chain.root {
                        Root::Function(function, _) if chain.path.is_empty() => Some(function),
                        _ => None,
                    }),
            );
        }
        let better_auth = call
            .arguments
            .iter()
            .skip(1)
            .filter_map(|one| one.as_expression())
            .any(|argument| {
                let span = oxc_span::GetSpan::span(argument);
                module.calls.iter().any(|one| {
                    matches!(one.name, "toNodeHandler" | "handler")
                        && span.start <= one.span.start
                        && one.span.end <= span.end
                })
            });
        if functions.is_empty() && !better_auth {
            continue;
        }
        handlers.push(Handler {
            path: pattern(&path),
            functions,
            module: id,
            home: home.to_owned(),
            better_auth,
            service: true,
        });
    }
}

/// `/notes/:id` and `/api/auth/*` in our form.
fn pattern(path: &str) -> String {
    path.split('/')
        .map(|part| {
            if part.contains('*') {
                "{*}"
            } else if part.starts_with(':') {
                if part.ends_with('*') || part.ends_with('+') {
                    "{*}"
                } else {
                    "{}"
                }
            } else {
                part
            }
        })
        .collect::<Vec<_>>()
        .join("/")
}

/// Rewrites of `next.config` and proxies of `vite.config` in a front end's folder.
pub(crate) fn rewrites(tracer: &Tracer<'_, '_>, root: &str) -> Vec<Rewrite> {
    let mut rewrites = Vec::new();
    for (id, module) in tracer.project.modules.iter().enumerate() {
        if tracer.project.home(id) != root || !within(&module.file.path, root) {
            continue;
        }
        let name = module.file.name();
        if name.starts_with("next.config.") {
            for function in module
                .functions
                .iter()
                .filter(|function| function.name == Some("rewrites"))
            {
                for value in &function.returns {
                    collect(tracer, &At::new(value, id), 4, &mut rewrites);
                }
            }
        } else if name.starts_with("vite.config.") || name == "setupProxy.js" {
            proxies(tracer, id, &mut rewrites);
        }
    }
    rewrites
}

fn collect<'a>(tracer: &Tracer<'_, 'a>, at: &At<'a>, depth: usize, rewrites: &mut Vec<Rewrite>) {
    let Some(depth) = depth.checked_sub(1) else {
        return;
    };
    for chain in tracer.chains(at, &[], false) {
        let Root::Value(value) = &chain.root else {
            continue;
        };
        let sub = |expression| At {
            expression,
            module: value.module,
            env: value.env.clone(),
        };
        match value.expression.get_inner_expression() {
            Expression::ArrayExpression(array) => {
                for element in &array.elements {
                    if let Some(expression) = element.as_expression() {
                        collect(tracer, &sub(expression), depth, rewrites);
                    } else if let oxc_ast::ast::ArrayExpressionElement::SpreadElement(spread) =
                        element
                    {
                        collect(tracer, &sub(&spread.argument), depth, rewrites);
                    }
                }
            }
            Expression::ObjectExpression(object) => {
                let source = tracer
                    .member_words(value, &["source"])
                    .map(|words| words.shown());
                if let (Some(source), Some(destination)) =
                    (source, text(tracer, value, &["destination"]))
                {
                    let place = tracer.project.modules[value.module].place(value.position());
                    rewrites.push(Rewrite {
                        source,
                        destination,
                        place,
                    });
                } else {
                    for property in &object.properties {
                        if let oxc_ast::ast::ObjectPropertyKind::ObjectProperty(property) = property
                        {
                            collect(tracer, &sub(&property.value), depth, rewrites);
                        }
                    }
                }
            }
            _ => {}
        }
    }
}

/// `server.proxy` of Vite: a path, or an object with `target`, by the path's start.
fn proxies(tracer: &Tracer<'_, '_>, id: ModuleId, rewrites: &mut Vec<Rewrite>) {
    let module = &tracer.project.modules[id];
    let configs = module
        .calls
        .iter()
        .filter(|call| call.name == "defineConfig")
        .filter_map(|call| call.arguments.first()?.as_expression());
    for config in configs {
        for chain in tracer.chains(&At::new(config, id), &["server", "proxy"], false) {
            let Root::Value(value) = &chain.root else {
                continue;
            };
            let Expression::ObjectExpression(object) = value.expression.get_inner_expression()
            else {
                continue;
            };
            for property in &object.properties {
                let oxc_ast::ast::ObjectPropertyKind::ObjectProperty(property) = property else {
                    continue;
                };
                let Some(source) = crate::module::key_name(&property.key) else {
                    continue;
                };
                let at = At::new(&property.value, id);
                let destination = text(tracer, &at, &["target"]).or_else(|| text(tracer, &at, &[]));
                if let Some(destination) = destination {
                    rewrites.push(Rewrite {
                        source: format!("{}/:path*", source.trim_end_matches('/')),
                        destination,
                        place: module.place(property.span.start),
                    });
                }
            }
        }
    }
}

impl Rewrite {
    /// Whether the rewrite takes this path.
    pub(crate) fn takes(&self, path: &str) -> bool {
        fits(&pattern(&self.source), path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn route_file_answers_the_path_of_its_folders() {
        assert_eq!(
            next_path("src/app/api/notes/[id]/route.ts").as_deref(),
            Some("/api/notes/{}")
        );
        assert_eq!(
            next_path("app/(shop)/api/auth/[...all]/route.ts").as_deref(),
            Some("/api/auth/{*}")
        );
        assert_eq!(
            next_path("pages/api/notes/index.ts").as_deref(),
            Some("/api/notes")
        );
        assert_eq!(next_path("app/notes/page.tsx"), None);
        assert_eq!(next_path("lib/api.ts"), None);
    }

    #[test]
    fn parameters_of_other_routers_are_patterns() {
        assert_eq!(pattern("/api/:path*"), "/api/{*}");
        assert_eq!(pattern("/notes/:id"), "/notes/{}");
    }
}
