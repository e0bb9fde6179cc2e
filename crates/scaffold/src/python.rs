//! Where something goes in a module of Python.

use betroth_report::span;

/// The byte behind the last import that stands by itself before `until`.
pub(crate) fn last_import(text: &str, until: usize) -> Option<usize> {
    let mut end = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        if start >= until {
            break;
        }
        if line.starts_with("import ") || line.starts_with("from ") {
            let whole = match line.find('(') {
                Some(open) => span::brackets(text, start + open)?.end,
                None if line.trim_end().ends_with('\\') => return None,
                None => start,
            };
            end = Some(span::lines(text, &(whole..whole)).end);
        }
    }
    end.filter(|end| *end <= until && text[..*end].ends_with('\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_import_goes_behind_the_last_one_of_several_lines() {
        let text = "import os\nfrom a import (\n    b,\n)\n\napp = FastAPI()\n";
        let until = text.find("app").unwrap();
        let end = last_import(text, until).unwrap();
        assert_eq!(&text[end..], "\napp = FastAPI()\n");
    }
}
