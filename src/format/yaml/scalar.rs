//! YAML scalars that every reader takes for what they are.
//!
//! A string is plain only in forms that no reader of YAML 1.1 or 1.2 takes for anything else.
//! The rule lists what is safe rather than what is dangerous, since the libraries that do the
//! latter print `off`, `1_000` and `12:30:45` plain. Knows nothing of the positions in a file.

use serde_json::Number;

/// Words that some reader takes for a boolean, a null or a number, in lower case.
const RESERVED: [&str; 12] =
    ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity"];

/// What may follow a number and make it a string: the units of Kubernetes quantities and of
/// durations. `E` is missing, because `1E` begins a float.
const UNITS: [&str; 14] =
    ["m", "k", "M", "G", "T", "P", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "s", "h"];

/// Whether a string may stand plain anywhere: as a key, and inside `[ ]` and `{ }`.
pub(super) fn is_word(text: &str) -> bool {
    let starts_well = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '_');
    let is_name = starts_well && text.chars().all(is_word_character);
    is_name && !RESERVED.iter().any(|word| word.eq_ignore_ascii_case(text)) || is_amount(text)
}

/// Whether a string may stand plain as the value of a key or as an item of a block list.
///
/// There a colon is safe where text follows it, so ARNs, images and most URLs are plain.
pub(super) fn is_plain(text: &str) -> bool {
    let is_path = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !text.ends_with(':')
        && text.chars().all(|c| is_word_character(c) || c == ':');
    is_word(text) || is_path && text.contains(':')
}

/// Whether a string may stand in a block scalar and come back as it was.
///
/// Its first line decides the indentation, so it holds more than blanks and starts with none.
/// Blanks at the ends of lines would be there unseen, and more than one line break at the end
/// depends on what follows the block.
pub(super) fn is_block(text: &str) -> bool {
    let lines = text.strip_suffix('\n').unwrap_or(text);
    lines.contains('\n')
        && !lines.ends_with('\n')
        && !lines.starts_with([' ', '\t', '\n'])
        && lines.split('\n').all(|line| !line.ends_with([' ', '\t']))
        && lines.chars().all(|c| is_visible(c) || c == '\n' || c == '\t')
}

/// A string in double quotes.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    push_escaped(&mut out, text);
    out.push('"');
    out
}

/// Writes a string as it stands between double quotes.
pub(super) fn push_escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_visible(c) => out.push(c),
            c if c <= '\u{FFFF}' => out.push_str(&format!("\\u{:04X}", c as u32)),
            c => out.push_str(&format!("\\U{:08X}", c as u32)),
        }
    }
}

/// A number that every reader takes for the same number.
///
/// A float has a point, and a sign before its exponent: without them PyYAML reads a string.
/// Integers are exact; but Helm computes with floats, so beyond 2^53 it rounds them, and an id of
/// that length should be a string.
pub(super) fn number(number: &Number) -> String {
    let float = match number.as_f64() {
        Some(float) if number.is_f64() => format!("{float:?}"),
        _ => return number.to_string(),
    };
    match float.split_once('e') {
        Some((digits, exponent)) => {
            let point = if digits.contains('.') { "" } else { ".0" };
            let sign = if exponent.starts_with('-') { "" } else { "+" };
            format!("{digits}{point}e{sign}{exponent}")
        }
        None => float,
    }
}

/// Whether a character may stand in a file as it is: printable in every version of YAML, and
/// neither invisible nor a reason to show the text around it in another order.
pub(super) fn is_visible(c: char) -> bool {
    match c {
        ' '..='~' | '\u{A1}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' => !matches!(
            c,
            '\u{AD}'
                | '\u{200B}'
                | '\u{200E}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{FDD0}'..='\u{FDEF}'
                | '\u{FEFF}'
        ),
        c => ('\u{10000}'..='\u{DFFFF}').contains(&c),
    }
}

fn is_word_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_./+@=-".contains(c)
}

/// Whether a string is a number with a unit, such as `500m` or `1.5Gi`.
fn is_amount(text: &str) -> bool {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let number = &text[..text.len() - unit.len()];
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    digits(whole) && digits(fraction) && UNITS.contains(&unit)
}
