use std::collections::BTreeMap;

use super::*;

fn given(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    let owned = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
    files.iter().map(owned).collect()
}

fn web(files: &[(&str, &str)]) -> Style {
    Style::of_web(
        &given(files),
        "web",
        Some("web/lib/auth.ts"),
        &mut Vec::new(),
    )
}

fn api(files: &[(&str, &str)]) -> Style {
    let files = given(files);
    let said = Instructions::read(&files, ".");
    Style::of_api(&files, "api", &said, &mut Vec::new())
}

#[test]
fn prettier_is_followed_in_each_form_that_is_data() {
    for file in [
        (
            "web/.prettierrc",
            r#"{"singleQuote": true, "semi": false, "tabWidth": 4, "printWidth": 100}"#,
        ),
        (
            ".prettierrc",
            "singleQuote: true\nsemi: false\ntabWidth: 4\nprintWidth: 100\n",
        ),
        (
            "web/package.json",
            r#"{"prettier": {"singleQuote": true, "semi": false, "tabWidth": 4, "printWidth": 100}}"#,
        ),
    ] {
        let style = Style {
            quotes: Quotes::Single,
            semicolons: false,
            indent: Indent::Spaces(4),
            width: 100,
        };
        assert_eq!(web(&[file]), style, "{}", file.0);
    }
}

#[test]
fn biome_is_followed_with_its_own_defaults() {
    assert_eq!(web(&[("biome.json", "{}")]).indent, Indent::Tab);
    let settings = r#"{"formatter": {"indentStyle": "space", "indentWidth": 2, "lineWidth": 100},
        "javascript": {"formatter": {"quoteStyle": "single", "semicolons": "asNeeded"}}}"#;
    let style = Style {
        quotes: Quotes::Single,
        semicolons: false,
        indent: Indent::Spaces(2),
        width: 100,
    };
    assert_eq!(web(&[("web/biome.json", settings)]), style);
}

#[test]
fn without_a_formatter_a_module_of_the_project_is_imitated() {
    let module = "import { betterAuth } from 'better-auth'\nimport x from 'x'\n";
    let style = web(&[
        ("web/lib/auth.ts", module),
        (
            ".editorconfig",
            "[*.py]\nindent_size = 8\n[*]\nindent_size = 4\n",
        ),
    ]);
    assert_eq!((style.quotes, style.semicolons), (Quotes::Single, false));
    assert_eq!(style.indent, Indent::Spaces(4));
    assert_eq!(web(&[]), Style::WEB);
}

#[test]
fn the_width_of_python_is_that_of_its_formatter_before_that_of_the_instructions() {
    let said = ("AGENTS.md", "- Line length: 100\n");
    assert_eq!(api(&[said]).width, 100);
    let ruff = ("api/pyproject.toml", "[tool.ruff]\nline-length = 120\n");
    assert_eq!(api(&[said, ruff]).width, 120);
    let black = ("pyproject.toml", "[tool.black]\nline-length = 79\n");
    assert_eq!(api(&[said, black]).width, 79);
}

#[test]
fn what_is_added_to_a_module_is_laid_out_as_the_module_is() {
    let tabs = "import a from 'a'\n\nexport const b = {\n\tc: 1,\n}\n";
    let style = Style::WEB.of_module(tabs);
    assert_eq!(
        (style.quotes, style.semicolons, style.indent),
        (Quotes::Single, false, Indent::Tab)
    );
    let spaces = "import a from \"a\";\n\nexport const b = {\n  c: 1,\n};\n";
    assert_eq!(style.of_module(spaces), Style::WEB);
    assert_eq!(Style::WEB.of_module("export {};\n"), Style::WEB);
}
