//! Any tree of TypeScript is read to an end: no panic, no endless loop, every place in a file that was given.
//!
//! `mkdir -p fuzz/corpus/source_typescript && cargo +nightly fuzz run source_typescript fuzz/corpus/source_typescript fuzz/seeds/source_typescript -- -max_len=4096`

#![no_main]

use betroth_source_typescript::{SourceFile, read};
use libfuzzer_sys::fuzz_target;

const PACKAGE: &str = r#"{"dependencies": {"next": "16", "better-auth": "1.7"}}"#;
const PATHS: &[&str] = &["lib/auth.ts", "lib/api.ts", "app/page.tsx"];

// A line `//---` ends a file, so that imports from one to the next can be found.
fuzz_target!(|text: &str| {
    let files: Vec<_> = PATHS
        .iter()
        .zip(text.split("//---\n"))
        .map(|(path, text)| SourceFile::new(*path, text))
        .chain([SourceFile::new("package.json", PACKAGE)])
        .collect();
    let facts = read(&files);
    for unread in &facts.unread {
        let file = unread.place.file.as_str();
        assert!(files.iter().any(|given| given.path == file), "{unread:?}");
    }
});
