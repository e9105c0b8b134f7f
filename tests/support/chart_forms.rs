//! Forms in which charts read their values. Each is tried with Helm and without.

/// A chart, with keys that it reads and keys that it does not.
pub(crate) struct Form {
    /// The files of the chart, beside a `Chart.yaml` if there is none.
    pub(crate) files: &'static [(&'static str, &'static str)],
    pub(crate) reads: &'static [&'static str],
    pub(crate) ignores: &'static [&'static str],
}

const fn form(
    files: &'static [(&'static str, &'static str)],
    reads: &'static [&'static str],
    ignores: &'static [&'static str],
) -> Form {
    Form { files, reads, ignores }
}

const C: &str = "Chart.yaml";
const V: &str = "values.yaml";
const T: &str = "templates/t.yaml";
const H: &str = "templates/_h.tpl";

/// A table with a key that templates do not name.
const A: &str = "a: { z: 1 }\nk: b\n";

/// Forms within one chart.
pub(crate) const FORMS: &[Form] = &[
    form(&[(V, A), (T, "x: {{ .Values.a.b }}")], &["a.b"], &["a.c", "b"]),
    form(&[(V, A), (T, "x: {{ $.Values.a.b }}")], &["a.b"], &["a.c"]),
    form(&[(V, A), (T, "x: {{ (.Values.a).b }}")], &["a.b"], &["a.c"]),
    form(
        &[(V, A), (T, "x: {{- /* .Values.a.c */ -}} {{ .Values.a.b }}\n# .Values.a.d")],
        &["a.b"],
        &["a.c", "a.d"],
    ),
    form(
        &[(V, A), (T, "x: {{ `{{ .Values.a.c }}` | quote }}{{ .Values.a.b }}")],
        &["a.b"],
        &["a.c"],
    ),
    form(&[(V, A), (T, "x: {{ .Values.a.b | default \"}}\" | quote }}")], &["a.b"], &["a.c"]),
    form(&[(V, A), (T, "x: {{\n  .Values.a.b\n}}")], &["a.b"], &["a.c"]),
    // with
    form(&[(V, A), (T, "x: {{ with .Values.a }}{{ .b }}{{ end }}")], &["a.b"], &["a.c", "b"]),
    form(
        &[(V, A), (T, "x: {{ with .Values.a }}{{ with .b }}{{ .c }}{{ end }}{{ end }}")],
        &["a.b.c"],
        &["a.c"],
    ),
    form(
        &[(V, A), (T, "x: {{ with .Values.n }}{{ else with .Values.a }}{{ .b }}{{ end }}")],
        &["a.b"],
        &["a.c"],
    ),
    form(
        &[(V, A), (T, "x: {{ with .Values.n }}{{ else }}{{ .Values.a.b }}{{ end }}")],
        &["a.b"],
        &["a.c"],
    ),
    form(
        &[
            (V, A),
            (T, "x: {{ with .Values.a }}{{ if .b }}1{{ .d }}{{ else if .c }}2{{ end }}{{ end }}"),
        ],
        &["a.b", "a.c"],
        &["a.e"],
    ),
    form(
        &[(V, A), (T, "{{- with .Values.a }}\nx: 1\ny: {{ 1 }}\n{{ toYaml . }}{{ end }}")],
        &["a.b"],
        &["b"],
    ),
    form(
        &[(V, A), (T, "l:{{- with .Values.a }}{{ range . }}\n- {{ . }}{{ end }}{{ end }}")],
        &["a.b"],
        &["b"],
    ),
    form(
        &[(V, A), (T, "x: {{ with .Values.n | default .Values.a }}{{ .b }}{{ end }}")],
        &["a.b"],
        &["a.c"],
    ),
    form(
        &[(V, A), (T, "x: {{ with $v := .Values.a }}{{ $v.b }}{{ .c }}{{ end }}")],
        &["a.b", "a.c"],
        &["a.d"],
    ),
    // variables
    form(&[(V, A), (T, "{{ $x := .Values.a }}x: {{ $x.b }}")], &["a.b"], &["a.c"]),
    form(&[(V, A), (T, "{{ $x := .Values }}x: {{ $x.a.b }}")], &["a.b"], &["a.c"]),
    form(&[(V, A), (T, "{{ $x := $ }}x: {{ $x.Values.a.b }}")], &["a.b"], &["a.c"]),
    form(
        &[(V, A), (T, "{{ $x := dict }}{{ if true }}{{ $x = .Values.a }}{{ end }}x: {{ $x.b }}")],
        &["a.b"],
        &["a.c"],
    ),
    form(
        &[
            (V, A),
            (T, "{{ $p := .Values.a }}{{ range $k, $v := $p }}\n{{ $k }}: {{ $v }}{{ end }}"),
        ],
        &["a.b"],
        &["b"],
    ),
    form(
        &[(V, A), (T, "{{ $p := omit .Values.a \"x\" }}x:{{ toYaml $p | nindent 2 }}")],
        &["a.b"],
        &["b"],
    ),
    form(&[(V, A), (T, "{{ $p := .Values.a }}{{ $q := $p }}x: {{ $q.b }}")], &["a.b"], &["a.c"]),
    // range
    form(
        &[(V, A), (T, "{{ range $k, $v := .Values }}\n{{ $k }}: {{ toJson $v }}{{ end }}")],
        &["b", "a.b"],
        &[],
    ),
    form(
        &[
            (V, "a: { z: { i: 1 } }\n"),
            (T, "{{ range $k, $v := .Values.a }}\n{{ $k }}: {{ $v.b }}{{ end }}"),
        ],
        &["a.z.b", "a.y.b"],
        &["a.z.c"],
    ),
    form(
        &[
            (V, "grafana.ini: { server: { domain: x } }\n"),
            (
                T,
                "{{ range $k, $v := index .Values \"grafana.ini\" }}\n{{ $k }}:\n{{- range $n, $e := $v }}\n  {{ $n }}: {{ $e }}{{ end }}{{ end }}",
            ),
        ],
        &["grafana\\.ini.auth.x", "grafana\\.ini.server.root_url"],
        &["b"],
    ),
    form(
        &[
            (V, A),
            (T, "{{ range $c := list \"b\" \"c\" }}\n{{ $c }}: {{ index $.Values.a $c }}{{ end }}"),
        ],
        &["a.b", "a.c"],
        &["a.d"],
    ),
    form(
        &[
            (V, A),
            (T, "{{ range $n, $t := dict \"one\" .Values.a }}\n{{ $n }}: {{ $t.b }}{{ end }}"),
        ],
        &["a.b"],
        &["a.c"],
    ),
    form(
        &[
            (V, A),
            (T, "l:{{ range .Values.list }}\n- {{ .b }}{{ else }}\nx: {{ .Values.a.b }}{{ end }}"),
        ],
        &["a.b"],
        &["a.c"],
    ),
    // functions
    form(&[(V, A), (T, "x: {{ index .Values \"a\" \"b\" }}")], &["a.b"], &["a.c"]),
    form(&[(V, A), (T, "x: {{ (index .Values \"a\").b }}")], &["a.b"], &["a.c"]),
    form(&[(V, A), (T, "x: {{ index .Values \"new-key\" }}")], &["new-key"], &["new-kye"]),
    form(&[(V, A), (T, "x: {{ index .Values.a .Values.k }}")], &["a.b"], &["b", "a.c"]),
    form(&[(V, A), (T, "x: {{ get .Values.a .Values.k }}")], &["a.b"], &["a.c"]),
    form(&[(V, A), (T, "{{ $k := .Values.k }}x: {{ index .Values.a $k }}")], &["a.b"], &["a.c"]),
    form(
        &[(V, A), (T, "x: {{ index .Values.a (.Values.k | default \"d\") }}")],
        &["a.b"],
        &["a.c"],
    ),
    form(
        &[(V, A), (T, "x: {{ index .Values.a (default .Values.k .Values.n) }}")],
        &["a.b"],
        &["a.c"],
    ),
    form(&[(V, A), (T, "x: {{ hasKey .Values.a .Values.k }}")], &["a.b"], &["a.c"]),
    form(
        &[
            (V, "a: { z: 1 }\nl: [b, d]\n"),
            (T, "{{ range .Values.l }}\n{{ . }}: {{ get $.Values.a . }}{{ end }}"),
        ],
        &["a.b", "a.d"],
        &["a.c"],
    ),
    form(
        &[(V, "z: 1\nk: b\n"), (T, "x: {{ (index .Values .Values.k | default dict).c }}")],
        &["b.c"],
        &["b.d", "c"],
    ),
    form(
        &[
            (V, "a: { b: { y: 1 }, z: { y: 1 } }\nk: b\n"),
            (T, "x: {{ (index .Values.a .Values.k).w }}"),
        ],
        &["a.b.w"],
        &["a.b.v", "a.c"],
    ),
    form(
        &[(V, A), (T, "{{ $t := dict \"b\" .Values.a }}x: {{ (index $t .Values.k).c }}")],
        &["a.c"],
        &["a.d"],
    ),
    form(&[(V, A), (T, "x: {{ index .Values.a (lower .Values.k) }}")], &["a.b"], &[]),
    form(&[(V, A), (T, "x: {{ index .Values.a (tpl .Values.k .) }}")], &["a.b"], &[]),
    // A text or a list of them
    form(
        &[
            (V, A),
            (T, "{{ include \"t\" (dict \"v\" .Values \"k\" \"a\") }}"),
            (
                H,
                "{{ define \"t\" }}{{ $v := .v }}{{ range ternary (list .k) .k (kindIs \"string\" .k) }}{{ $v = index $v . }}{{ end }}x: {{ $v.b }}{{ end }}",
            ),
        ],
        &["a.b"],
        &["a.c", "b"],
    ),
    // What Helm does not give to a template
    form(
        &[
            (V, A),
            (T, "{{ include \"t\" . }}"),
            (
                H,
                "{{ define \"t\" }}{{ with .key }}{{ index $.Values.a . }}{{ end }}x: {{ .Values.a.b }}{{ end }}",
            ),
        ],
        &["a.b"],
        &["a.c"],
    ),
    form(
        &[
            (V, A),
            (T, "{{ $_ := set . \"key\" \"b\" }}{{ include \"t\" . }}"),
            (H, "{{ define \"t\" }}{{ with .key }}x: {{ index $.Values.a . }}{{ end }}{{ end }}"),
        ],
        &["a.b"],
        &["a.c"],
    ),
    // A `|` at the end of a tag
    form(&[(V, A), (T, "x: {{ .Values.a.b | }}")], &["a.b"], &["a.c"]),
    form(&[(V, A), (T, "x: {{- .Values.a.b | quote | -}}\n")], &["a.b"], &["a.c"]),
    form(&[(V, A), (T, "{{ with .Values.a | }}x: {{ .b |  }}{{ end }}")], &["a.b"], &["a.c"]),
    // A template that passes a longer text to itself
    form(
        &[
            (V, "a: { b: { c: { d: 1 } } }\n"),
            (T, "{{ include \"t\" (dict \"n\" \"x\" \"v\" .Values.a) }}"),
            (
                H,
                "{{ define \"t\" }}{{ $n := .n }}{{ range $k, $v := .v }}{{ if kindIs \"map\" $v }}\n{{ include \"t\" (dict \"n\" (printf \"%s.%s\" $n $k) \"v\" $v) }}{{ else }}\n{{ $n }}.{{ $k }}: {{ $v }}{{ end }}{{ end }}{{ end }}",
            ),
        ],
        &["a.b.c.e", "a.e"],
        &["b", "z.a"],
    ),
    form(&[(V, A), (T, "x: {{ get .Values.a \"b\" }}")], &["a.b"], &["a.c"]),
    form(&[(V, A), (T, "x: {{ dig \"b\" \"c\" \"d\" .Values.a }}")], &["a.b.c"], &["a.c"]),
    form(
        &[(V, A), (T, "x: {{ dig \"a\" \"b\" \"d\" (.Values | merge (dict)) }}")],
        &["a.b"],
        &["a.c"],
    ),
    form(&[(V, A), (T, "x: {{ hasKey .Values.a \"b\" }}")], &["a.b"], &["a.c"]),
    form(&[(V, A), (T, "x: {{ pluck \"b\" .Values.a | first }}")], &["a.b"], &["a.c"]),
    form(&[(V, A), (T, "x: {{ pick .Values.a \"b\" | toJson }}")], &["a.b"], &["a.c"]),
    form(&[(V, A), (T, "x: {{ omit .Values.a \"z\" | toJson }}")], &["a.b"], &["b"]),
    form(&[(V, A), (T, "x: {{ keys .Values.a | join \",\" | len }}")], &["a.bb"], &["b"]),
    form(&[(V, A), (T, "x: {{ values .Values.a | len }}")], &["a.b"], &["b"]),
    form(&[(V, A), (T, "x: {{ len .Values.a }}")], &["a.b"], &["b"]),
    form(&[(V, A), (T, "x: {{ toToml .Values.a | quote }}")], &["a.b"], &["b"]),
    form(&[(V, A), (T, "x: {{ mustToPrettyJson .Values.a | quote }}")], &["a.b"], &["b"]),
    form(&[(V, A), (T, "x: {{ .Values.a | quote }}")], &["a.b"], &["b"]),
    form(&[(V, A), (T, "x: {{ printf \"%v\" .Values.a | quote }}")], &["a.b"], &["b"]),
    form(&[(V, A), (T, "x: {{ toYaml .Values | sha256sum }}")], &["a.b", "b"], &[]),
    form(&[(V, A), (T, "x: {{ (.Values.a | toYaml | fromYaml).b }}")], &["a.b"], &["b"]),
    form(
        &[
            (V, A),
            (
                T,
                "{{ range $k, $v := merge (dict \"y\" 1) .Values.a }}\n{{ $k }}: {{ $v }}{{ end }}",
            ),
        ],
        &["a.b"],
        &["b"],
    ),
    form(&[(V, A), (T, "x: {{ (mergeOverwrite (dict) .Values.a).b }}")], &["a.b"], &["a.c"]),
    form(
        &[(V, A), (T, "{{ $x := dict }}{{ $_ := merge $x .Values.a }}x: {{ $x.b }}")],
        &["a.b"],
        &["a.c"],
    ),
    form(
        &[
            (V, "a: { z: 1 }\nd: { z: 1 }\n"),
            (T, "{{ $_ := mergeOverwrite .Values.d .Values.a }}x: {{ .Values.d.b }}"),
        ],
        &["a.b", "d.b"],
        &["a.c"],
    ),
    form(
        &[(V, A), (T, "{{ $x := dict }}{{ $_ := set $x \"k\" .Values.a }}x: {{ $x.k.b }}")],
        &["a.b"],
        &["a.c"],
    ),
    form(
        &[(V, A), (T, "{{ $_ := set .Values \"made\" .Values.a }}x: {{ .Values.made.b }}")],
        &["a.b"],
        &["a.c"],
    ),
    form(
        &[(V, A), (T, "{{ $_ := set . \"made\" .Values.a }}x: {{ .made.b }}")],
        &["a.b"],
        &["a.c"],
    ),
    form(&[(V, A), (T, "x: {{ (deepCopy .Values.a).b }}")], &["a.b"], &["a.c"]),
    form(&[(V, A), (T, "x: {{ (ternary .Values.a .Values.n true).b }}")], &["a.b"], &["a.c"]),
    form(&[(V, A), (T, "x: {{ (coalesce .Values.n .Values.a).b }}")], &["a.b"], &["a.c"]),
    form(&[(V, A), (T, "x: {{ (default .Values.a .Values.n).b }}")], &["a.b"], &["a.c"]),
    form(&[(V, A), (T, "x: {{ (required \"needed\" .Values.a).b }}")], &["a.b"], &["a.c"]),
    form(&[(V, A), (T, "x: {{ (and true .Values.a).b }}")], &["a.b"], &["a.c"]),
    form(&[(V, A), (T, "x: {{ (list .Values.n .Values.a | last).b }}")], &["a.b"], &["a.c"]),
    form(&[(V, A), (T, "x: {{ (index (list .Values.a) 0).b }}")], &["a.b"], &["a.c"]),
    form(
        &[(V, A), (T, "l:{{ range append (list) .Values.a }}\n- {{ .b }}{{ end }}")],
        &["a.b"],
        &["a.c"],
    ),
    form(
        &[(V, A), (T, "l:{{ range concat (list .Values.a) (list) }}\n- {{ .b }}{{ end }}")],
        &["a.b"],
        &["a.c"],
    ),
    form(
        &[
            (V, A),
            (
                T,
                "{{ $o := .Values }}{{ range splitList \".\" \"a.b\" }}{{ $o = index $o . }}{{ end }}x: {{ $o | default \"\" }}",
            ),
        ],
        &["a.b"],
        &["a.c"],
    ),
    form(
        &[(V, A), (T, "x: {{ index .Values.a (printf \"%s-%s\" \"b\" \"c\") }}")],
        &["a.b-c"],
        &["a.b-d"],
    ),
    form(
        &[(V, A), (T, "x: {{ if kindIs \"map\" .Values.a }}{{ .Values.a.b }}{{ end }}")],
        &["a.b"],
        &["a.c"],
    ),
    form(
        &[(V, A), (T, "x: {{ if eq (typeOf .Values.a.b) \"string\" }}1{{ end }}")],
        &["a.b"],
        &["a.c"],
    ),
    // templates
    form(
        &[
            (V, A),
            (T, "x: {{ include \"t\" .Values.a }}"),
            (H, "{{ define \"t\" }}{{ .b }}{{ end }}"),
        ],
        &["a.b"],
        &["a.c"],
    ),
    form(
        &[
            (V, A),
            (T, "x: {{ template \"t\" .Values.a }}"),
            (H, "{{ define \"t\" }}{{ $.b }}{{ end }}"),
        ],
        &["a.b"],
        &["a.c"],
    ),
    form(
        &[
            (V, A),
            (T, "x: {{ include \"t\" (dict \"a\" .Values.a \"root\" $) }}"),
            (H, "{{ define \"t\" }}{{ .a.b }}{{ .root.Values.d }}{{ end }}"),
        ],
        &["a.b", "d"],
        &["a.c"],
    ),
    form(
        &[
            (V, A),
            (T, "x: {{ include \"t\" .Values }}"),
            (H, "{{ define \"t\" }}{{ .a.b }}{{ .c }}{{ end }}"),
        ],
        &["a.b", "c"],
        &["a.c"],
    ),
    form(
        &[
            (V, A),
            (T, "x: {{ include \"t\" . }}"),
            (
                H,
                "{{ define \"t\" }}{{ include \"u\" .Values.a }}{{ end }}{{ define \"u\" }}{{ .b }}{{ end }}{{ define \"unused\" }}{{ .Values.a.c }}{{ end }}",
            ),
        ],
        &["a.b"],
        &["a.c"],
    ),
    form(
        &[
            (V, A),
            (T, "x: {{ include (printf \"t.%s\" .Values.k) . }}"),
            (
                H,
                "{{ define \"t.b\" }}{{ .Values.a.b }}{{ end }}{{ define \"u.b\" }}{{ .Values.a.c }}{{ end }}",
            ),
        ],
        &["a.b"],
        &["a.c"],
    ),
    form(
        &[
            (V, A),
            (T, "x: {{ include (print $.Template.BasePath \"/u.yaml\") . | sha256sum }}"),
            ("templates/u.yaml", "y: {{ .Values.a.b }}"),
        ],
        &["a.b"],
        &["a.c"],
    ),
    form(&[(V, A), (T, "x: {{ block \"t\" .Values.a }}{{ .b }}{{ end }}")], &["a.b"], &["a.c"]),
    form(
        &[
            (V, A),
            (T, "x: {{ include \"t\" (list . .Values.a) }}"),
            (H, "{{ define \"t\" }}{{ $a := index . 1 }}{{ $a.b }}{{ end }}"),
        ],
        &["a.b"],
        &["a.c"],
    ),
    form(
        &[
            (V, A),
            (T, "x: {{ include \"t\" (merge (dict \"own\" .Values.a) .) }}"),
            (H, "{{ define \"t\" }}{{ .own.b }}{{ .Values.c }}{{ end }}"),
        ],
        &["a.b", "c"],
        &["a.c"],
    ),
    form(
        &[
            (V, A),
            (T, "x: {{ include \"t\" (dict \"n\" 3 \"a\" .Values.a) }}"),
            (
                H,
                "{{ define \"t\" }}{{ if gt (int .n) 0 }}{{ .a.b }}{{ include \"t\" (dict \"n\" 0 \"a\" .a) }}{{ end }}{{ end }}",
            ),
        ],
        &["a.b"],
        &["a.c"],
    ),
    // a template with several callers
    form(
        &[
            (V, "a: { z: 1 }\nd: { z: 1 }\n"),
            (
                T,
                "x: {{ include \"t\" (dict \"v\" .Values.a \"k\" \"b\") }}\ny: {{ include \"t\" (dict \"v\" .Values.d \"k\" \"c\") }}",
            ),
            (H, "{{ define \"t\" }}{{ index .v .k }}{{ end }}"),
        ],
        &["a.b", "d.c"],
        &["a.c", "d.b"],
    ),
    form(
        &[
            (V, "a: { z: 1 }\nd: { z: 1 }\n"),
            (
                T,
                "x: {{ include \"t\" (dict \"v\" .Values.a) }}\ny: {{ (include \"t\" (dict \"v\" (dict \"n\" .Values.d.m)) | fromYaml).b }}",
            ),
            (
                H,
                "{{ define \"t\" }}{{ include \"u\" .v.n }}{{ end }}{{ define \"u\" }}{{ . | toJson }}{{ end }}",
            ),
        ],
        &["a.n.b", "d.m.b"],
        &["a.m", "d.n"],
    ),
    form(
        &[
            (V, "a: { b: { z: 1 } }\nd: { z: 1 }\n"),
            (
                T,
                "x: {{ include \"v\" (dict \"key\" \"a.b.c\" \"context\" $) }}{{ include \"v\" (dict \"key\" \"d.e\" \"context\" $) }}",
            ),
            (
                H,
                "{{ define \"v\" }}{{ $o := .context.Values }}{{ range splitList \".\" .key }}{{ $o = index $o . }}{{ end }}{{ $o | default \"\" }}{{ end }}",
            ),
        ],
        &["a.b.c", "d.e"],
        &["a.c", "a.e", "d.b", "e"],
    ),
    form(
        &[
            (V, A),
            (T, "x: {{ include \"first\" (dict \"keys\" (list \"a.b\" \"a.c\") \"context\" $) }}"),
            (
                H,
                "{{ define \"first\" }}{{ range reverse .keys }}{{ include \"v\" (dict \"key\" . \"context\" $.context) }}{{ end }}{{ end }}{{ define \"v\" }}{{ $o := .context.Values }}{{ range splitList \".\" .key }}{{ $o = index $o . }}{{ end }}{{ $o | default \"\" }}{{ end }}",
            ),
        ],
        &["a.b", "a.c"],
        &["a.d", "b"],
    ),
    // variables in branches and loops
    form(
        &[
            (V, "a: { z: 1 }\nn: { z: 1 }\n"),
            (T, "{{ $x := .Values.n }}{{ $x = .Values.a }}x: {{ $x.b }}"),
        ],
        &["a.b"],
        &["n.b", "a.c"],
    ),
    form(
        &[
            (V, A),
            (
                T,
                "{{ $x := dict }}{{ range list 1 2 }}{{ if eq . 1 }}{{ $x = $.Values.a }}{{ break }}{{ end }}{{ $x = $.Values.d }}{{ end }}x: {{ $x.b }}",
            ),
        ],
        &["a.b"],
        &["a.c"],
    ),
    form(
        &[
            (V, A),
            (
                T,
                "{{ $x := dict }}{{ range list 1 2 }}{{ with $x.b }}\nx: {{ . }}{{ end }}{{ if eq . 1 }}{{ $x = $.Values.a }}{{ continue }}{{ end }}{{ $x = dict }}{{ end }}",
            ),
        ],
        &["a.b"],
        &["a.c"],
    ),
    form(
        &[
            (V, "l: [1, 2, 3]\na: { z: 1 }\n"),
            (
                T,
                "{{ $x := dict }}{{ $y := dict }}{{ range .Values.l }}{{ $y = $x }}{{ $x = $.Values.a }}{{ end }}x: {{ $y.b }}",
            ),
        ],
        &["a.b"],
        &["a.c"],
    ),
    form(
        &[
            (V, A),
            (
                T,
                "{{ $l := list }}{{ range list \"b\" \"c\" }}{{ $l = append $l (index $.Values.a .) }}{{ end }}x: {{ $l | join \",\" | quote }}",
            ),
        ],
        &["a.b", "a.c"],
        &["a.d"],
    ),
    form(
        &[(V, A), (T, "x: {{ index .Values.a (list \"b\" \"c\" | reverse | first) }}")],
        &["a.c"],
        &["a.d"],
    ),
    // a template that uses itself
    form(
        &[
            (V, "a: { n: { n: { n: { z: 1 } } } }\n"),
            (T, "x: {{ include \"t\" (dict \"v\" .Values.a) }}"),
            (
                H,
                "{{ define \"t\" }}{{ .v.b }}{{ with .v.n }}{{ include \"t\" (dict \"v\" .) }}{{ end }}{{ end }}",
            ),
        ],
        &["a.b", "a.n.b", "a.n.n.b", "a.n.n.n.b"],
        &["a.c"],
    ),
    // tpl
    form(
        &[(V, "text: \"{{ .Values.myDomain }}\"\n"), (T, "x: {{ tpl .Values.text . }}")],
        &["myDomain"],
        &["myDomian"],
    ),
    form(
        &[(V, "text: \"{{ .b }}\"\na: { z: 1 }\n"), (T, "x: {{ tpl .Values.text .Values.a }}")],
        &["a.b"],
        &["a.c"],
    ),
    form(
        &[(V, A), ("f.txt", "{{ .Values.a.b }}"), (T, "x: {{ tpl (.Files.Get \"f.txt\") . }}")],
        &["a.b"],
        &["a.c"],
    ),
    form(
        &[
            (V, A),
            ("f/f.txt", "{{ .Values.a.b }}"),
            (
                T,
                "{{ range $p, $_ := .Files.Glob \"f/*\" }}\nx: {{ tpl ($.Files.Get $p) $ }}{{ end }}",
            ),
        ],
        &["a.b"],
        &["a.c"],
    ),
    form(
        &[
            (V, A),
            ("f/f.txt", "{{ .Values.a.b }}"),
            (T, "x: {{ tpl (.Files.Glob \"f/*\").AsConfig . | quote }}"),
        ],
        &["a.b"],
        &["a.c"],
    ),
    form(&[(V, A), (T, "x: {{ tpl (toYaml .Values.a) . | quote }}")], &["a.b"], &["b"]),
    form(&[(V, A), (T, "x: {{ tpl \"{{ .Values.a.b }}\" . }}")], &["a.b"], &["a.c"]),
    // files that Helm renders, and those that it does not
    form(
        &[(V, A), (T, "x: {{ .Values.a.b }}"), ("templates/NOTES.txt", "{{ .Values.a.c }}")],
        &["a.b"],
        &["a.c"],
    ),
    form(&[(V, A), (T, "x: {{ .Values.a.b }}"), (H, "{{ .Values.a.c }}")], &["a.b"], &["a.c"]),
    form(
        &[(V, A), (T, "x: {{ .Values.a.b }}"), ("other/t.yaml", "{{ .Values.a.c }}")],
        &["a.b"],
        &["a.c"],
    ),
    form(&[(V, A), ("templates/deep/t.yaml", "x: {{ .Values.a.b }}")], &["a.b"], &["a.c"]),
    form(
        &[
            (V, "image: { tag: \"1\" }\ngrafana.ini: { server: { domain: x } }\n"),
            (
                T,
                "{{- with .Values.image }} {{ .repository }} {{ end }}\n{{- range $k, $v := index .Values \"grafana.ini\" }}\n{{ $k }}: {{ toJson $v }}{{ end }}",
            ),
        ],
        &["image.repository", "grafana\\.ini.auth"],
        &["image.repositry"],
    ),
];

