//! JSON without a second reading: what two readers could take for two things is refused.
//!
//! Refused beyond RFC 8259: a member named twice in one object (RFC 7515 §4, RFC 7519 §4 leave the choice), a
//! surrogate without its pair, a number that no double holds, and what is deeper or has more members than
//! [`limits`](crate::limits) say. A text is scanned once; what is asked for is read from where the scan found it.

mod scan;
mod text;
mod value;

pub use text::Text;
pub use value::{Array, Object, Value};

pub(crate) use scan::Member;
pub(crate) use value::Picked;

/// Why a text is no JSON object that is read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum JsonFault {
    /// Two members of one object have the same name.
    #[error("names a member of an object twice")]
    DuplicateMember,
    /// Bytes that are no UTF-8, something that is no JSON, something after the end, or no object.
    #[error("is no JSON object")]
    Syntax,
    /// Nested deeper than [`JSON_DEPTH`](crate::limits::JSON_DEPTH).
    #[error("is nested too deep")]
    TooDeep,
    /// An object has more members than [`JSON_MEMBERS`](crate::limits::JSON_MEMBERS).
    #[error("has an object with too many members")]
    TooManyMembers,
}

/// A text that was scanned, with where its members stand.
///
/// Says nothing about who wrote it: the claims of a token are [`Claims`](crate::Claims).
#[derive(Clone, Debug)]
pub struct Document<T> {
    text: T,
    members: Vec<Member>,
}

impl<T: AsRef<str>> Document<T> {
    /// Scans `text`, which must be one object.
    pub fn parse(text: T) -> Result<Self, JsonFault> {
        let members = scan::members(text.as_ref())?;
        Ok(Self { text, members })
    }

    /// The text.
    pub fn text(&self) -> &str {
        self.text.as_ref()
    }

    /// How many bytes its text and what was noted of it take.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.text().len() + self.members.capacity() * size_of::<Member>()
    }

    /// The outermost object.
    pub fn root(&self) -> Object<'_> {
        Object::root(self.text.as_ref(), &self.members)
    }
}

impl Document<&str> {
    /// The same with a text of its own.
    pub(crate) fn into_owned(self) -> Document<Box<str>> {
        Document {
            text: self.text.into(),
            members: self.members,
        }
    }
}

