//! Plain scalars: text without quotes that every reader takes for the same string.
//!
//! The rules list the forms that are safe in YAML 1.1 and 1.2, and not the dangerous ones. Readers
//! that were looked at: PyYAML, libyaml, go-yaml, js-yaml, Ruby's Psych and Terraform.

use super::inline::LONGEST_KEY;
use super::scalar::{RESERVED, is_amount, is_visible};

/// What a plain scalar is, which decides the characters that it can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PlainPosition {
    /// The value of a key, or an item of a list, outside brackets.
    Value,
    /// A key outside brackets.
    Key,
    /// A key, a value or an item inside `[ ]` or `{ }`.
    Flow,
}

/// Returns true if a text without quotes is one scalar, which is this same string.
pub(super) fn is_string(text: &str, position: PlainPosition) -> bool {
    is_one_scalar(text, position) && !is_typed(text)
}

/// Returns true for a number that every reader takes for the same one: digits with at most one
/// point, and no zero that makes it octal.
pub(super) fn is_number(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    digits(whole) && digits(fraction) && (whole == "0" || !whole.starts_with('0'))
}

/// Returns true if a text is one plain scalar: nothing in it begins something else or ends it.
fn is_one_scalar(text: &str, position: PlainPosition) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let starts_well = match first {
        '-' => {
            let option = text.strip_prefix("--").unwrap_or(&text[1..]);
            option.starts_with(|c: char| c.is_ascii_alphanumeric())
        }
        c => !c.is_ascii_punctuation() || "_/$().;<=+^~\\".contains(c),
    };
    let ends_here = text.contains(": ") || text.contains(" #") || text.ends_with(':');
    let is_allowed = match position {
        PlainPosition::Value => true,
        PlainPosition::Key => text.len() <= LONGEST_KEY,
        // Older readers of brackets stop at any colon and question mark.
        PlainPosition::Flow => !text.contains([',', '[', ']', '{', '}', ':', '?']),
    };
    starts_well
        && is_allowed
        && !ends_here
        && !text.starts_with("...")
        && text.trim() == text
        && text.chars().all(is_visible)
}

/// Returns true if some reader may take a plain scalar for something else than a string.
fn is_typed(text: &str) -> bool {
    if matches!(text, "~" | "=" | "<<") {
        return true;
    }
    let bare = text.trim_start_matches(['+', '-', '.', '_']);
    if RESERVED.iter().any(|word| word.eq_ignore_ascii_case(bare)) {
        return true;
    }
    bare.is_empty() || bare.starts_with(|c: char| c.is_ascii_digit()) && !is_no_number(text)
}

/// Returns true if a text that begins like a number or a time is none for any reader.
fn is_no_number(text: &str) -> bool {
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit());
    let of_parts = |separator, counts: std::ops::RangeInclusive<usize>| {
        let parts = text.split(separator);
        counts.contains(&parts.clone().count()) && parts.into_iter().all(is_digits)
    };
    // An address or a version, a range, a number with a unit.
    of_parts('.', 3..=usize::MAX) || of_parts('-', 2..=2) || is_amount(text) || is_uuid(text) || {
        let is_hexadecimal = text.contains(['x', 'X']);
        text.chars().any(|c| match c {
            // Signs, points, separators of digits, and those of times.
            '0'..='9' | '+' | '-' | '.' | '_' | ',' | ':' | ' ' => false,
            // Bases, exponents, suffixes of floats, and letters of times.
            'b' | 'B' | 'd' | 'D' | 'e' | 'E' | 'f' | 'F' | 'o' | 'O' => false,
            'p' | 'P' | 't' | 'T' | 'x' | 'X' | 'z' | 'Z' => false,
            'a' | 'A' | 'c' | 'C' => !is_hexadecimal,
            _ => true,
        })
    }
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && text.bytes().all(|it| it.is_ascii_hexdigit() || it == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(position: PlainPosition, strings: &[&str], others: &[&str]) {
        for text in strings {
            assert!(is_string(text, position), "{text:?} is a string");
        }
        for text in others {
            assert!(!is_string(text, position), "{text:?} may be something else");
        }
    }

    #[test]
    fn texts_that_people_leave_plain_are_strings() {
        let texts = [
            "eks.dev.example.net",
            "arn:aws:iam::411706531007:role/x",
            "https://a.b/c?d=e&f=[g]#h",
            "redis://h:6379/1",
            "Apply - Integration",
            "it's \"so\"",
            "${{ vars.X_DEV == 'true' }}",
            "10.0.0.0/16",
            "10.0.0.1",
            "1.2.3",
            "1.2.3-rc.1",
            "500m",
            "50%",
            "8000-9000",
            "12345678-1234-1234-1234-123456789012",
            "4c1f9f2e-0000-4000-8000-000000000000",
            "3 replicas",
            "-v",
            "--flag=x",
            "é",
            "~/x",
            "=x",
            "a{b}",
            "a,b",
            "/",
        ];
        check(PlainPosition::Value, &texts, &[""]);
    }

    #[test]
    fn what_a_reader_takes_for_something_else_is_none() {
        let typed = [
            "y",
            "No",
            "ON",
            "off",
            "TRUE",
            "null",
            "NaN",
            "inf",
            ".inf",
            "-.INF",
            "+.nan",
            "~",
            "=",
            "<<",
            "1",
            "-1",
            "+1",
            "1.5",
            ".5",
            "-.5",
            "._1",
            "1_000",
            "1,000",
            "0x1F",
            "0xcafe",
            "0o17",
            "0b1",
            "017",
            "1e3",
            "7310e42",
            "1.e5",
            "12:30",
            "12:30:45",
            "2026-11-20",
            "2026-11-20T10:00:00Z",
            "2001-12-14 21:59:43.10 -5",
            "1d",
            "1f",
            ".",
            "-.",
            "_",
            "__",
        ];
        check(PlainPosition::Value, &[], &typed);
    }

    #[test]
    fn what_begins_or_ends_something_else_is_none() {
        let broken = [
            "- a",
            "-",
            "? a",
            "?a",
            ":a",
            ": a",
            "[a",
            "]",
            "{a",
            "}",
            "#a",
            "&a",
            "*a",
            "!a",
            "|",
            ">a",
            "'a",
            "\"a",
            "%a",
            "@a",
            "`a",
            "a: b",
            "a:",
            "a #b",
            " a",
            "a ",
            "a\nb",
            "a\tb",
            "...",
            "---",
            "--- a",
            "a\u{85}b",
            "a\u{feff}",
            "-[a",
            "-{",
            ",a",
        ];
        check(PlainPosition::Value, &[], &broken);
        check(PlainPosition::Key, &["a b", "a:b", "example.net/x"], &broken);
        check(
            PlainPosition::Flow,
            &["a b", "eu-west-1a", "a/b"],
            &["a,b", "a[b", "a]", "a:b", "a?b"],
        );
    }

    #[test]
    fn a_key_is_not_too_long() {
        let long = "k".repeat(LONGEST_KEY + 1);
        assert!(is_string(&long, PlainPosition::Value) && !is_string(&long, PlainPosition::Key));
    }

    #[test]
    fn plain_decimals_are_numbers() {
        for text in ["0", "1", "-1", "10", "0.5", "1.25"] {
            assert!(is_number(text), "{text}");
        }
        for text in ["", "-", "01", "00", "1.", ".5", "1.2.3", "1e3", "+1", "1_0", "0x1"] {
            assert!(!is_number(text), "{text}");
        }
    }
}
