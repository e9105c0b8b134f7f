//! Settings of a service side by side, environment by environment.
//!
//! Compares resolved values; shows nothing.

use std::sync::Arc;

use foldhash::fast::RandomState;
use indexmap::IndexSet;

use crate::model::key_path::{Key, Path};
use crate::model::tree::{Node, Table, Value};
use crate::resolve::Service;

/// A setting whose value is not the same everywhere.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub path: Path,
    /// One for each environment of the service, `None` where it is not set.
    pub values: Vec<Option<String>>,
}

/// The settings that differ by configuration, in the order in which they occur.
///
/// Leaves out values that are derived from other names, such as a role's name; `values`, which
/// follow from settings; and the settings in `left_out`, which change with every deployment.
pub(crate) fn differences(service: &Service, left_out: &[Path]) -> Vec<Difference> {
    let settings: Vec<Option<&Arc<Node>>> =
        service.deployments.iter().map(|deployment| Some(&deployment.settings)).collect();
    let mut found = Vec::new();
    walk(&settings, &Path::default(), left_out, &mut found);
    found
}

/// Compares the values at a path in all environments, key by key.
fn walk(nodes: &[Option<&Arc<Node>>], at: &Path, left_out: &[Path], found: &mut Vec<Difference>) {
    let mut keys: IndexSet<&Key, RandomState> = IndexSet::default();
    let mut before: Option<&Table> = None;
    for table in nodes.iter().flatten().filter_map(|node| node.table()) {
        if !before.is_some_and(|before| before.shares_keys(table)) {
            keys.extend(table.keys());
        }
        before = Some(table);
    }
    for key in keys {
        let items: Vec<Option<&Arc<Node>>> =
            nodes.iter().map(|node| node.as_ref()?.get(key)).collect();
        let path = at.join(key);
        let derived = at.0.is_empty() && matches!(&**key, "values" | "name");
        if derived || left_out.contains(&path) || are_shared(&items) {
            continue;
        }
        walk(&items, &path, left_out, found);
        found.extend(difference(&items, path));
    }
}

/// Returns true if environments share one value from the same layer.
fn are_shared(items: &[Option<&Arc<Node>>]) -> bool {
    let same = |pair: &[Option<&Arc<Node>>]| match (pair[0], pair[1]) {
        (Some(a), Some(b)) => Arc::ptr_eq(a, b),
        _ => false,
    };
    items.windows(2).all(same)
}

fn difference(items: &[Option<&Arc<Node>>], path: Path) -> Option<Difference> {
    let leaves: Vec<Option<&Arc<Node>>> =
        items.iter().map(|item| item.filter(|node| node.table().is_none())).collect();
    // From `environments.toml`, and not by a reference.
    let given = |node: &&Arc<Node>| node.origin.pack.is_none() && node.referenced_origin.is_none();
    if !leaves.iter().flatten().any(given) {
        return None;
    }
    let values: Vec<Option<String>> =
        leaves.iter().map(|leaf| leaf.map(|node| shown(&node.value))).collect();
    values.iter().any(|value| *value != values[0]).then_some(Difference { path, values })
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Boolean(value) => value.to_string(),
        Value::Float(number) => number.to_string(),
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(|item| shown(&item.value)).collect();
            items.join(", ")
        }
        Value::Table(_) => "…".to_owned(),
        Value::Null => "null".to_owned(),
    }
}
