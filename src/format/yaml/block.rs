//! Block scalars: their lines, and the positions of values in them.
//!
//! Reads one line at a time, and nothing around the block.

use super::context::{Edges, YamlContext};
use crate::format::placeholders::PLACEHOLDER;

pub(super) const BLANKS: [char; 2] = [' ', '\t'];

/// A block scalar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Block {
    folded: bool,
    /// The indentation of its text, as soon as it is known.
    indent: Option<usize>,
    /// The least indentation its text may have.
    least: usize,
    /// What its header says of the line ends behind its text.
    chomping: Chomping,
}

/// What becomes of the line ends behind the text of a block scalar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Chomping {
    /// `|-`: none is text.
    Strip,
    /// `|`: the first is text, if there is one.
    Clip,
    /// `|+`: all are text.
    Keep,
}

impl Block {
    /// The block whose header is the rest of a line, from `|` or `>`, if it is a header.
    ///
    /// Lines indented by fewer than `least` blanks do not belong to the block.
    pub(super) fn announced(rest: &str, least: usize) -> Option<Block> {
        let tail = rest[1..].trim_start_matches(|c| matches!(c, '+' | '-' | '1'..='9'));
        let comment = tail.trim_start_matches(BLANKS);
        let is_last = comment.is_empty() || comment.starts_with('#');
        let least = least.max(1);
        let digit = rest[1..rest.len() - tail.len()].chars().find_map(|c| c.to_digit(10));
        let indent = digit.map(|digit| least - 1 + digit as usize);
        let chomping = match &rest[1..rest.len() - tail.len()] {
            header if header.contains('+') => Chomping::Keep,
            header if header.contains('-') => Chomping::Strip,
            _ => Chomping::Clip,
        };
        is_last.then_some(Block { folded: rest.starts_with('>'), indent, least, chomping })
    }

    pub(super) fn chomping(&self) -> Chomping {
        self.chomping
    }

    /// The positions of the values on the next line, or `None` if the block ends before it.
    pub(super) fn line(&mut self, line: &str) -> Option<impl Iterator<Item = YamlContext>> {
        let indent = indentation(line);
        let is_first = self.indent.is_none();
        if indent == line.len() {
            // Readers use the widest of the leading blank lines as the indentation.
            self.least = self.least.max(indent);
        } else if indent < self.indent.unwrap_or(self.least) {
            return None;
        } else {
            self.indent.get_or_insert(indent);
        }
        let is_edge = is_first || self.folded;
        let alone = line.chars().all(|c| c == PLACEHOLDER || BLANKS.contains(&c));
        let contexts = line.match_indices(PLACEHOLDER).map(move |(at, _)| {
            YamlContext::Block(Edges { start: is_edge && at == indent, end: false, alone })
        });
        Some(contexts)
    }
}

/// The number of blanks at the start of a line.
pub(super) fn indentation(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}
