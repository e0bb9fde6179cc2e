//! Fetches a key set, by the rules of the contract: no redirects, a bound on time and size.

use std::error::Error as _;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use betroth_contract::value::Url;
use betroth_token::limits::KEY_SET_BYTES;
use reqwest::header::{CONTENT_TYPE, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};

use crate::{environment, progress};

/// How long an issuer may take for the whole answer.
const LONGEST: Duration = Duration::from_secs(5);

/// Whether nobody on the way can put other keys in.
pub(super) fn is_safe(url: &Url) -> bool {
    url.origin().as_str().starts_with("https://") || url.is_loopback()
}

/// The text of the key set at `url`.
///
/// # Errors
/// There is no such answer in time, or it is plainly no key set; says what came instead.
pub(super) fn key_set(url: &Url) -> anyhow::Result<String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("no runtime could be started")?;
    let fetched = progress::during(&format!("fetching `{url}`"), || {
        runtime.block_on(async { tokio::time::timeout(LONGEST, fetch(url)).await })
    });
    // A name that is still looked up is not waited for.
    runtime.shutdown_background();
    fetched.unwrap_or_else(|_| {
        bail!(
            "`{url}` did not answer within {} s; the issuer is down, or its address is not reached from here",
            LONGEST.as_secs()
        )
    })
}

async fn fetch(url: &Url) -> anyhow::Result<String> {
    let mut builder = Client::builder()
        .redirect(Policy::none())
        .user_agent(concat!("betroth/", env!("CARGO_PKG_VERSION")));
    // A proxy has another machine behind `localhost`.
    if url.is_loopback() {
        builder = builder.no_proxy();
    }
    if url.origin().as_str().starts_with("http://") {
        builder = builder.tls_certs_only([]);
    }
    let client = builder
        .build()
        .map_err(|error| {
            anyhow!(
                "`{url}` cannot be asked: {}; the package `ca-certificates` brings the certificates of the usual authorities",
                cause(&error)
            )
        })?;
    let sent = client.get(url.as_str()).send().await;
    let mut answer = sent.map_err(|error| {
        let why = cause(&error);
        anyhow!("`{url}` cannot be reached: {why}; {}", cure(url, &why))
    })?;
    check(url, &answer)?;
    let mut body = Vec::new();
    loop {
        let chunk = answer.chunk().await;
        let chunk = chunk.map_err(|error| anyhow!("`{url}` broke off: {}", cause(&error)))?;
        let Some(chunk) = chunk else { break };
        body.extend_from_slice(&chunk);
        if body.len() > KEY_SET_BYTES {
            bail!(
                "`{url}` answered with more than {} KiB, which is no key set",
                KEY_SET_BYTES / 1024
            );
        }
    }
    match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => bail!("`{url}` answered with nothing; the address of the key set may be another"),
        Some(b'<') => return Err(page(url)),
        Some(_) => {}
    }
    String::from_utf8(body).map_err(|_| anyhow!("`{url}` answered with something that is no text"))
}

/// What can be told before the body is read.
fn check(url: &Url, answer: &Response) -> anyhow::Result<()> {
    let status = answer.status();
    if status.is_redirection() {
        let target = answer.headers().get(LOCATION);
        let target = target.and_then(|it| it.to_str().ok()?.parse::<Url>().ok());
        let target = target.map_or_else(String::new, |it| format!(" to `{}`", it.origin()));
        bail!(
            "`{url}` redirects{target}, and keys are fetched from no other place than the one named; \
             name the address that it leads to, if that is the issuer's"
        );
    }
    if status.as_u16() == 404 {
        bail!(
            "`{url}` answered 404: no key set is there; with Better Auth it is under `/api/auth/jwks` \
             (or its own `basePath`), once the plugin `jwt` is mounted"
        );
    }
    if !status.is_success() {
        bail!("`{url}` answered {}, no key set", status.as_u16());
    }
    let kind = answer.headers().get(CONTENT_TYPE);
    let kind = kind.and_then(|it| it.to_str().ok()).unwrap_or_default();
    if kind.to_ascii_lowercase().starts_with("text/html") {
        return Err(page(url));
    }
    Ok(())
}

fn page(url: &Url) -> anyhow::Error {
    anyhow!(
        "`{url}` answered with a page for people (HTML), no key set; it may be the address of the front end's own pages, or of a \
         login in front of it"
    )
}

/// What to do where there is no answer, for that reason.
fn cure(url: &Url, why: &str) -> &'static str {
    const PROXIES: &[&str] = &["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"];
    let proxied = PROXIES.iter().any(|name| {
        let names = [(*name).to_owned(), name.to_ascii_lowercase()];
        names
            .iter()
            .any(|name| environment::variable(name).is_some())
    });
    if why.contains("certificate") {
        "name a file with the certificate of the authority that signed it in `SSL_CERT_FILE`, if you trust it"
    } else if proxied && !url.is_loopback() {
        "it is asked for through the proxy of the environment; `NO_PROXY` names hosts that need none"
    } else {
        "is the issuer running, and is this its address?"
    }
}

/// What is at the bottom of an error of the client, without the address.
fn cause(error: &reqwest::Error) -> String {
    let mut deepest = error.source();
    while let Some(next) = deepest.and_then(std::error::Error::source) {
        deepest = Some(next);
    }
    deepest.map_or_else(|| "the request failed".to_owned(), ToString::to_string)
}
