use std::fmt;
use std::str::FromStr;

use super::Url;
use crate::Fault;
use crate::form::text;
use crate::wording::quoted;

/// A path of an address: begins with `/`, ends without, has no `.` or `..`, no query.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UrlPath(String);

impl UrlPath {
    /// The path; empty for the root.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for UrlPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for UrlPath {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        check_path(text)?;
        if text == "/" {
            return Ok(Self(String::new()));
        }
        if let Some(short) = text.strip_suffix('/') {
            return Err(Fault::new(
                format!("is {}, which ends with `/`", quoted(text)),
                "joined with what follows it would hold two",
                format!("write {}", quoted(short)),
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

text!(
    UrlPath,
    "/api/auth",
    "a path from the root",
    "^/([^?#\\s]*[^?#\\s/])?$"
);

/// The path of a route as the framework names it: `/notes/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RoutePath(String);

impl RoutePath {
    /// The path as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RoutePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for RoutePath {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        check_path(text)?;
        Ok(Self(text.to_owned()))
    }
}

text!(
    RoutePath,
    "/notes/{id}",
    "a path as the framework names it",
    "^/[^?#\\s]*$"
);

fn check_path(text: &str) -> Result<(), Fault> {
    let fault = |what: &str, help: String| {
        Err(Fault::new(format!("is {}, {what}", quoted(text)), "", help))
    };
    if !text.starts_with('/') {
        let help = "write the path from the root, as in `/api`";
        return fault("which does not begin with `/`", help.to_owned());
    }
    if text.contains(['?', '#', '\\']) || text.chars().any(|c| c.is_whitespace() || c.is_control())
    {
        return fault(
            "which holds what no path has",
            "leave out query, fragment, `\\` and spaces".to_owned(),
        );
    }
    if text.contains("//") || text.split('/').any(|part| part == "." || part == "..") {
        return fault(
            "which holds `//`, `.` or `..` as a step",
            "write the path that is meant, without detours".to_owned(),
        );
    }
    Ok(())
}

/// Where the issuer gives a token.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TokenEndpoint {
    /// A path: under the issuer's base path, or from the root where it repeats the base path.
    Path(UrlPath),
    /// A full address.
    Url(Url),
}

impl FromStr for TokenEndpoint {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        if text.contains("://") {
            text.parse().map(Self::Url)
        } else {
            text.parse().map(Self::Path)
        }
    }
}

text!(
    TokenEndpoint,
    "/token",
    "a path under base_path, one that begins with base_path, or a full address",
    "^(/|[hH][tT][tT][pP][sS]?://)\\S*$"
);

/// A folder of the repository, relative to the contract: `backend`; `.` for its own.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Folder(String);

impl Folder {
    /// The folder with `/`, without `./` before and `/` after it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Folder {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let plain = text.strip_prefix("./").unwrap_or(text);
        let plain = plain.strip_suffix('/').unwrap_or(plain);
        let drive = text.as_bytes().get(1) == Some(&b':');
        let steps = plain == "."
            || plain
                .split('/')
                .all(|step| !matches!(step, "" | "." | ".."));
        if plain.is_empty() || drive || !steps || plain.contains('\\') || plain.contains('\0') {
            return Err(Fault::new(
                format!("is {}, no folder below the contract", quoted(text)),
                "the contract stands at the top of the repository and is the same on every machine",
                "write the folder relative to it with `/`, as in `backend`, or `.`",
            ));
        }
        Ok(Self(plain.to_owned()))
    }
}

text!(
    Folder,
    "backend",
    "a folder relative to the contract",
    "^[^/\\\\][^\\\\]*$"
);

/// Which files, relative to the contract; `*` and `**` stand for more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Glob(String);

impl Glob {
    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Glob {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        if text.is_empty() || text.starts_with('/') || text.contains(['\\', '\0']) {
            return Err(Fault::new(
                format!("is {}, no path below the contract", quoted(text)),
                "",
                "write it relative to the contract with `/`, as in `backend/app/main.py`",
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

text!(
    Glob,
    "backend/app/main.py",
    "a path relative to the contract; * and ** stand for more",
    "^[^/\\\\][^\\\\]*$"
);

/// Where a contract stands, relative to a file in a folder below it: `../betroth.toml`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContractPath(String);

impl ContractPath {
    /// From a folder that is named relative to the contract `file`.
    pub(crate) fn from_below(folder: &Folder, file: &str) -> Self {
        let steps = match folder.as_str() {
            "." => 0,
            path => path.split('/').count(),
        };
        Self("../".repeat(steps) + file)
    }

    /// The path as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The contract's path, given the `folder` of the file that names it; both are relative to one folder, with `/`, and
    /// that folder is the empty text. `None` where it stands above that folder.
    pub fn seen_from(&self, folder: &str) -> Option<String> {
        let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
        let mut rest = self.as_str();
        while let Some(above) = rest.strip_prefix("../") {
            steps.pop()?;
            rest = above;
        }
        steps.push(rest);
        Some(steps.join("/"))
    }
}

impl FromStr for ContractPath {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let file = text.trim_start_matches("../");
        let is_name = |stem: &str| !stem.is_empty() && !stem.contains(['/', '\\', ':', '\0']);
        if !file.strip_suffix(".toml").is_some_and(is_name) {
            return Err(Fault::new(
                format!("is {}, no contract above this file", quoted(text)),
                "",
                "run `betroth lock` where the contract is, which writes this file anew",
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

text!(
    ContractPath,
    "../betroth.toml",
    "a contract above this file",
    "^(\\.\\./)*[^/\\\\:]+\\.toml$"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contract_is_found_from_the_folder_below_it() {
        let from = |folder: &str| {
            let folder = folder.parse().expect("a folder");
            ContractPath::from_below(&folder, "betroth.toml")
        };
        assert_eq!(from(".").as_str(), "betroth.toml");
        let path = from("services/reports");
        assert_eq!(path.as_str(), "../../betroth.toml");
        for (folder, expected) in [
            ("services/reports", Some("betroth.toml")),
            ("shop/services/reports", Some("shop/betroth.toml")),
            ("reports", None),
        ] {
            assert_eq!(path.seen_from(folder).as_deref(), expected, "{folder}");
        }
    }

    #[test]
    fn a_lock_names_no_file_elsewhere() {
        for text in [
            "",
            "/etc/betroth.toml",
            "../secrets.env",
            "C:betroth.toml",
            "../a/betroth.toml",
        ] {
            assert!(text.parse::<ContractPath>().is_err(), "{text}");
        }
        assert!("../../betroth.toml".parse::<ContractPath>().is_ok());
    }
}
