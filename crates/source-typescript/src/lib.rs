//! Reads a TypeScript or JavaScript tree into facts about who is logged in.
//!
//! [`read`] parses the files that the caller hands over and answers, for each front end: which Better Auth servers and clients it has,
//! what signs tokens by hand, which calls reach the API, and which credential each carries, traced to where it is made.
//!
//! *Not here*: reading files, environment values, findings.

mod auth;
mod facts;
mod key;
mod module;
mod project;
mod reach;
mod read;
mod sign;
mod source;
mod value;

pub use facts::{
    AuthClient, Base, BetterAuthConfig, Call, Callee, Facts, Framework, IssuerSummary, JwtOptions,
    Origin, Plugin, Rewrite, Text, Unread, Web,
};
pub use read::read;
pub use source::SourceFile;
