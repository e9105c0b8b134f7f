//! Strings in Markdown, written so that a reader sees exactly the string.
//!
//! Each function appends a string for one kind of position. None looks at the text beside it but
//! for the end of what is printed already.

use std::fmt::Write;

/// The way to write a character that Markdown would read as more than text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EscapeStyle {
    /// After a backslash: readable, and enough almost everywhere.
    Backslash,
    /// As a character reference, which not even a code span or a link around it can read otherwise.
    Reference,
}

/// Appends running text; `start` if it could begin a heading, a list or the like. Ordinary words
/// stay as they are.
pub(super) fn push_text(out: &mut String, text: &str, start: bool, style: EscapeStyle) {
    let text = one_line(text);
    let inner = text.trim_matches(' ');
    if inner.is_empty() {
        return text.chars().for_each(|c| push_reference(out, c));
    }
    let number = inner.len() - inner.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (leading, trailing) =
        (text.len() - text.trim_start_matches(' ').len(), text.trim_end_matches(' ').len());
    for (at, c) in text.char_indices() {
        // Blanks at the end of a line break it, and those at its start mean code.
        if at == 0 && leading > 0 || at + 1 == text.len() && at >= trailing {
            push_reference(out, c);
            continue;
        }
        let (before, behind) = (&text[..at], &text[at + c.len_utf8()..]);
        let start = start && leading == 0;
        let is_special = match c {
            '\\' | '`' | '*' | '<' | '[' | ']' | '|' | '~' | '$' => true,
            '_' => !is_inside_word(before, behind),
            '&' => behind.is_empty() || behind.starts_with(|c: char| c == '#' || is_word(c)),
            '#' => behind.is_empty() || start && at == 0,
            '!' => behind.is_empty(),
            '-' | '+' | '=' | '>' | ':' => start && at == 0,
            '.' | ')' => start && at == number && number > 0 && !behind.starts_with(is_word),
            _ => false,
        };
        match style {
            EscapeStyle::Reference if c.is_ascii_punctuation() => push_reference(out, c),
            EscapeStyle::Backslash if is_special => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
}

/// Appends text of a link's title, whatever quotes are around it.
pub(super) fn push_title(out: &mut String, text: &str) {
    for c in one_line(text).chars() {
        if c.is_ascii_punctuation() && !"-_.,:/+=@%".contains(c) {
            push_reference(out, c);
        } else {
            out.push(c);
        }
    }
}

/// Appends text between the tags of an HTML block, where a backslash escapes nothing.
pub(super) fn push_html(out: &mut String, text: &str) {
    for c in one_line(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
}

/// Appends text of a comment. Separates the characters that could end it: two hyphens, or `>` after
/// a hyphen, which may precede the text.
pub(super) fn push_comment(out: &mut String, text: &str, after_hyphen: bool) {
    let text = one_line(text);
    for c in text.chars() {
        let after_hyphen = after_hyphen && out.is_empty() || out.ends_with('-');
        if matches!(c, '-' | '>') && after_hyphen {
            out.push(' ');
        }
        out.push(c);
    }
    if text.ends_with('-') {
        out.push(' ');
    }
}

/// The part of an address that leads to `text`.
pub(super) fn address(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_word(c) || "/._~:?#@!$'*+,;=%&-".contains(c) || c >= '\u{A0}' {
            out.push(c);
        } else {
            _ = write!(out, "%{:02X}", u32::from(c));
        }
    }
    out
}

/// Appends a part of the destination of a link.
pub(super) fn push_destination(out: &mut String, text: &str) {
    out.push_str(&address(text).replace('&', "&amp;"));
}

/// The text with a blank for every line break and control character.
pub(super) fn one_line(text: &str) -> String {
    let is_break = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    text.replace(is_break, " ")
}

/// Returns true if underscores between two pieces of text are inside a word, where they are text.
fn is_inside_word(before: &str, behind: &str) -> bool {
    before.trim_end_matches('_').ends_with(is_word)
        && behind.trim_start_matches('_').starts_with(is_word)
}

pub(super) fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

fn push_reference(out: &mut String, c: char) {
    _ = write!(out, "&#{};", u32::from(c));
}
