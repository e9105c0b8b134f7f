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
