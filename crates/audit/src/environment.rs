//! Files that set environment variables: which names they set, and whether a value looks like a real secret.
//!
//! Of a value nothing is kept but a hash, by which two can be compared, and the origins of the addresses that it is made of.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::Range;

use crate::allowance::{self, Allowance};

/// A file that sets environment variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EnvironmentFile {
    /// Path relative to the folder looked at, with `/`.
    pub path: String,
    /// What sort of file.
    pub kind: EnvironmentKind,
    /// What it sets, in the order of the lines.
    pub variables: Vec<EnvironmentVariable>,
    /// Whether git tracks it; `None` where the folder belongs to no repository.
    pub tracked: Option<bool>,
    /// What its comments let pass.
    pub allowances: Vec<Allowance>,
}

/// One variable of such a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EnvironmentVariable {
    /// Its name.
    pub name: String,
    /// Line, from 1.
    pub line: u32,
    /// Column of the name, from 1.
    pub column: u32,
    /// Whether its value looks like a secret that somebody uses.
    pub secret: bool,
    /// A hash of its value; `None` where there is none, or where it is put in later (`${…}`).
    pub value: Option<u64>,
    /// The addresses of which the value consists, with commas between; empty where any part of it is something else.
    pub addresses: Vec<Address>,
    /// Whether the value begins a list of JSON.
    pub listed: bool,
}

/// An address as far as it is kept: user, password, path and query are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// `https://app.example.com:8443`.
    pub origin: String,
    /// Whether a path follows, if only a slash.
    pub path: bool,
}

/// A sort of file that sets environment variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EnvironmentKind {
    /// `.env`, `.env.local`, `.env.example`.
    Dotenv,
    /// `Dockerfile`: `ARG` and `ENV`.
    Dockerfile,
    /// YAML: compose, a workflow of CI, a deployment.
    Yaml,
}

/// The sort of a file by its name; `None` where it sets no environment variables.
pub(crate) fn kind(path: &str) -> Option<EnvironmentKind> {
    let name = path.rsplit('/').next().unwrap_or(path);
    if name == ".env" || name.starts_with(".env.") {
        return Some(EnvironmentKind::Dotenv);
    }
    if name.starts_with("Dockerfile") || name.ends_with(".Dockerfile") {
        return Some(EnvironmentKind::Dockerfile);
    }
    let stem = name.strip_suffix(".yml").or(name.strip_suffix(".yaml"))?;
    (!stem.contains("lock")).then_some(EnvironmentKind::Yaml)
}

impl EnvironmentFile {
    pub(crate) fn read(
        path: String,
        kind: EnvironmentKind,
        text: &str,
        tracked: Option<bool>,
    ) -> Self {
        let mut variables: Vec<EnvironmentVariable> = Vec::new();
        for (line, text) in (1..).zip(text.lines()) {
            // `- name: X` of a deployment has its value on the next line.
            if kind == EnvironmentKind::Yaml
                && let Some(value) = text.trim().strip_prefix("value:")
                && let Some(last) = variables.last_mut()
                && last.value.is_none()
                && last.line + 1 == line
            {
                let value = bare(value);
                last.secret = is_secret(&last.name, value);
                last.value = hash(value);
                last.addresses = addresses(value);
                last.listed = value.starts_with('[');
                continue;
            }
            let Some((name, value)) = setting(kind, text) else {
                continue;
            };
            let before = text.find(name).unwrap_or_default();
            variables.push(EnvironmentVariable {
                name: name.to_owned(),
                line,
                column: u32::try_from(text[..before].chars().count()).unwrap_or_default() + 1,
                secret: is_secret(name, bare(value)),
                value: hash(bare(value)),
                addresses: addresses(bare(value)),
                listed: bare(value).starts_with('['),
            });
        }
        let allowances = allowance::read(&path, text, &comments(text));
        Self {
            path,
            kind,
            variables,
            tracked,
            allowances,
        }
    }

