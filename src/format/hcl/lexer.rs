//! Splits HCL text into tokens, which cover everything but the blanks between them.
//!
//! Every text has tokens. The parser decides if they are valid HCL.

use super::scan;
use super::token::{HclToken, HclTokenKind};

/// All tokens of a text.
pub(super) fn tokens(source: &str) -> Vec<HclToken> {
    // With its blanks, a token takes at least four bytes on average: the list seldom grows.
    let mut tokens = Vec::with_capacity(source.len() / 4 + 1);
    tokens.extend(Lexer { source, at: 0, modes: Vec::new() });
    tokens
}

/// The delimiter in the opener of a heredoc.
pub(super) fn delimiter(opener: &str) -> &str {
    opener.trim_start_matches('<').trim_start_matches('-').trim_end()
}

/// An iterator over tokens.
struct Lexer<'a> {
    source: &'a str,
    at: usize,
    modes: Vec<LexerMode<'a>>,
}

/// A construct around the current position.
#[derive(Clone, Copy)]
enum LexerMode<'a> {
    Brace,
    Template,
    Quoted,
    Heredoc { delimiter: &'a str },
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a [u8] {
        &self.source.as_bytes()[self.at..]
    }

    fn bare(&mut self) -> Option<(HclTokenKind, usize)> {
        self.at += scan::blanks(self.rest());
        let rest = self.rest();
        let first = *rest.first()?;
        Some(match first {
            b'\n' => (HclTokenKind::Newline, 1),
            b'\r' if rest.starts_with(b"\r\n") => (HclTokenKind::Newline, 2),
            b'#' => (HclTokenKind::LineComment, scan::line_comment(rest)),
            b'/' if rest.starts_with(b"//") => {
                (HclTokenKind::LineComment, scan::line_comment(rest))
            }
            b'/' if rest.starts_with(b"/*") => {
                (HclTokenKind::BlockComment, scan::block_comment(rest))
            }
            b'"' => {
                self.modes.push(LexerMode::Quoted);
                (HclTokenKind::OpenQuote, 1)
            }
            b'<' if rest.starts_with(b"<<") => {
                self.heredoc_opener().unwrap_or((HclTokenKind::Operator, 1))
            }
            b'{' => {
                self.modes.push(LexerMode::Brace);
                (HclTokenKind::Open, 1)
            }
            b'}' => self.closing_brace(1),
            b'~' if rest.starts_with(b"~}") => self.closing_brace(2),
            b'0'..=b'9' => (HclTokenKind::Number, scan::number(rest)),
            _ if scan::continues_name(first) && first != b'-' => {
                (HclTokenKind::Name, scan::name(rest))
            }
            _ => scan::sign(rest),
        })
    }

    fn closing_brace(&mut self, length: usize) -> (HclTokenKind, usize) {
        match self.modes.pop() {
            Some(LexerMode::Template) => (HclTokenKind::CloseTemplate, length),
            _ => (HclTokenKind::Close, length),
        }
    }

    fn heredoc_opener(&mut self) -> Option<(HclTokenKind, usize)> {
        let line = &self.source[self.at..];
        let line = &line[..line.find('\n')? + 1];
        let delimiter = delimiter(line);
        let is_delimiter = !delimiter.is_empty() && delimiter.bytes().all(scan::continues_name);
        is_delimiter.then(|| {
            self.modes.push(LexerMode::Heredoc { delimiter });
            (HclTokenKind::OpenHeredoc, line.len())
        })
    }

    fn quoted(&mut self) -> Option<(HclTokenKind, usize)> {
        let rest = self.rest();
        match rest.first()? {
            b'"' => {
                self.modes.pop();
                Some((HclTokenKind::CloseQuote, 1))
            }
            b'\n' => {
                self.modes.pop();
                Some((HclTokenKind::Newline, 1))
            }
            _ => Some(
                self.template_opener()
                    .unwrap_or((HclTokenKind::QuotedText, scan::quoted_text(rest))),
            ),
        }
    }

    fn heredoc(&mut self, delimiter: &str) -> Option<(HclTokenKind, usize)> {
        let begins_line = self.source[..self.at].ends_with('\n');
        let text = &self.source[self.at..];
        let first_line = text.lines().next()?;
        if begins_line && first_line.trim() == delimiter {
            self.modes.pop();
            return Some((HclTokenKind::CloseHeredoc, first_line.len()));
        }
        let text_length = scan::heredoc_text(text, delimiter);
        Some(self.template_opener().unwrap_or((HclTokenKind::HeredocText, text_length)))
    }

    fn template_opener(&mut self) -> Option<(HclTokenKind, usize)> {
        let length = scan::template_opener(self.rest())?;
        self.modes.push(LexerMode::Template);
        Some((HclTokenKind::OpenTemplate, length))
    }
}

impl Iterator for Lexer<'_> {
    type Item = HclToken;

    fn next(&mut self) -> Option<HclToken> {
        let (kind, length) = match self.modes.last() {
            Some(LexerMode::Quoted) => self.quoted()?,
            Some(&LexerMode::Heredoc { delimiter }) => self.heredoc(delimiter)?,
            _ => self.bare()?,
        };
        let start = self.at;
        self.at += length;
        Some(HclToken { kind, start, end: self.at })
    }
}
