//! The tools: what a model is told of each, what it may give, and what it gets.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use rmcp::handler::server::common::schema_for_type;
use rmcp::model::{CallToolResult, ContentBlock, JsonObject, Tool as Described, ToolAnnotations};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::command::{Folder, check, explain, init, rules};

/// One tool.
pub(super) struct Tool {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    input: fn() -> Arc<JsonObject>,
    answer: fn(JsonObject) -> anyhow::Result<Answer>,
}

/// What a tool says: for programs, and for readers where that is another text than the same in JSON.
struct Answer {
    object: Value,
    text: Option<String>,
}

/// Every tool, in the order in which a model meets them.
pub(super) static ALL: &[Tool] = &[
    Tool {
        name: "check",
        title: "Does the API accept what the front end sends?",
        description: "\
Call this first, and again after each change. Reads a repository with a front end (Next.js with Better Auth) and an API (FastAPI), \
runs none of its code, and says whether the API accepts what the front end sends.

How to read the answer: `agreement.verdict` is `accepted`, `refused` (logged-in people get 401), `unchecked` (the API answers whoever \
calls) or `unknown` (could not be read; never take it for safe), and `agreement.because` says why. Each of `findings` names a `rule`, \
its place, what else is involved in `related`, and what to write instead in `help`: mend those of severity `error` first, and read the \
page of the rule with `explain` before you do. `suppressed` were accepted by the people of the project, with a reason: leave them. `unread` lists what was not read. Mend the cause at the places named; never switch a \
check off (no `verify_signature: False`, no wildcard origin) to get rid of a 401. Done is a verdict of `accepted` without errors.",
        input: schema_for_type::<FolderInput>,
        answer: |input| {
            Ok(check::object(&parsed::<FolderInput>(input)?.folder())?.into())
        },
    },
    Tool {
        name: "routes",
        title: "Which routes know who calls?",
        description: "\
Lists every route of each FastAPI application with what guards it: use it to see which routes are open, or before adding one.

How to read the answer: `authentication` is `required`, `conditional` (a setting in `unless` opens it), `optional` (serves callers \
without a credential too), `none`, `forgeable` (believes what any caller can write, see `believes`) or `unknown` (see `why`; never take \
it for safe). `guards` are the middleware, dependencies and decorators in front of the handler, each with its place.",
        input: schema_for_type::<FolderInput>,
        answer: |input| {
            let (_, audit) = parsed::<FolderInput>(input)?.folder().look()?;
            Ok(json!({ "schema": 1, "routes": check::json::routes(&audit) }).into())
        },
    },
    Tool {
        name: "explain",
        title: "What is wrong, and how is it done well?",
        description: "\
The page of one rule: what is wrong, why it matters, code that is bad and code that is good. Call it with the `rule` of a finding of \
`check` before you change code for it.",
        input: schema_for_type::<RuleInput>,
        answer: |input| {
            let rule = explain::named(&parsed::<RuleInput>(input)?.rule)?;
            Ok(Answer {
                object: explain::object(rule),
                text: Some(explain::page(rule)),
            })
        },
    },
    Tool {
        name: "rules",
        title: "What is looked for?",
        description: "\
Lists every rule that `check` applies, with what it is about, the worst severity that it reports and one line on what is wrong. Needed only to learn \
what is looked for: `check` names the rule of each finding by itself.",
        input: schema_for_type::<NoInput>,
        answer: |input| {
            parsed::<NoInput>(input)?;
            Ok(rules::object(None).into())
        },
    },
    Tool {
        name: "init",
        title: "What contract do the two sides mean?",
        description: "\
Drafts the `betroth.toml` that the sources of front end and API mean already: issuer, keys, claims, addresses, routes that are open on \
purpose. Writes nothing: the file is in `text`, for you to write at `file` once the person agrees.

How to read the answer: each of `keys` has a `basis`: `read` (at `file` and `line`), `guess` (see `why`: check it, or ask the person) \
or `open` (no source tells, such as an address in production: ask the person, never make one up). `others` are further pairs of front \
end and API, to be chosen with `web` and `api`.",
        input: schema_for_type::<InitInput>,
        answer: |input| {
            let input = parsed::<InitInput>(input)?;
            let choice = init::Choice {
                web: input.web,
                api: input.api,
            };
            Ok(init::dry(&Folder { dir: input.dir }, &choice)?.into())
        },
    },
];

impl Tool {
    /// The tool of that name.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        ALL.iter().find(|tool| tool.name == name)
    }

    /// What a model is told.
    pub(super) fn described(&self) -> Described {
        Described::new(self.name, self.description, (self.input)())
            .with_title(self.title)
            .with_annotations(ToolAnnotations::new().read_only(true).open_world(false))
    }

    /// The answer; an error in the words of the command line.
    pub(super) fn call(&self, input: JsonObject) -> CallToolResult {
        match (self.answer)(input) {
            Ok(Answer { object, text }) => {
                let mut result = CallToolResult::structured(object);
                if let Some(text) = text {
                    result.content = vec![ContentBlock::text(text)];
                }
                result
            }
            Err(error) => refused(format!("{error:#}")),
        }
    }
}

impl From<Value> for Answer {
    fn from(object: Value) -> Self {
        Self { object, text: None }
    }
}

/// A call that did not work, said so that a model can mend it.
pub(super) fn refused(why: String) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(why)])
}

fn parsed<T: DeserializeOwned>(input: JsonObject) -> anyhow::Result<T> {
    serde_json::from_value(Value::Object(input)).context("the input is not as the tool asks")
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct FolderInput {
    /// The folder that holds front end and API, relative to the folder in which the server was started.
    #[serde(default = "here")]
    dir: PathBuf,
}

impl FolderInput {
    fn folder(self) -> Folder {
        Folder { dir: self.dir }
    }
}

fn here() -> PathBuf {
    ".".into()
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct InitInput {
    /// The folder that holds front end and API, relative to the folder in which the server was started.
    #[serde(default = "here")]
    dir: PathBuf,
    /// Folder of the front end, where there are several.
    #[serde(default)]
    web: Option<String>,
    /// Folder of the API, where there are several.
    #[serde(default)]
    api: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RuleInput {
    /// Name of the rule, as a finding has it: `algorithm-mismatch`.
    rule: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct NoInput {}
