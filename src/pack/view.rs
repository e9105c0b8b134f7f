//! The declared variables of templates: the pack's schema with envroot's additions for each kind of
//! file.
//!
//! `render::context` sets the values of the same names; the tests of `render` compare the two.

use serde_json::{Value, json};

use super::manifest::Manifest;
use super::{Each, FileRule, ITEM};
use crate::model::key_path::Path;
use crate::model::reference::Scope;
use crate::schema::{Schema, Shape};

pub(crate) struct Views {
    environment: Value,
    service: Value,
    project: Value,
    /// The variables of files for each entry of a table, by the name of their rule.
    items: Vec<(String, Value)>,
}

impl Views {
    pub(crate) fn new(schema: &Schema, manifest: &Manifest) -> Views {
        let files = &manifest.files;
        let names = |each: Each| {
            let rules = files.iter().filter(|rule| rule.each == each);
            let properties = rules.map(|rule| {
                let of_items = rule.items.as_ref().map(|_| json!({ "additionalProperties": true }));
                (rule.name.clone(), of_items.unwrap_or(json!({})))
            });
            json!({ "properties": properties.collect::<serde_json::Map<_, _>>() })
        };
        let deployments = json!({ "items": { "properties": {
            "env": { "$ref": "#/properties/env" },
            "service": { "$ref": "#/properties/service" },
            "files": names(Each::Environment),
            "directory": {},
            "retiring": {},
            "step": {},
            "chart": chart(),
        } } });
        let mut environment = schema.document().clone();
        add(&mut environment, "files", names(Each::Environment));
        add(&mut environment, "chart", chart());
        add(&mut environment, "retiring", json!({}));

        let mut service = schema.document().clone();
        for (path, _) in &manifest.volatile {
            forget(&mut service["properties"]["service"], path);
        }
        service["properties"]["service"]["properties"]["environments"] = deployments;
        service["properties"]["service"]["properties"]["differences"] =
            json!({ "items": { "properties": { "setting": {}, "values": {} } } });
        let whole_service = service["properties"]["service"].clone();
        add(&mut service, "files", names(Each::Service));

        let mut project = service.clone();
        add(&mut project, "services", json!({ "items": whole_service }));
        let facts = project["properties"]["env"].clone();
        add(&mut project, "environments", json!({ "items": facts }));
        project["properties"]["environments"]["items"]["properties"]["retiring"] = json!({});
        project["properties"]["environments"]["items"]["properties"]["step"] = json!({});
        add(&mut project, "files", names(Each::Project));

        for view in [&mut environment, &mut service, &mut project] {
            add(view, "project", json!({ "properties": { "name": {}, "output": {} } }));
            add(view, "file", json!({ "properties": { "path": {}, "directory": {} } }));
        }
        let rules = files.iter().filter_map(|rule| Some((rule, rule.items.as_ref()?)));
        let items = rules.map(|(rule, items)| {
            let entry = schema.declared(Scope::Service, items).map(Shape::item);
            let mut view = environment.clone();
            view["properties"]["service"]["properties"][ITEM] = with_name(entry);
            (rule.name.clone(), view)
        });
        Views { items: items.collect(), environment, service, project }
    }

    /// The variables of the template of a rule. A template that only others include has the variables
    /// of a file for an environment.
    pub(crate) fn of(&self, rule: Option<&FileRule>) -> &Value {
        let Some(rule) = rule else { return &self.environment };
        let of_items =
            self.items.iter().find(|(name, _)| rule.items.is_some() && *name == rule.name);
        match (of_items, rule.each) {
            (Some((_, view)), _) => view,
            (None, Each::Environment) => &self.environment,
            (None, Each::Service) => &self.service,
            (None, Each::Project) => &self.project,
        }
    }
}

/// Takes a setting out of what is declared.
fn forget(shape: &mut Value, path: &Path) {
    let Some((last, above)) = path.0.split_last() else { return };
    let table =
        above.iter().try_fold(shape, |shape, key| shape.get_mut("properties")?.get_mut(&**key));
    let properties = table.and_then(|table| table.get_mut("properties")?.as_object_mut());
    if let Some(properties) = properties {
        properties.shift_remove(&**last);
    }
}

/// An entry of a table, with its key as `name`.
fn with_name(entry: Option<Shape<'_>>) -> Value {
    let mut entry = entry.and_then(Shape::node).cloned().unwrap_or(json!({}));
    match entry.get_mut("properties").and_then(Value::as_object_mut) {
        Some(properties) => _ = properties.insert("name".to_owned(), json!({})),
        None => entry = json!({ "additionalProperties": true }),
    }
    entry
}

fn chart() -> Value {
    json!({ "properties": { "path": {}, "name": {}, "version": {}, "digest": {} } })
}

fn add(view: &mut Value, name: &str, declared: Value) {
    view["properties"][name] = declared;
}
