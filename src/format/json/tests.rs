//! Values in each position, and data; the parser is the crate's.

use serde_json::json;

use super::*;
use crate::format::{DataStep, trial};

fn printed(
    template: &str,
    reader: StringReader,
    kind: ValueKind,
    value: &str,
) -> Result<String, Refusal> {
    trial::printed(|pieces| print(pieces, reader), template, kind, value)
}

const HOSTILE: [&str; 12] = [
    "",
    "x",
    "\"",
    "\\",
    "\n",
    "\u{0}",
    "\", \"b\": \"",
    "é😀",
    "${x}",
    "%{ if a }",
    "$${",
    "\u{2028}",
];

#[test]
fn a_value_between_quotes_comes_back() {
    for value in HOSTILE {
        let text =
            printed("{\"a\": \"<@>\"}\n", StringReader::Plain, ValueKind::Text, value).unwrap();
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read, json!({ "a": format!("<{value}>") }));
    }
}

#[test]
fn a_template_of_terraform_opens_no_sequence() {
    let check = |template: &str, value: &str, expected: &str| {
        let text = printed(template, StringReader::Templates, ValueKind::Text, value);
        assert_eq!(text, Ok(expected.to_owned()));
    };
    check("{\"a\": \"@\"}\n", "${x}%{y}", "{\"a\": \"$${x}%%{y}\"}\n");
    check("{\"a\": \"${b}@\"}\n", "{c}", "{\"a\": \"${b}{c}\"}\n");
    check("{\"a\": \"@{b}\"}\n", "$", "{\"a\": \"$${b}\"}\n");
    check("{\"a\": \"x$@\"}\n", "{b}", "{\"a\": \"x$${b}\"}\n");
    let code = printed("{\"a\": @}\n", StringReader::Templates, ValueKind::Code, "[\"${x}\"]");
    assert_eq!(code.unwrap(), "{\"a\": [\"$${x}\"]}\n");
}

#[test]
fn a_string_needs_quotes_or_the_filter() {
    let check = |template, kind, value| printed(template, StringReader::Plain, kind, value);
    assert_eq!(check("{\"a\": @}\n", ValueKind::Text, "x"), Err(UNQUOTED));
    assert_eq!(check("{\"a\": \"@\"}\n", ValueKind::Code, "\"x\""), Err(FILTERED));
    assert_eq!(check("{\"a\": \"\\@\"}\n", ValueKind::Text, "x"), Err(AFTER_BACKSLASH));
    assert_eq!(check("{\"a\": @}\n", ValueKind::Bare, "12").unwrap(), "{\"a\": 12}\n");
    assert_eq!(
        check("{\"a\": @}\n", ValueKind::Code, "{\"b\":[1,null]}").unwrap(),
        "{\"a\": {\"b\": [1, null]}}\n"
    );
}

#[test]
fn data_comes_back_and_each_line_has_its_node() {
    let data = json!({ "a": { "b": [1, "x", {}], "c": [] }, "${d}": "${e}", "f": null });
    let document = document::print(&data, StringReader::Plain);
    assert_eq!(serde_json::from_str::<Value>(&document.text).unwrap(), data);
    assert_eq!(document.lines.len(), document.text.lines().count());
    let line = document.text.lines().position(|line| line.contains("\"x\"")).unwrap();
    let expected = [DataStep::Key("a"), DataStep::Key("b"), DataStep::Index(1)];
    assert_eq!(document.lines[line], expected);
    let text = document::print(&data, StringReader::Templates).text;
    assert!(text.contains("\"$${d}\": \"$${e}\""), "{text}");
}

#[test]
fn a_mistake_has_its_place() {
    assert_eq!(JSON.read_back("[1]\n"), Ok(()));
    assert_eq!(TERRAFORM_JSON.read_back("{\n  \"a\" 1\n}\n").unwrap_err().0, 2);
}
