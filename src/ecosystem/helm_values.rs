//! The keys of a Helm chart's values, from `values.yaml`, `values.schema.json`, the templates and
//! the charts that it depends on.
//!
//! Reads texts and returns a tree of keys. Their values do not matter.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::helm_templates::{self, Used};
use crate::model::key_path::Key;

/// The keys that are allowed below a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Keys {
    /// Unknown: any value is allowed.
    #[default]
    Open,
    /// Keys are of the user's choice, such as labels.
    Free,
    Known(BTreeMap<String, Keys>),
}

impl Keys {
    /// Returns true if some keys lead to a key that the chart itself names.
    pub(crate) fn name(&self, keys: &[Key]) -> bool {
        let Some((first, rest)) = keys.split_first() else { return true };
        match self {
            Keys::Known(known) => known.get(&**first).is_some_and(|inner| inner.name(rest)),
            Keys::Open | Keys::Free => false,
        }
    }
}

/// What a chart says about its values.
#[derive(Default)]
pub(crate) struct ChartTexts<'a> {
    pub values: Option<&'a Json>,
    pub schema: Option<&'a Json>,
    pub templates: Vec<&'a str>,
    /// The charts that it depends on, by the name or alias of their values.
    pub below: Vec<(String, Keys)>,
    /// Paths that switch charts below on, such as `postgresql.enabled`.
    pub conditions: Vec<String>,
}

/// The number of levels that are read.
const DEPTH: usize = 32;

/// The keys of a chart's values.
pub(crate) fn keys(texts: &ChartTexts<'_>) -> Keys {
    if texts.values.is_none() && texts.schema.is_none() {
        return Keys::Open;
    }
    let mut own = texts.values.map_or(Keys::Open, of_values);
    let used: Vec<Used> =
        texts.templates.iter().flat_map(|text| helm_templates::used(text)).collect();
    for Used { path, .. } in used.iter().filter(|used| used.whole) {
        free(&mut own, path);
    }
    let nothing = Json::Null;
    let schema = texts.schema.unwrap_or(&nothing);
    let mut keys = match with_schema(own, &of_schema(schema, schema, 0)) {
        Keys::Known(keys) => keys,
        Keys::Open => BTreeMap::new(),
        Keys::Free => return Keys::Free,
    };
    for Used { path, .. } in &used {
        add(&mut keys, path);
    }
    for path in &texts.conditions {
        add(&mut keys, &path.split('.').map(str::to_owned).collect::<Vec<_>>());
    }
    for (name, below) in &texts.below {
        let own = keys.remove(name);
        keys.insert(name.clone(), both(own, below));
    }
    keys.insert("global".to_owned(), Keys::Free);
    if !texts.below.is_empty() {
        keys.entry("tags".to_owned()).or_insert(Keys::Free);
    }
    Keys::Known(keys)
}

fn of_values(value: &Json) -> Keys {
    let Json::Object(table) = value else { return Keys::Open };
    // Names with a slash are labels and annotations, which users choose freely.
    if table.keys().any(|key| key.contains('/')) {
        return Keys::Free;
    }
    match table.is_empty() {
        true => Keys::Open,
        false => Keys::Known(table.iter().map(|(key, it)| (key.clone(), of_values(it))).collect()),
    }
}

/// The keys that a schema lists, and whether it allows others.
struct Listed {
    keys: BTreeMap<String, Listed>,
    rest: Rest,
}

#[derive(PartialEq)]
enum Rest {
    Allowed,
    Forbidden,
    NotSaid,
}

fn of_schema(whole: &Json, node: &Json, depth: usize) -> Listed {
    let mut listed = Listed { keys: BTreeMap::new(), rest: Rest::NotSaid };
    if depth > DEPTH {
        return Listed { rest: Rest::Allowed, ..listed };
    }
    if let Some(reference) = node.get("$ref").and_then(Json::as_str) {
        let target = reference.strip_prefix('#').and_then(|pointer| whole.pointer(pointer));
        return match target {
            Some(target) => of_schema(whole, target, depth + 1),
            None => Listed { rest: Rest::Allowed, ..listed },
        };
    }
    for (key, inner) in node.get("properties").and_then(Json::as_object).into_iter().flatten() {
        listed.keys.insert(key.clone(), of_schema(whole, inner, depth + 1));
    }
    for word in ["allOf", "anyOf", "oneOf"] {
        for member in node.get(word).and_then(Json::as_array).into_iter().flatten() {
            listed.keys.extend(of_schema(whole, member, depth + 1).keys);
        }
    }
    listed.rest = match (node.get("additionalProperties"), node.get("patternProperties")) {
        (_, Some(_)) | (Some(Json::Bool(true) | Json::Object(_)), _) => Rest::Allowed,
        (Some(Json::Bool(false)), _) => Rest::Forbidden,
        _ => Rest::NotSaid,
    };
    listed
}

