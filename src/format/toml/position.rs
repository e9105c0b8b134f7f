//! The values that each position allows, and how it escapes them.

use super::inline;
use crate::format::markers::{MarkedValue, ValueKind};
use crate::format::quotes::{QuotedPosition, Quoting};
use crate::format::{AFTER_BACKSLASH, Refusal, in_comment};

const UNQUOTED: Refusal =
    Refusal { reason: "unquoted string", help: "quote it, or end the tag with `| toml`" };
const FILTERED: Refusal = Refusal {
    reason: "the filter `toml` cannot be used inside quotes or a comment",
    help: "remove the filter",
};
const NOT_LITERAL: Refusal = Refusal {
    reason: "single quotes cannot contain single quotes, line breaks or invisible characters",
    help: "use double quotes",
};

/// Appends a value as its position has it.
pub(super) fn push(
    out: &mut String,
    value: &MarkedValue<'_>,
    position: &QuotedPosition<'_>,
) -> Result<(), Refusal> {
    if position.is_escaped {
        return Err(AFTER_BACKSLASH);
    }
    match (value.kind, position.quoting) {
        (ValueKind::Code | ValueKind::Bare, Quoting::Bare) => out.push_str(&value.text),
        (ValueKind::Text, Quoting::Bare)
            if is_key(position) && inline::is_bare_key(&value.text) =>
        {
            out.push_str(&value.text);
        }
        (ValueKind::Text, Quoting::Bare) => return Err(UNQUOTED),
        (ValueKind::Code, _) => return Err(FILTERED),
        (_, Quoting::Double | Quoting::TripleDouble) => inline::push_escaped(out, &value.text),
        (_, Quoting::Single | Quoting::TripleSingle) if !is_literal(&value.text) => {
            return Err(NOT_LITERAL);
        }
        (_, Quoting::Single | Quoting::TripleSingle) => out.push_str(&value.text),
        (_, Quoting::Comment(_)) => {
            out.extend(value.text.chars().map(in_comment));
        }
    }
    Ok(())
}

/// Returns true if a position is in a key at the start of a line, or in the name of a table.
fn is_key(position: &QuotedPosition<'_>) -> bool {
    let line = position.before.trim_start();
    let brackets = line.bytes().take_while(|byte| *byte == b'[').count();
    position.depths == (0, brackets) && !line.contains(['=', '"', '\'', '{'])
}

fn is_literal(text: &str) -> bool {
    !text.contains(|c: char| c == '\'' || c.is_control() && c != '\t')
}
