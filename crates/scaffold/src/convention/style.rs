//! Quotes, semicolons, indentation and width.

use serde_json::Value;

use super::{Instructions, Taken};
use crate::files::{Files, below};

/// How source text is laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Style {
    /// Around strings.
    pub quotes: Quotes,
    /// Whether a statement of TypeScript ends with `;`.
    pub semicolons: bool,
    /// One step inwards.
    pub indent: Indent,
    /// The widest line, in characters.
    pub width: usize,
}

/// What stands around a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quotes {
    /// `"`.
    Double,
    /// `'`.
    Single,
}

/// One step inwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Indent {
    /// So many spaces.
    Spaces(usize),
    /// A tab.
    Tab,
}

impl Indent {
    /// Its text.
    pub(crate) fn step(self) -> String {
        match self {
            Self::Tab => "\t".to_owned(),
            Self::Spaces(count) => " ".repeat(count),
        }
    }
}

/// Files of prettier that are data; what is a program is not run.
const PRETTIER: &[&str] = &[
    ".prettierrc",
    ".prettierrc.json",
    ".prettierrc.yaml",
    ".prettierrc.yml",
    "package.json",
];
const BIOME: &[&str] = &["biome.json", "biome.jsonc"];
/// Files that hold the settings of ruff, or of black.
const PYTHON: &[&str] = &["ruff.toml", ".ruff.toml", "pyproject.toml"];

impl Style {
    /// That of the templates: as prettier has it where nothing is set.
    pub(crate) const WEB: Self = Self {
        quotes: Quotes::Double,
        semicolons: true,
        indent: Indent::Spaces(2),
        width: 80,
    };

    /// That of ruff and black.
    pub(crate) const API: Self = Self {
        quotes: Quotes::Double,
        semicolons: false,
        indent: Indent::Spaces(4),
        width: 88,
    };

    /// That of a front end: of prettier or biome, here or at the top; else of `example`, a module of it.
    pub(crate) fn of_web(
        files: &dyn Files,
        root: &str,
        example: Option<&str>,
        taken: &mut Vec<Taken>,
    ) -> Self {
        let mut style = Self::WEB;
        for folder in [root, "."] {
            if let Some((file, settings)) = prettier(files, folder) {
                style.edit(files, root);
                style.set_prettier(&settings);
                style.tell(&file, taken);
                return style;
            }
            if let Some((file, settings)) = biome(files, folder) {
                style.set_biome(&settings);
                style.tell(&file, taken);
                return style;
            }
        }
        style.edit(files, root);
        let example = example.and_then(|file| Some((file, files.text(file)?)));
        if let Some((file, text)) = example
            && style.imitate(&text)
        {
            style.tell(file, taken);
        }
        style
    }

    /// That of an API: of ruff or black, here or at the top; else the width that the instructions say.
    pub(crate) fn of_api(
        files: &dyn Files,
        root: &str,
        said: &Instructions,
        taken: &mut Vec<Taken>,
    ) -> Self {
        let mut style = Self::API;
        for folder in [root, "."] {
            for name in PYTHON {
                let file = below(folder, name);
                let text = files.text(&file).unwrap_or_default();
                let Ok(settings) = text.parse::<toml_edit::DocumentMut>() else {
                    continue;
                };
                if style.set_python(&settings, *name == "pyproject.toml") {
                    style.tell(&file, taken);
                    return style;
                }
            }
        }
        if let Some(width) = said.width(taken) {
            style.width = width;
        }
        style
    }

    fn set_prettier(&mut self, settings: &Value) {
        if let Some(single) = settings["singleQuote"].as_bool() {
            self.quotes = if single {
                Quotes::Single
            } else {
                Quotes::Double
            };
        }
        if let Some(semicolons) = settings["semi"].as_bool() {
            self.semicolons = semicolons;
        }
        self.step(settings["useTabs"].as_bool(), &settings["tabWidth"]);
        self.widen(&settings["printWidth"]);
    }

    fn set_biome(&mut self, settings: &Value) {
        let general = &settings["formatter"];
        let own = &settings["javascript"]["formatter"];
        // Biome's own default is the tab.
        self.indent = Indent::Tab;
        for settings in [general, own] {
            let tabs = settings["indentStyle"].as_str().map(|it| it == "tab");
            self.step(tabs, &settings["indentWidth"]);
            self.widen(&settings["lineWidth"]);
        }
        if own["quoteStyle"] == "single" {
            self.quotes = Quotes::Single;
        }
        self.semicolons = own["semicolons"] != "asNeeded";
    }

    fn set_python(&mut self, settings: &toml_edit::DocumentMut, is_project: bool) -> bool {
        let tables: Vec<&toml_edit::Item> = if is_project {
            let tool = settings.get("tool");
            let of = |name: &str| tool.and_then(|tool| tool.get(name));
            ["ruff", "black"].into_iter().filter_map(of).collect()
        } else {
            vec![settings.as_item()]
        };
        let width = tables.iter().find_map(|table| {
            let width = table.get("line-length")?.as_integer()?;
            usize::try_from(width).ok()
        });
        let quotes = tables.iter().find_map(|table| {
            let quotes = table.get("format")?.get("quote-style")?.as_str()?;
            Some(if quotes == "single" {
                Quotes::Single
            } else {
                Quotes::Double
            })
        });
        self.width = width.unwrap_or(self.width);
        self.quotes = quotes.unwrap_or(self.quotes);
        width.is_some() || quotes.is_some()
    }

