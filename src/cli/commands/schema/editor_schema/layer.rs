//! The declarations of a pack as a schema for one layer of `environments.toml`.
//!
//! Layers merge, so no table is complete; lists replace, so their items are. Keywords that compare
//! several values are left to the pack's own schema.

use serde_json::{Map, Value, json};

use crate::model::key_path::{Key, Path};
use crate::model::reference::Scope;
use crate::pack::Pack;
use crate::schema::Shape;

/// A string that is one reference takes the type of what it names.
const REFERENCE: &str = r"^\{\{ *(env|service)\..*\}\}$";
/// A longer one is whatever comes out of it.
const WITH_REFERENCE: &str = r"\{\{ *(env|service)\.";
/// Keywords of numbers and lists, which hold for a single layer as they do for the whole.
const PLAIN: [&str; 8] = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
];
/// Keywords that a text with a reference in it may break before the reference is replaced.
const OF_TEXT: [&str; 3] = ["minLength", "maxLength", "format"];

/// The keys that packs declare, each defined once under the name of a group.
pub(crate) fn shared(
    definitions: &mut Map<String, Value>,
    group: &str,
    scope: Scope,
    packs: &[&Pack],
    reserved: &[&str],
) -> Vec<(String, Value)> {
    let mut keys: Map<String, Value> = Map::new();
    for pack in packs {
        let shape = pack.schema.shape(scope);
        let declared = shape.keys().into_iter().filter(|key| !reserved.contains(key));
        for key in declared {
            let defaults = (scope == Scope::Service).then_some(*pack);
            let shape = shape.key(key).expect("it is one of its keys");
            let value = LayerSchema { defaults }.value(shape, &Path::of(&[key]), false, &[]);
            let merged = match keys.remove(key) {
                Some(known) => union(known, value),
                None => value,
            };
            keys.insert(key.to_owned(), merged);
        }
    }
    let define = |(key, value): (String, Value)| {
        let name = format!("{group}.{key}");
        definitions.insert(name.clone(), value);
        (key, json!({ "$ref": format!("#/definitions/{}", pointer(&name)) }))
    };
    keys.into_iter().map(define).collect()
}

