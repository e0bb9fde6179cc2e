//! Fetches a key set, by the rules of the contract: no redirects, a bound on time and size.

use std::error::Error as _;
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use betroth_contract::value::Url;
use betroth_token::limits::KEY_SET_BYTES;
use reqwest::header::{CONTENT_TYPE, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};

use crate::progress;

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
    let client = Client::builder()
        .redirect(Policy::none())
        .user_agent(concat!("betroth/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| anyhow!("no client could be made: {}", cause(&error)))?;
    let sent = client.get(url.as_str()).send().await;
    let mut answer = sent.map_err(|error| {
        anyhow!(
            "`{url}` cannot be reached: {}; is the issuer running, and is this its address?",
            cause(&error)
        )
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
    if body.iter().all(u8::is_ascii_whitespace) {
        bail!("`{url}` answered with nothing; the address of the key set may be another");
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
        bail!(
            "`{url}` answered with a page for people (`text/html`), no key set; the address may be that of the front end's \
             own pages, or of a login in front of it"
        );
    }
    Ok(())
}

/// What is at the bottom of an error of the client, without the address.
fn cause(error: &reqwest::Error) -> String {
    let mut deepest = error.source();
    while let Some(next) = deepest.and_then(std::error::Error::source) {
        deepest = Some(next);
    }
    deepest.map_or_else(|| "the request failed".to_owned(), ToString::to_string)
}
