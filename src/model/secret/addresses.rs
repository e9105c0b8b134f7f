//! Passwords in addresses and in the headers of requests.

use std::ops::Range;

use data_encoding::BASE64;

use super::values;

/// Passwords in addresses, such as `postgres://app:…@db/app`, and credentials in headers.
pub(super) fn passwords(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = text
        .match_indices("://")
        .filter_map(|(at, it)| in_authority(text, at + it.len()))
        .collect();
    let drivers = ["@tcp(", "@unix("].into_iter().flat_map(|driver| text.match_indices(driver));
    found.extend(drivers.filter_map(|(at, _)| before_driver(text, at)));
    let schemes = ["Bearer ", "Basic "].into_iter().flat_map(|scheme| text.match_indices(scheme));
    found.extend(schemes.filter_map(|(at, it)| in_header(text, at + it.len())));
    found
}

fn is_end(c: char) -> bool {
    c.is_whitespace() || "\"'`<>,;\\".contains(c)
}

/// The password between `://user:` and `@host`.
fn in_authority(text: &str, start: usize) -> Option<Range<usize>> {
    let rest = &text[start..];
    let end = rest.find(|c: char| is_end(c) || "/?#".contains(c)).unwrap_or(rest.len());
    let (user, _) = rest[..end].rsplit_once('@')?;
    let (name, password) = user.split_once(':')?;
    let at = start + name.len() + 1;
    is_password(password).then(|| at..at + password.len())
}

/// The password in `user:password@tcp(host)`, the way of drivers of Go.
fn before_driver(text: &str, at: usize) -> Option<Range<usize>> {
    let start = text[..at].rfind(is_end).map_or(0, |end| text.ceil_char_boundary(end + 1));
    let (_, password) = text[start..at].split_once(':')?;
    is_password(password).then(|| at - password.len()..at)
}

fn is_password(text: &str) -> bool {
    !text.is_empty() && !values::is_literal(text) && !values::is_reference(text)
}

/// Returns true if a value is `user:password` in base64.
pub(super) fn is_encoded_pair(value: &str) -> bool {
    let decoded = BASE64.decode(value.as_bytes()).ok().and_then(|it| String::from_utf8(it).ok());
    decoded.is_some_and(|text| {
        text.split_once(':').is_some_and(|(user, password)| {
            !user.is_empty() && is_password(password) && !text.contains(char::is_control)
        })
    })
}

/// The fewest characters of a credential in a header.
const SHORTEST: usize = 16;

/// What follows `Bearer` or `Basic`.
fn in_header(text: &str, start: usize) -> Option<Range<usize>> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "-._~+/=".contains(c);
    let rest = &text[start..];
    let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
    let has_digit = rest[..length].bytes().any(|byte| byte.is_ascii_digit() || byte == b'=');
    (length >= SHORTEST && has_digit).then(|| start..start + length)
}