/// A key is known where the values or the schema know it.
fn with_schema(values: Keys, schema: &Listed) -> Keys {
    if schema.rest == Rest::Allowed || (values == Keys::Free && schema.rest == Rest::NotSaid) {
        return Keys::Free;
    }
    let mut keys = match values {
        Keys::Known(keys) => keys,
        // An empty table takes anything, but where the schema closes it.
        _ if schema.rest == Rest::NotSaid && schema.keys.is_empty() => return Keys::Open,
        Keys::Open if schema.rest == Rest::NotSaid => {
            return Keys::Known(schema_only(schema));
        }
        _ => BTreeMap::new(),
    };
    for (key, inner) in &schema.keys {
        let own = keys.remove(key).unwrap_or_default();
        keys.insert(key.clone(), with_schema(own, inner));
    }
    Keys::Known(keys)
}

fn schema_only(schema: &Listed) -> BTreeMap<String, Keys> {
    let inner = |listed: &Listed| with_schema(Keys::Open, listed);
    schema.keys.iter().map(|(key, listed)| (key.clone(), inner(listed))).collect()
}

fn both(own: Option<Keys>, below: &Keys) -> Keys {
    match (own, below) {
        (None | Some(Keys::Open), below) => below.clone(),
        (Some(Keys::Known(mut own)), Keys::Known(below)) => {
            for (key, inner) in below {
                let known = own.remove(key);
                own.insert(key.clone(), both(known, inner));
            }
            Keys::Known(own)
        }
        _ => Keys::Free,
    }
}

/// Allows any key below a path, if the path is known.
fn free(keys: &mut Keys, path: &[String]) {
    match (path.split_first(), keys) {
        (None, keys) => *keys = Keys::Free,
        (Some((first, rest)), Keys::Known(known)) => {
            known.get_mut(first).into_iter().for_each(|inner| free(inner, rest));
        }
        _ => {}
    }
}

