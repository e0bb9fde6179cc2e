use oxc_allocator::Allocator;

use crate::{
    Facts, SourceFile, Web, auth,
    project::{Project, web_folders, within},
    reach::reached,
    sign::signers,
    value::Tracer,
};

/// Reads the files of one tree. Which files these are is the caller's choice; `node_modules` and built output have no place among them.
///
/// Never fails: what cannot be read is listed in [`Facts::unread`], and what cannot be told is unknown.
pub fn read(files: &[SourceFile]) -> Facts {
    let arena = Allocator::default();
    let (project, unread) = Project::parse(files, &arena);
    let tracer = Tracer::new(&project);
    let reached = reached(&project);
    let folders = web_folders(&project);
    let servers = auth::servers(&tracer, &reached);
    let clients = auth::clients(&tracer);
    let signed = signers(&tracer, &reached);
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
        webs.push(Web {
            root: folder.root.clone(),
            framework,
            auth,
            clients: clients
                .iter()
                .filter(|(id, _)| mine(*id))
                .map(|(_, client)| client.clone())
                .collect(),
            issuers: signed
                .iter()
                .filter(|(id, _)| within(&project.modules[*id].file.path, &folder.root))
                .map(|(_, fact)| fact.clone())
                .collect(),
            calls: Vec::new(),
            credentials: Vec::new(),
            rewrites: Vec::new(),
        });
    }
    Facts { webs, unread }
}
