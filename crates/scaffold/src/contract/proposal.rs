//! What is proposed where a person is asked: what a source says, else what is sound where none does.

use betroth_contract::Transport;
use betroth_contract::value::{ClaimPath, Duration, Origin, Url};
use betroth_report::Place;
use betroth_source_python::{Cors, MiddlewareKind};
use betroth_source_typescript::{BetterAuthConfig, Callee, Framework};

use super::draft::{Basis, shown};
use super::given::{Domains, Given};
use super::issuer::LOCAL;
use super::sides::Sides;

/// A value with what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal<T> {
    /// The value.
    pub value: T,
    /// [`Basis::Read`] or [`Basis::Guess`].
    pub basis: Basis,
}

impl<T: PartialEq> Proposal<T> {
    fn read(value: T, place: &Place) -> Self {
        let basis = Basis::Read(place.clone());
        Self { value, basis }
    }

    fn guess(value: T, why: impl Into<String>) -> Self {
        let basis = Basis::Guess(why.into());
        Self { value, basis }
    }

    /// What stands in the draft: what was given, else what was read. What is only sound is the contract's own default.
    pub(crate) fn settled(self, given: Option<T>) -> Option<(T, Basis)> {
        let is_read = matches!(self.basis, Basis::Read(_));
        match given {
            None => is_read.then_some((self.value, self.basis)),
            Some(given) => {
                let basis = self.basis_of(&given);
                Some((given, basis))
            }
        }
    }

    /// What a given value rests on.
    pub(crate) fn basis_of(self, given: &T) -> Basis {
        match self.basis {
            Basis::Read(place) if self.value == *given => Basis::Read(place),
            Basis::Read(place) => Basis::Instead(place),
            _ => Basis::Given,
        }
    }
}

/// How long a token lives.
pub fn lifetime(sides: &Sides<'_>) -> Proposal<Duration> {
    let written = sides.jwt().and_then(|jwt| jwt.expiration.as_ref());
    match written.map(|text| (text.value.parse(), &text.place)) {
        Some((Ok(lifetime), place)) => Proposal::read(lifetime, place),
        Some((Err(_), place)) => {
            let why = format!("what stands at {} is no such time", shown(place));
            Proposal::guess(Duration::MINUTES_15, why)
        }
        None => Proposal::guess(
            Duration::MINUTES_15,
            "Better Auth's own; so long a token outlives the session that ended",
        ),
    }
}

/// Who gets a new token when one ends.
pub fn transport(sides: &Sides<'_>) -> Proposal<Transport> {
    let calls = sides.web.into_iter().flat_map(|web| &web.calls);
    let calls = || calls.clone().filter(|call| call.callee == Callee::Api);
    match calls().next() {
        Some(first) if calls().all(|call| call.server) => {
            Proposal::read(Transport::Proxy, &first.place)
        }
        Some(first) => Proposal::read(Transport::Token, &first.place),
        None => Proposal::guess(
            Transport::Token,
            "pages call the API themselves, and the token stays in memory",
        ),
    }
}

/// Names under which roles are written besides the contract's own.
pub(super) const ROLES: &[&str] = &["role", "roles"];
/// The same of permissions.
pub(super) const PERMISSIONS: &[&str] = &["permissions"];

/// The claim that holds the roles; `None` where the contract's own default is no claim.
pub fn roles(sides: &Sides<'_>) -> Option<Proposal<ClaimPath>> {
    let plugin = |auth: &BetterAuthConfig| auth.plugins.iter().any(|it| it.name == "admin");
    let why = if sides.auth().is_some_and(plugin) {
        "the field of Better Auth's `admin` plugin"
    } else {
        "the name that Better Auth's `admin` plugin gives"
    };
    claim(sides, ROLES, why)
}

/// The claim that holds the permissions, likewise.
pub fn permissions(sides: &Sides<'_>) -> Option<Proposal<ClaimPath>> {
    claim(
        sides,
        PERMISSIONS,
        "the usual name; Better Auth gives none unless it is told to",
    )
}

