//! The route table of the running application, where it is asked for: the only place where code of the project runs.
//!
//! `import.py` imports the application with the interpreter of the project and prints its routes; here they take the
//! place of the routes that were read, each with the authentication that was read for it.
//!
//! *Not here*: what a route is worth; `betroth_audit` judges the table as if it had been read.

mod interpreter;
mod process;
mod table;

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};

use anyhow::bail;
use betroth_audit::{Audit, Tree, judge};
use betroth_report::Place;
use betroth_source_python::Api;
use serde_json::{Value, json};

use crate::output::{self, Output};
use crate::progress;
use table::{Difference, Row};

/// The request to run the project's code.
#[derive(clap::Args)]
pub(crate) struct Import {
    /// Take the routes from the imported FastAPI application: this runs the project's code.
    #[arg(long, value_name = "MODULE:APP", num_args = 0..=1, default_missing_value = "")]
    import: Option<String>,
    /// The interpreter that imports; else `.venv` or `venv` of the project, else `python3`.
    #[arg(long, value_name = "PATH", requires = "import")]
    python: Option<PathBuf>,
}

/// What the import told, beside the routes that now stand in the audit.
#[derive(Debug, Default)]
pub(crate) struct Imported {
    /// The dependencies of each route, by the name of its application, in the order of its routes.
    dependencies: BTreeMap<String, Vec<Vec<String>>>,
    differences: Vec<Difference>,
}

/// An application to import.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Target {
    module: String,
    object: String,
}

impl Target {
    /// `MODULE:APP` as uvicorn takes it.
    fn parse(text: &str) -> anyhow::Result<Self> {
        match text.split_once(':') {
            Some((module, object)) if is_dotted(module) && is_dotted(object) => Ok(Self {
                module: module.to_owned(),
                object: object.to_owned(),
            }),
            _ => bail!(
                "`{text}` is no `MODULE:APP`, for instance `app.main:app`; a folder goes before the option: \
                 `betroth routes {text} --import`"
            ),
        }
    }

    /// How the application is named from the folder from which it is deployed.
    fn of(api: &Api) -> Option<Self> {
        let (file, object) = api.name.rsplit_once(':')?;
        let file = match api.root.as_str() {
            "" | "." => file,
            root => file.strip_prefix(root)?.strip_prefix('/')?,
        };
        let module = file.strip_suffix(".py")?;
        let module = module.strip_suffix("/__init__").unwrap_or(module);
        let module = module.replace('/', ".");
        (is_dotted(&module) && is_dotted(object)).then(|| Self {
            module,
            object: object.to_owned(),
        })
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.module, self.object)
    }
}

