//! Strings in HCL, written so that Terraform reads back exactly the same string.
//!
//! Each function appends to a text that it may look at but not lex. The caller chooses the function
//! for the position.

use std::fmt::Write;

use crate::format::in_comment;

/// A quoted string that Terraform evaluates to `text`.
pub fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    push_quoted(&mut out, text);
    out.push('"');
    out
}

/// Appends `text` inside a quoted string.
pub(super) fn push_quoted(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(begins_escaped) {
        let (plain, escaped) = rest.split_at(at);
        out.push_str(plain);
        let mut chars = escaped.chars();
        match chars.next().expect("a character begins at its first byte") {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                write!(out, "\\u{:04x}", u32::from(c)).expect("a string takes any text");
            }
            c => push_char(out, c),
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
}

/// Returns true if a character with this first byte may need an escape between quotes. The last
/// control characters share their first byte with characters that need none.
fn begins_escaped(byte: u8) -> bool {
    byte.is_ascii_control() || matches!(byte, b'"' | b'\\' | b'{' | 0xC2)
}

/// Appends `text` inside a heredoc, where only template sequences have an escape.
pub(super) fn push_plain(out: &mut String, text: &str) {
    for c in text.chars() {
        push_char(out, c);
    }
}

/// Appends `text` as a template sequence of its own, which can hold any string.
pub(super) fn push_interpolated(out: &mut String, text: &str) {
    separate_sign(out, '$');
    out.push_str("${");
    out.push_str(&quoted(text));
    out.push('}');
}

/// Returns true if a heredoc can lose a character: control characters, and the carriage return that
/// a conversion of line ends removes.
pub(super) fn is_lost_in_heredoc(c: char) -> bool {
    c.is_control() && c != '\n' && c != '\t'
}

/// Appends `text` inside a comment, on one line.
pub(super) fn push_comment(out: &mut String, text: &str) {
    out.extend(text.chars().map(in_comment));
}

/// Appends `text` inside a comment that `*/` ends.
pub(super) fn push_block_comment(out: &mut String, text: &str) {
    for c in text.chars() {
        if c == '/' {
            break_comment_end(out, "/");
        }
        out.push(in_comment(c));
    }
}

/// Keeps a `*` at the end of `out` and a `/` at the start of the next text from ending a comment.
pub(super) fn break_comment_end(out: &mut String, next: &str) {
    if next.starts_with('/') && out.ends_with('*') {
        out.push(' ');
    }
}

/// Keeps a sign at the end of `out` and a `{` at the start of the next text from opening a template
/// sequence: a doubled sign is literal.
pub(in crate::format) fn double_sign(out: &mut String, next: &str) {
    if next.starts_with('{')
        && let Some(sign @ ('$' | '%')) = out.chars().next_back()
    {
        out.push(sign);
    }
}

/// Keeps a sign at the end of `out` from escaping the next template sequence, which begins with
/// `opener`.
pub(super) fn separate_sign(out: &mut String, opener: char) {
    if out.ends_with(opener) {
        let signs = out.split_off(out.trim_end_matches(['$', '%']).len());
        out.push_str("${\"");
        out.push_str(&signs);
        out.push_str("\"}");
    }
}

fn push_char(out: &mut String, c: char) {
    if c == '{' {
        double_sign(out, "{");
    }
    out.push(c);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(quoted(text), expected);
    }

    #[test]
    fn a_quoted_string_holds_any_text() {
        check("", r#""""#);
        check("no", r#""no""#);
        check("a\"b\\c", r#""a\"b\\c""#);
        check("a\nb\rc\td", r#""a\nb\rc\td""#);
        check("\0\u{7f}\u{85}", r#""\u0000\u007f\u0085""#);
        check("é👩‍👩‍👧", r#""é👩‍👩‍👧""#);
    }

    #[test]
    fn a_quoted_string_opens_no_template_sequence() {
        check("${x}%{y}", r#""$${x}%%{y}""#);
        check("${x}%${y}$%{z}", r#""$${x}%$${y}$%%{z}""#);
        check("$${x} $ {% {", r#""$$${x} $ {% {""#);
    }
}
