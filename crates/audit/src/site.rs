//! Which site an address belongs to: a browser sends a cookie to the site that set it, and to no other.

/// Domains below which each name is a site of its own.
pub(crate) const SHARED: &[&str] = &[
    "vercel.app",
    "netlify.app",
    "onrender.com",
    "railway.app",
    "herokuapp.com",
    "fly.dev",
    "hf.space",
    "github.io",
    "pages.dev",
    "workers.dev",
    "azurewebsites.net",
    "run.app",
    "web.app",
    "ngrok.io",
    "ngrok-free.app",
    "replit.app",
];

/// The site of an address as far as it is written out; `None` for a relative one, or one whose host is not known.
pub fn site(address: &str) -> Option<String> {
    let (_, rest) = address.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    // A cookie belongs to a host whatever the port.
    let host = host.split(':').next()?.to_ascii_lowercase();
    if host.is_empty() || host.contains(['{', '}', '$', '[']) {
        return None;
    }
    let labels: Vec<&str> = host.split('.').collect();
    if labels.iter().all(|label| label.parse::<u8>().is_ok()) {
        return Some(host);
    }
    let shared = SHARED.iter().any(|domain| {
        host.strip_suffix(domain)
            .is_some_and(|rest| rest.ends_with('.'))
    });
    // `example.co.uk`: the second level is a short one of a country's own.
    let country = labels.len() > 2
        && labels[labels.len() - 1].len() == 2
        && labels[labels.len() - 2].len() <= 3;
    let kept = if shared || country { 3 } else { 2 };
    Some(labels[labels.len().saturating_sub(kept)..].join("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(one: &str, other: &str) -> bool {
        site(one).unwrap() == site(other).unwrap()
    }

    #[test]
    fn hosts_of_one_domain_are_one_site_whatever_the_port() {
        assert!(same(
            "https://app.example.com/x",
            "https://api.example.com:8443"
        ));
        assert!(same("http://localhost:3000", "http://localhost:8000/api"));
        assert!(same(
            "https://app.example.co.uk",
            "https://api.example.co.uk"
        ));
    }

    #[test]
    fn names_below_a_shared_domain_are_sites_of_their_own() {
        assert!(!same("https://one.vercel.app", "https://two.vercel.app"));
        assert!(!same("https://one.co.uk", "https://two.co.uk"));
        assert!(!same("http://localhost:3000", "http://127.0.0.1:3000"));
    }

    #[test]
    fn what_is_not_written_out_has_no_site() {
        for address in ["/api/tasks", "", "https://{}/api", "https://{}.example.com"] {
            assert_eq!(site(address), None, "{address}");
        }
    }
}
