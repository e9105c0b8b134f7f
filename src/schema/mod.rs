//! A pack's input schema: which facts and settings there are, and what they must be.
//!
//! JSON Schema of `{ env, service }`. A key is declared by `properties` or `additionalProperties`
//! alone, so that the declared names are known without a value at hand. `default` has no effect.
//! Knows nothing of layers or templates.

mod instance;
mod size;
mod types;
mod values;

use std::collections::BTreeSet;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::paths::LocationSegment;
use serde_json::{Value, json};

pub(crate) use values::ValuesValidator;

use crate::model::code::Code;
use crate::model::key_path::{Key, Path};
use crate::model::reference::Scope;
use crate::model::tree::Node;
use instance::{Instance, Trees};

#[derive(Debug)]
pub struct Schema {
    document: Value,
    validator: jsonschema::Validator<Trees>,
}

/// A value that is not what its schema asks for.
#[derive(Debug, PartialEq, Eq)]
pub struct Violation {
    pub scope: Scope,
    pub path: Path,
    pub code: Code,
    pub message: String,
    pub help: Option<String>,
    /// The description of the setting in the schema.
    pub description: Option<String>,
}

impl Schema {
    /// Takes JSON Schema documents, each laid over those before it, or says what is wrong with them.
    ///
    /// The names that envroot itself gives are declared in it: `name`, and `env.vars` and
    /// `service.values`, which are open unless the schema closes them.
    pub fn new(documents: Vec<Value>) -> Result<Schema, String> {
        let mut document = Value::Null;
        documents.into_iter().for_each(|above| lay_over(&mut document, above));
        for (scope, open) in [(Scope::Env, "vars"), (Scope::Service, "values")] {
            let pointer = format!("/properties/{}/properties", scope.word());
            let properties = document.pointer_mut(&pointer).and_then(Value::as_object_mut);
            let properties = properties.ok_or(format!("it has no object at {pointer}"))?;
            properties.entry("name").or_insert(json!({ "type": "string" }));
            let table = properties.entry(open).or_insert(json!({ "type": "object" }));
            if let Some(table) = table.as_object_mut() {
                table.entry("additionalProperties").or_insert(Value::Bool(true));
            }
        }
        let options = jsonschema::options_for::<Trees>();
        let validator = options.build(&document).map_err(|error| error.to_string())?;
        if size::is_too_large(&document) {
            return Err("its references expand to too many subschemas".to_owned());
        }
        Ok(Schema { document, validator })
    }

    /// The document itself, to be looked into or added to.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// The declarations of facts or of settings.
    pub fn shape(&self, scope: Scope) -> Shape<'_> {
        Shape::of(&self.document).key(scope.word()).expect("`read` has seen to it")
    }

    /// The declaration of a fact or setting at a path, or `None` if there is none.
    pub fn declared(&self, scope: Scope, path: &Path) -> Option<Shape<'_>> {
        path.0.iter().try_fold(self.shape(scope), |shape, key| shape.key(key))
    }

    /// Everything that is wrong with the facts and settings of one service in one environment.
    pub fn violations(&self, env: &Node, service: &Node) -> Vec<Violation> {
        let instance = Instance::Whole { env, service };
        if self.validator.is_valid(instance) {
            return Vec::new();
        }
        self.validator.iter_errors(instance).filter_map(|error| self.violation(&error)).collect()
    }

    /// `None` for an unknown key, which is found where it is written, with the key that was meant.
    fn violation(&self, error: &jsonschema::ValidationError<'_>) -> Option<Violation> {
        let mut keys: Vec<Key> = error
            .instance_path()
            .segments()
            .map(|segment| match segment {
                LocationSegment::Property(key) => Key::from(&*key),
                LocationSegment::Index(index) => Key::from(index.to_string()),
            })
            .collect();
        let scope = match keys.first() {
            Some(key) if &**key == Scope::Env.word() => Scope::Env,
            _ => Scope::Service,
        };
        if let ValidationErrorKind::Required { property } = error.kind() {
            keys.push(Key::from(property.as_str().unwrap_or_default()));
        }
        let path = Path(keys.into_iter().skip(1).collect());
        let (code, message, help) = in_words(error, &path)?;
        let description =
            self.declared(scope, &path).and_then(|shape| shape.description()).map(str::to_owned);
        Some(Violation { scope, path, code, message, help, description })
    }
}

