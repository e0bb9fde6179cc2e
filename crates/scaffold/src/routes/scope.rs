//! Questions for rows that somebody owns, in a handler that does not speak of the owner.

use betroth_contract::{OwnedBy, Owner, Rows};
use betroth_report::{Edit, span};
use betroth_source_python::{Route, RowQuery, RowQueryForm};

use crate::project::Project;

/// A question for anybody's rows.
pub(super) struct Unscoped<'a> {
    query: &'a RowQuery,
    owner: &'a Owner,
}

/// Those in the handler of a route, in the order of their places.
///
/// A handler that names the column of the owner anywhere is taken to look after it.
pub(super) fn unscoped<'a>(
    project: &'a Project<'_>,
    queries: &'a [RowQuery],
    route: &Route,
) -> Vec<Unscoped<'a>> {
    let own = queries.iter().filter(|it| it.function == route.place);
    own.filter_map(|query| {
        let mut owners = project.contract.owners.iter();
        let owner = owners.find(|owner| owns(owner, query))?;
        let speaks = query.names.iter().any(|it| it == owner.column.as_str());
        (!speaks).then_some(Unscoped { query, owner })
    })
    .collect()
}

/// Whether the contract speaks of the rows of this model.
fn owns(owner: &Owner, query: &RowQuery) -> bool {
    match &owner.rows {
        Rows::Table(table) => query.table.as_deref() == Some(table.as_str()),
        Rows::Model(model) => {
            let Some((module, class)) = model.as_str().rsplit_once('.') else {
                return false;
            };
            let path = module.replace('.', "/");
            let file = query.defined_in.trim_end_matches(".py");
            let is_there = |path: &str| file == path || file.ends_with(&format!("/{path}"));
            // A package may hand on what one of its modules defines.
            let below = file.rsplit_once('/').map_or("", |(folder, _)| folder);
            query.model == class
                && (is_there(&path) || below == path || below.ends_with(&format!("/{path}")))
        }
    }
}

impl Unscoped<'_> {
    /// The question with its owner, where that is one clause more; `person` is the name of who calls.
    pub(super) fn narrowed(&self, text: &str, person: &str) -> Option<Edit> {
        let clause = match self.query.form {
            RowQueryForm::Select => "where",
            RowQueryForm::Query => "filter",
            RowQueryForm::Get => return None,
        };
        let at = span::offset(text, &self.query.place)?;
        let end = span::arguments(text, at)?.end;
        let who = match *self.owner.by {
            OwnedBy::Subject => "id",
            OwnedBy::Organization => "organization",
        };
        let (model, column) = (&self.query.model, self.owner.column.as_str());
        let narrowed = format!(".{clause}({model}.{column} == {person}.{who})");
        Some(Edit::new(&self.query.place.file, end..end, narrowed))
    }

    /// What a person is told to write.
    pub(super) fn words(&self) -> String {
        let (model, column) = (&self.query.model, self.owner.column.as_str());
        let line = self.query.place.line;
        format!(
            "line {line} asks for the row of anybody: hold `{model}.{column}` against who calls, or `isolate(Session, owners={{{model}: \"{column}\"}})` once for all"
        )
    }
}
