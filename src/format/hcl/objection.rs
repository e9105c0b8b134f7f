//! What speaks against a value in its position, and what to do about it.
//!
//! Judges only; writes nothing.

use super::escape::quoted;
use super::frame::Frame;
use super::lexer::{Kind, Token};
use crate::format::markers::{Kind as Sort, Value};

/// The reason why a value may not stand in the token at `index`, with its slot at offset `slot` of
/// that, and the remedy.
pub(super) fn objection(
    frame: &Frame,
    index: usize,
    slot: usize,
    value: &Value<'_>,
) -> Option<(&'static str, &'static str)> {
    let kind = frame.tokens[index].kind;
    let place = match kind {
        Kind::QuotedText => "an expression stands inside quotes",
        Kind::HeredocText => "an expression stands inside a heredoc",
        Kind::LineComment | Kind::BlockComment => "an expression stands inside a comment",
        _ => "",
    };
    if kind == Kind::QuotedText && ends_inside_escape(&frame.text(index)[..slot]) {
        return Some(("a value follows half an escape sequence", "write `\\\\` for a backslash"));
    }
    if matches!(kind, Kind::OpenHeredoc | Kind::CloseHeredoc) {
        return Some(("a value stands in the marker of a heredoc", "write the marker out"));
    }
    match value.kind {
        Sort::Bare => None,
        Sort::Code if !place.is_empty() => Some((place, "print it without `| hcl`")),
        Sort::Text if place.is_empty() => {
            Some(("a string stands bare", "write `{{ … | hcl }}` or put it in quotes"))
        }
        Sort::Text | Sort::Code => {
            let is_bad_label = is_label(&frame.tokens, index) && !fits_label(value);
            is_bad_label.then_some((
                "a block label holds a character that `terraform fmt` or Terraform refuses there",
                "use letters, digits, `_` and `-`",
            ))
        }
    }
}

/// Whether template text ends in the middle of `\n`, `\u00e9` or the like.
fn ends_inside_escape(text: &str) -> bool {
    let Some(last) = text.rfind('\\') else { return false };
    let backslashes = text[..=last].bytes().rev().take_while(|byte| *byte == b'\\').count();
    let begun = &text.as_bytes()[last + 1..];
    let digits_missing = match begun {
        [] => true,
        [b'u', digits @ ..] => digits.len() < 4 && digits.iter().all(u8::is_ascii_hexdigit),
        [b'U', digits @ ..] => digits.len() < 8 && digits.iter().all(u8::is_ascii_hexdigit),
        _ => false,
    };
    backslashes % 2 == 1 && digits_missing
}

/// Whether a token belongs to the labels of a block: a line of names and strings up to `{`.
fn is_label(tokens: &[Token], index: usize) -> bool {
    use Kind::*;
    let is_part = |token: &&Token| matches!(token.kind, Name | OpenQuote | QuotedText | CloseQuote);
    let before = tokens[..index].iter().rev().find(|token| !is_part(token));
    let after = tokens[index..].iter().find(|token| !is_part(token));
    before.is_none_or(|token| token.kind == Newline)
        && after.is_some_and(|token| token.kind == Open)
}

/// Whether a label can be written without escapes. `terraform fmt` silently drops the labels of a
/// block when one holds a `$` or a `%`, escaped or not.
fn fits_label(value: &Value<'_>) -> bool {
    let text = &value.text;
    let is_plain = match value.kind {
        Sort::Text => quoted(text).len() == text.len() + 2,
        _ => !text.contains('\\'),
    };
    is_plain && !text.contains(['$', '%'])
}
