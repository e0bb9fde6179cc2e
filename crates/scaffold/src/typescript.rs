//! Values of the contract as TypeScript says them, and where something goes in a module of it.

use betroth_contract::value::ClaimPath;
use betroth_contract::{Contract, Setting, TokenPlace};

use crate::template::quoted;

/// An expression for a setting. A value for development counts only where the build is no production.
///
/// Where it has several lines, those after the first begin with `indent`.
pub(crate) fn setting<T>(
    setting: &Setting<T>,
    indent: &str,
    text: impl Fn(&T) -> String,
) -> String {
    match setting {
        Setting::Literal(value) => quoted(&text(value)),
        Setting::Environment { names, development } => {
            let names = names.as_slice().iter();
            let mut parts: Vec<String> = names.map(|name| format!("process.env.{name}")).collect();
            if let Some(value) = development {
                let value = quoted(&text(value));
                parts.push(format!(
                    "(process.env.NODE_ENV === \"production\" ? undefined : {value})"
                ));
            }
            parts.join(&format!(" ??\n{indent}"))
        }
    }
}

/// Where the browser fetches a token: a path of its own server, or a full address.
pub(crate) fn token_endpoint(contract: &Contract) -> String {
    match contract.token_place(contract.issuer.base_path.as_str()) {
        TokenPlace::Url(url) => url.as_str().to_owned(),
        TokenPlace::Path(path) => path,
    }
}

/// A property of an object of claims: `role: user.role`; of a nested claim, the objects around it.
pub(crate) fn claim(path: &ClaimPath, value: &str) -> String {
    let mut steps: Vec<&str> = path.steps().collect();
    let Some(last) = steps.pop() else {
        return String::new();
    };
    let inner = format!("{}: {value}", key(last));
    steps
        .iter()
        .rev()
        .fold(inner, |inner, step| format!("{}: {{ {inner} }}", key(step)))
}

fn key(name: &str) -> String {
    let mut letters = name.chars();
    let plain = letters
        .next()
        .is_some_and(|it| it.is_ascii_alphabetic() || "_$".contains(it))
        && letters.all(|it| it.is_ascii_alphanumeric() || "_$".contains(it));
    if plain { name.to_owned() } else { quoted(name) }
}

/// The byte behind the line of the last import at the top of a module.
pub(crate) fn last_import(text: &str) -> Option<usize> {
    let mut end = None;
    let mut at = 0;
    let mut open = false;
    for line in text.split_inclusive('\n') {
        at += line.len();
        let code = line.trim();
        open |= line.starts_with("import ");
        let closes = code.contains(" from ")
            || code.starts_with("import \"")
            || code.starts_with("import '");
        if open && closes {
            end = Some(at);
            open = false;
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nested_claim_is_written_with_the_objects_around_it() {
        for (path, reads) in [
            ("role", "role: user.role"),
            ("realm_access.roles", "realm_access: { roles: user.role }"),
            ("https://x/role", "\"https://x/role\": user.role"),
        ] {
            let path: ClaimPath = path.parse().unwrap();
            assert_eq!(claim(&path, "user.role"), reads);
        }
    }

    #[test]
    fn the_last_import_may_have_several_lines() {
        let text = "import a from 'a'\nimport {\n  b,\n} from 'b'\n\nconst x = 1\n";
        assert_eq!(
            last_import(text).map(|at| &text[at..]),
            Some("\nconst x = 1\n")
        );
        assert_eq!(last_import("const x = 1\n"), None);
    }
}
