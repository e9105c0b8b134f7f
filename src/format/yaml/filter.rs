//! The filter `yaml`.
//!
//! The form of a string depends on its position, which only the printer knows. So the
//! filter hands it the string itself with the wanted style, behind a character that begins no
//! other code.

use std::borrow::Cow;

use serde_json::Value;

use super::inline::inline;
use super::plain::{PlainPosition, is_string};
use super::plain_scalars::PlainScalar;
use super::print::{MISREAD, NOT_IN_SINGLE};
use super::scalar;
use crate::format::{FilterStyle, Refusal};

const STRING: char = '\u{FDD5}';

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum StringStyle {
    /// Plain where every reader takes it for the same string, else in double quotes.
    Shortest = b'a',
    Plain = b'p',
    Single = b's',
    Double = b'd',
}

/// A string that went through the filter `yaml`.
#[derive(Debug)]
pub(super) struct Filtered<'a> {
    text: &'a str,
    style: StringStyle,
}

/// The styles of the filter `yaml`.
pub(super) const STYLES: [FilterStyle; 3] = [
    FilterStyle {
        filter: "yaml",
        style: "plain",
        print: |value| styled(value, StringStyle::Plain),
    },
    FilterStyle {
        filter: "yaml",
        style: "single",
        print: |value| styled(value, StringStyle::Single),
    },
    FilterStyle {
        filter: "yaml",
        style: "double",
        print: |value| styled(value, StringStyle::Double),
    },
];

/// The filter `yaml`: data on one line.
pub(super) fn yaml(value: &Value) -> Result<String, String> {
    match value {
        Value::String(_) => styled(value, StringStyle::Shortest),
        value => Ok(inline(value)),
    }
}

fn styled(value: &Value, style: StringStyle) -> Result<String, String> {
    let text = value.as_str().ok_or("only a string has a style")?;
    Ok(format!("{STRING}{}{text}", char::from(style as u8)))
}

impl<'a> Filtered<'a> {
    /// Reads what the filter printed; `None` for data that is no string.
    pub(super) fn read(code: &'a str) -> Option<Filtered<'a>> {
        let code = code.strip_prefix(STRING)?;
        let styles = [StringStyle::Plain, StringStyle::Single, StringStyle::Double];
        let letter = *code.as_bytes().first()?;
        let style = styles.into_iter().find(|style| *style as u8 == letter);
        Some(Filtered { text: &code[1..], style: style.unwrap_or(StringStyle::Shortest) })
    }

    /// The string as it is the whole of a scalar.
    pub(super) fn printed(&self, scalar: &PlainScalar) -> Result<Cow<'a, str>, Refusal> {
        let quoted = match self.style {
            StringStyle::Shortest | StringStyle::Plain
                if !scalar.is_unclear && is_string(self.text, scalar.position) =>
            {
                return Ok(Cow::Borrowed(self.text));
            }
            StringStyle::Plain => return Err(MISREAD),
            StringStyle::Single if !scalar::is_visible_line(self.text) => {
                return Err(NOT_IN_SINGLE);
            }
            StringStyle::Single => format!("'{}'", self.text.replace('\'', "''")),
            StringStyle::Shortest | StringStyle::Double => scalar::quoted(self.text),
        };
        // Terraform merges mappings at this key even in quotes, unless it has a type.
        let is_merge = self.text == "<<" && scalar.position != PlainPosition::Value;
        Ok(Cow::Owned(if is_merge { format!("!!str {quoted}") } else { quoted }))
    }
}
