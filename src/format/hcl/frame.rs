//! A template's own text with a slot for each value, and the tokens that it is read as.
//!
//! Knows which tokens values go into, and nothing of the values.

use std::ops::Range;

use super::lexer::{self, Kind, Token};

/// A text with slots, read.
pub(super) struct Frame {
    pub(super) source: String,
    pub(super) tokens: Vec<Token>,
    /// In the order of the text.
    pub(super) holders: Vec<Holder>,
    /// For each slot how far behind the start of its token it stands.
    pub(super) slots: Vec<usize>,
}

/// A token that holds slots.
#[derive(Clone)]
pub(super) struct Holder {
    /// Which token it is.
    pub(super) index: usize,
    /// Which slots it holds, of all in the text.
    pub(super) slots: Range<usize>,
    /// The line it begins on, counted from 0.
    pub(super) line: u32,
    /// The token that opened the heredoc around it.
    pub(super) heredoc: Option<usize>,
}

impl Frame {
    pub(super) fn read(source: &str, slots: &[usize]) -> Frame {
        let tokens = lexer::tokens(source);
        let mut holders = Vec::new();
        let mut offsets = Vec::with_capacity(slots.len());
        let mut heredocs = Vec::new();
        let (mut at, mut line) = (0, 0);
        for (index, token) in tokens.iter().enumerate() {
            match token.kind {
                Kind::OpenHeredoc => heredocs.push(index),
                Kind::CloseHeredoc => drop(heredocs.pop()),
                _ => {}
            }
            let first = offsets.len();
            let inside = slots[first..].iter().take_while(|slot| **slot < token.end);
            offsets.extend(inside.map(|slot| slot - token.start));
            if first < offsets.len() {
                line += newlines(&source[at..token.start]);
                at = token.start;
                let (slots, heredoc) = (first..offsets.len(), heredocs.last().copied());
                holders.push(Holder { index, slots, line, heredoc });
            }
        }
        Frame { source: source.to_owned(), tokens, holders, slots: offsets }
    }

    /// The text of a token.
    pub(super) fn text(&self, index: usize) -> &str {
        &self.source[self.tokens[index].range()]
    }

    /// What opens the heredoc around a token that holds slots.
    pub(super) fn heredoc(&self, holder: &Holder) -> &str {
        holder.heredoc.map_or("", |opener| self.text(opener))
    }

    /// Whether what stands beside a token leaves it a token of its own, whatever is put into it.
    pub(super) fn is_apart(&self, index: usize) -> bool {
        let source = self.source.as_bytes();
        let Token { start, end, .. } = self.tokens[index];
        let parts = |byte: Option<&u8>| byte.is_none_or(|byte| b" \t\n()[]{},=".contains(byte));
        parts(source[..start].last()) && parts(source.get(end))
    }
}

/// How many lines end in a text.
pub(super) fn newlines(text: &str) -> u32 {
    text.bytes().filter(|byte| *byte == b'\n').count() as u32
}
