//! Values put into a template's own text, each written as its position asks.
//!
//! Finds positions from tokens alone. Of the template's own text nothing changes but a `$` or `%`
//! that would open, or end up escaping, a template sequence beside a value. Layout is not decided
//! here.

use unicode_segmentation::UnicodeSegmentation;

use super::escape;
use super::lexer::{self, Kind, Token};
use super::objection::objection;
use crate::format::Misplaced;
use crate::format::mark::{Piece, Value};

/// Stands in for a value while positions are found. No template's own text holds it, and to the
/// lexer it is a letter.
const SLOT: char = '\u{FDD0}';

/// A value, and the offset of its slot.
type Slot<'a> = (usize, &'a Value<'a>);

/// A text whose values are written, in the template's own layout.
pub(super) struct Placed {
    pub(super) text: String,
    pub(super) tokens: Vec<Token>,
    /// As [`crate::format::Printed`] has them.
    pub(super) tags: Vec<(u32, u32)>,
}

/// The template's output with every value written.
pub(super) fn place(pieces: &[Piece<'_>]) -> Result<Placed, Vec<Misplaced>> {
    let length = |piece: &Piece<'_>| match piece {
        Piece::Literal(text) => text.len(),
        Piece::Value(_) => SLOT.len_utf8(),
    };
    let mut source = String::with_capacity(pieces.iter().map(length).sum());
    let mut slots = Vec::with_capacity(pieces.len() / 2 + 1);
    for piece in pieces {
        match piece {
            Piece::Literal(text) => source.push_str(text),
            Piece::Value(value) => {
                slots.push((source.len(), value));
                source.push(SLOT);
            }
        }
    }
    let tokens = lexer::tokens(&source);
    let misplaced = misplaced(&source, &tokens, &slots);
    if !misplaced.is_empty() {
        return Err(misplaced);
    }
    let out = String::with_capacity(2 * source.len());
    let placed = Vec::with_capacity(tokens.len() + tokens.len() / 4);
    let (source, tokens, printed) = (&source, &tokens, Vec::new());
    let mut placer = Placer { source, tokens, out, placed, is_anew: false, printed };
    placer.place(&slots);
    Ok(placer.finish())
}

fn misplaced(source: &str, tokens: &[Token], slots: &[Slot<'_>]) -> Vec<Misplaced> {
    let mut misplaced = Vec::new();
    let mut index = 0;
    for &(slot, value) in slots {
        index += tokens[index..].partition_point(|token| token.end <= slot);
        if let Some((reason, help)) = objection(source, tokens, index, slot, value) {
            let (reason, help) = (reason.to_owned(), help.to_owned());
            misplaced.push(Misplaced { tag: value.tag, reason, help });
        }
    }
    misplaced
}

struct Placer<'a> {
    source: &'a str,
    tokens: &'a [Token],
    out: String,
    /// The tokens of `out`.
    placed: Vec<Token>,
    /// Whether a value brought or joined tokens, so that all have to be read anew.
    is_anew: bool,
    /// Where in `out` each value begins and ends, and its tag.
    printed: Vec<(usize, usize, u32)>,
}

