//! Values beside and inside the expressions of an engine; `@` is a value.

use super::*;
use crate::format::markers::{marked, pieces};

fn printed(engine: &EngineFormat, template: &str, value: &str) -> Result<Printed, Refusal> {
    let output = template.replace('@', &marked(ValueKind::Text, 1, value));
    let printed = (engine.template_printer())(&pieces(&output), LayoutMode::Canonical);
    printed.map_err(|invalid| invalid[0].refusal)
}

#[track_caller]
fn check(engine: &EngineFormat, template: &str, value: &str, expected: &str) {
    assert_eq!(printed(engine, template, value).map(|it| it.text), Ok(expected.to_owned()));
}

#[test]
fn the_expressions_of_the_engine_stay_as_they_are() {
    for template in [
        "a: {{ .Values.x | default \"}}\" }} # \"b\n",
        "{{- if eq .a `}}` }}\na: 1\n{{- end }}\n",
        "{{/* a }} */}}\na: {{ $x := 1 }}\n",
        "a:\n  {{- with .b }}\n  c: {{ . }}\n  {{- end }}\n",
        "a: {{\n  .b\n}}\nc: 1\n",
    ] {
        check(&GO_YAML, template, "", template);
    }
    for template in [
        "a ${b} %{ if c }d%{ endif }\n",
        "${jsonencode({ a = \"}\" })}\n%{ for x in y ~}\n${x}\n%{ endfor ~}\n",
        "a $${b} %%{c} ${\"${d}}\"}\n",
    ] {
        check(&TERRAFORM_ANY, template, "", template);
        check(&EITHER_ANY, template, "", template);
    }
}

#[test]
fn a_value_is_escaped_for_the_file_and_for_the_engine() {
    check(
        &GO_YAML,
        "a: \"@ {{ .b }}\"\n",
        "x \"{{ .y }}",
        "a: \"x \\\"{{\"{{\"}} .y }} {{ .b }}\"\n",
    );
    check(&GO_YAML, "a: '@'\n", "it's", "a: 'it''s'\n");
    check(&TERRAFORM_YAML, "a: \"@${b}\"\n", "${x}%{y}", "a: \"$${x}%%{y}${b}\"\n");
    check(
        &TERRAFORM_JSON,
        "{\"a\": \"@\", \"b\": ${c}}\n",
        "\"${x}",
        "{\"a\": \"\\\"$${x}\", \"b\": ${c}}\n",
    );
    check(
        &TERRAFORM_SHELL,
        "#!/bin/sh\necho @ ${b}\n",
        "${x} y",
        "#!/bin/sh\necho '$${x} y' ${b}\n",
    );
    check(&TERRAFORM_SHELL, "echo \"@\"\n", "$(x)", "echo \"\\$(x)\"\n");
    check(&TERRAFORM_ANY, "a = \"@\"\n", "${x}", "a = \"$${x}\"\n");
    check(&TERRAFORM_ANY, "#!/bin/sh\necho @\n", "a b", "#!/bin/sh\necho 'a b'\n");
    check(&TERRAFORM_ANY, "#cloud-config\na: \"@\"\n", "\"", "#cloud-config\na: \"\\\"\"\n");
    check(&TERRAFORM_ANY, "# @ ${a}\n", "%{ if b }", "# %%{ if b } ${a}\n");
    check(&TERRAFORM_ANY, "a \"@{b}\"\n", "$", "a \"$${b}\"\n");
    check(&GO_ANY, "a \"@\"\n", "{{{", "a \"{{\"{{\"}}{\"\n");
}

#[test]
fn a_value_inside_an_expression_is_a_plain_word() {
    check(&GO_ANY, "{{ include \"@.labels\" . }}\n", "web-1", "{{ include \"web-1.labels\" . }}\n");
    check(&TERRAFORM_ANY, "${var.@}\n", "x_1", "${var.x_1}\n");
    for value in ["a b", "\"", "}}", "", "a\nb", "|", "("] {
        assert_eq!(
            printed(&GO_ANY, "{{ include \"@\" . }}\n", value),
            Err(IN_EXPRESSION),
            "{value}"
        );
        assert_eq!(printed(&TERRAFORM_ANY, "${f(\"@\")}\n", value), Err(IN_EXPRESSION), "{value}");
    }
}

#[test]
fn where_the_engine_is_not_known_no_value_may_open_an_expression_of_any() {
    check(&EITHER_ANY, "a \"@\"\n", "x y", "a \"x y\"\n");
    for value in ["{{ x }}", "${x}", "%{x}", "{", "$", "a{"] {
        assert_eq!(printed(&EITHER_ANY, "a \"@\"\n", value), Err(OPENS_EXPRESSION), "{value}");
    }
}

#[test]
fn every_value_knows_its_line() {
    let template = "a: {{\n  .b\n}}\nc: \"@\"\n{{ include\n  \"@\" }}\nd: \"@\"\n";
    let printed = printed(&GO_YAML, template, "x").unwrap();
    assert_eq!(printed.text, template.replace('@', "x"));
    assert_eq!(printed.tags, [(3, 1), (5, 1), (6, 1)]);
}

#[test]
fn a_string_without_quotes_is_a_whole_scalar_beside_the_expressions() {
    check(&GO_YAML, "a: b.@.c\nd: {{ .e }}\n", "x", "a: b.x.c\nd: {{ .e }}\n");
    check(&GO_YAML, "a: @\n", "x {{ y }}", "a: x {{\"{{\"}} y }}\n");
    for template in ["a: b-{{ .c }}-@\n", "a: @{{ .b }}\n", "a: {{ .b }}@\n"] {
        assert!(printed(&GO_YAML, template, "x").is_err(), "{template}");
    }
    let (_, yaml) = GO_YAML.code_filters()[0];
    for (text, expected) in [("x y", "a: x y\n"), ("on", "a: \"on\"\n"), ("", "a: \"\"\n")] {
        let code = marked(ValueKind::Code, 1, &yaml(&serde_json::Value::from(text)).unwrap());
        let output = format!("a: {code}\n");
        let printed = (GO_YAML.template_printer())(&pieces(&output), LayoutMode::Canonical);
        assert_eq!(printed.map(|it| it.text), Ok(expected.to_owned()));
    }
}
