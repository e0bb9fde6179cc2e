//! Every callable of `tests/callables` answers what the comment behind its `def` says.

mod mutation;

use std::path::{Path, PathBuf};
use std::rc::Rc;

use ruff_python_ast::Stmt;
use ruff_text_size::Ranged;

use super::judge_callable;
use crate::SourceFile;
use crate::flow::{Answer, Engine, Node, Value, plain, site};
use crate::tree::{Parsed, Tree};

fn word(answer: &Answer) -> &'static str {
    match answer {
        Answer::Required => "required",
        Answer::Conditional(_) => "required*",
        Answer::Optional => "optional",
        Answer::None => "none",
        Answer::Forgeable(..) => "forgeable",
        Answer::Unknown(..) => "unknown",
    }
}

/// Judges the callables of one file whose line of definition is accepted; name, line and answer of each.
fn judged(
    parsed: &[Parsed],
    path: &str,
    wanted: impl Fn(&str, u32) -> bool,
) -> Vec<(String, u32, Answer)> {
    let tree = Tree::new(parsed);
    let mut engine = Engine::new(&tree);
    let mut answers = Vec::new();
    for id in tree.ids() {
        if tree.module(id).path() != path {
            continue;
        }
        let mut open: Vec<&Stmt> = tree.module(id).body().iter().collect();
        while let Some(statement) = open.pop() {
            let (name, value, body) = match statement {
                Stmt::FunctionDef(node) => (
                    &node.name,
                    Value::Function(Rc::new(plain(id, node))),
                    &node.body,
                ),
                Stmt::ClassDef(node) => (&node.name, Value::Class(id, Node(node)), &node.body),
                _ => continue,
            };
            open.extend(body.iter());
            let place = tree.place(id, name);
            if wanted(name, place.line) {
                let alone = judge_callable(&mut engine, &value, site(id, statement.range()));
                answers.push((name.to_string(), place.line, alone.answer));
            }
        }
    }
    answers
}

fn parse(path: &str, text: &str) -> Vec<Parsed> {
    vec![
        Parsed::new(SourceFile {
            path: path.into(),
            text: text.into(),
        })
        .unwrap_or_else(|unread| panic!("{unread:?}")),
    ]
}

fn traps(path: &str, text: &str) {
    let right: Vec<(u32, &str)> = (1..)
        .zip(text.lines())
        .filter_map(|(number, line)| Some((number, line.split_once("   # ")?.1.trim())))
        .collect();
    let parsed = parse(path, text);
    let answers = judged(&parsed, path, |_, line| {
        right.iter().any(|(number, _)| *number == line)
    });
    assert_eq!(answers.len(), right.len());
    let wrong: Vec<String> = right
        .iter()
        .filter_map(|(line, right)| {
            let (name, _, answer) = answers.iter().find(|(_, at, _)| at == line)?;
            (word(answer) != *right).then(|| format!("{name}: {answer:?}, should be {right}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn dependencies_are_told_apart() {
    traps(
        "dependencies.py",
        include_str!("../../tests/callables/dependencies.py"),
    );
}

#[test]
fn middleware_is_told_apart() {
    traps(
        "middleware.py",
        include_str!("../../tests/callables/middleware.py"),
    );
}

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

/// The callables of real repositories, where they are at hand.
#[test]
#[ignore = "needs real repositories: set BETROTH_SOURCES to their folder and BETROTH_CALLABLES to the table of answers"]
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