impl<'a> Placer<'a> {
    fn place(&mut self, mut slots: &[Slot<'_>]) {
        let mut heredocs: Vec<&str> = Vec::new();
        let mut copied = 0;
        for (index, token) in self.tokens.iter().enumerate() {
            match token.kind {
                Kind::OpenHeredoc => heredocs.push(&self.source[token.range()]),
                Kind::CloseHeredoc => drop(heredocs.pop()),
                _ => {}
            }
            let inside = slots.iter().take_while(|(slot, _)| *slot < token.end).count();
            if inside == 0 {
                // It is copied with all that stands before the next value.
                let moved = |at: usize| self.out.len() + (at - copied);
                let (start, end) = (moved(token.start), moved(token.end));
                self.placed.push(Token { kind: token.kind, start, end });
                continue;
            }
            let (inside, rest) = slots.split_at(inside);
            slots = rest;
            self.out.push_str(&self.source[copied..token.start]);
            copied = token.end;
            let start = self.out.len();
            self.token(index, inside, heredocs.last().copied().unwrap_or_default());
            self.note(index, start);
        }
        self.out.push_str(&self.source[copied..]);
    }

    /// Notes the tokens that a token with values in it became.
    fn note(&mut self, index: usize, start: usize) {
        let Token { kind, start: before, end: after } = self.tokens[index];
        let written = &self.out[start..];
        if matches!(kind, Kind::QuotedText | Kind::HeredocText) {
            // No escaped value holds an open quote: it was written as a sequence of its own.
            self.is_anew |= written.contains("${\"");
        }
        if is_text(kind) {
            let end = self.out.len();
            self.placed.extend((start < end).then_some(Token { kind, start, end }));
            return;
        }
        let source = self.source.as_bytes();
        let is_apart = |byte: Option<&u8>| byte.is_none_or(|byte| b" \t\n()[]{},=".contains(byte));
        self.is_anew |= !is_apart(source[..before].last()) || !is_apart(source.get(after));
        let moved = |it: Token| Token { start: start + it.start, end: start + it.end, ..it };
        self.placed.extend(lexer::tokens(written).into_iter().map(moved));
    }

    fn finish(self) -> Placed {
        let read = || lexer::tokens(&self.out);
        let tokens = if self.is_anew { read() } else { self.placed };
        debug_assert_eq!(tokens, read());
        Placed { tags: line_tags(&self.out, &self.printed), tokens, text: self.out }
    }

    fn token(&mut self, index: usize, slots: &[Slot<'_>], heredoc: &str) {
        match self.tokens[index].kind {
            Kind::QuotedText => self.quoted(index, slots),
            Kind::HeredocText => self.heredoc(index, slots, heredoc),
            Kind::LineComment => self.fill(index, slots, escape::push_comment, |_, _| {}),
            Kind::BlockComment => {
                self.fill(index, slots, escape::push_block_comment, escape::part_comment_end);
            }
            _ => self.fill(index, slots, String::push_str, |_, _| {}),
        }
    }

    fn quoted(&mut self, index: usize, slots: &[Slot<'_>]) {
        let is_stripped = self.is_stripped(index);
        let write = |out: &mut String, text: &str| {
            if is_stripped && !is_solid(text) {
                escape::push_interpolated(out, text);
            } else {
                escape::push_quoted(out, text);
            }
        };
        self.fill(index, slots, write, escape::part_sign);
        self.part_from_sequence(index);
    }

    /// A heredoc has no escapes, so what it cannot hold as it is becomes a quoted string in a
    /// template sequence.
    fn heredoc(&mut self, index: usize, slots: &[Slot<'_>], opener: &str) {
        let is_stripped = self.is_stripped(index);
        let is_dedented = opener.starts_with("<<-");
        let write = |out: &mut String, text: &str| {
            if text.chars().any(escape::is_lost_in_heredoc)
                || is_stripped && !is_solid(text)
                || is_dedented && changes_indent(out, text)
            {
                escape::push_interpolated(out, text);
            } else {
                escape::push_plain(out, text);
            }
        };
        let (start, printed) = (self.out.len(), self.printed.len());
        self.fill(index, slots, write, escape::part_sign);
        let marker = opener.trim_start_matches(['<', '-']).trim_end();
        if ends_heredoc(&self.out, start, marker) {
            self.out.truncate(start);
            self.printed.truncate(printed);
            self.fill(index, slots, escape::push_interpolated, escape::part_sign);
        }
        self.part_from_sequence(index);
    }

    /// Writes a token: values with `write`, and after each of them `join` to keep the template's
    /// text that follows from changing its meaning.
    fn fill(
        &mut self,
        index: usize,
        slots: &[Slot<'_>],
        write: impl Fn(&mut String, &str),
        join: impl Fn(&mut String, &str),
    ) {
        let text = &self.source[self.tokens[index].range()];
        let mut literals = text.split(SLOT);
        self.out.extend(literals.next());
        for ((_, value), literal) in slots.iter().zip(literals) {
            let start = self.out.len();
            write(&mut self.out, &value.text);
            self.printed.push((start, self.out.len(), value.tag));
            join(&mut self.out, literal);
            self.out.push_str(literal);
        }
    }

    /// Whether a `~` beside a text strips blanks off it.
    fn is_stripped(&self, index: usize) -> bool {
        let source = self.source.as_bytes();
        let text = self.tokens[index];
        source[..text.start].ends_with(b"~}")
            || matches!(source[text.end..], [b'$' | b'%', b'{', b'~', ..])
    }

    /// Parts a sign at the end of a text from the template sequence that follows.
    fn part_from_sequence(&mut self, index: usize) {
        if let Some(next) = self.tokens.get(index + 1)
            && next.kind == Kind::OpenTemplate
        {
            let sign = char::from(self.source.as_bytes()[next.start]);
            escape::part_from_sequence(&mut self.out, sign);
        }
    }
}

/// Whether a token is one whatever text is put into it.
fn is_text(kind: Kind) -> bool {
    use Kind::*;
    matches!(kind, QuotedText | HeredocText | LineComment | BlockComment)
}

/// Whether a `~` beside a text would leave it alone.
fn is_solid(text: &str) -> bool {
    let is_solid = |c: char| !c.is_whitespace();
    text.starts_with(is_solid) && text.ends_with(is_solid)
}

/// Whether a text that begins at the end of `out` may change how far a `<<-` heredoc is indented.
fn changes_indent(out: &str, text: &str) -> bool {
    let line = &out[out.rfind('\n').map_or(0, |newline| newline + 1)..];
    let begins_line = line.trim_start().is_empty();
    text.contains('\n') || begins_line && !stands_apart(text)
}

/// Whether a text begins with something that is neither a blank nor joins the blank before it:
/// Terraform takes indentation away in whole graphemes.
fn stands_apart(text: &str) -> bool {
    text.chars().next().is_some_and(|first| {
        !first.is_whitespace() && String::from_iter([' ', first]).graphemes(true).count() == 2
    })
}

/// Whether a line from `start` on begins as the line that ends the heredoc does. More may follow:
/// Terraform goes on then, but not every parser does.
fn ends_heredoc(out: &str, start: usize, marker: &str) -> bool {
    out[start..].split('\n').map(str::trim_start).any(|line| line.starts_with(marker))
}

/// Every line that a value stands on, with the value's tag.
fn line_tags(text: &str, printed: &[(usize, usize, u32)]) -> Vec<(u32, u32)> {
    let newlines = |range: &str| range.bytes().filter(|byte| *byte == b'\n').count() as u32;
    let mut tags = Vec::with_capacity(printed.len());
    let (mut at, mut line) = (0, 0);
    for &(start, end, tag) in printed {
        line += newlines(&text[at..start]);
        let last = line + newlines(&text[start..end]);
        tags.extend((line..=last).map(|line| (line, tag)));
        (at, line) = (end, last);
    }
    tags
}
