//! Detection of secrets, so that no message, diff or source line shows one.
//!
//! Knows the forms of well-known credentials, the keys under which people keep passwords, and the places where a file of any
//! format has a value. The name of a secret is not a secret.

mod addresses;
mod encoded;
mod keys;
mod lines;
mod pairs;
mod random;
#[cfg(test)]
mod real_texts;
mod shapes;
pub(crate) mod shown;
mod siblings;
#[cfg(test)]
mod tests;
mod values;

use std::borrow::Cow;
use std::ops::Range;

pub(crate) use keys::{holds_ciphertext, holds_secrets, is_value_key, names_the_value};

/// A message with everything that looks like a secret replaced by as many asterisks.
pub(crate) fn masked(text: &str) -> Cow<'_, str> {
    let mut found = anywhere(text);
    found.extend(pairs::tight(text));
    found.extend(shown::anywhere(text));
    hidden(text, found)
}

/// The text of a file in which each secret is replaced by as many asterisks, so that every place in it stays where it is. Takes
/// the whole file: a line alone does not show what its value is.
pub(crate) fn masked_file(text: &str) -> Cow<'_, str> {
    let mut found = anywhere(text);
    found.extend(lines::assigned(text));
    found.extend(shown::anywhere(text));
    found.extend(shown::in_files(text));
    hidden(text, found)
}

/// The ranges of the secrets in a text that its author wrote on purpose, such as a template: those of which there is little doubt.
pub(crate) fn written(text: &str) -> Vec<Range<usize>> {
    let is_certain = |range: &Range<usize>| {
        let value = &text[range.clone()];
        values::reveals(value) && !value.contains(char::is_whitespace)
    };
    let mut found = anywhere(text);
    found.extend(lines::by_key(text).into_iter().filter(is_certain));
    found.sort_by_key(|range| (range.start, range.end));
    found.dedup_by(|next, kept| {
        let overlaps = next.start < kept.end;
        kept.end = if overlaps { kept.end.max(next.end) } else { kept.end };
        overlaps
    });
    found
}

/// The value of a key, as TOML writes it, with asterisks for what is a secret.
pub(crate) fn masked_value(key: &str, written: &str) -> String {
    let before = format!("\"{key}\" = ");
    masked_file(&format!("{before}{written}"))[before.len()..].to_owned()
}

/// The ranges of known kinds of credentials in a text, and of passwords in addresses.
pub(crate) fn credentials(text: &str) -> Vec<Range<usize>> {
    let mut found = shapes::words(text);
    found.extend(shapes::key_blocks(text));
    found.extend(addresses::passwords(text));
    found.extend(encoded::words(text));
    found
}

/// Returns true if a value is a secret by its format, by the name of its key or by its randomness.
/// The name of a secret is not a secret.
pub(crate) fn is_secret(key: &str, value: &str) -> bool {
    let is_password =
        || keys::is_password(key) && reveals(key, value) && !value.contains(char::is_whitespace);
    is_password()
        || !credentials(value).is_empty()
        || !random::words(value).is_empty() && !keys::is_public(key)
        || !pairs::tight(value).is_empty()
}

/// Returns true if a number is a secret by the name of its key. A number called a token is usually an amount.
pub(crate) fn is_secret_number(key: &str, digits: &str) -> bool {
    keys::is_password(key)
        && !keys::is_token(key)
        && digits.len() >= values::SHORTEST_NUMBER
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns true if a text below a table of secrets, such as `passwords`, is one of them.
pub(crate) fn is_held(key: &str, value: &str) -> bool {
    !keys::is_about(key) && values::reveals(value)
}

/// Returns true if a value reveals the secret of its key.
fn reveals(key: &str, value: &str) -> bool {
    let is_plain = || value.bytes().all(|byte| byte.is_ascii_alphabetic());
    values::reveals(value) && !(keys::takes_names(key) && is_plain()) && !keys::is_of_existing(key)
}

/// All that is a secret wherever it is written.
fn anywhere(text: &str) -> Vec<Range<usize>> {
    let mut found = credentials(text);
    found.extend(random::words(text));
    found
}

fn hidden(text: &str, ranges: Vec<Range<usize>>) -> Cow<'_, str> {
    if ranges.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut bytes = text.as_bytes().to_vec();
    for at in ranges.into_iter().flatten() {
        if !matches!(bytes[at], b'\n' | b'\r') {
            bytes[at] = b'*';
        }
    }
    Cow::Owned(String::from_utf8(bytes).expect("whole characters were replaced"))
}
