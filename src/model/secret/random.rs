//! Long words of unordered letters and digits, such as access keys.

use std::ops::Range;

use super::{encoded, shapes};

/// The minimum length of a random text.
const LENGTH: usize = 32;

/// Words that everyone may read, by their beginning: checksums, and public keys of SSH.
const PUBLIC: [&str; 8] = [
    "sha256-",
    "sha384-",
    "sha512-",
    "sha1-",
    "AAAAB3NzaC1",
    "AAAAC3NzaC1",
    "AAAAE2VjZHNh",
    "AAAAGnNr",
];
/// What comes directly before a word that everyone may read.
const BEFORE: [&str; 7] =
    ["h1:", "zh:", ";base64,", "sha256:", "ENC[AES256_GCM,data:", ",iv:", ",tag:"];

/// The random words of a text. Digests and ids have one case, and in names and paths the kind of character changes only at the
/// start of a word.
pub(super) fn words(text: &str) -> Vec<Range<usize>> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '_' | '-');
    let mut found = Vec::new();
    let mut at = 0;
    for word in text.split(|c| !is_word(c)) {
        let is_public = || {
            PUBLIC.iter().any(|prefix| word.starts_with(prefix))
                || BEFORE.iter().any(|before| text[..at].ends_with(before))
        };
        if word.len() >= LENGTH && is_random(word) && !is_public() && !encoded::is_harmless(word) {
            found.push(at..at + word.len());
        }
        at += word.len();
        at += text[at..].chars().next().map_or(0, char::len_utf8);
    }
    if !found.is_empty() {
        let public = shapes::public_blocks(text);
        found.retain(|word| !public.iter().any(|block| block.contains(&word.start)));
    }
    found
}

fn is_random(word: &str) -> bool {
    let count = |fits: fn(&u8) -> bool| word.bytes().filter(fits).count();
    let kinds: [fn(&u8) -> bool; 3] =
        [u8::is_ascii_lowercase, u8::is_ascii_uppercase, u8::is_ascii_digit];
    let changes = |pair: &[u8]| match (pair[0], pair[1]) {
        (b'a'..=b'z', after) => after.is_ascii_uppercase() || after.is_ascii_digit(),
        (b'A'..=b'Z', after) => after.is_ascii_digit(),
        (b'0'..=b'9', after) => after.is_ascii_alphabetic(),
        _ => false,
    };
    let changes = word.as_bytes().windows(2).filter(|pair| changes(pair)).count();
    kinds.iter().all(|kind| count(*kind) >= 3) && changes * 3 >= word.len()
}
