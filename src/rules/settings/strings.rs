//! Every string of a tree, with its path.
//!
//! Judges none of them.

use crate::model::key_path::Key;
use crate::model::tree::{Node, Value};

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

/// The keys as one path below another, as waivers write it.
pub(crate) fn below(above: &str, at: &[&str]) -> String {
    let keys = at.iter().map(|key| Key::from(*key)).collect();
    let path = crate::model::key_path::Path(keys);
    if at.is_empty() { above.to_owned() } else { format!("{above}.{path}") }
}
