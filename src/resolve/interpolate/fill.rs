//! Texts whose references name plain values, such as the path of a file.
//!
//! Looks at resolved values only.

use std::borrow::Cow;
use std::fmt;

use crate::model::key_path::Path;
use crate::model::reference::{Part, Reference, Scope};
use crate::model::tree::{Node, Value};

/// More bytes than most texts with references have.
pub(crate) const USUAL_LENGTH: usize = 96;

/// The reason why a text cannot be filled in.
pub enum Unfilled {
    Malformed,
    /// This setting has no plain value.
    NotPlain(Scope, Path),
}

impl fmt::Display for Unfilled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unfilled::Malformed => f.write_str("it contains a malformed reference"),
            Unfilled::NotPlain(scope, path) => {
                write!(f, "`{}.{path}` has no plain value", scope.word())
            }
        }
    }
}

/// The text with its references replaced by plain values.
pub fn fill(parts: &[Part], env: &Node, service: &Node) -> Result<String, Unfilled> {
    let mut out = String::with_capacity(USUAL_LENGTH);
    for part in parts {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Malformed(_) => return Err(Unfilled::Malformed),
            Part::Reference(Reference { scope, path, .. }) => {
                let root = if *scope == Scope::Env { env } else { service };
                let text = root.at(path).and_then(|node| plain(&node.value));
                let missing = || Unfilled::NotPlain(*scope, Path::clone(path));
                out.push_str(&text.ok_or_else(missing)?);
            }
        }
    }
    Ok(out)
}

/// The form of a value inside a text. Only strings, integers and booleans have one.
pub(crate) fn plain(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Integer(number) => Some(number.to_string().into()),
        Value::Boolean(value) => Some(value.to_string().into()),
        _ => None,
    }
}
