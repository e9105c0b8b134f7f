//! The rewrites of `terraform fmt`: quotes around a sole interpolation, types of variables as
//! before Terraform 0.12, and labels of blocks without quotes.
//!
//! Knows bodies, arguments and blocks as far as it finds them. A text that is not HCL stays as it
//! is.

use std::ops::Range;

use super::label;
use super::lexer;
use super::token::{HclToken, HclTokenKind};
use super::tokenized::newlines;
use crate::format::placeholders::PLACEHOLDER;

/// Bytes of a text with a replacement, which holds no line end.
pub(super) struct Rewrite {
    range: Range<usize>,
    with: String,
}

/// The edits of a text, in its order.
#[derive(Default)]
pub(super) struct Edits {
    edits: Vec<Rewrite>,
    /// Whether values in place of the placeholders may lead to other edits.
    pub(super) depend_on_values: bool,
}

impl Edits {
    /// The edits of a text with these tokens.
    pub(super) fn of(source: &str, tokens: &[HclToken]) -> Edits {
        let mut rewriter = Rewriter { source, tokens, at: 0, edits: Edits::default() };
        match rewriter.file() {
            Some(()) => rewriter.edits,
            // Values may complete what is not HCL without them.
            None => Edits { edits: Vec::new(), depend_on_values: source.contains(PLACEHOLDER) },
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }

    /// The text after the edits.
    pub(super) fn applied(&self, source: &str) -> String {
        let mut out = String::with_capacity(source.len() + 16);
        let mut copied = 0;
        for Rewrite { range, with } in &self.edits {
            out.push_str(&source[copied..range.start]);
            out.push_str(with);
            copied = range.end;
        }
        out.push_str(&source[copied..]);
        out
    }

    /// The lines, counted from 0, that the edits join to the next.
    fn joined_lines(&self, source: &str) -> Vec<u32> {
        let (mut at, mut here, mut joined) = (0, 0, Vec::new());
        for Rewrite { range, .. } in &self.edits {
            here += newlines(&source[at..range.start]);
            let after = here + newlines(&source[range.clone()]);
            joined.extend(here..after);
            (here, at) = (after, range.end);
        }
        joined
    }
}

/// A text with its tokens, and the tags of its lines.
pub(super) struct Tagged {
    pub(super) text: String,
    pub(super) tokens: Vec<HclToken>,
    pub(super) tags: Vec<(u32, u32)>,
}

/// How often a text is rewritten: each time takes off the quotes inside those of the last.
pub(super) const ROUNDS: usize = 8;

/// The text after all rewrites.
pub(super) fn rewritten(mut tagged: Tagged) -> Tagged {
    for _ in 0..ROUNDS {
        let edits = Edits::of(&tagged.text, &tagged.tokens);
        if edits.is_empty() {
            break;
        }
        let joined = edits.joined_lines(&tagged.text);
        for (line, _) in &mut tagged.tags {
            *line -= joined.partition_point(|it| it < line) as u32;
        }
        tagged.text = edits.applied(&tagged.text);
        tagged.tokens = lexer::tokens(&tagged.text);
    }
    tagged
}

struct Rewriter<'a> {
    source: &'a str,
    tokens: &'a [HclToken],
    at: usize,
    edits: Edits,
}

