//! The TOML tree and the merge: places that can be shown, and layers that may be grouped at will.
//!
//! Never panics but where a law is broken.

use std::sync::Arc;

use envroot::config;
use envroot::model::diagnostic::Problem;
use envroot::model::key_path::Path;
use envroot::model::span::Sources;
use envroot::model::tree::{self, Node, Value};
use envroot::report::{Style, problem};
use envroot::toml_file;

/// The separator between the layers of an input.
const BETWEEN: &str = "\n%%\n";

/// Reads an input as layers of TOML and holds the laws of trees against them.
pub(crate) fn holds(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let mut sources = Sources::default();
    let mut layers = Vec::new();
    for layer in text.split(BETWEEN).take(4) {
        let file = sources.add("layer.toml", layer);
        let (node, problems) = toml_file::read(&sources, file, None);
        let problems = problems.sorted();
        shown(&problems, &sources);
        for_each(&node, &mut |inner| placed(inner, &node, &sources));
        if problems.is_empty() {
            let (_, problems) = config::read(&node, &semver::Version::new(0, 1, 0));
            shown(&problems.sorted(), &sources);
            layers.push(node);
        }
    }
    let Some((first, rest)) = layers.split_first() else { return };
    let merged = rest.iter().fold(Arc::clone(first), |below, above| tree::merge(&below, above));
    for_each(&merged, &mut |node| known(node, &layers));
    for_each(&merged, &mut |node| taken_out(node, &merged));
    if let [one, two, three] = layers.as_slice()
        && agree(&layers)
    {
        let left = tree::merge(&tree::merge(one, two), three);
        let right = tree::merge(one, &tree::merge(two, three));
        assert_eq!(left.to_json(), right.to_json());
    }
}

fn shown(problems: &[Problem], sources: &Sources) {
    if !problems.is_empty() {
        problem::show(problems, sources, Style::default());
    }
}

/// Every node has its origin, and the path of the origin leads to it.
fn placed(node: &Node, root: &Node, sources: &Sources) {
    for place in [node.origin.key, node.origin.value] {
        sources.slice(place);
    }
    let path = &*node.origin.path;
    // What is left out of a list moves those behind it.
    if let Some(found) = root.at(path) {
        assert!(std::ptr::eq(found, node) || has_lists(root));
    }
    let whole = Path(path.0.clone());
    if !whole.0.is_empty() {
        assert_eq!(Path::parse(&whole.to_string()), Ok(whole));
    }
}

fn has_lists(node: &Node) -> bool {
    let mut found = false;
    for_each(node, &mut |inner| found |= matches!(inner.value, Value::List(_)));
    found
}

/// Every leaf of a merge comes from one of the layers unchanged.
fn known(node: &Node, layers: &[Arc<Node>]) {
    if matches!(node.value, Value::Table(_)) {
        return;
    }
    let mut is_known = false;
    for layer in layers {
        for_each(layer, &mut |written| {
            is_known |= written.origin == node.origin && written.value == node.value;
        });
    }
    assert!(is_known, "{node:?}");
}

/// What a path leads to can be taken out, and nothing else goes with it.
fn taken_out(node: &Node, root: &Arc<Node>) {
    let path = &node.origin.path.0;
    if path.is_empty() {
        return;
    }
    if let Some(rest) = tree::without(root, path) {
        assert!(rest.at(&node.origin.path).is_none());
        let above = Path(path[..path.len() - 1].to_vec());
        let size = |root: &Node| root.at(&above).and_then(Node::table).map(|table| table.len());
        assert_eq!(size(&rest).map(|size| size + 1), size(root));
    }
}

/// Whether layers agree on which of their keys are tables.
fn agree(layers: &[Arc<Node>]) -> bool {
    let tables: Vec<_> = layers.iter().filter_map(|layer| layer.table()).collect();
    let mut keys = tables.iter().flat_map(|table| table.keys());
    keys.all(|key| {
        let inner: Vec<Arc<Node>> =
            tables.iter().filter_map(|table| table.get(key).cloned()).collect();
        let of_tables = inner.iter().filter(|node| node.table().is_some()).count();
        of_tables == 0 || of_tables == inner.len() && agree(&inner)
    })
}

fn for_each(node: &Node, see: &mut impl FnMut(&Node)) {
    see(node);
    match &node.value {
        Value::Table(table) => table.values().for_each(|inner| for_each(inner, see)),
        Value::List(items) => items.iter().for_each(|inner| for_each(inner, see)),
        _ => {}
    }
}
