//! The values that each position allows.

use super::escape::quoted;
use super::label;
use super::token::{HclToken, HclTokenKind};
use super::tokenized::{PlaceholderToken, TokenizedText};
use crate::format::Refusal;
use crate::format::markers::{MarkedValue, ValueKind};

const HALF_ESCAPE: Refusal = Refusal {
    reason: "a value follows an incomplete escape sequence",
    help: "write `\\\\` for a backslash",
};
const IN_DELIMITER: Refusal = Refusal {
    reason: "heredoc delimiters cannot contain template values",
    help: "write the delimiter out",
};
const UNQUOTED: Refusal =
    Refusal { reason: "unquoted string", help: "use `{{ … | hcl }}` or quote it" };
const BAD_LABEL: Refusal = Refusal {
    reason: "block label contains a character that `terraform fmt` or Terraform does not allow",
    help: "use letters, digits, `_` and `-`",
};

/// Returns an error if a value may not replace a placeholder of a token.
pub(super) fn validate_position(
    text: &TokenizedText,
    holder: &PlaceholderToken,
    placeholder: usize,
    value: &MarkedValue<'_>,
) -> Result<(), Refusal> {
    let index = holder.index;
    let kind = text.tokens[index].kind;
    let before = &text.text(index)[..text.offsets[placeholder]];
    if kind == HclTokenKind::QuotedText && ends_inside_escape(before) {
        return Err(HALF_ESCAPE);
    }
    if matches!(kind, HclTokenKind::OpenHeredoc | HclTokenKind::CloseHeredoc) {
        return Err(IN_DELIMITER);
    }
    match (value.kind, around_expression(kind)) {
        (ValueKind::Bare, _) => Ok(()),
        (ValueKind::Code, Some(refusal)) => Err(refusal),
        (ValueKind::Text, None) => Err(UNQUOTED),
        _ if is_label(&text.tokens, index) && !fits_label(value) => Err(BAD_LABEL),
        _ => Ok(()),
    }
}

/// The refusal of an expression in a token of text; `None` for all other tokens.
fn around_expression(kind: HclTokenKind) -> Option<Refusal> {
    let reason = match kind {
        HclTokenKind::QuotedText => "expression inside quotes",
        HclTokenKind::HeredocText => "expression inside a heredoc",
        HclTokenKind::LineComment | HclTokenKind::BlockComment => "expression inside a comment",
        _ => return None,
    };
    Some(Refusal { reason, help: "print it without `| hcl`" })
}

/// Returns true if the text of a template ends in the middle of `\n`, `\u00e9` or the like.
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

/// Returns true if a token belongs to the labels of a block: a line of names and strings up to `{`.
fn is_label(tokens: &[HclToken], index: usize) -> bool {
    use HclTokenKind::*;
    let is_part =
        |token: &&HclToken| matches!(token.kind, Name | OpenQuote | QuotedText | CloseQuote);
    let before = tokens[..index].iter().rev().find(|token| !is_part(token));
    let after = tokens[index..].iter().find(|token| !is_part(token));
    before.is_none_or(|token| token.kind == Newline)
        && after.is_some_and(|token| token.kind == Open)
}

/// Returns true if a label needs no escapes. `terraform fmt` silently drops the labels of a block
/// when one contains a `$` or a `%`, escaped or not.
fn fits_label(value: &MarkedValue<'_>) -> bool {
    let text = &value.text;
    let is_plain = match value.kind {
        ValueKind::Text => quoted(text).len() == text.len() + 2,
        _ => !text.contains('\\'),
    };
    is_plain && !text.contains(['$', '%']) && text.chars().all(label::is_printed)
}
