//! Every field of a pack's schema reaches an output or is refused: none is taken and ignored.
//!
//! Each is given other values in each environment of a real project, until some file changes.

use std::collections::BTreeMap;
use std::path::Path as DiskPath;

use envroot::model::key_path::Path;
use envroot::project::load;
use envroot::resolve::Resolved;
use envroot::world::Disk;
use serde_json::{Value, json};

use crate::support::rounds::some_of;

/// Values of every kind, some of which most fields take.
const TEXTS: [&str; 31] = [
    "zz",
    "zz.example.net",
    "zz-1",
    "7m",
    "7Gi",
    "9.9.9",
    "~> 9.9",
    "eu-west-3",
    "7 7 * * *",
    "https://zz.example.net",
    "zz/zz",
    "10.99.0.0/16",
    "2001:db8::/32",
    "arn:aws:iam::ACCOUNT:role/zz",
    "arn:aws:s3:::zz",
    "arn:aws:acm:eu-west-3:ACCOUNT:certificate/zz",
    "zz/zz@0123456789012345678901234567890123456789",
    "1.99",
    "default",
    "charts/snowpack",
    "db.m5.large",
    "2h",
    "vpc-0123456789abcdef0",
    "arn:aws:iam::ACCOUNT:saml-provider/zz",
    "@zz/zz",
    "#zz",
    "ZZ",
    "oci://zz.example.net/zz",
    "t3.nano",
    "s3:GetObject",
    "999999999999",
];

/// The text of every file of a project, or `None` where something is wrong.
fn rendered(folder: &str, config: &toml::Table) -> Option<(BTreeMap<String, String>, Resolved)> {
    let disk = Disk::find(DiskPath::new(folder)).unwrap().expect("a project");
    let text = toml::to_string(config).unwrap();
    let loaded = load::read(text).ok()?.load(&disk).unwrap();
    let files = loaded
        .files
        .iter()
        .map(|file| (file.path.to_string(), file.text().unwrap().as_str().to_owned()));
    loaded.problems.is_empty().then(|| (files.collect(), loaded.resolved))
}

/// A place in what a schema declares: the keys that lead to it, and the values it may be given.
struct Field {
    path: Vec<String>,
    values: Vec<Value>,
}

/// The fields below a node of a schema. `known` are the settings there, whose own keys stand in for
/// those of a map.
fn fields(schema: &Value, node: &Value, path: &[String], known: Option<&Value>) -> Vec<Field> {
    let node = target(schema, node);
    let below = |key: &str, inner: &Value, known: Option<&Value>| {
        let path: Vec<String> = path.iter().cloned().chain([key.to_owned()]).collect();
        fields(schema, inner, &path, known)
    };
    if let Some(properties) = node.get("properties").and_then(Value::as_object) {
        let inner = properties.iter();
        return inner
            .flat_map(|(key, inner)| below(key, inner, known.and_then(|known| known.get(key))))
            .collect();
    }
    match node.get("additionalProperties") {
        Some(Value::Bool(true)) => Vec::new(),
        Some(inner) => {
            let entry = known.and_then(Value::as_object).and_then(|known| known.iter().next());
            let (key, known) =
                entry.map_or(("zz", None), |(key, known)| (key.as_str(), Some(known)));
            below(key, inner, known)
        }
        None => {
            let alone =
                json!({ "allOf": [node], "$defs": schema.get("$defs").unwrap_or(&json!({})) });
            let takes = jsonschema::validator_for(&alone).unwrap();
            let fits = |value: &Value| takes.is_valid(&of(value, "000000000000"));
            let values = values(schema, node).into_iter().filter(fits);
            vec![Field { path: path.to_vec(), values: values.collect() }]
        }
    }
}

/// A value for an account.
fn of(value: &Value, account: &str) -> Value {
    serde_json::from_str(&value.to_string().replace("ACCOUNT", account)).unwrap()
}

fn target<'a>(schema: &'a Value, node: &'a Value) -> &'a Value {
    match node.get("$ref").and_then(Value::as_str) {
        Some(reference) => target(schema, schema.pointer(&reference[1..]).expect("it is there")),
        None => node,
    }
}