impl Rewriter<'_> {
    /// Reads all arguments and blocks. None if the text is not HCL.
    fn file(&mut self) -> Option<()> {
        // The names of the blocks around the position.
        let mut blocks = Vec::new();
        while let Some(token) = self.tokens.get(self.at) {
            match token.kind {
                HclTokenKind::Newline | HclTokenKind::LineComment | HclTokenKind::BlockComment => {
                    self.at += 1;
                }
                HclTokenKind::Name => self.item(&mut blocks)?,
                HclTokenKind::Close if self.text(self.at) == "}" => {
                    blocks.pop()?;
                    self.at += 1;
                }
                _ => return None,
            }
        }
        blocks.is_empty().then_some(())
    }

    /// Reads an argument, or a block up to its opening bracket.
    fn item(&mut self, blocks: &mut Vec<usize>) -> Option<()> {
        let name = self.at;
        self.at += 1;
        self.skip_comments();
        if self.kind(self.at) == Some(HclTokenKind::Equals) {
            self.at += 1;
            self.argument(name, blocks);
            return Some(());
        }
        self.labels(name)?;
        self.edits.depend_on_values |= self.holds_value(name);
        blocks.push(name);
        self.at += 1;
        Some(())
    }

    /// Reads the value of an argument.
    fn argument(&mut self, name: usize, blocks: &[usize]) {
        self.skip_comments();
        let value = self.expression();
        let in_variable = matches!(blocks, [block] if self.text(*block) == "variable");
        if in_variable && self.holds_value(name) {
            self.edits.depend_on_values = true;
        }
        if in_variable && self.text(name) == "type" {
            self.edits.depend_on_values |= value.clone().any(|index| self.holds_value(index));
            self.rewrite_type(value);
        } else {
            self.unwrap(value);
        }
    }

    /// The tokens of an expression, without comments around it.
    fn expression(&mut self) -> Range<usize> {
        let start = self.at;
        let mut depth = 0;
        while let Some(kind) = self.kind(self.at) {
            match kind {
                HclTokenKind::Open | HclTokenKind::OpenTemplate => depth += 1,
                HclTokenKind::Close | HclTokenKind::CloseTemplate if depth == 0 => break,
                HclTokenKind::Close | HclTokenKind::CloseTemplate => depth -= 1,
                HclTokenKind::Newline | HclTokenKind::LineComment if depth == 0 => break,
                _ => {}
            }
            self.at += 1;
        }
        let is_comment = |index: &usize| self.kind(*index) == Some(HclTokenKind::BlockComment);
        let end = (start..self.at).rev().find(|index| !is_comment(index));
        start..end.map_or(start, |end| end + 1)
    }

    /// Reads the labels of a block up to its opening bracket, and writes them in quotes.
    fn labels(&mut self, name: usize) -> Option<()> {
        let (mut labels, mut end) = (Vec::new(), self.at);
        loop {
            match self.kind(self.at)? {
                HclTokenKind::Open if self.text(self.at) == "{" => break,
                HclTokenKind::Name => {
                    self.edits.depend_on_values |= self.holds_value(self.at);
                    labels.push(Some(format!("\"{}\"", self.text(self.at))));
                    self.at += 1;
                }
                HclTokenKind::OpenQuote => labels.push(self.quoted_label()?),
                _ => return None,
            }
            end = self.at;
            self.skip_comments();
        }
        // `terraform fmt` drops a label that is more than text, which loses it.
        let labels: Option<Vec<String>> = labels.into_iter().collect();
        let Some(labels) = labels.filter(|labels| !labels.is_empty()) else { return Some(()) };
        let range = self.tokens[name].end..self.tokens[end - 1].end;
        let comments =
            (name + 1..end).filter(|it| self.tokens[*it].kind == HclTokenKind::BlockComment);
        self.edits.depend_on_values |= comments.clone().any(|it| self.holds_value(it));
        let parts = || (name + 1..end).map(|index| self.text(index));
        let is_written =
            comments.count() == 0 && parts().eq(labels.iter().flat_map(|label| parts_of(label)));
        if !is_written {
            self.edits.edits.push(Rewrite { range, with: format!(" {}", labels.join(" ")) });
        }
        Some(())
    }

    /// Reads a label in quotes. `None` inside for one that holds more than text.
    fn quoted_label(&mut self) -> Option<Option<String>> {
        let start = self.at;
        let end =
            (start + 1..start + 3).find(|it| self.kind(*it) == Some(HclTokenKind::CloseQuote))?;
        self.at = end + 1;
        if end == start + 1 {
            return Some(Some("\"\"".to_owned()));
        }
        (self.kind(start + 1)? == HclTokenKind::QuotedText).then_some(())?;
        let text = self.text(start + 1).to_owned();
        let text = text.as_str();
        self.edits.depend_on_values |=
            self.holds_value(start + 1) && text.contains(['\\', '$', '%']);
        let label =
            if text.contains(PLACEHOLDER) { Some(text.to_owned()) } else { label::canonical(text) };
        Some(label.map(|label| format!("\"{label}\"")))
    }

    /// Writes the type of a variable without quotes, and that of elements with it.
    fn rewrite_type(&mut self, value: Range<usize>) {
        let kinds: Vec<_> = self.tokens[value.clone()].iter().map(|token| token.kind).collect();
        let with = match kinds[..] {
            [HclTokenKind::Name] => match self.text(value.start) {
                name @ ("list" | "map" | "set") => format!("{name}(any)"),
                _ => return,
            },
            [HclTokenKind::OpenQuote, HclTokenKind::QuotedText, HclTokenKind::CloseQuote] => {
                match self.text(value.start + 1) {
                    "string" => "string".to_owned(),
                    name @ ("list" | "map") => format!("{name}(string)"),
                    _ => return,
                }
            }
            _ => return,
        };
        self.edits.edits.push(Rewrite { range: self.bytes(value), with });
    }

    /// Takes the quotes off a value that is one interpolation.
    fn unwrap(&mut self, value: Range<usize>) {
        let (first, last) =
            (self.kind(value.start), value.end.checked_sub(1).and_then(|it| self.kind(it)));
        if value.len() < 5
            || (first, last) != (Some(HclTokenKind::OpenQuote), Some(HclTokenKind::CloseQuote))
        {
            return;
        }
        let tokens: Vec<usize> = value.collect();
        let may_vanish = |index: &usize| {
            self.tokens[*index].kind == HclTokenKind::QuotedText
                && self.text(*index).chars().all(|c| c == PLACEHOLDER)
        };
        let without: Vec<usize> = tokens.iter().copied().filter(|it| !may_vanish(it)).collect();
        let Some(inside) = self.interpolation(&without) else { return };
        // A value in a heredoc may contain an interpolation.
        let in_heredoc = |index: &usize| {
            self.tokens[*index].kind == HclTokenKind::HeredocText && self.holds_value(*index)
        };
        self.edits.depend_on_values |= without.iter().any(in_heredoc);
        if self.interpolation(&tokens).is_none() {
            self.edits.depend_on_values = true;
            return;
        }
        let is_newline = |index: &usize| self.is_newline(*index);
        let start = inside.iter().position(|index| !is_newline(index));
        let last = inside.iter().rposition(|index| !is_newline(index));
        let (Some(start), Some(last)) = (start, last) else { return };
        let inside = &inside[start..=last];
        let (first, last) = (inside[0], inside[inside.len() - 1]);
        let is_parenthesised = self.text(first) == "(" && self.text(last) == ")";
        let has_lines = inside.iter().any(is_newline) && !is_parenthesised;
        let [opening, closing] = if has_lines { ["(", ")"] } else { ["", ""] };
        let (whole, kept) =
            (self.bytes(tokens[0]..tokens[tokens.len() - 1] + 1), self.bytes(first..last + 1));
        self.edits.edits.push(Rewrite { range: whole.start..kept.start, with: opening.to_owned() });
        self.edits.edits.push(Rewrite { range: kept.end..whole.end, with: closing.to_owned() });
    }

    /// The tokens inside an interpolation that is all of a string.
    fn interpolation<'t>(&self, tokens: &'t [usize]) -> Option<&'t [usize]> {
        let [quote, open, inside @ .., close, end] = tokens else { return None };
        let kinds = [quote, open, close, end].map(|index| self.tokens[*index].kind);
        use HclTokenKind::{CloseQuote, CloseTemplate, OpenQuote, OpenTemplate};
        let is_whole = kinds == [OpenQuote, OpenTemplate, CloseTemplate, CloseQuote];
        if !is_whole || !self.text(*open).starts_with('$') || inside.is_empty() {
            return None;
        }
        let mut quotes = 0;
        for index in inside {
            match self.tokens[*index].kind {
                OpenQuote => quotes += 1,
                CloseQuote => quotes -= 1,
                CloseTemplate | HclTokenKind::QuotedText if quotes <= 0 => return None,
                OpenTemplate if quotes <= 0 && self.text(*index).starts_with('$') => return None,
                _ => {}
            }
        }
        Some(inside)
    }

    /// Returns true if a token is a line end, and not that of a comment.
    fn is_newline(&self, index: usize) -> bool {
        let ends_comment = index.checked_sub(1).and_then(|before| self.kind(before))
            == Some(HclTokenKind::LineComment);
        self.tokens[index].kind == HclTokenKind::Newline && !ends_comment
    }

    fn skip_comments(&mut self) {
        while self.kind(self.at) == Some(HclTokenKind::BlockComment) {
            self.at += 1;
        }
    }

    fn kind(&self, index: usize) -> Option<HclTokenKind> {
        self.tokens.get(index).map(|token| token.kind)
    }

    fn text(&self, index: usize) -> &str {
        &self.source[self.tokens[index].range()]
    }

    fn bytes(&self, tokens: Range<usize>) -> Range<usize> {
        self.tokens[tokens.start].start..self.tokens[tokens.end - 1].end
    }

    fn holds_value(&self, index: usize) -> bool {
        self.text(index).contains(PLACEHOLDER)
    }
}

/// The tokens of a label in quotes.
fn parts_of(label: &str) -> impl Iterator<Item = &str> {
    let text = &label[1..label.len() - 1];
    ["\"", text, "\""].into_iter().filter(|part| !part.is_empty())
}
