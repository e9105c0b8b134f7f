//! A template's output with one placeholder for every value, so that a grammar can look around.
//!
//! Knows nothing of any grammar.

use crate::format::markers::{Piece, Value};

/// Stands for a value. Templates' own text never holds it.
pub const VALUE: char = '\u{FDD0}';

/// The shape of a template's output.
pub struct Outline<'a> {
    /// The template's own text with [`VALUE`] for each value.
    pub text: String,
    /// The values in the order of their placeholders.
    pub values: Vec<&'a Value<'a>>,
}

impl<'a> Outline<'a> {
    /// With a line feed for every line end.
    pub fn of(pieces: &'a [Piece<'_>]) -> Outline<'a> {
        let mut outline = Outline::verbatim(pieces);
        if outline.text.contains('\r') {
            outline.text = outline.text.replace("\r\n", "\n").replace('\r', "\n");
        }
        outline
    }

    /// With the template's own line ends.
    pub fn verbatim(pieces: &'a [Piece<'_>]) -> Outline<'a> {
        let mut text = String::with_capacity(pieces.iter().map(length).sum());
        let mut values = Vec::with_capacity(pieces.len() / 2 + 1);
        for piece in pieces {
            match piece {
                Piece::Literal(literal) => text.push_str(literal),
                Piece::Value(value) => {
                    text.push(VALUE);
                    values.push(value);
                }
            }
        }
        Outline { text, values }
    }
}

/// Where in a verbatim outline the placeholders begin, told by what it is made of.
pub fn places(pieces: &[Piece<'_>]) -> Vec<usize> {
    let mut end = 0;
    let places = pieces.iter().filter_map(|piece| {
        let start = end;
        end += length(piece);
        matches!(piece, Piece::Value(_)).then_some(start)
    });
    places.collect()
}

/// The bytes that a piece takes in an outline.
fn length(piece: &Piece<'_>) -> usize {
    match piece {
        Piece::Literal(literal) => literal.len(),
        Piece::Value(_) => VALUE.len_utf8(),
    }
}
