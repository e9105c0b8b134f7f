//! Reads the parts of `environments.toml` that have rules of their own: layers, the promotion order
//! and the required version.
//!
//! Knows reserved words, not which tables there are.

use std::sync::Arc;

use indexmap::IndexMap;

use super::{LayerSource, ServiceConfig};
use crate::config::reserved::RESERVED_FACTS;
use crate::model::code::Code;
use crate::model::diagnostic::Problem;
use crate::model::key_path::Key;
use crate::model::name::Name;
use crate::model::tree::{Node, Value};
use crate::toml_file::TableReader;

pub(crate) fn refuse(reader: &mut TableReader, node: &Node, key: &str, why: &str) {
    if let Some(item) = node.get(key) {
        let problem = Problem::error(Code::MisplacedKey, format!("`{key}` is not allowed here"));
        reader.problems.push(problem.at(item.origin.key).help(why));
    }
}

pub(crate) fn order(reader: &mut TableReader, project: &Node) -> Vec<Vec<Name>> {
    let Some(node) = project.get("order") else {
        let problem =
            Problem::error(Code::MissingKey, "[project] has no `order`").at(project.origin.key);
        reader
            .problems
            .push(problem.help("list the environments in promotion order: order = [\"dev\", …]"));
        return Vec::new();
    };
    let steps = reader.items(Some(node));
    let step = |item: &Arc<Node>| match &item.value {
        Value::List(_) => reader.names(Some(item)).into_iter().map(|(name, _)| name).collect(),
        _ => {
            let name = reader.parsed(Some(item), Name::parse);
            name.into_iter().map(|(name, _)| name).collect()
        }
    };
    steps.iter().map(step).filter(|step: &Vec<Name>| !step.is_empty()).collect()
}

/// Returns true if an environment, or a service in it, has `status = "retiring"`.
pub(crate) fn is_retiring(reader: &mut TableReader, node: &Node) -> bool {
    let Some(item) = node.get("status") else { return false };
    match reader.string(Some(item)).as_deref() {
        Some("retiring") => return true,
        None => {}
        Some(status) => {
            let message = format!("unknown status `{status}`");
            let problem = Problem::error(Code::WrongValue, message).at(item.origin.value);
            reader.problems.push(problem.help("write \"retiring\", or remove `status`"));
        }
    }
    false
}

pub(crate) fn requires(
    reader: &mut TableReader,
    node: Option<&Arc<Node>>,
    version: &semver::Version,
) {
    let Some(text) = reader.string(node) else { return };
    let Some(place) = node.map(|node| node.origin.value) else { return };
    match semver::VersionReq::parse(&text) {
        Ok(requirement) if requirement.matches(version) => {}
        Ok(_) => {
            let message = format!("this project requires envroot {text}, but this is {version}");
            let help = format!("install a version that `{text}` allows, or change `requires`");
            reader.problems.push(Problem::error(Code::WrongVersion, message).at(place).help(help));
        }
        Err(error) => {
            let message = format!("`{text}` is not a version requirement: {error}");
            let help = "write it as Cargo does, such as \"0.1\" or \">=0.1, <0.3\"";
            reader.problems.push(Problem::error(Code::WrongValue, message).at(place).help(help));
        }
    }
}

/// A layer of facts: `name` is reserved, and services have tables of their own.
pub(crate) fn facts(reader: &mut TableReader, node: &Node, reserved: &[&str]) -> LayerSource {
    refuse(reader, node, "name", "the name is the table's own key");
    for word in ["profiles", "status", "services"] {
        if !reserved.contains(&word) {
            refuse(reader, node, word, "put settings for all environments in [services.…]");
        }
    }
    let reserved = RESERVED_FACTS.into_iter().filter(|word| *word != "vars");
    layer(reader, node, &reserved.collect::<Vec<_>>())
}

/// The settings that a profile or an environment gives to services.
pub(crate) fn services(
    reader: &mut TableReader,
    node: &Node,
    known: &IndexMap<Name, ServiceConfig>,
    reserved: &[&str],
) -> IndexMap<Name, LayerSource> {
    let reserved = [&["environments", "same", "distinct"], reserved].concat();
    let mut services = IndexMap::new();
    for (key, item) in reader.table(node.get("services")).into_iter().flatten() {
        match known.keys().find(|name| name.as_str() == &**key) {
            Some(name) => {
                refuse(reader, item, "name", "the name is the table's own key");
                for word in ["environments", "same", "distinct"] {
                    refuse(
                        reader,
                        item,
                        word,
                        "it holds for the whole service: write it in [services.…]",
                    );
                }
                let written = layer(reader, item, &reserved);
                services.insert(name.clone(), written);
            }
            None => {
                let problem =
                    Problem::error(Code::UnknownService, format!("there is no service `{key}`"));
                let problem = problem.caused_by(super::table_missing("services", key));
                let names: Vec<&str> = known.keys().map(Name::as_str).collect();
                reader.problems.push(problem.unknown_word(item.origin.key, key, &names));
            }
        }
    }
    services
}

/// A layer without its head and without the words that are no settings.
pub(crate) fn layer(reader: &mut TableReader, node: &Node, reserved: &[&str]) -> LayerSource {
    let unset = reader.paths(node.get("unset"));
    let null = reader.paths(node.get("null"));
    for (path, place) in &null {
        if path.0.first().is_none_or(|key| &**key != "values") || path.0.len() < 2 {
            let message = format!("`{path}` cannot be null: only a key below `values` can");
            let help = "a null drops a chart's default; `unset` removes a setting";
            reader
                .problems
                .push(Problem::error(Code::MisplacedNull, message).at(*place).help(help));
        }
    }
    let is_said = |key: &Key, _: &Arc<Node>| {
        !reserved.contains(&&**key) && !["unset", "null"].contains(&&**key)
    };
    let table = node.clone().with_table(|table| table.retain(is_said));
    LayerSource { table: Arc::new(table), unset, null }
}
