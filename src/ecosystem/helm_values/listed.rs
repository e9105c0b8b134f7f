//! The keys that the files of a chart list.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value as Json;

use super::schema::{Rest, SchemaKeys};
use crate::ecosystem::chart_tree::{ChartBelow, ReleaseChart};

/// The keys that values files and schemas list below a path.
#[derive(Clone, Debug, Default)]
pub(super) struct ListedKeys {
    pub entries: BTreeMap<String, ListedKeys>,
    /// The first file that lists them.
    pub file: Option<Arc<str>>,
    /// True for something else than a table with keys: it takes any table.
    pub is_open: bool,
    /// True where the user chooses the keys.
    pub is_chosen: bool,
    /// The schema that allows no other keys.
    pub closed: Option<Arc<str>>,
}

impl ListedKeys {
    fn chosen() -> ListedKeys {
        ListedKeys { is_chosen: true, ..ListedKeys::default() }
    }

    fn of_values(value: &Json, file: &Arc<str>) -> ListedKeys {
        let table = match value {
            Json::Object(table) if !table.is_empty() => table,
            _ => return ListedKeys { is_open: true, ..ListedKeys::default() },
        };
        let entries = table.iter().map(|(key, it)| (key.clone(), ListedKeys::of_values(it, file)));
        ListedKeys {
            entries: entries.collect(),
            file: Some(Arc::clone(file)),
            // Names with a slash are labels and annotations, which users choose freely.
            is_chosen: table.keys().any(|key| key.contains('/')),
            ..ListedKeys::default()
        }
    }

    /// Adds what a schema says.
    fn add_schema(&mut self, schema: &SchemaKeys, file: &Arc<str>) {
        match schema.rest {
            Rest::Allowed => self.is_chosen = true,
            Rest::Forbidden => self.closed = Some(Arc::clone(file)),
            Rest::NotSaid => {}
        }
        if schema.keys.is_empty() {
            return;
        }
        self.is_open = false;
        self.file.get_or_insert_with(|| Arc::clone(file));
        for (key, inner) in &schema.keys {
            let is_new = !self.entries.contains_key(key);
            let entry = self.entries.entry(key.clone()).or_default();
            entry.is_open |= is_new;
            entry.add_schema(inner, file);
        }
    }

    /// Adds the keys of a chart below.
    fn add_below(&mut self, below: &ListedKeys) {
        let has_keys = !below.entries.is_empty();
        self.is_open = below.is_open || (self.is_open && !has_keys);
        self.is_chosen |= below.is_chosen;
        self.closed = self.closed.take().or_else(|| below.closed.clone());
        self.file = self.file.take().or_else(|| below.file.clone());
        for (key, inner) in &below.entries {
            self.entries.entry(key.clone()).or_default().add_below(inner);
        }
    }

    fn at(&self, keys: &[String]) -> Option<&ListedKeys> {
        keys.iter().try_fold(self, |listed, key| listed.entries.get(key))
    }

    fn at_mut(&mut self, keys: &[String]) -> &mut ListedKeys {
        keys.iter().fold(self, |listed, key| listed.entries.entry(key.clone()).or_default())
    }
}

/// The keys that the files of a release list.
pub(super) fn of_release(chart: &ReleaseChart) -> ListedKeys {
    let mut listed = of_chart(chart);
    let tags = chart.all_below();
    let tags = tags.iter().flat_map(|below| &below.tags);
    let tags: BTreeMap<String, ListedKeys> =
        tags.map(|tag| (tag.clone(), ListedKeys::default())).collect();
    if chart.has_unknown() {
        listed.entries.insert("tags".to_owned(), ListedKeys::chosen());
    } else if !tags.is_empty() {
        listed.entries.entry("tags".to_owned()).or_default().entries.extend(tags);
    }
    listed
}

fn of_chart(chart: &ReleaseChart) -> ListedKeys {
    let values: Arc<str> = format!("{}/values.yaml", chart.folder.path).into();
    let mut listed = match &chart.values {
        Some(own) => ListedKeys::of_values(own, &values),
        None => ListedKeys::default(),
    };
    if let Some(schema) = &chart.schema {
        let file = format!("{}/values.schema.json", chart.folder.path).into();
        listed.add_schema(&SchemaKeys::of(schema), &file);
    }
    let mut global = match chart.has_unknown() {
        true => ListedKeys::chosen(),
        false => ListedKeys::default(),
    };
    for below in &chart.below {
        add(&mut listed, &mut global, below);
    }
    // Helm adds `global` to the values of every chart.
    listed.entries.entry("global".to_owned()).or_default().add_below(&global);
    listed
}

/// Adds the keys of a chart below.
fn add(listed: &mut ListedKeys, global: &mut ListedKeys, below: &ChartBelow) {
    for path in &below.conditions {
        listed.at_mut(path);
    }
    let own = listed.entries.entry(below.key.clone()).or_default();
    let Some(chart) = &below.chart else {
        own.is_chosen = true;
        return;
    };
    let mut inner = of_chart(chart);
    // A chart that lists no values takes any, but where the one above it lists them.
    inner.is_open |= chart.lists_nothing() && own.entries.is_empty();
    inner.entries.get("global").into_iter().for_each(|it| global.add_below(it));
    own.add_below(&inner);
    for import in &below.imports {
        if let Some(imported) = inner.at(&import.child) {
            listed.at_mut(&import.parent).add_below(imported);
        }
    }
}
