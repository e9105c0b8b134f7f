//! The values that a chart gets are what its `values.schema.json` asks for, its defaults included.
//!
//! Helm refuses a release that breaks the schema. Schemas of charts below apply to their part.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::Settings;
use super::charts::{self, ChartValues};
use super::strings;
use crate::ecosystem::chart_values::ValuesSchema;
use crate::ecosystem::helm_chart::{Chart, Charts};
use crate::model::code::Code;
use crate::model::key_path::{Key, Path};
use crate::model::tree::{Node, Value};
use crate::rules::{Findings, Rule, RuleCheck};
use crate::schema::ValuesValidator;

pub(crate) const RULE: Rule = Rule {
    code: Code::ChartSchema,
    summary: "the values of a chart, its defaults included, are valid by its `values.schema.json`",
    waivable_at: Some("the path of the value"),
    checks: &[RuleCheck::Settings(check)],
};

/// The schemas of each chart, by its path.
type Validators<'c> = BTreeMap<&'c str, Vec<(&'c ValuesSchema, Option<ValuesValidator>)>>;

fn check(settings: &Settings<'_>, findings: &mut Findings<'_>) {
    let validators = validators(settings.charts);
    let mut laid = BTreeMap::new();
    for values in charts::values(settings) {
        let schemas = validators.get(values.chart.path.as_str()).into_iter().flatten();
        let schemas: Vec<_> = schemas.collect();
        if schemas.is_empty() || values.values.table().is_none() {
            continue;
        }
        let defaults = &values.chart.defaults;
        let given = laid.entry(values.chart.path.as_str()).or_insert_with(|| defaults.clone());
        overlay(given, values.values);
        for (schema, validator) in schemas {
            if let Some(validator) = validator {
                judge(&values, schema, validator, given, findings);
            }
        }
        restore(given, defaults, values.values);
    }
}

fn validators(charts: &Charts) -> Validators<'_> {
    fn compiled(chart: &Chart) -> Vec<(&ValuesSchema, Option<ValuesValidator>)> {
        let schemas = chart.schemas.iter();
        schemas.map(|schema| (schema, ValuesValidator::new(&schema.document))).collect()
    }
    charts.values().map(|chart| (chart.path.as_str(), compiled(chart))).collect()
}

/// Lays values over the defaults of a chart, as Helm does: a null takes a default away.
fn overlay(below: &mut Json, node: &Node) {
    let Value::Table(table) = &node.value else {
        *below = node.to_json();
        return;
    };
    if !below.is_object() {
        *below = Json::Object(Default::default());
    }
    let Some(object) = below.as_object_mut() else { return };
    for (key, item) in table {
        match &item.value {
            Value::Null => _ = object.remove(&**key),
            _ => overlay(object.entry(key.to_string()).or_insert(Json::Null), item),
        }
    }
}

/// Takes values away again from the defaults below them. A copy of all defaults for each
/// deployment would take longer than everything else here.
fn restore(laid: &mut Json, defaults: &Json, node: &Node) {
    let (Some(object), Some(before), Value::Table(table)) =
        (laid.as_object_mut(), defaults.as_object(), &node.value)
    else {
        *laid = defaults.clone();
        return;
    };
    for (key, item) in table {
        match (object.get_mut(&**key), before.get(&**key)) {
            (Some(laid), Some(before)) => restore(laid, before, item),
            (None, Some(before)) => _ = object.insert(key.to_string(), before.clone()),
            (_, None) => _ = object.remove(&**key),
        }
    }
}

fn judge(
    of: &ChartValues<'_>,
    schema: &ValuesSchema,
    validator: &ValuesValidator,
    given: &Json,
    findings: &mut Findings<'_>,
) {
    let at = |path: &Vec<String>| path.iter().try_fold(given, |value, key| value.get(key));
    if schema.conditions.iter().any(|path| at(path) == Some(&Json::Bool(false))) {
        return;
    }
    let nothing = Json::Object(Default::default());
    let chart = of.chart;
    for wrong in validator.wrong(at(&schema.path).unwrap_or(&nothing)) {
        let above = schema.path.iter().map(|key| Key::from(key.as_str()));
        let keys: Vec<Key> = above.chain(wrong.path.0).collect();
        let message =
            format!("{}, by the schema of {} {}", wrong.message, chart.path, chart.version);
        let node = nearest(of.values, &keys);
        let origin = node.deciding_origin();
        let problem = of.of.add_to(findings.problem(message).at(origin.value).in_table(origin));
        let whole: Vec<&str> = of.path.0.iter().chain(&keys).map(|key| &**key).collect();
        let path = strings::below(&of.of.path(), &whole);
        let mend = wrong.help.as_deref().unwrap_or("give a value that the schema accepts");
        findings.report_values(problem, mend, &[&path], &[node]);
    }
}

/// The value at a path, or the nearest table around it that is given.
fn nearest<'n>(root: &'n Node, keys: &[Key]) -> &'n Node {
    let lengths = (0..=keys.len()).rev();
    let mut found = lengths.filter_map(|length| root.at(&Path(keys[..length].to_vec())));
    found.next().unwrap_or(root)
}