/// The first of these names that the plugin's payload has, else the first of them.
pub(super) fn claim(
    sides: &Sides<'_>,
    names: &[&str],
    otherwise: &str,
) -> Option<Proposal<ClaimPath>> {
    let jwt = sides.jwt();
    let payload = jwt.and_then(|jwt| jwt.payload.as_ref());
    let written = payload.and_then(|payload| {
        let mut names = names.iter();
        names.find(|name| payload.iter().any(|claim| claim == *name))
    });
    match (written, jwt) {
        (Some(name), Some(jwt)) => Some(Proposal::read(name.parse().ok()?, &jwt.place)),
        _ => Some(Proposal::guess(names.first()?.parse().ok()?, otherwise)),
    }
}

/// Where the pages are served on this machine.
pub fn development_origins(sides: &Sides<'_>) -> Proposal<Vec<Origin>> {
    let (origins, place) = allowed(sides, Origin::is_loopback);
    if let Some(place) = place {
        return Proposal::read(origins, place);
    }
    let framework = sides.web.map(|web| web.framework);
    Proposal::guess(
        local(framework).parse().into_iter().collect(),
        "no source says where the pages are served; in development the framework's own port",
    )
}

/// Where they are served in production; `None` where nothing tells.
pub fn production_origins(sides: &Sides<'_>, given: &Given) -> Option<Proposal<Vec<Origin>>> {
    let (origins, place) = allowed(sides, |origin| !origin.is_loopback());
    if let Some(place) = place {
        return Some(Proposal::read(origins, place));
    }
    let (auth, web) = sides.auth().zip(sides.web)?;
    let issuer = given.issuer.as_ref().filter(|_| auth.root == web.root)?;
    let origins = vec![issuer.origin().clone()];
    Some(Proposal::guess(
        origins,
        "Better Auth runs in the front end",
    ))
}

/// The origins that CORS of the API lets pass, with the place of the first.
fn allowed<'a>(
    sides: &Sides<'a>,
    is_wanted: fn(&Origin) -> bool,
) -> (Vec<Origin>, Option<&'a Place>) {
    let mut origins: Vec<Origin> = Vec::new();
    let mut place = None;
    let middlewares = sides.api.into_iter().flat_map(|api| &api.middlewares);
    let cors = middlewares.filter_map(|middleware| match &middleware.kind {
        MiddlewareKind::Cors(cors) => Some(&**cors),
        _ => None,
    });
    for entry in cors.flat_map(|cors: &Cors| cors.origins.iter().flatten()) {
        let origin = entry.value.as_ref().and_then(|text| text.parse().ok());
        if let Some(origin) = origin.filter(is_wanted)
            && !origins.contains(&origin)
        {
            place = place.or(Some(&entry.place));
            origins.push(origin);
        }
    }
    (origins, place)
}

/// Where the framework's own server answers in development.
fn local(framework: Option<Framework>) -> &'static str {
    match framework {
        Some(Framework::Vite | Framework::SvelteKit) => "http://localhost:5173",
        Some(Framework::Angular) => "http://localhost:4200",
        Some(Framework::Astro) => "http://localhost:4321",
        _ => LOCAL,
    }
}

/// Whether front end and API are of one site, as their addresses in production tell; `None` where these are not known.
pub fn told_domains(sides: &Sides<'_>, given: &Given) -> Option<Proposal<Domains>> {
    let known = given.origins.iter().find(|origin| !origin.is_loopback());
    let page = match (known, &given.issuer) {
        (Some(origin), _) => origin.clone(),
        (None, Some(issuer)) => issuer.origin().clone(),
        (None, None) => production_origins(sides, given)?.value.first()?.clone(),
    };
    let own = super::api::production(sides);
    let api = given.api_url.as_ref().map(Url::origin).or(own.as_ref())?;
    let (one, other) = ((sides.site)(page.as_str())?, (sides.site)(api.as_str())?);
    let (domains, what) = if one == other {
        (Domains::One, "one site")
    } else {
        (Domains::Two, "two sites")
    };
    let why = format!("`{page}` and `{api}` are {what}");
    Some(Proposal::guess(domains, why))
}

/// The same, or the usual.
pub fn domains(sides: &Sides<'_>, given: &Given) -> Proposal<Domains> {
    told_domains(sides, given).unwrap_or_else(|| {
        let why = "the usual, as with `app.example.com` and `api.example.com`";
        Proposal::guess(Domains::One, why)
    })
}
