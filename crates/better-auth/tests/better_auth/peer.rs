//! A real Better Auth is given what we write: rows of its database, and the cookies of a browser.

use std::{
    io::Write,
    process::{Command, Stdio},
    time::Duration,
};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use betroth_better_auth::{
    CookieCache, KeySetCache, PasswordHash, PrivateJwk, Secrets, SignedCookies, StoredKey, Strategy,
};
use serde_json::{Value, json};

use crate::values::{Version, folder, versions};

const TOKEN: &str = "made-up-session-token-0123456789";
const ORIGIN: &str = "http://localhost:3000";
const SECRETS: &str =
    "2:made-up-second-test-secret-of-betroth-98765,1:made-up-first-test-secret-of-betroth-456789";

/// What it said of each request, in order.
fn asked(version: &str, written: &Value) -> Option<Vec<Value>> {
    if !folder()
        .join(format!("node_modules/better-auth-{version}"))
        .exists()
    {
        println!(
            "skipped: Better Auth {version} is not installed; run `npm ci` in vectors/better-auth"
        );
        return None;
    }
    let started = Command::new("node")
        .args(["generate.mjs", "--check", version])
        .current_dir(folder())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut node) = started else {
        println!("skipped: there is no `node`");
        return None;
    };
    let mut input = node.stdin.take().unwrap();
    input.write_all(written.to_string().as_bytes()).unwrap();
    drop(input);
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success());
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

/// One kind of deployment, and what it has written.
struct Deployment<'a> {
    version: &'a Version,
    secrets: Secrets,
    options: Value,
}

impl<'a> Deployment<'a> {
    fn new(version: &'a Version, versioned: bool) -> Self {
        let (secrets, option) = if versioned {
            let entries = SECRETS
                .split(',')
                .map(|entry| entry.split_once(':').unwrap());
            let entries: Vec<Value> = entries
                .map(|(version, value)| json!({ "version": version.parse::<u64>().unwrap(), "value": value }))
                .collect();
            (
                Secrets::parse(SECRETS, None).unwrap(),
                json!({ "secrets": entries }),
            )
        } else {
            (version.secret().into(), json!({ "secret": version.secret }))
        };
        let mut options = option;
        options["baseURL"] = json!(ORIGIN);
        Self {
            version,
            secrets,
            options,
        }
    }

    fn user(&self, name: &str) -> Value {
        json!({
            "id": "user-1", "email": "ada@example.com", "emailVerified": true, "name": name, "image": null,
            "createdAt": "2026-01-01T00:00:00.000Z", "updatedAt": "2026-01-01T00:00:00.000Z",
        })
    }

    fn session(&self) -> Value {
        json!({
            "id": "session-1", "token": TOKEN, "userId": "user-1", "expiresAt": "2026-01-09T03:04:05.678Z",
            "createdAt": "2026-01-01T00:00:00.000Z", "updatedAt": "2026-01-01T00:00:00.000Z", "ipAddress": "", "userAgent": "",
        })
    }

    fn rows(&self) -> Value {
        json!({ "user": [self.user("Ada of the database")], "session": [self.session()] })
    }

    fn cookie(&self) -> String {
        let cookies = SignedCookies::new(self.secrets.current());
        format!("better-auth.session_token={}", cookies.sign(TOKEN))
    }

    fn get_session(&self, what: &str, cookie: String) -> Value {
        json!({
            "what": what, "options": self.options, "rows": self.rows(),
            "request": { "path": "/get-session", "headers": { "cookie": cookie } },
        })
    }

