//! Prints who makes the credential that each front end of a folder sends to its API.
//!
//! `cargo run --release -p betroth-source-typescript --example issuers -- FOLDER [--calls]`

#![expect(
    clippy::use_debug,
    reason = "kinds are shown by their names; no value of a file is printed"
)]

use std::{env, fs, io, io::Write as _, path::Path, time::Instant};

use betroth_source_typescript::{SourceFile, read};

/// Folders that hold what others wrote, or what was built.
const SKIPPED: [&str; 9] = [
    "node_modules",
    ".next",
    "dist",
    "build",
    ".git",
    ".docusaurus",
    "out",
    "coverage",
    ".venv",
];

fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1);
    let folder = arguments.next().unwrap_or_else(|| ".".to_owned());
    let calls = arguments.any(|argument| argument == "--calls");
    let mut files = Vec::new();
    collect(Path::new(&folder), Path::new(&folder), &mut files)?;
    let start = Instant::now();
    let facts = read(&files);
    let took = start.elapsed();
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{} files, {} KiB, {} ms",
        files.len(),
        files.iter().map(|file| file.text.len()).sum::<usize>() >> 10,
        took.as_millis()
    )?;
    for unread in &facts.unread {
        writeln!(out, "unread {} {}", unread.place, unread.why)?;
    }
    for web in &facts.webs {
        let summary = web.issuer();
        writeln!(
            out,
            "web {:?} {:?} {:?} {:?} {}",
            web.root, web.framework, summary.kind, summary.calls, summary.because
        )?;
        for place in &summary.places {
            writeln!(out, "  at {place}")?;
        }
        if calls {
            for call in &web.calls {
                writeln!(
                    out,
                    "  {:?} {} {}{} {:?} {:?} {} | {} via {} | {}{}{:?}",
                    call.callee,
                    call.method.as_deref().unwrap_or("?"),
                    call.base
                        .environment
                        .as_deref()
                        .or(call.base.literal.as_deref())
                        .unwrap_or(""),
                    call.path,
                    call.credential,
                    call.origin.issuer,
                    call.origin
                        .place
                        .as_ref()
                        .map_or_else(String::new, ToString::to_string),
                    call.place,
                    call.wrapper,
                    call.origin.why,
                    if call.reached { " " } else { " (not reached) " },
                    call.origin.others,
                )?;
            }
        }
    }
    Ok(())
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<SourceFile>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            if !SKIPPED.contains(&name.as_str()) {
                collect(root, &path, files)?;
            }
        } else if [
            ".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".json",
        ]
        .iter()
        .any(|ending| name.ends_with(ending))
            && let Ok(text) = fs::read_to_string(&path)
        {
            let inside = path
                .strip_prefix(root)
                .unwrap_or(&path)
                .to_string_lossy()
                .replace('\\', "/");
            files.push(SourceFile::new(inside, text));
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(())
}
