//! `apply --routes`: for each route that asks for nobody, what would make it ask. Proposed, and never written.

use betroth_contract::Access;
use betroth_report::{Edit, Place, span};
use betroth_source_python::{Authentication, Route};

use crate::project::{ApiSide, Project};

/// A proposal for one route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// `GET /notes`.
    pub route: String,
    /// Where its handler stands.
    pub place: Place,
    /// The text of the file, and what it would be; `None` where the handler is not written in a way that is safe to change.
    pub change: Option<(String, String)>,
}

/// One for each route that nobody guards and that the contract does not open.
pub fn proposals(project: &Project<'_>) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for api in &project.apis {
        let routes = api.facts.into_iter().flat_map(|api| &api.routes);
        for route in routes.filter(|route| is_open(project, route)) {
            proposals.push(Proposal {
                route: format!("{} {}", route.method, route.path),
                place: route.place.clone(),
                change: changed(project, api, route),
            });
        }
    }
    proposals
}

fn is_open(project: &Project<'_>, route: &Route) -> bool {
    let forgeable = matches!(route.authentication, Authentication::Forgeable { .. });
    let open = route.authentication == Authentication::None || forgeable;
    open && !project.contract.routes.iter().any(|own| {
        let methods = &own.methods;
        own.requirement.access() != Access::Required
            && own.path.as_str() == route.path
            && (methods.is_empty() || methods.iter().any(|it| it.as_str() == route.method))
    })
}

/// The module with the person as the handler's first parameter, and the import that this takes.
fn changed(project: &Project<'_>, api: &ApiSide<'_>, route: &Route) -> Option<(String, String)> {
    let file = &route.place.file;
    let text = project.files.text(file)?;
    let at = span::offset(&text, &route.place)?;
    let open = at + text[at..].find('(')?;
    let name = text[at..open].trim();
    let plain = name.chars().all(|it| it.is_alphanumeric() || it == '_');
    let parameters = span::brackets(&text, open).filter(|_| plain && !name.is_empty())?;
    let inside = &text[open + 1..parameters.end - 1];
    if inside.contains("CurrentUser") || inside.split(',').any(|it| it.trim().starts_with("user:"))
    {
        return None;
    }
    let broken = inside.starts_with('\n');
    let parameter = match inside.trim() {
        "" => "user: CurrentUser".to_owned(),
        _ if broken => {
            let start = open + 1 + inside.len() - inside.trim_start().len();
            format!("\n{}user: CurrentUser,", span::indent(&text, start))
        }
        _ => "user: CurrentUser, ".to_owned(),
    };
    let module = api.module(&api.guard(project.files));
    let import = format!("from {module} import CurrentUser\n");
    let imported = crate::python::last_import(&text, at)?;
    let mut after = text.clone();
    let edit = Edit::new(file, open + 1..open + 1, parameter);
    after.replace_range(edit.start..edit.end, &edit.text);
    if !text.contains(&import) {
        after.insert_str(imported, &import);
    }
    Some((text, after))
}
