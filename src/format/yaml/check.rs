//! Parses YAML: to check its syntax, or to read a file of other origin.
//!
//! Checks syntax, duplicate keys and the cost of parsing, not the meaning of the data.

use std::fmt;

use indexmap::IndexSet;
use serde::de::{Deserialize, EnumAccess, Error, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde_yaml::{Deserializer, Value};

use super::scanner;
use crate::format::ParseError;

/// The size limit of a file that envroot did not write, in bytes.
pub(super) const LARGEST: usize = 2 << 20;
/// The limit of open `[` and `{`. The time of the parser grows with their square.
pub(super) const DEEPEST: usize = 100;

/// Parses every document of a text, or returns the position of the first error.
///
/// A duplicate key in a mapping is an error: readers differ in which value they use.
pub fn check(text: &str) -> Result<(), ParseError> {
    if let Some(line) = scanner::too_deep(text, DEEPEST) {
        return Err((line, 1, format!("more than {DEEPEST} brackets are open")));
    }
    for document in Deserializer::from_str(text) {
        Sound::deserialize(document).map_err(parse_error)?;
    }
    Ok(())
}

/// A node that parses. Its contents are dropped, because documents may be large.
struct Sound;

impl<'de> Deserialize<'de> for Sound {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Sound, D::Error> {
        deserializer.deserialize_any(Nodes)
    }
}

struct Nodes;

impl<'de> Visitor<'de> for Nodes {
    type Value = Sound;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any YAML value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Sound, A::Error> {
        let mut keys = IndexSet::new();
        while let Some(key) = map.next_key::<Value>()? {
            if keys.contains(&key) {
                let key = key.as_str().map(|key| format!(" with key {key:?}")).unwrap_or_default();
                return Err(A::Error::custom(format_args!("duplicate entry{key}")));
            }
            keys.insert(key);
            map.next_value::<Sound>()?;
        }
        Ok(Sound)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Sound, A::Error> {
        while items.next_element::<Sound>()?.is_some() {}
        Ok(Sound)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Sound, A::Error> {
        let (_, value) = tagged.variant::<Value>()?;
        value.newtype_variant()
    }

    fn visit_some<D: serde::Deserializer<'de>>(self, inner: D) -> Result<Sound, D::Error> {
        Sound::deserialize(inner)
    }

    fn visit_none<E>(self) -> Result<Sound, E> {
        Ok(Sound)
    }

    fn visit_unit<E>(self) -> Result<Sound, E> {
        Ok(Sound)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Sound, E> {
        Ok(Sound)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Sound, E> {
        Ok(Sound)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Sound, E> {
        Ok(Sound)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Sound, E> {
        Ok(Sound)
    }

    fn visit_str<E>(self, _: &str) -> Result<Sound, E> {
        Ok(Sound)
    }
}

/// Reads a file that envroot did not write, as a single document.
pub fn read(text: &str) -> Result<Value, ParseError> {
    if text.len() > LARGEST {
        return Err((1, 1, format!("this file is larger than {} MB", LARGEST >> 20)));
    }
    check(text)?;
    serde_yaml::from_str(text).map_err(parse_error)
}

pub(super) fn parse_error(error: serde_yaml::Error) -> ParseError {
    let (line, column) = error.location().map_or((1, 1), |at| (at.line(), at.column()));
    (line, column, without_location(&error.to_string()))
}

/// The message without the position that the library appends, which is reported separately.
fn without_location(message: &str) -> String {
    message.split(" at line ").next().unwrap_or(message).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_that_parse_pass() {
        for text in ["", "a: 1\n", "a: 1\n---\nb: 2\n", "a: &x [1]\nb: *x\n", "a: !ref [b]\n"] {
            assert_eq!(check(text), Ok(()), "{text:?}");
        }
        for text in ["~", "true", "-1", "18446744073709551615", "1.5", "a", "[]", "{}", "!x a"] {
            assert_eq!(check(&format!("- {text}\n- a: {text}\n")), Ok(()), "{text:?}");
        }
    }

    #[track_caller]
    fn fails(text: &str, line: usize, column: usize, message: &str) {
        assert_eq!(check(text), Err((line, column, message.to_owned())));
    }

    #[test]
    fn a_failure_has_its_position() {
        fails("a: 1\nb: c: d\n", 2, 5, "mapping values are not allowed in this context");
        fails("a: 1\n---\nb: \"c\n", 4, 1, "found unexpected end of stream");
        fails("- 1: a\n  1: b\n", 1, 3, ".[0]: duplicate entry");
        fails("a:\n  b: 1\n  b: 2\n", 2, 3, "a: duplicate entry with key \"b\"");
    }

    #[test]
    fn text_that_takes_all_time_or_memory_is_an_error() {
        let many = |sign: &str| format!("a:\n  {}\n", sign.repeat(100_000));
        fails(&many("["), 2, 1, "more than 100 brackets are open");
        fails(
            &format!("a: {}{}", "[".repeat(200), "]".repeat(200)),
            1,
            1,
            "more than 100 brackets are open",
        );
        fails(&many("{ a: "), 2, 1, "more than 100 brackets are open");
        fails(&many("- "), 2, 257, "recursion limit exceeded");
        let next = |index: u8| {
            let (this, next) = (char::from(b'a' + index), char::from(b'b' + index));
            format!("{next}: &{next} [{}]\n", format!("*{this}, ").repeat(9))
        };
        let bomb: String = (0..9).map(next).collect();
        fails(&format!("a: &a [1]\n{bomb}"), 1, 1, "repetition limit exceeded");
        fails("a: &a [*a]\n", 1, 4, "recursion limit exceeded");
        let large = format!("a: '{}'\n", "x".repeat(LARGEST));
        assert_eq!(check(&large), Ok(()));
        assert!(read(&large).is_err());
        assert_eq!(read("a: [1]").unwrap()["a"][0], 1);
    }
}
