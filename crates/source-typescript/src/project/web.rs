use super::{Manifest, Project};
use crate::Framework;

/// A folder whose `package.json` belongs to a front end, or to a service beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WebFolder {
    /// Relative to the tree; empty for the tree itself.
    pub(crate) root: String,
    /// `None` for a service without a front end's framework.
    pub(crate) framework: Option<Framework>,
}

/// Packages by which a framework is told, the more telling first.
const FRAMEWORKS: [(&str, Framework); 14] = [
    ("next", Framework::Next),
    ("@docusaurus/core", Framework::Docusaurus),
    ("nuxt", Framework::Nuxt),
    ("@sveltejs/kit", Framework::SvelteKit),
    ("@remix-run/react", Framework::Remix),
    ("@tanstack/react-start", Framework::TanStack),
    ("expo", Framework::Expo),
    ("astro", Framework::Astro),
    ("react-scripts", Framework::CreateReactApp),
    ("vite", Framework::Vite),
    ("react", Framework::React),
    ("vue", Framework::Vue),
    ("svelte", Framework::Svelte),
    ("@angular/core", Framework::Angular),
];

/// Packages without which `vite` alone is no front end.
const VIEWS: [&str; 5] = ["react", "vue", "svelte", "solid-js", "preact"];

/// Every folder with a `package.json`, deepest first.
pub(crate) fn web_folders(project: &Project<'_>) -> Vec<WebFolder> {
    let mut folders: Vec<WebFolder> = project
        .manifests
        .iter()
        .map(|manifest| WebFolder {
            root: manifest.folder.to_owned(),
            framework: framework(manifest),
        })
        .collect();
    if folders.is_empty() && !project.modules.is_empty() {
        folders.push(WebFolder {
            root: String::new(),
            framework: None,
        });
    }
    folders.sort_by(|a, b| {
        b.root
            .len()
            .cmp(&a.root.len())
            .then_with(|| a.root.cmp(&b.root))
    });
    folders
}

fn framework(manifest: &Manifest<'_>) -> Option<Framework> {
    FRAMEWORKS
        .into_iter()
        .find(|(package, framework)| {
            manifest.depends_on(package)
                && (*framework != Framework::Vite
                    || VIEWS.iter().any(|view| manifest.depends_on(view)))
        })
        .map(|(_, framework)| framework)
}
