//! Markers around the values in a template's output.
//!
//! A template engine prints a value without knowing its position in the file. So the engine puts
//! markers around each value, and the format, which knows strings, comments and bare positions,
//! replaces them by the value escaped for its position. Markers are control characters, which the
//! text of a template cannot contain; those in a value are escaped.
//!
//! Knows nothing of any format.

use std::borrow::Cow;

use memchr::memchr;

const OPEN: char = '\u{1}';
const BODY: char = '\u{2}';
const CLOSE: char = '\u{3}';
const ESCAPE: char = '\u{4}';
const TEXT: char = '\u{5}';
const CODE: char = '\u{6}';
const BARE: char = '\u{7}';
const INDENT: char = '\u{8}';
/// The first of sixteen digits.
const DIGIT: u8 = 0xE;
const INDENTED: char = '\u{1E}';
const OUTDENT: char = '\u{1F}';

/// The kind of a printed value, which decides the positions that allow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// A string: allowed where the format can escape it, never bare.
    Text,
    /// An expression that a filter of the format printed: allowed in bare position only.
    Code,
    /// A number or a boolean: allowed anywhere.
    Bare,
}

/// A value that a template printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkedValue<'a> {
    pub kind: ValueKind,
    /// The number of the template tag that printed it.
    pub tag: u32,
    pub text: Cow<'a, str>,
}

/// A part of a template's output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// The template's own text, never empty.
    Literal(&'a str),
    Value(MarkedValue<'a>),
}

/// A value between markers, as the engine prints it.
pub fn marked(kind: ValueKind, tag: u32, text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 12);
    out.push(OPEN);
    out.push(match kind {
        ValueKind::Text => TEXT,
        ValueKind::Code => CODE,
        ValueKind::Bare => BARE,
    });
    push_number(&mut out, tag);
    out.push(BODY);
    push_body(&mut out, text);
    out.push(CLOSE);
    out
}

/// Appends the text of a value, with its control characters escaped.
fn push_body(out: &mut String, text: &str) {
    if !text.bytes().any(is_marker) {
        return out.push_str(text);
    }
    for c in text.chars() {
        match u8::try_from(c) {
            Ok(marker) if is_marker(marker) => {
                out.push(ESCAPE);
                push_number(out, marker.into());
                out.push(ESCAPE);
            }
            _ => out.push(c),
        }
    }
}

/// Markers for the start and the end of text whose lines are indented by these blanks.
pub fn indentation(blanks: &str) -> (String, String) {
    (format!("{INDENT}{blanks}{INDENTED}"), OUTDENT.to_string())
}

/// Indents the lines between markers of indentation, but not those of values.
pub fn indented(output: String) -> String {
    if find(&output, INDENT).is_none() {
        return output;
    }
    let mut out = String::with_capacity(output.len() + output.len() / 8);
    let mut levels: Vec<&str> = Vec::new();
    let mut starts_line = true;
    let mut rest = output.as_str();
    while !rest.is_empty() {
        // Text outside such markers is copied in one piece.
        if levels.is_empty() {
            let (text, indented) = rest.split_at(find(rest, INDENT).unwrap_or(rest.len()));
            out.push_str(text);
            starts_line = text.is_empty() && starts_line || text.ends_with('\n');
            rest = indented;
        }
        let means_something = |byte: u8| byte == b'\n' || is_marker(byte);
        let at = rest.bytes().position(means_something).unwrap_or(rest.len());
        let (text, marked) = rest.split_at(at);
        let c = marked.chars().next();
        let holds_text = !text.is_empty() || c == Some(OPEN);
        if starts_line && holds_text {
            out.extend(levels.iter().copied());
            starts_line = false;
        }
        out.push_str(text);
        let Some(c) = c else { break };
        let after = &marked[c.len_utf8()..];
        rest = match c {
            INDENT => {
                let (blanks, after) = after.split_once(INDENTED).expect("a marker is closed");
                levels.push(blanks);
                after
            }
            OUTDENT => {
                levels.pop();
                after
            }
            OPEN => {
                let end = find(marked, CLOSE).map_or(marked.len(), |at| at + 1);
                out.push_str(&marked[..end]);
                &marked[end..]
            }
            _ => {
                out.push(c);
                starts_line = c == '\n';
                after
            }
        };
    }
    out
}

