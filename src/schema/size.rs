//! How large a schema is with its references replaced: a few lines can refer to each other in more
//! ways than a validator can ever walk.
//!
//! Knows references within the document only; others are refused when the validator is built.

use std::collections::BTreeMap;

use serde_json::Value;

/// How large a schema may be with every reference in it replaced, in nodes: to hold a value against
/// it may take that many steps.
const LARGEST: usize = 1_000_000;
/// How many references are followed one after the other to find that out.
const FOLLOWED: usize = 32;

pub fn is_too_large(document: &Value) -> bool {
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
    let below: Vec<&Value> = match node {
        Value::Object(map) => map.values().collect(),
        Value::Array(items) => items.iter().collect(),
        _ => Vec::new(),
    };
    let mut size: usize = 1;
    for inner in below {
        size = size.saturating_add(expanded(inner, document, left, known));
    }
    let reference = node.get("$ref").and_then(Value::as_str);
    let target = reference.and_then(|it| document.pointer(it.strip_prefix('#')?));
    if let (Some(target), Some(left)) = (target, left.checked_sub(1)) {
        size = size.saturating_add(expanded(target, document, left, known));
    }
    known.insert(key, size);
    size
}
