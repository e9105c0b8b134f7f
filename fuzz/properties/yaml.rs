//! The YAML printer: what it prints reads back as the same data, and a value stays in its place.

#[path = "data.rs"]
mod data;

use envroot::format::markers::{self, ValueKind};
use envroot::format::placeholders;
use envroot::format::yaml;
use serde::Deserialize;
use serde_json::Value;

/// The placeholder of the value of a template.
const WORD: &str = "icepack";

/// Reads an input as data or as a template with a value, and prints it.
pub(crate) fn holds(input: &[u8]) {
    match input.split_first() {
        Some((b'T', rest)) => template(rest),
        Some((_, rest)) => data_comes_back(&data::from(rest)),
        None => {}
    }
}

fn data_comes_back(data: &Value) {
    let document = yaml::document(data);
    assert_eq!(document.text.lines().count(), document.lines.len());
    for text in [document.text, yaml::inline(data)] {
        assert_eq!(yaml::check(&text), Ok(()), "{text}");
        let found: Value = serde_yaml::from_str(&text).expect("it has been checked");
        assert_eq!(found, *data, "{text}");
    }
}

/// The first line is a string, the rest a template in which `{}` is its placeholder. Where the template
/// is valid with a word, it is the same with the string, or the string is refused.
fn template(input: &[u8]) {
    let Ok(input) = std::str::from_utf8(input) else { return };
    let Some((string, template)) = input.split_once('\n') else { return };
    let string = string.replace('\r', "\n");
    let is_foreign = |c: char| c.is_control() && !matches!(c, '\n' | '\t' | '\r');
    if template.contains(is_foreign)
        || template.contains(placeholders::PLACEHOLDER)
        || template.contains(WORD)
    {
        return;
    }
    // A key in quotes may end up longer than readers look for its colon.
    if string.len() > 100 {
        return;
    }
    let Some(Ok(expected)) = parsed(template, WORD) else { return };
    let expected = expected.iter().map(|document| replaced(document, &string)).collect();
    match parsed(template, &string) {
        None => {}
        // Two keys may have become equal, and a line of a text three hyphens.
        Some(Err(error)) if error.contains("duplicate") || error.contains("indicator") => {}
        found => assert_eq!(found, Some(Ok(expected)), "{string:?} in {template:?}"),
    }
}

/// The documents of a template with a string in it, if its position allows it.
fn parsed(template: &str, string: &str) -> Option<Result<Vec<serde_yaml::Value>, String>> {
    let output =
        format!("{}\n", template.replace("{}", &markers::marked(ValueKind::Text, 1, string)));
    let text = yaml::print(&markers::pieces(&output)).ok()?.text;
    let documents = serde_yaml::Deserializer::from_str(&text).map(serde_yaml::Value::deserialize);
    Some(documents.map(|document| document.map_err(|error| error.to_string())).collect())
}

/// A document with a string in place of the word.
fn replaced(document: &serde_yaml::Value, string: &str) -> serde_yaml::Value {
    use serde_yaml::Value;
    use serde_yaml::value::TaggedValue;
    match document {
        Value::String(text) => Value::String(text.replace(WORD, string)),
        Value::Sequence(items) => items.iter().map(|item| replaced(item, string)).collect(),
        Value::Mapping(map) => {
            let entries =
                map.iter().map(|(key, value)| (replaced(key, string), replaced(value, string)));
            Value::Mapping(entries.collect())
        }
        Value::Tagged(tagged) => {
            let value = replaced(&tagged.value, string);
            Value::Tagged(Box::new(TaggedValue { tag: tagged.tag.clone(), value }))
        }
        other => other.clone(),
    }
}
