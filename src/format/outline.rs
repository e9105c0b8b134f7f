//! A template's output with one placeholder for every value, so that a grammar can look around.
//!
//! Knows nothing of any grammar.

use crate::format::mark::{Piece, Value};

/// Stands for a value. Templates' own text never holds it.
pub const VALUE: char = '\u{FDD0}';

/// The shape of a template's output.
pub struct Outline<'a> {
    /// The template's own text with [`VALUE`] for each value; every line end is a line feed.
    pub text: String,
    /// The values in the order of their placeholders.
    pub values: Vec<&'a Value<'a>>,
}

impl<'a> Outline<'a> {
    pub fn of(pieces: &'a [Piece<'_>]) -> Outline<'a> {
        let mut text = String::new();
        let mut values = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Literal(literal) => text.push_str(literal),
                Piece::Value(value) => {
                    text.push(VALUE);
                    values.push(value);
                }
            }
        }
        if text.contains('\r') {
            text = text.replace("\r\n", "\n").replace('\r', "\n");
        }
        Outline { text, values }
    }
}
