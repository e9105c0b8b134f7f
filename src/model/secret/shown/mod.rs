//! What may be a secret: it is hidden where a text is shown, and is no reason to refuse the text.
//!
//! A readable word too many may be hidden here, a secret too few may not be shown.

mod commands;
mod headers;
mod keys;
mod links;
mod prose;
#[cfg(test)]
pub(crate) mod tests;

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::pairs::near;
use super::{pairs, values};

pub(super) use keys::{holds_secrets, is_about, revealed};

/// What is hidden in messages and in files.
pub(super) fn anywhere(text: &str) -> Vec<Range<usize>> {
    let mut found = links::secrets(text);
    found.extend(headers::secrets(text));
    found
}

/// What is hidden in files alone: commands, sentences and files of passwords.
pub(super) fn in_files(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut triggers = TRIGGERS.find_iter(text).map(|it| it.start()).peekable();
    for row in pairs::rows(text) {
        found.extend(prose::of_file(text, &row));
        let is_triggered = triggers.next_if(|at| *at < row.end).is_some();
        while triggers.next_if(|at| *at < row.end).is_some() {}
        if is_triggered {
            found.extend(commands::secrets(text, &row));
            found.extend(prose::secrets(text, &row));
        }
    }
    found
}

/// Texts without which a line has neither a command nor a sentence with a secret.
static TRIGGERS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let texts = commands::triggers().chain(prose::NOUNS).chain(["identified", "thin:"]);
    let automaton = AhoCorasick::builder().ascii_case_insensitive(true).build(texts);
    automaton.expect("the texts are few and short")
});

/// The words of a line, without the quotes, commas and brackets around them.
fn words<'a>(text: &'a str, row: &Range<usize>) -> impl Iterator<Item = Range<usize>> + 'a {
    let is_end = |c: char| c.is_whitespace() || "\"'`,[]()".contains(c);
    let words = text[row.clone()].split(is_end).filter(|word| !word.is_empty());
    words.map(move |word| range_in(text, word))
}

/// The range of a part of a text.
fn range_in(text: &str, part: &str) -> Range<usize> {
    let start = part.as_ptr() as usize - text.as_ptr() as usize;
    start..start + part.len()
}

/// The fewest characters of a secret of which there is doubt.
const SHORTEST: usize = 4;

/// Returns true if a value reveals a secret, and is more than a plain word.
fn is_likely(value: &str) -> bool {
    value.len() >= SHORTEST && values::reveals(value) && !is_plain(value) && !value.contains("://")
}

fn is_plain(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// The fewest characters of a part with digits inside.
const SHORTEST_PART: usize = 6;

/// Returns true if a value looks like no name: a digit is between letters, or a sign is in it that names do not have.
pub(super) fn is_mixed(value: &str) -> bool {
    let has_digit_inside = |part: &str| {
        let inner = part.trim_matches(|c: char| c.is_ascii_digit());
        part.len() >= SHORTEST_PART && inner.contains(|c: char| c.is_ascii_digit())
    };
    let has_sign = || value.contains(|c| "!#%^&*+?~".contains(c));
    let parts = |c: char| "-_./:@".contains(c);
    let is_word = !value.contains(char::is_whitespace) && !value.contains("://");
    is_word
        && value.len() >= SHORTEST_PART
        && values::reveals(value)
        && (value.split(parts).any(has_digit_inside) || has_sign())
}
