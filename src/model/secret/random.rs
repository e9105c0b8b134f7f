//! Long words of unordered letters and digits, such as access keys.

use std::ops::Range;

use super::{encoded, keys, shapes, values};

/// The minimum length of a random text.
const LENGTH: usize = 32;

/// Words that everyone may read, by their beginning: checksums, public keys, pictures, fonts, archives, keys of web pages, and
/// what Amazon, Google and Jenkins encrypted.
const PUBLIC: [&str; 31] = [
    "sha256-",
    "sha384-",
    "sha512-",
    "sha1-",
    "AAAAB3NzaC1",
    "AAAAC3NzaC1",
    "AAAAE2VjZHNh",
    "AAAAGnNr",
    "iVBORw0KGgo",
    "/9j/4AA",
    "R0lGOD",
    "UklGR",
    "AAABAA",
    "d09GMg",
    "d09GRg",
    "H4sIA",
    "UEsDB",
    "JVBERi",
    "pk_live_",
    "pk_test_",
    "AQICAH",
    "CiQA",
    "AQAAABAAAA",
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ",
    "MIICIjANBgkqhkiG9w0BAQEFAAOCAg",
    "MIGfMA0GCSqGSIb3DQEBAQUAA4",
    "MFkwEwYHKoZIzj0CAQ",
    "MHYwEAYHKoZIzj0CAQ",
    "MCowBQYDK2Vw",
    "LS0tLS1CRUdJTiBDRVJU",
    "LS0tLS1CRUdJTiBQVUJM",
];
/// What comes directly before a word that everyone may read, or that is encrypted.
const BEFORE: [&str; 17] = [
    "h1:",
    "zh:",
    ";base64,",
    "sha256:",
    "ENC[AES256_GCM,data:",
    ",iv:",
    ",tag:",
    "ENC[PKCS7,",
    "{cipher}",
    "vault:v1:",
    "vault:v2:",
    "docs.google.",
    "drive.google.",
    "\"n\":\"",
    "\"n\": \"",
    "\"kid\":\"",
    "\"kid\": \"",
];
/// A part of every certificate of version 3, behind its length.
const CERTIFICATE: &str = "gAwIBAgI";

/// The beginning of a text that EJSON encrypted: two keys and the text follow.
const EJSON: &str = "EJ[1:";
/// The bytes before the text in it.
const NEAR: usize = 100;

/// Returns true for a word that everyone may read, or that is encrypted.
fn is_public(text: &str, at: usize, word: &str) -> bool {
    let start = word.get(..40).unwrap_or(word);
    let before = &text[..at];
    let near = &before[before.ceil_char_boundary(at.saturating_sub(NEAR))..];
    PUBLIC.iter().any(|prefix| word.starts_with(prefix))
        || BEFORE.iter().any(|end| before.ends_with(end))
        || near.rsplit_once(EJSON).is_some_and(|(_, key)| !key.contains(char::is_whitespace))
        || word.starts_with("MII") && start.contains(CERTIFICATE)
        || values::is_sealed(word)
        || keys::is_public(key_before(before))
}

/// The longest key that is read.
const LONGEST_KEY: usize = 60;

/// The key whose value a text ends before.
fn key_before(before: &str) -> &str {
    let marks = |c: char| c.is_whitespace() || "\"':=".contains(c);
    let end = before.trim_end_matches(marks);
    let is_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let end = &end[end.ceil_char_boundary(end.len().saturating_sub(LONGEST_KEY))..];
    let start = end
        .rfind(|c| !is_key(c))
        .map_or(0, |at| at + end[at..].chars().next().map_or(1, char::len_utf8));
    &end[start..]
}

/// The random words of a text. Digests and ids have one case, and in names and paths the kind of character changes only at the
/// start of a word.
pub(super) fn words(text: &str) -> Vec<Range<usize>> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '_' | '-');
    let mut found = Vec::new();
    let mut at = 0;
    for word in text.split(|c| !is_word(c)) {
        if word.len() >= LENGTH
            && is_random(word)
            && !is_public(text, at, word)
            && !encoded::is_harmless(word)
        {
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

/// Returns true if the kind of character changes often, as in no name.
pub(super) fn is_random(word: &str) -> bool {
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
