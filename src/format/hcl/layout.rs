//! The layout of `terraform fmt`: indentation, spaces and aligned columns.
//!
//! Moves blanks between tokens and nothing else: no token and no line comes, goes or changes.

use std::collections::BTreeMap;

use unicode_segmentation::UnicodeSegmentation;

use super::lexer::{Kind, Token};
use crate::format::push_blanks;

/// A text with the blanks that `terraform fmt` puts between its tokens.
pub(super) struct LaidOut {
    pub(super) text: String,
    pub(super) tokens: Vec<Token>,
    /// For each token whether the place of something behind it depends on its width.
    pub(super) measured: Vec<bool>,
}

/// Tokens, by their index, that stand for others of so many columns.
pub(super) type Widths = BTreeMap<usize, usize>;

/// The layout of a text, of whose tokens all are given. Blank lines at its end stay.
pub(super) fn canonical(source: &str, tokens: Vec<Token>, widths: &Widths) -> LaidOut {
    let (blanks, measured) = (vec![0; tokens.len()], vec![false; tokens.len()]);
    let mut sheet = Sheet { source, tokens, widths, blanks, measured };
    sheet.space();
    let lines = sheet.lines();
    sheet.indent(&lines);
    sheet.align(&lines, |line| line.assignment);
    sheet.align(&lines, |line| line.comment);
    sheet.written()
}

/// Tokens, and how many blanks stand before each.
struct Sheet<'a> {
    source: &'a str,
    tokens: Vec<Token>,
    widths: &'a Widths,
    blanks: Vec<usize>,
    /// As [`LaidOut`] has it.
    measured: Vec<bool>,
}

/// The tokens up to a newline, which a heredoc or a block comment may hold more of.
struct Line {
    start: usize,
    /// The `=` that lines up with those of the lines around.
    assignment: Option<usize>,
    /// The comment that lines up likewise.
    comment: Option<usize>,
    /// After the last token, the newline included.
    end: usize,
}

impl Sheet<'_> {
    fn space(&mut self) {
        for index in 1..self.tokens.len() {
            self.blanks[index] = usize::from(self.is_apart(index));
        }
    }

    /// Whether a blank separates a token from the one before it on its line.
    fn is_apart(&self, index: usize) -> bool {
        use Kind::*;
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
        use Kind::*;
        let Some(before) = minus.checked_sub(1) else { return true };
        let before = &self.tokens[before];
        matches!(before.kind, Open | Comma | Equals | Operator | Minus | Bang | Newline)
            && &self.source[before.range()] != "=>"
    }

    fn byte(&self, index: usize) -> u8 {
        self.source.as_bytes()[self.tokens[index].start]
    }

    fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::with_capacity(self.tokens.len() / 6);
        let mut start = 0;
        for (index, token) in self.tokens.iter().enumerate() {
            if token.kind == Kind::Newline || index + 1 == self.tokens.len() {
                lines.push(self.line(start, index + 1));
                start = index + 1;
            }
        }
        lines
    }

    fn line(&self, start: usize, end: usize) -> Line {
        let tokens = &self.tokens[start..end];
        let assignment = tokens.iter().skip(1).position(|token| token.kind == Kind::Equals);
        let assignment = assignment.map(|index| start + 1 + index);
        let assignment = assignment.filter(|index| net(&self.tokens[*index..end]) == 0);
        let comment = tokens.iter().skip(1).position(|token| token.kind == Kind::LineComment);
        Line { start, assignment, comment: comment.map(|index| start + 1 + index), end }
    }

    /// A line that opens more brackets than it closes indents what follows by one step; closing
    /// the last of those brackets ends that.
    fn indent(&mut self, lines: &[Line]) {
        let mut open: Vec<isize> = Vec::new();
        for line in lines {
            let tokens = &self.tokens[line.start..line.end];
            let heredoc = tokens.iter().position(|token| token.kind == Kind::OpenHeredoc);
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
            let is_blank = tokens[0].kind == Kind::Newline;
            self.blanks[line.start] = if is_blank { 0 } else { 2 * open.len() };
            if net > 0 {
                open.push(net);
            }
        }
    }

    /// Pads a cell to the same column in each run of adjacent lines that have it.
    fn align(&mut self, lines: &[Line], cell: impl Fn(&Line) -> Option<usize>) {
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
                    Kind::QuotedText => quoted_columns(text),
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

/// The columns of a token. U+FFFD is one by itself: Terraform takes it for a mistake in the text.
fn columns(text: &str) -> usize {
    let parts = text.split('\u{FFFD}').map(|part| part.graphemes(true).count());
    parts.sum::<usize>() + text.matches('\u{FFFD}').count()
}

/// The columns of text between quotes. Terraform takes each `$`, `%`, `$${`, `%%{`, `$${~` and
/// `%%{~` in it for a token of its own, which no character beside it joins.
fn quoted_columns(text: &str) -> usize {
    let mut parts = text.split(['$', '%']);
    let before = parts.next().map_or(0, columns);
    let behind_signs = parts.map(|part| {
        let rest = part.strip_prefix("{~").or(part.strip_prefix('{')).unwrap_or(part);
        1 + part.len() - rest.len() + columns(rest)
    });
    before + behind_signs.sum::<usize>()
}

/// How many more brackets are opened than closed.
pub(super) fn net(tokens: &[Token]) -> isize {
    tokens
        .iter()
        .map(|token| match token.kind {
            Kind::Open | Kind::OpenTemplate => 1,
            Kind::Close | Kind::CloseTemplate => -1,
            _ => 0,
        })
        .sum()
}
