//! Values put into a template's own text, each written as its position asks.
//!
//! Finds positions from tokens alone. Of the template's own text nothing changes but a `$` or `%`
//! that would open, or end up escaping, a template sequence beside a value. Layout is not decided
//! here.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::escape;
use super::frame::{Frame, Holder, newlines};
use super::lexer::{self, Kind, Token};
use super::objection::objection;
use crate::format::Misplaced;
use crate::format::markers::Value;
use crate::format::placeholders::VALUE;

/// A text whose values are written, in the layout of its frame.
pub(super) struct Placed {
    pub(super) text: String,
    /// As [`crate::format::Printed`] has them.
    pub(super) tags: Vec<(u32, u32)>,
    /// Where in `text` each token that holds slots begins and ends.
    held: Vec<Range<usize>>,
}

/// All values that may not stand where they do.
pub(super) fn misplaced(frame: &Frame, values: &[&Value<'_>]) -> Vec<Misplaced> {
    let mut misplaced = Vec::new();
    for holder in &frame.holders {
        for slot in holder.slots.clone() {
            let value = values[slot];
            let found = objection(frame, holder.index, frame.slots[slot], value);
            if let Some((reason, help)) = found {
                let (reason, help) = (reason.to_owned(), help.to_owned());
                misplaced.push(Misplaced { tag: value.tag, reason, help });
            }
        }
    }
    misplaced
}

/// A frame with every value written.
pub(super) fn place(frame: &Frame, values: &[&Value<'_>]) -> Placed {
    let held = Vec::with_capacity(frame.holders.len());
    let printed = Vec::with_capacity(values.len());
    let out = String::with_capacity(frame.source.len() + frame.source.len() / 2);
    let mut placer = Placer { frame, out, held, printed };
    placer.place(values);
    Placed { tags: line_tags(&placer), text: placer.out, held: placer.held }
}

/// The tokens of a text that values were placed in.
pub(super) fn tokens(frame: &Frame, placed: &Placed) -> Vec<Token> {
    let read = || lexer::tokens(&placed.text);
    let tokens = known_tokens(frame, placed).unwrap_or_else(read);
    debug_assert_eq!(tokens, read());
    tokens
}

/// The tokens of the frame, each where it stands now, with those that the values brought. None
/// where a value brought or joined tokens, so that all have to be read anew.
fn known_tokens(frame: &Frame, placed: &Placed) -> Option<Vec<Token>> {
    let mut tokens = Vec::with_capacity(frame.tokens.len() + frame.tokens.len() / 4);
    let (mut next, mut before, mut after) = (0, 0, 0);
    for (holder, held) in frame.holders.iter().zip(&placed.held) {
        let moved = |it: &Token| it.moved(before, after);
        tokens.extend(frame.tokens[next..holder.index].iter().map(moved));
        let Token { kind, end, .. } = frame.tokens[holder.index];
        (next, before, after) = (holder.index + 1, end, held.end);
        let written = &placed.text[held.clone()];
        // No escaped value holds an open quote: it was written as a sequence of its own.
        let has_sequence = matches!(kind, Kind::QuotedText | Kind::HeredocText);
        if has_sequence && written.contains("${\"") {
            return None;
        }
        if kind.is_text() {
            let Range { start, end } = held.clone();
            tokens.extend((start < end).then_some(Token { kind, start, end }));
        } else if frame.is_apart(holder.index) {
            tokens.extend(lexer::tokens(written).iter().map(|it| it.moved(0, held.start)));
        } else {
            return None;
        }
    }
    tokens.extend(frame.tokens[next..].iter().map(|it| it.moved(before, after)));
    Some(tokens)
}

struct Placer<'a> {
    frame: &'a Frame,
    out: String,
    /// As [`Placed`] has them.
    held: Vec<Range<usize>>,
    /// For each slot where in `out` its value begins and ends, and its tag.
    printed: Vec<(usize, usize, u32)>,
}

impl Placer<'_> {
    fn place(&mut self, values: &[&Value<'_>]) {
        let mut copied = 0;
        for holder in &self.frame.holders {
            let token = self.frame.tokens[holder.index];
            self.out.push_str(&self.frame.source[copied..token.start]);
            copied = token.end;
            let start = self.out.len();
            self.token(holder, values);
            self.held.push(start..self.out.len());
        }
        self.out.push_str(&self.frame.source[copied..]);
    }

    fn token(&mut self, holder: &Holder, values: &[&Value<'_>]) {
        match self.frame.tokens[holder.index].kind {
            Kind::QuotedText => self.quoted(holder, values),
            Kind::HeredocText => self.heredoc(holder, values),
            Kind::LineComment => self.fill(holder, values, escape::push_comment, |_, _| {}),
            Kind::BlockComment => {
                self.fill(holder, values, escape::push_block_comment, escape::part_comment_end);
            }
            _ => self.fill(holder, values, String::push_str, |_, _| {}),
        }
    }

    fn quoted(&mut self, holder: &Holder, values: &[&Value<'_>]) {
        let is_stripped = self.is_stripped(holder.index);
        let write = |out: &mut String, text: &str| {
            if is_stripped && !is_solid(text) {
                escape::push_interpolated(out, text);
            } else {
                escape::push_quoted(out, text);
            }
        };
        self.fill(holder, values, write, escape::part_sign);
        self.part_from_sequence(holder.index);
    }

    /// A heredoc has no escapes, so what it cannot hold as it is becomes a quoted string in a
    /// template sequence.
    fn heredoc(&mut self, holder: &Holder, values: &[&Value<'_>]) {
        let is_stripped = self.is_stripped(holder.index);
        let opener = self.frame.heredoc(holder);
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
        self.fill(holder, values, write, escape::part_sign);
        if ends_heredoc(&self.out, start, lexer::marker(opener)) {
            self.out.truncate(start);
            self.printed.truncate(printed);
            self.fill(holder, values, escape::push_interpolated, escape::part_sign);
        }
        self.part_from_sequence(holder.index);
    }

    /// Writes a token: values with `write`, and after each of them `join` to keep the template's
    /// text that follows from changing its meaning.
    fn fill(
        &mut self,
        holder: &Holder,
        values: &[&Value<'_>],
        write: impl Fn(&mut String, &str),
        join: impl Fn(&mut String, &str),
    ) {
        let text = self.frame.text(holder.index);
        let slots = &self.frame.slots[holder.slots.clone()];
        self.out.push_str(&text[..slots[0]]);
        let ends = slots[1..].iter().copied().chain([text.len()]);
        for ((slot, end), value) in slots.iter().zip(ends).zip(&values[holder.slots.clone()]) {
            let start = self.out.len();
            write(&mut self.out, &value.text);
            self.printed.push((start, self.out.len(), value.tag));
            let literal = &text[slot + VALUE.len_utf8()..end];
            join(&mut self.out, literal);
            self.out.push_str(literal);
        }
    }

    /// Whether a `~` beside a text strips blanks off it.
    fn is_stripped(&self, index: usize) -> bool {
        // The layout may put a stray `~` beside a sequence that has none: only a token tells.
        let strips = |index: usize, kind: Kind| {
            let token = self.frame.tokens.get(index);
            token.is_some_and(|it| it.kind == kind) && self.frame.text(index).contains('~')
        };
        index > 0 && strips(index - 1, Kind::CloseTemplate) || strips(index + 1, Kind::OpenTemplate)
    }

    /// Parts a sign at the end of a text from the template sequence that follows.
    fn part_from_sequence(&mut self, index: usize) {
        if let Some(next) = self.frame.tokens.get(index + 1)
            && next.kind == Kind::OpenTemplate
        {
            let sign = char::from(self.frame.source.as_bytes()[next.start]);
            escape::part_from_sequence(&mut self.out, sign);
        }
    }
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
fn line_tags(placer: &Placer<'_>) -> Vec<(u32, u32)> {
    let Placer { frame, out, held, printed } = placer;
    let mut tags = Vec::with_capacity(printed.len());
    let mut brought = 0;
    for (holder, held) in frame.holders.iter().zip(held) {
        let (mut at, mut line) = (held.start, holder.line + brought);
        for &(start, end, tag) in &printed[holder.slots.clone()] {
            line += newlines(&out[at..start]);
            let last = line + newlines(&out[start..end]);
            tags.extend((line..=last).map(|line| (line, tag)));
            (at, line) = (end, last);
        }
        line += newlines(&out[at..held.end]);
        brought = line - holder.line - newlines(frame.text(holder.index));
    }
    tags
}
