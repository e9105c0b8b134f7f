//! Values as the engine takes them: trees of settings, and maps of what else is known.
//!
//! Knows no template.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use tera::Value;
use tera::value::Key;

use crate::model::tree;

/// A tree as a value of the engine. A null counts as not set: it cannot be printed.
pub(crate) fn value(node: &tree::Node) -> Value {
    match &node.value {
        tree::Value::Null => Value::none(),
        tree::Value::Boolean(value) => Value::from(*value),
        tree::Value::Integer(value) => Value::from(*value),
        tree::Value::Float(value) => Value::from(*value),
        tree::Value::String(value) => Value::from(&**value),
        tree::Value::List(items) => {
            Value::from(items.iter().map(|item| value(item)).collect::<Vec<_>>())
        }
        tree::Value::Table(table) => {
            map(table.iter().map(|(key, item)| (Key::String(Arc::clone(key)), value(item))))
        }
    }
}

/// A tree as the engine takes it, where it is already `made` of one that shares parts with it.
pub(crate) fn value_beside(node: &Arc<tree::Node>, known: &Arc<tree::Node>, made: &Value) -> Value {
    if Arc::ptr_eq(node, known) {
        return made.clone();
    }
    let (Some(table), Some(known), Some(made)) = (node.table(), known.table(), made.as_map())
    else {
        return value(node);
    };
    let entry = |(key, item, known): (&Arc<str>, &Arc<tree::Node>, Option<_>)| {
        let known = known.and_then(|(at, known)| Some((known, made.get_index(at)?.1)));
        let value =
            known.map_or_else(|| value(item), |(known, made)| value_beside(item, known, made));
        (Key::String(Arc::clone(key)), value)
    };
    map(table.zip_by_key(known).map(entry))
}

/// A map with more entries, or other values for those it has.
pub(crate) fn with<const N: usize>(table: &Value, more: [(&'static str, Value); N]) -> Value {
    map(entries(table).chain(more.map(|(key, value)| (key.into(), value))))
}

/// A map without an entry.
pub(crate) fn without(table: &Value, key: &str) -> Value {
    map(entries(table).filter(|(known, _)| known.as_str() != Some(key)))
}

fn entries(table: &Value) -> impl Iterator<Item = (Key<'static>, Value)> {
    let entries = table.as_map().into_iter().flatten();
    entries.map(|(key, value)| (key.clone(), value.clone()))
}

/// A map as the engine takes it, in this order; of two entries with one key the later counts.
pub(crate) fn map<K: Into<Key<'static>>>(entries: impl IntoIterator<Item = (K, Value)>) -> Value {
    let entries = entries.into_iter().enumerate();
    let entries = entries.map(|(at, (key, value))| (Placed { at, key: key.into() }, value));
    Value::from(entries.collect::<BTreeMap<_, _>>())
}

/// A key, ordered by its place. The engine makes its maps out of others, and hashes each key then:
/// one of these has not been hashed before.
struct Placed {
    at: usize,
    key: Key<'static>,
}

impl From<Placed> for Key<'static> {
    fn from(placed: Placed) -> Key<'static> {
        placed.key
    }
}

impl PartialEq for Placed {
    fn eq(&self, other: &Placed) -> bool {
        self.at == other.at
    }
}

impl Eq for Placed {}

impl PartialOrd for Placed {
    fn partial_cmp(&self, other: &Placed) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Placed {
    fn cmp(&self, other: &Placed) -> Ordering {
        self.at.cmp(&other.at)
    }
}
