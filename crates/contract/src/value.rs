//! What the keys hold: each type takes only what is meaningful, and says what is not.

mod app;
mod claim;

mod duration;
mod header;
mod key;
mod name;
mod network;
mod origin;
mod path;
mod url;

pub use app::AppReference;
pub use claim::ClaimPath;
pub use duration::{Duration, Leeway, Period, Rate};
pub use header::{HeaderName, HeaderValue};
pub use key::{PublicKey, SecretText};
pub use name::{
    ColumnName, CookieName, EnvironmentName, Identifier, ModelName, Name, Role, RuleName, Scope,
    Sentence, Sha256, TableName, TokenType,
};
pub use network::Network;
pub use origin::{Origin, Origins};
pub use path::{ContractPath, Folder, Glob, RoutePath, TokenEndpoint, UrlPath};
pub use url::Url;
