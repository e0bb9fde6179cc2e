//! The files of `vectors/better-auth`: the values of one version each.

#![expect(clippy::struct_field_names, reason = "the members' names in the files")]

use std::{
    collections::BTreeMap,
    fs,
    path::PathBuf,
    sync::LazyLock,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use betroth_better_auth::{Secret, Secrets};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
pub(crate) struct Version {
    pub(crate) better_auth: String,
    pub(crate) now: u64,
    pub(crate) secret: String,
    pub(crate) names: Vec<Names>,
    pub(crate) headers: Vec<Header>,
    pub(crate) caches: Vec<Cache>,
    pub(crate) passwords: Vec<Password>,
    pub(crate) keys: Vec<Key>,
}

#[derive(Deserialize)]
pub(crate) struct Names {
    pub(crate) config: Value,
    pub(crate) env: Value,
    pub(crate) session_token: String,
    pub(crate) session_data: String,
    pub(crate) dont_remember: String,
    pub(crate) set_cookie: Vec<String>,
    pub(crate) token: String,
}

#[derive(Deserialize)]
pub(crate) struct Header {
    pub(crate) what: String,
    pub(crate) header: String,
    pub(crate) better_auth: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Cache {
    pub(crate) what: String,
    pub(crate) strategy: String,
    pub(crate) version: String,
    pub(crate) secrets: Option<Vec<Versioned>>,
    pub(crate) cookies: BTreeMap<String, String>,
    pub(crate) session_cookie: String,
    pub(crate) token: String,
    pub(crate) user_id: String,
    pub(crate) name: String,
    pub(crate) bio: Option<String>,
    pub(crate) session_expires_at: u64,
    pub(crate) cache_expires_at: u64,
    pub(crate) issuer: Option<String>,
    pub(crate) keys: Option<Vec<Value>>,
}

#[derive(Deserialize)]
pub(crate) struct Versioned {
    version: u64,
    value: String,
}

#[derive(Deserialize)]
pub(crate) struct Password {
    pub(crate) password: String,
    pub(crate) hash: String,
}

#[derive(Deserialize)]
pub(crate) struct Key {
    pub(crate) what: String,
    pub(crate) secrets: Option<Vec<Versioned>>,
    pub(crate) id: String,
    pub(crate) public_key: String,
    pub(crate) private_key: String,
    pub(crate) token: String,
}

pub(crate) fn folder() -> PathBuf {
    PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../vectors/better-auth"
    ))
}

/// Every version that is kept, the newest last.
pub(crate) fn versions() -> &'static [Version] {
    static VERSIONS: LazyLock<[Version; 3]> = LazyLock::new(|| {
        ["1.3.34", "1.4.22", "1.7.7"]
            .map(|version| fs::read_to_string(folder().join(format!("{version}.json"))).unwrap())
            .map(|text| serde_json::from_str(&text).unwrap())
    });
    &*VERSIONS
}

pub(crate) fn newest() -> &'static Version {
    &versions()[2]
}

impl Version {
    pub(crate) fn secret(&self) -> Secret {
        Secret::new(&self.secret).unwrap()
    }

    pub(crate) fn now(&self) -> SystemTime {
        at(self.now)
    }

    /// What a deployment with these secrets, or else with the one of the file, has in its environment.
    pub(crate) fn secrets(&self, secrets: Option<&Vec<Versioned>>) -> Secrets {
        let Some(secrets) = secrets else {
            return self.secret().into();
        };
        let entry = |Versioned { version, value }: &Versioned| format!("{version}:{value}");
        let text: Vec<String> = secrets.iter().map(entry).collect();
        Secrets::parse(&text.join(","), None).unwrap()
    }

    /// The first cache of that kind.
    pub(crate) fn cache(&self, what: &str) -> &Cache {
        self.caches.iter().find(|cache| cache.what == what).unwrap()
    }
}

impl Cache {
    /// As a browser sends it, the parts in no particular order.
    pub(crate) fn header(&self) -> String {
        let cookies = self.cookies.iter().rev();
        let pairs: Vec<String> = cookies
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    /// The value of a cache that is not in parts.
    pub(crate) fn value(&self) -> &str {
        &self.cookies["better-auth.session_data"]
    }
}

/// A time in milliseconds since 1970.
pub(crate) fn at(millis: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(millis)
}