fn is_dotted(name: &str) -> bool {
    name.split('.')
        .all(|part| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_'))
}

impl Import {
    /// Puts the routes of the imported applications in the place of those that were read; `None` where that was not
    /// asked for.
    pub(crate) fn apply(
        &self,
        dir: &Path,
        tree: &Tree,
        audit: &mut Audit,
    ) -> anyhow::Result<Option<Imported>> {
        let Some(asked) = self.import.as_deref() else {
            return Ok(None);
        };
        let mut imported = Imported::default();
        for (mut api, target) in chosen(asked, audit)? {
            let root = match api.root.as_str() {
                "" | "." => dir.to_path_buf(),
                root => dir.join(root),
            };
            let python = interpreter::find(self.python.as_deref(), dir, &root);
            output::complain(&format!(
                "importing `{target}` in `{}` with `{}`: this runs the project's code",
                root.display(),
                python.display()
            ));
            let rows: Vec<Row> = progress::during("importing", || {
                process::import(&python, &root, dir, &target)
            })?;
            let run = table::merge(&api, rows);
            api.routes = run.routes;
            imported.differences.extend(run.differences);
            imported
                .dependencies
                .insert(api.name.clone(), run.dependencies);
            let apis = &mut audit.python.apis;
            match apis.iter_mut().find(|known| known.name == api.name) {
                Some(known) => *known = api,
                None => apis.push(api),
            }
        }
        let read = std::mem::take(audit);
        *audit = judge(tree, read.python, read.webs, read.unread);
        Ok(Some(imported))
    }
}

/// The applications to import: the one that is named, or all that were found.
fn chosen(asked: &str, audit: &Audit) -> anyhow::Result<Vec<(Api, Target)>> {
    let mut found: Vec<(Api, Target)> = audit
        .apis()
        .filter_map(|api| Some((api.clone(), Target::of(api)?)))
        .collect();
    if asked.is_empty() {
        if found.is_empty() {
            bail!("no FastAPI application was found to import; name it: `--import MODULE:APP`");
        }
        return Ok(found);
    }
    let target = Target::parse(asked)?;
    let same = found
        .iter()
        .position(|(_, known)| *known == target)
        .or_else(|| {
            found
                .iter()
                .position(|(_, known)| known.module == target.module)
        })
        .or_else(|| (found.len() == 1).then_some(0));
    match same {
        Some(at) => Ok(vec![(found.swap_remove(at).0, target)]),
        None if found.is_empty() => Ok(vec![(unknown(&target), target)]),
        None => {
            let known: Vec<String> = found
                .iter()
                .map(|(_, target)| format!("`{target}`"))
                .collect();
            bail!(
                "`{target}` is none of the applications that were found: {}",
                known.join(", ")
            )
        }
    }
}

/// An application of which nothing was read.
fn unknown(target: &Target) -> Api {
    let file = format!("{}.py", target.module.replace('.', "/"));
    Api {
        name: format!("{file}:{}", target.object),
        root: ".".to_owned(),
        place: Place::new(file, 1, 1),
        routes: Vec::new(),
        middlewares: Vec::new(),
        docs: None,
    }
}

impl Imported {
    /// Adds to the report for programs where each route is from, and the differences.
    pub(crate) fn tell(&self, report: &mut Value) {
        let mut left: BTreeMap<&str, VecDeque<&Vec<String>>> = self
            .dependencies
            .iter()
            .map(|(api, rows)| (api.as_str(), rows.iter().collect()))
            .collect();
        for route in report["routes"].as_array_mut().into_iter().flatten() {
            let told = route["api"]
                .as_str()
                .and_then(|api| left.get_mut(api))
                .and_then(VecDeque::pop_front);
            if let Some(dependencies) = told {
                route["source"] = json!("import");
                route["dependencies"] = json!(dependencies);
            } else {
                route["source"] = json!("static");
            }
        }
        report["differences"] = self.differences.iter().map(Difference::json).collect();
    }

    /// The differences for people.
    pub(crate) fn write(&self, output: &mut Output) -> anyhow::Result<()> {
        output.line("")?;
        if self.differences.is_empty() {
            return output.line("the imported application has the routes that were read");
        }
        for difference in &self.differences {
            output.line(&difference.to_string())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(name: &str, root: &str) -> Option<String> {
        let mut api = unknown(&Target::parse("a:b").unwrap());
        api.name = name.to_owned();
        api.root = root.to_owned();
        Target::of(&api).map(|target| target.to_string())
    }

    #[test]
    fn an_application_is_named_from_the_folder_of_its_deployment() {
        for (name, root, expected) in [
            ("backend/app/main.py:app", "backend", Some("app.main:app")),
            ("main.py:create_app", ".", Some("main:create_app")),
            ("api/src/__init__.py:app", "api", Some("src:app")),
            ("api/my-app.py:app", "api", None),
        ] {
            assert_eq!(target(name, root).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn a_folder_in_the_place_of_the_application_is_refused_with_the_cure() {
        let error = Target::parse("backend").unwrap_err().to_string();
        assert!(
            error.contains("`betroth routes backend --import`"),
            "{error}"
        );
    }
}
