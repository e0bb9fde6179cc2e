//! From files to facts: parse, wire, judge.

mod absent;
mod callable;
mod caller;
mod calls;
mod conversion;
mod cookie;
mod data;
mod event_loop;
mod fixed;
mod header_algorithm;
mod json_setting;
mod key_set;
mod key_set_address;
mod log;
mod needed_claim;
mod outage;
mod passes_all;
mod raw_cursor;
mod row_query;
mod secret;
mod signature;
mod verification;

use foldhash::HashMap;
use ruff_python_ast::Stmt;

use crate::facts::{
    Api, Authentication, Facts, Middleware, MiddlewareKind, Route, SourceFile, Unread,
};
use crate::flow::{Check, Engine};
use crate::guard::{claimed_identity, judge_route, reads_identities};
use crate::tree::{Parsed, Tree};
use crate::wiring::{AddedKind, Application, Handler};
use betroth_report::Place;

/// The stack on which a tree is read: code nests deeper than a thread's usual share allows.
pub(crate) const STACK: usize = 512 << 20;

/// Reads the Python files of a tree.
///
/// Paths are relative to the folder looked at, with `/`. What cannot be read is in [`Facts::unread`]; the rest is read all the same.
pub fn read(files: Vec<SourceFile>) -> Facts {
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .name("source-python".into())
            .stack_size(STACK)
            .spawn_scoped(scope, || read_here(files))
            .map_err(|error| error.to_string())
            .and_then(|handle| {
                handle
                    .join()
                    .map_err(|_| "the reader came to an unexpected end".to_owned())
            })
            .unwrap_or_else(|why| Facts {
                unread: vec![Unread {
                    place: Place::new(".", 1, 1),
                    why: format!("the Python sources were not read: {why}"),
                }],
                ..Facts::default()
            })
    })
}

fn read_here(files: Vec<SourceFile>) -> Facts {
    let mut facts = Facts::default();
    let mut parsed = Vec::with_capacity(files.len());
    let mut broken: Vec<Unread> = Vec::new();
    for file in parse(files) {
        match file {
            Ok(file) => {
                broken.extend(file.broken().cloned());
                parsed.push(file);
            }
            Err(unread) => broken.push(unread),
        }
    }
    facts.unread.extend(broken.iter().cloned());
    let tree = Tree::new(&parsed);
    let wiring = crate::wiring::applications(&tree);
    facts.unread.extend(wiring.unread);
    facts.unserved = wiring.unserved;
    let mut engine = Engine::new(&tree);
    let mut admitted = reads_identities(&tree).then(|| Engine::admitted(&tree));
    let mut reached = Reached::default();
    for application in &wiring.applications {
        let mut api = api(&mut engine, admitted.as_mut(), application, &mut reached);
        doubt(&mut api, &broken, &tree);
        facts.apis.push(api);
    }
    facts.callables = callable::callables(&mut engine, &wiring.applications, &mut reached);
    facts.verifications = verification::verifications(&engine, &reached);
    facts.signatures = signature::signatures(&mut engine, &reached);
    facts.blocking = event_loop::blocking(&engine, &reached);
    facts.uncached_key_sets = key_set::uncached(&engine, &reached);
    facts.absent_identities = absent::absent(&engine);
    facts.fixed_addresses = fixed::fixed(&tree);
    facts.key_set_addresses = key_set_address::addresses(&mut engine);
    facts.outages = outage::outages(&engine, &reached);
    facts.cookie_readers = cookie::cookie_readers(&tree);
    facts.logged = log::logged(&engine);
    facts.conversions = conversion::conversions(&engine, &reached);
    facts.json_settings = json_setting::json_settings(&tree);
    facts.raw_cursors = raw_cursor::raw_cursors(&tree);
    facts.row_queries = row_query::row_queries(&tree);
    facts.literal_secrets = secret::literal_secrets(&mut engine);
    facts.unread.sort();
    facts.unread.dedup();
    facts
}

/// What guards a route may stand in a file that could not be read whole: such a route is not open for certain.
fn doubt(api: &mut Api, broken: &[Unread], tree: &Tree<'_>) {
    let folder = |file: &str| {
        api.root == "."
            || file
                .strip_prefix(api.root.as_str())
                .is_some_and(|rest| rest.starts_with('/'))
    };
    let unread = broken.iter().find(|unread| {
        let file = unread.place.file.as_str();
        folder(file) && !crate::wiring::is_test(file) && is_imported(tree, file)
    });
    let Some(unread) = unread else { return };
    for route in &mut api.routes {
        if route.authentication == Authentication::None {
            route.authentication = Authentication::Unknown {
                why: format!("`{}` could not be read whole", unread.place.file),
                place: unread.place.clone(),
            };
        }
    }
}

