//! The annotations of a pack for rules: the location of its roots' state, the service account that
//! trust policies allow, and the charts from repositories.
//!
//! Data only: nothing here judges.

use super::setting;
use crate::model::key_path::{Key, Path};
use crate::model::reference::{self, Part};
use crate::model::span::Span;
use crate::model::tree::Node;
use crate::toml_file::TableReader;

/// The location of a root's state: the kind of its backend, and the arguments that identify it.
#[derive(Clone, Debug)]
pub struct StateRule {
    pub backend: String,
    pub arguments: Vec<StateArgument>,
    pub place: Span,
}

/// An argument of a backend, and where the manifest gives its value.
#[derive(Clone, Debug)]
pub struct StateArgument {
    pub name: Key,
    pub text: Phrase,
    pub place: Span,
}

/// The service account that trust policies let in, as the pods know it.
#[derive(Clone, Debug)]
pub struct Identity {
    pub namespace: Phrase,
    pub service_account: Phrase,
}

/// A string of a manifest, the references in it taken apart.
pub(crate) type Phrase = Vec<Part>;

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

pub(crate) fn state(reader: &mut TableReader, manifest: &Node) -> Option<StateRule> {
    let node = manifest.get("state")?;
    let backend = reader.required(node, "backend", "a backend, such as \"s3\"")?;
    let others = node.table().into_iter().flatten().filter(|(key, _)| &***key != "backend");
    let arguments = others.filter_map(|(key, item)| {
        let text = reference::parse(&reader.string(Some(item))?);
        Some(StateArgument { name: Key::clone(key), text, place: item.origin.value })
    });
    let arguments: Vec<StateArgument> = arguments.collect();
    if node.table().is_some_and(|table| table.len() < 2) {
        let message = "[state] lists the arguments of the backend that identify a state";
        reader.wrong(node.origin.value, message);
        return None;
    }
    Some(StateRule { backend, arguments, place: node.origin.key })
}

pub(crate) fn identity(reader: &mut TableReader, manifest: &Node) -> Option<Identity> {
    let node = manifest.get("identity")?;
    reader.known_keys(node, &["namespace", "service_account"], "[identity]");
    let namespace = reader.required(node, "namespace", "the pods' namespace");
    let account = reader.required(node, "service_account", "the pods' service account");
    let (namespace, service_account) = (reference::parse(&namespace?), reference::parse(&account?));
    Some(Identity { namespace, service_account })
}

pub(crate) fn charts(reader: &mut TableReader, manifest: &Node) -> Vec<ChartRule> {
    let tables = reader.tables(manifest.get("charts"));
    tables.iter().filter_map(|item| chart(reader, item)).collect()
}

fn chart(reader: &mut TableReader, node: &Node) -> Option<ChartRule> {
    reader.known_keys(node, &["items", "name", "repository", "version", "values"], "[[charts]]");
    let repository = reader.required(node, "repository", "the setting with the repository");
    let version = reader.required(node, "version", "the setting with the version");
    repository.and(version)?;
    let mut path = |key| setting::one(reader, node.get(key)).map(|(path, _)| path);
    Some(ChartRule {
        items: path("items"),
        name: path("name"),
        repository: path("repository")?,
        version: path("version")?,
        values: path("values"),
        place: node.origin.value,
    })
}
