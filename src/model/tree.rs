//! Values that know where they come from, and the one rule by which layers of them merge.
//!
//! Knows nothing of TOML, of what the values mean or of how they are shown.

use std::sync::Arc;

use crate::model::key_path::{Key, Path};
use crate::model::reference::{self, Part};
use crate::model::span::Span;
use crate::model::table;

pub type Table = table::KeyTable<Arc<Node>>;

#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A YAML null, which only a `null` list at the head of a layer can give.
    Null,
    Boolean(bool),
    Integer(i64),
    /// Always finite.
    Float(f64),
    String(Arc<str>),
    List(Vec<Arc<Node>>),
    Table(Table),
}

impl Value {
    /// The name of this kind of value in messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Boolean(_) => "a boolean",
            Value::Integer(_) => "an integer",
            Value::Float(_) => "a float",
            Value::String(_) => "a string",
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
        }
    }
}

/// The place of a value in its source.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    /// The keys that lead to it from the top of its file.
    pub path: Arc<Path>,
    /// The pack whose defaults give it; `None` for `environments.toml`.
    pub pack: Option<Arc<str>>,
    pub key: Span,
    pub value: Span,
}

impl Origin {
    /// The table in which it was written, as a person finds it.
    pub fn table(&self) -> String {
        let above = &self.path.0[..self.path.0.len().saturating_sub(1)];
        match (&self.pack, above) {
            (None, []) => "environments.toml".to_owned(),
            (None, above) => Path(above.to_vec()).to_string(),
            (Some(pack), above) => format!("{} of the pack `{pack}`", Path(above.to_vec())),
        }
    }
}

/// A value, where it was written, and what it overrode.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    pub value: Value,
    pub origin: Arc<Origin>,
    /// The values of lower layers that it overrode, the nearest first.
    pub overrode: Vec<Arc<Origin>>,
    /// For a value that references brought: where what one of them names was written.
    pub referenced_origin: Option<Arc<Origin>>,
    /// True if a string in it may contain a reference.
    pub has_references: bool,
    /// A string that may hold one, taken apart: once, however many environments it is for.
    pub segments: Option<Arc<[Part]>>,
}

impl Node {
    pub fn new(value: Value, origin: impl Into<Arc<Origin>>) -> Node {
        let segments = match &value {
            Value::String(text) if text.contains("{{") => Some(reference::parse(text).into()),
            _ => None,
        };
        let has_references = match &value {
            Value::List(items) => items.iter().any(|item| item.has_references),
            Value::Table(table) => table.values().any(|item| item.has_references),
            _ => segments.is_some(),
        };
        let origin = origin.into();
        Node {
            value,
            origin,
            overrode: Vec::new(),
            referenced_origin: None,
            has_references,
            segments,
        }
    }

    /// The same node with another value, as where a reference in it was replaced.
    pub fn with_value(&self, value: Value) -> Node {
        Node {
            overrode: self.overrode.clone(),
            referenced_origin: self.referenced_origin.clone(),
            ..Node::new(value, Arc::clone(&self.origin))
        }
    }

    /// The origin to change in order to change the value: where a pack's default only passes on a
    /// setting, the origin of that setting.
    pub fn deciding_origin(&self) -> &Arc<Origin> {
        let from_pack = self.origin.pack.is_some();
        // The value of `name` is its own key: the default that uses it is the better place.
        let passed_on =
            self.referenced_origin.as_ref().filter(|named| from_pack && named.key != named.value);
        passed_on.unwrap_or(&self.origin)
    }

    /// The same node with an empty table.
    pub fn emptied(&self) -> Node {
        self.with_value(Value::Table(Table::default()))
    }

    /// The same node with its table changed. One that is no table has an empty one.
    pub fn with_table(self, change: impl FnOnce(&mut Table)) -> Node {
        let Node { value, origin, overrode, referenced_origin, .. } = self;
        let mut table = match value {
            Value::Table(table) => table,
            _ => Table::default(),
        };
        change(&mut table);
        Node { overrode, referenced_origin, ..Node::new(Value::Table(table), origin) }
    }

    /// The same node with the value that its references came to. It is final: braces in it are text
    /// and are never looked at again.
    pub fn resolved(&self, value: Value, referenced_origin: Option<Arc<Origin>>) -> Arc<Node> {
        let (origin, overrode) = (Arc::clone(&self.origin), self.overrode.clone());
        Arc::new(Node {
            value,
            origin,
            overrode,
            referenced_origin,
            has_references: false,
            segments: None,
        })
    }

