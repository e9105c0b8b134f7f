//! The types of the values that a schema accepts.
//!
//! Reads the keywords that name types or values. A schema that says nothing of either accepts any.

use std::collections::BTreeSet;

use serde_json::Value;

/// The depth to which alternatives and references are followed.
const DEPTH: usize = 16;

/// The types that a schema accepts; none where it accepts any.
pub(crate) fn of(document: &Value, node: Option<&Value>) -> BTreeSet<String> {
    node.and_then(|node| accepted(document, node, DEPTH)).unwrap_or_default()
}

/// `None` accepts any type.
fn accepted(document: &Value, node: &Value, depth: usize) -> Option<BTreeSet<String>> {
    let depth = depth.checked_sub(1)?;
    let mut limits: Vec<BTreeSet<String>> = Vec::new();
    match node.get("type") {
        Some(Value::String(name)) => limits.push(BTreeSet::from([name.clone()])),
        Some(Value::Array(names)) => {
            limits.push(names.iter().filter_map(Value::as_str).map(str::to_owned).collect());
        }
        _ => {}
    }
    if let Some(Value::Array(values)) = node.get("enum") {
        limits.push(values.iter().map(|value| type_of(value).to_owned()).collect());
    }
    limits.extend(node.get("const").map(|value| BTreeSet::from([type_of(value).to_owned()])));
    for word in ["anyOf", "oneOf"] {
        if let Some(Value::Array(members)) = node.get(word) {
            let all = members.iter().map(|member| accepted(document, member, depth));
            let all: Option<Vec<BTreeSet<String>>> = all.collect();
            limits.extend(all.map(|all| all.into_iter().flatten().collect()));
        }
    }
    if let Some(Value::Array(members)) = node.get("allOf") {
        limits.extend(members.iter().filter_map(|member| accepted(document, member, depth)));
    }
    let reference = node.get("$ref").and_then(Value::as_str);
    let target = reference.and_then(|it| document.pointer(it.strip_prefix('#')?));
    limits.extend(target.and_then(|target| accepted(document, target, depth)));
    limits.into_iter().reduce(|a, b| &a & &b)
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_types_of_a_schema_come_from_every_keyword_that_limits_them() {
        let document = serde_json::json!({ "$defs": { "text": { "type": "string" } } });
        for (schema, expected) in [
            ("{}", &[][..]),
            (r#"{ "minimum": 1 }"#, &[]),
            (r#"{ "type": "string" }"#, &["string"]),
            (r#"{ "type": ["string", "null"] }"#, &["null", "string"]),
            (r#"{ "enum": ["1.10", "1.11"] }"#, &["string"]),
            (r#"{ "enum": [1, "a"] }"#, &["number", "string"]),
            (r#"{ "const": true }"#, &["boolean"]),
            (
                r#"{ "anyOf": [{ "type": "integer" }, { "type": "string" }] }"#,
                &["integer", "string"],
            ),
            (r#"{ "oneOf": [{ "type": "string" }, {}] }"#, &[]),
            (r#"{ "allOf": [{ "minLength": 1 }, { "type": "string" }] }"#, &["string"]),
            (r##"{ "$ref": "#/$defs/text" }"##, &["string"]),
            (r##"{ "$ref": "#/$defs/none" }"##, &[]),
            (r#"{ "type": ["string", "integer"], "enum": ["a"] }"#, &["string"]),
        ] {
            let node: Value = serde_json::from_str(schema).unwrap();
            let found = of(&document, Some(&node));
            assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), expected, "{schema}");
        }
    }
}
