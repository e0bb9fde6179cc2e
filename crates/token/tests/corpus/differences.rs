//! Where other libraries answer otherwise: each difference stands in `docs/token-peers.md`, with its reason, and no other.

use std::fs;
use std::path::Path;

use crate::made;
use crate::peers::{PEERS, Questions};
use crate::table::{Answer, Asked, markdown};
use crate::vectors::Corpus;

/// Why the verdicts on made tokens are right, by what we say. Of a token that we accept, by who refuses it, too.
const REASONS: &[(&str, &str)] = &[
    (
        "b64-present",
        "RFC 7797 §6: `b64` is named in `crit`, and no extension is understood here",
    ),
    (
        "claim-malformed act",
        "RFC 8693 §4.1: `act` is an object; who does not know it ignores it",
    ),
    (
        "claim-malformed aud",
        "RFC 7519 §4.1.3: a string, or an array of strings",
    ),
    (
        "claim-malformed exp",
        "RFC 7519 §4.1.4: a number, and here one of a second that can be counted",
    ),
    (
        "claim-malformed iat",
        "RFC 7519 §4.1.6: a number, and here one of a second that can be counted",
    ),
    ("claim-malformed iss", "RFC 7519 §4.1.1: one string"),
    (
        "claim-malformed jti",
        "RFC 7519 §4.1.7: a string, and here not an empty one",
    ),
    (
        "claim-malformed nbf",
        "RFC 7519 §4.1.5: a number, and here one of a second that can be counted",
    ),
    (
        "claim-malformed sub",
        "RFC 7519 §4.1.2: a string, and here not an empty one",
    ),
    ("claim-missing sub", "the verifier requires it"),
    ("claim-missing iat", "the verifier requires it"),
    (
        "claims-duplicate-member",
        "RFC 7519 §4: names are unique; who takes the last reads another token than who takes the first",
    ),
    (
        "claims-not-base64url",
        "RFC 7515 §2: base64url without padding, white space or other characters",
    ),
    (
        "claims-not-json",
        "RFC 8259: no JSON, half a pair of surrogates, or a number beyond a double",
    ),
    ("claims-too-deep", "no standard has a bound; 16 deep"),
    (
        "crit-present",
        "RFC 7515 §4.1.11: what `crit` names must be understood; no extension is understood here",
    ),
    (
        "header-duplicate-member",
        "RFC 7515 §4: names are unique; who takes the last reads another token than who takes the first",
    ),
    (
        "header-not-base64url",
        "RFC 7515 §2: base64url without padding, white space or other characters",
    ),
    (
        "header-not-json",
        "RFC 8259: no JSON, half a pair of surrogates, or a number beyond a double",
    ),
    (
        "kid-malformed",
        "RFC 7515 §4.1.4: a string; here one that is harmless where it is looked up (RFC 8725 §3.10)",
    ),
    (
        "signature-malformed",
        "RFC 7515 §2: base64url without padding, white space or other characters, in one spelling",
    ),
    (
        "token-encrypted",
        "RFC 7516 §9: with `enc` it is an encrypted token",
    ),
    (
        "token-expired exp",
        "RFC 7519 §4.1.4: not on or after `exp`, but for the leeway; a fraction counts as the second before",
    ),
    (
        "token-issued-in-future iat",
        "RFC 7519 §4.1.6 asks for no check: a token of the future comes from a wrong clock, or is none",
    ),
    (
        "token-not-yet-valid nbf",
        "RFC 7519 §4.1.5: not before `nbf`, but for the leeway; a fraction counts as the second after",
    ),
    ("typ-malformed", "RFC 7515 §4.1.9: a media type"),
    (
        "typ-not-accepted",
        "RFC 8725 §3.11: one kind of token must not pass for another",
    ),
];

/// The algorithm that a token names, as far as its header can be read.
fn algorithm(token: &str) -> Option<String> {
    let header = token.split('.').next()?;
    let text = base64_simd::URL_SAFE_NO_PAD.decode_to_vec(header).ok()?;
    let header: serde_json::Value = serde_json::from_slice(&text).ok()?;
    Some(header["alg"].as_str()?.to_owned())
}

