//! Whether text is YAML at all.
//!
//! Judges syntax and duplicate keys; what the data means is not looked at.

use serde::Deserialize;
use serde_yaml::{Deserializer, Value};

/// Parses every document of a text, or says at which line and column (from 1) it fails, and why.
///
/// A key that stands twice in one mapping is refused as well: readers differ in which one wins.
pub fn check(text: &str) -> Result<(), (usize, usize, String)> {
    for document in Deserializer::from_str(text) {
        Value::deserialize(document).map_err(|error| {
            let (line, column) = error.location().map_or((1, 1), |at| (at.line(), at.column()));
            (line, column, without_location(&error.to_string()))
        })?;
    }
    Ok(())
}

/// The library ends most messages with the place, which is reported apart from them.
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
    }

    #[track_caller]
    fn fails(text: &str, line: usize, column: usize, message: &str) {
        assert_eq!(check(text), Err((line, column, message.to_owned())));
    }

    #[test]
    fn a_failure_has_its_place() {
        fails("a: 1\nb: c: d\n", 2, 5, "mapping values are not allowed in this context");
        fails("a: 1\n---\nb: \"c\n", 4, 1, "found unexpected end of stream");
        fails("a:\n  b: 1\n  b: 2\n", 2, 3, "a: duplicate entry with key \"b\"");
    }
}