/// The bytes as text.
pub(crate) fn utf8(bytes: &[u8]) -> Result<&str, JsonFault> {
    std::str::from_utf8(bytes).map_err(|_| JsonFault::Syntax)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fault(text: &str) -> Option<JsonFault> {
        Document::parse(text).err()
    }

    /// What is read, as another reader's tree.
    fn tree(value: Value) -> serde_json::Value {
        match value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(bool) => bool.into(),
            Value::Number(number) => serde_json::from_str(number).unwrap(),
            Value::Text(text) => text.decode().into(),
            Value::Array(array) => array.elements().map(tree).collect(),
            Value::Object(object) => {
                let members = object.members();
                members
                    .map(|(name, value)| (name.decode().into_owned(), tree(value)))
                    .collect()
            }
        }
    }

    #[test]
    fn what_is_no_json_object_is_refused() {
        for text in [
            "",
            " ",
            "null",
            "[]",
            "\"a\"",
            "1",
            "{",
            "}",
            "{}}",
            "{} {}",
            "{}\0",
            "{},",
            "\u{feff}{}",
            "{a:1}",
            "{'a':1}",
            r#"{"a"}"#,
            r#"{"a":}"#,
            r#"{"a":1,}"#,
            r#"{,"a":1}"#,
            r#"{"a":1 "b":2}"#,
            r#"{"a":[1,]}"#,
            r#"{"a":[,1]}"#,
            r#"{"a":[1}"#,
            r#"{"a":01}"#,
            r#"{"a":-}"#,
            r#"{"a":+1}"#,
            r#"{"a":1.}"#,
            r#"{"a":.5}"#,
            r#"{"a":1e}"#,
            r#"{"a":1e400}"#,
            r#"{"a":-1E400}"#,
            r#"{"a":NaN}"#,
            r#"{"a":Infinity}"#,
            r#"{"a":0x1}"#,
            r#"{"a":True}"#,
            r#"{"a":nul}"#,
            "{\"a\":\"\n\"}",
            "{\"a\":\"\0\"}",
            r#"{"a":"\x41"}"#,
            r#"{"a":"\u12"}"#,
            r#"{"a":"\u12g4"}"#,
            r#"{"a":"\ud800"}"#,
            r#"{"a":"\ud800\u0041"}"#,
            r#"{"a":"\udc00"}"#,
            r#"{"a":"\ud83dx"}"#,
            r#"{"a":""#,
            r#"{"a":"\"#,
            "{\"a\":1}\u{a0}",
            "{/**/}",
        ] {
            assert_eq!(fault(text), Some(JsonFault::Syntax), "{text}");
        }
        let long = format!(r#"{{"a":{}}}"#, "9".repeat(400));
        assert_eq!(fault(&long), Some(JsonFault::Syntax));
        assert_eq!(utf8(b"{\"a\":\"\xff\"}"), Err(JsonFault::Syntax));
    }

    #[test]
    fn a_name_given_twice_is_refused_at_every_depth_and_however_it_is_written() {
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"{"\u0061":1,"a":2}"#,
            r#"{"\u0061":1,"\u0061":2}"#,
            r#"{"":1,"":2}"#,
            r#"{"b":{"a":1,"a":2}}"#,
            r#"{"b":[{"a":1,"c":2,"a":3}]}"#,
            r#"{"\/":1,"/":2}"#,
            r#"{"b":1,"\u0061":1,"c":2,"a":3}"#,
            r#"{"b":{"c":[[{"a":{"x":1},"a":2}]]}}"#,
            r#"{"\ud83d\ude00":1,"😀":2}"#,
        ] {
            assert_eq!(fault(text), Some(JsonFault::DuplicateMember), "{text}");
        }
        for text in [
            r#"{"a":{"a":{"a":1}}}"#,
            r#"{"a":[{"a":1},{"a":2}]}"#,
            r#"{"a":1,"A":2,"\u0041b":3}"#,
            r#"{"a":{"b":1},"b":2}"#,
        ] {
            assert_eq!(fault(text), None, "{text}");
        }
    }

    #[test]
    fn depth_and_members_have_a_bound() {
        let nested = |depth: usize| format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth));
        assert_eq!(fault(&nested(16)), None);
        assert_eq!(fault(&nested(17)), Some(JsonFault::TooDeep));
        let array = |depth: usize| format!(r#"{{"a":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
        assert_eq!(fault(&array(15)), None);
        assert_eq!(fault(&array(16)), Some(JsonFault::TooDeep));
        assert_eq!(fault(&array(2_500)), Some(JsonFault::TooDeep));
        let wide = |members: usize| {
            let members: Vec<_> = (0..members)
                .map(|number| format!(r#""m{number}":0"#))
                .collect();
            format!("{{{}}}", members.join(","))
        };
        assert_eq!(fault(&wide(64)), None);
        assert_eq!(fault(&wide(65)), Some(JsonFault::TooManyMembers));
        assert_eq!(
            fault(&format!(r#"{{"a":{}}}"#, wide(65))),
            Some(JsonFault::TooManyMembers)
        );
        assert_eq!(
            fault(&format!(r#"{{"a":{},"b":{}}}"#, wide(64), wide(64))),
            None
        );
    }

    #[test]
    fn a_member_is_found_by_what_its_name_says() {
        let document = Document::parse(
            r#"{"a\u0062":{"c":[1,{"d":"x\n"},"]"],"a":2},"a":3,"s":"\"\\\ud83d\ude00"}"#,
        )
        .unwrap();
        let root = document.root();
        assert!(matches!(root.get("a"), Some(Value::Number("3"))));
        assert!(root.get("c").is_none() && root.get("a\\u0062").is_none());
        assert_eq!(*"\"\\😀", *root.get("s").unwrap().text().unwrap().decode());
        let inner = root.get("ab").unwrap().object().unwrap();
        assert!(matches!(inner.get("a"), Some(Value::Number("2"))));
        assert_eq!(inner.as_json(), r#"{"c":[1,{"d":"x\n"},"]"],"a":2}"#);
        let elements: Vec<_> = inner
            .get("c")
            .unwrap()
            .array()
            .unwrap()
            .elements()
            .collect();
        assert_eq!(elements.len(), 3);
        assert_eq!(
            elements[1]
                .object()
                .unwrap()
                .get("d")
                .unwrap()
                .text()
                .unwrap()
                .decode(),
            "x\n"
        );
    }

    #[test]
    fn each_escape_says_its_character() {
        let text = r#"{"all":"\b\f\n\r\t\/\\\"\u0000\u00df\u20AC\ud83d\ude00."}"#;
        let document = Document::parse(text).unwrap();
        let read = document.root().get("all").unwrap().text().unwrap();
        assert_eq!(
            read.decode(),
            "\u{8}\u{c}\n\r\t/\\\"\0\u{df}\u{20ac}\u{1f600}."
        );
    }

    #[test]
    fn a_value_is_not_shown() {
        let document = Document::parse(r#"{"secret":"of a person"}"#).unwrap();
        assert!(!format!("{:?}", document.root().get("secret").unwrap()).contains("person"));
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<f64>().prop_map(Into::into),
            ".{0,8}".prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
                proptest::collection::hash_map(".{0,4}", inner, 0..6)
                    .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_another_writer_wrote_is_read_as_it_meant(value in json(), pretty: bool) {
            let whole = serde_json::json!({ "whole": value });
            let text = if pretty { serde_json::to_string_pretty(&whole) } else { serde_json::to_string(&whole) };
            let text = text.unwrap();
            let document = Document::parse(&*text).unwrap();
            let again: serde_json::Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(tree(Value::Object(document.root())), again);
        }

        #[test]
        fn what_is_read_another_reader_reads_the_same(text in r#"\{("[ab]":([\[\]{}",:a0-9 .e+-]|null|"\\u006[1-3]"){0,12},?){0,4}\}"#) {
            let other = serde_json::from_str::<serde_json::Value>(&text).ok().filter(serde_json::Value::is_object);
            match Document::parse(&*text) {
                Ok(document) => prop_assert_eq!(Some(tree(Value::Object(document.root()))), other),
                Err(JsonFault::Syntax) => prop_assert_eq!(None, other),
                Err(_) => {}
            }
        }
    }
}
