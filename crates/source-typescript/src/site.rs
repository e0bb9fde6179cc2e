//! One front end, with what is needed to say whom its calls reach.

use crate::{
    AuthClient, BetterAuthConfig, Framework, Rewrite,
    address::{Address, fits},
    route::Handler,
    value::Tracer,
};

/// A front end and the servers around it.
pub(crate) struct Site<'s, 'p, 'a> {
    pub(crate) tracer: &'s Tracer<'p, 'a>,
    pub(crate) root: &'s str,
    pub(crate) framework: Framework,
    /// Whether Better Auth is set up for this front end, and a program loads it.
    pub(crate) better_auth: bool,
    /// Better Auth servers: its own, else those beside it.
    pub(crate) servers: &'s [BetterAuthConfig],
    pub(crate) clients: &'s [AuthClient],
    pub(crate) handlers: &'s [Handler],
    pub(crate) rewrites: &'s [Rewrite],
    pub(crate) reached: &'s [bool],
    /// Modules that are part of the front end.
    pub(crate) members: &'s [bool],
}

/// Whom an address reaches.
#[derive(Clone, Debug)]
pub(crate) enum Reach {
    /// The API.
    Api,
    /// A route handler of the tree, of the front end or of a service beside it.
    Handler(Handler),
    /// Better Auth, or another service for logging in.
    Auth,
    /// Somebody else's server.
    Foreign,
}

/// Hosts of third parties that front ends call; an API is never there.
pub(crate) const FOREIGN: [&str; 14] = [
    "googleapis.com",
    "google.com",
    "github.com",
    "openai.com",
    "anthropic.com",
    "stripe.com",
    "sentry.io",
    "unsplash.com",
    "jsdelivr.net",
    "unpkg.com",
    "cloudflare.com",
    "resend.com",
    "githubusercontent.com",
    "ipapi.co",
];