    pub fn table(&self) -> Option<&Table> {
        match &self.value {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    pub fn str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    pub fn get(&self, key: &str) -> Option<&Arc<Node>> {
        self.table()?.get(key)
    }

    pub fn at(&self, path: &Path) -> Option<&Node> {
        path.0.iter().try_fold(self, |node, key| match &node.value {
            Value::List(items) => items.get(key.parse::<usize>().ok()?).map(Arc::as_ref),
            _ => node.get(key).map(Arc::as_ref),
        })
    }

    /// The value alone, as other libraries take it.
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Boolean(value) => (*value).into(),
            Value::Integer(value) => (*value).into(),
            Value::Float(value) => (*value).into(),
            Value::String(value) => (**value).into(),
            Value::List(items) => items.iter().map(|item| item.to_json()).collect(),
            Value::Table(table) => {
                table.iter().map(|(key, item)| (key.to_string(), item.to_json())).collect()
            }
        }
    }
}

/// Puts a layer over what lower layers gave: tables merge by key, everything else replaces.
pub fn merge(below: &Arc<Node>, above: &Arc<Node>) -> Arc<Node> {
    let (Value::Table(lower), Value::Table(upper)) = (&below.value, &above.value) else {
        return replace(below, above);
    };
    if lower.is_empty() {
        return Arc::clone(above);
    }
    let mut table = lower.clone();
    for (key, item) in upper {
        match table.get_mut(key) {
            Some(known) => *known = merge(known, item),
            None => table.insert(Arc::clone(key), Arc::clone(item)),
        }
    }
    Arc::new(above.with_value(Value::Table(table)))
}

/// The tree without the value at a path, or `None` if there is none.
pub fn without(node: &Arc<Node>, path: &[Key]) -> Option<Arc<Node>> {
    let (first, rest) = path.split_first()?;
    let mut table = node.table()?.clone();
    let inner = table.get_mut(first)?;
    match rest {
        [] => _ = table.remove(first),
        _ => *inner = without(inner, rest)?,
    }
    Some(Arc::new(node.with_value(Value::Table(table))))
}

/// The table that holds nothing but a value at a path.
pub fn nested(path: &[Key], leaf: Arc<Node>) -> Arc<Node> {
    path.iter().rev().fold(leaf, |inner, key| {
        let origin = inner.origin.clone();
        Arc::new(Node::new(Value::Table(Table::from_iter([(Arc::clone(key), inner)])), origin))
    })
}

fn replace(below: &Node, above: &Node) -> Arc<Node> {
    let overrode = [&below.origin].into_iter().chain(&below.overrode).cloned().collect();
    Arc::new(Node { overrode, ..above.clone() })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::model::span::Sources;
    use crate::toml_file;

    /// The tree of a TOML text.
    pub(crate) fn tree(text: &str) -> Arc<Node> {
        let mut sources = Sources::default();
        let file = sources.add("test.toml", text);
        let (node, problems) = toml_file::read(&sources, file, None);
        assert!(problems.is_empty(), "{problems:?}");
        node
    }

    #[track_caller]
    fn check(below: &str, above: &str, expected: &str) {
        let merged = merge(&tree(below), &tree(above));
        assert_eq!(merged.to_json(), tree(expected).to_json());
    }

    #[test]
    fn tables_merge_by_key_and_everything_else_replaces() {
        check("a = 1\nb = 2", "b = 3\nc = 4", "a = 1\nb = 3\nc = 4");
        check("a = { x = 1, y = { z = 2 } }", "a.y.w = 3", "a = { x = 1, y = { z = 2, w = 3 } }");
        check("a = [1, 2]", "a = [3]", "a = [3]");
        check("a = { x = 1 }", "a = 2", "a = 2");
        check("a = 2", "a = { x = 1 }", "a = { x = 1 }");
        check("a = [{ x = 1 }]", "a = [{ y = 1 }]", "a = [{ y = 1 }]");
        check("", "", "");
    }

    #[test]
    fn a_value_remembers_what_it_overrode() {
        let (one, two, three) = (tree("a = 1"), tree("  a = 2"), tree("    a = 3"));
        let merged = merge(&merge(&one, &two), &three);
        let starts = |origin: &Arc<Origin>| origin.key.start;
        let a = merged.get("a").unwrap();
        assert_eq!(starts(&a.origin), 4);
        assert_eq!(a.overrode.iter().map(starts).collect::<Vec<_>>(), [2, 0]);
    }

    #[test]
    fn layers_that_agree_on_what_is_a_table_may_be_merged_in_any_grouping() {
        let layers =
            ["a.b = 1\na.c = [1]\nd = 1", "a.b = 5\ne.f = 1", "a.b = 2\ne.g = 1"].map(tree);
        let [one, two, three] = &layers;
        let left = merge(&merge(one, two), three);
        let right = merge(one, &merge(two, three));
        assert_eq!(left.to_json(), right.to_json());
    }

    #[test]
    fn a_path_can_be_taken_out() {
        let node = tree("a = { b = 1, c = 2 }\nd = 3");
        let path = Path::of(&["a", "b"]);
        assert_eq!(without(&node, &path.0).unwrap().to_json(), tree("a.c = 2\nd = 3").to_json());
        assert!(without(&node, &Path::of(&["a", "x"]).0).is_none());
        assert!(without(&node, &Path::of(&["d", "x"]).0).is_none());
    }
}
