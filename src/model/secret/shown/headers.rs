//! Credentials in the headers of requests: `Authorization` and `Cookie`.

use std::ops::Range;

use super::super::values;
use super::{SHORTEST, is_likely, near, range_in};

pub(super) fn secrets(text: &str) -> Vec<Range<usize>> {
    let lower = text.to_ascii_lowercase();
    let after = |name: &'static str| {
        let found = lower.match_indices(name).map(move |(at, _)| at + name.len());
        found.collect::<Vec<usize>>()
    };
    let mut found = Vec::new();
    for at in after("authorization") {
        found.extend(header(text, at).and_then(|value| authorization(text, value)));
    }
    for scheme in ["bearer ", "basic "] {
        found.extend(after(scheme).into_iter().filter_map(|at| of_scheme(text, &text[at..])));
    }
    for at in after("cookie") {
        found.extend(header(text, at).into_iter().flat_map(|value| cookies(text, value)));
    }
    found
}

/// The longest text between the name of a header and its value.
const LONGEST_GAP: usize = 8;

/// The value of a header behind its name, up to the end of its line or quotes.
fn header(text: &str, at: usize) -> Option<&str> {
    let rest = near(&text[at..]);
    let value = rest.trim_start_matches([' ', '\t', '"', '\'', '\\', ':', '=']);
    let gap = &rest[..rest.len() - value.len()];
    let is_option = text[..at].ends_with("--cookie");
    let is_gap = is_option || gap.contains([':', '=', '"', '\'']) && gap.len() <= LONGEST_GAP;
    let name = text[..at].trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '-');
    let is_quote = |c: &char| matches!(c, '"' | '\'' | '`');
    let quote = gap.chars().rev().find(is_quote).or(name.chars().next_back().filter(is_quote));
    let is_end = |c: char| matches!(c, '\n' | '\r') || quote.is_some_and(|it| c == it || c == '\\');
    is_gap.then(|| &value[..value.find(is_end).unwrap_or(value.len())])
}

/// The credential in `Bearer …`, or a value without a scheme.
fn authorization(text: &str, value: &str) -> Option<Range<usize>> {
    let value = value.split(" #").next().unwrap_or_default().trim_end();
    let is_scheme = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    match value.split_once(' ') {
        Some((scheme, rest)) if has_parameters(scheme) && rest.contains('=') => {
            (!values::is_reference(rest)).then(|| range_in(text, rest))
        }
        Some((scheme, rest)) if is_scheme(scheme) => {
            let has_digit = || rest.contains(|c: char| c.is_ascii_digit());
            let is_known = || SCHEMES.iter().any(|it| it.eq_ignore_ascii_case(scheme));
            let is_credential = is_credential(rest) && !rest.contains(' ');
            (is_credential && (is_known() || has_digit())).then(|| range_in(text, rest))
        }
        Some(_) => None,
        None => is_likely(value).then(|| range_in(text, value)),
    }
}

/// Schemes whose credential is one word.
const SCHEMES: [&str; 9] =
    ["Bearer", "Basic", "Token", "ApiKey", "Key", "Bot", "Splunk", "GenieKey", "Negotiate"];

/// Returns true for a scheme whose credential is a list of parameters.
fn has_parameters(scheme: &str) -> bool {
    let schemes = ["Digest", "AWS4-HMAC-SHA256", "OAuth", "Hawk", "Signature", "Token", "MAC"];
    schemes.iter().any(|known| known.eq_ignore_ascii_case(scheme))
}

/// The fewest characters of a credential behind `Bearer` or `Basic` in any text.
const SHORTEST_OF_SCHEME: usize = 8;

fn of_scheme(text: &str, rest: &str) -> Option<Range<usize>> {
    let rest = near(rest);
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-._~+/=".contains(c);
    let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    let value = rest[..end].trim_end_matches(['.', '-']);
    let has_digit = value.contains(|c: char| c.is_ascii_digit() || c == '=');
    let is_credential = value.len() >= SHORTEST_OF_SCHEME && has_digit && is_likely(value);
    is_credential.then(|| range_in(text, value))
}

/// The longest plain word that follows a scheme in a sentence.
const LONGEST_WORD: usize = 15;

fn is_credential(value: &str) -> bool {
    let is_word = value.len() <= LONGEST_WORD && value.bytes().all(|it| it.is_ascii_lowercase());
    value.len() >= SHORTEST
        && !is_word
        && !values::is_reference(value)
        && !values::is_literal(value)
}

/// Attributes of cookies.
const ATTRIBUTES: [&str; 6] = ["path", "domain", "expires", "max-age", "samesite", "priority"];

/// The values of `name=value; name=value`.
fn cookies<'a>(text: &'a str, value: &'a str) -> impl Iterator<Item = Range<usize>> + use<'a> {
    let pairs = value.split([';', ' ']).filter_map(|pair| pair.trim().split_once('='));
    let values = pairs.filter(|(name, value)| {
        let is_attribute = ATTRIBUTES.iter().any(|it| it.eq_ignore_ascii_case(name));
        let is_hidden = !values::is_reference(value) && !values::is_literal(value);
        !name.is_empty() && !is_attribute && value.len() >= SHORTEST && is_hidden
    });
    values.map(|(_, value)| range_in(text, value))
}
