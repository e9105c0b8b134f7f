//! Values on their way through a template, told apart from the template's own text.
//!
//! A template engine prints a value without knowing where it lands. So each printed value is put
//! between marks, and the format that knows strings, comments and bare positions takes it out
//! again and writes it in the way its place asks for. The marks are control characters, which no
//! template's own text holds; where a value holds one itself, it travels escaped.
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

/// What a printed value is, which decides where it may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A string: may stand where the format can escape it, never bare.
    Text,
    /// An expression a filter of the format printed: may stand in bare position only.
    Code,
    /// A number or a boolean: may stand anywhere.
    Bare,
}

/// A value that a template printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value<'a> {
    pub kind: Kind,
    /// The number of the template tag that printed it.
    pub tag: u32,
    pub text: Cow<'a, str>,
}

/// A part of a template's output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// The template's own text, never empty.
    Literal(&'a str),
    Value(Value<'a>),
}

/// The value between marks, as a template prints it.
pub fn marked(kind: Kind, tag: u32, text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 12);
    out.push(OPEN);
    out.push(match kind {
        Kind::Text => TEXT,
        Kind::Code => CODE,
        Kind::Bare => BARE,
    });
    push_number(&mut out, tag);
    out.push(BODY);
    push_body(&mut out, text);
    out.push(CLOSE);
    out
}

/// Adds the text of a value, in which marks are escaped.
fn push_body(out: &mut String, text: &str) {
    if !text.bytes().any(is_mark) {
        return out.push_str(text);
    }
    for c in text.chars() {
        match u8::try_from(c) {
            Ok(mark) if is_mark(mark) => {
                out.push(ESCAPE);
                push_number(out, mark.into());
                out.push(ESCAPE);
            }
            _ => out.push(c),
        }
    }
}

/// Text that goes around what is to stand as far in as the tag that prints it: before and after.
pub fn indentation(blanks: &str) -> (String, String) {
    (format!("{INDENT}{blanks}{INDENTED}"), OUTDENT.to_string())
}

/// A template's output with the lines between marks of indentation moved in. Values keep theirs.
pub fn indented(output: String) -> String {
    if find(&output, INDENT).is_none() {
        return output;
    }
    let mut out = String::with_capacity(output.len() + output.len() / 8);
    let mut levels: Vec<&str> = Vec::new();
    let mut starts_line = true;
    let mut rest = output.as_str();
    while !rest.is_empty() {
        // What is moved nowhere is copied at once.
        if levels.is_empty() {
            let (text, indented) = rest.split_at(find(rest, INDENT).unwrap_or(rest.len()));
            out.push_str(text);
            starts_line = text.is_empty() && starts_line || text.ends_with('\n');
            rest = indented;
        }
        let means_something = |byte: u8| byte == b'\n' || is_mark(byte);
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
                let (blanks, after) = after.split_once(INDENTED).expect("a mark is closed");
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
/// Takes only what templates print here: their own text holds no marks.
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

/// The value whose marks a text begins with, and the text behind it.
fn split_value(marked: &str) -> (Value<'_>, &str) {
    let (head, rest) = marked.split_once(BODY).expect("a value has marks around it");
    let (kind, tag) = head[1..].split_at(1);
    let kind = match kind.chars().next() {
        Some(TEXT) => Kind::Text,
        Some(CODE) => Kind::Code,
        _ => Kind::Bare,
    };
    let (body, tail) = rest.split_at(find(rest, CLOSE).expect("a mark is closed"));
    (Value { kind, tag: number(tag), text: unescaped(body) }, &tail[1..])
}

/// Where a mark first stands in a text.
fn find(text: &str, mark: char) -> Option<usize> {
    memchr(mark as u8, text.as_bytes())
}

fn is_mark(byte: u8) -> bool {
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
    fn comes_back(kind: Kind, tag: u32, text: &str) {
        let output = format!("a = {}\n", marked(kind, tag, text));
        let value = Value { kind, tag, text: Cow::Borrowed(text) };
        let expected = [Piece::Literal("a = "), Piece::Value(value), Piece::Literal("\n")];
        assert_eq!(pieces(&output), expected);
    }

    #[test]
    fn a_value_comes_back_as_it_was() {
        comes_back(Kind::Text, 0, "");
        comes_back(Kind::Code, 15, "[1, 2]");
        comes_back(Kind::Bare, 4096, "12");
        comes_back(Kind::Text, u32::MAX, "line\nline");
    }

    #[test]
    fn a_value_made_of_marks_comes_back_as_it_was() {
        let marks: String = ('\0'..' ').collect();
        comes_back(Kind::Text, 7, &marks);
        comes_back(Kind::Text, 7, &marked(Kind::Code, 7, &marks));
    }

    #[test]
    fn lines_are_moved_in_and_values_are_left_alone() {
        let (open, close) = indentation("  ");
        let value = marked(Kind::Text, 1, "x\ny");
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