    /// Its user has another name than the database's: the answer tells which of both was read.
    fn cached(mut self, what: &str, strategy: Strategy, name: &str) -> Value {
        let named = match strategy {
            Strategy::Compact => "compact",
            Strategy::Jwe => "jwe",
            Strategy::Jwt => "jwt",
        };
        self.options["session"] = json!({ "cookieCache": { "enabled": true, "strategy": named } });
        let cache = CookieCache::new(strategy, &self.secrets);
        let lifetime = Duration::from_mins(5);
        let value = cache
            .write(
                &self.session(),
                &self.user(name),
                lifetime,
                self.version.now(),
            )
            .unwrap();
        // In parts as a proxy may cut them; Better Auth joins whatever is numbered.
        let value = if value.len() > 3000 {
            let (front, back) = value.split_at(3000);
            format!("better-auth.session_data.1={back}; better-auth.session_data.0={front}")
        } else {
            format!("better-auth.session_data={value}")
        };
        self.get_session(what, format!("{}; {value}", self.cookie()))
    }

    fn cached_with_key_set(mut self, what: &str) -> Value {
        self.options["session"] = json!({ "cookieCache": { "enabled": true, "strategy": "jwt" } });
        let (pair, jwk) = key();
        let value = KeySetCache::new(ORIGIN)
            .write(
                &self.session(),
                &self.user("Ada of the cookie"),
                Duration::from_mins(5),
                self.version.now(),
                "key-1",
                "EdDSA",
                |message| pair.sign(message).as_ref().to_vec(),
            )
            .unwrap();
        let cookie = format!("{}; better-auth.session_data={value}", self.cookie());
        let mut request = self.get_session(what, cookie);
        request["jwt"] = json!({ "sessionCookieCache": true });
        request["rows"]["jwks"] = json!([self.row(
            &jwk,
            StoredKey::seal(&PrivateJwk::new(&jwk.to_string()).unwrap(), &self.secrets).unwrap()
        )]);
        request
    }

    fn row(&self, jwk: &Value, private_key: String) -> Value {
        let public = json!({ "kty": jwk["kty"], "crv": jwk["crv"], "x": jwk["x"] });
        json!({
            "id": "key-1", "alg": "EdDSA", "crv": "Ed25519", "createdAt": "2026-01-01T00:00:00.000Z",
            "publicKey": public.to_string(), "privateKey": private_key,
        })
    }

    /// `/token` signs with the newest key of the database.
    fn signs(self, what: &str, plain: bool) -> Value {
        let (_, jwk) = key();
        let private = PrivateJwk::new(&jwk.to_string()).unwrap();
        let column = if plain {
            private.as_str().to_owned()
        } else {
            StoredKey::seal(&private, &self.secrets).unwrap()
        };
        let mut rows = self.rows();
        rows["jwks"] = json!([self.row(&jwk, column)]);
        json!({
            "what": what, "options": self.options, "rows": rows, "jwt": { "jwks": { "disablePrivateKeyEncryption": plain } },
            "request": { "path": "/token", "headers": { "cookie": self.cookie() } },
        })
    }

    fn signs_in(self, what: &str, password: &str, typed: &str) -> Value {
        let mut rows = self.rows();
        rows["account"] = json!([{
            "id": "account-1", "accountId": "user-1", "providerId": "credential", "userId": "user-1",
            "password": PasswordHash::new(password).unwrap().to_string(),
            "createdAt": "2026-01-01T00:00:00.000Z", "updatedAt": "2026-01-01T00:00:00.000Z",
        }]);
        json!({
            "what": what, "options": self.options, "rows": rows,
            "request": { "path": "/sign-in/email", "body": { "email": "ada@example.com", "password": typed } },
        })
    }
}

/// A key pair, and its private JWK.
fn key() -> (Ed25519KeyPair, Value) {
    let encode = |bytes: &[u8]| base64_simd::URL_SAFE_NO_PAD.encode_to_string(bytes);
    let seed = [7; 32];
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
    let jwk = json!({
        "kty": "OKP", "crv": "Ed25519", "d": encode(&seed), "x": encode(pair.public_key().as_ref()),
    });
    (pair, jwk)
}

