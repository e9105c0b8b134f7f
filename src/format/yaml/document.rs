//! A whole YAML document from data, in block style.
//!
//! Prints values files: two spaces a level, lists indented under their key, long texts as blocks.
//! The order is that of the data. Comments are not its business.

use serde_json::{Map, Value};

use super::{inline, scalar};

/// A printed document that knows what each of its lines is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document<'a> {
    pub text: String,
    /// For every line of `text`, the way from the root to the innermost node that it begins or
    /// continues.
    pub lines: Vec<Vec<Step<'a>>>,
}

/// One step down into a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    Key(&'a str),
    /// Counted from 0.
    Index(usize),
}

/// Prints data as a YAML document.
pub fn document(value: &Value) -> Document<'_> {
    let mut printer = Printer { text: String::new(), lines: Vec::new(), path: Vec::new() };
    printer.node(value, 0);
    Document { text: printer.text, lines: printer.lines }
}

struct Printer<'a> {
    text: String,
    lines: Vec<Vec<Step<'a>>>,
    path: Vec<Step<'a>>,
}

impl<'a> Printer<'a> {
    /// Prints a node where the line stands, and its further lines at the indentation.
    fn node(&mut self, value: &'a Value, indent: usize) {
        match value {
            Value::Object(map) if !map.is_empty() => self.map(map, indent),
            Value::Array(items) if !items.is_empty() => self.list(items, indent),
            Value::String(text) if scalar::is_block(text) => self.block(text, indent.max(2)),
            Value::String(text) if scalar::is_plain(text) => self.line(text),
            value => {
                inline::push_node(&mut self.text, value);
                self.line("");
            }
        }
    }

    fn map(&mut self, map: &'a Map<String, Value>, indent: usize) {
        for (index, (name, value)) in map.iter().enumerate() {
            if index > 0 {
                self.indent(indent);
            }
            self.path.push(Step::Key(name));
            self.key(name, indent);
            if is_block_collection(value) {
                self.line(":");
                self.indent(indent + 2);
            } else {
                self.text.push_str(": ");
            }
            self.node(value, indent + 2);
            self.path.pop();
        }
    }

    fn key(&mut self, name: &str, indent: usize) {
        match inline::key(name) {
            (key, false) => self.text.push_str(&key),
            (key, true) => {
                self.text.push_str("? ");
                self.line(&key);
                self.indent(indent);
            }
        }
    }

    fn list(&mut self, items: &'a [Value], indent: usize) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.indent(indent);
            }
            self.path.push(Step::Index(index));
            self.text.push_str("- ");
            self.node(item, indent + 2);
            self.path.pop();
        }
    }

    fn block(&mut self, text: &str, indent: usize) {
        self.line(if text.ends_with('\n') { "|" } else { "|-" });
        for line in text.lines() {
            if !line.is_empty() {
                self.indent(indent);
            }
            self.line(line);
        }
    }

    /// Ends a line, which belongs to the node that is being printed.
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
        self.lines.push(self.path.clone());
    }

    fn indent(&mut self, indent: usize) {
        self.text.extend(std::iter::repeat_n(' ', indent));
    }
}

fn is_block_collection(value: &Value) -> bool {
    match value {
        Value::Object(map) => !map.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    }
}