const DB: (&str, &str) = ("charts/db/Chart.yaml", "apiVersion: v2\nname: db\nversion: 1.0.0\n");
const DB_VALUES: (&str, &str) = ("charts/db/values.yaml", "user: { z: 1 }\n");
const DB_TEMPLATE: (&str, &str) = (
    "charts/db/templates/t.yaml",
    "x: {{ (.Values.user).name }}{{ .Values.on }}\ng: {{ (.Values.global).site }}",
);

/// Forms with charts below.
pub(crate) const FORMS_BELOW: &[Form] = &[
    form(
        &[
            (
                C,
                "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- { name: db, version: 1.0.0 }\n",
            ),
            (V, "a: 1\n"),
            DB,
            DB_VALUES,
            DB_TEMPLATE,
        ],
        &["db.user.name", "global.site", "db.global.site"],
        &["db.user.nmae", "db.usr.name", "global.siet", "db.global.siet", "tags.x"],
    ),
    form(
        &[
            (C, "apiVersion: v1\nname: web\nversion: 1.0.0\n"),
            (
                "requirements.yaml",
                "dependencies:\n- { name: db, version: 1.0.0, alias: base, condition: use.base, tags: [back] }\n",
            ),
            (V, "a: 1\n"),
            DB,
            DB_VALUES,
            DB_TEMPLATE,
        ],
        &["base.user.name"],
        &["db.user.name", "use.bas", "tags.bakc"],
    ),
    // a chart that nothing lists
    form(&[(V, "a: 1\n"), DB, DB_VALUES, DB_TEMPLATE], &["db.user.name"], &["db.user.nmae"]),
    form(
        &[
            (V, "a: 1\n"),
            ("charts/db-1.0.0/Chart.yaml", DB.1),
            ("charts/db-1.0.0/values.yaml", DB_VALUES.1),
            ("charts/db-1.0.0/templates/t.yaml", DB_TEMPLATE.1),
        ],
        &["db.user.name"],
        &["db.user.nmae"],
    ),
    // a chart without values, of which the one above lists some
    form(
        &[(V, "db: { on: true }\n"), DB, DB_TEMPLATE],
        &["db.user.name"],
        &["db.onn", "db.user.nmae"],
    ),
    // imported values
    form(
        &[
            (
                C,
                "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- { name: db, version: 1.0.0, import-values: [data] }\n",
            ),
            (V, "a: 1\n"),
            DB,
            ("charts/db/values.yaml", "exports: { data: { port: 1 } }\n"),
            (T, "x: {{ .Values.port }}"),
        ],
        &["port"],
        &["prot", "db.exports.data.prot"],
    ),
    form(
        &[
            (
                C,
                "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- { name: db, version: 1.0.0, import-values: [{ child: net.own, parent: taken }] }\n",
            ),
            (V, "a: 1\n"),
            DB,
            ("charts/db/values.yaml", "net: { own: { port: 1 } }\n"),
            (T, "x: {{ .Values.taken.port }}"),
        ],
        &["taken.port"],
        &["taken.prot", "db.net.own.prot"],
    ),
    // templates are shared
    form(
        &[
            (V, "a: { z: 1 }\n"),
            DB,
            ("charts/db/values.yaml", "z: 1\n"),
            ("charts/db/templates/t.yaml", "x: {{ include \"of.web\" . }}"),
            (H, "{{ define \"of.web\" }}{{ .Values.b }}{{ end }}"),
        ],
        &["db.b"],
        &["b", "db.c"],
    ),
    form(
        &[
            (V, "a: { z: 1 }\n"),
            DB,
            ("charts/db/values.yaml", "z: 1\n"),
            ("charts/db/templates/_h.tpl", "{{ define \"of.db\" }}{{ .Values.a.b }}{{ end }}"),
            (T, "x: {{ include \"of.db\" . }}"),
        ],
        &["a.b"],
        &["a.c", "db.a.b"],
    ),
    form(
        &[
            (V, "a: { z: 1 }\n"),
            ("charts/lib/Chart.yaml", "apiVersion: v2\nname: lib\nversion: 1.0.0\ntype: library\n"),
            (
                "charts/lib/templates/_h.tpl",
                "{{ define \"lib.t\" }}{{ .root.Values.a.b }}{{ end }}",
            ),
            ("charts/lib/templates/t.yaml", "x: {{ .Values.a.c }}"),
            (T, "x: {{ include \"lib.t\" (dict \"root\" .) }}"),
        ],
        &["a.b"],
        &["a.c"],
    ),
    // values of a chart below, read above
    form(
        &[
            (V, "a: 1\n"),
            DB,
            DB_VALUES,
            (T, "x: {{ .Values.db.port }}{{ .Subcharts.db.Values.user.host }}"),
        ],
        &["db.port", "db.user.host"],
        &["db.prot", "db.user.hots"],
    ),
    // of definitions with one name, Helm takes that with the fewest folders around it
    form(
        &[
            (V, "a: { z: 1 }\n"),
            DB,
            ("charts/db/values.yaml", "z: 1\n"),
            ("charts/db/templates/_h.tpl", "{{ define \"t\" }}{{ .Values.a.b }}{{ end }}"),
            (H, "{{ define \"t\" }}{{ .Values.a.c }}{{ end }}"),
            (T, "x: {{ include \"t\" . }}"),
        ],
        &["a.c"],
        &["a.b"],
    ),
    form(
        &[
            (V, "a: { z: 1 }\n"),
            DB,
            ("charts/db/values.yaml", "z: 1\n"),
            ("charts/db/templates/_h.tpl", "{{ define \"t\" }}{{ .Values.a.b }}{{ end }}"),
            ("templates/far/further/down/_h.tpl", "{{ define \"t\" }}{{ .Values.a.c }}{{ end }}"),
            (T, "x: {{ include \"t\" . }}"),
        ],
        &["a.b"],
        &["a.c"],
    ),
    form(
        &[
            (V, "a: { z: 1 }\n"),
            ("templates/_a.tpl", "{{ define \"t\" }}{{ .Values.a.b }}{{ end }}"),
            ("templates/_b.tpl", "{{ define \"t\" }}{{ .Values.a.c }}{{ end }}"),
            (T, "x: {{ include \"t\" . }}"),
        ],
        &["a.b"],
        &["a.c"],
    ),
    form(
        &[
            (V, "a: { z: 1 }\n"),
            ("templates/_a.tpl", "{{ define \"t\" }} {{ end }}"),
            ("templates/_b.tpl", "{{ define \"t\" }}{{ .Values.a.c }}{{ end }}"),
            (T, "x: {{ include \"t\" . }}"),
        ],
        &["a.c"],
        &["a.b"],
    ),
    form(
        &[
            (
                C,
                "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- { name: db, version: 1.0.0, condition: db.used }\n- { name: other, version: 1.0.0 }\n",
            ),
            (V, "db: { used: false }\na: { z: 1 }\n"),
            DB,
            ("charts/db/templates/_h.tpl", "{{ define \"t\" }}{{ .Values.a.b }}{{ end }}"),
            ("charts/other/Chart.yaml", "apiVersion: v2\nname: other\nversion: 1.0.0\n"),
            ("charts/other/templates/_h.tpl", "{{ define \"t\" }}{{ .Values.a.c }}{{ end }}"),
            (T, "x: {{ include \"t\" . }}"),
        ],
        &["a.c"],
        &["a.d"],
    ),
    // a file of templates, by its path
    form(
        &[
            (V, "a: { z: 1 }\n"),
            DB,
            ("charts/db/templates/u.yaml", "y: {{ .Values.d }}"),
            (
                T,
                "x: {{ include (print $.Template.BasePath \"/u.yaml\") (dict \"Values\" .Values.a) | sha256sum }}",
            ),
            ("templates/u.yaml", "y: {{ .Values.b }}"),
            ("templates/w.yaml", "y: {{ .Values.c }}"),
        ],
        &["a.b", "b", "c", "db.d"],
        &["a.c", "a.d"],
    ),
    // two names of one chart
    form(
        &[
            (
                C,
                "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- { name: db, version: 1.0.0, alias: one }\n- { name: db, version: 1.0.0, alias: two }\n",
            ),
            (V, "a: 1\n"),
            DB,
            DB_VALUES,
            DB_TEMPLATE,
        ],
        &["one.user.name", "two.user.name"],
        &["db.user.name", "one.user.nmae"],
    ),
];

