//! What a TypeScript tree says about who is logged in: the public types.

use betroth_agreement::{CredentialFact, CredentialKind, Evidence, IssuerFact, IssuerKind};
use betroth_report::Place;

mod better_auth;

pub use better_auth::{
    AuthClient, AuthRequest, BetterAuthConfig, JwtOptions, Plugin, Proof, Requester, Side,
    WrittenOption,
};

/// Everything read from the tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Front ends, one for each folder whose `package.json` names a framework.
    pub webs: Vec<Web>,
    /// Files, or parts of files, that could not be read.
    pub unread: Vec<Unread>,
}

/// A file that could not be read, or not whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Where.
    pub place: Place,
    /// Why.
    pub why: String,
}

impl Unread {
    pub(crate) fn new(path: &str, line: u32, why: String) -> Self {
        Self {
            place: Place::new(path, line, 1),
            why,
        }
    }
}

/// What a front end is built with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Framework {
    /// Next.js, either router.
    Next,
    /// Docusaurus.
    Docusaurus,
    /// Nuxt.
    Nuxt,
    /// `SvelteKit`.
    SvelteKit,
    /// Remix.
    Remix,
    /// `TanStack` Start.
    TanStack,
    /// Expo.
    Expo,
    /// Astro.
    Astro,
    /// Create React App.
    CreateReactApp,
    /// Vite with a view library.
    Vite,
    /// React, bundled otherwise.
    React,
    /// Vue, bundled otherwise.
    Vue,
    /// Svelte, bundled otherwise.
    Svelte,
    /// Angular.
    Angular,
}

/// One front end, with the auth services that it talks to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Web {
    /// Its folder relative to the tree; empty for the tree itself.
    pub root: String,
    /// What it is built with.
    pub framework: Framework,
    /// Better Auth servers: its own, else those of services beside it.
    pub auth: Vec<BetterAuthConfig>,
    /// Better Auth clients.
    pub clients: Vec<AuthClient>,
    /// Everything that makes a credential, whether or not the API gets it.
    pub issuers: Vec<IssuerFact>,
    /// Calls to the API, and to its own route handlers.
    pub calls: Vec<Call>,
    /// Requests to Better Auth.
    pub auth_requests: Vec<AuthRequest>,
    /// Calls of wrappers that drop the token which the wrapper adds.
    pub dropped: Vec<DroppedHeaders>,
    /// What sees the requests of axios clients before they go out.
    pub interceptors: Vec<Interceptor>,
    /// The same by wrapper and kind, API only.
    pub credentials: Vec<CredentialFact>,
    /// Rewrites of `next.config`, development proxies of Vite.
    pub rewrites: Vec<Rewrite>,
    /// Credentials that are put into the browser's storage.
    pub stored: Vec<StoredEntry>,
    /// Entries of the browser's storage that are read as a credential.
    pub retrieved: Vec<RetrievedEntry>,
    /// Entries of the browser's storage that are removed, of whatever kind.
    pub removed: Vec<RemovedEntry>,
    /// Credentials and secrets that are shown to more than those whom they are for.
    pub exposed: Vec<Exposure>,
    /// Environment variables that a module of the browser reads and that the bundler leaves out there.
    pub withheld: Vec<WithheldVariable>,
    /// Signing keys that live as long as the process.
    pub ephemeral_keys: Vec<EphemeralKey>,
    /// Headers `Authorization` without a scheme.
    pub unschemed: Vec<UnschemedHeader>,
    /// Addresses of one's own servers that no deployment can change.
    pub fixed_addresses: Vec<FixedAddress>,
    /// Whether any code that runs acts on the answer 401.
    pub looks_for_401: bool,
}

/// An address of a server that stands in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixedAddress {
    /// `https://host:port`.
    pub origin: String,
    /// Whether the server is on the developer's own machine.
    pub local: bool,
    /// The text.
    pub place: Place,
    /// Whether a program of the tree loads the module.
    pub reached: bool,
}

