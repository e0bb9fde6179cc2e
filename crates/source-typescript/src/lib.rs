//! Reads a TypeScript or JavaScript tree into facts about who is logged in.
//!
//! [`read`] parses the files that the caller hands over and answers, for each front end: which Better Auth servers and clients it has,
//! what signs tokens by hand, which calls reach the API, and which credential each carries, traced to where it is made.
//!
//! *How to add* a client that sends requests: a line in `http`, which says where its address and options stand, and a text in
//! `tests/clients.rs`. A place where tokens come from: `origin`. A function of the language, of React or of a package whose result is known:
//! `value/builtin`.
//!
//! *Not here*: reading files, environment values, findings.

mod address;
mod auth;
mod auth_request;
mod call;
mod client;
mod comment;
mod credential;
mod dropped;
mod exposure;
mod facts;
mod fixed;
mod header;
mod http;
mod key;
mod module;
mod origin;
mod project;
mod reach;
mod read;
mod route;
mod sign;
mod site;
mod source;
mod storage;
mod summary;
mod token_name;
mod unauthorized;
mod value;

pub use comment::comments;
pub use facts::{
    Absent, Answer, Audience, AuthClient, AuthRequest, Base, BetterAuthConfig, Call, Callee,
    DroppedHeaders, EphemeralKey, Exposed, Exposure, Facts, FixedAddress, Framework, Interceptor,
    IssuerSummary, JwtOptions, Origin, Plugin, Proof, RemovedEntry, Requester, RetrievedEntry,
    Rewrite, Side, StorageArea, StoredEntry, Text, Unread, UnschemedHeader, Via, Web,
    WithheldVariable, WrittenOption,
};
pub use read::read;
pub use source::SourceFile;
