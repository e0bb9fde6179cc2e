//! `[web]`: the front end.

use crate::form::{table, words};
use crate::value::{Folder, Origins};
use crate::{Headers, Setting};

words! {
    /// What the front end is built with.
    pub enum Framework {
        /// Next.js.
        Next = "next",
        /// React without a server of its own.
        React = "react",
        /// Anything else.
        Other = "other",
    }
}

words! {
    /// How a credential travels from the browser to the API.
    pub enum Transport {
        /// The browser holds a token in memory and sends it.
        Token = "token",
        /// A route handler of the front end swaps the session for a token.
        Proxy = "proxy",
        /// The gateway swaps the session for a token.
        Gateway = "gateway",
    }
}

table! {
    /// The front end.
    pub struct Web {
        /// Its folder, relative to the contract.
        root: Folder = "frontend",
        /// What it is built with.
        framework: Framework = "next",
        /// Where its pages are served; in the environment with commas between.
        origins: Setting<Origins> = { env = "WEB_ORIGINS", development = ["http://localhost:3000"] },
        /// How a credential travels to the API.
        transport: Transport = "token",
        /// Headers of the pages, in place of those that `betroth apply` writes or beside them; one with an empty text is left out.
        headers: Headers = {},
    }
}
