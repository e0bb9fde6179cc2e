//! `apply --routes`: what would make a route ask who calls, and keep to that person's rows. Proposed, and never written.

mod scope;

use betroth_contract::{Access, Requirement};
use betroth_report::{Edit, Place, span};
use betroth_source_python::{Authentication, Route, RowQuery};

use crate::project::{ApiSide, Project};
use scope::Unscoped;

/// A proposal for one route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// `GET /notes`.
    pub route: String,
    /// Where its handler stands.
    pub place: Place,
    /// Whether it asks for nobody today.
    pub is_open: bool,
    /// What the file takes first, once for all of its routes: its text, and the one with the import of who calls.
    pub import: Option<(String, String)>,
    /// The text of the file with that import, and what it would be; `None` where nothing is written in a way that is safe to change.
    pub change: Option<(String, String)>,
    /// What is left to a person.
    pub by_hand: Vec<String>,
}

/// One for each route that nobody guards and that the contract does not open, or whose handler asks for anybody's rows.
pub fn proposals(project: &Project<'_>, queries: &[RowQuery]) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    for api in &project.apis {
        let routes = api.facts.into_iter().flat_map(|api| &api.routes);
        for route in routes {
            let is_open = is_open(project, route);
            let unscoped = if shows_everybody(project, route) {
                Vec::new()
            } else {
                scope::unscoped(project, queries, route)
            };
            if is_open || !unscoped.is_empty() {
                proposals.push(proposal(project, api, route, is_open, &unscoped));
            }
        }
    }
    proposals
}

fn is_open(project: &Project<'_>, route: &Route) -> bool {
    let forgeable = matches!(route.authentication, Authentication::Forgeable { .. });
    let open = route.authentication == Authentication::None || forgeable;
    open && said(project, route).is_none_or(|it| it.access() == Access::Required)
}

/// Whether the contract has a route answer with everybody's rows: to whoever comes, or to those of a role.
fn shows_everybody(project: &Project<'_>, route: &Route) -> bool {
    said(project, route).is_some_and(|it| match it {
        Requirement::Public | Requirement::Optional => true,
        Requirement::Required { roles, .. } => !roles.is_empty(),
    })
}

/// What the contract says of a route.
fn said<'a>(project: &'a Project<'_>, route: &Route) -> Option<&'a Requirement> {
    let own = project.contract.route(&route.method, &route.path);
    own.map(|own| &own.requirement)
}

fn proposal(
    project: &Project<'_>,
    api: &ApiSide<'_>,
    route: &Route,
    is_open: bool,
    unscoped: &[Unscoped<'_>],
) -> Proposal {
    let mut by_hand = Vec::new();
    let handler = Handler::read(project, route);
    let mut edits = Vec::new();
    let mut import = None;
    let mut person = handler.as_ref().and_then(Handler::person);
    if is_open {
        match handler.as_ref().and_then(|it| it.asks(project, api)) {
            Some(asks) => {
                edits.push(asks.parameter);
                import = asks.import;
                person = Some("user".to_owned());
            }
            None => by_hand.push("give its handler `user: CurrentUser`".to_owned()),
        }
    }
    for query in unscoped {
        let text = handler.as_ref().map(|it| it.text.as_str());
        match text.and_then(|text| query.narrowed(text, person.as_deref()?)) {
            Some(edit) => edits.push(edit),
            None => by_hand.push(query.words()),
        }
    }
    let text = handler.filter(|_| !edits.is_empty()).map(|it| it.text);
    let change = text.as_ref().map(|text| {
        edits.extend(import.clone());
        (edited(text, import.as_slice()), edited(text, &edits))
    });
    let import = text.filter(|_| import.is_some()).map(|text| {
        let with_it = edited(&text, import.as_slice());
        (text, with_it)
    });
    Proposal {
        route: format!("{} {}", route.method, route.path),
        place: route.place.clone(),
        is_open,
        import,
        change,
        by_hand,
    }
}

/// A text with edits made, none of which reaches into another.
fn edited(text: &str, edits: &[Edit]) -> String {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    // From the end, so that the places of the others hold.
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.start));
    let mut text = text.to_owned();
    for edit in edits {
        text.replace_range(edit.start..edit.end, &edit.text);
    }
    text
}

/// What makes a handler ask for a person.
struct Asks {
    /// Its first parameter.
    parameter: Edit,
    /// What its module imports for it, where it does not yet.
    import: Option<Edit>,
}

/// A handler as it is written.
struct Handler<'a> {
    file: &'a str,
    /// The text of its module.
    text: String,
    /// The byte at which its name begins.
    at: usize,
    /// The byte of the bracket before its parameters.
    open: usize,
    /// The byte of the one behind.
    close: usize,
}

impl<'a> Handler<'a> {
    fn read(project: &Project<'_>, route: &'a Route) -> Option<Self> {
        let file = &route.place.file;
        let text = project.files.text(file)?;
        let at = span::offset(&text, &route.place)?;
        let open = at + text[at..].find('(')?;
        let name = text[at..open].trim();
        let plain = name.chars().all(|it| it.is_alphanumeric() || it == '_');
        let parameters = span::brackets(&text, open).filter(|_| plain && !name.is_empty())?;
        Some(Self {
            file,
            at,
            open,
            close: parameters.end - 1,
            text,
        })
    }

    fn parameters(&self) -> &str {
        &self.text[self.open + 1..self.close]
    }

    /// The name of the parameter that is the person who calls.
    fn person(&self) -> Option<String> {
        let mut parameters = self.parameters().split(',');
        parameters.find_map(|parameter| {
            let (name, kind) = parameter.trim().split_once(':')?;
            (kind.trim() == "CurrentUser").then(|| name.trim().to_owned())
        })
    }

    /// The person as its first parameter, and the import that this takes.
    fn asks(&self, project: &Project<'_>, api: &ApiSide<'_>) -> Option<Asks> {
        let inside = self.parameters();
        if inside.contains("CurrentUser")
            || inside.split(',').any(|it| it.trim().starts_with("user:"))
        {
            return None;
        }
        let broken = inside.starts_with('\n');
        let parameter = match inside.trim() {
            "" => "user: CurrentUser".to_owned(),
            _ if broken => {
                let start = self.open + 1 + inside.len() - inside.trim_start().len();
                format!("\n{}user: CurrentUser,", span::indent(&self.text, start))
            }
            _ => "user: CurrentUser, ".to_owned(),
        };
        let module = api.module(&api.guard(project.files));
        let import = format!("from {module} import CurrentUser\n");
        let imported = crate::python::last_import(&self.text, self.at)?;
        let inside = self.open + 1;
        let missing = !self.text.contains(&import);
        Some(Asks {
            parameter: Edit::new(self.file, inside..inside, parameter),
            import: missing.then(|| Edit::new(self.file, imported..imported, import)),
        })
    }
}