/// Whether any module imports something of the name of a file, or the file is one that declares routes itself.
fn is_imported(tree: &Tree<'_>, file: &str) -> bool {
    let stem = file.rsplit('/').next().unwrap_or(file);
    let stem = stem.strip_suffix(".py").unwrap_or(stem);
    let is_it = |dotted: &str| dotted.split('.').any(|part| part == stem);
    tree.ids().any(|id| {
        let module = tree.module(id);
        module.body().iter().any(|statement| match statement {
            Stmt::Import(node) => node.names.iter().any(|alias| is_it(&alias.name)),
            Stmt::ImportFrom(node) => {
                node.module.as_ref().is_some_and(|module| is_it(module))
                    || node.names.iter().any(|alias| is_it(&alias.name))
            }
            _ => false,
        }) || (module.path() == file && module.text().contains("FastAPI("))
    })
}

/// Parses on all cores, in the order of the files.
fn parse(files: Vec<SourceFile>) -> Vec<Result<Parsed, Unread>> {
    let cores = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(8);
    if files.len() < 2 * cores {
        return files.into_iter().map(Parsed::new).collect();
    }
    let count = files.len();
    let next = std::sync::Mutex::new(files.into_iter().enumerate());
    let done = std::sync::Mutex::new(Vec::with_capacity(count));
    std::thread::scope(|scope| {
        let work = || {
            loop {
                let taken = next.lock().ok().and_then(|mut files| files.next());
                let Some((at, file)) = taken else { break };
                let parsed = Parsed::new(file);
                if let Ok(mut done) = done.lock() {
                    done.push((at, parsed));
                }
            }
        };
        for _ in 1..cores {
            // Without a second thread this one does it all.
            let _ = std::thread::Builder::new()
                .stack_size(64 << 20)
                .spawn_scoped(scope, work);
        }
        work();
    });
    let mut done = done.into_inner().unwrap_or_default();
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, parsed)| parsed).collect()
}

/// What the served routes reach.
#[derive(Debug, Default)]
pub(crate) struct Reached {
    /// How many routes each check guards.
    pub(crate) checks: HashMap<Check, usize>,
    /// How many routes each guard stands before, by its place.
    pub(crate) guards: HashMap<Place, (usize, Authentication)>,
    /// Checks with a number below this one were met on the way of some served route.
    pub(crate) met: usize,
    /// The same for unverified decodings and signatures.
    pub(crate) unverified: usize,
    pub(crate) signatures: usize,
    pub(crate) entered: usize,
    pub(crate) conversions: usize,
}

fn api<'a>(
    engine: &mut Engine<'a, '_>,
    mut admitted: Option<&mut Engine<'a, '_>>,
    application: &Application<'a>,
    reached: &mut Reached,
) -> Api {
    let mut routes = Vec::with_capacity(application.routes.len());
    let mut refusing: Vec<Place> = Vec::new();
    for declared in &application.routes {
        let judged = judge_route(engine, application, declared);
        let claimed_identity = admitted
            .as_deref_mut()
            .filter(|_| judged.admits_people)
            .and_then(|engine| claimed_identity(engine, application, declared));
        for check in &judged.checks {
            *reached.checks.entry(*check).or_default() += 1;
        }
        for guard in &judged.guards {
            let entry = reached
                .guards
                .entry(guard.place.clone())
                .or_insert_with(|| (0, guard.authentication.clone()));
            entry.0 += 1;
            if guard.kind == crate::facts::GuardKind::Middleware {
                refusing.push(guard.place.clone());
            }
        }
        let (handler, place, touches) = match &declared.handler {
            Handler::Function(callee, _) => (
                callee.node.name.to_string(),
                engine.tree.place(callee.module, &callee.node.name),
                data::touches(engine.tree, callee.module, callee.node),
            ),
            Handler::Opaque(text, place) => (text.clone(), place.clone(), data::Touches::default()),
        };
        routes.push(Route {
            method: declared.method.clone(),
            path: declared.path.clone(),
            handler,
            place,
            router: declared.router.clone(),
            authentication: judged.authentication,
            guards: judged.guards,
            claimed_identity,
            touches_data: touches.data,
            asks_model: touches.model,
        });
    }
    reached.met = engine.checks.len();
    reached.unverified = engine.unverified.len();
    reached.signatures = engine.signatures.len();
    reached.entered = engine.trail.entered().len();
    reached.conversions = engine.conversions.len();
    let middlewares = application
        .middlewares
        .iter()
        .map(|added| {
            let defined = match &added.kind {
                AddedKind::Class(module, node, _) => Some(engine.tree.place(*module, &node.name)),
                AddedKind::Function(module, node) => Some(engine.tree.place(*module, &node.name)),
                _ => None,
            };
            let refuses = defined.is_some_and(|place| refusing.contains(&place));
            let passes_all = passes_all::passes_all(engine, added).filter(|_| !refuses);
            Middleware {
                name: added.name.clone(),
                place: engine.place(added.at),
                kind: match &added.kind {
                    AddedKind::Cors(cors) => MiddlewareKind::Cors(cors.clone()),
                    _ if refuses => MiddlewareKind::Authentication,
                    _ => MiddlewareKind::Other,
                },
                passes_all: passes_all.map(|site| engine.place(site)),
            }
        })
        .collect();
    Api {
        name: application.name.clone(),
        root: engine.tree.root(application.module),
        place: application.place.clone(),
        routes,
        middlewares,
        docs: application.docs,
    }
}
