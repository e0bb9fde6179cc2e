//! Tokens that proptest makes of good ones: the same ones each time, since the same seed makes them.

use std::fs;

use aws_lc_rs::hmac;
use aws_lc_rs::signature::Ed25519KeyPair;
use betroth_token::Verifier;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use crate::peers::Questions;
use crate::vectors::{Corpus, Settings, answer, folder};

/// How many of each kind.
const SIGNED: usize = 400;
const TORN: usize = 200;
const CHANGED: usize = 300;

/// Tokens with what we say of each.
pub(crate) struct Made {
    pub(crate) questions: Questions,
    pub(crate) ours: Vec<String>,
}

/// The keys of the corpus that sign the same each time.
struct Keys {
    secret: hmac::Key,
    pair: Ed25519KeyPair,
}

impl Keys {
    fn read() -> Self {
        let text = fs::read_to_string(folder().join("private-keys.json")).unwrap();
        let keys: Value = serde_json::from_str(&text).unwrap();
        let secret = keys["secrets"]["hs256"].as_str().unwrap();
        let seed = keys["pairs"]["ed25519"]["d"].as_str().unwrap();
        let seed = base64_simd::URL_SAFE_NO_PAD.decode_to_vec(seed).unwrap();
        Self {
            secret: hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()),
            pair: Ed25519KeyPair::from_seed_unchecked(&seed).unwrap(),
        }
    }

    fn sign(&self, verifier: &str, header: &[u8], claims: &[u8]) -> String {
        let encode = |bytes: &[u8]| base64_simd::URL_SAFE_NO_PAD.encode_to_string(bytes);
        let signed = format!("{}.{}", encode(header), encode(claims));
        let signature = match verifier {
            "HS256" => encode(hmac::sign(&self.secret, signed.as_bytes()).as_ref()),
            _ => encode(self.pair.sign(signed.as_bytes()).as_ref()),
        };
        format!("{signed}.{signature}")
    }
}

const HEADERS: &[&str] = &[
    r#""typ":"JWT""#,
    r#""typ":"at+jwt""#,
    r#""typ":"logout+jwt""#,
    r#""typ":7"#,
    r#""typ":null"#,
    r#""typ":"""#,
    r#""kid":"""#,
    r#""kid":null"#,
    r#""kid":7"#,
    r#""kid":"..""#,
    r#""crit":[]"#,
    r#""crit":["exp"]"#,
    r#""crit":["b64"]"#,
    r#""crit":"exp""#,
    r#""b64":true"#,
    r#""b64":false"#,
    r#""cty":"JWT""#,
    r#""jku":"https://attacker.example""#,
    r#""jwk":{"kty":"oct","k":"AA"}"#,
    r#""x5c":["AA"]"#,
    r#""enc":"A256GCM""#,
    r#""alg":"none""#,
    r#""alg":"HS256""#,
    r#""\u0061lg":"none""#,
    r#""x":{"y":[1,2,{"z":null}]}"#,
    r#""x":"\ud800""#,
    r#""x":1e400"#,
];

const NAMES: &[&str] = &[
    "iss",
    "aud",
    "sub",
    "exp",
    "nbf",
    "iat",
    "jti",
    "act",
    "role",
    "x",
    "__proto__",
];

/// Values of every type, and those that a claim has in a good token.
fn value() -> impl Strategy<Value = String> {
    let near = (-3700_i64..3700).prop_map(|seconds| (1_700_000_000 + seconds).to_string());
    let fraction = (-320_i32..320).prop_map(|tenths| {
        let seconds = 1_700_000_000.0 + f64::from(tenths) / 10.0;
        format!("{seconds:.1}")
    });
    let odd = proptest::sample::select(
        &[
            "null",
            "true",
            "false",
            "0",
            "-1",
            "-0",
            "1e400",
            "-1e400",
            "1.7e9",
            "1.8e9",
            "9007199254740993",
            "18446744073709551616",
            "1e308",
            "[]",
            "{}",
            "\"\"",
            "\"x\"",
            "\"1800000000\"",
            "[\"https://api.example.com\"]",
            "[\"https://api.example.com\",1]",
            "[\"https://api.example.com\",null]",
            "[\"other\"]",
            "\"https://api.example.com\"",
            "\"https://app.example.com\"",
            "[\"https://app.example.com\"]",
            "\"https:\\/\\/app.example.com\"",
            "\"https://app.example.com/\"",
            "{\"sub\":\"agent\"}",
            "{\"sub\":7}",
            "\"\\ud800\"",
            "\"\\ud83d\\ude00\"",
            "[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]",
            "{\"a\":1,\"a\":2}",
            "NaN",
            "Infinity",
            "01",
            "1.",
            "'x'",
        ][..],
    )
    .prop_map(str::to_owned);
    prop_oneof![2 => near, 1 => fraction, 5 => odd]
}