/// A name, escaped for the pointer of a reference.
fn pointer(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._+".contains(&byte);
    let encoded = |byte: u8| match byte {
        b'~' => "~0".to_owned(),
        b'/' => "~1".to_owned(),
        byte if plain(byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    name.bytes().map(encoded).collect()
}

/// The union of the declarations of two packs.
fn union(mut one: Value, mut other: Value) -> Value {
    let default = (one.get("default").cloned(), other.get("default").cloned());
    if default.0 != default.1 {
        for value in [&mut one, &mut other] {
            value.as_object_mut().map(|keywords| keywords.shift_remove("default"));
        }
    }
    if one == other {
        return one;
    }
    let closed = |value: &Value| value["additionalProperties"] == false;
    match (&one["properties"], &other["properties"]) {
        (Value::Object(_), Value::Object(more)) if closed(&one) && closed(&other) => {
            let more = more.clone();
            let properties = one["properties"].as_object_mut().expect("it is one");
            for (key, value) in more {
                let merged = match properties.remove(&key) {
                    Some(known) => union(known, value),
                    None => value,
                };
                properties.insert(key, merged);
            }
            one
        }
        _ => json!({ "description": one["description"], "anyOf": [one, other] }),
    }
}

struct LayerSchema<'a> {
    /// The pack whose defaults apply to the settings.
    defaults: Option<&'a Pack>,
}

impl LayerSchema<'_> {
    /// The schema of a path. `whole`: the value is complete, because it is in a list. `above` are the
    /// schemas of the enclosing tables.
    fn value(&self, shape: Shape<'_>, path: &Path, whole: bool, above: &[&Value]) -> Value {
        let mut out = Map::new();
        if let Some(description) = shape.description() {
            out.insert("description".to_owned(), json!(description));
        }
        if shape.node().and_then(|node| node.get("names")).is_some_and(|it| it == "environment") {
            out.entry("description").or_insert_with(|| json!("The name of an environment."));
        }
        // A schema that holds itself is spelt out once.
        let repeated = |node: &&Value| above.iter().any(|known| std::ptr::eq(*known, *node));
        let Some(node) = shape.node().filter(|node| !repeated(node)) else { return out.into() };
        let above = &[above, &[node]].concat();
        if let Some(default) = self.default(path) {
            out.insert("default".to_owned(), default);
        }
        if let Some(options) = node.get("enum").cloned().or(node.get("const").map(|it| json!([it])))
        {
            out.insert("anyOf".to_owned(), json!([{ "enum": options }, reference()]));
            return out.into();
        }
        let mut kinds = kinds(node);
        if kinds.is_empty() {
            return out.into();
        }
        if kinds.contains(&"object") {
            self.object(&mut out, shape, path, whole, above);
        }
        if kinds.contains(&"array") {
            let item = self.value(shape.item(), &path.join(&Key::from("0")), true, above);
            out.insert("items".to_owned(), item);
        }
        for keyword in PLAIN {
            out.extend(node.get(keyword).map(|value| (keyword.to_owned(), value.clone())));
        }
        if !kinds.contains(&"string") {
            kinds.push("string");
            out.insert("pattern".to_owned(), json!(REFERENCE));
        } else if let Some(pattern) = node.get("pattern").and_then(Value::as_str) {
            out.insert("pattern".to_owned(), json!(format!("(?:{pattern})|{WITH_REFERENCE}")));
        }
        let of_text: Map<String, Value> = OF_TEXT
            .iter()
            .filter_map(|keyword| Some(((*keyword).to_owned(), node.get(keyword)?.clone())))
            .collect();
        if !of_text.is_empty() {
            let with_reference = json!({ "type": "string", "pattern": WITH_REFERENCE });
            out.insert("anyOf".to_owned(), json!([of_text, with_reference]));
        }
        let kinds = if let [only] = kinds[..] { json!(only) } else { json!(kinds) };
        out.insert("type".to_owned(), kinds);
        out.into()
    }

    fn object(
        &self,
        out: &mut Map<String, Value>,
        shape: Shape<'_>,
        path: &Path,
        whole: bool,
        above: &[&Value],
    ) {
        let Some(node) = shape.node() else { return };
        let at = |key: &str| path.join(&Key::from(key));
        let declared = shape.keys().into_iter().filter_map(|key| {
            Some((key.to_owned(), self.value(shape.key(key)?, &at(key), whole, above)))
        });
        let declared: Map<String, Value> = declared.collect();
        if !declared.is_empty() {
            out.insert("properties".to_owned(), declared.into());
        }
        let rest = match node.get("additionalProperties") {
            Some(Value::Bool(true)) => json!(true),
            Some(Value::Object(_)) => {
                // Nothing is declared under this name, so it is what the others are.
                let unnamed = "\u{0}";
                let inner = shape.key(unnamed).unwrap_or(Shape::OPEN);
                self.value(inner, &at(unnamed), whole, above)
            }
            _ => json!(false),
        };
        out.insert("additionalProperties".to_owned(), rest);
        // Its target is in the pack's schema.
        let names = node.get("propertyNames").filter(|names| names.get("$ref").is_none());
        out.extend(names.map(|names| ("propertyNames".to_owned(), names.clone())));
        let required = node.get("required").filter(|_| whole);
        out.extend(required.map(|keys| ("required".to_owned(), keys.clone())));
    }

    /// The pack's default, where it is no table: those are described key by key.
    fn default(&self, path: &Path) -> Option<Value> {
        let node = self.defaults?.defaults.at(path)?;
        node.table().is_none().then(|| node.to_json())
    }
}

fn reference() -> Value {
    json!({ "type": "string", "pattern": REFERENCE })
}

/// The types a schema allows; none where it does not say.
fn kinds(node: &Value) -> Vec<&str> {
    let given = match node.get("type") {
        Some(Value::String(kind)) => Some(vec![kind.as_str()]),
        Some(Value::Array(kinds)) => Some(kinds.iter().filter_map(Value::as_str).collect()),
        _ => None,
    };
    given.unwrap_or_else(|| {
        let has = |keyword: &str| node.get(keyword).is_some();
        match () {
            () if has("properties") || has("additionalProperties") => vec!["object"],
            () if has("items") => vec!["array"],
            () if has("pattern") => vec!["string"],
            () => Vec::new(),
        }
    })
}
