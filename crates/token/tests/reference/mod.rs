//! A second verifier for HS256, written for reading alone: bit by bit, a tree in memory, rule after rule as the
//! standards have them. The fast one must give the same answer on any bytes.

use aws_lc_rs::hmac;
use betroth_token::{Timestamp, Value, Verifier};

/// What the reference asks, as [`betroth_token::Verifier::builder`] does.
pub(crate) struct Reference<'a> {
    pub(crate) secret: &'a [u8],
    pub(crate) issuer: &'a str,
    pub(crate) audience: &'a str,
    pub(crate) leeway: f64,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

type Code = String;

/// The answer of the fast one, as the plain one gives it: the claims, or the code with the claim concerned.
pub(crate) fn answer(
    verifier: &Verifier,
    token: &[u8],
    now: Timestamp,
) -> Result<Vec<(String, Json)>, Code> {
    match verifier.verify(token, now) {
        Ok(claims) => match tree(Value::Object(claims.root())) {
            Json::Object(members) => Ok(members),
            other => panic!("claims that are no object: {other:?}"),
        },
        Err(refusal) => Err(match refusal.claim() {
            Some(claim) => format!("{} {claim}", refusal.code()),
            None => refusal.code().to_owned(),
        }),
    }
}

fn tree(value: Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(bool) => Json::Bool(bool),
        Value::Number(number) => Json::Number(number.parse().unwrap()),
        Value::Text(text) => Json::Text(text.decode().into_owned()),
        Value::Array(array) => Json::Array(array.elements().map(tree).collect()),
        Value::Object(object) => {
            let members = object.members();
            Json::Object(
                members
                    .map(|(name, value)| (name.decode().into_owned(), tree(value)))
                    .collect(),
            )
        }
    }
}

impl Reference<'_> {
    /// The code of the refusal, or the claims.
    pub(crate) fn verify(&self, token: &[u8], now: f64) -> Result<Vec<(String, Json)>, Code> {
        if token.is_empty() {
            return Err("token-missing".into());
        }
        if token.len() > 8192 {
            return Err("token-too-long".into());
        }
        let parts: Vec<&[u8]> = token.split(|byte| *byte == b'.').collect();
        match parts.len() {
            3 => {}
            5 => return Err("token-encrypted".into()),
            _ => return Err("token-parts".into()),
        }
        if parts[0].len() > 1024 {
            return Err("header-too-long".into());
        }
        let header = base64url(parts[0]).ok_or("header-not-base64url")?;
        let header = object(&header).map_err(|fault| format!("header-{fault}"))?;
        check_header(&header)?;
        let payload = base64url(parts[1]).ok_or("claims-not-base64url")?;
        if member(&header, "alg") != Some(&Json::Text("HS256".into())) {
            return Err("alg-not-accepted".into());
        }
        if parts[2].is_empty() {
            return Err("signature-missing".into());
        }
        let signature = base64url(parts[2]).filter(|bytes| bytes.len() == 32);
        let signature = signature.ok_or("signature-malformed")?;
        let signed = [parts[0], b".", parts[1]].concat();
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.secret);
        if hmac::sign(&key, &signed).as_ref() != signature {
            return Err("signature-invalid".into());
        }
        match member(&header, "typ") {
            None => {}
            Some(Json::Text(text)) => {
                let text = text.to_lowercase();
                let short = text
                    .strip_prefix("application/")
                    .filter(|rest| !rest.contains('/'));
                if !["jwt", "at+jwt"].contains(&short.unwrap_or(&text)) {
                    return Err("typ-not-accepted".into());
                }
            }
            Some(_) => unreachable!("refused with the header"),
        }
        let claims = object(&payload).map_err(|fault| format!("claims-{fault}"))?;
        self.check_claims(&claims, now)?;
        Ok(claims)
    }

    fn check_claims(&self, claims: &[(String, Json)], now: f64) -> Result<(), Code> {
        match member(claims, "iss") {
            None => return Err("claim-missing iss".into()),
            Some(Json::Text(issuer)) if issuer == self.issuer => {}
            Some(Json::Text(_)) => return Err("issuer-mismatch iss".into()),
            Some(_) => return Err("claim-malformed iss".into()),
        }
        let audiences = match member(claims, "aud") {
            None => return Err("claim-missing aud".into()),
            Some(Json::Array(audiences)) => audiences.clone(),
            Some(Json::Text(audience)) => vec![Json::Text(audience.clone())],
            Some(_) => return Err("claim-malformed aud".into()),
        };
        if !audiences
            .iter()
            .all(|audience| matches!(audience, Json::Text(_)))
        {
            return Err("claim-malformed aud".into());
        }
        if !audiences.contains(&Json::Text(self.audience.into())) {
            return Err("audience-mismatch aud".into());
        }
        let time = |name: &str| match member(claims, name) {
            None => Ok(None),
            Some(Json::Number(seconds))
                if (0.0..=9_007_199_254_740_992.0).contains(seconds)
                    && seconds.is_sign_positive() =>
            {
                Ok(Some(*seconds))
            }
            Some(_) => Err(format!("claim-malformed {name}")),
        };
        let expires = time("exp")?.ok_or("claim-missing exp")?;
        let (not_before, issued) = (time("nbf")?, time("iat")?);
        if now >= expires.floor() + self.leeway {
            return Err("token-expired exp".into());
        }
        if not_before.is_some_and(|not_before| not_before > now + self.leeway) {
            return Err("token-not-yet-valid nbf".into());
        }
        if issued.is_some_and(|issued| issued > now + self.leeway) {
            return Err("token-issued-in-future iat".into());
        }
        match member(claims, "sub") {
            None => {}
            Some(Json::Text(subject)) if !subject.is_empty() => {}
            Some(_) => return Err("claim-malformed sub".into()),
        }
        match member(claims, "jti") {
            None => {}
            Some(Json::Text(id)) if !id.is_empty() => {}
            Some(_) => return Err("claim-malformed jti".into()),
        }
        match member(claims, "cnf") {
            None => {}
            Some(Json::Object(_)) => return Err("proof-missing cnf".into()),
            Some(_) => return Err("claim-malformed cnf".into()),
        }
        match member(claims, "act") {
            None => {}
            Some(Json::Object(actor))
                if matches!(member(actor, "sub"), None | Some(Json::Text(_))) => {}
            Some(_) => return Err("claim-malformed act".into()),
        }
        for name in ["activeOrganizationId", "sid"] {
            match member(claims, name) {
                None | Some(Json::Null) => {}
                Some(Json::Text(text)) if !text.is_empty() => {}
                Some(_) => return Err(format!("claim-malformed {name}")),
            }
        }
        for name in ["sub", "iat", "exp"] {
            if member(claims, name).is_none() {
                return Err(format!("claim-missing {name}"));
            }
        }
        Ok(())
    }
}

