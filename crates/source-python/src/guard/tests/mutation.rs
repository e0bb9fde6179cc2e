//! Every required callable, weakened in a dozen ways, is called required no more.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, Stmt, StmtFunctionDef};
use ruff_text_size::Ranged as _;

use super::{judged, parse, word};

/// A file in which one callable is weaker than it was, and in what way.
pub(super) struct Weakened {
    pub(super) way: &'static str,
    pub(super) text: String,
}

/// The text of a body, moved in by one step.
fn indented(body: &str) -> String {
    body.lines()
        .map(|line| {
            if line.trim().is_empty() {
                String::new()
            } else {
                format!("    {line}")
            }
        })
        .collect::<Vec<_>>()
        .join("\n")
}

/// Calls in a function that verify a token, by the look of them.
fn decodes(node: &StmtFunctionDef) -> Vec<(usize, usize)> {
    struct Decodes(Vec<(usize, usize)>);
    impl<'a> Visitor<'a> for Decodes {
        fn visit_expr(&mut self, expr: &'a Expr) {
            if let Expr::Call(call) = expr
                && let Expr::Attribute(attribute) = &*call.func
                && attribute.attr.as_str() == "decode"
                && matches!(&*attribute.value, Expr::Name(name) if name.id == "jwt")
            {
                self.0.push((expr.start().into(), expr.end().into()));
            }
            visitor::walk_expr(self, expr);
        }
    }
    let mut found = Decodes(Vec::new());
    found.visit_body(&node.body);
    found.0
}

/// The file with a callable that does nothing of its own: what then still refuses are its dependencies.
pub(super) fn emptied(text: &str, node: &StmtFunctionDef) -> Option<String> {
    let start = usize::from(node.body.first()?.start());
    Some(format!(
        "{}pass{}",
        &text[..start],
        &text[usize::from(node.end())..]
    ))
}

/// The ways to weaken `node`, which stands in `text`.
pub(super) fn weakened(text: &str, node: &StmtFunctionDef) -> Vec<Weakened> {
    let Some(first) = node.body.first() else {
        return Vec::new();
    };
    let start = usize::from(first.start());
    let end = usize::from(node.end());
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let pad = &text[line..start];
    if !pad.trim().is_empty() {
        // On the line of its `def`.
        return Vec::new();
    }
    let body = &text[line..end];
    let inner = indented(body);
    // What lets a caller pass: in a middleware, going on.
    let pass = if node
        .parameters
        .iter_non_variadic_params()
        .any(|parameter| parameter.parameter.name.as_str() == "call_next")
    {
        "return await call_next(request)"
    } else {
        "return None"
    };
    let put = |way: &'static str, new: String| Weakened {
        way,
        text: format!("{}{new}{}", &text[..line], &text[end..]),
    };
    let mut all = vec![
        put("lets everybody pass first", format!("{pad}{pass}\n{body}")),
        put(
            "lets pass at random",
            format!("{pad}import random\n{pad}if random.random() < 0.5:\n{pad}    {pass}\n{body}"),
        ),
        put(
            "opens under an environment variable",
            format!(
                "{pad}import os\n{pad}if os.getenv('SKIP_AUTH') == '1':\n{pad}    {pass}\n{body}"
            ),
        ),
        put(
            "turns every refusal into None",
            format!("{pad}try:\n{inner}\n{pad}except Exception:\n{pad}    {pass}\n"),
        ),
        put(
            "turns every refusal into None with a bare except",
            format!("{pad}try:\n{inner}\n{pad}except:\n{pad}    pass\n{pad}{pass}\n"),
        ),
        put(
            "suppresses every refusal",
            format!(
                "{pad}import contextlib\n{pad}with contextlib.suppress(Exception):\n{inner}\n{pad}{pass}\n"
            ),
        ),
        put(
            "returns from finally",
            format!("{pad}try:\n{inner}\n{pad}finally:\n{pad}    {pass}\n"),
        ),
        put(
            "asks only in a branch",
            format!("{pad}import time\n{pad}if time.time() > 1:\n{inner}\n{pad}{pass}\n"),
        ),
        put(
            "asks only in a loop that may not run",
            format!("{pad}import sys\n{pad}for _ in sys.argv[1:]:\n{inner}\n{pad}{pass}\n"),
        ),
        put(
            "asks only after it has answered",
            format!("{pad}def ask():\n{inner}\n{pad}{pass}\n"),
        ),
    ];
    // All at once: beside a call that verifies, another one may look into the token.
    let (mut unsigned, mut read) = (text.to_owned(), text.to_owned());
    let calls = decodes(node);
    for (from, to) in calls.iter().rev().copied() {
        let call = &text[from..to];
        let open = call.trim_end_matches(')').trim_end().trim_end_matches(',');
        let mut without = open.to_owned();
        if let Some(at) = without.find("options=") {
            let until = without[at..]
                .find('}')
                .map_or(without.len(), |end| at + end + 1);
            without.replace_range(at..until, "options={'verify_signature': False}");
        } else {
            without.push_str(", options={'verify_signature': False}");
        }
        unsigned.replace_range(from..to, &format!("{without})"));
        let token = call.split_once('(').map_or("token", |(_, rest)| {
            rest.split([',', ')']).next().unwrap_or("token")
        });
        read.replace_range(
            from..to,
            &format!("__import__('jose').jwt.get_unverified_claims({token})"),
        );
    }
    if !calls.is_empty() {
        all.push(Weakened {
            way: "does not verify the signature",
            text: unsigned,
        });
        all.push(Weakened {
            way: "reads the claims itself",
            text: read,
        });
    }
    all
}

/// The weakened forms of one callable that are still called required.
fn still_required(text: &str, path: &str, name: &str, line: u32) -> Vec<String> {
    let parsed = parse(path, text);
    let mut found = None;
    let mut open: Vec<&Stmt> = parsed[0].body().iter().collect();
    while let Some(statement) = open.pop() {
        match statement {
            Stmt::FunctionDef(node)
                if node.name.as_str() == name && parsed[0].place(node.name.range).line == line =>
            {
                found = Some(node);
            }
            Stmt::ClassDef(class) => open.extend(&class.body),
            _ => {}
        }
    }
    let Some(node) = found else {
        return Vec::new();
    };
    let is_required = |text: &str| {
        let parsed = parse(path, text);
        parsed[0].broken().is_none()
            && judged(&parsed, path, |found, at| found == name && at == line)
                .first()
                .is_some_and(|(_, _, answer)| word(answer) == "required")
    };
    if emptied(text, node).is_some_and(|text| is_required(&text)) {
        return Vec::new();
    }
    weakened(text, node)
        .into_iter()
        .filter_map(|weaker| {
            is_required(&weaker.text).then(|| format!("{name}, which {}", weaker.way))
        })
        .collect()
}

#[test]
fn no_weakened_callable_is_called_required() {
    let text = include_str!("../../../tests/callables/dependencies.py");
    let required: Vec<u32> = (1..)
        .zip(text.lines())
        .filter(|(_, line)| line.ends_with("# required"))
        .map(|(number, _)| number)
        .collect();
    let parsed = parse("dependencies.py", text);
    let names = judged(&parsed, "dependencies.py", |_, line| {
        required.contains(&line)
    });
    assert!(names.len() >= 8, "{} callables to weaken", names.len());
    let wrong: Vec<String> = names
        .iter()
        .flat_map(|(name, line, _)| still_required(text, "dependencies.py", name, *line))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
