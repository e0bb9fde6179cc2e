//! `[api]`, or `[api.NAME]` where there are several.

use serde_json::{Value, json};

use crate::error::{ErrorKind, Fault};
use crate::form::{Form, Layout, table, words};
use crate::node::{Field, Node, Shape};
use crate::reader::Reader;
use crate::value::{AppReference, Folder, Identifier, Name, Url};
use crate::wording::listed;
use crate::{Entry, Setting};

words! {
    /// Whom a route lets in.
    pub enum Access {
        /// Who shows a good credential.
        Required = "required",
        /// Anyone; a credential that is shown must be good.
        Optional = "optional",
        /// Anyone; no credential is looked at.
        Public = "public",
    }
}

words! {
    /// Who sees the API's own documentation.
    pub enum Docs {
        /// Anyone, in development.
        Development = "development",
        /// Anyone.
        Public = "public",
        /// Who shows a good credential.
        Required = "required",
        /// Nobody.
        Off = "off",
    }
}

table! {
    /// An API.
    pub struct Api {
        /// Its folder, relative to the contract.
        root: Folder = "backend",
        /// The application object.
        app: AppReference = "app.main:app",
        /// Where the front end reaches it.
        url: Setting<Url> = { env = "NEXT_PUBLIC_API_URL", development = "http://localhost:8000" },
        /// For whom its tokens are. By default `token.audience`.
        audience: Option<Setting<Identifier>>,
        /// What a route asks that nobody spoke of.
        default: Access = "required",
        /// Who sees `/docs`, `/redoc` and `/openapi.json`.
        docs: Docs = "development",
    }
}

/// The APIs by name. The one of `[api]` is named `main`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Apis(Vec<(Name, Entry<Api>)>);

impl Apis {
    /// Each with its name, in the order of the contract.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Entry<Api>)> {
        self.0.iter().map(|(name, api)| (name.as_str(), api))
    }

    /// The API of that name.
    pub fn named(&self, name: &str) -> Option<&Entry<Api>> {
        self.iter()
            .find_map(|(own, api)| (own == name).then_some(api))
    }
}

/// Whether a key of `[api]` is an API with a name. A table with `env` is a value.
pub(crate) fn is_api(field: &Field) -> bool {
    matches!(field.node.shape, Shape::Table(_))
        && field.node.field("env").is_none()
        && !Api::KEYS.contains(&field.name.as_str())
}

impl Form for Apis {
    const LAYOUT: Layout = Layout::Table;

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let Shape::Table(fields) = &node.shape else {
            reader.wrong_type::<Self>(node, "a table");
            return None;
        };
        let (named, own): (Vec<_>, Vec<_>) = fields.iter().partition(|field| is_api(field));
        if named.is_empty() {
            let api = Api::read(node, reader)?;
            let only = Entry::new(reader.key(), api, node.span);
            return Some(Self(vec![(Name::main(), only)]));
        }
        let names: Vec<_> = named.iter().map(|field| field.name.as_str()).collect();
        for field in own {
            let fault = Fault::new(
                format!("stands beside APIs that have a name, {}", listed(&names)),
                "it would be nobody's",
                format!("write it into `[api.{}]`", names[0]),
            );
            reader.within(&field.name, |reader| {
                reader.fault(ErrorKind::Contradiction, field.span, fault);
            });
        }
        let apis: Vec<_> = named
            .into_iter()
            .map(|field| {
                let name = reader.name(field);
                let api = reader.entry(node, &field.name, None);
                Some((name?, api?))
            })
            .collect();
        apis.into_iter().collect::<Option<_>>().map(Self)
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }

    fn example() -> String {
        Api::example()
    }

    fn schema() -> Value {
        json!({ "anyOf": [
            Api::schema(),
            { "type": "object", "additionalProperties": Api::schema() },
        ] })
    }
}