/// A header and claims: good ones, with some members left out and others put in.
fn parts(algorithm: &'static str) -> impl Strategy<Value = (String, String)> {
    let kept = proptest::collection::vec(proptest::bool::weighted(0.97), 5);
    let claims = proptest::collection::vec(
        (proptest::sample::select(NAMES), value(), any::<bool>()),
        0..3,
    );
    let headers = proptest::collection::vec(proptest::sample::select(HEADERS), 0..2);
    (kept, claims, headers, proptest::bool::weighted(0.3)).prop_map(
        move |(kept, claims, headers, with_headers)| {
            const GOOD: [(&str, &str); 5] = [
                ("iss", "\"https://app.example.com\""),
                ("aud", "\"https://api.example.com\""),
                ("sub", "\"u1\""),
                ("iat", "1700000000"),
                ("exp", "1700000600"),
            ];
            // In most of them another value replaces the good one; in some it stands beside it.
            let is_replaced = |name: &str| {
                claims
                    .iter()
                    .any(|(other, _, beside)| *other == name && !beside)
            };
            let good = GOOD
                .iter()
                .zip(kept)
                .filter(|((name, _), kept)| *kept && !is_replaced(name));
            let good = good.map(|((name, value), _)| format!("\"{name}\":{value}"));
            let others = claims
                .iter()
                .map(|(name, value, _)| format!("\"{name}\":{value}"));
            let claims: Vec<_> = good.chain(others).collect();
            let mut header = vec![format!("\"alg\":\"{algorithm}\"")];
            if with_headers {
                header.extend(headers.into_iter().map(str::to_owned));
            }
            (
                format!("{{{}}}", header.join(",")),
                format!("{{{}}}", claims.join(",")),
            )
        },
    )
}

/// A place in a text, and what happens there.
fn change() -> impl Strategy<Value = (proptest::sample::Index, u8, u8)> {
    let byte = proptest::sample::select(&b" \n\r\t.=-_+/%\"\\{}[],:0AZaz9\0\x7f"[..]);
    (any::<proptest::sample::Index>(), byte, 0_u8..3)
}

fn changed(text: &[u8], at: usize, byte: u8, how: u8) -> Vec<u8> {
    let mut text = text.to_vec();
    match how {
        0 => text[at] = byte,
        1 => text.insert(at, byte),
        _ => drop(text.remove(at)),
    }
    text
}

/// All of them: other members, signed; claims that are torn and then signed; tokens that are changed after they were signed.
pub(crate) fn tokens(corpus: &Corpus) -> Made {
    let keys = Keys::read();
    let mut runner = TestRunner::deterministic();
    let mut made: Vec<(String, String)> = Vec::new();
    for index in 0..SIGNED + TORN {
        // The key of the set has a `kid`; that of PEM has none, as the secret.
        let (verifier, algorithm) = [("HS256", "HS256"), ("EdDSA of PEM", "EdDSA")][index % 2];
        let (header, claims) = parts(algorithm).new_tree(&mut runner).unwrap().current();
        let mut claims = claims.into_bytes();
        if index >= SIGNED {
            let (at, byte, how) = change().new_tree(&mut runner).unwrap().current();
            claims = changed(&claims, at.index(claims.len()), byte, how);
        }
        made.push((
            verifier.to_owned(),
            keys.sign(verifier, header.as_bytes(), &claims),
        ));
    }
    let good: Vec<_> = corpus
        .classes
        .iter()
        .flat_map(|class| &class.cases)
        .filter(|case| case.verdict == "accepted" && case.token.len() < 1_200)
        .collect();
    for index in 0..CHANGED {
        let case = any::<proptest::sample::Index>()
            .new_tree(&mut runner)
            .unwrap()
            .current()
            .get(&good)
            .to_owned();
        let (at, byte, how) = change().new_tree(&mut runner).unwrap().current();
        // Where the parts end most readers differ: two of three are changed there.
        let ends: Vec<_> = case
            .token
            .match_indices('.')
            .map(|(at, _)| at)
            .chain([case.token.len() - 1])
            .collect();
        let at = match index % 3 {
            0 => at.index(case.token.len()),
            1 => ends[2],
            _ => at.get(&ends) - 1,
        };
        let token = String::from_utf8(changed(case.token.as_bytes(), at, byte, how)).unwrap();
        made.push((case.verifier.clone(), token));
    }
    asked(corpus, made)
}

fn asked(corpus: &Corpus, made: Vec<(String, String)>) -> Made {
    let names: Vec<_> = corpus.verifiers.keys().collect();
    let settings: Vec<&Settings> = corpus.verifiers.values().collect();
    let verifiers: Vec<Verifier> = settings
        .iter()
        .map(|settings| settings.verifier().unwrap())
        .collect();
    let mut questions = Questions {
        verifiers: settings.iter().map(|it| (*it).clone()).collect(),
        tokens: Vec::new(),
    };
    let mut ours = Vec::new();
    for (verifier, token) in made {
        let at = names.iter().position(|name| **name == verifier).unwrap();
        ours.push(answer(&verifiers[at], &token, settings[at].now()));
        questions.tokens.push((at, token));
    }
    Made { questions, ours }
}

#[test]
fn the_same_tokens_are_made_each_time() {
    let corpus = Corpus::read();
    let (once, twice) = (tokens(&corpus), tokens(&corpus));
    assert_eq!(once.questions.tokens, twice.questions.tokens);
    assert_eq!(once.ours.len(), SIGNED + TORN + CHANGED);
    let accepted = once.ours.iter().filter(|ours| *ours == "accepted").count();
    assert!((100..500).contains(&accepted), "{accepted} are accepted");
}
