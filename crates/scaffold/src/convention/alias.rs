use regex::Regex;

use super::Taken;
use crate::files::{Files, below};

/// A prefix by which modules of a front end are imported from anywhere: `@/` for a folder of it, as `paths` of `tsconfig.json` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Alias {
    /// `@/`
    prefix: String,
    /// Below the contract's folder, with a slash at the end; nothing for that folder itself.
    folder: String,
}

impl Alias {
    /// That of a front end's folder; `None` where no file of settings names one.
    pub(crate) fn of_web(files: &dyn Files, root: &str, taken: &mut Vec<Taken>) -> Option<Self> {
        let names = ["tsconfig.json", "jsconfig.json"];
        let (file, text) = names.iter().find_map(|name| {
            let file = below(root, name);
            Some((file.clone(), files.text(&file)?))
        })?;
        let said = |pattern: &str| {
            let pattern = Regex::new(pattern).ok()?;
            let lines = text.lines().enumerate();
            let mut lines = lines.filter(|(_, line)| !line.trim_start().starts_with("//"));
            lines.find_map(|(at, line)| {
                let groups = pattern.captures(line)?;
                let group = |number| groups.get(number).map_or("", |it| it.as_str()).to_owned();
                Some((at + 1, group(1), group(2)))
            })
        };
        let (line, prefix, folder) = said(r#""([@~#]/)\*"\s*:\s*\[\s*"([^"*]*)\*"#)?;
        let base =
            said(r#""baseUrl"\s*:\s*"([^"]*)""#).map_or_else(String::new, |(_, base, _)| base);
        let parts = base.split('/').chain(folder.split('/'));
        let parts: Vec<&str> = parts.filter(|part| !matches!(*part, "" | ".")).collect();
        if parts.contains(&"..") {
            return None;
        }
        let mut folder = below(root, &parts.join("/"));
        if !folder.is_empty() && !folder.ends_with('/') {
            folder.push('/');
        }
        taken.push(Taken::new(format!("imports by `{prefix}`"), &file, line));
        Some(Self { prefix, folder })
    }

    /// How a module is imported by it; `None` where it stands elsewhere.
    pub(crate) fn import(&self, file: &str) -> Option<String> {
        let path = file.strip_prefix(&self.folder)?;
        let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
        Some(format!("{}{stem}", self.prefix))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn imported(root: &str, settings: &str, file: &str) -> Option<String> {
        let path = below(root, "tsconfig.json");
        let files = BTreeMap::from([(path, settings.to_owned())]);
        Alias::of_web(&files, root, &mut Vec::new())?.import(file)
    }

    #[test]
    fn a_module_below_the_folder_of_the_prefix_is_imported_by_it() {
        for (root, settings, file, reads) in [
            (
                "web",
                r#"{ "paths": { "@/*": ["./*"] } }"#,
                "web/lib/auth.ts",
                Some("@/lib/auth"),
            ),
            (
                "web",
                r#"{ "paths": { "@/*": ["./src/*"] } }"#,
                "web/src/lib/auth.ts",
                Some("@/lib/auth"),
            ),
            (
                "web",
                r#"{ "paths": { "@/*": ["./src/*"] } }"#,
                "web/lib/auth.ts",
                None,
            ),
            (
                ".",
                "{ \"baseUrl\": \"src\",\n \"paths\": { \"~/*\": [\"*\"] } }",
                "src/auth.ts",
                Some("~/auth"),
            ),
            (
                ".",
                r#"{ "paths": { "@/*": ["./*"] } }"#,
                "lib/auth.ts",
                Some("@/lib/auth"),
            ),
            (
                "web",
                "{\n// \"@/*\": [\"./*\"]\n}",
                "web/lib/auth.ts",
                None,
            ),
            (
                "web",
                r#"{ "paths": { "@/*": ["../shared/*"] } }"#,
                "shared/auth.ts",
                None,
            ),
        ] {
            assert_eq!(
                imported(root, settings, file).as_deref(),
                reads,
                "{settings}"
            );
        }
    }
}
