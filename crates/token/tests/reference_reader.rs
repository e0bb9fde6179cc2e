//! The fast verifier and the plain one give the same answer on any bytes.

#![expect(clippy::unwrap_used, reason = "a test stops where it cannot go on")]

mod reference;

use aws_lc_rs::hmac;
use betroth_token::{KeySet, SecretAlgorithm, Timestamp, Verifier, VerifyingKey};
use proptest::prelude::*;
use reference::{Json, Reference};

const SECRET: &str = "x3Jq0vB7kLm2Nf9RtYw8ZsPd1HcGaUe4";
const NOW: u32 = 1_800_000_000;
const REFERENCE: Reference = Reference {
    secret: SECRET.as_bytes(),
    issuer: "https://app.example.com",
    audience: "https://api.example.com",
    leeway: 30.0,
};

type Answer = Result<Vec<(String, Json)>, String>;

fn verifier() -> Verifier {
    let key = VerifyingKey::from_secret(SECRET, SecretAlgorithm::Hs256).unwrap();
    let keys = KeySet::new([key]).unwrap();
    Verifier::builder(REFERENCE.issuer, REFERENCE.audience)
        .build(keys)
        .unwrap()
}

fn answer(verifier: &Verifier, token: &[u8]) -> Answer {
    reference::answer(verifier, token, Timestamp::from_unix(NOW.into()))
}

fn plain_answer(token: &[u8]) -> Answer {
    REFERENCE.verify(token, NOW.into())
}

fn encode(bytes: &[u8]) -> String {
    base64_simd::URL_SAFE_NO_PAD.encode_to_string(bytes)
}

fn signed(header: &[u8], payload: &[u8]) -> String {
    let signed = format!("{}.{}", encode(header), encode(payload));
    let tag = hmac::sign(
        &hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes()),
        signed.as_bytes(),
    );
    format!("{signed}.{}", encode(tag.as_ref()))
}

const HEADERS: &[&str] = &[
    r#""alg":"HS256""#,
    r#""alg":"HS256""#,
    r#""alg":"HS256""#,
    r#""\u0061lg":"HS256""#,
    r#""alg":"none""#,
    r#""alg":"HS384""#,
    r#""alg":"RS256""#,
    r#""alg":null"#,
    r#""typ":"JWT""#,
    r#""typ":"at+jwt""#,
    r#""typ":"application/AT+JWT""#,
    r#""typ":"logout+jwt""#,
    r#""typ":7"#,
    r#""typ":"""#,
    r#""kid":"k1""#,
    r#""kid":"..""#,
    r#""kid":1"#,
    r#""crit":[]"#,
    r#""b64":true"#,
    r#""x":[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]"#,
    r#""x":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]"#,
    r#""crit":["b64"],"b64":false"#,
    r#""enc":"A256GCM""#,
    r#""jwk":{"kty":"oct"}"#,
];

const CLAIMS: &[&str] = &[
    r#""iss":"https://app.example.com""#,
    r#""iss":"https://app.example.com/""#,
    r#""iss":["https://app.example.com"]"#,
    r#""i\u0073s":"https:\/\/app.example.com""#,
    r#""aud":"https://api.example.com""#,
    r#""aud":["a","https://api.example.com"]"#,
    r#""aud":["https://api.example.com","b"]"#,
    r#""aud":[]"#,
    r#""x":[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]"#,
    r#""x":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]"#,
    r#""aud":["https://api.example.com",1]"#,
    r#""aud":null"#,
    r#""exp":1800000600"#,
    r#""exp":1800000600.5"#,
    r#""exp":1.8000006e9"#,
    r#""exp":1799999971"#,
    r#""exp":1799999970.9"#,
    r#""exp":"1800000600""#,
    r#""exp":-1"#,
    r#""exp":1e400"#,
    r#""exp":1e308"#,
    r#""exp":true"#,
    r#""iat":1800000000"#,
    r#""iat":1800000030"#,
    r#""iat":1800000030.1"#,
    r#""iat":1800000031"#,
    r#""iat":null"#,
    r#""nbf":1800000000"#,
    r#""nbf":1800003600"#,
    r#""nbf":"0""#,
    r#""sub":"u1""#,
    r#""sub":"""#,
    r#""sub":7"#,
    r#""jti":"j""#,
    r#""jti":1"#,
    r#""jti":"""#,
    r#""act":{"sub":"agent"}"#,
    r#""act":"agent""#,
    r#""act":{"sub":1}"#,
    r#""cnf":{"jkt":"x"}"#,
    r#""cnf":"x""#,
    r#""sid":"s1""#,
    r#""sid":null"#,
    r#""sid":7"#,
    r#""activeOrganizationId":[]"#,
    r#""role":"admin""#,
    r#""x":{"y":[{"z":1},{"z":1}]}"#,
    r#""x":{"y":1,"y":2}"#,
    r#""\ud83d\ude00":"\ud800""#,
    r#""😀":"ß""#,
];

