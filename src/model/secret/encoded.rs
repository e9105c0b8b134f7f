//! Words in base64 that hold a credential of a known form.

use std::ops::Range;

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL_NOPAD, Encoding};

use super::{addresses, pairs, shapes};

/// The shortest word that can hold one, and the longest that is read.
const SHORTEST: usize = 20;
const LONGEST: usize = 1 << 16;

/// The words that, decoded, hold a credential.
pub(super) fn words(text: &str) -> Vec<Range<usize>> {
    each(text).filter(|word| is_secret(&text[word.clone()])).collect()
}

/// Returns true if a word is text in base64, and no secret.
pub(super) fn is_harmless(word: &str) -> bool {
    decoded(word).is_some() && !is_secret(word)
}

fn each(text: &str) -> impl Iterator<Item = Range<usize>> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '_' | '-' | '=');
    let start = text.as_ptr() as usize;
    let words = text.split(move |c| !is_word(c));
    let words = words.filter(|word| (SHORTEST..=LONGEST).contains(&word.len()));
    words.map(move |word| {
        let at = word.as_ptr() as usize - start;
        at..at + word.len()
    })
}

fn is_secret(word: &str) -> bool {
    decoded(word).is_some_and(|text| {
        !shapes::words(&text).is_empty()
            || !shapes::key_blocks(&text).is_empty()
            || !addresses::passwords(&text).is_empty()
            || !pairs::quoted(&text).is_empty()
            || !pairs::tight(&text).is_empty()
    })
}

/// The text that a word holds; `None` where it holds other bytes.
fn decoded(word: &str) -> Option<String> {
    let tries: [&Encoding; 3] = [&BASE64, &BASE64_NOPAD, &BASE64URL_NOPAD];
    let bytes = tries.iter().find_map(|it| it.decode(word.as_bytes()).ok())?;
    let text = String::from_utf8(bytes).ok()?;
    let is_text = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    text.chars().all(is_text).then_some(text)
}
