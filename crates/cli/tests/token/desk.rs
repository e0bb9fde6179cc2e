//! A folder with a key in it, and the program run there.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use base64_simd::URL_SAFE_NO_PAD;
use betroth_token::{PublicAlgorithm, Signer, key_set};
use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) const ISSUER: &str = "https://app.example.com";
pub(crate) const AUDIENCE: &str = "https://api.example.com";
/// 2027-01-15T08:00:00Z
pub(crate) const ISSUED: u64 = 1_800_000_000;
/// Three minutes later.
pub(crate) const NOW: &str = "1800000180";
pub(crate) const SECRET: &str = "x3Jq0vB7kLm2Nf9RtYw8ZsPd1HcGaUe4";

/// A folder with the key of an issuer, `jwks.json`.
pub(crate) struct Desk {
    folder: TempDir,
    pub(crate) signer: Signer,
}

/// What the program said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Said {
    /// Code, stdout and stderr, as a person sees them.
    pub(crate) fn whole(&self) -> String {
        format!("{}{}exit code {}\n", self.stdout, self.stderr, self.code)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap()
    }
}

impl Desk {
    pub(crate) fn new() -> Self {
        let signer = Signer::generate(PublicAlgorithm::EdDsa).unwrap();
        let signer = signer.with_kid("k1").unwrap();
        let desk = Self {
            folder: tempfile::tempdir().unwrap(),
            signer,
        };
        desk.write("jwks.json", &key_set([desk.signer.verifying_key()]));
        desk
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// A token with good claims, of which some are replaced; `null` takes one away.
    pub(crate) fn token(&self, other: Value) -> String {
        self.signer.sign(&claims(other).to_string()).unwrap()
    }

    /// Runs `betroth token` with `stdin`, which may hold tokens; none of their signatures may be shown.
    pub(crate) fn run(&self, arguments: &[&str], stdin: &str) -> Said {
        self.run_with(arguments, stdin, &[])
    }

    pub(crate) fn run_with(
        &self,
        arguments: &[&str],
        stdin: &str,
        variables: &[(&str, &str)],
    ) -> Said {
        let mut child = Command::new(env!("CARGO_BIN_EXE_betroth"))
            .arg("token")
            .args(arguments)
            .current_dir(self.folder.path())
            .env_remove("BETROTH_MODE")
            .env_remove("BETTER_AUTH_URL")
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that does not ask for its input closes it.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        let output = child.wait_with_output().unwrap();
        let said = Said {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        for line in stdin.lines() {
            let signature = line.rsplit('.').next().unwrap_or_default();
            let shown = |text: &str| text.len() > 16 && said.whole().contains(text);
            assert!(!shown(signature) && !shown(line), "{}", said.whole());
        }
        for (_, value) in variables {
            assert!(value.len() < 16 || !said.whole().contains(value));
        }
        said
    }

    /// `verify` against `jwks.json`, three minutes after [`ISSUED`].
    pub(crate) fn verify(&self, token: &str, more: &[&str]) -> Said {
        let keys = [&["--jwks", "jwks.json"], more].concat();
        self.run(&verify_with(&keys), token)
    }
}

/// `verify` with an option for the keys, three minutes after [`ISSUED`].
pub(crate) fn verify_with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let common = [
        "verify",
        "--issuer",
        ISSUER,
        "--audience",
        AUDIENCE,
        "--at",
        NOW,
    ];
    [&common, more].concat()
}

/// Good claims, of which some are replaced.
pub(crate) fn claims(other: Value) -> Value {
    let mut claims = json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": "u1", "iat": ISSUED, "exp": ISSUED + 900,
    });
    for (name, value) in other.as_object().unwrap() {
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
            value => claims[name] = value.clone(),
        }
    }
    claims
}

/// A token that nobody signed, of texts that need not be JSON.
pub(crate) fn forged(header: &str, claims: &str) -> String {
    let encode = |text: &str| URL_SAFE_NO_PAD.encode_to_string(text);
    format!(
        "{}.{}.{}",
        encode(header),
        encode(claims),
        encode("forged-forged-forged-forged-32-b")
    )
}
