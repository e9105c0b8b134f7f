//! The size of a schema with its references replaced. A few lines can refer to each other in more
//! ways than a validator can visit.
//!
//! Knows references within the document only. Building the validator refuses others.

use std::collections::BTreeMap;

use serde_json::Value;

/// The limit for a schema with every reference replaced, in nodes along one path into a value.
/// Validating the value at that path may take as many steps.
const LARGEST: usize = 1_000_000;
/// The limit for a chain of references.
const FOLLOWED: usize = 32;

/// Keywords whose schemas apply to a part of the value. A recursive schema is therefore visited no
/// deeper than the value itself.
const INSIDE: [&str; 9] = [
    "$defs",
    "additionalProperties",
    "contains",
    "definitions",
    "items",
    "patternProperties",
    "prefixItems",
    "properties",
    "propertyNames",
];

/// The schemas under one of these keywords: a table by name, a list, or a single one.
fn schemas<'a>(key: &str, node: &'a Value) -> Vec<&'a Value> {
    let is_table = matches!(key, "$defs" | "definitions" | "patternProperties" | "properties");
    match node {
        Value::Object(map) if is_table => map.values().collect(),
        Value::Array(items) => items.iter().collect(),
        _ => vec![node],
    }
}

pub(crate) fn is_too_large(document: &Value) -> bool {
    expanded(document, document, FOLLOWED, &mut BTreeMap::new()) > LARGEST
}

/// The number of nodes of a schema with its references replaced. `known` holds those that were
/// counted, with how many references were left to follow.
fn expanded<'a>(
    node: &'a Value,
    document: &'a Value,
    left: usize,
    known: &mut BTreeMap<(*const Value, usize), usize>,
) -> usize {
    let key = (std::ptr::from_ref(node), left);
    if let Some(size) = known.get(&key) {
        return *size;
    }
    let mut size: usize = 1;
    let mut add = |inner| size = size.saturating_add(expanded(inner, document, left, known));
    match node {
        Value::Object(map) => {
            let (inside, here): (Vec<_>, Vec<_>) =
                map.iter().partition(|(key, _)| INSIDE.contains(&key.as_str()));
            here.into_iter().for_each(|(_, inner)| add(inner));
            let inside = inside.into_iter().flat_map(|(key, inner)| schemas(key, inner));
            let largest = inside.map(|it| expanded(it, document, left, known)).max();
            size = size.saturating_add(largest.unwrap_or_default());
        }
        Value::Array(items) => items.iter().for_each(add),
        _ => {}
    }
    let reference = node.get("$ref").and_then(Value::as_str);
    let target = reference.and_then(|it| document.pointer(it.strip_prefix('#')?));
    if let (Some(target), Some(left)) = (target, left.checked_sub(1)) {
        size = size.saturating_add(expanded(target, document, left, known));
    }
    known.insert(key, size);
    size
}