#[test]
fn a_real_better_auth_reads_what_is_written_here() {
    let name = "Ådä \u{2028} \" \\ </script>";
    let long = "Ada, who wrote the first program. ".repeat(150);
    for version in versions() {
        let since = |first: &str| version.better_auth.as_str() >= first;
        let one = || Deployment::new(version, false);
        let several = || Deployment::new(version, true);
        let deployment = one();
        let from_database = json!({ "user": { "name": "Ada of the database" } });
        let from_cookie = |name: &str| json!({ "user": { "name": name } });
        let mut cases = vec![
            (
                deployment.get_session("cookie", deployment.cookie()),
                from_database.clone(),
            ),
            (
                deployment.get_session("no cookie", "x=y".into()),
                Value::Null,
            ),
            (
                one().cached("compact", Strategy::Compact, name),
                from_cookie(name),
            ),
            (one().signs("sealed key", false), json!({ "token": null })),
            (one().signs("plain key", true), json!({ "token": null })),
            (
                one().signs_in("password", "pässwörd ① 🔑", "pa\u{308}sswo\u{308}rd 1 🔑"),
                json!({ "user": { "name": "Ada of the database" } }),
            ),
            (
                one().signs_in("wrong password", "made-up-password", "made-up-passwort"),
                json!({ "code": "INVALID_EMAIL_OR_PASSWORD" }),
            ),
        ];
        if since("1.4") {
            cases.extend([
                (one().cached("jwt", Strategy::Jwt, name), from_cookie(name)),
                (one().cached("jwe", Strategy::Jwe, name), from_cookie(name)),
            ]);
        }
        if since("1.7") {
            let deployment = several();
            cases.extend([
                (
                    one().cached("compact in parts", Strategy::Compact, &long),
                    from_cookie(&long),
                ),
                (
                    one().cached("jwe in parts", Strategy::Jwe, &long),
                    from_cookie(&long),
                ),
                (
                    one().cached_with_key_set("key set"),
                    from_cookie("Ada of the cookie"),
                ),
                (
                    deployment.get_session("cookie, secrets", deployment.cookie()),
                    from_database,
                ),
                (
                    several().cached("compact, secrets", Strategy::Compact, name),
                    from_cookie(name),
                ),
                (
                    several().cached("jwe, secrets", Strategy::Jwe, name),
                    from_cookie(name),
                ),
                (
                    several().signs("sealed key, secrets", false),
                    json!({ "token": null }),
                ),
            ]);
        }
        let (requests, expected): (Vec<Value>, Vec<Value>) = cases.into_iter().unzip();
        let written = json!({ "now": version.now, "requests": requests });
        let Some(said) = asked(&version.better_auth, &written) else {
            return;
        };
        assert_eq!(said.len(), expected.len());
        for (said, expected) in said.iter().zip(expected) {
            let what = format!(
                "{} {}: {}",
                version.better_auth, said["what"], said["status"]
            );
            let body = &said["body"];
            if let Some(name) = expected["user"]["name"].as_str() {
                assert_eq!(body["user"]["name"], name, "{what}");
            } else if let Some(code) = expected["code"].as_str() {
                assert_eq!(body["code"], code, "{what}");
            } else if expected.is_null() {
                assert!(body.is_null(), "{what}");
            } else {
                let token = body["token"].as_str().unwrap_or_else(|| panic!("{what}"));
                assert!(signed_by_key(token), "{what}");
            }
        }
        println!(
            "Better Auth {} said so of {}",
            version.better_auth,
            said.len()
        );
    }
}

/// Whether a token is signed with [`key`].
fn signed_by_key(token: &str) -> bool {
    let (message, signature) = token.rsplit_once('.').unwrap();
    let signature = base64_simd::URL_SAFE_NO_PAD
        .decode_to_vec(signature)
        .unwrap();
    let (pair, _) = key();
    aws_lc_rs::signature::UnparsedPublicKey::new(&aws_lc_rs::signature::ED25519, pair.public_key())
        .verify(message.as_bytes(), &signature)
        .is_ok()
}