impl Site<'_, '_, '_> {
    /// Whom an address reaches.
    pub(crate) fn reach(&self, address: &Address) -> Reach {
        if address
            .host()
            .is_some_and(|host| FOREIGN.iter().any(|one| host.ends_with(one)))
        {
            return Reach::Foreign;
        }
        let path = address.whole_path();
        if address.base.environment.is_none() && (address.relative || self.is_own_host(address)) {
            return self.reach_own(&path);
        }
        if let Some(handler) = self
            .service_handler(&path)
            .filter(|handler| handler.service && specificity(&handler.path).0 > 1)
        {
            return Reach::Handler(handler);
        }
        if self.is_auth_base(address) {
            return self
                .service_handler(&path)
                .map_or(Reach::Auth, Reach::Handler);
        }
        if self.is_own_base(address)
            && let Some(handler) = self.own_handler(&path)
        {
            return Reach::Handler(handler.clone());
        }
        if path.starts_with("/api/auth")
            && !self.servers.is_empty()
            && !shares_base_with_api(address)
        {
            return self
                .service_handler(&path)
                .map_or(Reach::Auth, Reach::Handler);
        }
        Reach::Api
    }

    /// A path without base: a handler of the front end, else whatever a rewrite or a proxy in front hands it on to.
    fn reach_own(&self, path: &str) -> Reach {
        if let Some(handler) = self.own_handler(path) {
            return Reach::Handler(handler.clone());
        }
        if let Some(rewrite) = self.rewrites.iter().find(|rewrite| rewrite.takes(path)) {
            let destination = &rewrite.destination;
            let auth = destination.environment.as_deref().is_some_and(is_auth_name)
                || self.clients.iter().any(|client| {
                    client.base_url.as_ref().is_some_and(|base| {
                        base.value.contains("://")
                            && destination.value.starts_with(base.value.as_str())
                    })
                });
            return if auth { Reach::Auth } else { Reach::Api };
        }
        if path.starts_with("/api/auth") && self.better_auth {
            return Reach::Auth;
        }
        if path.starts_with("/_next")
            || path
                .rsplit('/')
                .next()
                .is_some_and(|name| name.contains('.'))
        {
            return Reach::Foreign;
        }
        Reach::Api
    }

    fn own_handler(&self, path: &str) -> Option<&Handler> {
        let mine = self.handlers.iter().filter(|handler| {
            !handler.service && handler.home == self.root && fits(&handler.path, path)
        });
        mine.max_by_key(|handler| specificity(&handler.path))
    }

    fn service_handler(&self, path: &str) -> Option<Handler> {
        let services = self
            .handlers
            .iter()
            .filter(|handler| handler.service || handler.home != self.root);
        let fitting = services.filter(|handler| {
            !handler.path.trim_matches('/').is_empty()
                && !handler.path.trim_matches('/').starts_with('{')
        });
        fitting
            .filter(|handler| {
                fits(&handler.path, path)
                    || path
                        .strip_suffix(handler.path.as_str())
                        .is_some_and(|prefix| !prefix.contains('{'))
            })
            .max_by_key(|handler| specificity(&handler.path))
            .cloned()
    }

    fn is_own_host(&self, address: &Address) -> bool {
        let port = match self.framework {
            Framework::Vite => ":5173",
            _ => ":3000",
        };
        address.host().is_some_and(|host| {
            (host.starts_with("localhost") || host.starts_with("127.0.0.1")) && host.ends_with(port)
        }) && !self.clients.iter().any(|client| {
            self.servers.iter().all(|server| server.root != self.root) && same_base(client, address)
        })
    }

    /// Whether the base is the front end's own origin by its name.
    fn is_own_base(&self, address: &Address) -> bool {
        let named = address.base.environment.as_deref().is_some_and(|name| {
            [
                "APP_URL",
                "SITE_URL",
                "BASE_URL",
                "BETTER_AUTH_URL",
                "FRONTEND_URL",
                "NEXTAUTH_URL",
                "VERCEL_URL",
                "WEB_URL",
            ]
            .iter()
            .any(|one| name.ends_with(one))
        });
        named || self.is_own_host(address)
    }

    /// Whether the base belongs to the service that logs people in.
    fn is_auth_base(&self, address: &Address) -> bool {
        let named = address
            .base
            .environment
            .as_deref()
            .is_some_and(is_auth_name);
        let elsewhere =
            !self.servers.is_empty() && self.servers.iter().all(|server| server.root != self.root);
        let client = elsewhere
            && !shares_base_with_api(address)
            && self.clients.iter().any(|client| same_base(client, address));
        (named && !(self.is_own_base(address) && self.own_handler(&address.whole_path()).is_some()))
            || client
    }
}

/// Whether an auth client and the API stand behind one address, as a gateway in front of both would have it.
fn shares_base_with_api(address: &Address) -> bool {
    address
        .base
        .environment
        .as_deref()
        .is_some_and(|name| name.contains("API") || name.contains("BACKEND"))
        && !address
            .base
            .environment
            .as_deref()
            .is_some_and(is_auth_name)
}

fn is_auth_name(name: &str) -> bool {
    name.to_ascii_uppercase().contains("AUTH")
}

fn same_base(client: &AuthClient, address: &Address) -> bool {
    let Some(base) = &client.base_url else {
        return false;
    };
    if base.environment.is_some() || address.base.environment.is_some() {
        return base.environment == address.base.environment;
    }
    address.base.literal.as_deref().is_some_and(|literal| {
        literal.contains("://")
            && base
                .value
                .trim_end_matches('/')
                .starts_with(literal.trim_end_matches('/'))
    })
}

/// More fixed segments win, as routers have it.
fn specificity(path: &str) -> (usize, usize) {
    let fixed = path
        .split('/')
        .filter(|part| !part.is_empty() && !part.starts_with('{'))
        .count();
    (fixed, usize::from(!path.contains("{*}")))
}
