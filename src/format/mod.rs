//! The grammars that files are printed in: escaping by position, canonical layout, safe scalars.
//!
//! Values in, text out: nothing here knows settings, packs or the disk.

pub mod conflict_markers;
pub mod hcl;
pub mod lines;
pub mod markdown;
pub mod markers;
pub mod placeholders;
pub mod seal;
mod shell;
pub mod yaml;

/// The text of a file, and which template tags printed something on which of its lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printed {
    pub text: String,
    /// Pairs of a line of `text`, counted from 0, and the number of a template tag, in line order.
    pub tags: Vec<(u32, u32)>,
}

/// Adds blanks.
fn push_blanks(out: &mut String, mut count: usize) {
    const BLANKS: &str = "                                ";
    while count > BLANKS.len() {
        out.push_str(BLANKS);
        count -= BLANKS.len();
    }
    out.push_str(&BLANKS[..count]);
}

/// Why a text cannot be read back: a line and a column, both from 1, and what is wrong there.
pub type Fault = (usize, usize, String);

/// A value that may not stand where a template printed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misplaced {
    /// The number of the template tag that printed it.
    pub tag: u32,
    /// What is wrong, in one clause without a full stop.
    pub reason: String,
    /// What to do about it.
    pub help: String,
}