fn values(schema: &Value, node: &Value) -> Vec<Value> {
    let node = target(schema, node);
    if let Some(options) = node.get("enum").and_then(Value::as_array) {
        return options.clone();
    }
    let texts = || TEXTS.iter().map(|text| json!(text)).collect();
    match node.get("type").and_then(Value::as_str) {
        Some("boolean") => vec![json!(true), json!(false)],
        Some("integer" | "number") => [7, 77, 3, 300, 2048].map(|number| json!(number)).to_vec(),
        Some("array") => {
            let items = node.get("items").map_or(Vec::new(), |items| values(schema, items));
            items.into_iter().map(|item| json!([item])).collect()
        }
        Some("object") => {
            let properties = node.get("properties").and_then(Value::as_object);
            let whole: Vec<(&String, Vec<Value>)> = properties
                .into_iter()
                .flatten()
                .map(|(key, inner)| (key, values(schema, inner)))
                .collect();
            let most = whole.iter().map(|(_, values)| values.len()).max().unwrap_or(0);
            let pick = |index: usize| {
                let entries = whole.iter().filter(|(_, values)| !values.is_empty());
                entries
                    .map(|(key, values)| ((*key).clone(), values[index % values.len()].clone()))
                    .collect::<Value>()
            };
            (0..most).map(pick).collect()
        }
        _ => texts(),
    }
}

fn set(config: &mut toml::Table, path: &[&str], value: &Value) {
    let (last, above) = path.split_last().unwrap();
    let mut table = config;
    for key in above {
        let inner = table.entry(*key).or_insert_with(|| toml::Table::new().into());
        if !inner.is_table() {
            *inner = toml::Table::new().into();
        }
        table = inner.as_table_mut().unwrap();
    }
    table.insert((*last).to_owned(), toml::Value::try_from(value).unwrap());
}

/// Gives each field of a pack other values; says which of them nothing takes, and fails where a
/// value is taken and changes nothing.
#[track_caller]
fn check(folder: &str, service: &str, pack: &str, refused: &[&str]) {
    let text = std::fs::read_to_string(format!("{folder}/environments.toml")).unwrap();
    let config: toml::Table = text.parse().unwrap();
    let schema = std::fs::read_to_string(format!("{folder}/templates/{pack}/schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let (before, resolved) = rendered(folder, &config).expect("a project without problems");
    let deployments = &resolved.services.iter().find(|it| it.name.as_str() == service).unwrap();
    let (mut nothing_takes, mut ignored, mut reached) = (Vec::new(), Vec::new(), 0);
    let mut tried = Vec::new();
    let facts = resolved.environments[0].facts.to_json();
    let settings = deployments.deployments[0].settings.to_json();
    for (scope, known) in [("env", &facts), ("service", &settings)] {
        for field in some_of(fields(&schema, &schema["properties"][scope], &[], Some(known))) {
            let keys: Vec<&str> = field.path.iter().map(String::as_str).collect();
            let mut outcome = "refused";
            'tried: for deployment in &deployments.deployments {
                let environment = &resolved.environments[deployment.environment];
                let account = environment.facts.at(&Path::of(&["account_id"]));
                let account = account.and_then(|node| node.str()).unwrap_or("000000000000");
                let mut at = vec!["environments", environment.name.as_str()];
                if scope == "service" {
                    at.extend(["services", service]);
                }
                at.extend(&keys);
                for value in &field.values {
                    let mut config = config.clone();
                    set(&mut config, &at, &of(value, account));
                    match rendered(folder, &config) {
                        None => {}
                        Some((after, _)) if after != before => {
                            outcome = "reached";
                            break 'tried;
                        }
                        Some(_) => outcome = "ignored",
                    }
                }
            }
            let name = format!("{scope}.{}", keys.join("."));
            tried.push(name.clone());
            match outcome {
                "reached" => reached += 1,
                "ignored" => ignored.push(name),
                _ => nothing_takes.push(name),
            }
        }
    }
    eprintln!("{pack}: {reached} fields reach a file; none of these values fit {nothing_takes:?}");
    assert_eq!(ignored, [""; 0], "{pack}");
    let refused = refused.iter().copied().filter(|name| tried.iter().any(|it| it == name));
    assert_eq!(nothing_takes, refused.collect::<Vec<_>>(), "{pack}");
}

#[test]
fn every_field_of_the_own_pack_reaches_a_file() {
    check(".", "icepack", "helm-service", &[]);
}

#[test]
fn every_field_of_the_cluster_manager_reaches_a_file() {
    // Only a namespace that is declared is taken, and each of them is used already.
    let namespace = "service.releases.aws-load-balancer-controller.namespace";
    check("examples/cluster-manager", "cluster", "cluster", &[namespace]);
}

#[test]
fn every_field_of_the_platform_reaches_a_file() {
    check("examples/platform", "eks-cluster", "platform-cluster", &[]);
}

#[test]
fn every_field_of_the_ecs_cluster_reaches_a_file() {
    check("examples/ecs", "journals", "ecs-environment", &[]);
    check("examples/ecs", "global-aws", "global-aws", &[]);
}
