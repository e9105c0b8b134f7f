//! Forms in which charts read their values. `tests/tools/chart_values.rs` tries the same with Helm.

use super::ChartPart;
use crate::ecosystem::helm_chart::{self, Chart, ChartFolder};
use crate::ecosystem::helm_values::Keys;
use crate::model::name::RelativePath;

#[path = "../../../tests/support/chart_forms.rs"]
mod chart_forms;

use chart_forms::{FORMS, FORMS_BELOW, Form, SWITCHES, Switch};

fn read(files: &[(&str, &str)]) -> Chart {
    let own = ("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
    let own = (!files.iter().any(|(path, _)| *path == "Chart.yaml")).then_some(own);
    let files = files.iter().copied().chain(own);
    let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect();
    let path = RelativePath::parse("charts/web").unwrap();
    helm_chart::read(&ChartFolder { path, files }, &[]).unwrap()
}

/// Returns true if a chart takes a key, given with dots.
fn takes(chart: &Chart, path: &str) -> bool {
    let path = path.replace("\\.", "\0");
    let mut keys = chart.keys();
    for key in path.split('.').map(|key| key.replace('\0', ".")) {
        let Keys::Known(known) = keys else { return true };
        let is_text = || chart.defaults.to_string().contains(&format!("\"{key}\""));
        let named = || known.named.as_deref().filter(|_| is_text());
        let Some(inner) = known.get(&key).or_else(named) else { return false };
        keys = inner;
    }
    true
}

fn check(forms: &[Form]) {
    for Form { files, reads, ignores } in forms {
        let chart = read(files);
        let wrong = reads.iter().filter(|key| !takes(&chart, key));
        assert_eq!(wrong.collect::<Vec<_>>(), [&""; 0], "refused, but read: {files:?}");
        let wrong = ignores.iter().filter(|key| takes(&chart, key));
        assert_eq!(wrong.collect::<Vec<_>>(), [&""; 0], "taken, but not read: {files:?}");
    }
}

#[test]
fn keys_that_templates_read_are_known() {
    check(FORMS);
}

#[test]
fn keys_of_charts_below_are_known() {
    check(FORMS_BELOW);
}

#[test]
fn switches_of_charts_below_are_known() {
    for Switch { files, key, misspelt } in SWITCHES {
        let chart = read(files);
        assert!(takes(&chart, key), "{key}: {files:?}");
        assert!(!takes(&chart, misspelt), "{misspelt}: {files:?}");
    }
}

#[test]
fn what_cannot_be_followed_opens_the_table() {
    for template in [
        "{{ unknown .Values.a }}",
        "{{ .Values.a | unknown }}",
        "{{ include \"not.there\" .Values.a }}",
        "{{ include \"not.there\" (dict \"a\" .Values.a) }}",
        "{{ template \"not.there\" (list .Values.a) }}",
        "{{ .Values.a.b.c.d",
        "{{ if }}",
        "{{ index .Values.a (lower .Values.k) }}",
        "{{ get .Values.a (include \"t\" .) }}",
        "{{ $x := list }}{{ $x = append $x .Values.a }}{{ toJson $x }}",
        "{{ $x := dict }}{{ $_ := set $x \"a\" .Values.a }}{{ toYaml $x }}",
        "{{ $x := .Values }}{{ range until 99 }}{{ $x = $x.a }}{{ end }}{{ toYaml $x }}",
    ] {
        let chart = read(&[("values.yaml", "a: { z: 1 }\n"), ("templates/t.yaml", template)]);
        assert!(takes(&chart, "a.b"), "{template}");
    }
}

#[test]
fn a_template_that_is_missing_may_be_in_a_chart_that_is_not_at_hand() {
    let metadata = "name: web\nversion: 1.0.0\ndependencies:\n- { name: lib, version: 1.0.0 }\n";
    let files = [
        ("values.yaml", "a: { z: 1 }\n"),
        ("templates/t.yaml", "{{ include \"lib.t\" (dict \"context\" $) }}"),
        ("Chart.yaml", metadata),
    ];
    assert!(takes(&read(&files), "a.b"));
    assert!(!takes(&read(&files[..2]), "a.b"));
}

#[test]
fn a_chart_below_that_is_not_at_hand_takes_any_key() {
    let metadata = "name: web\nversion: 1.0.0\ndependencies:\n- { name: db, version: 1.0.0 }\n";
    let chart =
        read(&[("Chart.yaml", metadata), ("values.yaml", "a: { z: 1 }\ndb: { on: true }\n")]);
    assert_eq!(chart.unknown, ["db"]);
    for (key, expected) in
        [("db.x.y", true), ("global.x", true), ("tags.x", true), ("a.z", true), ("a.b", false)]
    {
        assert_eq!(takes(&chart, key), expected, "{key}");
    }
}

#[test]
fn values_that_are_templates_read_values() {
    let chart =
        read(&[("values.yaml", "host: x\n"), ("charts/db/Chart.yaml", "name: db\nversion: 1\n")]);
    let read =
        |texts: &[&str], path: &str| chart.scopes.read(texts, &path.split('.').collect::<Vec<_>>());
    assert!(read(&["{{ .Values.myDomain }}"], "myDomain"));
    assert!(read(&["a", "x.{{ with .Values.a }}{{ .b }}{{ end }}"], "a.b"));
    assert!(read(&["{{ .Values.own }}"], "db.own"), "the chart below may render it");
    assert!(!read(&["{{ .Values.myDomain }}"], "myDomian"));
    assert!(!read(&["{{ .Values.a.b }}"], "a.c"));
    assert!(!read(&["{{ $labels.instance }} {{"], "labels"));
}

#[test]
fn a_chart_is_read_in_bounded_steps() {
    const MOST: usize = 100_000;
    let many: String = (0..300).map(|n| format!("{{{{ $x = index $x .Values.k{n} }}}}")).collect();
    let defines: String = (0..200)
        .map(|n| format!("{{{{ define \"t{n}\" }}}}{{{{ include (lower .x) (dict \"x\" . \"y{n}\" .) }}}}{{{{ end }}}}"))
        .collect();
    let words: String = (0..30).map(|n| format!("w{n}.")).collect();
    let deep: String = (0..300)
        .map(|n| {
            let next = format!("{{{{ include \"d{}\" (dict \"x\" .) }}}}", n + 1);
            let (ifs, ends) = ("{{ if . }}".repeat(90), "{{ end }}".repeat(90));
            format!("{{{{ define \"d{n}\" }}}}{ifs}{next}{ends}{{{{ end }}}}")
        })
        .collect();
    for template in [
        format!("{deep}{{{{ include \"d0\" . }}}}"),
        "{{ $x := \"\" }}{{ range .Values.a }}{{ $x = print $x \"y\" }}{{ include $x . }}{{ end }}".to_owned(),
        "{{ $x := list }}{{ range .Values.a }}{{ $x = append $x $x }}{{ range $x }}{{ . }}{{ end }}{{ end }}".to_owned(),
        format!("{{{{ $x := .Values }}}}{many}{{{{ toYaml $x }}}}"),
        format!("{defines}{{{{ include (lower .Values.a) . }}}}"),
        format!("{{{{ $x := .Values }}}}{{{{ range splitList \".\" \"{words}\" }}}}{{{{ $x = index $x . }}}}{{{{ end }}}}"),
        "{{ define \"t\" }}{{ include \"t\" (dict \"x\" .) }}{{ .x.x.a }}{{ end }}{{ include \"t\" . }}".to_owned(),
        "{{ $x := dict }}{{ $_ := set $x \"x\" $x }}{{ toYaml $x }}{{ $x.x.x.x.y }}{{ range $x }}{{ . }}{{ end }}".to_owned(),
        "{{ $x := dict }}{{ $y := merge $x .Values }}{{ $z := merge $y $x . }}{{ $z.a }}{{ range $z }}{{ .b }}{{ end }}".to_owned(),
        format!("{}x{}", "{{ if . }}".repeat(5000), "{{ end }}".repeat(5000)),
        format!("{{{{ {}1{} }}}}", "(".repeat(5000), ")".repeat(5000)),
    ] {
        let files = [("templates/t.yaml".to_owned(), template.clone().into_bytes())];
        let part =
            ChartPart { key: None, files: &files, is_library: false, is_optional: false };
        let (parts, defaults) = ([part], serde_json::json!({ "a": { "z": 1 } }));
        let mut interpreter = super::interpreter(&parts, &defaults, true, MOST);
        let reads = interpreter.reads();
        let spent = interpreter.store.spent;
        let sample: String = template.chars().take(60).collect();
        assert!(spent < 2 * MOST, "{spent} steps: {sample}");
        assert!(spent <= MOST || reads.is_whole, "{sample}");
    }
}
