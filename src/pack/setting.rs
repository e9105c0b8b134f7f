//! Paths of settings in a manifest: `queue.name`, or `service.queue.name` as in a template.

use std::sync::Arc;

use crate::model::key_path::Path;
use crate::model::span::Span;
use crate::model::tree::Node;
use crate::toml_file::TableReader;

fn parse(text: &str) -> Result<Path, String> {
    Path::parse(text.strip_prefix("service.").unwrap_or(text))
}

/// The setting that a value names, and the place of the value.
pub(crate) fn one(reader: &mut TableReader, node: Option<&Arc<Node>>) -> Option<(Path, Span)> {
    reader.parsed(node, parse)
}

/// The settings that a list names.
pub(crate) fn list(reader: &mut TableReader, node: Option<&Arc<Node>>) -> Vec<(Path, Span)> {
    reader.parsed_list(node, parse)
}
