//! Any tree of Python is read to an end: no panic, no endless loop, every place in a file that was given.
//!
//! `mkdir -p fuzz/corpus/source_python && cargo +nightly fuzz run source_python fuzz/corpus/source_python fuzz/seeds/source_python -- -max_len=4096`

#![no_main]

use betroth_source_python::{SourceFile, read};
use libfuzzer_sys::fuzz_target;

const PATHS: &[&str] = &["app/main.py", "app/auth.py", "app/config.py"];

// A line `#---` ends a file, so that imports from one to the next can be found.
fuzz_target!(|text: &str| {
    let texts = text.split("#---\n").map(str::to_owned);
    let files: Vec<_> = PATHS
        .iter()
        .zip(texts)
        .map(|(path, text)| SourceFile {
            path: (*path).to_owned(),
            text: text.into(),
        })
        .collect();
    let facts = read(files);
    for unread in &facts.unread {
        assert!(PATHS.contains(&unread.place.file.as_str()), "{unread:?}");
    }
});