    /// Whether it is there to be copied and filled in.
    pub(crate) fn is_example(&self) -> bool {
        ["example", "sample", "template", "dist"]
            .iter()
            .any(|word| {
                self.path
                    .rsplit('/')
                    .next()
                    .is_some_and(|name| name.contains(word))
            })
    }
}

/// The name and the value that a line sets.
fn setting(kind: EnvironmentKind, line: &str) -> Option<(&str, &str)> {
    let line = line.trim();
    let (name, value) = match kind {
        EnvironmentKind::Dotenv => {
            let (name, value) = line.split_once('=')?;
            (name.strip_prefix("export ").unwrap_or(name).trim(), value)
        }
        EnvironmentKind::Dockerfile => {
            let rest = line.strip_prefix("ENV ").or(line.strip_prefix("ARG "))?;
            rest.trim()
                .split_once(['=', ' '])
                .unwrap_or((rest.trim(), ""))
        }
        EnvironmentKind::Yaml => {
            let line = line.strip_prefix("- ").unwrap_or(line);
            match line.strip_prefix("name:") {
                Some(name) => (name.trim().trim_matches(['"', '\'']), ""),
                None => line.split_once(['=', ':'])?,
            }
        }
    };
    // In YAML most keys are no variables: these are written in capitals.
    let named = |byte: u8| match kind {
        EnvironmentKind::Yaml => byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_',
        _ => byte.is_ascii_alphanumeric() || byte == b'_',
    };
    (name.len() > 1 && name.bytes().all(named)).then_some((name, value))
}

fn addresses(value: &str) -> Vec<Address> {
    let parts = value.split(',').map(|part| {
        let part = part.trim();
        let (scheme, rest) = part.split_once("://")?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let host = &rest[..end];
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':');
        let told =
            matches!(scheme, "http" | "https") && !host.is_empty() && host.bytes().all(plain);
        told.then(|| Address {
            origin: format!("{scheme}://{host}"),
            path: end < rest.len(),
        })
    });
    parts.collect::<Option<_>>().unwrap_or_default()
}

fn hash(value: &str) -> Option<u64> {
    if value.is_empty() || value.contains("${") || value.contains("{{") {
        return None;
    }
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    Some(hasher.finish())
}

/// The comments of such a file as ranges of bytes, each with its `#`.
fn comments(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let mut comments = Vec::new();
    for line in text.split_inclusive('\n') {
        let content = line.trim_end();
        let indent = content.len() - content.trim_start().len();
        let alone = content[indent..].starts_with('#').then_some(indent);
        if let Some(at) = alone.or_else(|| behind_value(content)) {
            comments.push(start + at..start + content.len());
        }
        start += line.len();
    }
    comments
}

/// Where the comment behind the value of a line begins.
fn behind_value(line: &str) -> Option<usize> {
    let value = line.find('=')? + 1;
    let quoted = line[value..].trim_start();
    let quote = quoted.chars().next().filter(|it| matches!(it, '"' | '\''));
    let after = match quote {
        // A value that is not closed here goes on below: there is no comment on its line.
        Some(quote) => line.len() - quoted.len() + 2 + quoted[1..].find(quote)?,
        None => value,
    };
    line[after..].find(" #").map(|at| after + at + 1)
}

/// A value without quotes and without the comment behind it.
fn bare(value: &str) -> &str {
    let value = value.trim();
    for quote in ['"', '\''] {
        if let Some(rest) = value.strip_prefix(quote) {
            return rest.split(quote).next().unwrap_or(rest);
        }
    }
    value.split(" #").next().unwrap_or(value).trim()
}

/// Whether the value of a variable looks like a secret that somebody uses, by name and value.
fn is_secret(name: &str, value: &str) -> bool {
    let name = name.to_ascii_uppercase();
    if let Some(password) = password_of_url(value) {
        return is_random(password, 8);
    }
    let named = [
        "SECRET",
        "PASSWORD",
        "PASSWD",
        "PRIVATE",
        "TOKEN",
        "API_KEY",
        "ENCRYPTION_KEY",
    ]
    .iter()
    .any(|word| name.contains(word));
    named && !name.contains("PUBLIC") && (value.starts_with("-----BEGIN") || is_random(value, 20))
}