/// Adds a path that something else knows. What is known below it already stays as it is.
fn add(keys: &mut BTreeMap<String, Keys>, path: &[String]) {
    let Some((first, rest)) = path.split_first() else { return };
    let is_new = !keys.contains_key(first);
    let inner = keys.entry(first.clone()).or_default();
    match inner {
        Keys::Known(inner) => add(inner, rest),
        Keys::Open if is_new && !rest.is_empty() => {
            let mut below = BTreeMap::new();
            add(&mut below, rest);
            *inner = Keys::Known(below);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::yaml::lenient;

    /// The values or the schema of a chart.
    fn read(text: &str) -> &'static Json {
        let mut documents = lenient::documents(text).unwrap();
        Box::leak(Box::new(documents.pop().unwrap_or_default()))
    }

    /// Returns true if a chart knows a dotted path.
    #[track_caller]
    fn check(texts: &ChartTexts<'_>, path: &str, expected: bool) {
        let mut keys = keys(texts);
        let known = path.split('.').all(|key| {
            let inner = match &keys {
                Keys::Open | Keys::Free => Some(keys.clone()),
                Keys::Known(keys) => keys.get(key).cloned(),
            };
            keys = inner.clone().unwrap_or_default();
            inner.is_some()
        });
        assert_eq!(known, expected, "{path}");
    }

    #[test]
    fn the_values_of_a_chart_list_its_keys() {
        let values = "a: 1\nb: { c: { d: x } }\nfree: {}\nlist: []\nnothing:\nnodeSelector: { kubernetes.io/arch: arm64 }\n";
        let texts = ChartTexts { values: Some(read(values)), ..ChartTexts::default() };
        for path in ["a", "b.c.d", "free.x.y", "nothing.z", "nodeSelector.zone", "global.x"] {
            check(&texts, path, true);
        }
        for path in ["x", "b.x", "b.c.x", "tags"] {
            check(&texts, path, false);
        }
    }

    #[test]
    fn a_schema_adds_keys_and_opens_tables() {
        let schema = r##"{
            "properties": {
                "only": { "type": "object", "properties": { "here": {} } },
                "labels": { "additionalProperties": { "type": "string" } },
                "closed": { "additionalProperties": false, "properties": { "k": {} } },
                "referred": { "$ref": "#/$defs/r" }
            },
            "$defs": { "r": { "properties": { "s": {} } } }
        }"##;
        let values = "closed: {}\nlabels: { a: b }\n";
        let texts = ChartTexts {
            values: Some(read(values)),
            schema: Some(read(schema)),
            ..ChartTexts::default()
        };
        for path in ["only.here", "labels.x", "closed.k", "referred.s"] {
            check(&texts, path, true);
        }
        for path in ["only.there", "closed.x", "referred.t", "y"] {
            check(&texts, path, false);
        }
    }

    #[test]
    fn what_templates_use_is_known_and_opens_nothing() {
        let templates = vec![
            "{{ .Values.image.digest }} {{ with .Values.worker }}",
            "{{ .Values.extra | toYaml }}",
        ];
        let texts = ChartTexts {
            values: Some(read("image: { tag: x }\nworker: { max: 1 }\n")),
            templates,
            ..ChartTexts::default()
        };
        for path in ["image.digest", "image.tag", "worker.max", "extra.anything"] {
            check(&texts, path, true);
        }
        check(&texts, "worker.min", false);
        check(&texts, "image.tga", false);
    }

    #[test]
    fn what_a_template_prints_whole_takes_any_key() {
        let values = "a: { b: { c: 1 } }\n";
        for (template, expected) in [
            ("{{- toYaml .Values.a.b | nindent 2 }}", true),
            ("{{ .Values.a.b | toYaml }}", true),
            ("{{- with .Values.a.b }}\nx:\n{{- toYaml . | nindent 2 }}{{ end }}", true),
            ("{{ range $k, $v := .Values.a.b }}", true),
            ("{{ .Values.a.b.c }}{{ toYaml .Values.d }}", false),
            ("{{ with .Values.a.b }}{{ .c }}{{ end }}", false),
        ] {
            let texts = ChartTexts {
                values: Some(read(values)),
                templates: vec![template],
                ..ChartTexts::default()
            };
            check(&texts, "a.b.d", expected);
            check(&texts, "a.d", false);
        }
        let schema = r#"{ "properties": { "a": { "properties": { "b": { "additionalProperties": false } } } } }"#;
        let templates = vec!["{{ toYaml .Values.a.b }}"];
        let texts = ChartTexts {
            values: Some(read(values)),
            schema: Some(read(schema)),
            templates,
            ..ChartTexts::default()
        };
        check(&texts, "a.b.d", false);
    }

    #[test]
    fn charts_below_bring_their_own() {
        let below =
            ChartTexts { values: Some(read("auth: { user: x }\n")), ..ChartTexts::default() };
        let below = vec![("db".to_owned(), keys(&below)), ("remote".to_owned(), Keys::Free)];
        let texts = ChartTexts {
            values: Some(read("db: { own: 1 }\n")),
            below,
            conditions: vec!["db.enabled".to_owned()],
            ..ChartTexts::default()
        };
        for path in ["db.auth.user", "db.own", "db.enabled", "db.global.x", "remote.x.y", "tags.a"]
        {
            check(&texts, path, true);
        }
        check(&texts, "db.auth.pass", false);
    }

    #[test]
    fn a_chart_that_lists_no_values_takes_any() {
        check(&ChartTexts::default(), "a.b", true);
        let templates = vec!["{{ .Values.a }}"];
        check(
            &ChartTexts { values: Some(read("")), templates, ..ChartTexts::default() },
            "a",
            true,
        );
        check(&ChartTexts { values: Some(read("# none\n")), ..ChartTexts::default() }, "a", false);
    }
}
