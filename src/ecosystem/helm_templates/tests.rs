//! Templates and the values that they read.

use super::*;

/// The values that a template reads, as dotted paths; `*` ends those that are read whole.
#[track_caller]
fn check(template: &str, expected: &[&str]) {
    let shown = |used: &Used| {
        let path = used.path.join("/");
        if used.whole { format!("{path}/*") } else { path }
    };
    let mut found: Vec<String> = used(template).iter().map(shown).collect();
    found.sort();
    found.dedup();
    assert_eq!(found, expected, "{template}");
}

#[test]
fn a_field_of_the_values_is_read() {
    check("{{ .Values.a.b }}", &["a/b"]);
    check("{{- $.Values.a -}}", &["a"]);
    check("{{ if and .Values.a (not .Values.b) }}x{{ end }}", &["a", "b"]);
    check("{{ .Values.a | default .Values.b | quote }}", &["a", "b"]);
    check("{{/* .Values.a */}}{{- /* .Values.b */ -}}", &[]);
    check("{{ \".Values.a }}\" }}{{ .Values.b }}", &["b"]);
    check("{{ .Chart.Name }}{{ .Release.Name }}", &[]);
    check(".Values.a", &[]);
}

#[test]
fn with_changes_the_dot() {
    check("{{ with .Values.a }}{{ .b }}{{ end }}{{ .c }}", &["a", "a/b"]);
    check(
        "{{ with .Values.a }}{{ with .b }}{{ .c.d }}{{ end }}{{ end }}",
        &["a", "a/b", "a/b/c/d"],
    );
    check(
        "{{ with .Values.a }}{{ if .b }}{{ .c }}{{ end }}{{ .d }}{{ end }}",
        &["a", "a/b", "a/c", "a/d"],
    );
    check("{{ with .Values.a }}{{ .b }}{{ else }}{{ .c }}{{ end }}", &["a", "a/b"]);
    check(
        "{{ with .Values.a }}{{ else with .Values.b }}{{ .c }}{{ end }}{{ .d }}",
        &["a", "b", "b/c"],
    );
    check("{{ with .Values.a }}{{ $.Values.b }}{{ end }}", &["a", "b"]);
    check("{{ with index .Values \"a.b\" }}{{ .c }}{{ end }}", &["a.b", "a.b/c"]);
    check("{{ with (.Values.a) }}{{ .b }}{{ end }}", &["a", "a/b"]);
    check("{{ with .Values.a | default dict }}{{ .b }}{{ end }}", &["a/*"]);
    check("{{ with coalesce .Values.a .Values.b }}{{ .c }}{{ end }}", &["a/*", "b/*"]);
    check("{{ range .Values.a }}{{ .b }}{{ end }}", &["a/*"]);
    check(
        "{{ with .Values.a }}{{ range .b }}{{ .c }}{{ end }}{{ .d }}{{ end }}",
        &["a", "a/b/*", "a/d"],
    );
}

#[test]
fn a_variable_holds_a_value() {
    check("{{ $x := .Values.a }}{{ $x.b }}", &["a", "a/b"]);
    check("{{ with $x := .Values.a }}{{ $x.b }}{{ .c }}{{ end }}", &["a", "a/b", "a/c"]);
    check("{{ $x := .Values }}{{ $x.b.c }}", &["", "b/c"]);
    check("{{ $x := index .Values \"a\" \"b\" }}{{ $x.c }}", &["a/b", "a/b/c"]);
    check("{{ $x := .Values.a }}{{ with $x.b }}{{ .c }}{{ end }}", &["a", "a/b", "a/b/c"]);
    check("{{ range $k, $v := index .Values \"a.b\" }}{{ $v.c }}{{ end }}", &["a.b/*"]);
    check("{{ $x := ternary .Values.a .Values.b true }}{{ $x.c }}", &["a/*", "b/*"]);
}

#[test]
fn what_is_handed_on_is_read_whole() {
    for (tag, expected) in [
        ("toYaml .Values.a | nindent 2", "a/*"),
        (".Values.a | toYaml", "a/*"),
        ("include \"x\" .Values.a", "a/*"),
        ("template \"x\" .Values.a", "a/*"),
        ("include \"x\" (dict \"a\" .Values.a \"root\" $)", "a/*"),
        ("tpl (toYaml .Values.a) $", "a/*"),
        ("merge (dict) .Values.a | toJson", "a/*"),
        ("index .Values.a .Release.Name", "a/*"),
        ("(index .Values \"a\").b", "a/b"),
        ("get .Values.a \"b\"", "a/b"),
        ("hasKey .Values.a \"b\"", "a/b"),
        ("index .Values \"a\" \"b\" | quote", "a/b"),
    ] {
        check(&format!("{{{{ {tag} }}}}"), &[expected]);
    }
    check("{{ with .Values.a }}{{ toYaml . }}{{ end }}", &["a", "a/*"]);
    check("{{ define \"x\" }}{{ .Values.a }}{{ .b }}{{ end }}", &["a"]);
}
