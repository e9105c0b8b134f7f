//! Labels of blocks in quotes, as `terraform fmt` writes them.

use super::escape::quoted;

/// The canonical text between the quotes of a label. `None` if `terraform fmt` would drop the label:
/// one with a `$`, a `%` or an escape that HCL does not have.
pub(super) fn canonical(text: &str) -> Option<String> {
    if text.contains(['$', '%']) {
        return None;
    }
    let text = quoted(&unescaped(text)?);
    let mut out = String::with_capacity(text.len());
    for c in text[1..text.len() - 1].chars() {
        if is_printed(c) {
            out.push(c);
        } else if u32::from(c) > 0xFFFF {
            out.push_str(&format!("\\U{:08x}", u32::from(c)));
        } else {
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        }
    }
    Some(out)
}

/// Returns true if a character shows, so that HCL writes it as it is.
pub(super) fn is_printed(c: char) -> bool {
    c == '\'' || c == '"' || c == '\\' || c.is_alphanumeric() || c.escape_debug().count() == 1
}

/// The text that a quoted text means.
fn unescaped(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let (c, length) = escape(&rest[at + 1..])?;
        out.push(c);
        rest = &rest[at + 1 + length..];
    }
    out.push_str(rest);
    Some(out)
}

/// The character of an escape sequence after its backslash, and the length of the rest.
fn escape(text: &str) -> Option<(char, usize)> {
    let digits = match text.as_bytes().first()? {
        b'n' => return Some(('\n', 1)),
        b'r' => return Some(('\r', 1)),
        b't' => return Some(('\t', 1)),
        b'"' => return Some(('"', 1)),
        b'\\' => return Some(('\\', 1)),
        b'u' => 4,
        b'U' => 8,
        _ => return None,
    };
    let code = u32::from_str_radix(text.get(1..1 + digits)?, 16).ok()?;
    Some((char::from_u32(code)?, 1 + digits))
}