/// A violation at a path as a code, a message and the next step.
fn in_words(
    error: &jsonschema::ValidationError<'_>,
    path: &Path,
) -> Option<(Code, String, Option<String>)> {
    let wrong_value = |message| Some((Code::WrongValue, message, None));
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { .. }
        | ValidationErrorKind::UnevaluatedProperties { .. } => None,
        ValidationErrorKind::Required { .. } => {
            Some((Code::MissingSetting, format!("missing required setting `{path}`"), None))
        }
        ValidationErrorKind::Type { kind } => {
            let expected = match kind {
                TypeKind::Single(kind) => kind.to_string(),
                TypeKind::Multiple(kinds) => {
                    kinds.iter().map(|kind| kind.to_string()).collect::<Vec<_>>().join(" or ")
                }
            };
            let found = error.instance();
            let quoted = (expected == "string" && (found.is_number() || found.is_boolean()))
                .then(|| format!("write it in quotes: \"{found}\""));
            let found = json_kind(found);
            let message = format!("`{path}` must be of type {expected}, not {found}");
            Some((Code::WrongType, message, quoted))
        }
        ValidationErrorKind::Enum { options } => {
            let options: Vec<String> =
                options.as_array().into_iter().flatten().map(Value::to_string).collect();
            wrong_value(format!("`{path}` must be one of {}", options.join(", ")))
        }
        ValidationErrorKind::Pattern { pattern } => {
            wrong_value(format!("`{path}` does not match the pattern {pattern}"))
        }
        _ => wrong_value(format!("`{path}`: {}", error.masked_with("this value"))),
    }
}

/// Objects merge by key, everything else replaces.
fn lay_over(below: &mut Value, above: Value) {
    match (below, above) {
        (Value::Object(below), Value::Object(above)) => {
            for (key, value) in above {
                lay_over(below.entry(key).or_insert(Value::Null), value);
            }
        }
        (below, above) => *below = above,
    }
}

fn json_kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// The declaration of a part of the input: a view into the schema.
#[derive(Clone, Copy, Debug)]
pub struct Shape<'a> {
    document: &'a Value,
    /// `None` allows any value.
    node: Option<&'a Value>,
}

impl<'a> Shape<'a> {
    /// A declaration that allows any value.
    pub const OPEN: Shape<'static> = Shape { document: &Value::Null, node: None };

    /// The declaration of a whole schema document.
    pub fn of(document: &'a Value) -> Shape<'a> {
        Shape { document, node: Some(document) }
    }

    /// The declaration of a key, or `None` if there is none.
    pub fn key(self, key: &str) -> Option<Shape<'a>> {
        let Some(node) = self.target() else { return Some(self.open()) };
        if let Some(property) = node.get("properties").and_then(|properties| properties.get(key)) {
            return Some(Shape { node: Some(property), ..self });
        }
        if node.get("items").is_some() && key.parse::<usize>().is_ok() {
            return Some(self.item());
        }
        match node.get("additionalProperties") {
            Some(Value::Bool(true)) => Some(self.open()),
            Some(rest @ Value::Object(_)) => Some(Shape { node: Some(rest), ..self }),
            _ => None,
        }
    }

