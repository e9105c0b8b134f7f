//! Settings of a service side by side, environment by environment.
//!
//! Compares resolved values; shows nothing.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::path::Path;
use crate::resolve::Service;
use crate::tree::{Node, Value};

/// A setting whose value is not the same everywhere.
#[derive(Debug, PartialEq, Eq)]
pub struct Difference {
    pub path: Path,
    /// One for each environment of the service, `None` where nobody gives it.
    pub values: Vec<Option<String>>,
}

/// The settings that somebody gave differently, in the order in which they are met.
///
/// What is derived from other names, such as a role's name, is no difference that anybody made;
/// `values` follow from settings; and settings in `left_out` change with every deploy.
pub fn differences(service: &Service, left_out: &[Path]) -> Vec<Difference> {
    let count = service.deployments.len();
    let mut rows: IndexMap<Path, Row> = IndexMap::new();
    for (index, deployment) in service.deployments.iter().enumerate() {
        collect(&deployment.settings, &Path::default(), &mut |path, node| {
            let row =
                rows.entry(path).or_insert_with(|| Row { values: vec![None; count], given: false });
            row.values[index] = Some(shown(&node.value));
            row.given |= node.origin.pack.is_none() && node.named.is_none();
        });
    }
    let hidden = |path: &Path| left_out.iter().any(|hidden| path.0.starts_with(&hidden.0));
    rows.into_iter()
        .filter(|(path, row)| {
            row.given && !hidden(path) && row.values.iter().any(|value| *value != row.values[0])
        })
        .map(|(path, row)| Difference { path, values: row.values })
        .collect()
}

struct Row {
    values: Vec<Option<String>>,
    /// Whether some environment has it from `environments.toml`, and not by a reference.
    given: bool,
}

fn collect(node: &Arc<Node>, at: &Path, visit: &mut impl FnMut(Path, &Node)) {
    let Some(table) = node.table() else { return };
    for (key, item) in table {
        let path = at.join(key);
        let derived = at.0.is_empty() && matches!(&**key, "values" | "name");
        match item.value {
            _ if derived => {}
            Value::Table(_) => collect(item, &path, visit),
            _ => visit(path, item),
        }
    }
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