fn check_header(header: &[(String, Json)]) -> Result<(), Code> {
    const KNOWN: &[&str] = &[
        "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256",
        "ES384", "ES512", "EdDSA", "Ed25519",
    ];
    if member(header, "enc").is_some() {
        return Err("token-encrypted".into());
    }
    match member(header, "alg") {
        None => return Err("alg-missing".into()),
        Some(Json::Text(name)) if KNOWN.contains(&name.as_str()) => {}
        Some(_) => return Err("alg-not-accepted".into()),
    }
    if member(header, "crit").is_some() {
        return Err("crit-present".into());
    }
    if member(header, "b64").is_some() {
        return Err("b64-present".into());
    }
    let letter = |letter: char| letter.is_ascii_alphanumeric() || "._~@:+/=-".contains(letter);
    match member(header, "kid") {
        None => {}
        Some(Json::Text(kid))
            if !kid.is_empty()
                && kid.len() <= 128
                && kid.chars().all(letter)
                && !kid.contains("..") => {}
        Some(_) => return Err("kid-malformed".into()),
    }
    match member(header, "typ") {
        None => Ok(()),
        Some(Json::Text(name))
            if !matches!(name.to_lowercase().as_str(), "" | "application/")
                && name.chars().all(|it| it.is_ascii_graphic()) =>
        {
            Ok(())
        }
        Some(_) => Err("typ-malformed".into()),
    }
}

fn member<'a>(members: &'a [(String, Json)], name: &str) -> Option<&'a Json> {
    members
        .iter()
        .find(|(own, _)| own == name)
        .map(|(_, value)| value)
}

/// Bit by bit.
fn base64url(text: &[u8]) -> Option<Vec<u8>> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bits = Vec::new();
    for letter in text {
        let value = ALPHABET.iter().position(|known| known == letter)?;
        bits.extend((0..6).rev().map(|bit| value >> bit & 1));
    }
    let unused = bits.split_off(bits.len() / 8 * 8);
    if unused.len() >= 6 || unused.contains(&1) {
        return None;
    }
    let bytes = bits
        .chunks(8)
        .map(|byte| byte.iter().fold(0, |value, bit| value << 1 | bit));
    Some(bytes.map(|byte| u8::try_from(byte).unwrap()).collect())
}

/// An object and nothing else.
fn object(bytes: &[u8]) -> Result<Vec<(String, Json)>, &'static str> {
    let text = std::str::from_utf8(bytes).map_err(|_| "not-json")?;
    let mut reader = Reader {
        rest: text.chars().collect(),
    };
    reader.rest.reverse();
    reader.blank();
    if reader.peek() != Some('{') {
        return Err("not-json");
    }
    let Json::Object(members) = reader.value(1)? else {
        return Err("not-json");
    };
    reader.blank();
    if reader.rest.is_empty() {
        Ok(members)
    } else {
        Err("not-json")
    }
}

