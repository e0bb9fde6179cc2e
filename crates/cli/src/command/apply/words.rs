//! A plan in words.

use betroth_scaffold::Lines;
use betroth_scaffold::convention::Taken;
use betroth_scaffold::plan::{Change, Fate, Plan};
use betroth_scaffold::routes::Proposal;
use betroth_scaffold::targets;

use crate::output::Output;

/// Each target with what it writes.
pub(super) fn list(output: &mut Output) -> anyhow::Result<()> {
    let width = targets::ALL.iter().map(|it| it.name.len()).max();
    for target in targets::ALL {
        let name = format!("{:width$}", target.name, width = width.unwrap_or_default());
        output.line(&format!("{}  {}", output.strong(&name), target.about))?;
    }
    output.finish()
}

/// What becomes of each file, what that follows, and what is left to a person.
pub(super) fn plan(plan: &Plan, taken: &[Taken], output: &mut Output) -> anyhow::Result<()> {
    if !taken.is_empty() {
        output.line(&output.strong("as the project has it"))?;
        for taken in taken {
            output.line(&format!(
                "  {} ({}:{})",
                taken.what, taken.place.file, taken.place.line
            ))?;
        }
        output.line("")?;
    }
    output.line(&output.strong("files"))?;
    let width = plan.changes.iter().map(|it| it.file.chars().count()).max();
    for change in &plan.changes {
        output.line(&line(change, width.unwrap_or_default()))?;
    }
    if !plan.steps.is_empty() {
        output.line(&format!("\n{}", output.strong("left to you")))?;
    }
    for (_, step) in &plan.steps {
        let place = step
            .place
            .as_ref()
            .map(|place| format!("{}:{}: ", place.file, place.line));
        output.line(&format!("  {}{}", place.unwrap_or_default(), step.says))?;
        for line in &step.lines {
            output.line(format!("      {line}").trim_end())?;
        }
    }
    output.line(&format!("\n{}", summary(plan)))
}

/// `  create    frontend/lib/api.ts  +14`.
fn line(change: &Change, width: usize) -> String {
    let size = change.size().map(|(more, less)| match less {
        0 => format!("+{more}"),
        less => format!("+{more} -{less}"),
    });
    let detail = match &change.fate {
        Fate::Edit { says } => Some(says.join("; ")),
        fate => told(fate, change.record.is_some()),
    };
    let rest: Vec<String> = size.into_iter().chain(detail).collect();
    let text = format!(
        "  {:8}  {:width$}  {}",
        verb(&change.fate),
        change.file,
        rest.join("  ")
    );
    text.trim_end().to_owned()
}

fn verb(fate: &Fate) -> &'static str {
    match fate {
        Fate::Create => "create",
        Fate::Update => "update",
        Fate::Merge => "merge",
        Fate::Edit { .. } => "edit",
        Fate::Same => "same",
        Fate::Kept => "kept",
        Fate::Deleted => "deleted",
        Fate::Conflict { .. } => "conflict",
        Fate::Foreign => "yours",
        Fate::Blocked => "blocked",
    }
}

/// Why a file is not simply written, and what can be done.
fn told(fate: &Fate, settled: bool) -> Option<String> {
    let says = match fate {
        Fate::Merge => "what you changed in it stays".to_owned(),
        Fate::Kept => "as you changed it; nothing new".to_owned(),
        Fate::Deleted => "by you; `--only` with the target's name writes it again".to_owned(),
        Fate::Conflict { .. } | Fate::Foreign if settled => "kept as it is".to_owned(),
        Fate::Conflict { places } => format!(
            "you changed {}, and so does what is new; not touched: `--on-conflict beside` writes the new text beside it, \
             `markers` both into it, `mine` keeps yours",
            lines(places)
        ),
        Fate::Foreign => "it was never written by betroth, so it is not touched; `--on-conflict beside` writes the text \
             beside it, `mine` keeps yours"
            .to_owned(),
        Fate::Blocked => "a folder, or no text, stands there; move it away".to_owned(),
        _ => return None,
    };
    Some(says)
}

/// `line 4`, `lines 4 to 6 and 9`.
fn lines(places: &[Lines]) -> String {
    let one = |place: &Lines| match place.last.checked_sub(place.first) {
        Some(0) => format!("line {}", place.first),
        Some(_) => format!("lines {} to {}", place.first, place.last),
        None => format!("what stood before line {}", place.first),
    };
    match places {
        [] => "the same lines".to_owned(),
        places => places.iter().map(one).collect::<Vec<_>>().join(" and "),
    }
}

/// `2 files to create, 1 to merge; 1 stands in the way`.
pub(super) fn summary(plan: &Plan) -> String {
    let counted = counted(plan, "to ");
    if counted.is_empty() && !plan.is_in_the_way() {
        return match plan.steps.len() {
            0 => "nothing to do: the files stand as the contract asks".to_owned(),
            1 => "nothing to write; 1 thing is left to you".to_owned(),
            left => format!("nothing to write; {left} things are left to you"),
        };
    }
    let way = in_the_way(plan);
    let mut parts = vec![if counted.is_empty() {
        "nothing to write".to_owned()
    } else {
        counted.join(", ")
    }];
    parts.extend(way);
    parts.join("; ")
}

/// What was done.
pub(super) fn written(plan: &Plan) -> String {
    let counted = counted(plan, "");
    if counted.is_empty() {
        return "recorded: what stands counts as generated".to_owned();
    }
    let mut parts = vec![format!("written: {}", counted.join(", "))];
    parts.extend(in_the_way(plan));
    parts.push("`betroth check` says whether both sides agree".to_owned());
    parts.join("; ")
}

/// What was proposed.
pub(super) fn proposed(proposals: &[Proposal]) -> String {
    let open = proposals.iter().filter(|it| it.is_open).count();
    let told = [
        (open, "asks for nobody", "ask for nobody"),
        (
            proposals.len() - open,
            "asks for anybody's rows",
            "ask for anybody's rows",
        ),
    ];
    let told: Vec<_> = told
        .into_iter()
        .filter_map(|(count, one, several)| match count {
            0 => None,
            1 => Some(format!("1 route {one}")),
            count => Some(format!("{count} routes {several}")),
        })
        .collect();
    if told.is_empty() {
        return "no route asks for nobody, or for anybody's rows, without being meant so"
            .to_owned();
    }
    format!(
        "{}; nothing was written, take what is meant",
        told.join(", ")
    )
}

fn counted(plan: &Plan, before: &str) -> Vec<String> {
    let verbs = [
        ("create", "created"),
        ("update", "updated"),
        ("merge", "merged"),
        ("edit", "edited"),
    ];
    let mut parts = Vec::new();
    for (now, done) in verbs {
        let own = plan.changes.iter().filter(|it| verb(&it.fate) == now);
        let count = own.filter(|it| it.after.is_some()).count();
        let verb = if before.is_empty() { done } else { now };
        let files = if count == 1 { "file" } else { "files" };
        match (count, parts.is_empty()) {
            (0, _) => {}
            (count, true) => parts.push(format!("{count} {files} {before}{verb}")),
            (count, false) => parts.push(format!("{count} {before}{verb}")),
        }
    }
    parts
}

fn in_the_way(plan: &Plan) -> Option<String> {
    let open = |it: &&Change| it.fate.is_in_the_way() && it.record.is_none();
    match plan.changes.iter().filter(open).count() {
        0 => None,
        1 => Some("1 file of yours stands in the way".to_owned()),
        count => Some(format!("{count} files of yours stand in the way")),
    }
}
