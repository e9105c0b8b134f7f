//! The keys that the files of a chart list.

use super::*;
use crate::ecosystem::chart_reads::ValueReads;
use crate::ecosystem::helm_chart::{self, ChartFolder};
use crate::model::name::RelativePath;

fn folder(files: &[(&str, &str)]) -> ChartFolder {
    let own = ("Chart.yaml", "name: web\nversion: 1.0.0\n");
    let files = files.iter().copied().chain([own]);
    let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect();
    ChartFolder { path: RelativePath::parse("charts/web").unwrap(), files }
}

/// Checks which keys a chart takes, given with dots.
#[track_caller]
fn check(files: &[(&str, &str)], known: &[&str], unknown: &[&str]) {
    let chart = helm_chart::read(&folder(files), &[]).unwrap();
    let keys = chart.keys();
    for (path, expected) in
        known.iter().map(|it| (it, true)).chain(unknown.iter().map(|it| (it, false)))
    {
        assert_eq!(closed_at(keys, path).is_none(), expected, "{path}");
    }
}

/// Why the first unknown key of a path is not known.
fn closed_at(mut keys: &Keys, path: &str) -> Option<Closed> {
    for key in path.split('.') {
        let Keys::Known(known) = keys else { return None };
        match known.get(key) {
            Some(inner) => keys = inner,
            None => return Some(known.closed.clone()),
        }
    }
    None
}

#[test]
fn the_values_of_a_chart_list_its_keys() {
    let values = "a: 1\nb: { c: { d: x } }\nfree: {}\nlist: []\nnothing:\nnodeSelector: { kubernetes.io/arch: arm64 }\n";
    let known = ["a", "b.c.d", "free.x.y", "nothing.z", "list.z", "nodeSelector.zone", "global.x"];
    check(&[("values.yaml", values)], &known, &["x", "b.x", "b.c.x", "tags"]);
}

#[test]
fn a_schema_adds_keys_and_opens_tables() {
    let schema = r##"{
        "additionalProperties": true,
        "properties": {
            "only": { "type": "object", "properties": { "here": {} } },
            "labels": { "additionalProperties": { "type": "string" } },
            "closed": { "additionalProperties": false, "properties": { "k": {} } },
            "generated": { "additionalProperties": true, "properties": { "k": {} } },
            "referred": { "$ref": "#/$defs/r" },
            "both": { "$ref": "#/$defs/r", "properties": { "beside": {} } },
            "a": { "properties": { "kind": {} } }
        },
        "if": { "properties": { "a": { "properties": { "when": {} } } } },
        "then": { "properties": { "a": { "properties": { "yes": {} } } } },
        "else": { "properties": { "a": { "properties": { "no": {} } }, "top": {} } },
        "dependentSchemas": { "a": { "properties": { "dependent": {} } } },
        "allOf": [{ "if": {}, "then": { "anyOf": [{ "properties": { "nested": {} } }] } }],
        "$defs": { "r": { "properties": { "s": {} } } }
    }"##;
    let files = [("values.yaml", "closed: {}\nlabels: { a: b }\n"), ("values.schema.json", schema)];
    let known = [
        "only.here",
        "labels.x",
        "closed.k",
        "generated.k",
        "referred.s",
        "both.s",
        "both.beside",
        "a.kind",
        "a.when",
        "a.yes",
        "a.no",
        "top",
        "dependent",
        "nested",
    ];
    let unknown =
        ["only.there", "closed.x", "generated.x", "referred.t", "both.t", "y", "a.maybe", "nestde"];
    check(&files, &known, &unknown);
}

#[test]
fn a_schema_that_closes_a_table_wins_over_templates() {
    let schema = r#"{ "properties": { "a": { "properties": { "b": { "additionalProperties": false } } } } }"#;
    let files = [
        ("values.yaml", "a: { b: { c: 1 } }\n"),
        ("values.schema.json", schema),
        ("templates/t.yaml", "{{ toYaml .Values.a.b }}"),
    ];
    check(&files, &["a.b.c"], &["a.b.d"]);
}

#[test]
fn a_table_says_which_file_closes_it() {
    let schema = r#"{ "properties": { "a": { "additionalProperties": false }, "s": { "properties": { "t": {} } } } }"#;
    let files = [
        ("values.yaml", "a: { b: 1 }\nc: { d: 1 }\ndb: { x: { y: 1 } }\n"),
        ("values.schema.json", schema),
        ("templates/t.yaml", "{{ .Values.new.key }}"),
        ("charts/db/Chart.yaml", "name: db\nversion: 1\n"),
        ("charts/db/values.yaml", "x: { z: 1 }\nw: { v: 1 }\n"),
    ];
    let chart = helm_chart::read(&folder(&files), &[]).unwrap();
    let keys = chart.keys();
    let values = |path: &str| Closed::Values(path.into());
    for (path, expected) in [
        ("a.x", Closed::Schema("charts/web/values.schema.json".into())),
        ("c.x", values("charts/web/values.yaml")),
        ("x", values("charts/web/values.yaml")),
        ("s.x", values("charts/web/values.schema.json")),
        ("db.x.x", values("charts/web/values.yaml")),
        ("db.w.x", values("charts/web/charts/db/values.yaml")),
        ("new.x", Closed::Templates),
    ] {
        assert_eq!(closed_at(keys, path), Some(expected), "{path}");
    }
}

#[test]
fn a_chart_that_lists_no_values_takes_any() {
    check(&[("templates/t.yaml", "{{ .Values.a }}")], &["a.b", "x"], &[]);
    check(&[("values.yaml", ""), ("templates/t.yaml", "{{ .Values.a }}")], &["a"], &[]);
    check(&[("values.yaml", "# none\na: 1\n")], &["a"], &["b"]);
}

#[test]
fn charts_below_bring_their_own() {
    let files = [
        ("values.yaml", "db: { own: 1 }\nglobal: { site: a }\n"),
        ("charts/db/Chart.yaml", "name: db\nversion: 1\n"),
        ("charts/db/values.yaml", "auth: { user: x }\nglobal: { registry: x }\n"),
    ];
    let known = ["db.auth.user", "db.own", "db.global.registry", "global.registry", "global.site"];
    check(&files, &known, &["db.auth.pass", "global.registyr", "tags.a", "db.sites"]);
}

#[test]
fn reads_of_each_entry_apply_to_those_with_a_name() {
    let name = ValueReads::default();
    let each =
        ValueReads { entries: BTreeMap::from([("b".to_owned(), name)]), ..ValueReads::default() };
    let reads = ValueReads { each: Some(Box::new(each)), ..ValueReads::default() };
    let keys = known(None, &[&reads]);
    assert_eq!(closed_at(&keys, "x.b"), None);
    assert_eq!(closed_at(&keys, "x.c"), Some(Closed::Templates));
}
