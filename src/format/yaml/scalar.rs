//! YAML scalars that every reader reads as the same value.
//!
//! A string is plain only in forms that no reader of YAML 1.1 or 1.2 reads as another type. The
//! rules list the safe forms and not the dangerous ones: libraries that do the latter print `off`,
//! `1_000` and `12:30:45` plain. Knows nothing of the positions in a file.

use serde_json::Number;

/// Words that some reader reads as a boolean, a null or a number, in lower case.
pub(super) const RESERVED: [&str; 12] =
    ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity"];

/// Suffixes that turn a number into a string: the units of Kubernetes quantities and of durations.
/// `E` is missing, because `1E` begins a float.
const UNITS: [&str; 14] =
    ["m", "k", "M", "G", "T", "P", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "s", "h"];

/// Returns true if a string can be plain anywhere: as a key, and inside `[ ]` and `{ }`.
pub(super) fn is_word(text: &str) -> bool {
    let starts_well = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '_');
    let is_name = starts_well && text.chars().all(is_word_character);
    is_name && !RESERVED.iter().any(|word| word.eq_ignore_ascii_case(text)) || is_amount(text)
}

/// Returns true if a string can be plain as the value of a key or as an item of a block list.
///
/// There a colon before other text is safe, so ARNs, images and most URLs are plain.
pub(super) fn is_plain(text: &str) -> bool {
    let is_path = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !text.ends_with(':')
        && text.chars().all(|c| is_word_character(c) || c == ':');
    is_word(text) || is_path && text.contains(':')
}

/// Returns true if every reader returns a string unchanged from a block scalar.
///
/// The first line decides the indentation, so it is not blank and does not begin with a blank.
/// Blanks at the ends of lines would be invisible, and the meaning of several line breaks at the
/// end depends on the text after the block.
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

/// Appends a string escaped for double quotes.
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

/// A number that every reader reads as the same number.
///
/// A float has a point, and a sign before its exponent: without them PyYAML reads a string.
/// Integers are exact. Helm computes with floats and rounds integers beyond 2^53, so an id of that
/// length should be a string.
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

/// Returns true if a character needs no escape: it is printable in every version of YAML, not
/// invisible, and does not change the order in which text is displayed.
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

/// Returns true if a text needs no escape on one line.
pub(super) fn is_visible_line(text: &str) -> bool {
    text.chars().all(|c| is_visible(c) || c == '\t')
}

fn is_word_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_./+@=-".contains(c)
}

/// Returns true if a string is a number with a unit, such as `500m` or `1.5Gi`.
pub(super) fn is_amount(text: &str) -> bool {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let number = &text[..text.len() - unit.len()];
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    digits(whole) && digits(fraction) && UNITS.contains(&unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(plain: fn(&str) -> bool, yes: &[&str], no: &[&str]) {
        for text in yes {
            assert!(plain(text), "{text:?} should be plain");
        }
        for text in no {
            assert!(!plain(text), "{text:?} should not be plain");
        }
    }

    #[test]
    fn ordinary_words_are_plain() {
        check(
            is_word,
            &["icepack", "charts/icepack", "a.b.c", "/readyz", "eks.amazonaws.com/role-arn", "_"],
            &["", "two words", "a:b", "a,b", "é", "-a", ".a", "a#b", "a\n"],
        );
    }

    #[test]
    fn amounts_are_plain() {
        check(
            is_word,
            &["500m", "8Gi", "1.5Gi", "30s"],
            &["500", "1.5", "1E", "1e3m", ".5m", "1.m"],
        );
    }

    #[test]
    fn what_a_reader_takes_for_something_else_is_not_plain() {
        let words = ["y", "No", "ON", "off", "TRUE", "null", "NaN", "inf", "~", "=", "<<"];
        check(is_plain, &[], &words);
        check(is_plain, &[], &["1_000", "0x1F", "12:30:45", "2026-11-20", "012345678901", "1e3"]);
    }

    #[test]
    fn colons_are_plain_in_values_only() {
        let values =
            ["arn:aws:iam::411706531007:role/icepack", "repo/icepack:1.2", "https://a.b/c"];
        check(is_plain, &values, &["a:", "a: b", "12:30", ":a"]);
        check(is_word, &[], &values);
    }

    #[test]
    fn blocks_hold_what_their_form_cannot_change() {
        check(
            is_block,
            &["a\nb", "a\nb\n", "a\n\nb", "a\n  b", "a\n\tb", "# a\n- b"],
            &[
                "a", "a\n", " a\nb", "\ta\nb", "\na", "a\nb\n\n", "a \nb", "a\nb ", "a\n \nb",
                "a\r\nb",
            ],
        );
    }

    #[test]
    fn quotes_escape_what_cannot_be_seen() {
        assert_eq!(quoted("a\"b\\c"), r#""a\"b\\c""#);
        assert_eq!(quoted("a\n\r\t\0"), r#""a\n\r\t\u0000""#);
        assert_eq!(quoted("\u{85}\u{A0}\u{2028}\u{FEFF}\u{FFFE}\u{E0001}"), {
            r#""\u0085\u00A0\u2028\uFEFF\uFFFE\U000E0001""#
        });
        assert_eq!(quoted("é 日 😀 👩\u{200D}💻"), "\"é 日 😀 👩\u{200D}💻\"");
    }

    #[test]
    fn a_float_looks_like_one_to_every_reader() {
        let rows = [
            (1.0, "1.0"),
            (-0.0, "-0.0"),
            (0.25, "0.25"),
            (1e30, "1.0e+30"),
            (1.5e300, "1.5e+300"),
            (1e-7, "1.0e-7"),
        ];
        for (float, expected) in rows {
            assert_eq!(number(&Number::from_f64(float).unwrap()), expected);
        }
        assert_eq!(number(&Number::from(u64::MAX)), "18446744073709551615");
        assert_eq!(number(&Number::from(i64::MIN)), "-9223372036854775808");
    }
}