    /// `.editorconfig`, as far as it speaks of every file or of TypeScript.
    fn edit(&mut self, files: &dyn Files, root: &str) {
        for folder in [".", root] {
            let text = files.text(&below(folder, ".editorconfig"));
            let mut ours = false;
            for line in text.unwrap_or_default().lines() {
                let line = line.trim();
                if let Some(pattern) = line.strip_prefix('[') {
                    ours = pattern == "*]" || pattern.contains("ts");
                }
                let Some((key, value)) = line.split_once('=').filter(|_| ours) else {
                    continue;
                };
                let value = Value::from(value.trim());
                match key.trim() {
                    "indent_style" => self.step(Some(value == "tab"), &Value::Null),
                    "indent_size" if self.indent != Indent::Tab => self.step(None, &value),
                    "max_line_length" => self.widen(&value),
                    _ => {}
                }
            }
        }
    }

    fn step(&mut self, tabs: Option<bool>, width: &Value) {
        let width = number(width).filter(|width| (1..=8).contains(width));
        self.indent = match (tabs, self.indent) {
            (Some(true), _) => Indent::Tab,
            (Some(false), Indent::Tab) => Indent::Spaces(width.unwrap_or(2)),
            (_, Indent::Spaces(known)) => Indent::Spaces(width.unwrap_or(known)),
            (None, Indent::Tab) => Indent::Tab,
        };
    }

    fn widen(&mut self, width: &Value) {
        if let Some(width) = number(width).filter(|width| (40..=400).contains(width)) {
            self.width = width;
        }
    }

    /// The style of a module that is there, where it has another than the project: what is added to it goes by its own.
    pub(crate) fn of_module(&self, text: &str) -> Self {
        let mut style = self.clone();
        style.imitate(text);
        if text.lines().any(|line| line.starts_with('\t')) {
            style.indent = Indent::Tab;
        } else if style.indent == Indent::Tab && text.lines().any(|line| line.starts_with("  ")) {
            style.indent = Indent::Spaces(2);
        }
        style
    }

    /// Quotes and semicolons as the imports of a module have them; whether there were any.
    fn imitate(&mut self, text: &str) -> bool {
        let imports: Vec<&str> = text
            .lines()
            .map(str::trim_end)
            .filter(|line| line.starts_with("import ") && line.contains(" from "))
            .collect();
        if imports.is_empty() {
            return false;
        }
        let most = |is: fn(&&&str) -> bool| imports.iter().filter(is).count() * 2 > imports.len();
        self.quotes = if most(|line| line.contains('\'')) {
            Quotes::Single
        } else {
            Quotes::Double
        };
        self.semicolons = most(|line| line.ends_with(';'));
        true
    }

    fn tell(&self, file: &str, taken: &mut Vec<Taken>) {
        let quotes = match self.quotes {
            Quotes::Double => "double",
            Quotes::Single => "single",
        };
        let indent = match self.indent {
            Indent::Tab => "tabs".to_owned(),
            Indent::Spaces(count) => format!("{count} spaces"),
        };
        let what = format!("{quotes} quotes, {indent}, lines of {}", self.width);
        taken.push(Taken::new(what, file, 1));
    }
}

fn number(value: &Value) -> Option<usize> {
    let number = value.as_u64().or_else(|| value.as_str()?.parse().ok())?;
    usize::try_from(number).ok()
}

fn prettier(files: &dyn Files, folder: &str) -> Option<(String, Value)> {
    PRETTIER.iter().find_map(|name| {
        let file = below(folder, name);
        let text = files.text(&file)?;
        let settings: Value = match serde_json::from_str(&text) {
            Ok(json) => json,
            Err(_) => lines(&text),
        };
        let settings = match *name {
            "package.json" => settings.get("prettier")?.clone(),
            _ => settings,
        };
        settings.is_object().then_some((file, settings))
    })
}

fn biome(files: &dyn Files, folder: &str) -> Option<(String, Value)> {
    BIOME.iter().find_map(|name| {
        let file = below(folder, name);
        let text = files.text(&file)?;
        let code = text.lines().filter(|it| !it.trim_start().starts_with("//"));
        let settings = serde_json::from_str(&code.collect::<String>()).ok()?;
        Some((file, settings))
    })
}

/// The keys of a flat YAML file, as prettier's are: `singleQuote: true`.
fn lines(text: &str) -> Value {
    let pairs = text.lines().filter_map(|line| {
        let (key, value) = line.split_once(": ")?;
        let value = serde_json::from_str(value.trim()).ok()?;
        Some((key.trim().to_owned(), value))
    });
    Value::Object(pairs.collect())
}

#[cfg(test)]
mod tests;
