//! What a typed word means at a path: what the schema accepts, or else the kind of the value that it
//! replaces, in any layer or in the chart's defaults; and what it may not replace.

use std::collections::BTreeSet;

use super::edit::EditSession;
use crate::config::layer::Layer;
use crate::model::key_path::Path;
use crate::model::reference::Scope;
use crate::model::tree::{Node, Value};
use crate::rules::settings::charts;
use crate::rules::settings::layers::{self, LayerUse};
use crate::toml_file::edit::{TypedAs, read_string};

impl EditSession<'_> {
    /// What a word that is typed for a path of a layer is read as.
    pub(crate) fn typed_as(&self, layer: &Layer, path: &Path) -> TypedAs {
        let kinds = self.kinds(layer, path);
        let accepts = |names: &[&str]| names.iter().any(|name| kinds.contains(*name));
        match (accepts(&["string"]), accepts(&["integer", "number", "boolean"])) {
            (true, false) if accepts(&["array", "object"]) => return TypedAs::Scalar,
            (true, false) => return TypedAs::String,
            (false, _) if !kinds.is_empty() => return TypedAs::Schema,
            _ if self.is_string(layer, path) => return TypedAs::String,
            _ => {}
        }
        let is_default = self.defaults(layer, path).any(serde_json::Value::is_string);
        if is_default { TypedAs::Scalar } else { TypedAs::Guess }
    }

    /// A word that no quotes make a string does not replace a boolean, a list or a table: `off` in
    /// the place of `true` is a string, which a chart takes for true.
    ///
    /// `written` is what the word is read as.
    pub(crate) fn keeps_kind(
        &self,
        layer: &Layer,
        path: &Path,
        typed: &str,
        written: &str,
    ) -> Result<(), String> {
        let is_bare = read_string(written).is_some() && read_string(typed).is_none();
        if !is_bare || typed.contains("{{") || !self.kinds(layer, path).is_empty() {
            return Ok(());
        }
        let replaced = self.plain(layer, path).map(|node| node.value.kind());
        let in_chart = self.defaults(layer, path).map(kind_in_chart);
        let replaced: BTreeSet<&str> = replaced.chain(in_chart).collect();
        let (kind, example) = match replaced.first() {
            Some(&kind @ "a boolean") => (kind, "true or false"),
            Some(&kind @ "a list") => (kind, "[\"a\", \"b\"]"),
            Some(&kind @ "a table") => (kind, "{ a = 1 }"),
            _ => return Ok(()),
        };
        if replaced.len() > 1 {
            return Ok(());
        }
        Err(format!(
            "`{path}` is {kind}, which `{typed}` is not: write {example}, or quotes within quotes for a string: {path}='{written}'"
        ))
    }

    /// A value cannot be set below a list or a scalar, which a table would replace without a word.
    pub(crate) fn is_below_tables(&self, layer: &Layer, path: &Path) -> Result<(), String> {
        let written = self.layers(layer).filter(|it| reaches(it, layer));
        let written = written.map(|it| &*it.written.table);
        let of_packs = self.deployments(layer).map(|deployment| &*deployment.pack.defaults);
        let of_packs = of_packs.filter(|_| layer.service.is_some());
        for table in written.chain(of_packs) {
            for length in 1..path.0.len() {
                let above = Path(path.0[..length].to_vec());
                let Some(node) = table.at(&above) else { break };
                if !matches!(node.value, Value::Table(_) | Value::Null) {
                    return Err(format!(
                        "`{above}` is {} in {}, so `{path}` cannot be set: set `{above}` as a whole",
                        node.value.kind(),
                        node.origin.table()
                    ));
                }
            }
        }
        Ok(())
    }

    /// The types that the schemas of the packs accept at a path; none where they accept any.
    fn kinds(&self, layer: &Layer, path: &Path) -> BTreeSet<String> {
        let scope = if layer.service.is_some() { Scope::Service } else { Scope::Env };
        let shapes = self
            .deployments(layer)
            .filter_map(|deployment| deployment.pack.schema.declared(scope, path));
        shapes.flat_map(|shape| shape.types()).collect()
    }

    /// Returns true if the value at a path is a string in a layer, or where layers are merged.
    fn is_string(&self, layer: &Layer, path: &Path) -> bool {
        self.plain(layer, path).any(|node| node.str().is_some())
    }

    /// The values at a path, in each layer and where layers are merged. A reference takes the type
    /// of what it names, so its text is left out.
    fn plain<'s>(
        &'s self,
        layer: &'s Layer,
        path: &'s Path,
    ) -> impl Iterator<Item = &'s Node> + 's {
        let written = self.layers(layer).filter_map(|it| it.written.table.at(path));
        written.filter(|node| !node.has_references).chain(self.resolved(layer, path))
    }

    /// The defaults that charts have for a setting below their values.
    fn defaults<'s>(
        &'s self,
        layer: &'s Layer,
        path: &'s Path,
    ) -> impl Iterator<Item = &'s serde_json::Value> + 's {
        let deployments = self.deployments(layer).filter(|_| layer.service.is_some());
        deployments.filter_map(|it| charts::default_at(&self.before.charts, it, path))
    }

    fn resolved<'s>(
        &'s self,
        layer: &'s Layer,
        path: &'s Path,
    ) -> impl Iterator<Item = &'s Node> + 's {
        let environments = &self.before.resolved.environments;
        self.deployments(layer).filter_map(move |deployment| match layer.service {
            Some(_) => deployment.settings.at(path),
            None => environments[deployment.environment].facts.at(path),
        })
    }

    /// The layers of facts, or of the settings of a service.
    fn layers(&self, layer: &Layer) -> impl Iterator<Item = LayerUse<'_>> {
        let service = layer.service.clone();
        let layers = layers::of(&self.before.config).into_iter();
        layers.filter(move |it| it.service == service.as_ref())
    }
}

/// The kind of a chart's default, in the words of [`Value::kind`].
fn kind_in_chart(default: &serde_json::Value) -> &'static str {
    match default {
        serde_json::Value::Null => "null",
        serde_json::Value::Bool(_) => "a boolean",
        serde_json::Value::Number(_) => "a number",
        serde_json::Value::String(_) => "a string",
        serde_json::Value::Array(_) => "a list",
        serde_json::Value::Object(_) => "a table",
    }
}

fn reaches(written: &LayerUse<'_>, layer: &Layer) -> bool {
    layer.environment.as_ref().is_none_or(|name| written.environments.contains(&name))
}
