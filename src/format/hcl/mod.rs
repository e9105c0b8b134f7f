//! HCL: values written in the way their position asks for, laid out as `terraform fmt` does.
//!
//! Text in, text out: knows nothing of Terraform's blocks and arguments.

mod escape;
mod expression;
mod layout;
mod lexer;
mod objection;
mod place;
mod scan;
#[cfg(test)]
mod tests;

use super::mark::Piece;
use super::{Misplaced, Printed};

use lexer::Kind;

pub use escape::quoted;
pub use expression::{expression, is_identifier};

/// How the text of a file is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// As `terraform fmt` does, with one newline at the end.
    Canonical,
    /// As the template does.
    Keep,
}

/// Prints a template's output, with every value escaped for the place it stands in.
///
/// Inside quotes and heredocs Terraform reads back exactly the value, whatever stands beside it.
/// All values that may not stand where they do are reported.
pub fn print(pieces: &[Piece<'_>], layout: Layout) -> Result<Printed, Vec<Misplaced>> {
    let placed = place::place(pieces)?;
    let text = match layout {
        Layout::Canonical => layout::canonical(&placed.text, placed.tokens),
        Layout::Keep => placed.text,
    };
    Ok(Printed { text, tags: placed.tags })
}

/// Checks that text is valid HCL; otherwise says the line, the column and what is wrong.
pub fn check(text: &str) -> Result<(), (usize, usize, String)> {
    if let Some(line) = open_quote(text) {
        return Err((line, 1, "a string in quotes ends on the line it begins on".to_owned()));
    }
    let error = match hcl_edit::parser::parse_body(text) {
        Ok(_) => return Ok(()),
        Err(error) => error,
    };
    let location = error.location();
    Err((location.line(), location.column(), error.message().to_owned()))
}

/// The first line, from 1, that ends inside a quoted string: Terraform refuses what the parser takes.
fn open_quote(text: &str) -> Option<usize> {
    let tokens = lexer::tokens(text);
    let in_quotes = |kind| matches!(kind, Kind::OpenQuote | Kind::QuotedText | Kind::CloseTemplate);
    let broken =
        tokens.windows(2).find(|pair| in_quotes(pair[0].kind) && pair[1].kind == Kind::Newline)?;
    Some(text[..broken[1].start].matches('\n').count() + 1)
}
