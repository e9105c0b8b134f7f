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

/// How a typed word is read, where it is no string in quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TypedAs {
    /// Always as a string: a tag such as `0123456` or `12e4567` stays what it is.
    String,
    /// As a string, lists and tables excepted.
    Scalar,
    /// As TOML: a schema accepts no string there.
    Schema,
    /// As TOML, where that prints as it was typed: `1.10` and `012` are strings.
    Guess,
}

/// A value that was typed, as TOML writes it. What is no TOML is a string, quotes or not.
pub(crate) fn read_value(typed: &str, typed_as: TypedAs) -> String {
    let Some(value) = read(typed) else { return written_value(typed) };
    let is_kept = match (&value, typed_as) {
        (Value::String(_), _) => true,
        (Value::Datetime(_), _) | (_, TypedAs::String) => false,
        (Value::Float(number), _) if !number.is_finite() => false,
        (Value::Array(_) | Value::Table(_), _) => true,
        (_, TypedAs::Scalar) => false,
        (_, TypedAs::Schema) => true,
        (Value::Integer(number), TypedAs::Guess) => number.to_string() == typed.trim(),
        (Value::Float(number), TypedAs::Guess) => number.to_string() == typed.trim(),
        (Value::Boolean(value), TypedAs::Guess) => value.to_string() == typed.trim(),
    };
    if is_kept { value_alone(typed) } else { written_value(typed) }
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

    /// The value of a typed word where anything, a scalar of a chart, and a string is expected.
    #[track_caller]
    fn check(typed: &str, guess: &str, scalar: &str, string: &str) {
        assert_eq!(read_value(typed, TypedAs::Guess), guess, "{typed}");
        assert_eq!(read_value(typed, TypedAs::Scalar), scalar, "{typed}");
        assert_eq!(read_value(typed, TypedAs::String), string, "{typed}");
    }

    #[test]
    fn a_bare_word_is_a_string_and_the_rest_is_toml() {
        for word in ["abc123", "main-deploy", "1.2.3", "{{ env.name }}", "2026-11-20", "nan", "inf"]
        {
            let string = format!("\"{word}\"");
            check(word, &string, &string, &string);
        }
        check("", "\"\"", "\"\"", "\"\"");
        check("3", "3", "\"3\"", "\"3\"");
        check("-3", "-3", "\"-3\"", "\"-3\"");
        check("1.5", "1.5", "\"1.5\"", "\"1.5\"");
        check("true", "true", "\"true\"", "\"true\"");
        check("'a b' # c", "'a b'", "'a b'", "'a b'");
        check("[1, \"x\"]", "[1, \"x\"]", "[1, \"x\"]", "'[1, \"x\"]'");
        check("{ a = 1 }", "{ a = 1 }", "{ a = 1 }", "\"{ a = 1 }\"");
        let lines = "\"\"\"\n1\nb = 2\"\"\"";
        check("1\nb = 2", lines, lines, lines);
    }

    #[test]
    fn a_guess_that_does_not_print_as_it_was_typed_is_a_string() {
        for typed in [
            "012",
            "0123456",
            "12e4567",
            "4512e87",
            "7310e42",
            "1.10",
            "1.0",
            "10.0",
            "1e10",
            "1E3",
            "0x10",
            "0o17",
            "0b1",
            "1_000",
            "+5",
            "+1.5",
            "-0",
            "1.50",
            "0.10",
            "3 # three",
            "true # yes",
            "false#no",
        ] {
            assert_eq!(read_value(typed, TypedAs::Guess), format!("\"{typed}\""), "{typed}");
        }
        for typed in ["0", "7", "-12", "123456789012", "0.5", "-1.25", "true", "false"] {
            assert_eq!(read_value(typed, TypedAs::Guess), typed);
        }
        assert_eq!(read_value(" 7 ", TypedAs::Guess), "7");
    }

    #[test]
    fn a_number_is_one_where_the_schema_accepts_no_string() {
        for typed in ["1.10", "1_000", "0x10", "1e3", "+5", "[1]", "true"] {
            assert_eq!(read_value(typed, TypedAs::Schema), typed);
        }
        for typed in ["abc", "2026-11-20", "nan", "012"] {
            assert_eq!(read_value(typed, TypedAs::Schema), format!("\"{typed}\""));
        }
    }
}
