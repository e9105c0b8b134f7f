//! Edits of the text of `environments.toml` that keep every other byte.
//!
//! Knows TOML, but not the meaning of its keys. Every change is parsed again: a text with another
//! meaning than the requested one is refused.

mod assign;
mod copy;
mod document;
mod lines;
mod list;
mod outline;
mod remove;
#[cfg(test)]
mod tests;
mod value;

use toml::{Table, Value};

use crate::model::key_path::{Key, Path};
use document::Document;
pub(crate) use document::{InsertAt, InsertSide};
pub(crate) use value::{TypedAs, read_string, read_value, written_json};

/// A text that is changed step by step. It must be TOML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edited {
    text: String,
}

impl Edited {
    pub(crate) fn new(text: String) -> Edited {
        Edited { text }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The text of the value at a path, where it is written as one.
    pub(crate) fn value(&self, path: &Path) -> Option<&str> {
        Document::of(&self.text).value(path)
    }

    /// The assignments that merge a value into the one at a path: the value itself or, where both
    /// are tables and headers or dotted keys make the existing one, each of its keys.
    pub(crate) fn leaves(&self, path: &Path, value: &str) -> Vec<(Vec<Key>, String)> {
        let there = parse(&self.text).and_then(|table| get(&table, &path.0).cloned());
        match (there, value::table(value)) {
            (Some(Value::Table(_)), Some(table)) => value::leaves(&table),
            _ => vec![(Vec::new(), value.to_owned())],
        }
    }

    /// Puts a value at a path, where there is one already in its place. A table that must be made
    /// for it has a header of `home` keys, and goes to the first place of `near` that there is.
    pub(crate) fn assign(
        &mut self,
        path: &Path,
        value: &str,
        home: usize,
        near: &[InsertAt],
    ) -> Result<(), String> {
        let after = Document::of(&self.text).assign(path, value, home, near)?;
        let assigned = format!("it = {value}").parse::<Table>().ok();
        let assigned = assigned.and_then(|mut table| table.remove("it"));
        self.become_text(after, path, |whole| put(whole, &path.0, assigned))
    }

    /// Removes the value at a path with the comments on its lines. Returns false if there is none.
    pub(crate) fn remove(&mut self, path: &Path) -> Result<bool, String> {
        let Some(after) = Document::of(&self.text).remove(path) else { return Ok(false) };
        self.become_text(after, path, |whole| put(whole, &path.0, None))?;
        Ok(true)
    }

    /// Puts a string into the list at a path, beside another one, or else at its end. Returns false
    /// if there is no list.
    pub(crate) fn insert_item(
        &mut self,
        path: &Path,
        item: &str,
        beside: Option<(&str, InsertSide)>,
    ) -> Result<bool, String> {
        let Some(after) = Document::of(&self.text).insert_item(path, item, beside) else {
            return Ok(false);
        };
        self.become_list(after, path, |items| items.push(item.to_owned()))?;
        Ok(true)
    }

    /// Removes a string from the list at a path. Returns false if the list does not contain it.
    pub(crate) fn remove_item(&mut self, path: &Path, item: &str) -> Result<bool, String> {
        let Some(after) = Document::of(&self.text).remove_item(path, item) else {
            return Ok(false);
        };
        self.become_list(after, path, |items| {
            if let Some(index) = items.iter().position(|it| it == item) {
                items.remove(index);
            }
        })?;
        Ok(true)
    }

    /// Writes the tables at and below one path once more below another, without their comments,
    /// beside those of a third that are like them. Returns false if there are none.
    pub(crate) fn copy(
        &mut self,
        from: &Path,
        to: &Path,
        beside: (&Path, InsertSide),
    ) -> Result<bool, String> {
        let Some(after) = Document::of(&self.text).copy(from, to, beside) else {
            return Ok(false);
        };
        self.become_text(after, to, |whole| {
            let copied = get(whole, &from.0).cloned();
            put(whole, &to.0, copied);
        })?;
        Ok(true)
    }

    /// Takes a changed text, if it means what the change was to make of this one.
    fn become_text(
        &mut self,
        after: String,
        path: &Path,
        change: impl FnOnce(&mut Table),
    ) -> Result<(), String> {
        let mut expected = parse(&self.text).unwrap_or_default();
        change(&mut expected);
        let is = parse(&after).map(without_empty);
        self.accept(is == Some(without_empty(expected)), after, path)
    }

    /// The same for a list of strings, in any order and in any steps.
    fn become_list(
        &mut self,
        after: String,
        path: &Path,
        change: impl FnOnce(&mut Vec<String>),
    ) -> Result<(), String> {
        let split = |text: &str| {
            let mut rest = parse(text)?;
            let items = get(&rest, &path.0).map(strings).unwrap_or_default();
            put(&mut rest, &path.0, None);
            Some((items, rest))
        };
        let mut expected = split(&self.text).unwrap_or_default();
        change(&mut expected.0);
        expected.0.sort();
        let is = split(&after).map(|(mut items, rest)| {
            items.sort();
            (items, rest)
        });
        self.accept(is == Some(expected), after, path)
    }

    fn accept(&mut self, is_meant: bool, after: String, path: &Path) -> Result<(), String> {
        if !is_meant {
            return Err(format!("`{path}` cannot be edited in place"));
        }
        self.text = after;
        Ok(())
    }
}

/// The comments that one text has and another has not.
pub(crate) fn comments_lost(before: &str, after: &str) -> Vec<String> {
    let texts = |text: &str| -> Vec<String> {
        outline::comments(text).into_iter().map(|range| text[range].to_owned()).collect()
    };
    let mut kept = texts(after);
    let is_lost = |comment: &String| match kept.iter().position(|known| known == comment) {
        Some(index) => {
            kept.swap_remove(index);
            false
        }
        None => true,
    };
    texts(before).into_iter().filter(is_lost).collect()
}

fn parse(text: &str) -> Option<Table> {
    text.trim_start_matches('\u{feff}').parse().ok()
}

fn get<'t>(table: &'t Table, path: &[Key]) -> Option<&'t Value> {
    let (first, rest) = path.split_first()?;
    let value = table.get(&**first)?;
    if rest.is_empty() { Some(value) } else { get(value.as_table()?, rest) }
}

/// Sets the value at a path, or removes it.
fn put(table: &mut Table, path: &[Key], value: Option<Value>) {
    match path {
        [] => {}
        [only] => match value {
            Some(value) => _ = table.insert(only.to_string(), value),
            None => _ = table.remove(&**only),
        },
        [first, rest @ ..] => {
            let inner = table.entry(first.to_string()).or_insert(Value::Table(Table::new()));
            if let Value::Table(inner) = inner {
                put(inner, rest, value);
            }
        }
    }
}

/// The strings of a list and of the lists in it.
fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

/// Tables that hold nothing mean nothing: one may go when its last key does.
fn without_empty(table: Table) -> Table {
    let kept = table.into_iter().filter_map(|(key, value)| match value {
        Value::Table(inner) => {
            let inner = without_empty(inner);
            (!inner.is_empty()).then_some((key, Value::Table(inner)))
        }
        value => Some((key, value)),
    });
    kept.collect()
}