/// A chart with a value that switches a chart below off, and with a misspelt one.
pub(crate) struct Switch {
    pub(crate) files: &'static [(&'static str, &'static str)],
    pub(crate) key: &'static str,
    pub(crate) misspelt: &'static str,
}

const OF_TWO: &str = "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- { name: db, version: 1.0.0, condition: \"db.enabled,use.db\" }\n";
const OF_TAG: &str = "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- { name: db, version: 1.0.0, tags: [back] }\n";
const OF_FIRST: &str = "apiVersion: v1\nname: web\nversion: 1.0.0\n";
const REQUIREMENTS: (&str, &str) = (
    "requirements.yaml",
    "dependencies:\n- { name: db, version: 1.0.0, condition: use.base, tags: [back] }\n",
);
const WITH_TWO: &[(&str, &str)] = &[(C, OF_TWO), (V, "a: 1\n"), DB, DB_VALUES, DB_TEMPLATE];
const WITH_TAG: &[(&str, &str)] = &[(C, OF_TAG), (V, "a: 1\n"), DB, DB_VALUES, DB_TEMPLATE];
const WITH_FILE: &[(&str, &str)] =
    &[(C, OF_FIRST), REQUIREMENTS, (V, "a: 1\n"), DB, DB_VALUES, DB_TEMPLATE];

pub(crate) const SWITCHES: &[Switch] = &[
    Switch { files: WITH_TWO, key: "db.enabled", misspelt: "db.enabeld" },
    Switch { files: WITH_TWO, key: "use.db", misspelt: "use.dbb" },
    Switch { files: WITH_TAG, key: "tags.back", misspelt: "tags.bakc" },
    Switch { files: WITH_FILE, key: "use.base", misspelt: "use.bsae" },
    Switch { files: WITH_FILE, key: "tags.back", misspelt: "tags.bakc" },
];
