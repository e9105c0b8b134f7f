//! What looks like a secret, so that no message or diff ever shows one.
//!
//! Knows the shapes of well-known credentials; a name of a secret is not one.

use std::borrow::Cow;
use std::ops::Range;

/// Prefixes of credentials, with the least number of characters that follow.
const SHAPES: [(&str, usize); 14] = [
    ("AKIA", 16),
    ("ASIA", 16),
    ("ghp_", 30),
    ("gho_", 30),
    ("ghs_", 30),
    ("github_pat_", 30),
    ("glpat-", 20),
    ("xoxb-", 20),
    ("xoxp-", 20),
    ("sk_live_", 16),
    ("sk-ant-", 20),
    ("AIza", 30),
    ("hvs.", 20),
    ("eyJ", 40),
];
const KEY_BEGINS: &str = "-----BEGIN ";
const KEY_ENDS: &str = "-----END ";

/// The text with everything that looks like a secret replaced by as many asterisks, so that places
/// in it stay where they are.
pub fn masked(text: &str) -> Cow<'_, str> {
    let mut secrets = words(text);
    secrets.extend(key_blocks(text));
    if secrets.is_empty() {
        return Cow::Borrowed(text);
    }
    let hide = |(at, byte): (usize, u8)| match secrets.iter().any(|secret| secret.contains(&at)) {
        true if byte != b'\n' => b'*',
        _ => byte,
    };
    let bytes = text.bytes().enumerate().map(hide).collect();
    Cow::Owned(String::from_utf8(bytes).expect("whole characters were replaced"))
}

fn words(text: &str) -> Vec<Range<usize>> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '+' | '/');
    let looks = |word: &&str| {
        let shape = |(prefix, length): &(&str, usize)| {
            word.strip_prefix(prefix).is_some_and(|rest| rest.len() >= *length)
        };
        SHAPES.iter().any(shape)
    };
    let mut at = 0;
    let mut found = Vec::new();
    for word in text.split(|c| !is_word(c)) {
        if looks(&word) {
            found.push(at..at + word.len());
        }
        at += word.len();
        at += text[at..].chars().next().map_or(0, char::len_utf8);
    }
    found
}

fn key_blocks(text: &str) -> Vec<Range<usize>> {
    let begins = text.match_indices(KEY_BEGINS);
    let keys = begins.filter(|(at, _)| {
        text[*at..].lines().next().is_some_and(|line| line.contains("PRIVATE KEY-----"))
    });
    keys.map(|(at, _)| at..text[at..].find(KEY_ENDS).map_or(text.len(), |end| at + end)).collect()
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(masked(text), expected);
        assert_eq!(text.len(), expected.len());
    }

    #[test]
    fn secrets_are_masked_and_names_are_not() {
        let key = format!("AKIA{}", "A2B3".repeat(4));
        check(&format!("é = \"{key}\" b"), &format!("é = \"{}\" b", "*".repeat(20)));
        let (block, end) =
            ("-----BEGIN RSA PRIVATE KEY-----\nMII", "-----END RSA PRIVATE KEY-----\nb");
        let masked = format!("a {}\n***\n{end}", "*".repeat(31));
        check(&format!("a {block}\n{end}"), &masked);
        for text in ["secret = \"icepack/dev/polaris\"", "AKIA", "role/deploy", "eyJ"] {
            check(text, text);
        }
    }
}