/// Asks every peer; `None` where one is not installed.
fn answers(questions: &Questions) -> Option<Vec<Vec<Answer>>> {
    let mut columns = Vec::new();
    for peer in &PEERS {
        let answers = peer.answers(questions)?;
        let asked = questions.tokens.iter().zip(answers);
        let of = |((_, token), accepts): (&(usize, String), bool)| {
            let lacks = algorithm(token).is_some_and(|it| peer.lacks.contains(&it.as_str()));
            match accepts {
                true => Answer::Accepts,
                false if lacks => Answer::Lacks,
                false => Answer::Refuses,
            }
        };
        columns.push(asked.map(of).collect::<Vec<_>>());
    }
    let rows = 0..questions.tokens.len();
    Some(
        rows.map(|row| columns.iter().map(|column| column[row]).collect())
            .collect(),
    )
}

fn of_corpus(corpus: &Corpus) -> Option<Vec<Asked>> {
    let names: Vec<_> = corpus.verifiers.keys().collect();
    let mut questions = Questions {
        verifiers: corpus.verifiers.values().cloned().collect(),
        tokens: Vec::new(),
    };
    let mut asked = Vec::new();
    for class in &corpus.classes {
        for case in &class.cases {
            let verifier = names.iter().position(|name| **name == case.verifier);
            questions
                .tokens
                .push((verifier.unwrap(), case.token.clone()));
            asked.push(Asked {
                class: class.id.clone(),
                title: class.title.clone(),
                name: case.name.clone(),
                ours: case.expected(),
                level: Some(case.level),
                because: case.because.clone(),
                peers: Vec::new(),
            });
        }
    }
    for file in &corpus.keys {
        for case in &file.cases {
            let Some(token) = &case.token else { continue };
            questions
                .tokens
                .push((questions.verifiers.len(), token.clone()));
            questions.verifiers.push(corpus.settings_of(case));
            asked.push(Asked {
                class: file.id.clone(),
                title: file.title.clone(),
                name: case.name.clone(),
                ours: case.token_verdict.clone().unwrap_or(case.verdict.clone()),
                level: Some(case.level),
                because: case.because.clone(),
                peers: Vec::new(),
            });
        }
    }
    for (asked, peers) in asked.iter_mut().zip(answers(&questions)?) {
        asked.peers = peers;
    }
    Some(asked)
}

fn of_made(corpus: &Corpus) -> Option<Vec<Asked>> {
    let made = made::tokens(corpus);
    let peers = answers(&made.questions)?;
    let asked = made.ours.into_iter().zip(peers).map(|(ours, peers)| {
        let refuses = |peer: usize| peers[peer] == Answer::Refuses;
        let who = (0..PEERS.len()).filter(|peer| ours == "accepted" && refuses(*peer));
        let key = who.fold(ours.clone(), |key, peer| {
            format!(
                "{key}, {} refuses",
                PEERS[peer].name.split(' ').next().unwrap()
            )
        });
        let reason = REASONS.iter().find(|(code, _)| *code == key);
        Asked {
            class: "made".to_owned(),
            title: "tokens that proptest makes".to_owned(),
            name: "made".to_owned(),
            because: reason.map_or_else(
                || format!("no reason is given for `{key}`"),
                |(_, why)| (*why).to_owned(),
            ),
            ours,
            level: None,
            peers,
        }
    });
    Some(asked.collect())
}

/// The line of the file below which all is written by the test.
const START: &str =
    "<!-- written by `BETROTH_WRITE=1 cargo test -p betroth-token --test corpus differences` -->\n";

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "who runs the test says whether it may write"
)]
fn the_table_of_differences_is_true() {
    let corpus = Corpus::read();
    let asked = of_corpus(&corpus).and_then(|asked| Some((asked, of_made(&corpus)?)));
    let Some((asked, made)) = asked else {
        println!("skipped: the differences are those of all peers, and one is not installed");
        return;
    };
    let made_text = markdown(&asked, &made);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/token-peers.md");
    let text = fs::read_to_string(&path).unwrap();
    let (before, stands) = text.split_once(START).unwrap();
    if std::env::var_os("BETROTH_WRITE").is_some() {
        fs::write(&path, format!("{before}{START}\n{made_text}")).unwrap();
    } else {
        let mut stands = stands.lines().skip(1);
        for line in made_text.lines() {
            assert_eq!(stands.next(), Some(line), "on the right: what is answered");
        }
        assert_eq!(stands.next(), None, "the answers end before");
    }
    assert!(
        !made_text.contains("no reason is given"),
        "a made token is answered otherwise, and `REASONS` has no reason"
    );
}