/// The password in `scheme://user:password@host` where the host is one that others can reach.
fn password_of_url(value: &str) -> Option<&str> {
    let (_, rest) = value.split_once("://")?;
    let (user, host) = rest.rsplit_once('@')?;
    let (_, password) = user.split_once(':')?;
    let host = host.split(['/', ':', '?']).next().unwrap_or(host);
    let reachable = host.contains('.') && !host.starts_with("127.") && !host.contains("example");
    reachable.then_some(password)
}

/// The address in a line of a source that holds the password of a server which others can reach: column and width, in characters.
pub(crate) fn address_with_password(line: &str) -> Option<(u32, u32)> {
    let start = |end: usize| {
        let scheme = |c: char| c.is_ascii_alphanumeric() || c == '+';
        line[..end].trim_end_matches(scheme).len()
    };
    line.match_indices("://").find_map(|(at, _)| {
        let from = start(at);
        let rest = &line[from..];
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>' | ')'))
            .unwrap_or(rest.len());
        let password = password_of_url(&rest[..end])?;
        is_random(password, 8).then(|| {
            let count = |text: &str| u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
            (count(&line[..from]) + 1, count(&rest[..end]))
        })
    })
}

/// Words of values that are there to be replaced.
#[rustfmt::skip]
const PLACEHOLDER: &[&str] = &[
    "your", "change", "example", "secret", "placeholder", "replace", "generate", "here", "xxx", "todo", "insert", "dummy", "sample", "test",
    "password", "super", "char", "random", "<", "{", "$", "...", "…", "user", "local", "develop", "abc", "123456",
];

