//! Values inserted into the text of a template, each escaped for its position.
//!
//! Positions follow from tokens alone. The text of the template stays as it is, but for a `$` or
//! `%` that would open, or end up escaping, a template sequence beside a value. The layout is
//! decided elsewhere.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::escape;
use super::lexer;
use super::token::{HclToken, HclTokenKind};
use super::tokenized::{PlaceholderToken, TokenizedText, newlines};
use super::validate::validate_position;
use crate::format::InvalidValue;
use crate::format::markers::MarkedValue;
use crate::format::placeholders::PLACEHOLDER;

/// A text with values in place of its placeholders.
pub(super) struct FilledText {
    pub(super) text: String,
    /// As in [`crate::format::Printed`].
    pub(super) tags: Vec<(u32, u32)>,
    /// The range in `text` of each token that held placeholders.
    ranges: Vec<Range<usize>>,
}

/// All values whose positions do not allow them.
pub(super) fn invalid_values(
    text: &TokenizedText,
    values: &[&MarkedValue<'_>],
) -> Vec<InvalidValue> {
    let mut invalid = Vec::new();
    for holder in &text.holders {
        for placeholder in holder.placeholders.clone() {
            let value = values[placeholder];
            if let Err(refusal) = validate_position(text, holder, placeholder, value) {
                invalid.push(refusal.of(value.tag));
            }
        }
    }
    invalid
}

/// Replaces every placeholder by its value.
pub(super) fn fill(text: &TokenizedText, values: &[&MarkedValue<'_>]) -> FilledText {
    let ranges = Vec::with_capacity(text.holders.len());
    let printed = Vec::with_capacity(values.len());
    let out = String::with_capacity(text.source.len() + text.source.len() / 2);
    let mut filler = Filler { text, out, ranges, printed };
    filler.fill(values);
    FilledText { tags: line_tags(&filler), text: filler.out, ranges: filler.ranges }
}

/// The tokens of a filled text.
pub(super) fn tokens(text: &TokenizedText, filled: &FilledText) -> Vec<HclToken> {
    let read = || lexer::tokens(&filled.text);
    let tokens = known_tokens(text, filled).unwrap_or_else(read);
    debug_assert_eq!(tokens, read());
    tokens
}

/// The tokens of the text with placeholders, moved, and those of the values. `None` where a value
/// adds or joins tokens in a way that only the lexer can follow.
fn known_tokens(text: &TokenizedText, filled: &FilledText) -> Option<Vec<HclToken>> {
    let mut tokens = Vec::with_capacity(text.tokens.len() + text.tokens.len() / 4);
    let (mut next, mut before, mut after) = (0, 0, 0);
    for (holder, range) in text.holders.iter().zip(&filled.ranges) {
        let moved = |it: &HclToken| it.moved(before, after);
        tokens.extend(text.tokens[next..holder.index].iter().map(moved));
        let HclToken { kind, end, .. } = text.tokens[holder.index];
        (next, before, after) = (holder.index + 1, end, range.end);
        let written = &filled.text[range.clone()];
        // An escaped value contains no open quote, unless it became a sequence of its own.
        let has_sequence = matches!(kind, HclTokenKind::QuotedText | HclTokenKind::HeredocText);
        if has_sequence && written.contains("${\"") {
            return None;
        }
        if kind.is_text() {
            let Range { start, end } = range.clone();
            tokens.extend((start < end).then_some(HclToken { kind, start, end }));
        } else if text.is_delimited(holder.index) {
            tokens.extend(lexer::tokens(written).iter().map(|it| it.moved(0, range.start)));
        } else {
            return None;
        }
    }
    tokens.extend(text.tokens[next..].iter().map(|it| it.moved(before, after)));
    Some(tokens)
}

struct Filler<'a> {
    text: &'a TokenizedText,
    out: String,
    /// As in [`FilledText`].
    ranges: Vec<Range<usize>>,
    /// For each placeholder the start and end of its value in `out`, and its tag.
    printed: Vec<(usize, usize, u32)>,
}

impl Filler<'_> {
    fn fill(&mut self, values: &[&MarkedValue<'_>]) {
        let mut copied = 0;
        for holder in &self.text.holders {
            let token = self.text.tokens[holder.index];
            self.out.push_str(&self.text.source[copied..token.start]);
            copied = token.end;
            let start = self.out.len();
            self.token(holder, values);
            self.ranges.push(start..self.out.len());
        }
        self.out.push_str(&self.text.source[copied..]);
    }

    fn token(&mut self, holder: &PlaceholderToken, values: &[&MarkedValue<'_>]) {
        match self.text.tokens[holder.index].kind {
            HclTokenKind::QuotedText => self.quoted(holder, values),
            HclTokenKind::HeredocText => self.heredoc(holder, values),
            HclTokenKind::LineComment => {
                self.write(holder, values, escape::push_comment, |_, _| {});
            }
            HclTokenKind::BlockComment => {
                self.write(holder, values, escape::push_block_comment, escape::break_comment_end);
            }
            _ => self.write(holder, values, String::push_str, |_, _| {}),
        }
    }

    fn quoted(&mut self, holder: &PlaceholderToken, values: &[&MarkedValue<'_>]) {
        let is_stripped = self.is_stripped(holder.index);
        let push = |out: &mut String, text: &str| {
            if is_stripped && !has_solid_ends(text) {
                escape::push_interpolated(out, text);
            } else {
                escape::push_quoted(out, text);
            }
        };
        self.write(holder, values, push, escape::double_sign);
        self.separate_sign(holder.index);
    }

    /// A heredoc has no escapes: a value that it cannot hold unchanged becomes a quoted string in a
    /// template sequence.
    fn heredoc(&mut self, holder: &PlaceholderToken, values: &[&MarkedValue<'_>]) {
        let is_stripped = self.is_stripped(holder.index);
        let opener = self.text.heredoc(holder);
        let is_dedented = opener.starts_with("<<-");
        let push = |out: &mut String, text: &str| {
            if text.chars().any(escape::is_lost_in_heredoc)
                || is_stripped && !has_solid_ends(text)
                || is_dedented && changes_indent(out, text)
            {
                escape::push_interpolated(out, text);
            } else {
                escape::push_plain(out, text);
            }
        };
        let (start, printed) = (self.out.len(), self.printed.len());
        self.write(holder, values, push, escape::double_sign);
        if ends_heredoc(&self.out, start, lexer::delimiter(opener)) {
            self.out.truncate(start);
            self.printed.truncate(printed);
            self.write(holder, values, escape::push_interpolated, escape::double_sign);
        }
        self.separate_sign(holder.index);
    }

    /// Writes a token: values with `push`, and after each of them `join`, which keeps the
    /// template's text after it from changing its meaning.
    fn write(
        &mut self,
        holder: &PlaceholderToken,
        values: &[&MarkedValue<'_>],
        push: impl Fn(&mut String, &str),
        join: impl Fn(&mut String, &str),
    ) {
        let text = self.text.text(holder.index);
        let offsets = &self.text.offsets[holder.placeholders.clone()];
        self.out.push_str(&text[..offsets[0]]);
        let ends = offsets[1..].iter().copied().chain([text.len()]);
        let values = &values[holder.placeholders.clone()];
        for ((offset, end), value) in offsets.iter().zip(ends).zip(values) {
            let start = self.out.len();
            push(&mut self.out, &value.text);
            self.printed.push((start, self.out.len(), value.tag));
            let literal = &text[offset + PLACEHOLDER.len_utf8()..end];
            join(&mut self.out, literal);
            self.out.push_str(literal);
        }
    }

    /// Returns true if a `~` beside a text strips blanks off it.
    fn is_stripped(&self, index: usize) -> bool {
        // The layout may move a stray `~` beside a sequence that has none, so only tokens are
        // reliable.
        let strips = |index: usize, kind: HclTokenKind| {
            let token = self.text.tokens.get(index);
            token.is_some_and(|it| it.kind == kind) && self.text.text(index).contains('~')
        };
        index > 0 && strips(index - 1, HclTokenKind::CloseTemplate)
            || strips(index + 1, HclTokenKind::OpenTemplate)
    }

    /// Separates a sign at the end of a text from the template sequence after it.
    fn separate_sign(&mut self, index: usize) {
        if let Some(next) = self.text.tokens.get(index + 1)
            && next.kind == HclTokenKind::OpenTemplate
        {
            let sign = char::from(self.text.source.as_bytes()[next.start]);
            escape::separate_sign(&mut self.out, sign);
        }
    }
}

/// Returns true if a text neither begins nor ends with blanks that a `~` would strip.
fn has_solid_ends(text: &str) -> bool {
    let is_solid = |c: char| !c.is_whitespace();
    text.starts_with(is_solid) && text.ends_with(is_solid)
}

/// Returns true if a text that begins at the end of `out` may change the indentation of a `<<-`
/// heredoc.
fn changes_indent(out: &str, text: &str) -> bool {
    let line = &out[out.rfind('\n').map_or(0, |newline| newline + 1)..];
    let begins_line = line.trim_start().is_empty();
    text.contains('\n') || begins_line && !is_separate_grapheme(text)
}

/// Returns true if a text begins with a character that is no blank and does not join the blank
/// before it: Terraform removes indentation in whole graphemes.
fn is_separate_grapheme(text: &str) -> bool {
    text.chars().next().is_some_and(|first| {
        !first.is_whitespace() && String::from_iter([' ', first]).graphemes(true).count() == 2
    })
}

/// Returns true if a line after `start` begins with the delimiter of the heredoc. Terraform reads
/// on if more text follows the delimiter, but not every parser does.
fn ends_heredoc(out: &str, start: usize, delimiter: &str) -> bool {
    out[start..].split('\n').map(str::trim_start).any(|line| line.starts_with(delimiter))
}

/// Each line of each value, with the value's tag.
fn line_tags(filler: &Filler<'_>) -> Vec<(u32, u32)> {
    let Filler { text, out, ranges, printed } = filler;
    let mut tags = Vec::with_capacity(printed.len());
    let mut added = 0;
    for (holder, range) in text.holders.iter().zip(ranges) {
        let (mut at, mut line) = (range.start, holder.line + added);
        for &(start, end, tag) in &printed[holder.placeholders.clone()] {
            line += newlines(&out[at..start]);
            let last = line + newlines(&out[start..end]);
            tags.extend((line..=last).map(|line| (line, tag)));
            (at, line) = (end, last);
        }
        line += newlines(&out[at..range.end]);
        added = line - holder.line - newlines(text.text(holder.index));
    }
    tags
}
