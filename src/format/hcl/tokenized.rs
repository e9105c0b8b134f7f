//! The text of a template with a placeholder for each value, and its tokens.
//!
//! Knows which tokens hold placeholders, and nothing of the values.

use std::ops::Range;

use super::lexer;
use super::token::{HclToken, HclTokenKind};

/// A text with placeholders and its tokens.
#[derive(Clone)]
pub(super) struct TokenizedText {
    pub(super) source: String,
    pub(super) tokens: Vec<HclToken>,
    /// The tokens that hold placeholders, in the order of the text.
    pub(super) holders: Vec<PlaceholderToken>,
    /// For each placeholder its offset in its token.
    pub(super) offsets: Vec<usize>,
}

/// A token that holds placeholders.
#[derive(Clone)]
pub(super) struct PlaceholderToken {
    /// The index among the tokens.
    pub(super) index: usize,
    /// The placeholders that it holds, by their index in the text.
    pub(super) placeholders: Range<usize>,
    /// The line on which it begins, counted from 0.
    pub(super) line: u32,
    /// The token that opens the heredoc around it.
    pub(super) heredoc: Option<usize>,
}

impl TokenizedText {
    /// Reads a text whose placeholders begin at these bytes.
    pub(super) fn read(source: &str, placeholders: &[usize]) -> TokenizedText {
        let tokens = lexer::tokens(source);
        let mut holders = Vec::new();
        let mut offsets = Vec::with_capacity(placeholders.len());
        let mut heredocs = Vec::new();
        let (mut at, mut line) = (0, 0);
        for (index, token) in tokens.iter().enumerate() {
            match token.kind {
                HclTokenKind::OpenHeredoc => heredocs.push(index),
                HclTokenKind::CloseHeredoc => drop(heredocs.pop()),
                _ => {}
            }
            let first = offsets.len();
            let inside = placeholders[first..].iter().take_while(|start| **start < token.end);
            offsets.extend(inside.map(|start| start - token.start));
            if first < offsets.len() {
                line += newlines(&source[at..token.start]);
                at = token.start;
                let (placeholders, heredoc) = (first..offsets.len(), heredocs.last().copied());
                holders.push(PlaceholderToken { index, placeholders, line, heredoc });
            }
        }
        TokenizedText { source: source.to_owned(), tokens, holders, offsets }
    }

    /// The text of a token.
    pub(super) fn text(&self, index: usize) -> &str {
        &self.source[self.tokens[index].range()]
    }

    /// The opener of the heredoc around a token.
    pub(super) fn heredoc(&self, holder: &PlaceholderToken) -> &str {
        holder.heredoc.map_or("", |opener| self.text(opener))
    }

    /// Returns true if the bytes around a token keep it a token of its own, whatever its text
    /// becomes.
    pub(super) fn is_delimited(&self, index: usize) -> bool {
        let source = self.source.as_bytes();
        let HclToken { start, end, .. } = self.tokens[index];
        let delimits = |byte: Option<&u8>| byte.is_none_or(|byte| b" \t\n()[]{},=".contains(byte));
        delimits(source[..start].last()) && delimits(source.get(end))
    }
}

/// The number of line ends in a text.
pub(super) fn newlines(text: &str) -> u32 {
    text.bytes().filter(|byte| *byte == b'\n').count() as u32
}
