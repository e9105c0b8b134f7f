//! TOML: values escaped for their position, and documents printed from data.
//!
//! Knows nothing of what reads the files.

mod document;
mod inline;
mod position;

use super::markers::Piece;
use super::placeholders::PlaceholderText;
use super::quotes::{self, QuoteRules};
use super::seal::Comment;
use super::{CodeFilter, DataPrinter, Format, ParseError, TemplatePrinter};
use super::{InvalidValue, Printed};

/// Files of settings in TOML.
pub(super) struct Toml;

impl Format for Toml {
    fn name(&self) -> &'static str {
        "TOML"
    }

    fn file_names(&self) -> &'static [&'static str] {
        &["*.toml"]
    }

    fn comment(&self) -> Option<Comment> {
        Some(Comment::Hash)
    }

    fn code_filters(&self) -> &'static [CodeFilter] {
        &[("toml", inline::inline)]
    }

    fn template_printer(&self) -> TemplatePrinter {
        Box::new(|pieces, _| print(pieces))
    }

    fn data_printer(&self) -> Option<DataPrinter> {
        Some(DataPrinter { text: document::text, line_paths: document::line_paths })
    }

    fn read_back(&self, text: &str) -> Result<(), ParseError> {
        let Err(error) = text.parse::<toml::Table>() else { return Ok(()) };
        let before = &text[..error.span().map_or(0, |span| span.start)];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(1, |text| text.chars().count() + 1);
        Err((line, column, error.message().to_owned()))
    }
}

const RULES: QuoteRules = QuoteRules {
    single: true,
    escapes: true,
    triple: true,
    wary: false,
    comments: &[("#", "")],
    comment_begins_word: false,
};

fn print(pieces: &[Piece<'_>]) -> Result<Printed, Vec<InvalidValue>> {
    let source = PlaceholderText::of(pieces);
    let positions = quotes::positions(&source.text, RULES);
    source.filled(|out, value, number| position::push(out, value, &positions[number]))
}

#[cfg(test)]
mod tests;
