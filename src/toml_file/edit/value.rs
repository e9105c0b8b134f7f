//! Single values, as a person types them and as TOML writes them.
//!
//! Knows nothing of their position in the text.

use toml::{Table, Value};

use super::outline;
use crate::model::key_path::Key;

/// A string as TOML writes it.
pub(crate) fn written_value(text: &str) -> String {
    Value::from(text).to_string()
}

/// The content of a TOML string; `None` for any other value.
pub(crate) fn read_string(written: &str) -> Option<String> {
    match read(written)? {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// A value that was typed, as TOML writes it. What is no TOML is a string, quotes or not, and where
/// only a string will do, so is all else: a tag such as `0123456` or `12e4567` stays what it is.
pub(crate) fn read_value(typed: &str, wants_string: bool) -> String {
    match read(typed) {
        Some(Value::String(_)) => value_alone(typed),
        None | Some(Value::Datetime(_)) => written_value(typed),
        Some(Value::Float(number)) if !number.is_finite() => written_value(typed),
        Some(_) if wants_string => written_value(typed),
        Some(_) => value_alone(typed),
    }
}

/// A value as TOML writes it on one line; `None` where TOML has none, such as a null.
pub(crate) fn written_json(value: &serde_json::Value) -> Option<String> {
    Some(Value::try_from(value).ok()?.to_string())
}

/// The content of an inline table; `None` for any other value.
pub(crate) fn table(written: &str) -> Option<Table> {
    match read(written)? {
        Value::Table(table) => Some(table),
        _ => None,
    }
}

/// The values in a table that are no tables themselves, each with the keys that lead to it.
pub(crate) fn leaves(table: &Table) -> Vec<(Vec<Key>, String)> {
    let leaf = |(key, value): (&String, &Value)| match value {
        Value::Table(inner) if !inner.is_empty() => leaves(inner)
            .into_iter()
            .map(|(mut keys, text)| {
                keys.insert(0, Key::from(key.as_str()));
                (keys, text)
            })
            .collect(),
        value => vec![(vec![Key::from(key.as_str())], value.to_string())],
    };
    table.iter().flat_map(leaf).collect()
}

fn read(typed: &str) -> Option<Value> {
    let mut table: Table = format!("it = {typed}").parse().ok()?;
    let value = table.remove("it")?;
    table.is_empty().then_some(value)
}

/// A value without the blanks and comments around it.
fn value_alone(typed: &str) -> String {
    let text = format!("it = {typed}");
    let sections = outline::sections(&text);
    text[sections[0].entries[0].value.range.clone()].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, anything: &str, string: &str) {
        assert_eq!(read_value(typed, false), anything);
        assert_eq!(read_value(typed, true), string);
    }

    #[test]
    fn a_bare_word_is_a_string_and_the_rest_is_toml() {
        check("abc123", "\"abc123\"", "\"abc123\"");
        check("main-deploy", "\"main-deploy\"", "\"main-deploy\"");
        check("1.2.3", "\"1.2.3\"", "\"1.2.3\"");
        check("", "\"\"", "\"\"");
        check("{{ env.name }}", "\"{{ env.name }}\"", "\"{{ env.name }}\"");
        check("3", "3", "\"3\"");
        check("true", "true", "\"true\"");
        check("0123456", "\"0123456\"", "\"0123456\"");
        check("12e4567", "\"12e4567\"", "\"12e4567\"");
        check("1e10", "1e10", "\"1e10\"");
        check("2026-11-20", "\"2026-11-20\"", "\"2026-11-20\"");
        check("nan", "\"nan\"", "\"nan\"");
        check("'a b' # c", "'a b'", "'a b'");
        check("[1, \"x\"]", "[1, \"x\"]", "'[1, \"x\"]'");
        check("{ a = 1 }", "{ a = 1 }", "\"{ a = 1 }\"");
        check("1\nb = 2", "\"\"\"\n1\nb = 2\"\"\"", "\"\"\"\n1\nb = 2\"\"\"");
    }
}
