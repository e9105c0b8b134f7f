//! What a typed word means at a path: what the schema accepts, or else the kind of the value that it
//! replaces, in any layer or in the chart's defaults.

use std::collections::BTreeSet;

use super::edit::EditSession;
use crate::config::layer::Layer;
use crate::model::key_path::Path;
use crate::model::reference::Scope;
use crate::model::tree::{Node, Value};
use crate::rules::settings::charts;
use crate::rules::settings::layers::{self, LayerUse};
use crate::toml_file::edit::TypedAs;

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
        let is_default = self.deployments(layer).any(|deployment| {
            charts::default_at(&self.before.charts, deployment, path)
                .is_some_and(serde_json::Value::is_string)
        });
        if is_default && layer.service.is_some() { TypedAs::Scalar } else { TypedAs::Guess }
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
        let written = self.layers(layer).any(|it| {
            let node = it.written.table.at(path);
            // A reference takes the type of what it names.
            node.is_some_and(|node| node.str().is_some() && !node.has_references)
        });
        written || self.resolved(layer, path).any(|node| node.str().is_some())
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

fn reaches(written: &LayerUse<'_>, layer: &Layer) -> bool {
    layer.environment.as_ref().is_none_or(|name| written.environments.contains(&name))
}