/// Splits a template's output into its own text and the values it printed.
///
/// Panics if the output of a template contains markers that this module did not print.
pub fn pieces(output: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::with_capacity(4 + output.len() / 48);
    let mut rest = output;
    while let Some(at) = find(rest, OPEN) {
        let (literal, marked) = rest.split_at(at);
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal));
        }
        let (value, tail) = split_value(marked);
        pieces.push(Piece::Value(value));
        rest = tail;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Literal(rest));
    }
    pieces
}

/// The value between the markers at the start of a text, and the rest of the text.
fn split_value(marked: &str) -> (MarkedValue<'_>, &str) {
    let (head, rest) = marked.split_once(BODY).expect("a value has markers around it");
    let (kind, tag) = head[1..].split_at(1);
    let kind = match kind.chars().next() {
        Some(TEXT) => ValueKind::Text,
        Some(CODE) => ValueKind::Code,
        _ => ValueKind::Bare,
    };
    let (body, tail) = rest.split_at(find(rest, CLOSE).expect("a marker is closed"));
    (MarkedValue { kind, tag: number(tag), text: unescaped(body) }, &tail[1..])
}

/// The first position of a marker in a text.
fn find(text: &str, marker: char) -> Option<usize> {
    memchr(marker as u8, text.as_bytes())
}

fn is_marker(byte: u8) -> bool {
    matches!(byte, 0x1..=0x8 | 0xE..=0x1F)
}

fn push_number(out: &mut String, number: u32) {
    let digits = (u32::BITS - number.leading_zeros()).div_ceil(4).max(1);
    for digit in (0..digits).rev() {
        out.push(char::from(DIGIT + (number >> (4 * digit) & 0xF) as u8));
    }
}

fn number(digits: &str) -> u32 {
    digits.bytes().fold(0, |number, digit| number << 4 | u32::from(digit.wrapping_sub(DIGIT) & 0xF))
}

fn unescaped(body: &str) -> Cow<'_, str> {
    if find(body, ESCAPE).is_none() {
        return Cow::Borrowed(body);
    }
    let mut out = String::with_capacity(body.len());
    for (index, part) in body.split(ESCAPE).enumerate() {
        if index % 2 == 0 {
            out.push_str(part);
        } else {
            out.extend(char::from_u32(number(part)));
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn comes_back(kind: ValueKind, tag: u32, text: &str) {
        let output = format!("a = {}\n", marked(kind, tag, text));
        let value = MarkedValue { kind, tag, text: Cow::Borrowed(text) };
        let expected = [Piece::Literal("a = "), Piece::Value(value), Piece::Literal("\n")];
        assert_eq!(pieces(&output), expected);
    }

    #[test]
    fn a_value_comes_back_as_it_was() {
        comes_back(ValueKind::Text, 0, "");
        comes_back(ValueKind::Code, 15, "[1, 2]");
        comes_back(ValueKind::Bare, 4096, "12");
        comes_back(ValueKind::Text, u32::MAX, "line\nline");
    }

    #[test]
    fn a_value_made_of_markers_comes_back_as_it_was() {
        let marks: String = ('\0'..' ').collect();
        comes_back(ValueKind::Text, 7, &marks);
        comes_back(ValueKind::Text, 7, &marked(ValueKind::Code, 7, &marks));
    }

    #[test]
    fn lines_are_indented_but_not_those_of_values() {
        let (open, close) = indentation("  ");
        let value = marked(ValueKind::Text, 1, "x\ny");
        let output = format!("a\n{open}b\n\n{open}c: {value}\n{close}d\n{close}e\n");
        let expected = format!("a\n  b\n\n    c: {value}\n  d\ne\n");
        assert_eq!(indented(output), expected);
        assert_eq!(indented("a\n".to_owned()), "a\n");
        assert_eq!(indented(format!("{open}！\na！b\n{close}c\n")), "  ！\n  a！b\nc\n");
    }

    #[test]
    fn text_without_values_is_one_piece() {
        assert_eq!(pieces("a"), [Piece::Literal("a")]);
        assert_eq!(pieces(""), []);
    }
}
