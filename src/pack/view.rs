//! What templates see, declared: the pack's schema with what envroot adds for each kind of file.
//!
//! The same names are given values in `render::context`; the tests of `render` hold the two together.

use serde_json::{Value, json};

use super::{Each, FileRule};
use crate::schema::Schema;

pub struct Views {
    environment: Value,
    service: Value,
    project: Value,
}

impl Views {
    pub fn new(schema: &Schema, files: &[FileRule]) -> Views {
        let names = |each: Each| {
            let rules = files.iter().filter(|rule| rule.each == each);
            let properties = rules.map(|rule| (rule.name.clone(), json!({})));
            json!({ "properties": properties.collect::<serde_json::Map<_, _>>() })
        };
        let deployments = json!({ "items": { "properties": {
            "env": { "$ref": "#/properties/env" },
            "service": { "$ref": "#/properties/service" },
            "files": names(Each::Environment),
            "directory": {},
            "retiring": {},
            "chart": chart(),
        } } });
        let mut environment = schema.document().clone();
        add(&mut environment, "files", names(Each::Environment));
        add(&mut environment, "chart", chart());

        let mut service = schema.document().clone();
        service["properties"]["service"]["properties"]["environments"] = deployments;
        let whole_service = service["properties"]["service"].clone();
        add(&mut service, "files", names(Each::Service));

        let mut project = service.clone();
        add(&mut project, "services", json!({ "items": whole_service }));
        let facts = project["properties"]["env"].clone();
        add(&mut project, "environments", json!({ "items": facts }));
        project["properties"]["environments"]["items"]["properties"]["retiring"] = json!({});
        add(&mut project, "files", names(Each::Project));

        for view in [&mut environment, &mut service, &mut project] {
            add(view, "project", json!({ "properties": { "name": {}, "output": {} } }));
            add(view, "file", json!({ "properties": { "path": {}, "directory": {} } }));
        }
        Views { environment, service, project }
    }

    pub fn of(&self, each: Each) -> &Value {
        match each {
            Each::Environment => &self.environment,
            Each::Service => &self.service,
            Each::Project => &self.project,
        }
    }
}

fn chart() -> Value {
    json!({ "properties": { "path": {}, "name": {}, "version": {}, "digest": {} } })
}

fn add(view: &mut Value, name: &str, declared: Value) {
    view["properties"][name] = declared;
}
