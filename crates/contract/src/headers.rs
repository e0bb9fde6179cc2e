//! `[web.headers]`: headers of the pages, by name.

use serde_json::{Value, json};

use crate::error::{ErrorKind, Fault};
use crate::form::{Form, Layout};
use crate::node::{Node, Shape};
use crate::reader::Reader;
use crate::value::{HeaderName, HeaderValue};

/// Headers of answers, each name once; in the order of the contract.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<(HeaderName, HeaderValue)>);

impl Headers {
    /// Each name with its value. One without a value is not to be sent.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&HeaderName, &HeaderValue)> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// The value of a header, in whatever case its name is written.
    pub fn named(&self, name: &str) -> Option<&HeaderValue> {
        self.iter()
            .find_map(|(own, value)| own.is(name).then_some(value))
    }
}

impl Form for Headers {
    const LAYOUT: Layout = Layout::Table;

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let Shape::Table(fields) = &node.shape else {
            reader.wrong_type::<Self>(node, "a table");
            return None;
        };
        let mut headers = Self::default();
        let mut is_good = true;
        for field in fields {
            let read = reader.within(&field.name, |reader| {
                let name = field.name.parse::<HeaderName>();
                let name = name.and_then(|name| match headers.named(name.as_str()) {
                    Some(_) => Err(Fault::new(
                        "stands there twice, and the case of its letters makes no difference",
                        "which of the two is sent would be chance",
                        "keep one",
                    )),
                    None => Ok(name),
                });
                let value = HeaderValue::read(&field.node, reader);
                match name {
                    Ok(name) => Some((name, value?)),
                    Err(fault) => {
                        reader.fault(ErrorKind::InvalidValue, field.span, fault);
                        None
                    }
                }
            });
            is_good &= read.is_some();
            headers.0.extend(read);
        }
        is_good.then_some(headers)
    }

    fn absent() -> Option<Self> {
        Some(Self::default())
    }

    fn example() -> String {
        "{ Cross-Origin-Opener-Policy = \"same-origin\" }".to_owned()
    }

    fn schema() -> Value {
        json!({ "type": "object", "additionalProperties": HeaderValue::schema() })
    }
}