/// A header `Authorization` that carries a token without the word `Bearer ` before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnschemedHeader {
    /// The value, whole.
    pub place: Place,
    /// Whether a program of the tree loads the module.
    pub reached: bool,
}

/// An entry of the browser's storage that is read as a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetrievedEntry {
    /// Where it is kept.
    pub area: StorageArea,
    /// The name of the entry.
    pub key: String,
    /// The reading.
    pub place: Place,
    /// Whether anything in the tree writes an entry of that name.
    pub written: bool,
    /// Whether a program of the tree loads the module.
    pub reached: bool,
}

/// An entry of the browser's storage that is removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemovedEntry {
    /// Where it is kept.
    pub area: StorageArea,
    /// The name of the entry; `None` for all of them, and where it is not told.
    pub key: Option<String>,
    /// The removal.
    pub place: Place,
    /// Whether the name says that a credential is kept there.
    pub credential: bool,
    /// Whether a write in the tree names the same entry.
    pub written: bool,
    /// Whether a program of the tree loads the module.
    pub reached: bool,
}

/// Something that grants access, shown to more than those whom it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// What is shown.
    pub what: Exposed,
    /// To whom.
    pub to: Audience,
    /// Whether only a part of it is shown: `token.slice(0, 20)`.
    pub cut: bool,
    /// Where.
    pub place: Place,
    /// Whether a program of the tree loads the module.
    pub reached: bool,
}

/// What an [`Exposure`] shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exposed {
    /// A person's token, by the name of its variable.
    Token(String),
    /// A secret of the server, by the name of its environment variable.
    Secret(String),
}

/// To whom an [`Exposure`] shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Everybody who reads the log.
    Log,
    /// Every server, proxy and history on the way of an address.
    Url,
}

/// An environment variable that a module of the browser reads and that Next.js does not put into its bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WithheldVariable {
    /// Its name.
    pub name: String,
    /// The reading.
    pub place: Place,
    /// Whether a program of the tree loads the module.
    pub reached: bool,
}

/// A signing key that is drawn when the process starts, and kept nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EphemeralKey {
    /// Where it is drawn.
    pub place: Place,
    /// Where a token is signed in the same module.
    pub signs: Place,
    /// Whether a program of the tree loads the module.
    pub reached: bool,
}

/// Where in the browser something is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StorageArea {
    /// `localStorage`: until it is deleted.
    Local,
    /// `sessionStorage`: as long as the tab.
    Session,
}

/// A credential that is put where any script of the page can read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEntry {
    /// Where it is kept.
    pub area: StorageArea,
    /// The name of the entry, where that is told.
    pub key: Option<String>,
    /// The write.
    pub place: Place,
    /// Who makes it; `Unknown` where only the entry's name tells that it is a credential.
    pub holds: IssuerKind,
    /// Whether a program of the tree loads the module.
    pub reached: bool,
}

/// A text as far as it is known, with where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The text; `{}` for each part that is not known.
    pub value: String,
    /// The environment variable from which it, or its start, is read.
    pub environment: Option<String>,
    /// Whether no other text may stand there: not so of `production ? "https://…" : "http://localhost:3000"`.
    pub alone: bool,
    /// Where.
    pub place: Place,
}

/// Whom a call reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Callee {
    /// The API.
    Api,
    /// A route handler of the same front end.
    Own,
}

