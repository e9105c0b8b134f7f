//! Every key in a values file exists in its chart: Helm ignores unknown keys without a word.

use serde_json::Value as Json;

use super::Settings;
use super::charts::{self, ChartValues};
use super::strings;
use crate::ecosystem::helm_values::{Closed, Keys, KnownKeys};
use crate::model::code::Code;
use crate::model::key_path::Path;
use crate::model::tree::{Node, Origin, Value};
use crate::rules::{Findings, Rule, RuleCheck};

pub(crate) const RULE: Rule = Rule {
    code: Code::UnknownChartKey,
    summary: "every key of a values file exists in the chart, because Helm ignores unknown keys silently",
    waivable_at: Some("the path of the key, or a table around it"),
    checks: &[RuleCheck::Settings(check)],
};

fn check(settings: &Settings<'_>, findings: &mut Findings<'_>) {
    for values in charts::values(settings) {
        if are_listed(values.values, &values.chart.defaults) {
            continue;
        }
        let mut keys: Vec<&str> = values.path.0.iter().map(|key| &**key).collect();
        compare(&values, values.chart.keys(), values.values, &mut keys, findings);
    }
}

/// Returns true if the chart's own values have all keys of a table, so that its templates need not
/// be read.
fn are_listed(node: &Node, defaults: &Json) -> bool {
    node.table()
        .into_iter()
        .flatten()
        .all(|(key, item)| defaults.get(&**key).is_some_and(|default| are_listed(item, default)))
}

/// Compares the keys of a table, and of those below it, with those that the chart has.
fn compare<'n>(
    of: &ChartValues<'_>,
    known: &Keys,
    node: &'n Node,
    keys: &mut Vec<&'n str>,
    findings: &mut Findings<'_>,
) {
    let (Keys::Known(known), Value::Table(table)) = (known, &node.value) else { return };
    for (key, inner) in table {
        keys.push(key);
        match known.get(key) {
            Some(known) => compare(of, known, inner, keys, findings),
            None if is_named_by_values(of, known, key) => {
                if let Some(known) = &known.named {
                    compare(of, known, inner, keys, findings);
                }
            }
            None if is_read_by_values(of, keys) => {}
            None => report(of, known, inner, keys, findings),
        }
        keys.pop();
    }
}

/// Returns true if templates read the entry that a value names, and a value is this name: a `mode` may
/// be `daemonSet` where templates read `index .Values .Values.mode`.
fn is_named_by_values(of: &ChartValues<'_>, known: &KnownKeys, key: &str) -> bool {
    let is_given = || {
        let mut is_given = false;
        strings::each(of.values, &mut |_, _, text| is_given |= text == key);
        is_given || has_text(&of.chart.defaults, key)
    };
    known.named.is_some() && is_given()
}

fn has_text(value: &Json, text: &str) -> bool {
    match value {
        Json::String(own) => own == text,
        Json::Object(table) => table.values().any(|inner| has_text(inner, text)),
        Json::Array(items) => items.iter().any(|item| has_text(item, text)),
        _ => false,
    }
}

/// Returns true if a text among the given values is a template that reads a key.
fn is_read_by_values(of: &ChartValues<'_>, keys: &[&str]) -> bool {
    let mut texts = Vec::new();
    add_templates(of.values, &mut texts);
    !texts.is_empty() && of.chart.scopes.read(&texts, &keys[of.path.0.len()..])
}

fn add_templates<'n>(node: &'n Node, texts: &mut Vec<&'n str>) {
    match &node.value {
        Value::Table(table) => table.values().for_each(|inner| add_templates(inner, texts)),
        Value::List(items) => items.iter().for_each(|item| add_templates(item, texts)),
        _ => texts.extend(node.str().filter(|text| text.contains("{{"))),
    }
}

fn report(
    of: &ChartValues<'_>,
    known: &KnownKeys,
    node: &Node,
    keys: &[&str],
    findings: &mut Findings<'_>,
) {
    let Some(key) = keys.last() else { return };
    let (chart, path) = (of.chart, Path::of(keys));
    let message = format!("the chart {} {} has no value `{path}`", chart.path, chart.version);
    let words = known.entries.keys().map(String::as_str).filter(|it| *it != "global");
    let words: Vec<&str> = words.collect();
    let problem = findings.problem(message);
    let problem = match written(node) {
        // A pack maps a setting to this key: what the user wrote comes first.
        Some(origin) => problem.label(origin.value, "this setting is given to it").in_table(origin),
        None => problem.in_table(&node.origin),
    };
    let problem = problem.note(why(known));
    let problem = problem.unknown_word(node.origin.key, key, &words);
    let is_closed_by_schema = matches!(known.closed, Closed::Schema(_));
    let mend = match (&problem.help, &problem.meant) {
        _ if is_closed_by_schema => "Helm refuses it: fix the key".to_owned(),
        (Some(words), None) => format!("Helm would ignore it; {words}"),
        _ => "Helm ignores it: fix the key".to_owned(),
    };
    let path = strings::below(&of.of.path(), keys);
    findings.report_values(of.of.add_to(problem), &mend, &[&path], &[node]);
}

/// Why the chart takes no other keys, with the file that says so.
fn why(known: &KnownKeys) -> String {
    match &known.closed {
        Closed::Schema(file) => format!("{file} allows no other keys there"),
        Closed::Values(file) => format!("{file} does not list it, and no template reads it"),
        Closed::Templates => "no template of the chart reads it".to_owned(),
    }
}

