//! The lengths of tokens, in bytes, by their first bytes.
//!
//! Knows nothing of what surrounds a token: the lexer calls the function for its mode.

use super::token::HclTokenKind;

pub(super) fn blanks(rest: &[u8]) -> usize {
    run(rest, |byte| matches!(byte, b' ' | b'\t'))
}

pub(super) fn name(rest: &[u8]) -> usize {
    run(rest, continues_name)
}

/// Returns true if a byte can continue a name. All bytes beyond ASCII can.
pub(super) fn continues_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || !byte.is_ascii()
}

pub(super) fn number(rest: &[u8]) -> usize {
    let digits = |at: usize| run(&rest[at..], |byte| byte.is_ascii_digit());
    let mut end = digits(0);
    if rest.get(end) == Some(&b'.') && digits(end + 1) > 0 {
        end += 1 + digits(end + 1);
    }
    if matches!(rest.get(end), Some(b'e' | b'E')) {
        let signed = usize::from(matches!(rest.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + signed);
        if exponent > 0 {
            end += 1 + signed + exponent;
        }
    }
    end
}

/// A comment up to the end of its line.
pub(super) fn line_comment(rest: &[u8]) -> usize {
    run(rest, |byte| byte != b'\n')
}

pub(super) fn block_comment(rest: &[u8]) -> usize {
    let end = rest[2..].windows(2).position(|pair| pair == b"*/");
    end.map_or(rest.len(), |end| end + 4)
}

/// The opener of a template sequence, if there is one here.
pub(super) fn template_opener(rest: &[u8]) -> Option<usize> {
    match rest {
        [b'$' | b'%', b'{', b'~', ..] => Some(3),
        [b'$' | b'%', b'{', ..] => Some(2),
        _ => None,
    }
}

/// Text inside quotes, up to the next template sequence or the end.
pub(super) fn quoted_text(rest: &[u8]) -> usize {
    let mut at = 0;
    while at < rest.len() {
        match &rest[at..] {
            [b'"' | b'\n', ..] => break,
            [b'\\', escaped, ..] if *escaped != b'\n' => at += 2,
            text => match template_text(text) {
                0 => break,
                length => at += length,
            },
        }
    }
    at
}

/// Text of a heredoc, up to the next template sequence or the end. The first line is not the last
/// one of the heredoc.
pub(super) fn heredoc_text(text: &str, delimiter: &str) -> usize {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if at > 0 && line.trim() == delimiter {
            break;
        }
        let end = at + line.len();
        while at < end {
            match template_text(&text.as_bytes()[at..]) {
                0 => return at,
                length => at += length,
            }
        }
    }
    at
}

/// The kind of a sign outside of strings, and its length.
pub(super) fn sign(rest: &[u8]) -> (HclTokenKind, usize) {
    match rest {
        [b'.', b'.', b'.', ..] => (HclTokenKind::Ellipsis, 3),
        [b':', b':', ..] => (HclTokenKind::Dot, 2),
        [b'=' | b'!' | b'<' | b'>', b'=', ..]
        | [b'=', b'>', ..]
        | [b'&', b'&', ..]
        | [b'|', b'|', ..] => (HclTokenKind::Operator, 2),
        [b'[' | b'(', ..] => (HclTokenKind::Open, 1),
        [b']' | b')', ..] => (HclTokenKind::Close, 1),
        [b',', ..] => (HclTokenKind::Comma, 1),
        [b'.', ..] => (HclTokenKind::Dot, 1),
        [b'=', ..] => (HclTokenKind::Equals, 1),
        [b'!', ..] => (HclTokenKind::Bang, 1),
        [b'-', ..] => (HclTokenKind::Minus, 1),
        _ => (HclTokenKind::Operator, 1),
    }
}

/// The length of the next piece of template text: 0 where a template sequence opens, 3 for a
/// doubled sign, which opens none.
fn template_text(rest: &[u8]) -> usize {
    match rest {
        [b'$', b'$', b'{', ..] | [b'%', b'%', b'{', ..] => 3,
        [b'$' | b'%', b'{', ..] => 0,
        _ => 1,
    }
}

fn run(rest: &[u8], taken: impl Fn(u8) -> bool) -> usize {
    rest.iter().position(|byte| !taken(*byte)).unwrap_or(rest.len())
}
