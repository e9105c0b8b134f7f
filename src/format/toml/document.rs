//! A whole TOML document from data: the values of a table first, then its tables.

use serde_json::{Map, Value};

use super::inline;
use crate::format::DataStep;

/// Prints data as a TOML document, or says why TOML has no form for it.
pub(super) fn text(value: &Value) -> Result<String, String> {
    let mut printer = TomlPrinter::default();
    printer.document(value)?;
    Ok(printer.text)
}

/// The node of each line of a document.
pub(super) fn line_paths(value: &Value) -> Vec<Vec<DataStep<'_>>> {
    let mut printer = TomlPrinter::default();
    // Data that has no form as TOML was refused before.
    _ = printer.document(value);
    printer.lines
}

#[derive(Default)]
struct TomlPrinter<'a> {
    text: String,
    lines: Vec<Vec<DataStep<'a>>>,
    path: Vec<DataStep<'a>>,
}

impl<'a> TomlPrinter<'a> {
    fn document(&mut self, value: &'a Value) -> Result<(), String> {
        let map = value.as_object().ok_or("a TOML document is a table")?;
        self.table(map, "")
    }

    fn table(&mut self, map: &'a Map<String, Value>, name: &str) -> Result<(), String> {
        let (tables, values): (Vec<_>, Vec<_>) =
            map.iter().partition(|(_, value)| is_table(value) || is_tables(value));
        for (key, value) in values {
            self.path.push(DataStep::Key(key));
            self.line(&format!("{} = {}", inline::key(key), inline::inline(value)?));
            self.path.pop();
        }
        for (key, value) in tables {
            self.path.push(DataStep::Key(key));
            let dot = if name.is_empty() { "" } else { "." };
            self.tables(value, &format!("{name}{dot}{}", inline::key(key)))?;
            self.path.pop();
        }
        Ok(())
    }

    fn tables(&mut self, value: &'a Value, name: &str) -> Result<(), String> {
        match value {
            Value::Object(map) => {
                let has_values = map.values().any(|value| !is_table(value) && !is_tables(value));
                if has_values || map.is_empty() {
                    self.head(&format!("[{name}]"));
                }
                self.table(map, name)
            }
            value => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    self.path.push(DataStep::Index(index));
                    self.head(&format!("[[{name}]]"));
                    item.as_object().map_or(Ok(()), |map| self.table(map, name))?;
                    self.path.pop();
                }
                Ok(())
            }
        }
    }

    fn head(&mut self, head: &str) {
        if !self.text.is_empty() {
            self.line("");
        }
        self.line(head);
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
        self.lines.push(self.path.clone());
    }
}

fn is_table(value: &Value) -> bool {
    value.is_object()
}

/// Returns true for a list that is written as a table for each of its items.
fn is_tables(value: &Value) -> bool {
    value.as_array().is_some_and(|items| !items.is_empty() && items.iter().all(Value::is_object))
}
