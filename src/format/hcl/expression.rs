//! Data as HCL expressions.
//!
//! Writes tokens and line ends. The layout adds indentation and alignment.

use serde_json::{Map, Value};

use super::escape::quoted;
use crate::format::identifier::is_identifier;

/// The longest list that is written on one line.
const LINE: usize = 80;

/// An expression that Terraform evaluates to `value`.
///
/// A short list of scalars takes one line. Otherwise each element, and each key of an object, has a
/// line of its own.
pub fn expression(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::String(value) => quoted(value),
        Value::Array(values) => list(values),
        Value::Object(values) => object(values),
    }
}

fn list(values: &[Value]) -> String {
    let elements: Vec<String> = values.iter().map(expression).collect();
    let line = format!("[{}]", elements.join(", "));
    let are_scalars = !values.iter().any(|value| value.is_array() || value.is_object());
    if values.is_empty() || are_scalars && line.chars().count() <= LINE {
        return line;
    }
    format!("[\n{},\n]", elements.join(",\n"))
}

fn object(values: &Map<String, Value>) -> String {
    if values.is_empty() {
        return "{}".to_owned();
    }
    let mut out = "{\n".to_owned();
    for (name, value) in values {
        out.push_str(&format!("{} = {}\n", key(name), expression(value)));
    }
    out.push('}');
    out
}

/// A key of an object, without quotes if HCL reads it as a name.
fn key(name: &str) -> String {
    let is_keyword = matches!(name, "for" | "null" | "true" | "false");
    if is_identifier(name) && !is_keyword { name.to_owned() } else { quoted(name) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(value: Value, expected: &str) {
        assert_eq!(expression(&value), expected);
    }

    #[test]
    fn scalars_are_literals() {
        check(json!(null), "null");
        check(json!(true), "true");
        check(json!(-3), "-3");
        check(json!(1.5e100), "1.5e+100");
        check(json!("${a}"), r#""$${a}""#);
    }

    #[test]
    fn a_list_takes_lines_only_where_it_needs_them() {
        let long = "x".repeat(40);
        check(json!([]), "[]");
        check(json!(["a", 1, null]), r#"["a", 1, null]"#);
        check(json!([long, long]), &format!("[\n\"{long}\",\n\"{long}\",\n]"));
        check(json!([[], {}]), "[\n[],\n{},\n]");
    }

    #[test]
    fn a_key_that_is_a_name_has_no_quotes() {
        check(json!({}), "{}");
        check(json!({ "b": 1, "a-1": {} }), "{\nb = 1\na-1 = {}\n}");
        check(json!({ "a.b": 1, "": 2 }), "{\n\"a.b\" = 1\n\"\" = 2\n}");
        check(json!({ "for": 1, "null": 2 }), "{\n\"for\" = 1\n\"null\" = 2\n}");
    }
}
