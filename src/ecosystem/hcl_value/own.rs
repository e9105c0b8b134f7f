//! The strings of a file's own text at the places of a reading.

use std::borrow::Cow;

use memchr::memchr_iter;

use super::reader::LineStarts;
use super::{HclObject, HclText, HclValue, StringPlace, TextPart};

/// The character in a string for a part that only Terraform knows.
pub(crate) const HOLE: char = '\u{fffc}';
pub(super) const HOLE_TEXT: &str = "\u{fffc}";

/// A text whose strings take their places in a reading.
pub(crate) struct OwnText<'t>(LineStarts<'t>);

/// The strings of a value that is a string or a list of them.
#[derive(Debug, Default)]
pub(crate) struct Strings {
    /// Each with its line.
    pub known: Vec<(String, usize)>,
    /// True if there may be others.
    pub has_unknown: bool,
}

impl<'t> OwnText<'t> {
    pub(crate) fn of(text: &'t str) -> OwnText<'t> {
        OwnText(LineStarts::of(text))
    }

    fn at(&self, spot: StringPlace) -> &'t str {
        let Some(rest) = self.0.rest_from(spot.line) else { return "" };
        let mut quotes = memchr_iter(b'"', rest.as_bytes()).skip(spot.quotes);
        let (Some(open), Some(close)) = (quotes.next(), quotes.next()) else { return "" };
        &rest[open + 1..close]
    }

    /// A string, with a hole for each part that only Terraform knows.
    pub(crate) fn string<'s>(&'s self, text: &'s HclText) -> Cow<'s, str> {
        let part = |part: &'s TextPart| match part {
            TextPart::Literal(literal) => literal.as_str(),
            TextPart::At(spot) => self.at(*spot),
            TextPart::Hole => HOLE_TEXT,
        };
        match text.parts.as_slice() {
            [one] => Cow::Borrowed(part(one)),
            parts => Cow::Owned(parts.iter().map(part).collect()),
        }
    }

    /// A key without `_`.
    pub(crate) fn key<'s>(&'s self, key: &'s HclText) -> Cow<'s, str> {
        let key = self.string(key);
        if key.contains('_') { Cow::Owned(key.replace('_', "")) } else { key }
    }

    /// All strings of a value, those of both sides of a condition included.
    pub(crate) fn strings(&self, value: &HclValue) -> Strings {
        let mut strings = Strings::default();
        self.push_strings(value, &mut strings);
        strings
    }

    fn push_strings(&self, value: &HclValue, strings: &mut Strings) {
        match value {
            HclValue::Text(text) => {
                strings.known.push((self.string(text).into_owned(), text.line));
            }
            HclValue::List(items) => items.iter().for_each(|it| self.push_strings(it, strings)),
            HclValue::Either(both) => both.iter().for_each(|it| self.push_strings(it, strings)),
            HclValue::Maybe(value) => self.push_strings(value, strings),
            HclValue::Object(_) | HclValue::Unknown => strings.has_unknown = true,
            HclValue::Null => {}
        }
    }

    /// The values at the keys of an object that a test accepts, each key in lower case and without `_`.
    pub(crate) fn get<'o>(
        &self,
        object: &'o HclObject,
        is_meant: impl Fn(&str) -> bool,
    ) -> impl Iterator<Item = &'o HclValue> {
        let is_meant = move |key: &HclText| {
            let mut key = self.key(key);
            // Nearly all keys are in lower case, and each object of each text is asked for several.
            if key.bytes().any(|byte| byte.is_ascii_uppercase()) {
                key.to_mut().make_ascii_lowercase();
            }
            is_meant(&key)
        };
        object.items.iter().filter(move |(key, _)| is_meant(key)).map(|(_, value)| value)
    }
}
