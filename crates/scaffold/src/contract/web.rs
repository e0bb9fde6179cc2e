//! `[web]`: the front end.

use betroth_agreement::IssuerKind;
use betroth_contract::value::Folder;
use betroth_contract::{Framework as Word, Transport};
use betroth_report::Place;
use betroth_source_typescript::{Callee, Framework};

use super::draft::{Basis, Section, array};
use super::issuer::LOCAL;
use super::setting::is;
use super::sides::Sides;

pub(crate) fn section(sides: &Sides<'_>) -> Option<Section> {
    let web = sides.web?;
    let mut section = Section::new("web");
    let manifest = match web.root.as_str() {
        "" => "package.json".to_owned(),
        root => format!("{root}/package.json"),
    };
    let read = Basis::Read(Place::new(manifest, 1, 1));
    if is::<Folder>(sides.web_root) {
        section.text("root", sides.web_root, read.clone());
    }
    section.text("framework", framework(web.framework).as_str(), read);
    let origins = format!(
        "{{ env = \"WEB_ORIGINS\", development = {} }}",
        array([local(web.framework)])
    );
    let why = "no source says where the pages are served; in development the framework's own port"
        .to_owned();
    section.put("origins", origins, Basis::Guess(why));
    if matches!(sides.issuer(), IssuerKind::SessionCookie | IssuerKind::None) {
        return Some(section);
    }
    let calls = || web.calls.iter().filter(|call| call.callee == Callee::Api);
    if let Some(first) = calls().next() {
        let transport = if calls().all(|call| call.server) {
            Transport::Proxy
        } else {
            Transport::Token
        };
        let call = Basis::Read(first.place.clone());
        section.text("transport", transport.as_str(), call);
    }
    Some(section)
}

/// Where the framework's own server answers in development.
fn local(framework: Framework) -> &'static str {
    match framework {
        Framework::Vite | Framework::SvelteKit => "http://localhost:5173",
        Framework::Angular => "http://localhost:4200",
        Framework::Astro => "http://localhost:4321",
        _ => LOCAL,
    }
}

fn framework(framework: Framework) -> Word {
    match framework {
        Framework::Next => Word::Next,
        Framework::CreateReactApp | Framework::React => Word::React,
        _ => Word::Other,
    }
}
