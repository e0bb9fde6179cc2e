//! Files of environment variables: which names they set, and whether a value looks like a real secret. Values are not kept.

/// A `.env` file, or an example of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EnvironmentFile {
    /// Path relative to the folder looked at, with `/`.
    pub path: String,
    /// What it sets, in the order of the lines.
    pub variables: Vec<EnvironmentVariable>,
    /// Whether git tracks it; `None` where the folder belongs to no repository.
    pub tracked: Option<bool>,
}

/// One variable of such a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EnvironmentVariable {
    /// Its name.
    pub name: String,
    /// Line, from 1.
    pub line: u32,
    /// Whether its value looks like a secret that somebody uses.
    pub secret: bool,
}

/// Whether a file holds environment variables, by its name: `.env`, `.env.local`, `.env.example`.
pub(crate) fn is_environment(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name == ".env" || name.starts_with(".env.")
}

impl EnvironmentFile {
    pub(crate) fn read(path: String, text: &str, tracked: Option<bool>) -> Self {
        let variables = (1..)
            .zip(text.lines())
            .filter_map(|(line, text)| {
                let (name, value) = text.trim().split_once('=')?;
                let name = name.strip_prefix("export ").unwrap_or(name).trim();
                let plain = !name.is_empty()
                    && name
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                plain.then(|| EnvironmentVariable {
                    name: name.to_owned(),
                    line,
                    secret: is_secret(name, bare(value)),
                })
            })
            .collect();
        Self {
            path,
            variables,
            tracked,
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
    use super::{EnvironmentFile, is_environment};

    fn secrets(text: &str) -> Vec<String> {
        EnvironmentFile::read(".env".into(), text, None)
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
    fn environment_files_are_known_by_their_names() {
        for path in [".env", "api/.env.local", ".env.example"] {
            assert!(is_environment(path), "{path}");
        }
        for path in ["env.ts", ".envrc", "api/.environment"] {
            assert!(!is_environment(path), "{path}");
        }
    }
}