/// What is still to be read, the next character last.
struct Reader {
    rest: Vec<char>,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.rest.last().copied()
    }

    fn take(&mut self) -> Result<char, &'static str> {
        self.rest.pop().ok_or("not-json")
    }

    fn expect(&mut self, text: &str) -> Result<(), &'static str> {
        for letter in text.chars() {
            if self.take()? != letter {
                return Err("not-json");
            }
        }
        Ok(())
    }

    fn blank(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t' | '\n' | '\r')) {
            self.rest.pop();
        }
    }

    /// A value that is `depth` deep if it is an object or an array.
    fn value(&mut self, depth: usize) -> Result<Json, &'static str> {
        match self.peek() {
            Some('{') if depth > 16 => Err("too-deep"),
            Some('[') if depth > 16 => Err("too-deep"),
            Some('{') => {
                self.take()?;
                let mut members: Vec<(String, Json)> = Vec::new();
                self.blank();
                if self.peek() == Some('}') {
                    self.take()?;
                    return Ok(Json::Object(members));
                }
                loop {
                    self.blank();
                    let name = self.text()?;
                    if members.iter().any(|(known, _)| *known == name) {
                        return Err("duplicate-member");
                    }
                    if members.len() == 64 {
                        return Err("too-many-members");
                    }
                    self.blank();
                    self.expect(":")?;
                    self.blank();
                    let value = self.value(depth + 1)?;
                    members.push((name, value));
                    self.blank();
                    match self.take()? {
                        ',' => {}
                        '}' => return Ok(Json::Object(members)),
                        _ => return Err("not-json"),
                    }
                }
            }
            Some('[') => {
                self.take()?;
                let mut elements = Vec::new();
                self.blank();
                if self.peek() == Some(']') {
                    self.take()?;
                    return Ok(Json::Array(elements));
                }
                loop {
                    self.blank();
                    elements.push(self.value(depth + 1)?);
                    self.blank();
                    match self.take()? {
                        ',' => {}
                        ']' => return Ok(Json::Array(elements)),
                        _ => return Err("not-json"),
                    }
                }
            }
            Some('"') => self.text().map(Json::Text),
            Some('t') => self.expect("true").map(|()| Json::Bool(true)),
            Some('f') => self.expect("false").map(|()| Json::Bool(false)),
            Some('n') => self.expect("null").map(|()| Json::Null),
            _ => self.number(),
        }
    }

    fn number(&mut self) -> Result<Json, &'static str> {
        let mut text = String::new();
        while let Some(letter) = self
            .peek()
            .filter(|it| it.is_ascii_digit() || "+-.eE".contains(*it))
        {
            text.push(letter);
            self.take()?;
        }
        let unsigned = text.strip_prefix('-').unwrap_or(&text);
        let (mantissa, exponent) = match unsigned.find(['e', 'E']) {
            Some(at) => (&unsigned[..at], Some(&unsigned[at + 1..])),
            None => (unsigned, None),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (mantissa, None),
        };
        let digits = |text: &str| !text.is_empty() && text.chars().all(|it| it.is_ascii_digit());
        let good = digits(whole)
            && (whole == "0" || !whole.starts_with('0'))
            && fraction.is_none_or(digits)
            && exponent.is_none_or(|it| digits(it.strip_prefix(['+', '-']).unwrap_or(it)));
        match text.parse::<f64>() {
            Ok(number) if good && number.is_finite() => Ok(Json::Number(number)),
            _ => Err("not-json"),
        }
    }

    fn text(&mut self) -> Result<String, &'static str> {
        self.expect("\"")?;
        let mut units: Vec<u16> = Vec::new();
        loop {
            match self.take()? {
                '"' => break,
                '\\' => {
                    let letter = self.take()?;
                    units.push(match letter {
                        '"' | '\\' | '/' => letter as u16,
                        'b' => 8,
                        'f' => 12,
                        'n' => 10,
                        'r' => 13,
                        't' => 9,
                        'u' => {
                            let mut unit = 0;
                            for _ in 0..4 {
                                let digit = self.take()?.to_digit(16).ok_or("not-json")?;
                                unit = unit << 4 | u16::try_from(digit).unwrap();
                            }
                            unit
                        }
                        _ => return Err("not-json"),
                    });
                }
                letter if (letter as u32) < 0x20 => return Err("not-json"),
                letter => units.extend(letter.encode_utf16(&mut [0; 2]).iter()),
            }
        }
        String::from_utf16(&units).map_err(|_| "not-json")
    }
}
