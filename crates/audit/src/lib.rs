//! Reads a repository with both readers and holds the two sides against each other.
//!
//! [`Tree::read`] reads the files, [`audit`] makes facts, agreements and findings of them. Nothing is run.
//!
//! *To add a rule*, write `rules/<rule>.rs` after the pattern of any other and name it in `rules.rs`, twice.
//! *Not here*: printing, exit codes, the environment.

mod access;
mod agreed;
mod allowance;
mod cause;
mod crossing;
mod cure;
mod environment;
mod git;
mod group;
mod observe;
mod origin;
pub mod rules;
mod site;
mod tree;
mod web;

use std::path::PathBuf;
use std::sync::Arc;

use betroth_agreement::Agreement;
use betroth_report::{Notice, Report};
use betroth_source_python as python;
use betroth_source_typescript::Web;

pub use access::is_meant_open;
pub use group::Group;
pub use observe::deployed_from;
pub use site::site;
pub use tree::{Tree, Unread};

/// Why a folder could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// Nothing stands there.
    #[error("`{}` does not exist", .0.display())]
    Missing(PathBuf),
    /// A file stands there.
    #[error("`{}` is not a folder; give the folder that holds front end and API", .0.display())]
    NotAFolder(PathBuf),
    /// It cannot be listed.
    #[error("`{}` cannot be read", folder.display())]
    Unreadable {
        /// The folder.
        folder: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
}

/// What was read and found in a tree.
#[derive(Clone, Debug, Default)]
pub struct Audit {
    /// The side of the APIs.
    pub python: python::Facts,
    /// The front ends.
    pub webs: Vec<Web>,
    /// One for each pair of front end and API; the one with most calls first.
    pub agreements: Vec<Agreement>,
    /// The findings of every rule; those of which a comment in the source says so are let pass.
    pub report: Report,
    /// Comments of that kind which do not hold, or are no longer needed.
    pub notices: Vec<Notice>,
    /// What was not read.
    pub unread: Vec<Unread>,
}

impl Audit {
    /// The applications that are served: those of tests, examples and scripts are left out.
    pub fn apis(&self) -> impl Iterator<Item = &python::Api> {
        self.python
            .apis
            .iter()
            .filter(|api| !access::is_aside(&api.place.file))
    }

    /// Those of them that one pair is about.
    pub fn apis_of(&self, agreement: &Agreement) -> impl Iterator<Item = &python::Api> {
        self.apis()
            .filter(|api| access::is_within(&api.place.file, &agreement.api_root))
    }
}

/// Reads the sources of a tree, compares its sides and applies every rule.
pub fn audit(tree: &Tree) -> Audit {
    let (python, web) = std::thread::scope(|scope| {
        let web = scope.spawn(|| web::read(tree));
        let files = tree
            .files
            .iter()
            .filter(|(path, _)| tree::is_python(path))
            .map(|(path, text)| python::SourceFile {
                path: path.clone(),
                text: Arc::clone(text),
            })
            .collect();
        (python::read(files), web.join())
    });
    let mut unread = tree.unread.clone();
    let webs = if let Ok(read) = web {
        unread.extend(read.unread);
        read.webs
    } else {
        unread.push(Unread {
            file: ".".to_owned(),
            line: None,
            why: "the TypeScript sources were not read: the reader came to an unexpected end"
                .to_owned(),
        });
        Vec::new()
    };
    unread.extend(python.unread.iter().map(|unread| Unread {
        file: unread.place.file.clone(),
        line: Some(unread.place.line),
        why: unread.why.clone(),
    }));
    unread.sort();
    unread.dedup();
    judge(tree, python, webs, unread)
}

/// Compares the sides and applies every rule to facts that were read already, or that are known better than by reading.
pub fn judge(tree: &Tree, mut python: python::Facts, webs: Vec<Web>, unread: Vec<Unread>) -> Audit {
    agreed::tell(&mut python, tree);
    let mut pairs = observe::pairs(tree, &python, &webs);
    observe::doubt_unread(&mut pairs, &unread);
    let subject = rules::Subject {
        tree,
        python: &python,
        webs: &webs,
        pairs: &pairs,
    };
    let mut findings = rules::apply(&subject);
    cause::arrange(&mut findings, &pairs);
    cure::attach(&mut findings, &subject);
    let agreements = pairs.into_iter().map(|pair| pair.agreement).collect();
    let mut report = Report::new(findings);
    let notices = allowance::apply(tree, &mut report);
    Audit {
        python,
        webs,
        agreements,
        report,
        notices,
        unread,
    }
}
