//! Tokens of HCL.

use std::ops::Range;

/// The kind of a token, as far as escaping and layout need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HclTokenKind {
    Name,
    Number,
    Newline,
    /// From `#` or `//` to the end of its line, without the newline.
    LineComment,
    BlockComment,
    OpenQuote,
    CloseQuote,
    /// From `<<` to the end of its line, the newline included.
    OpenHeredoc,
    /// The line that ends a heredoc, without its newline.
    CloseHeredoc,
    /// Literal text between quotes.
    QuotedText,
    /// Literal text of a heredoc, up to the next template sequence or the end.
    HeredocText,
    /// `${` or `%{`, with the `~` that may follow.
    OpenTemplate,
    /// `}` of a template sequence, with the `~` that may precede it.
    CloseTemplate,
    /// `{`, `[` or `(`.
    Open,
    /// `}`, `]` or `)`.
    Close,
    Comma,
    /// `.` or `::`.
    Dot,
    Ellipsis,
    Equals,
    Bang,
    Minus,
    /// Any other sign.
    Operator,
}

/// A token with the range of its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HclToken {
    pub(super) kind: HclTokenKind,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl HclTokenKind {
    /// Returns true if a token remains one token, whatever its text is.
    pub(super) fn is_text(self) -> bool {
        use HclTokenKind::*;
        matches!(self, QuotedText | HeredocText | LineComment | BlockComment)
    }
}

impl HclToken {
    pub(super) fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    /// The token after an edit before it that moved offset `before` to `after`.
    pub(super) fn moved(self, before: usize, after: usize) -> HclToken {
        let HclToken { kind, start, end } = self;
        HclToken { kind, start: start - before + after, end: end - before + after }
    }
}
