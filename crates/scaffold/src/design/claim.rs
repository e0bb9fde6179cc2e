//! The claims of a token: what each says, who writes it, and whether a token is refused without it.

use betroth_contract::value::ClaimPath;
use betroth_contract::{Contract, IssuerKind, KeyForm};
use betroth_source_typescript::JwtOptions;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::markdown::code;
use super::said::Said;

/// 2026-01-01T00:00:00Z: the moment of every example.
const SAMPLE_TIME: u64 = 1_767_225_600;

/// What Better Auth's plugin writes in any case.
const ALWAYS: [&str; 5] = ["iss", "aud", "sub", "iat", "exp"];

/// One claim.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct Claim {
    /// In Markdown; of a nested one with dots between.
    pub(super) name: String,
    /// What it may be in JSON.
    pub(super) form: &'static str,
    /// What it says.
    pub(super) says: String,
    /// Who writes it, and from what.
    pub(super) source: String,
    /// In Markdown.
    pub(super) example: String,
    pub(super) required: bool,
    /// Whether the issuer was seen to write it; `None` where that is not told.
    #[serde(skip)]
    pub(super) written: Option<bool>,
    #[serde(skip)]
    path: String,
    #[serde(skip)]
    value: Value,
}

/// What the rows are made of.
pub(super) struct Basis<'a> {
    pub(super) contract: &'a Contract,
    /// Better Auth's plugin as it was read, if it was.
    pub(super) jwt: Option<&'a JwtOptions>,
    pub(super) iss: &'a Said,
    pub(super) audience: &'a Said,
}

