//! The strings of a file's own text at the places of a reading.

use memchr::memchr_iter;

use super::{HclObject, HclText, HclValue, StringPlace, TextPart};

/// The character in a string for a part that only Terraform knows.
pub(crate) const HOLE: char = '\u{fffc}';
pub(super) const HOLE_TEXT: &str = "\u{fffc}";

/// A text with the places of its lines.
pub(crate) struct OwnText<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

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
        let ends = memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        OwnText { text, starts: std::iter::once(0).chain(ends).collect() }
    }

    fn at(&self, spot: StringPlace) -> &'t str {
        let Some(start) = self.starts.get(spot.line) else { return "" };
        let rest = &self.text[*start..];
        let mut quotes = memchr_iter(b'"', rest.as_bytes()).skip(spot.quotes);
        let (Some(open), Some(close)) = (quotes.next(), quotes.next()) else { return "" };
        &rest[open + 1..close]
    }

    /// A string, with a hole for each part that only Terraform knows.
    pub(crate) fn string(&self, text: &HclText) -> String {
        let mut string = String::new();
        for part in &text.parts {
            match part {
                TextPart::Literal(literal) => string.push_str(literal),
                TextPart::At(spot) => string.push_str(self.at(*spot)),
                TextPart::Hole => string.push(HOLE),
            }
        }
        string
    }

    /// All strings of a value, those of both sides of a condition included.
    pub(crate) fn strings(&self, value: &HclValue) -> Strings {
        let mut strings = Strings::default();
        self.push_strings(value, &mut strings);
        strings
    }

    fn push_strings(&self, value: &HclValue, strings: &mut Strings) {
        match value {
            HclValue::Text(text) => strings.known.push((self.string(text), text.line)),
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
        let is_meant =
            move |key: &HclText| is_meant(&self.string(key).to_ascii_lowercase().replace('_', ""));
        object.items.iter().filter(move |(key, _)| is_meant(key)).map(|(_, value)| value)
    }
}
