//! Questions to rendered manifests.
//!
//! Nothing here may know what the answers should be.

use serde_json::Value;

/// A manifest's kind and component.
pub(crate) fn name(manifest: &Value) -> String {
    let component = &manifest["metadata"]["labels"]["app.kubernetes.io/component"];
    format!("{} {}", manifest["kind"].as_str().unwrap(), component.as_str().unwrap())
}

/// The one manifest of that kind and component.
#[track_caller]
pub(crate) fn find<'a>(manifests: &'a [Value], wanted: &str) -> &'a Value {
    let found = manifests.iter().find(|manifest| name(manifest) == wanted);
    found.unwrap_or_else(|| panic!("there is no {wanted}"))
}

/// The template of the pods that a manifest makes.
pub(crate) fn pod(manifest: &Value) -> Option<&Value> {
    ["/spec/template", "/spec/jobTemplate/spec/template", "/spec/jobTargetRef/template"]
        .into_iter()
        .find_map(|place| manifest.pointer(place))
}
