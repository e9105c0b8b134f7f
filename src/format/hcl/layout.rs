//! The layout of `terraform fmt`: indentation, spaces and aligned columns.
//!
//! Changes only the blanks between tokens: tokens and lines stay the same. The rewrites come before.

use std::collections::BTreeMap;

use unicode_segmentation::UnicodeSegmentation;

use super::token::{HclToken, HclTokenKind};
use crate::format::push_blanks;

/// A text in canonical layout.
pub(super) struct LaidOut {
    pub(super) text: String,
    pub(super) tokens: Vec<HclToken>,
    /// For each token, whether the position of a later token on its line depends on its width.
    pub(super) measured: Vec<bool>,
}

/// The columns that some tokens, by their index, count as.
pub(super) type Widths = BTreeMap<usize, usize>;

/// The canonical layout of a text with these tokens. Blank lines at its end remain.
pub(super) fn canonical(source: &str, tokens: Vec<HclToken>, widths: &Widths) -> LaidOut {
    let (blanks, measured) = (vec![0; tokens.len()], vec![false; tokens.len()]);
    let mut sheet = Sheet { source, tokens, widths, blanks, measured };
    sheet.space();
    let lines = sheet.lines();
    sheet.indent(&lines);
    sheet.align(&lines, |line| line.assignment);
    sheet.align(&lines, |line| line.comment);
    sheet.written()
}

/// Tokens, and the number of blanks before each.
struct Sheet<'a> {
    source: &'a str,
    tokens: Vec<HclToken>,
    widths: &'a Widths,
    blanks: Vec<usize>,
    /// As in [`LaidOut`].
    measured: Vec<bool>,
}

/// The tokens up to a newline token. A heredoc or a block comment contains further line ends.
struct TokenLine {
    start: usize,
    /// The `=` that is aligned with those of the lines around it.
    assignment: Option<usize>,
    /// The comment that is aligned likewise.
    comment: Option<usize>,
    /// The index after the last token, which is the newline if there is one.
    end: usize,
}

