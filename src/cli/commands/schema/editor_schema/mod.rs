//! The JSON Schema of `environments.toml` itself, for completion and validation in editors.
//!
//! Generated from the packs in use and the existing tables. It describes one layer at a time, so no
//! key is required, and a reference is valid in place of any value. `check` compares values with
//! each other. The draft is the newest that Taplo and Tombi both support.

mod layer;

use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use crate::config::Config;
use crate::config::reserved::{RESERVED_FACTS, RESERVED_SETTINGS};
use crate::model::name::Name;
use crate::model::reference::Scope;
use crate::pack::Pack;
use crate::resolve::Packs;

const NAME: &str = "^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$";

/// The schema as a document. `known` are the packs that a service could name.
pub fn document(config: &Config, packs: &Packs, known: &[String]) -> Value {
    let all: Vec<&Pack> = packs.values().map(|pack| &**pack).collect();
    let mut definitions = Map::new();
    let facts = layer::shared(&mut definitions, "facts", Scope::Env, &all, &RESERVED_FACTS);
    let mut services = Map::new();
    let mut overridden = Map::new();
    for name in config.services.keys() {
        let of_service = packs_of(config, packs, name);
        let names: Vec<&str> = of_service.iter().map(|pack| pack.name.as_str()).collect();
        let mut reserved = RESERVED_SETTINGS.to_vec();
        reserved.extend(["unset", "null", "name"]);
        let group = names.join("+");
        let settings =
            layer::shared(&mut definitions, &group, Scope::Service, &of_service, &reserved);
        let anywhere = [in_a_service_layer(&of_service, known), settings].concat();
        let whole = [of_a_service(), anywhere.clone()].concat();
        services.insert(
            name.to_string(),
            table("Settings of the service in all its environments.", whole),
        );
        overridden.insert(name.to_string(), table("Settings of the service here.", anywhere));
    }
    let overridden = json!({
        "description": "Settings of services.",
        "type": "object",
        "properties": overridden,
        "additionalProperties": false,
    });
    let fact_layer = |more: Vec<(String, Value)>| [more, in_a_fact_layer(), facts.clone()].concat();
    let with_services = || vec![("services".to_owned(), overridden.clone())];
    let profile =
        table("Facts and settings that several environments share.", fact_layer(with_services()));
    let of_environment = [of_an_environment(config), with_services()].concat();
    let environment = table(
        "Facts of an environment, and settings of services there.",
        fact_layer(of_environment),
    );
    let new = json!({
        "description": "A service that this schema does not know yet: run `envroot schema` again.",
        "type": "object",
        "properties": { "pack": pack(known) },
    });
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "environments.toml",
        "description": "Where services run, and how one environment differs from another. Made by `envroot schema`.",
        "type": "object",
        "properties": {
            "project": project(),
            "defaults": table("Facts that every environment has unless it says otherwise.", fact_layer(Vec::new())),
            "profiles": {
                "description": "Facts and settings that several environments share, by a name of their own.",
                "type": "object",
                "additionalProperties": profile,
            },
            "environments": {
                "description": "The places services run in.",
                "type": "object",
                "propertyNames": { "pattern": NAME },
                "additionalProperties": environment,
            },
            "services": {
                "description": "What is deployed.",
                "type": "object",
                "propertyNames": { "pattern": NAME },
                "properties": services,
                "additionalProperties": new,
            },
            "waivers": waivers(),
        },
        "required": ["project"],
        "additionalProperties": false,
        "definitions": definitions,
    })
}

/// The packs that the layers of a service name, each once.
fn packs_of<'a>(config: &Config, packs: &'a Packs, service: &Name) -> Vec<&'a Pack> {
    let of_profiles = config.profiles.values().filter_map(|it| it.services.get(service));
    let of_environments = config.environments.values().filter_map(|it| it.services.get(service));
    let own = config.services.get(service).map(|it| &it.settings);
    let layers = own.into_iter().chain(of_profiles).chain(of_environments);
    let named = layers.filter_map(|layer| layer.table.get("pack")?.str());
    let found: IndexMap<&str, &Pack> =
        named.filter_map(|name| Some((name, &**packs.get(name)?))).collect();
    found.into_values().collect()
}

fn table(description: &str, properties: Vec<(String, Value)>) -> Value {
    json!({
        "description": description,
        "type": "object",
        "properties": properties.into_iter().collect::<Map<_, _>>(),
        "additionalProperties": false,
    })
}