impl Basis<'_> {
    /// Every claim that the contract speaks of, those of the standard first.
    pub(super) fn claims(&self) -> Vec<Claim> {
        let names = &self.contract.claims;
        let lifetime = self.contract.token.lifetime.seconds();
        let mut rows = vec![
            self.row(
                "iss",
                "text",
                "who issued it",
                "the issuer",
                json!(self.iss.sample),
            ),
            self.row(
                "aud",
                "text, or array of texts",
                "for which API it is",
                "the issuer",
                json!(self.audience.sample),
            ),
            self.row(
                "exp",
                "number: seconds since 1970-01-01T00:00:00Z",
                "from when on it is refused",
                &format!("the issuer: `iat` + {lifetime}"),
                json!(SAMPLE_TIME + lifetime),
            ),
            self.row(
                "iat",
                "number, as `exp`",
                "when it was issued",
                "the issuer",
                json!(SAMPLE_TIME),
            ),
            self.row(
                "nbf",
                "number, as `exp`",
                "before when it is refused",
                "the issuer, if it wants to",
                json!(SAMPLE_TIME),
            ),
            self.row(
                "jti",
                "text, not empty",
                "its own name",
                "the issuer, if it wants to",
                json!("token_example_1"),
            ),
        ];
        let subject = if names.subject.as_str() == "sub" {
            "who the person is: the only name by which they are known"
        } else {
            "who the person is: the only name by which they are known (it is not `sub` here)"
        };
        let facts: [(&ClaimPath, &'static str, &str, &str, Value); 9] = [
            (
                &names.subject,
                "text, not empty",
                subject,
                "`user.id`",
                json!("user_example_ada"),
            ),
            (
                &names.email,
                "text",
                "the person's address; never a key for who they are",
                "`user.email`",
                json!("ada@example.com"),
            ),
            (
                &names.name,
                "text",
                "the person's name, to be shown",
                "`user.name`",
                json!("Ada Example"),
            ),
            (
                &names.roles,
                "text, text with commas, or array of texts",
                "the person's roles",
                "`user.role` of the plugin `admin`",
                json!("admin"),
            ),
            (
                &names.permissions,
                "text, text with commas, or array of texts",
                "what the person may do",
                "",
                json!(["notes:read"]),
            ),
            (
                &names.scopes,
                "text with spaces between, or array of texts",
                "what the token may be used for",
                "",
                json!("notes:read notes:write"),
            ),
            (
                &names.organization,
                "text, not empty; or null",
                "the organization that the person acts in",
                "`session.activeOrganizationId` of the plugin `organization`",
                json!("org_example_1"),
            ),
            (
                &names.session,
                "text, not empty; or null",
                "the session that the token was made from",
                "`session.id`",
                json!("session_example_1"),
            ),
            (
                &names.actor,
                "object; its `sub`, where it is there, is a text",
                "who acts for the person; it never widens what the person may do",
                "",
                json!({ "sub": "agent_example_1" }),
            ),
        ];
        for (path, form, says, of_better_auth, value) in facts {
            let source = self.source(path, of_better_auth);
            let mut row = self.row(path.as_str(), form, says, &source, value);
            row.written = self.written(path);
            // A fact may stand in a claim of the standard.
            rows.retain(|known| known.path != row.path);
            rows.push(row);
        }
        for path in self.contract.token.required.iter() {
            if rows.iter().all(|row| row.path != path.as_str()) {
                let source = self.source(path, "");
                let says = "asked for by the contract; its meaning is the issuer's";
                let value = json!("example");
                let form = "any but null and the empty text";
                let mut row = self.row(path.as_str(), form, says, &source, value);
                row.written = self.written(path);
                rows.push(row);
            }
        }
        // Whose the token is comes first, where a person looks for it.
        rows.sort_by_key(|row| !row.required);
        rows
    }

    fn row(&self, path: &str, form: &'static str, says: &str, source: &str, value: Value) -> Claim {
        let token = &self.contract.token;
        let always = ["iss", "aud", "exp"].contains(&path);
        let by_age = path == "iat" && token.max_age.is_some();
        let asked = token.required.iter().any(|own| own.as_str() == path);
        Claim {
            name: code(path),
            form,
            says: says.to_owned(),
            source: source.to_owned(),
            example: code(&value.to_string()),
            required: always || by_age || asked,
            written: None,
            path: path.to_owned(),
            value,
        }
    }

    /// Who writes a fact about the person, and whether that was seen.
    fn source(&self, path: &ClaimPath, of_better_auth: &str) -> String {
        if *self.contract.issuer.kind != IssuerKind::BetterAuth {
            return "the issuer".to_owned();
        }
        if self.contract.keys.form() == KeyForm::SharedSecret {
            return match of_better_auth {
                "" => "the token route, if it is told to".to_owned(),
                source => format!("the token route: {source}"),
            };
        }
        let source = match of_better_auth {
            "" => "`definePayload` of the plugin `jwt`, if it is told to".to_owned(),
            source => format!("the plugin `jwt`: {source}"),
        };
        match self.written(path) {
            Some(true) => format!("{source} (seen)"),
            Some(false) => format!("{source} (not written today)"),
            None => source,
        }
    }

    /// Whether the plugin was seen to write a claim beside those that it always writes.
    fn written(&self, path: &ClaimPath) -> Option<bool> {
        let by_plugin = self.contract.keys.form() != KeyForm::SharedSecret
            && *self.contract.issuer.kind == IssuerKind::BetterAuth;
        let jwt = self.jwt.filter(|_| by_plugin)?;
        let payload = jwt.payload.as_ref()?;
        let first = path.steps().next()?;
        if ALWAYS.contains(&first) {
            return None;
        }
        let is_written = payload.iter().any(|own| own == first);
        // Of one that could not be read whole, only what was read is told.
        (is_written || !jwt.payload_open).then_some(is_written)
    }
}

/// The payload of an example: what is required, and what a person of it would have.
pub(super) fn payload(claims: &[Claim], contract: &Contract) -> Value {
    let names = &contract.claims;
    let shown = [&names.subject, &names.email, &names.name, &names.roles];
    let mut object = Map::new();
    for claim in claims {
        let is_fact = shown.iter().any(|path| path.as_str() == claim.path);
        if claim.required || (is_fact && claim.written != Some(false)) {
            let steps: Vec<&str> = claim.path.split('.').collect();
            insert(&mut object, &steps, claim.value.clone());
        }
    }
    Value::Object(object)
}

/// Puts a value below the objects that its path names.
fn insert(object: &mut Map<String, Value>, steps: &[&str], value: Value) {
    let Some((first, rest)) = steps.split_first() else {
        return;
    };
    if rest.is_empty() {
        object.insert((*first).to_owned(), value);
        return;
    }
    let inner = object
        .entry((*first).to_owned())
        .or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(inner) = inner {
        insert(inner, rest, value);
    }
}