impl Sheet<'_> {
    fn space(&mut self) {
        for index in 1..self.tokens.len() {
            self.blanks[index] = usize::from(self.is_apart(index));
        }
    }

    /// Returns true if a blank separates a token from the one before it on its line.
    fn is_apart(&self, index: usize) -> bool {
        use HclTokenKind::*;
        let (before, after) = (self.tokens[index - 1].kind, self.tokens[index].kind);
        match (before, after) {
            (_, Newline | Comma | Ellipsis | Dot) | (Dot | Bang, _) => false,
            (OpenTemplate, Open) => self.byte(index) == b'{',
            (Close, CloseTemplate) => self.byte(index - 1) == b'}',
            (
                OpenQuote | QuotedText | OpenHeredoc | HeredocText | OpenTemplate | CloseTemplate,
                _,
            )
            | (
                _,
                CloseQuote | QuotedText | CloseHeredoc | HeredocText | OpenTemplate | CloseTemplate,
            ) => false,
            (Open, Close) => false,
            (Comma, Close) => true,
            (Open, _) => self.byte(index - 1) == b'{',
            (_, Close) => self.byte(index) == b'}',
            (Name, Open) if self.byte(index) == b'(' => false,
            (Name | Number | Close, Open) if self.byte(index) == b'[' => {
                &self.source[self.tokens[index - 1].range()] == "in"
            }
            (Minus, _) => !self.is_unary(index - 1),
            _ => true,
        }
    }

    fn is_unary(&self, minus: usize) -> bool {
        use HclTokenKind::*;
        let Some(before) = minus.checked_sub(1) else { return true };
        let before = &self.tokens[before];
        matches!(before.kind, Open | Comma | Equals | Operator | Minus | Bang | Newline)
            && &self.source[before.range()] != "=>"
    }

    fn byte(&self, index: usize) -> u8 {
        self.source.as_bytes()[self.tokens[index].start]
    }

    fn lines(&self) -> Vec<TokenLine> {
        let mut lines = Vec::with_capacity(self.tokens.len() / 6);
        let mut start = 0;
        for (index, token) in self.tokens.iter().enumerate() {
            if token.kind == HclTokenKind::Newline || index + 1 == self.tokens.len() {
                lines.push(self.line(start, index + 1));
                start = index + 1;
            }
        }
        lines
    }

    fn line(&self, start: usize, end: usize) -> TokenLine {
        let tokens = &self.tokens[start..end];
        let assignment = tokens.iter().skip(1).position(|token| token.kind == HclTokenKind::Equals);
        let assignment = assignment.map(|index| start + 1 + index);
        let assignment = assignment.filter(|index| net(&self.tokens[*index..end]) == 0);
        let comment =
            tokens.iter().skip(1).position(|token| token.kind == HclTokenKind::LineComment);
        TokenLine { start, assignment, comment: comment.map(|index| start + 1 + index), end }
    }

    /// A line that opens more brackets than it closes indents the following lines by one step, up
    /// to the line that closes the last of those brackets.
    fn indent(&mut self, lines: &[TokenLine]) {
        let mut open: Vec<isize> = Vec::new();
        for line in lines {
            let tokens = &self.tokens[line.start..line.end];
            let heredoc = tokens.iter().position(|token| token.kind == HclTokenKind::OpenHeredoc);
            let net = net(&tokens[..heredoc.unwrap_or(tokens.len())]);
            let mut closed = -net;
            while closed > 0
                && let Some(brackets) = open.last_mut()
            {
                let left = *brackets - closed;
                *brackets = left;
                closed = -left;
                if left <= 0 {
                    open.pop();
                }
            }
            let is_blank = tokens[0].kind == HclTokenKind::Newline;
            self.blanks[line.start] = if is_blank { 0 } else { 2 * open.len() };
            if net > 0 {
                open.push(net);
            }
        }
    }

    /// Aligns a cell in each run of adjacent lines that have one.
    fn align(&mut self, lines: &[TokenLine], cell: impl Fn(&TokenLine) -> Option<usize>) {
        for run in lines.chunk_by(|a, b| cell(a).is_some() && cell(b).is_some()) {
            let cells = || run.iter().filter_map(|line| Some((line.start, cell(line)?)));
            if let [_] = run {
                cells().for_each(|(_, cell)| self.blanks[cell] = 1);
                continue;
            }
            let widths: Vec<_> = cells().map(|(start, cell)| self.width(start, cell)).collect();
            let widest = widths.iter().copied().max().unwrap_or(0);
            for ((start, cell), width) in cells().zip(widths) {
                self.blanks[cell] = widest - width + 1;
                self.measured[start..cell].fill(true);
            }
        }
    }

    fn width(&self, start: usize, end: usize) -> usize {
        (start..end)
            .map(|index| {
                if let Some(width) = self.widths.get(&index) {
                    return self.blanks[index] + width;
                }
                let token = self.tokens[index];
                let text = &self.source[token.range()];
                let is_plain = text.bytes().all(|byte| byte.is_ascii() && byte != b'\r');
                let width = match token.kind {
                    _ if is_plain => text.len(),
                    HclTokenKind::QuotedText => quoted_columns(text),
                    _ => columns(text),
                };
                self.blanks[index] + width
            })
            .sum()
    }

    fn written(self) -> LaidOut {
        let Sheet { source, mut tokens, blanks, measured, .. } = self;
        let mut text = String::with_capacity(source.len() + source.len() / 4);
        for (token, blanks) in tokens.iter_mut().zip(blanks) {
            push_blanks(&mut text, blanks);
            let start = text.len();
            text.push_str(&source[token.range()]);
            (token.start, token.end) = (start, text.len());
        }
        LaidOut { text, tokens, measured }
    }
}

/// The columns of a token. U+FFFD always counts as one: Terraform reads it as an encoding error.
fn columns(text: &str) -> usize {
    let parts = text.split('\u{FFFD}').map(|part| part.graphemes(true).count());
    parts.sum::<usize>() + text.matches('\u{FFFD}').count()
}

/// The columns of text between quotes. Terraform reads each `$`, `%`, `$${`, `%%{`, `$${~` and
/// `%%{~` in it as a token of its own, so no combining character joins it.
fn quoted_columns(text: &str) -> usize {
    let mut parts = text.split(['$', '%']);
    let before = parts.next().map_or(0, columns);
    let behind_signs = parts.map(|part| {
        let rest = part.strip_prefix("{~").or(part.strip_prefix('{')).unwrap_or(part);
        1 + part.len() - rest.len() + columns(rest)
    });
    before + behind_signs.sum::<usize>()
}

/// The number of opened brackets minus that of closed ones.
pub(super) fn net(tokens: &[HclToken]) -> isize {
    tokens
        .iter()
        .map(|token| match token.kind {
            HclTokenKind::Open | HclTokenKind::OpenTemplate => 1,
            HclTokenKind::Close | HclTokenKind::CloseTemplate => -1,
            _ => 0,
        })
        .sum()
}