fn named(properties: Vec<(&str, Value)>) -> Vec<(String, Value)> {
    properties.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn text(description: &str) -> Value {
    json!({ "description": description, "type": "string" })
}

fn list(description: &str, items: Value) -> Value {
    json!({ "description": description, "type": "array", "items": items })
}

fn project() -> Value {
    let name = json!({ "type": "string", "pattern": NAME });
    let order = json!({ "anyOf": [name, { "type": "array", "items": name }] });
    let properties = named(vec![
        (
            "name",
            json!({
                "description": "Needed only where two projects own files in one folder: it stands in the seals.",
                "type": "string",
                "pattern": NAME,
            }),
        ),
        (
            "requires",
            text("Versions of envroot that may render these files, as Cargo writes them: \"0.1\"."),
        ),
        ("output", text("Where generated files go, relative to this file; \".\" is this folder.")),
        (
            "also",
            list(
                "Folders or files outside `output` that envroot may own too.",
                json!({ "type": "string" }),
            ),
        ),
        (
            "order",
            list(
                "All environments in the order of promotion, which is that of every list. A list in it is one step.",
                order,
            ),
        ),
    ]);
    let mut project = table("The project as a whole.", properties);
    project["required"] = json!(["order"]);
    project
}

/// The reserved words of every layer of facts.
fn in_a_fact_layer() -> Vec<(String, Value)> {
    let vars = json!({
        "description": "Values of your own, for strings to refer to as {{ env.vars.… }}.",
        "type": "object",
        "additionalProperties": true,
    });
    [named(vec![("vars", vars)]), head()].concat()
}

/// The keys that are allowed at the head of every layer.
fn head() -> Vec<(String, Value)> {
    let nulled = json!({ "type": "string", "pattern": "values" });
    named(vec![
        (
            "unset",
            list(
                "Paths of what lower layers give and this one takes away.",
                json!({ "type": "string" }),
            ),
        ),
        (
            "null",
            list(
                "Paths below `values` that become null, which is Helm's way to drop a chart's default.",
                nulled,
            ),
        ),
    ])
}

fn of_an_environment(config: &Config) -> Vec<(String, Value)> {
    let profiles: Vec<&str> = config.profiles.keys().map(|name| &**name).collect();
    let status = json!({
        "description": "\"retiring\": still rendered so that it can be destroyed, and out of every deploy.",
        "enum": ["retiring"],
    });
    named(vec![
        ("profiles", list("The profiles it takes; a later one wins.", json!({ "enum": profiles }))),
        ("status", status),
    ])
}

fn pack(known: &[String]) -> Value {
    json!({ "description": "The templates for this kind of service.", "enum": known })
}

/// The reserved words of every layer of a service.
fn in_a_service_layer(packs: &[&Pack], known: &[String]) -> Vec<(String, Value)> {
    let mut files: Vec<&str> =
        packs.iter().flat_map(|pack| &pack.files).map(|rule| rule.name.as_str()).collect();
    files.sort_unstable();
    files.dedup();
    let mut kept = table(
        "",
        named(vec![
            ("file", text("Its name in the root.")),
            ("reason", text("Why it is not generated.")),
        ]),
    );
    kept["required"] = json!(["file", "reason"]);
    let words = named(vec![
        ("pack", pack(known)),
        ("files", list("Only these files of the pack.", json!({ "enum": files }))),
        ("keep", list("Hand-written files that may stand in the root.", kept)),
    ]);
    [words, head()].concat()
}

/// The reserved words that hold for a service as a whole.
fn of_a_service() -> Vec<(String, Value)> {
    let paths = || json!({ "type": "string" });
    let name = json!({ "type": "string", "pattern": NAME });
    named(vec![
        ("environments", list("Where it runs; everywhere, unless this is given.", name)),
        ("same", list("Settings that must be equal in all its environments.", paths())),
        ("distinct", list("Settings that must differ in all its environments.", paths())),
    ])
}

fn waivers() -> Value {
    let mut waiver = table(
        "An exception to a rule.",
        named(vec![
            ("check", text("The rule, such as \"distinct\".")),
            ("at", text("Where it does not hold, such as \"environments.preprod.account_id\".")),
            ("reason", text("Why it does not hold there.")),
        ]),
    );
    waiver["required"] = json!(["check", "at", "reason"]);
    list("Exceptions to the rules that are checked.", waiver)
}
