//! Block scalars of text templates: which lines belong to one, and where values stand in them.
//!
//! Sees one line at a time and nothing of what stands around the block.

use super::place::{Edges, Place};
use crate::format::placeholders::VALUE;

pub(super) const BLANKS: [char; 2] = [' ', '\t'];

/// A block scalar, from the line that announces it on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Block {
    folded: bool,
    /// The indentation of its text, once it is known.
    indent: Option<usize>,
    /// The least indentation its text may have.
    least: usize,
}

impl Block {
    /// The block that a line announces from its `|` or `>` on, if that is the last on the line.
    ///
    /// Lines indented by fewer than `least` blanks cannot belong to it.
    pub(super) fn announced(rest: &str, least: usize) -> Option<Block> {
        let tail = rest[1..].trim_start_matches(|c| matches!(c, '+' | '-' | '1'..='9'));
        let comment = tail.trim_start_matches(BLANKS);
        let is_last = comment.is_empty() || comment.starts_with('#');
        let least = least.max(1);
        let digit = rest[1..rest.len() - tail.len()].chars().find_map(|c| c.to_digit(10));
        let indent = digit.map(|digit| least - 1 + digit as usize);
        is_last.then_some(Block { folded: rest.starts_with('>'), indent, least })
    }

    /// The places of the values on the next line, or nothing if the block has ended before it.
    pub(super) fn line(&mut self, line: &str) -> Option<impl Iterator<Item = Place>> {
        let indent = indentation(line);
        let is_first = self.indent.is_none();
        if indent == line.len() {
            // Readers take the widest of the blank lines in front for the indentation.
            self.least = self.least.max(indent);
        } else if indent < self.indent.unwrap_or(self.least) {
            return None;
        } else {
            self.indent.get_or_insert(indent);
        }
        let is_edge = is_first || self.folded;
        let alone = line.chars().all(|c| c == VALUE || BLANKS.contains(&c));
        let places = line.match_indices(VALUE).map(move |(at, _)| {
            Place::Block(Edges { start: is_edge && at == indent, end: false, alone })
        });
        Some(places)
    }
}

/// How many blanks a line begins with.
pub(super) fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}
