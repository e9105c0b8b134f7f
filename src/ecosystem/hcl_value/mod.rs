//! The values in a Terraform file, as far as its text gives them.
//!
//! A plain string is kept as its place, so that one reading serves every text of the same shape: each
//! text has its own strings at the same places.

mod functions;
mod json;
mod own;
mod reader;

pub(crate) use own::{HOLE, OwnText};
pub(super) use reader::{LineStarts, ValueReader};

/// A value. Lines are counted from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HclValue {
    Text(HclText),
    List(Vec<HclValue>),
    Object(HclObject),
    /// One of two values, which a condition selects.
    Either(Box<[HclValue; 2]>),
    /// A value that a list or a block may have once, several times or not at all.
    Maybe(Box<HclValue>),
    Null,
    Unknown,
}

/// A string or a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HclText {
    pub line: usize,
    pub parts: Vec<TextPart>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextPart {
    Literal(String),
    At(StringPlace),
    /// A part that only Terraform knows.
    Hole,
}

/// The place of a plain string: its line, and the number of quotes before it on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StringPlace {
    pub line: usize,
    pub quotes: usize,
}

/// An object, or the body of a block with inner blocks as lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HclObject {
    pub line: usize,
    pub items: Vec<(HclText, HclValue)>,
    /// True if it may have more items.
    pub is_open: bool,
}

impl HclText {
    fn literal(line: usize, text: impl Into<String>) -> HclText {
        HclText { line, parts: vec![TextPart::Literal(text.into())] }
    }

    fn hole(line: usize) -> HclText {
        HclText { line, parts: vec![TextPart::Hole] }
    }
}

impl HclObject {
    fn new(line: usize) -> HclObject {
        HclObject { line, items: Vec::new(), is_open: false }
    }
}

impl HclValue {
    /// The number of values in it.
    fn size(&self) -> usize {
        1 + match self {
            HclValue::List(items) => items.iter().map(HclValue::size).sum(),
            HclValue::Object(object) => object.items.iter().map(|(_, value)| value.size()).sum(),
            HclValue::Either(both) => both.iter().map(HclValue::size).sum(),
            HclValue::Maybe(value) => value.size(),
            HclValue::Text(text) => text.parts.len(),
            HclValue::Null | HclValue::Unknown => 0,
        }
    }

    /// The value of an attribute whose name is written without quotes.
    fn attribute(&self, name: &str) -> Option<&HclValue> {
        let HclValue::Object(object) = self else { return None };
        let is_named = |text: &HclText| matches!(text.parts.as_slice(), [TextPart::Literal(literal)] if literal == name);
        object.items.iter().rev().find(|(key, _)| is_named(key)).map(|(_, value)| value)
    }

    /// Returns true if there is an object in it, beside itself.
    pub(super) fn has_inner_object(&self) -> bool {
        match self {
            HclValue::Object(object) => object.items.iter().any(|(_, it)| it.is_or_has_object()),
            _ => false,
        }
    }

    fn is_or_has_object(&self) -> bool {
        match self {
            HclValue::Object(_) => true,
            HclValue::List(items) => items.iter().any(HclValue::is_or_has_object),
            HclValue::Either(both) => both.iter().any(HclValue::is_or_has_object),
            HclValue::Maybe(value) => value.is_or_has_object(),
            HclValue::Text(_) | HclValue::Null | HclValue::Unknown => false,
        }
    }
}
