//! Keys and their values in a line of any format: `key: value`, `key = value`, `"key":"value"`, `--key=value`, `<key>value`.

use std::ops::Range;

use super::keys::LONGEST_KEY;
use super::{keys, reveals, values};

/// A key, and where its value begins.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub key: Range<usize>,
    /// The bytes of the line from here on are the value, and what follows it.
    pub value: usize,
    pub separator: u8,
}

/// The beginning of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum WrittenPair<'a> {
    /// Nothing in this line.
    Absent,
    /// The text between quotes, and whether the quotes end in this line.
    Quoted(Range<usize>, bool),
    Bare(Range<usize>),
    /// A bracket.
    Opens(usize),
    /// A block of YAML: the deeper lines.
    Block,
    /// The lines up to one that is this word.
    Heredoc(&'a str),
    /// The text from here up to these quotes.
    Until(&'static str, usize),
}

/// The bytes of a sentence whose end is not looked for.
const LONG_SENTENCE: usize = 512;

/// The lines of a text without their ends.
pub(super) fn rows(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        start..start + line.trim_end_matches(['\n', '\r']).len()
    })
}

/// The pairs of a line.
pub(super) fn of(text: &str, row: Range<usize>) -> impl Iterator<Item = Pair> {
    let start = row.start;
    row.filter_map(move |at| pair_at(text, start, at))
}

/// The pair with a separator at a place.
fn pair_at(text: &str, start: usize, at: usize) -> Option<Pair> {
    let bytes = text.as_bytes();
    let next = bytes.get(at + 1).copied().unwrap_or(b'\n');
    let before = bytes[start..at].last().copied()?;
    match bytes[at] {
        b'=' if matches!(next, b'=' | b'~') || b"!<>=~".contains(&before) => None,
        b'=' => {
            let end = if b"+?:".contains(&before) { at - 1 } else { at };
            let value = if next == b'>' { at + 2 } else { at + 1 };
            Some(Pair { key: key_before(text, start, end)?, value, separator: b'=' })
        }
        b':' if next == b'=' => None,
        b':' => {
            let is_quoted = matches!(before, b'"' | b'\'');
            let ends = is_quoted || next.is_ascii_whitespace() || matches!(next, b'"' | b'\'');
            let key = ends.then(|| key_before(text, start, at)).flatten()?;
            Some(Pair { key, value: at + 1, separator: b':' })
        }
        b'>' => {
            let key = key_before(text, start, at)?;
            let is_element = key.start > start && bytes[key.start - 1] == b'<';
            is_element.then_some(Pair { key, value: at + 1, separator: b'>' })
        }
        _ => None,
    }
}

/// The key that ends before a separator, without its quotes.
fn key_before(text: &str, start: usize, end: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let trimmed = |end: usize| start + text[start..end].trim_end_matches([' ', '\t']).len();
    let mut end = trimmed(end);
    if text[start..end].ends_with(']') {
        end = trimmed(end - 1);
    }
    let quote = bytes[start..end].last().copied().filter(|it| matches!(it, b'"' | b'\''));
    let begin = match quote {
        Some(quote) => {
            end -= 1;
            end -= usize::from(text[start..end].ends_with('\\'));
            start + memchr::memrchr(quote, &bytes[start..end])? + 1
        }
        None => {
            let in_key = |byte: &&u8| byte.is_ascii_alphanumeric() || b"_-.".contains(byte);
            end - bytes[start..end].iter().rev().take(LONGEST_KEY).take_while(in_key).count()
        }
    };
    (begin < end && end - begin <= LONGEST_KEY).then_some(begin..end)
}

impl Pair {
    /// Returns true if no blank is around the separator.
    fn is_tight(&self, text: &str) -> bool {
        let is_blank = |at: usize| text[at..].starts_with([' ', '\t']);
        !is_blank(self.value) && (self.separator != b'=' || !is_blank(self.key.end))
    }