/// One call over HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Whom it reaches.
    pub callee: Callee,
    /// Upper case; `WS` for a WebSocket; `None` where it is not told.
    pub method: Option<String>,
    /// Path after the base address, `{}` for each part that is not known, without the query.
    pub path: String,
    /// The base address: the environment variable, and its default or the literal.
    pub base: Base,
    /// The call.
    pub place: Place,
    /// The `fetch` (or its like) that is reached in the end; the same as `place` for a direct call.
    pub wrapper: Place,
    /// What opens it.
    pub via: Via,
    /// What is sent.
    pub credential: CredentialKind,
    /// The header in which it travels: `Authorization`; `None` for cookies, and where it stands in the address.
    pub header: Option<&'static str>,
    /// Who makes what is sent.
    pub origin: Origin,
    /// Whether a program of the tree loads the module.
    pub reached: bool,
    /// Whether the call goes out from a server (route handler, server action), not from the browser.
    pub server: bool,
    /// What is made of the answer.
    pub answer: Answer,
    /// Whether the browser loads the module that makes the call; `false` where that is not told.
    pub browser: bool,
}

/// What is made of the answer of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Whether anything looks for 401 where it goes, and makes something of it.
    pub looks_for_401: bool,
    /// Where 401 is noticed and nothing follows but a line in the log.
    pub noticed: Option<Place>,
    /// The `if (!response.ok)` behind the request.
    pub failure: Option<Place>,
}

/// What opens a call.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Via {
    /// An axios client, by the call that makes it; `None` for the one that the package itself is.
    Axios(Option<Place>),
    /// The browser's `EventSource`, which sends no header that it is told; whether it is told any.
    EventSource {
        /// Whether its options hold headers.
        headers: bool,
    },
    /// Anything else.
    Other,
}

/// A function that sees every request of one axios client: `client.interceptors.request.use(…)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interceptor {
    /// The call that sets it.
    pub place: Place,
    /// The client, a [`Via::Axios`]; `None` where it is not told.
    pub client: Option<Via>,
    /// Whether it puts a token on the requests.
    pub adds_token: bool,
    /// Whether a program of the tree loads the module.
    pub reached: bool,
}

/// A call that passes headers of its own to a wrapper, which spreads what it is given behind the headers that it writes:
/// `fetch(url, { headers: { Authorization }, ...options })`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DroppedHeaders {
    /// What is spread, in the wrapper.
    pub place: Place,
    /// The call of the wrapper.
    pub caller: Place,
    /// Whether a program of the tree loads the caller's module.
    pub reached: bool,
}

/// The address in front of a call's path.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Base {
    /// The environment variable that holds it.
    pub environment: Option<String>,
    /// The literal, or the variable's default; empty for a relative address.
    pub literal: Option<String>,
}

/// Who makes the credential of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The kind of issuer.
    pub issuer: IssuerKind,
    /// Where the credential is obtained; `None` where nothing is sent.
    pub place: Option<Place>,
    /// How it was told, or why it could not be.
    pub why: String,
    /// Whether nothing else is ever sent in its place.
    pub alone: bool,
    /// Where it is read, if that is when the module is loaded: whoever logs in later is not in it.
    pub frozen: Option<Place>,
    /// What is read, and never there.
    pub absent: Option<Absent>,
    /// Further origins that the same expression may have, with how each travels.
    pub others: Vec<(IssuerKind, CredentialKind)>,
}

/// A credential that is read where it never is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Absent {
    /// A member that Better Auth's session does not have: `data.accessToken`.
    Member(String),
    /// The cookie of Better Auth's session, which is `httpOnly`: no script sees it.
    HttpOnlyCookie,
}

/// A path of the front end that is answered by another server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewrite {
    /// The path as written: `/api/:path*`.
    pub source: String,
    /// The address as far as it is known.
    pub destination: Text,
    /// Where.
    pub place: Place,
}

/// What reaches the API from one front end, all in all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerSummary {
    /// Who makes the credential that most calls carry.
    pub kind: IssuerKind,
    /// Algorithms with which it signs; empty for an opaque token.
    pub algorithms: Vec<Evidence<String>>,
    /// Where it is made, or where it is put on the call.
    pub places: Vec<Place>,
    /// How many calls carry it, of how many to the API.
    pub calls: (usize, usize),
    /// One sentence.
    pub because: String,
}
