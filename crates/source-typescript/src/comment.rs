use std::ops::Range;

use oxc_allocator::Allocator;

use crate::SourceFile;
use crate::module::parse_comments;
use crate::read::STACK;

/// The comments of a file as ranges of bytes, each with its `//` or `/*`; none where the file is not read.
pub fn comments(file: &SourceFile) -> Vec<Range<usize>> {
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().stack_size(STACK);
        let read = || parse_comments(file, &Allocator::default());
        worker.spawn_scoped(scope, read).ok()?.join().ok()
    })
    .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_comment_in_texts_patterns_and_markup_is_none() {
        let text = "// one\nconst a = '// no' // two\nconst b = /\\/\\/ no/\nconst c = `// no ${a /* three */}`\n\
                    export const D = () => <p>// no {/* four */}</p>\n";
        let found: Vec<_> = comments(&SourceFile::new("a.tsx", text))
            .into_iter()
            .map(|at| &text[at])
            .collect();
        assert_eq!(found, ["// one", "// two", "/* three */", "/* four */"]);
    }

    #[test]
    fn a_file_that_is_not_read_has_none() {
        let text = format!("{}{} // one\n", "(".repeat(5000), ")".repeat(5000));
        assert!(comments(&SourceFile::new("a.ts", text)).is_empty());
    }
}
