//! Data on one line, for the `yaml` filter of text templates.
//!
//! The result is valid wherever a node is: as a value, as a key, inside `[ ]` and `{ }`.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::scalar;

/// YAML readers look for the colon after a key in at most 1,024 characters.
pub(super) const LONGEST_KEY: usize = 1_000;

/// Prints data in flow style: `icepack`, `12`, `["a", "b"]`, `{ a: 1 }`.
pub fn inline(value: &Value) -> String {
    if let Value::String(text) = value {
        return word(text).into_owned();
    }
    let mut out = String::new();
    push_node(&mut out, value);
    out
}

/// A string as a mapping key, and whether it is so long that it needs a `?` before it.
pub(super) fn key(text: &str) -> (Cow<'_, str>, bool) {
    let key = word(text);
    let is_long = key.len() > LONGEST_KEY;
    (key, is_long)
}

/// Appends data in flow style, with its strings in quotes.
pub(super) fn push_node(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&scalar::number(number)),
        Value::String(text) => out.push_str(&scalar::quoted(text)),
        Value::Array(items) => push_list(out, items),
        Value::Object(map) => push_map(out, map),
    }
}

fn push_list(out: &mut String, items: &[Value]) {
    out.push('[');
    for (index, item) in items.iter().enumerate() {
        out.push_str(if index > 0 { ", " } else { "" });
        push_node(out, item);
    }
    out.push(']');
}

fn push_map(out: &mut String, map: &Map<String, Value>) {
    if map.is_empty() {
        return out.push_str("{}");
    }
    for (index, (name, value)) in map.iter().enumerate() {
        out.push_str(if index > 0 { ", " } else { "{ " });
        match key(name) {
            (key, false) => out.extend([&key, ": "]),
            (key, true) => out.extend(["? ", &key, " : "]),
        }
        push_node(out, value);
    }
    out.push_str(" }");
}

/// A string that is valid as a key, plain if that is safe.
fn word(text: &str) -> Cow<'_, str> {
    match text {
        // Terraform merges mappings at this key even in quotes, unless it has a type.
        "<<" => Cow::Borrowed("!!str \"<<\""),
        text if scalar::is_word(text) => Cow::Borrowed(text),
        text => Cow::Owned(scalar::quoted(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(value: Value, expected: &str) {
        assert_eq!(inline(&value), expected);
    }

    #[test]
    fn scalars_are_as_plain_as_a_key_may_be() {
        check(json!("icepack"), "icepack");
        check(json!("a: b"), r#""a: b""#);
        check(json!("a:b"), r#""a:b""#);
        check(json!("on"), r#""on""#);
        check(json!(null), "null");
        check(json!(true), "true");
        check(json!(1e30), "1.0e+30");
        check(json!("<<"), r#"!!str "<<""#);
    }

    #[test]
    fn collections_take_one_line() {
        check(json!([]), "[]");
        check(json!({}), "{}");
        check(json!(["a", "b", 1]), r#"["a", "b", 1]"#);
        check(json!({ "a": 1, "b c": ["d"] }), r#"{ a: 1, "b c": ["d"] }"#);
    }

    #[test]
    fn a_long_key_gets_a_question_mark() {
        let long = "k".repeat(1_001);
        check(json!({ long.as_str(): 1 }), &format!("{{ ? {long} : 1 }}"));
    }
}
