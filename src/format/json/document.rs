//! JSON from data: a whole document with two spaces a level, or a value on one line.

use serde_json::Value;

use super::StringReader;
use crate::format::{DataStep, push_blanks};

/// A printed document, with the node of each of its lines.
pub(super) struct JsonDocument<'a> {
    pub(super) text: String,
    pub(super) lines: Vec<Vec<DataStep<'a>>>,
    path: Vec<DataStep<'a>>,
    reader: StringReader,
}

/// Prints data as a document.
pub(super) fn print(value: &Value, reader: StringReader) -> JsonDocument<'_> {
    let mut document =
        JsonDocument { text: String::new(), lines: Vec::new(), path: Vec::new(), reader };
    document.node(value, 0);
    document.end_line();
    document
}

impl<'a> JsonDocument<'a> {
    fn node(&mut self, value: &'a Value, indent: usize) {
        match value {
            Value::Object(map) if !map.is_empty() => {
                self.open('{');
                for (index, (name, value)) in map.iter().enumerate() {
                    self.path.push(DataStep::Key(name));
                    push_blanks(&mut self.text, indent + 2);
                    push_string(&mut self.text, name, self.reader);
                    self.text.push_str(": ");
                    self.item(value, indent, index + 1 == map.len());
                }
                self.close('}', indent);
            }
            Value::Array(items) if !items.is_empty() => {
                self.open('[');
                for (index, value) in items.iter().enumerate() {
                    self.path.push(DataStep::Index(index));
                    push_blanks(&mut self.text, indent + 2);
                    self.item(value, indent, index + 1 == items.len());
                }
                self.close(']', indent);
            }
            value => push_inline(&mut self.text, value, self.reader),
        }
    }

    fn open(&mut self, bracket: char) {
        self.text.push(bracket);
        self.end_line();
    }

    fn item(&mut self, value: &'a Value, indent: usize, is_last: bool) {
        self.node(value, indent + 2);
        self.text.push_str(if is_last { "" } else { "," });
        self.end_line();
        self.path.pop();
    }

    fn close(&mut self, bracket: char, indent: usize) {
        push_blanks(&mut self.text, indent);
        self.text.push(bracket);
    }

    fn end_line(&mut self) {
        self.text.push('\n');
        self.lines.push(self.path.clone());
    }
}

/// Appends a value on one line.
pub(super) fn push_inline(out: &mut String, value: &Value, reader: StringReader) {
    match value {
        Value::String(text) => push_string(out, text, reader),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                push_inline(out, item, reader);
            }
            out.push(']');
        }
        Value::Object(map) => {
            out.push('{');
            for (index, (name, value)) in map.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                push_string(out, name, reader);
                out.push_str(": ");
                push_inline(out, value, reader);
            }
            out.push('}');
        }
        value => out.push_str(&value.to_string()),
    }
}

fn push_string(out: &mut String, text: &str, reader: StringReader) {
    out.push('"');
    reader.push(out, text);
    out.push('"');
}
