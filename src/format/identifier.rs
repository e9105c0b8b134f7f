//! Names without quotes, which are the same in every format: the filter `identifier`.

use serde_json::Value;

/// A value as a name without quotes: in a reference or as an argument.
pub(super) fn identifier(value: &Value) -> Result<String, String> {
    let name = value.as_str().filter(|text| is_identifier(text));
    let refused = || format!("{value} is not an identifier: use letters, digits, `_` and `-`");
    name.map(str::to_owned).ok_or_else(refused)
}

/// Returns true if text can be a name: in HCL a block type, an attribute or a label.
pub(super) fn is_identifier(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    let continues = |byte: u8| is_letter(byte) || byte.is_ascii_digit() || byte == b'-';
    text.bytes().next().is_some_and(is_letter) && text.bytes().all(continues)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_a_letter_and_what_may_follow() {
        for name in ["a", "_", "A-1_b", "for"] {
            assert!(is_identifier(name), "{name}");
        }
        for name in ["", "1a", "-a", "a.b", "a b", "é", "a\n"] {
            assert!(!is_identifier(name), "{name}");
        }
    }
}
