use std::thread;

use oxc_allocator::Allocator;

use crate::{
    Facts, SourceFile, Unread, Web, auth,
    call::credentials,
    project::{Project, web_folders},
    reach::{members, reached},
    route,
    sign::{ephemeral_keys, signers},
    site::Site,
    value::Tracer,
};

/// Address space for the walk over a syntax tree, which is as deep as the code nests; only what is used is ever taken.
pub(crate) const STACK: usize = 256 << 20;

/// Reads the files of one tree. Which files these are is the caller's choice; `node_modules` and built output have no place among them.
///
/// Never fails: what cannot be read is listed in [`Facts::unread`], and what cannot be told is unknown.
pub fn read(files: &[SourceFile]) -> Facts {
    thread::scope(|scope| {
        let worker = thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, || read_here(files));
        match worker.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(facts)) => facts,
            Ok(Err(_)) => unreadable(files, "the reader broke off: this is a fault of ours"),
            Err(_) => unreadable(files, "no thread could be started"),
        }
    })
}

fn unreadable(files: &[SourceFile], why: &str) -> Facts {
    Facts {
        webs: Vec::new(),
        unread: files
            .iter()
            .map(|file| Unread::new(&file.path, 1, why.to_owned()))
            .collect(),
    }
}

fn read_here(files: &[SourceFile]) -> Facts {
    let arena = Allocator::default();
    let (project, unread) = Project::parse(files, &arena);
    let tracer = Tracer::new(&project);
    let reached = reached(&project);
    let folders = web_folders(&project);
    let servers = auth::servers(&tracer, &reached);
    let clients = auth::clients(&tracer);
    let signed = signers(&tracer, &reached);
    let ephemeral = ephemeral_keys(&tracer, &signed, &reached);
    let handlers = route::handlers(&tracer);
    let libraries: Vec<&str> = folders
        .iter()
        .filter(|folder| {
            folder.framework.is_none() && handlers.iter().all(|handler| handler.home != folder.root)
        })
        .map(|folder| folder.root.as_str())
        .collect();
    let mut webs = Vec::new();
    for folder in &folders {
        let Some(framework) = folder.framework else {
            continue;
        };
        let mine = |id: usize| project.home(id) == folder.root;
        let own: Vec<_> = servers
            .iter()
            .filter(|(id, _)| mine(*id))
            .map(|(_, server)| server.clone())
            .collect();
        let auth = if own.is_empty() {
            servers.iter().map(|(_, server)| server.clone()).collect()
        } else {
            own
        };
        let better_auth = auth.iter().any(|server| server.reached)
            || clients.iter().any(|(id, _)| mine(*id) && reached[*id]);
        let clients: Vec<_> = clients
            .iter()
            .filter(|(id, _)| mine(*id))
            .map(|(_, client)| client.clone())
            .collect();
        let rewrites = route::rewrites(&tracer, &folder.root);
        let members = members(&project, &folder.root, &libraries);
        let site = Site {
            tracer: &tracer,
            root: &folder.root,
            framework,
            better_auth,
            servers: &auth,
            clients: &clients,
            handlers: &handlers,
            rewrites: &rewrites,
            reached: &reached,
            members: &members,
        };
        let (calls, looks_for_401) = site.calls();
        let auth_requests = site.auth_requests();
        let interceptors = site.interceptors();
        let dropped = site.dropped();
        let stored = site.stored();
        let retrieved = site.retrieved();
        let removed = site.removed();
        let exposed = site.exposed();
        let withheld = site.withheld();
        let unschemed = site.unschemed();
        let fixed_addresses = site.fixed_addresses();
        let services = |id: usize| {
            folders
                .iter()
                .any(|other| other.framework.is_none() && project.home(id) == other.root)
        };
        webs.push(Web {
            root: folder.root.clone(),
            framework,
            issuers: signed
                .iter()
                .filter(|(id, _)| mine(*id) || services(*id))
                .map(|(_, fact)| fact.clone())
                .collect(),
            credentials: credentials(&calls),
            auth,
            clients,
            calls,
            auth_requests,
            dropped,
            interceptors,
            rewrites,
            stored,
            retrieved,
            removed,
            exposed,
            withheld,
            unschemed,
            fixed_addresses,
            looks_for_401,
            ephemeral_keys: ephemeral
                .iter()
                .filter(|(id, _)| mine(*id) || services(*id))
                .map(|(_, key)| key.clone())
                .collect(),
        });
    }
    Facts { webs, unread }
}