/// A good token's members, of which some are left out and others put in.
fn members(
    good: &'static [&'static str],
    all: &'static [&'static str],
) -> impl Strategy<Value = String> {
    let kept = proptest::collection::vec(proptest::bool::weighted(0.93), good.len());
    let others = proptest::collection::vec(proptest::sample::select(all), 0..3);
    let seams = proptest::sample::select(&[",", ", ", ",\n\t", ",,", ""][..]);
    (
        kept,
        others,
        proptest::bool::weighted(0.4),
        prop_oneof![9 => Just(","), 1 => seams],
    )
        .prop_map(move |(kept, others, add, seam)| {
            let kept = good
                .iter()
                .zip(kept)
                .filter_map(|(text, kept)| kept.then_some(*text));
            let others = others.into_iter().filter(|_| add);
            format!("{{{}}}", kept.chain(others).collect::<Vec<_>>().join(seam))
        })
}

fn header() -> impl Strategy<Value = String> {
    members(&[r#""alg":"HS256""#], HEADERS)
}

fn claims() -> impl Strategy<Value = String> {
    const GOOD: &[&str] = &[
        r#""iss":"https://app.example.com""#,
        r#""aud":"https://api.example.com""#,
        r#""exp":1800000600"#,
        r#""iat":1800000000"#,
        r#""sub":"u1""#,
    ];
    members(GOOD, CLAIMS)
}

#[test]
fn both_accept_the_same_good_token() {
    let token = signed(
        br#"{"alg":"HS256"}"#,
        br#"{"iss":"https://app.example.com","aud":"https://api.example.com","exp":1800000600,"iat":1800000000,"sub":"u1"}"#,
    );
    let verifier = verifier();
    for _ in 0..3 {
        assert!(answer(&verifier, token.as_bytes()).is_ok());
        assert_eq!(
            answer(&verifier, token.as_bytes()),
            plain_answer(token.as_bytes())
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn signed_tokens_get_the_same_answer(header in header(), claims in claims()) {
        let token = signed(header.as_bytes(), claims.as_bytes());
        prop_assert_eq!(answer(&verifier(), token.as_bytes()), plain_answer(token.as_bytes()), "{}.{}", header, claims);
    }

    #[test]
    fn what_was_changed_before_it_was_signed_gets_the_same_answer(
        header in header(), claims in claims(), at in any::<proptest::sample::Index>(), byte: u8, keep: bool,
    ) {
        let mut payload = claims.into_bytes();
        let at = at.index(payload.len());
        if keep { payload[at] = byte; } else { payload.insert(at, byte); }
        let token = signed(header.as_bytes(), &payload);
        prop_assert_eq!(answer(&verifier(), token.as_bytes()), plain_answer(token.as_bytes()));
    }

    #[test]
    fn what_was_changed_after_it_was_signed_gets_the_same_answer(
        header in header(), claims in claims(), at in any::<proptest::sample::Index>(),
        byte in prop_oneof![any::<u8>(), proptest::sample::select(&b".=-_+/A \n"[..])], change in 0..3,
    ) {
        let verifier = verifier();
        let mut token = signed(header.as_bytes(), claims.as_bytes()).into_bytes();
        // Its header may be known by then.
        let _ = verifier.verify(&token, Timestamp::from_unix(NOW.into()));
        let at = at.index(token.len());
        match change {
            0 => token[at] = byte,
            1 => token.insert(at, byte),
            _ => { token.remove(at); }
        }
        prop_assert_eq!(answer(&verifier, &token), plain_answer(&token));
    }

    #[test]
    fn arbitrary_bytes_get_the_same_answer(token in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(answer(&verifier(), &token), plain_answer(&token));
    }

    #[test]
    fn arbitrary_texts_get_the_same_answer(token in "[A-Za-z0-9_.=-]{0,120}", parts in "(eyJhbGciOiJIUzI1NiJ9)?[.][A-Za-z0-9_-]{0,60}[.][A-Za-z0-9_-]{0,60}") {
        for token in [token, parts] {
            prop_assert_eq!(answer(&verifier(), token.as_bytes()), plain_answer(token.as_bytes()));
        }
    }
}