/// Whether a text was drawn by a machine: long enough, letters and digits mixed, no word that asks to be replaced.
fn is_random(value: &str, least: usize) -> bool {
    let lower = value.to_ascii_lowercase();
    let mut distinct: Vec<u8> = value.bytes().collect();
    distinct.sort_unstable();
    distinct.dedup();
    value.len() >= least
        && distinct.len() >= least.min(12) * 2 / 3
        && !value.contains(char::is_whitespace)
        && value.bytes().any(|byte| byte.is_ascii_digit())
        && value.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !PLACEHOLDER.iter().any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::{EnvironmentFile, EnvironmentKind, comments, kind};

    fn secrets(text: &str) -> Vec<String> {
        EnvironmentFile::read(".env".into(), EnvironmentKind::Dotenv, text, None)
            .variables
            .into_iter()
            .filter(|variable| variable.secret)
            .map(|variable| variable.name)
            .collect()
    }

    #[test]
    fn what_a_machine_drew_is_a_secret_and_what_asks_to_be_replaced_is_none() {
        let text = "
# a comment = 1
BETTER_AUTH_SECRET=\"q7Zr0vKp1mXw8Ld3Bf6NcTy5HsJg2QeA\"
JWT_SECRET=your-32-character-secret-key-here
export API_KEY='m4Vt9Rk2Wz8Qp6Ly1Xc5'  # of the mail service
MAX_CONTEXT_TOKENS=8000
NEXT_PUBLIC_API_KEY=m4Vt9Rk2Wz8Qp6Ly1Xc5
DATABASE_URL=postgresql://app:n4Kq7Zt2Wv@ep-cold-sun.eu.aws.neon.tech/app
LOCAL_URL=postgresql://app:n4Kq7Zt2Wv@localhost/app
EMPTY_SECRET=
";
        assert_eq!(
            secrets(text),
            ["BETTER_AUTH_SECRET", "API_KEY", "DATABASE_URL"]
        );
    }

    #[test]
    fn an_address_in_a_source_tells_the_password_of_a_server_that_others_reach() {
        let at = super::address_with_password;
        let drawn = "npg_k3Xv9QwZ71Lm";
        let line = format!("url = \"postgresql://ada:{drawn}@db.host.tech/notes?ssl=on\"");
        assert_eq!(at(&line), Some((8, 59)));
        for harmless in [
            format!("postgresql://ada:{drawn}@localhost:5432/notes"),
            format!("postgresql://ada:{drawn}@db/notes"),
            "postgresql://user:password@db.host.tech/notes".to_owned(),
            "postgresql://ada:{password}@db.host.tech/notes".to_owned(),
            "https://github.com/someone@1a2b3c4d5e6f".to_owned(),
        ] {
            assert_eq!(at(&harmless), None, "{harmless}");
        }
    }

    #[test]
    fn of_a_value_only_the_origins_are_kept_of_which_it_consists() {
        let text = "ONE=http://localhost:3000/,https://app.example.com\nTWO=postgres://u:p@db/x\nTHREE=http://u:p@host\nFOUR='[\"http://a\"]'\nFIVE=http://a,*\n";
        let file = EnvironmentFile::read(".env".into(), EnvironmentKind::Dotenv, text, None);
        let told = file.variables.iter().map(|variable| {
            let origins = variable.addresses.iter();
            let origins: Vec<_> = origins.map(|it| (it.origin.as_str(), it.path)).collect();
            (origins, variable.listed)
        });
        let two = vec![
            ("http://localhost:3000", true),
            ("https://app.example.com", false),
        ];
        let none = (vec![], false);
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                (two, false),
                none.clone(),
                none.clone(),
                (vec![], true),
                none
            ]
        );
    }

    #[test]
    fn a_comment_stands_alone_or_behind_a_value_and_never_within_one() {
        let text = "  # one\nA=1 # two\nB=\"x # no\" # three\nC='open # no\nD=a#no\n";
        let found: Vec<_> = comments(text).into_iter().map(|at| &text[at]).collect();
        assert_eq!(found, ["# one", "# two", "# three"]);
    }

    #[test]
    fn environment_files_are_known_by_their_names() {
        for (path, expected) in [
            (".env", EnvironmentKind::Dotenv),
            ("api/.env.local", EnvironmentKind::Dotenv),
            (".env.example", EnvironmentKind::Dotenv),
            ("web/Dockerfile.prod", EnvironmentKind::Dockerfile),
            ("compose.yaml", EnvironmentKind::Yaml),
            (".github/workflows/ci.yml", EnvironmentKind::Yaml),
        ] {
            assert_eq!(kind(path), Some(expected), "{path}");
        }
        for path in ["env.ts", ".envrc", "api/.environment", "pnpm-lock.yaml"] {
            assert_eq!(kind(path), None, "{path}");
        }
    }

    #[test]
    fn names_are_read_in_whatever_form_they_are_set() {
        let names = |kind, text: &str| {
            let file = EnvironmentFile::read("x".into(), kind, text, None);
            let told = |one: super::EnvironmentVariable| (one.name, one.value.is_some());
            file.variables.into_iter().map(told).collect::<Vec<_>>()
        };
        let set = |name: &str, told| (name.to_owned(), told);
        let docker = "FROM node:20\nARG NEXT_PUBLIC_API_URL\nENV PORT=3000\nENV MODE production\nRUN A=b true";
        assert_eq!(
            names(EnvironmentKind::Dockerfile, docker),
            [
                set("NEXT_PUBLIC_API_URL", false),
                set("PORT", true),
                set("MODE", true)
            ]
        );
        let yaml = "services:\n  api:\n    environment:\n      JWT_SECRET: abc\n      - OTHER=${OTHER}\n      - name: THIRD\n        value: \"x\"\n      image: app\n";
        assert_eq!(
            names(EnvironmentKind::Yaml, yaml),
            [
                set("JWT_SECRET", true),
                set("OTHER", false),
                set("THIRD", true)
            ]
        );
    }
}