    /// The value, as far as this line has it.
    pub(super) fn written<'a>(&self, text: &'a str, row: &Range<usize>) -> WrittenPair<'a> {
        let at = after_tags(text, self.value, row.end);
        let rest = &text[at..row.end];
        let first = rest.chars().next();
        match first {
            None | Some('#') => WrittenPair::Absent,
            Some('\\') if rest.starts_with("\\\"") => {
                let length = rest[2..].find("\\\"").or(rest[2..].find('"'));
                let end = length.map_or(row.end, |length| at + 2 + length);
                WrittenPair::Quoted(at + 2..end, true)
            }
            Some('"') if rest.starts_with("\"\"\"") => WrittenPair::Until("\"\"\"", at + 3),
            Some('\'') if rest.starts_with("'''") => WrittenPair::Until("'''", at + 3),
            Some(quote @ ('"' | '\'')) => quoted_at(text, at + 1, row.end, quote),
            Some('{' | '[' | '(') => WrittenPair::Opens(at),
            Some('|' | '>') if self.separator == b':' => WrittenPair::Block,
            Some('<') if rest.starts_with("<<") => match heredoc(rest) {
                "" => self.bare(text, at, row.end),
                word => WrittenPair::Heredoc(word),
            },
            _ => self.bare(text, at, row.end),
        }
    }

    fn bare<'a>(&self, text: &str, at: usize, end: usize) -> WrittenPair<'a> {
        let rest = &text[at..end];
        // The end of a long sentence is not looked for: a line of many pairs would be read to its end
        // for each of them.
        let start = &rest[..rest.floor_char_boundary(LONG_SENTENCE)];
        let is_long = start.len() < rest.len() && start.trim().contains(char::is_whitespace);
        if is_long && self.length_in(text, start).is_none() {
            return WrittenPair::Bare(at..end);
        }
        let rest = &rest[..self.length_in(text, rest).unwrap_or(rest.len())];
        WrittenPair::Bare(at..at + rest.trim_end().len())
    }

    /// The length of an unquoted value, if its end is in a text.
    fn length_in(&self, text: &str, rest: &str) -> Option<usize> {
        match self.separator {
            b'>' => rest.find('<'),
            b'=' if self.is_tight(text) => {
                rest.find(|c: char| c.is_whitespace() || ";&,\"'`)}]\\".contains(c))
            }
            b'=' => rest.find([',', '}', '#']),
            _ => [rest.find(" #"), rest.find(['}', ']']), rest.find(", ")]
                .into_iter()
                .flatten()
                .min(),
        }
    }

    /// The range of the value, if it is in this line and reveals a secret.
    pub(super) fn revealed(&self, text: &str, row: &Range<usize>) -> Option<Range<usize>> {
        let range = match self.written(text, row) {
            WrittenPair::Quoted(range, _) => range,
            WrittenPair::Bare(range) => {
                let is_code = self.separator == b'=' && !self.is_tight(text);
                let value = near(&text[range.clone()]);
                let is_prose = self.separator == b':' && value.contains(char::is_whitespace);
                if is_prose || is_code && values::is_expression(value) {
                    return None;
                }
                range
            }
            _ => return None,
        };
        reveals(&text[self.key.clone()], near(&text[range.clone()])).then_some(range)
    }
}

/// Functions of HCL that print what they are given.
const PRINTING: [&str; 6] = [
    "base64encode(\"",
    "nonsensitive(\"",
    "sensitive(\"",
    "sha256(\"",
    "tostring(\"",
    "trimspace(\"",
];

/// The start of a value behind the tags and anchors of YAML, and in the functions of HCL.
fn after_tags(text: &str, at: usize, end: usize) -> usize {
    let mut rest = text[at.min(end)..end].trim_start();
    if let Some(function) = PRINTING.iter().find(|function| rest.starts_with(**function)) {
        rest = &rest[function.len() - 1..];
    }
    while rest.starts_with(['!', '&']) {
        let (_, after) = rest.split_once([' ', '\t']).unwrap_or((rest, ""));
        rest = after.trim_start();
    }
    end - rest.len()
}

fn quoted_at<'a>(text: &str, start: usize, end: usize, quote: char) -> WrittenPair<'a> {
    let mut is_escaped = false;
    for (at, c) in text[start..end].char_indices() {
        if c == quote && !is_escaped {
            return WrittenPair::Quoted(start..start + at, true);
        }
        is_escaped = c == '\\' && !is_escaped && quote == '"';
    }
    WrittenPair::Quoted(start..end, false)
}

/// The most bytes of a value that are looked at, so that a line of many pairs takes time by its length.
const REACH: usize = 4096;

/// The first bytes of a text.
pub(super) fn near(text: &str) -> &str {
    &text[..text.floor_char_boundary(REACH)]
}

/// The word that ends a here-document.
fn heredoc(rest: &str) -> &str {
    let word = rest[2..].trim_start_matches(['-', '~']).trim_start_matches(['"', '\'', '\\']);
    let end = word.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(word.len());
    &word[..end]
}

/// The passwords in the pairs of a text that are written without blanks, as in `Server=db;Password=…`.
pub(super) fn tight(text: &str) -> Vec<Range<usize>> {
    passwords(text, |pair| pair.separator == b'=' && pair.is_tight(text))
}

/// The passwords in quotes, as JSON has them.
pub(super) fn quoted(text: &str) -> Vec<Range<usize>> {
    passwords(text, |pair| pair.separator == b':')
}

fn passwords(text: &str, fits: impl Fn(&Pair) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for row in rows(text) {
        let pairs = of(text, row.clone()).filter(|pair| fits(pair));
        let pairs = pairs.filter(|pair| keys::is_password(&text[pair.key.clone()]));
        found.extend(pairs.filter_map(|pair| pair.revealed(text, &row)));
    }
    found
}
