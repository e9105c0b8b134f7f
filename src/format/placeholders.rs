//! A template's output with a placeholder for every value, which a lexer can read as plain text.
//!
//! Knows nothing of any format.

use crate::format::markers::{MarkedValue, Piece};
use crate::format::{InvalidValue, Printed, Refusal};

/// The placeholder of a value. The text of a template cannot contain it.
pub const PLACEHOLDER: char = '\u{FDD0}';

/// A template's output with placeholders, and its values.
pub struct PlaceholderText<'a> {
    /// The text of the template with [`PLACEHOLDER`] for each value.
    pub text: String,
    /// The values in the order of their placeholders.
    pub values: Vec<&'a MarkedValue<'a>>,
}

impl<'a> PlaceholderText<'a> {
    /// The output with a line feed for every line end.
    pub fn of(pieces: &'a [Piece<'_>]) -> PlaceholderText<'a> {
        let mut source = PlaceholderText::verbatim(pieces);
        if source.text.contains('\r') {
            source.text = source.text.replace("\r\n", "\n").replace('\r', "\n");
        }
        source
    }

    /// The output with the line ends of the template.
    pub fn verbatim(pieces: &'a [Piece<'_>]) -> PlaceholderText<'a> {
        let mut text = String::with_capacity(pieces.iter().map(length).sum());
        let mut values = Vec::with_capacity(pieces.len() / 2 + 1);
        for piece in pieces {
            match piece {
                Piece::Literal(literal) => text.push_str(literal),
                Piece::Value(value) => {
                    text.push(PLACEHOLDER);
                    values.push(value);
                }
            }
        }
        PlaceholderText { text, values }
    }
}

impl PlaceholderText<'_> {
    /// The text with values in place of their placeholders and one line end at its end. `write` appends
    /// the value of a number as its position has it, or says why it cannot.
    pub(super) fn filled(
        &self,
        mut write: impl FnMut(&mut String, &MarkedValue<'_>, usize) -> Result<(), Refusal>,
    ) -> Result<Printed, Vec<InvalidValue>> {
        let mut printed = Printed::default();
        let (mut line, mut invalid) = (0, Vec::new());
        for (index, literal) in self.text.trim_end_matches('\n').split(PLACEHOLDER).enumerate() {
            if let Some(number) = index.checked_sub(1) {
                let (value, start) = (self.values[number], printed.text.len());
                if let Err(refusal) = write(&mut printed.text, value, number) {
                    invalid.push(refusal.of(value.tag));
                }
                let last = line + lines(&printed.text[start..]);
                printed.tags.extend((line..=last).map(|line| (line, value.tag)));
                line = last;
            }
            printed.text.push_str(literal);
            line += lines(literal);
        }
        printed.text.push('\n');
        if invalid.is_empty() { Ok(printed) } else { Err(invalid) }
    }
}

fn lines(text: &str) -> u32 {
    text.bytes().filter(|byte| *byte == b'\n').count() as u32
}

/// The offsets of the placeholders in a verbatim output.
pub fn offsets(pieces: &[Piece<'_>]) -> Vec<usize> {
    let mut end = 0;
    let offsets = pieces.iter().filter_map(|piece| {
        let start = end;
        end += length(piece);
        matches!(piece, Piece::Value(_)).then_some(start)
    });
    offsets.collect()
}

/// The bytes of a piece in the text with placeholders.
fn length(piece: &Piece<'_>) -> usize {
    match piece {
        Piece::Literal(literal) => literal.len(),
        Piece::Value(_) => PLACEHOLDER.len_utf8(),
    }
}
