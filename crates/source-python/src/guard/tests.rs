//! Every callable of `tests/callables` answers what the comment behind its `def` says.

#[cfg(feature = "corpus")]
mod corpus;
mod mutation;

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
