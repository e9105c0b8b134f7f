//! The annotations of a pack for rules: the location of its roots' state, the service account that
//! trust policies allow, and the charts from repositories.
//!
//! Data only: nothing here judges.

use super::manifest::{Manifest, Reader, declared};
use crate::model::diagnostic::Problems;
use crate::model::key_path::{Key, Path};
use crate::model::reference::{self, Part, Reference, Scope};
use crate::model::span::Span;
use crate::model::tree::{Node, Value};
use crate::schema::Schema;

/// The location of a root's state: the kind of its backend, and the arguments that identify it.
#[derive(Clone, Debug)]
pub struct StateRule {
    pub backend: String,
    pub arguments: Vec<(Key, Phrase)>,
    pub place: Span,
}

/// The service account that trust policies let in, as the pods know it.
#[derive(Clone, Debug)]
pub struct Identity {
    pub namespace: Phrase,
    pub service_account: Phrase,
}

/// A string of a manifest, the references in it taken apart.
pub type Phrase = Vec<Part>;

/// A chart from a repository: the settings that identify it, and its values.
#[derive(Clone, Debug)]
pub struct ChartRule {
    /// A table of settings with one for each of its entries, known as `item`.
    pub items: Option<Path>,
    /// The chart's name; absent or not given, that of the entry.
    pub name: Option<Path>,
    pub repository: Path,
    pub version: Path,
    pub values: Option<Path>,
    pub place: Span,
}

pub fn state(reader: &mut Reader<'_>, manifest: &Node) -> Option<StateRule> {
    let node = manifest.get("state")?;
    let (backend, _) = required(reader, node, "backend", "a backend, such as \"s3\"")?;
    let others = node.table().into_iter().flatten().filter(|(key, _)| &***key != "backend");
    let keys: Vec<Key> = others.map(|(key, _)| Key::clone(key)).collect();
    if keys.is_empty() {
        reader.wrong(
            node,
            "`[state]` names the arguments of the backend that say where the state is",
        );
        return None;
    }
    let arguments = keys.into_iter().filter_map(|key| {
        let (text, _) = reader.string(node, &key)?;
        Some((key, reference::parse(&text)))
    });
    Some(StateRule { backend, arguments: arguments.collect(), place: node.origin.key })
}

pub fn identity(reader: &mut Reader<'_>, manifest: &Node) -> Option<Identity> {
    let node = manifest.get("identity")?;
    reader.known(node, &["namespace", "service_account"]);
    let (namespace, _) = required(reader, node, "namespace", "the pods' namespace")?;
    let (account, _) = required(reader, node, "service_account", "the pods' service account")?;
    let (namespace, service_account) = (reference::parse(&namespace), reference::parse(&account));
    Some(Identity { namespace, service_account })
}

pub fn charts(reader: &mut Reader<'_>, manifest: &Node) -> Vec<ChartRule> {
    let Some(list) = manifest.get("charts") else { return Vec::new() };
    let Value::List(items) = &list.value else {
        reader.wrong(list, "`charts` must be a list of tables: [[charts]]");
        return Vec::new();
    };
    items.iter().filter_map(|item| chart(reader, item)).collect()
}

fn chart(reader: &mut Reader<'_>, node: &Node) -> Option<ChartRule> {
    reader.known(node, &["items", "name", "repository", "version", "values"]);
    required(reader, node, "repository", "the setting that names the repository")?;
    required(reader, node, "version", "the setting that says which version")?;
    let mut path = |key| reader.path(node, key).map(|(path, _)| path);
    Some(ChartRule {
        items: path("items"),
        name: path("name"),
        repository: path("repository")?,
        version: path("version")?,
        values: path("values"),
        place: node.origin.value,
    })
}

fn required(reader: &mut Reader<'_>, node: &Node, key: &str, what: &str) -> Option<(String, Span)> {
    let found = reader.string(node, key);
    if found.is_none() {
        reader.wrong(node, format!("`{key}` is missing: {what}"));
    }
    found
}

/// Holds every name in them against the schema.
pub fn check(manifest: &Manifest, schema: &Schema, problems: &mut Problems) {
    if let Some(StateRule { arguments, place, .. }) = &manifest.state {
        arguments.iter().for_each(|(_, text)| names(schema, text, *place, problems));
    }
    if let Some(Identity { namespace, service_account }) = &manifest.identity {
        for text in [namespace, service_account] {
            names(schema, text, manifest.place, problems);
        }
    }
    for rule in &manifest.charts {
        let ChartRule { items, name, repository, version, values, place } = rule;
        let of_item = [name.as_ref(), Some(repository), Some(version), values.as_ref()];
        for path in of_item.into_iter().flatten() {
            let entry = Key::from("0");
            let path = super::path_of_item(items.as_ref(), path, Some(&entry));
            declared(schema, Scope::Service, &path, *place, problems);
        }
        if let Some(items) = items {
            declared(schema, Scope::Service, items, *place, problems);
        }
    }
}

/// An entry's own settings are looked at where it is known of which table.
fn names(schema: &Schema, text: &Phrase, place: Span, problems: &mut Problems) {
    for part in text {
        let Part::Reference(Reference { scope, path, .. }) = part else { continue };
        let of_item =
            *scope == Scope::Service && path.0.first().is_some_and(|key| &**key == super::ITEM);
        if !of_item {
            declared(schema, *scope, path, place, problems);
        }
    }
}