    /// The declared keys, in the schema's order.
    pub fn keys(self) -> Vec<&'a str> {
        let properties = self.target().and_then(|node| node.get("properties")?.as_object());
        properties
            .into_iter()
            .flat_map(|properties| properties.keys().map(String::as_str))
            .collect()
    }

    /// The declaration of a list's items, or of a map's values.
    pub fn item(self) -> Shape<'a> {
        let Some(node) = self.target() else { return self.open() };
        match node.get("items").or_else(|| node.get("additionalProperties")) {
            Some(item @ Value::Object(_)) => Shape { node: Some(item), ..self },
            _ => self.open(),
        }
    }

    /// The schema of this place itself; `None` allows any value.
    pub fn node(self) -> Option<&'a Value> {
        self.target()
    }

    /// The types that a value may have, `enum` and alternatives included; none where it may have any.
    pub fn types(self) -> BTreeSet<String> {
        types::of(self.document, self.target())
    }

    pub fn description(self) -> Option<&'a str> {
        self.keyword("description")?.as_str()
    }

    /// Returns true for a value that is unique to an environment: `"distinct": true`.
    pub fn is_distinct(self) -> bool {
        self.keyword("distinct").is_some_and(|it| *it == true)
    }

    /// A keyword beside a `$ref` applies as well as the referenced schema.
    fn keyword(self, name: &str) -> Option<&'a Value> {
        let own = self.node?.get(name);
        own.or_else(|| self.target()?.get(name))
    }

    fn open(self) -> Shape<'a> {
        Shape { node: None, ..self }
    }

    /// The node itself, `$ref` followed. References that lead in a circle end at the hundredth.
    fn target(self) -> Option<&'a Value> {
        let mut node = self.node?;
        for _ in 0..100 {
            let Some(reference) = node.get("$ref").and_then(Value::as_str) else {
                return Some(node);
            };
            node = self.document.pointer(reference.strip_prefix('#')?)?;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tree::tests::tree;

    const SCHEMA: &str = r##"{
        "properties": {
            "env": {
                "properties": { "account_id": { "type": "string", "description": "Twelve digits.", "pattern": "^[0-9]{12}$" } },
                "required": ["account_id"]
            },
            "service": {
                "properties": {
                    "replicas": { "type": "integer", "minimum": 1 },
                    "api": { "$ref": "#/$defs/resources" },
                    "jobs": { "type": "array", "items": { "$ref": "#/$defs/resources" } },
                    "labels": { "additionalProperties": { "type": "string" } },
                    "mode": { "enum": ["a", "b"] }
                }
            }
        },
        "$defs": { "resources": { "properties": { "cpu": { "type": "string" } } } }
    }"##;

    fn schema() -> Schema {
        Schema::new(vec![serde_json::from_str(SCHEMA).unwrap()]).unwrap()
    }

    #[track_caller]
    fn declared(path: &str, expected: bool) {
        let schema = schema();
        let (scope, path) = path.split_once('.').unwrap();
        let scope = if scope == "env" { Scope::Env } else { Scope::Service };
        let path = Path::parse(path).unwrap();
        assert_eq!(schema.declared(scope, &path).is_some(), expected, "{path}");
    }

    #[test]
    fn only_what_the_schema_names_is_declared() {
        declared("env.account_id", true);
        declared("env.name", true);
        declared("env.vars.anything.at.all", true);
        declared("env.region", false);
        declared("service.api.cpu", true);
        declared("service.api.memory", false);
        declared("service.jobs.0.cpu", true);
        declared("service.labels.anything", true);
        declared("service.values.\"a.b\".c", true);
        declared("service.replicas.x", false);
    }

    #[test]
    fn values_are_open_unless_the_schema_closes_them() {
        let declared = |values: &str, path: &str| {
            let text = format!(
                r#"{{ "properties": {{ "env": {{ "properties": {{}} }}, "service": {{ "properties": {{ "values": {values} }} }} }} }}"#
            );
            let schema = Schema::new(vec![serde_json::from_str(&text).unwrap()]).unwrap();
            schema.declared(Scope::Service, &Path::parse(path).unwrap()).is_some()
        };
        assert!(declared(r#"{ "type": "object" }"#, "values.a.b"));
        assert!(declared(r#"{ "properties": { "a": { "type": "integer" } } }"#, "values.b"));
        assert!(!declared(r#"{ "properties": { "a": { "type": "integer" } } }"#, "values.a.b"));
        assert!(!declared(r#"{ "additionalProperties": false }"#, "values.a"));
    }

    #[track_caller]
    fn violations(env: &str, service: &str, expected: &[&str]) {
        let schema = schema();
        let found = schema.violations(&tree(env), &tree(service));
        let messages: Vec<String> =
            found.iter().map(|it| format!("{} {} {}", it.code, it.path, it.message)).collect();
        assert_eq!(messages, expected);
    }

    #[test]
    fn what_a_schema_asks_for_is_said_in_words() {
        let env = "account_id = '123456789012'";
        violations(env, "", &[]);
        violations(env, "unknown = 1", &[]);
        violations("", "", &["missing-setting account_id missing required setting `account_id`"]);
        violations(
            "account_id = 123456789012",
            "",
            &["wrong-type account_id `account_id` must be of type string, not integer"],
        );
        violations(
            env,
            "mode = 'c'\nreplicas = 0",
            &[
                "wrong-value mode `mode` must be one of \"a\", \"b\"",
                "wrong-value replicas `replicas`: this value is less than the minimum of 1",
            ],
        );
        violations(
            env,
            "jobs = [{ cpu = 1 }]",
            &["wrong-type jobs.0.cpu `jobs.0.cpu` must be of type string, not integer"],
        );
    }

    #[test]
    fn a_document_is_laid_over_another() {
        let above = json!({ "properties": { "service": { "properties": { "mode": { "enum": ["c"] }, "more": {} } } } });
        let documents = vec![serde_json::from_str(SCHEMA).unwrap(), above];
        let schema = Schema::new(documents).unwrap();
        let keys = schema.shape(Scope::Service).keys();
        assert_eq!(keys, ["replicas", "api", "jobs", "labels", "mode", "more", "name", "values"]);
        let found = schema.violations(&tree("account_id = '123456789012'"), &tree("mode = 'a'"));
        assert_eq!(found[0].message, "`mode` must be one of \"c\"");
    }

    #[test]
    fn references_that_multiply_are_refused() {
        let with = |definitions: Value| {
            let text = json!({ "$ref": "#/$defs/0" });
            let service = json!({ "properties": { "text": text } });
            let properties = json!({ "env": { "properties": {} }, "service": service });
            Schema::new(vec![json!({ "properties": properties, "$defs": definitions })]).err()
        };
        let next = |index: usize, times: usize| {
            let next = json!({ "$ref": format!("#/$defs/{}", index + 1) });
            (index.to_string(), json!({ "allOf": vec![next; times] }))
        };
        let chain = |times: usize| {
            let ends = ("25".to_owned(), json!({ "type": "string" }));
            (0..25).map(|index| next(index, times)).chain([ends]).collect::<Value>()
        };
        assert_eq!(with(chain(1)), None);
        assert_eq!(with(json!({ "0": { "items": { "$ref": "#/$defs/0" } } })), None);
        assert!(with(chain(2)).is_some());
    }

    #[test]
    fn a_violation_says_what_the_setting_is_for() {
        let schema = schema();
        let found = schema.violations(&tree("account_id = 1"), &tree(""));
        assert_eq!(found[0].description.as_deref(), Some("Twelve digits."));
        assert_eq!(found[0].help.as_deref(), Some("write it in quotes: \"1\""));
    }
}
