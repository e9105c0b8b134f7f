//! HCL text as tokens that cover everything but the blanks between them.
//!
//! Total: any text has tokens. Whether they form valid HCL is the parser's business, not this
//! module's.

use std::ops::Range;

use super::scan;

/// What a token is, as far as escaping and layout ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Name,
    Number,
    Newline,
    /// Begins with `#` or `//`, and ends before the line does.
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
    /// `}` of a template sequence, with the `~` that may stand before it.
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

/// A token, and where its text begins and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Kind {
    /// Whether a token is one, whatever text is put into it.
    pub(super) fn is_text(self) -> bool {
        use Kind::*;
        matches!(self, QuotedText | HeredocText | LineComment | BlockComment)
    }
}

impl Token {
    pub(super) fn range(&self) -> Range<usize> {
        self.start..self.end
    }

    /// The token where what stood at `before` stands at `after`; it stands no earlier.
    pub(super) fn moved(self, before: usize, after: usize) -> Token {
        let Token { kind, start, end } = self;
        Token { kind, start: start - before + after, end: end - before + after }
    }
}

/// All tokens of a text.
pub(super) fn tokens(source: &str) -> Vec<Token> {
    // Four bytes and more are in a token, blanks counted: so the list seldom has to grow.
    let mut tokens = Vec::with_capacity(source.len() / 4 + 1);
    tokens.extend(Lexer { source, at: 0, modes: Vec::new() });
    tokens
}

/// The marker that the opener of a heredoc names.
pub(super) fn marker(opener: &str) -> &str {
    opener.trim_start_matches('<').trim_start_matches('-').trim_end()
}

/// Reads tokens one by one.
struct Lexer<'a> {
    source: &'a str,
    at: usize,
    modes: Vec<Mode<'a>>,
}

/// What surrounds the place that is read; outside of everything there is none.
#[derive(Clone, Copy)]
enum Mode<'a> {
    Brace,
    Template,
    Quoted,
    Heredoc { marker: &'a str },
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a [u8] {
        &self.source.as_bytes()[self.at..]
    }

    fn bare(&mut self) -> Option<(Kind, usize)> {
        self.at += scan::blanks(self.rest());
        let rest = self.rest();
        let first = *rest.first()?;
        Some(match first {
            b'\n' => (Kind::Newline, 1),
            b'\r' if rest.starts_with(b"\r\n") => (Kind::Newline, 2),
            b'#' => (Kind::LineComment, scan::line_comment(rest)),
            b'/' if rest.starts_with(b"//") => (Kind::LineComment, scan::line_comment(rest)),
            b'/' if rest.starts_with(b"/*") => (Kind::BlockComment, scan::block_comment(rest)),
            b'"' => {
                self.modes.push(Mode::Quoted);
                (Kind::OpenQuote, 1)
            }
            b'<' if rest.starts_with(b"<<") => self.heredoc_opener().unwrap_or((Kind::Operator, 1)),
            b'{' => {
                self.modes.push(Mode::Brace);
                (Kind::Open, 1)
            }
            b'}' => self.closing_brace(1),
            b'~' if rest.starts_with(b"~}") => self.closing_brace(2),
            b'0'..=b'9' => (Kind::Number, scan::number(rest)),
            _ if scan::continues_name(first) && first != b'-' => (Kind::Name, scan::name(rest)),
            _ => scan::sign(rest),
        })
    }

    fn closing_brace(&mut self, length: usize) -> (Kind, usize) {
        match self.modes.pop() {
            Some(Mode::Template) => (Kind::CloseTemplate, length),
            _ => (Kind::Close, length),
        }
    }

    fn heredoc_opener(&mut self) -> Option<(Kind, usize)> {
        let line = &self.source[self.at..];
        let line = &line[..line.find('\n')? + 1];
        let marker = marker(line);
        let is_marker = !marker.is_empty() && marker.bytes().all(scan::continues_name);
        is_marker.then(|| {
            self.modes.push(Mode::Heredoc { marker });
            (Kind::OpenHeredoc, line.len())
        })
    }

    fn quoted(&mut self) -> Option<(Kind, usize)> {
        let rest = self.rest();
        match rest.first()? {
            b'"' => {
                self.modes.pop();
                Some((Kind::CloseQuote, 1))
            }
            b'\n' => {
                self.modes.pop();
                Some((Kind::Newline, 1))
            }
            _ => {
                Some(self.template_opener().unwrap_or((Kind::QuotedText, scan::quoted_text(rest))))
            }
        }
    }

    fn heredoc(&mut self, marker: &str) -> Option<(Kind, usize)> {
        let begins_line = self.source[..self.at].ends_with('\n');
        let text = &self.source[self.at..];
        let first_line = text.lines().next()?;
        if begins_line && first_line.trim() == marker {
            self.modes.pop();
            return Some((Kind::CloseHeredoc, first_line.len()));
        }
        let text_length = scan::heredoc_text(text, marker);
        Some(self.template_opener().unwrap_or((Kind::HeredocText, text_length)))
    }

    fn template_opener(&mut self) -> Option<(Kind, usize)> {
        let length = scan::template_opener(self.rest())?;
        self.modes.push(Mode::Template);
        Some((Kind::OpenTemplate, length))
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let (kind, length) = match self.modes.last() {
            Some(Mode::Quoted) => self.quoted()?,
            Some(&Mode::Heredoc { marker }) => self.heredoc(marker)?,
            _ => self.bare()?,
        };
        let start = self.at;
        self.at += length;
        Some(Token { kind, start, end: self.at })
    }
}
