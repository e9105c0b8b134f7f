//! The keys that a `values.schema.json` lists.

use std::collections::BTreeMap;

use serde_json::Value as Json;

/// The number of levels that are read.
const DEPTH: usize = 32;

/// The keys that a schema lists, and whether it allows others.
pub(super) struct SchemaKeys {
    pub keys: BTreeMap<String, SchemaKeys>,
    pub rest: Rest,
}

#[derive(PartialEq)]
pub(super) enum Rest {
    Allowed,
    Forbidden,
    NotSaid,
}

impl SchemaKeys {
    pub(super) fn of(schema: &Json) -> SchemaKeys {
        of_node(schema, schema, 0)
    }

    fn add(&mut self, other: SchemaKeys) {
        for (key, inner) in other.keys {
            match self.keys.get_mut(&key) {
                Some(known) => known.add(inner),
                None => _ = self.keys.insert(key, inner),
            }
        }
        if other.rest == Rest::Allowed && self.rest == Rest::NotSaid {
            self.rest = Rest::Allowed;
        }
    }
}

fn of_node(whole: &Json, node: &Json, depth: usize) -> SchemaKeys {
    let mut listed = SchemaKeys { keys: BTreeMap::new(), rest: Rest::NotSaid };
    if depth > DEPTH {
        return SchemaKeys { rest: Rest::Allowed, ..listed };
    }
    if let Some(reference) = node.get("$ref").and_then(Json::as_str) {
        match reference.strip_prefix('#').and_then(|pointer| whole.pointer(pointer)) {
            Some(target) => listed.add(of_node(whole, target, depth + 1)),
            None => listed.rest = Rest::Allowed,
        }
    }
    for (key, inner) in node.get("properties").and_then(Json::as_object).into_iter().flatten() {
        let below = of_node(whole, inner, depth + 1);
        listed
            .add(SchemaKeys { keys: BTreeMap::from([(key.clone(), below)]), rest: Rest::NotSaid });
    }
    for member in members(node) {
        let keys = of_node(whole, member, depth + 1).keys;
        listed.add(SchemaKeys { keys, rest: Rest::NotSaid });
    }
    match (node.get("additionalProperties"), node.get("patternProperties")) {
        (_, Some(_)) => listed.rest = Rest::Allowed,
        (Some(Json::Bool(false)), _) => listed.rest = Rest::Forbidden,
        // A schema that says no more than `true` says what is so without it.
        (Some(Json::Object(others)), _) if !others.is_empty() => listed.rest = Rest::Allowed,
        _ => {}
    }
    listed
}

/// The schemas that apply to the same table as a schema, or may.
fn members(node: &Json) -> impl Iterator<Item = &Json> {
    let lists = ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|word| node.get(word));
    let tables = ["dependentSchemas", "dependencies"].into_iter().filter_map(|word| node.get(word));
    let branches = ["if", "then", "else"].into_iter().filter_map(|word| node.get(word));
    let lists = lists.filter_map(Json::as_array).flatten();
    let tables = tables.filter_map(Json::as_object).flat_map(|table| table.values());
    lists.chain(tables).chain(branches)
}
