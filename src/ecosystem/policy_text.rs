//! A policy that a Terraform file holds as text: a JSON document in a string or a heredoc.
//!
//! Reads objects, keys and strings alone, so that a text that is JSON only after Terraform has filled
//! it in can be read too.

use std::ops::Range;

use super::trust::{ACCOUNT, ACTION, Claims, Frame, Trust, is_anything, is_negated};

/// The text of a string, with the place of each of its bytes in the file.
pub(super) struct PolicyText {
    pub text: String,
    /// The places of the bytes.
    places: Vec<usize>,
}

impl PolicyText {
    /// The text of a heredoc without some ranges of the file.
    pub(super) fn of_heredoc(start: usize, raw: &str, left_out: &[Range<usize>]) -> PolicyText {
        PolicyText::of(start, raw, left_out, false)
    }

    /// The text of a string in quotes, without its escapes and some ranges of the file.
    pub(super) fn of_string(start: usize, raw: &str, left_out: &[Range<usize>]) -> PolicyText {
        let inner =
            raw.strip_prefix('"').map_or(raw, |rest| rest.strip_suffix('"').unwrap_or(rest));
        let start = start + usize::from(inner.len() < raw.len());
        PolicyText::of(start, inner, left_out, true)
    }

    fn of(start: usize, raw: &str, left_out: &[Range<usize>], has_escapes: bool) -> PolicyText {
        let mut read = PolicyText { text: String::with_capacity(raw.len()), places: Vec::new() };
        let mut characters = raw.char_indices();
        while let Some((at, character)) = characters.next() {
            let place = start + at;
            if left_out.iter().any(|range| range.contains(&place)) {
                continue;
            }
            let character = match (character, has_escapes) {
                ('\\', true) => match characters.next() {
                    Some((_, quoted @ ('"' | '\\'))) => quoted,
                    _ => ' ',
                },
                (character, _) => character,
            };
            read.text.push(character);
            read.places.resize(read.text.len(), place);
        }
        read
    }

    pub(super) fn contains(&self, word: &str) -> bool {
        self.text.contains(word)
    }

    /// Where a word begins in the file.
    pub(super) fn offsets_of<'t>(&'t self, word: &'t str) -> impl Iterator<Item = usize> + 't {
        self.text.match_indices(word).map(|(at, _)| self.places[at])
    }
}

/// Adds the statements of a policy.
pub(super) fn read(text: &PolicyText, line: &dyn Fn(usize) -> usize, found: &mut Vec<Trust>) {
    let mut reader = JsonReader { text, line, frames: Vec::new(), key: String::new(), found };
    let bytes = text.text.as_bytes();
    let mut at = 0;
    reader
        .frames
        .push(Frame { start: text.places.first().copied().unwrap_or(0), ..Frame::default() });
    while at < bytes.len() {
        match bytes[at] {
            b'{' => reader.open(at),
            b'}' if reader.frames.len() > 1 => reader.close(),
            b'"' => {
                let end = string_end(bytes, at + 1);
                reader.string(at + 1..end, is_key(bytes, end + 1));
                at = end;
            }
            _ => {}
        }
        at += 1;
    }
    while !reader.frames.is_empty() {
        reader.close();
    }
}

/// The place of the quote that ends a string, or the end of the text.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at.min(bytes.len())
}

/// Returns true if a colon follows.
fn is_key(bytes: &[u8], at: usize) -> bool {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':')
}

struct JsonReader<'t, 'f> {
    text: &'t PolicyText,
    line: &'t dyn Fn(usize) -> usize,
    frames: Vec<Frame>,
    /// The key before the value that is read.
    key: String,
    found: &'f mut Vec<Trust>,
}

impl JsonReader<'_, '_> {
    fn open(&mut self, at: usize) {
        let is_negated = is_negated(&self.key);
        let start = self.text.places[at];
        self.frames.push(Frame { start, is_negated, ..Frame::default() });
    }

    fn close(&mut self) {
        let Some(inner) = self.frames.pop() else { return };
        let mut outermost = Frame::default();
        let outer = self.frames.last_mut().unwrap_or(&mut outermost);
        self.found.extend(outer.close(inner, self.line));
    }

    fn string(&mut self, range: Range<usize>, is_key: bool) {
        let content = &self.text.text[range.clone()];
        let Some(frame) = self.frames.last_mut() else { return };
        if is_key {
            frame.own.add(Claims::of(content));
            self.key = content.to_owned();
            return;
        }
        frame.is_statement |= content.contains(ACTION);
        if is_anything(content) {
            frame.own.remove(Claims::of(&self.key));
        }
        let accounts = content.match_indices(ACCOUNT);
        frame.accounts.extend(accounts.map(|(at, _)| self.text.places[range.start + at]));
    }
}