/// What the user wrote of a value that a pack maps, or of the first value in a table of them.
fn written(node: &Node) -> Option<&Origin> {
    node.origin.pack.as_ref()?;
    let origin = node.deciding_origin();
    match &node.value {
        _ if origin.pack.is_none() => Some(origin),
        Value::Table(table) => table.values().find_map(|item| written(item)),
        Value::List(items) => items.iter().find_map(|item| written(item)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::ecosystem::helm_chart::{self, ChartFolder, Charts};
    use crate::model::name::RelativePath;
    use crate::rules::tests::found_in;

    const MANIFEST: &str = r#"
        chart = "chart"
        [[charts]]
        items      = "releases"
        name       = "service.item.chart"
        repository = "service.item.repository"
        version    = "service.item.version"
        values     = "service.item.values"
        [[files]]
        name = "values"
        data = "values"
        path = "{{ env.name }}.yaml"
    "#;
    const SCHEMA: &str = r#"{ "properties": {
        "env": { "properties": { "account_id": {} } },
        "service": { "properties": {
            "hostname": {}, "chart": {},
            "releases": { "additionalProperties": { "properties": {
                "chart": {}, "repository": {}, "version": {}, "values": { "additionalProperties": true }
            } } }
        } }
    } }"#;
    const VALUES: &str = "image: { tag: x }\nannotations: {}\nresources:\n  requests: { cpu: 200m, memory: 1Gi }\n  limits: { cpu: 500m, memory: 1Gi }\n";

    fn charts() -> Charts {
        let chart = |path: &str, version: &str| {
            let metadata = format!("name: web\nversion: {version}\n");
            let files = [("Chart.yaml", metadata.as_str()), ("values.yaml", VALUES)];
            let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
            let path = RelativePath::parse(path).unwrap();
            let chart =
                helm_chart::read(&ChartFolder { path: path.clone(), files: files.to_vec() }, &[]);
            (path.to_string(), chart.unwrap())
        };
        let local = chart("charts/web", "1.0.0");
        let copies =
            [chart("charts/vendor/web", "2.0.0"), chart("charts/vendor/web-2.1.0", "2.1.0")];
        [local].into_iter().chain(copies).collect()
    }

    #[track_caller]
    fn check(settings: &str, expected: &[&str], unknown: usize) {
        let text = format!("[services.s]\nchart = \"charts/web\"\n{settings}");
        let (found, count) = found_in(&text, MANIFEST, SCHEMA, &charts());
        assert_eq!(found, expected, "{settings}");
        assert_eq!(count, unknown, "{settings}");
    }

    #[test]
    fn every_key_exists_in_the_chart() {
        check("values.image.tag = \"a\"", &[], 0);
        check("values.annotations.x = \"a\"", &[], 0);
        check("values.global.x = \"a\"", &[], 0);
        check("values.image.tga = \"a\"", &["unknown-chart-key tga"], 0);
        check("values.imgae.tag = \"a\"", &["unknown-chart-key imgae"], 0);
    }

    #[test]
    fn templates_are_read_only_for_keys_that_the_values_do_not_list() {
        for (settings, are_read) in [
            ("values.image.tag = \"a\"", false),
            ("values.resources.requests.cpu = \"100m\"", false),
            ("values.image = {}", false),
            ("values.annotations.x = \"a\"", true),
            ("values.image.tga = \"a\"", true),
        ] {
            let charts = charts();
            let text = format!("[services.s]\nchart = \"charts/web\"\n{settings}");
            found_in(&text, MANIFEST, SCHEMA, &charts);
            assert_eq!(charts["charts/web"].has_read_templates(), are_read, "{settings}");
        }
    }

    #[test]
    fn a_chart_from_a_repository_is_judged_by_its_copy() {
        let release = |version: &str, values: &str| {
            format!(
                "releases.web = {{ repository = \"https://x\", version = \"{version}\", values = {{ {values} }} }}"
            )
        };
        check(&release("2.0.0", "image.tag = \"a\""), &[], 0);
        check(&release("2.0.0", "image.tga = \"a\""), &["unknown-chart-key tga"], 0);
        check(&release("2.1.0", "image.tga = \"a\""), &["unknown-chart-key tga"], 0);
        check(&release("2.2.0", "image.tga = \"a\""), &[], 1);
        check(&release("2.x", ""), &["chart-version-range \"2.x\""], 1);
        check(&release("^2.0.0", ""), &["chart-version-range \"^2.0.0\""], 1);
        check(&release("v2.2.0", ""), &[], 1);
        let renamed = "releases.a = { chart = \"web\", repository = \"https://x\", version = \"2.0.0\", values = { b = 1 } }";
        check(renamed, &["unknown-chart-key b"], 0);
    }

    #[test]
    fn a_request_is_not_above_the_limit_that_the_chart_brings() {
        check("values.resources.requests.cpu = \"500m\"", &[], 0);
        check("values.resources.requests.cpu = \"1\"", &["scaling \"1\""], 0);
        check("values.resources.limits.cpu = \"100m\"", &["scaling \"100m\""], 0);
        check("values.resources.limits.cpu = \"2\"\nvalues.resources.requests.cpu = \"1\"", &[], 0);
        check("values.resources.requests.memory = \"2Gi\"", &["scaling \"2Gi\""], 0);
        for text in ["100m", "1u", "1GB", "1 Gi", "lots"] {
            let expected = format!("wrong-format {text:?}");
            check(&format!("values.resources.requests.memory = {text:?}"), &[&expected], 0);
        }
        check("values.resources.requests.memory = \"1G\"", &[], 0);
    }
}
