//! How many bytes a token takes, judged by the bytes it begins with.
//!
//! Knows no modes: each function is told what kind of text it stands at.

use super::lexer::Kind;

pub(super) fn blanks(rest: &[u8]) -> usize {
    run(rest, |byte| matches!(byte, b' ' | b'\t'))
}

pub(super) fn name(rest: &[u8]) -> usize {
    run(rest, continues_name)
}

/// Whether a byte may stand inside a name: all beyond ASCII may.
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

/// A comment that ends before the line does.
pub(super) fn line_comment(rest: &[u8]) -> usize {
    run(rest, |byte| byte != b'\n')
}

pub(super) fn block_comment(rest: &[u8]) -> usize {
    let end = rest[2..].windows(2).position(|pair| pair == b"*/");
    end.map_or(rest.len(), |end| end + 4)
}

/// What opens a template sequence, where something does.
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

/// Text of a heredoc that does not end here, up to the next template sequence or the end.
pub(super) fn heredoc_text(text: &str, marker: &str) -> usize {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if at > 0 && line.trim() == marker {
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
pub(super) fn sign(rest: &[u8]) -> (Kind, usize) {
    match rest {
        [b'.', b'.', b'.', ..] => (Kind::Ellipsis, 3),
        [b':', b':', ..] => (Kind::Dot, 2),
        [b'=' | b'!' | b'<' | b'>', b'=', ..]
        | [b'=', b'>', ..]
        | [b'&', b'&', ..]
        | [b'|', b'|', ..] => (Kind::Operator, 2),
        [b'[' | b'(', ..] => (Kind::Open, 1),
        [b']' | b')', ..] => (Kind::Close, 1),
        [b',', ..] => (Kind::Comma, 1),
        [b'.', ..] => (Kind::Dot, 1),
        [b'=', ..] => (Kind::Equals, 1),
        [b'!', ..] => (Kind::Bang, 1),
        [b'-', ..] => (Kind::Minus, 1),
        _ => (Kind::Operator, 1),
    }
}

/// How many bytes of template text to take at once: none where a template sequence opens, and
/// three for the doubled sign that keeps one from opening.
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
