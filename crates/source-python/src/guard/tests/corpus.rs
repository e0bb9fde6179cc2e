//! Callables of real repositories, which are not part of this one.
//!
//! `BETROTH_SOURCES` names the folder of their sources, `BETROTH_CALLABLES` the table of what each callable does.

use std::path::{Path, PathBuf};

use ruff_python_ast::Stmt;

use super::mutation::{emptied, weakened};
use super::{judged, word};
use crate::SourceFile;
use crate::tree::Parsed;

/// A callable of a real repository, with what it is known to do.
struct Labelled {
    root: PathBuf,
    file: String,
    line: u32,
    name: String,
    answer: String,
}

/// The rows of `BETROTH_CALLABLES` (case, repository, place, name, kind, answer, why), below `BETROTH_SOURCES`.
#[expect(
    clippy::disallowed_methods,
    reason = "the tests are pointed to material outside the repository"
)]
fn labelled() -> Vec<Labelled> {
    let (Ok(sources), Ok(table)) = (
        std::env::var("BETROTH_SOURCES"),
        std::env::var("BETROTH_CALLABLES"),
    ) else {
        panic!("BETROTH_SOURCES and BETROTH_CALLABLES are not set");
    };
    let table = std::fs::read_to_string(table).unwrap();
    table
        .lines()
        .skip(1)
        .filter_map(|row| {
            let fields: Vec<&str> = row.splitn(7, ',').collect();
            let [_, repository, place, name, _, answer, _] = fields[..] else {
                return None;
            };
            let (file, line) = place.rsplit_once(':').unwrap();
            Some(Labelled {
                root: Path::new(&sources).join(repository.replace('/', "+")),
                file: file.to_owned(),
                line: line.parse().unwrap(),
                name: name.to_owned(),
                answer: answer.to_owned(),
            })
        })
        .collect()
}

fn read_tree(root: &Path) -> Vec<Parsed> {
    let mut files = Vec::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            let name = entry.file_name();
            if path.is_dir() {
                if !matches!(
                    name.to_str(),
                    Some("node_modules" | ".git" | "venv" | ".venv" | "site-packages")
                ) {
                    open.push(path);
                }
            } else if path.extension().is_some_and(|extension| extension == "py")
                && let Ok(text) = std::fs::read_to_string(&path)
            {
                let path = path
                    .strip_prefix(root)
                    .unwrap()
                    .to_string_lossy()
                    .into_owned();
                files.extend(Parsed::new(SourceFile {
                    path,
                    text: text.into(),
                }));
            }
        }
    }
    files
}

/// The callables of real repositories.
#[test]
fn real_callables_are_told_apart() {
    let mut right = 0;
    let mut rows = 0;
    let mut trees: std::collections::BTreeMap<PathBuf, Vec<Parsed>> =
        std::collections::BTreeMap::new();
    for Labelled {
        root,
        file,
        line,
        name,
        answer,
    } in labelled()
    {
        let parsed = trees
            .entry(root.clone())
            .or_insert_with(|| read_tree(&root));
        let start = std::time::Instant::now();
        let answers = judged(parsed, &file, |found, at| {
            found == name && at.abs_diff(line) <= 3
        });
        let took = start.elapsed();
        rows += 1;
        let said = answers
            .first()
            .map_or("absent", |(_, _, answer)| word(answer));
        if said == answer {
            right += 1;
        } else {
            eprintln!(
                "{} {file}:{line} {name}: said {said}, should be {answer} {:?}",
                root.display(),
                answers.first().map(|row| &row.2)
            );
        }
        if took.as_millis() > 100 {
            eprintln!("   slow: {} {name} {took:?}", root.display());
        }
    }
    eprintln!("{right} of {rows} right");
}

/// Every required callable of real repositories, weakened, is called required no more.
#[test]
fn no_weakened_real_callable_is_called_required() {
    let (mut tried, mut wrong) = (0, Vec::new());
    let required = labelled()
        .into_iter()
        .filter(|row| row.answer == "required");
    for Labelled {
        root,
        file,
        line,
        name,
        ..
    } in required
    {
        let files = read_tree(&root);
        let Some(module) = files.iter().find(|parsed| parsed.path() == file) else {
            continue;
        };
        let text = module.text().to_owned();
        let Some(node) = module.body().iter().find_map(|statement| match statement {
            Stmt::FunctionDef(node)
                if node.name.as_str() == name
                    && module.place(node.name.range).line.abs_diff(line) <= 3 =>
            {
                Some(node)
            }
            _ => None,
        }) else {
            continue;
        };
        let at = module.place(node.name.range).line;
        let is_required = |text: String| {
            let mut changed: Vec<Parsed> = read_tree(&root)
                .into_iter()
                .filter(|parsed| parsed.path() != file)
                .collect();
            changed.extend(Parsed::new(SourceFile {
                path: file.clone(),
                text: text.into(),
            }));
            changed
                .last()
                .is_some_and(|parsed| parsed.broken().is_none())
                && judged(&changed, &file, |found, line| found == name && line == at)
                    .first()
                    .is_some_and(|(_, _, answer)| word(answer) == "required")
        };
        if emptied(&text, node).is_some_and(is_required) {
            continue;
        }
        for weaker in weakened(&text, node) {
            tried += 1;
            if is_required(weaker.text) {
                wrong.push(format!(
                    "{} {file}:{line} {name}, which {}",
                    root.display(),
                    weaker.way
                ));
            }
        }
    }
    eprintln!("{tried} weakened");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
