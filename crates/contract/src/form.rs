//! How a value of the contract is read, and what its JSON Schema is: one implementation tells both.

use serde_json::{Value, json};

use crate::Entry;
use crate::error::{ErrorKind, Fault};
use crate::node::{Node, Shape};
use crate::reader::Reader;

/// How a key is written with what it holds.
pub(crate) enum Layout {
    /// `[key]`, with its own keys below.
    Table,
    /// `[[key]]`, once for each.
    Tables,
    /// `key = value`.
    Value,
}

/// A type that a key of the contract holds.
pub(crate) trait Form: Sized {
    /// Reads it; `None` where `reader` was told an error.
    fn read(node: &Node, reader: &mut Reader) -> Option<Self>;

    /// What it is where the key is not written and has no default; `None` where the key must be written.
    fn absent() -> Option<Self> {
        None
    }

    /// How it is written.
    const LAYOUT: Layout = Layout::Value;

    /// A value as one would write it.
    fn example() -> String;

    /// The key with its value, as one would write them.
    fn line(key: &str) -> String {
        match Self::LAYOUT {
            Layout::Value => {
                let name = key.rsplit('.').next().unwrap_or(key);
                format!("{name} = {}", Self::example())
            }
            Layout::Table => format!("[{key}]"),
            Layout::Tables => format!("[[{key}]]"),
        }
    }

    /// Its JSON Schema.
    fn schema() -> Value;
}

impl<T: Form> Form for Option<T> {
    const LAYOUT: Layout = T::LAYOUT;

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        T::read(node, reader).map(Some)
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn example() -> String {
        T::example()
    }

    fn schema() -> Value {
        T::schema()
    }
}

impl<T: Form> Form for Vec<T> {
    const LAYOUT: Layout = match T::LAYOUT {
        Layout::Table => Layout::Tables,
        Layout::Tables | Layout::Value => Layout::Value,
    };

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let Shape::List(nodes) = &node.shape else {
            reader.wrong_type::<Self>(node, "a list");
            return None;
        };
        // Every element is read before any is missed, so that each mistake is told.
        let read: Vec<_> = nodes.iter().map(|node| T::read(node, reader)).collect();
        read.into_iter().collect()
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    fn example() -> String {
        format!("[{}]", T::example())
    }

    fn schema() -> Value {
        json!({ "type": "array", "items": T::schema() })
    }
}

impl<T: Form> Form for Entry<T> {
    const LAYOUT: Layout = T::LAYOUT;

    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let value = T::read(node, reader)?;
        Some(Self::new(reader.key(), value, node.span))
    }

    fn example() -> String {
        T::example()
    }

    fn schema() -> Value {
        T::schema()
    }
}

/// Reads a text by the type's `FromStr`.
pub(crate) fn read_text<T>(node: &Node, reader: &mut Reader) -> Option<T>
where
    T: Form + std::str::FromStr<Err = Fault>,
{
    let Shape::Text(text) = &node.shape else {
        reader.wrong_type::<T>(node, "a text");
        return None;
    };
    match text.parse() {
        Ok(value) => Some(value),
        Err(fault) => {
            reader.fault(ErrorKind::InvalidValue, node.span, fault);
            None
        }
    }
}

/// Makes a type that is parsed from a text a [`Form`]: an example, what it is, and a pattern that every one follows.
macro_rules! text {
    ($name:ty, $example:literal, $description:literal, $pattern:literal) => {
        impl $crate::form::Form for $name {
            fn read(
                node: &$crate::node::Node,
                reader: &mut $crate::reader::Reader,
            ) -> Option<Self> {
                $crate::form::read_text(node, reader)
            }

            fn example() -> String {
                format!("{:?}", $example)
            }

            fn schema() -> serde_json::Value {
                serde_json::json!({
                    "type": "string", "description": $description, "pattern": $pattern
                })
            }
        }
    };
}

/// Declares an enum whose variants are words of the contract.
macro_rules! words {
    (
        $(#[doc = $doc:literal])*
        $vis:vis enum $name:ident {
            $( $(#[doc = $word_doc:literal])* $variant:ident = $word:literal, )*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name { $( $(#[doc = $word_doc])* $variant, )* }

        impl $name {
            /// Every one, in the order of the contract's description.
            $vis const ALL: &[Self] = &[$( Self::$variant, )*];

            /// The word as it is written in the contract.
            $vis const fn as_str(self) -> &'static str {
                match self { $( Self::$variant => $word, )* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::Fault;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $( $word => Ok(Self::$variant), )*
                    _ => Err($crate::wording::unknown_word(text, &[$( $word, )*])),
                }
            }
        }

        impl $crate::form::Form for $name {
            fn read(
                node: &$crate::node::Node,
                reader: &mut $crate::reader::Reader,
            ) -> Option<Self> {
                $crate::form::read_text(node, reader)
            }

            fn example() -> String {
                format!("{:?}", Self::ALL[0].as_str())
            }

            fn schema() -> serde_json::Value {
                serde_json::json!({ "oneOf": [$( {
                    "const": $word,
                    "description": concat!($($word_doc, "\n",)*).trim(),
                }, )*] })
            }
        }
    };
}

/// Declares a table of the contract: the struct, how it is read and its schema, from one list of keys.
///
/// A default is written as in the contract.
macro_rules! table {
    (
        $(#[doc = $doc:literal])*
        $vis:vis struct $name:ident {
            $( $(#[doc = $key_doc:literal])* $key:ident: $form:ty $(= $default:tt)?, )*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        $vis struct $name { $( $(#[doc = $key_doc])* pub $key: $crate::Entry<$form>, )* }

        impl $name {
            /// The keys of the table.
            const KEYS: &[&str] = &[$( stringify!($key), )*];
        }

        impl $crate::form::Form for $name {
            const LAYOUT: $crate::form::Layout = $crate::form::Layout::Table;

            fn read(
                node: &$crate::node::Node,
                reader: &mut $crate::reader::Reader,
            ) -> Option<Self> {
                reader.table::<Self>(node, Self::KEYS)?;
                $(
                    let default = $crate::form::default!($($default)?);
                    let $key = reader.entry::<$form>(node, stringify!($key), default);
                )*
                Some(Self { $( $key: $key?, )* })
            }

            fn example() -> String {
                "{ … }".to_owned()
            }

            fn schema() -> serde_json::Value {
                let mut table = $crate::schema::Table::new(concat!($($doc, "\n",)*));
                $(
                    let default = $crate::form::default!($($default)?);
                    table.key::<$form>(stringify!($key), concat!($($key_doc, "\n",)*), default);
                )*
                table.into_value()
            }
        }
    };
}

/// The text of a default.
macro_rules! default {
    () => {
        None
    };
    ($default:tt) => {
        Some(stringify!($default))
    };
}

pub(crate) use {default, table, text, words};
