//! What a pack's schema tells the rules about its settings: what a string is (`format`), and which
//! numbers may not be above which (`ascending`).
//!
//! Reads schemas, judges no value.

use serde_json::Value as Json;

use crate::model::key_path::Key;
use crate::model::reference::Scope;
use crate::model::tree::{Node, Value};
use crate::pack::Pack;
use crate::schema::Shape;

/// Something a schema says about the settings at a path.
#[derive(Debug, PartialEq, Eq)]
pub struct Told {
    path: Vec<Step>,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Key(Key),
    /// Every entry of a table with free keys, or every item of a list.
    Each,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    Format(String),
    /// The first of two keys may not be above the second.
    Ascending(Key, Key),
}

/// How deep a schema is looked into: deeper, references lead in a circle.
const DEPTH: usize = 16;

/// What a pack's schema tells about facts or settings.
pub fn by(pack: &Pack, scope: Scope) -> Vec<Told> {
    let mut told = Vec::new();
    walk(pack.schema.shape(scope), &mut Vec::new(), &mut told);
    told
}

fn walk(shape: Shape<'_>, path: &mut Vec<Step>, told: &mut Vec<Told>) {
    let Some(node) = shape.node().filter(|_| path.len() < DEPTH) else { return };
    let mut say = |what| told.push(Told { path: path.clone(), what });
    if let Some(format) = node.get("format").and_then(Json::as_str) {
        say(What::Format(format.to_owned()));
    }
    for pair in node.get("ascending").and_then(Json::as_array).into_iter().flatten() {
        if let (Some(low), Some(high)) = (pair.get(0), pair.get(1))
            && let (Some(low), Some(high)) = (low.as_str(), high.as_str())
        {
            say(What::Ascending(low.into(), high.into()));
        }
    }
    for key in shape.keys() {
        if let Some(inner) = shape.key(key) {
            path.push(Step::Key(key.into()));
            walk(inner, path, told);
            path.pop();
        }
    }
    if ["items", "additionalProperties"].iter().any(|it| node.get(it).is_some_and(Json::is_object))
    {
        path.push(Step::Each);
        walk(shape.item(), path, told);
        path.pop();
    }
}

/// Calls `visit` with each node that something is told about, and the keys that lead to it.
pub fn each<'a>(told: &[Told], root: &'a Node, visit: &mut dyn FnMut(&What, &[&'a str], &'a Node)) {
    let mut at = Vec::new();
    for Told { path, what } in told {
        follow(root, path, &mut at, &mut |at, node| visit(what, at, node));
    }
}

fn follow<'a>(
    node: &'a Node,
    path: &[Step],
    at: &mut Vec<&'a str>,
    visit: &mut dyn FnMut(&[&'a str], &'a Node),
) {
    let Some((first, rest)) = path.split_first() else { return visit(at, node) };
    match (&node.value, first) {
        (Value::Table(table), Step::Key(key)) => {
            if let Some((_, key, inner)) = table.get_full(key) {
                at.push(key);
                follow(inner, rest, at, visit);
                at.pop();
            }
        }
        (Value::Table(table), Step::Each) => {
            for (key, inner) in table {
                at.push(key);
                follow(inner, rest, at, visit);
                at.pop();
            }
        }
        (Value::List(items), Step::Each) => {
            items.iter().for_each(|item| follow(item, rest, at, visit));
        }
        _ => {}
    }
}
