//! HCL: values written in the way their position asks for, laid out as `terraform fmt` does.
//!
//! Text in, text out: knows nothing of Terraform's blocks and arguments.

mod escape;
mod expression;
mod layout;
mod lexer;
mod objection;
mod parse;
mod place;
mod scan;
#[cfg(test)]
mod tests;

use super::mark::Piece;
use super::{Misplaced, Printed};

pub use escape::quoted;
pub use expression::{expression, is_identifier};
pub use parse::parse;

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
