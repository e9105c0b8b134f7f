//! Every string of a tree, with its path; and every text, keys and large numbers included.
//!
//! Judges none of them.

use std::borrow::Cow;

use crate::model::key_path::Key;
use crate::model::span::Span;
use crate::model::tree::{Node, Origin, Value};

/// Calls `visit` with each string below a node, and the keys that lead to it from there.
pub(crate) fn each<'a>(node: &'a Node, visit: &mut dyn FnMut(&[&'a str], &'a Node, &'a str)) {
    walk(node, &mut Vec::new(), visit);
}

fn walk<'a>(
    node: &'a Node,
    at: &mut Vec<&'a str>,
    visit: &mut dyn FnMut(&[&'a str], &'a Node, &'a str),
) {
    match &node.value {
        Value::String(text) => visit(at, node, text),
        Value::Table(table) => {
            for (key, item) in table {
                at.push(key);
                walk(item, at, visit);
                at.pop();
            }
        }
        // An item of a list has the path of the list.
        Value::List(items) => items.iter().for_each(|item| walk(item, at, visit)),
        _ => {}
    }
}

/// The kind of a text in a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextKind {
    String,
    Number,
    /// The key of the node that is visited with it.
    Key,
}

/// A text of a tree: a string, a number, or the key of a table.
pub(crate) struct TreeText<'v, 'a> {
    pub kind: TextKind,
    /// The keys that lead to its node.
    pub keys: &'v [&'a str],
    pub node: &'a Node,
    pub text: Cow<'a, str>,
}

impl<'a> TreeText<'_, 'a> {
    /// The place of the text.
    pub(crate) fn place(&self) -> Span {
        match self.kind {
            TextKind::Key => self.node.origin.key,
            _ => self.node.origin.value,
        }
    }

    /// The origin to change in order to change the text.
    pub(crate) fn deciding_origin(&self) -> (&'a Origin, Span) {
        match self.kind {
            TextKind::Key => (&self.node.origin, self.node.origin.key),
            _ => (self.node.deciding_origin(), self.node.deciding_origin().value),
        }
    }
}

/// A number that may identify something, as text. A small one means other things too.
pub(crate) fn large_number(value: &Value) -> Option<String> {
    match value {
        Value::Integer(number) if *number >= LARGE => Some(number.to_string()),
        Value::Float(number) if *number >= LARGE as f64 => Some(number.to_string()),
        _ => None,
    }
}

const LARGE: i64 = 10_000;

/// Calls `visit` with each string, large number and key below a node.
pub(crate) fn each_text<'a>(node: &'a Node, visit: &mut dyn FnMut(&TreeText<'_, 'a>)) {
    walk_texts(node, &mut Vec::new(), visit);
}

fn walk_texts<'a>(node: &'a Node, at: &mut Vec<&'a str>, visit: &mut dyn FnMut(&TreeText<'_, 'a>)) {
    let (kind, text) = match &node.value {
        Value::String(text) => (TextKind::String, Cow::Borrowed(&**text)),
        Value::List(items) => return items.iter().for_each(|item| walk_texts(item, at, visit)),
        Value::Table(table) => {
            for (key, item) in table {
                at.push(key);
                let text = Cow::Borrowed(&**key);
                visit(&TreeText { kind: TextKind::Key, keys: at, node: item, text });
                walk_texts(item, at, visit);
                at.pop();
            }
            return;
        }
        value => match large_number(value) {
            Some(number) => (TextKind::Number, Cow::Owned(number)),
            None => return,
        },
    };
    visit(&TreeText { kind, keys: at, node, text });
}

/// The keys as one path below another, as waivers write it.
pub(crate) fn below(above: &str, at: &[&str]) -> String {
    let keys = at.iter().map(|key| Key::from(*key)).collect();
    let path = crate::model::key_path::Path(keys);
    if at.is_empty() { above.to_owned() } else { format!("{above}.{path}") }
}