/// The number of schemas that cannot be applied.
pub(crate) fn count_unusable(charts: &Charts) -> usize {
    let all = validators(charts);
    all.values().flatten().filter(|(_, validator)| validator.is_none()).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ecosystem::helm_chart::{self, ChartFolder};
    use crate::model::name::RelativePath;
    use crate::model::tree::tests::tree;
    use crate::rules::tests::found_in;

    const MANIFEST: &str = "chart = \"chart\"\n[[files]]\nname = \"values\"\ndata = \"values\"\npath = \"{{ env.name }}.yaml\"\n";
    const SCHEMA: &str = r#"{ "properties": { "env": { "properties": { "account_id": {} } },
        "service": { "properties": { "hostname": {}, "chart": {} } } } }"#;
    const VALUES: &str =
        "image: { tag: x, port: 80 }\nmode: a\nsize: 1\nname:\ndb: { enabled: true }\n";
    const OF_VALUES: &str = r#"{
        "required": ["image"],
        "properties": {
            "image": { "required": ["tag"], "properties": {
                "tag": { "type": "string" },
                "port": { "type": "integer", "maximum": 65535 }
            } },
            "mode": { "enum": ["a", "b"] },
            "size": { "type": "integer", "minimum": 1 },
            "name": { "type": ["string", "null"], "pattern": "^[a-z]+$" }
        }
    }"#;

    fn charts() -> Charts {
        let files = [
            (
                "Chart.yaml",
                "name: web\nversion: 1.0.0\ndependencies:\n- { name: db, version: 1.0.0, condition: db.enabled }\n",
            ),
            ("values.yaml", VALUES),
            ("values.schema.json", OF_VALUES),
            ("charts/db/Chart.yaml", "name: db\nversion: 1.0.0\n"),
            ("charts/db/values.yaml", "user: a\n"),
            (
                "charts/db/values.schema.json",
                r#"{ "properties": { "user": { "type": "string" } } }"#,
            ),
        ];
        let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
        let path = RelativePath::parse("charts/web").unwrap();
        let chart = helm_chart::read(&ChartFolder { path, files: files.to_vec() }, &[]).unwrap();
        [("charts/web".to_owned(), chart)].into_iter().collect()
    }

    #[test]
    fn values_are_what_the_schema_of_the_chart_asks_for() {
        let charts = charts();
        assert_eq!(count_unusable(&charts), 0);
        for (line, expected) in [
            ("image.tag = \"y\"", None),
            ("image.tag = 1", Some("1")),
            ("image.tag = true", Some("true")),
            ("image.port = \"80\"", Some("\"80\"")),
            ("image.port = 70000", Some("70000")),
            ("mode = \"b\"", None),
            ("mode = \"c\"", Some("\"c\"")),
            ("size = 0", Some("0")),
            ("size = 2.5", Some("2.5")),
            ("size = [1]", Some("[1]")),
            ("name = \"A\"", Some("\"A\"")),
            ("name = \"a\"", None),
            ("db.user = 1", Some("1")),
            ("db = { user = 1, enabled = false }", None),
            ("db.user = \"b\"", None),
        ] {
            let text = format!("[services.s]\nchart = \"charts/web\"\nvalues.{line}");
            let (found, _) = found_in(&text, MANIFEST, SCHEMA, &charts);
            let expected: Vec<String> =
                expected.iter().map(|it| format!("chart-schema {it}")).collect();
            assert_eq!(found, expected, "{line}");
        }
    }

    #[test]
    fn no_value_of_one_deployment_reaches_the_next() {
        let defaults = serde_json::json!({ "a": 1, "b": { "c": [1], "d": { "e": "x" } }, "f": {} });
        for values in [
            "a = 2",
            "a = { b = 1 }",
            "b = 1",
            "b = []",
            "b.c = { d = 1 }",
            "b.d = { e = 'y', f = 'z' }",
            "b.d.e.f = 1",
            "b.g.h.i = 1",
            "f.g = { h = [] }",
            "f = 'x'",
            "g = 1",
        ] {
            let mut laid = defaults.clone();
            let values = tree(values);
            overlay(&mut laid, &values);
            assert_ne!(laid, defaults, "{values:?}");
            restore(&mut laid, &defaults, &values);
            assert_eq!(laid, defaults, "{values:?}");
        }
    }

    #[test]
    fn a_default_taken_away_for_one_environment_is_there_for_the_next() {
        let text = "[services.s]\nchart = \"charts/web\"\nvalues.mode = \"a\"\n";
        for taken in ["dev", "prod"] {
            let text =
                format!("{text}[environments.{taken}.services.s]\nnull = [\"values.image\"]");
            let (found, _) = found_in(&text, MANIFEST, SCHEMA, &charts());
            assert_eq!(found.len(), 1, "{found:?}");
        }
    }

    #[test]
    fn a_null_takes_away_a_default_that_the_schema_requires() {
        let text = "[services.s]\nchart = \"charts/web\"\nnull = [\"values.image.tag\"]";
        let (found, _) = found_in(text, MANIFEST, SCHEMA, &charts());
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("chart-schema "), "{found:?}");
    }

    #[test]
    fn a_schema_that_refers_to_another_document_is_counted() {
        let mut charts = charts();
        let chart = charts.get_mut("charts/web").unwrap();
        chart.schemas[0].document = serde_json::json!({ "$ref": "https://example.net/x.json" });
        assert_eq!(count_unusable(&charts), 1);
    }
}
