//! Cookies: their names, how one is found in a request, and who wrote it.

mod header;
mod name;
mod percent;
mod signed;

pub use header::CookieHeader;
pub use name::{CookieNames, CookieSettings};
pub use signed::SignedCookies;
