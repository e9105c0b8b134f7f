//! Strings from `environments.toml` to those who read the files: Terraform, and a reader of YAML 1.1.
//!
//! Only the program is called. How a format writes a string is tested elsewhere.

mod project;

use crate::support::rounds::rounds;
use std::collections::BTreeMap;

use crate::support::text::texts;
use project::Project;
use serde_json::{Value, json};

const COUNT: usize = 10_000;

/// A project whose pack prints a service's strings in every place there is.
fn project(configuration: &Value) -> Project {
    Project::new(&[
        ("environments.toml", &toml::to_string_pretty(configuration).unwrap()),
        ("templates/strings/pack.toml", include_str!("strings/pack/pack.toml")),
        ("templates/strings/schema.json", include_str!("strings/pack/schema.json")),
        ("templates/strings/main.tf", include_str!("strings/pack/main.tf")),
        ("templates/strings/terraform.tfvars", include_str!("strings/pack/terraform.tfvars")),
        ("templates/strings/text.yaml", include_str!("strings/pack/text.yaml")),
    ])
}

/// A string as a person writes it who means exactly that string: with a backslash before each `{{`.
fn written(text: &str) -> String {
    text.replace("{{", "\\{{")
}

/// The same with no more backslashes than it takes: before a `{{` that begins a reference, and
/// before one that has a backslash of its own.
fn written_sparingly(text: &str) -> String {
    let mut written = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let inside = after.trim_start_matches(' ');
        let is_reference = inside.starts_with("env.") || inside.starts_with("service.");
        let backslash = if is_reference || before.ends_with('\\') { "\\" } else { "" };
        written.extend([before, backslash, "{{"]);
        rest = after;
    }
    written + rest
}

/// Whether a text template in YAML takes a string in double quotes: GitHub would evaluate others.
fn is_literal(text: &str) -> bool {
    !text.contains("${{")
}

/// Whether it takes a string in single quotes and in a block, where nothing can be escaped.
fn is_line(text: &str) -> bool {
    let is_visible = |c: char| c.is_ascii_graphic() || c == ' ' || c.is_alphabetic();
    is_literal(text) && !text.is_empty() && text.trim() == text && text.chars().all(is_visible)
}

#[test]
fn strings_come_back_unchanged_from_terraform_and_from_yaml() {
    let texts = texts(rounds(COUNT), 1);
    let those = |fits: fn(&str) -> bool| {
        let texts = texts.iter().filter(|text| fits(text));
        texts.cloned().collect::<Vec<String>>()
    };
    let (literal, lines) = (those(is_literal), those(is_line));
    let keyed = |texts: &[String]| texts.iter().map(|text| (text.clone(), json!(text))).collect();
    let all_written = |write: fn(&str) -> String| texts.iter().map(move |text| write(text));
    let amid: Vec<String> = (0..rounds(COUNT))
        .map(|index| format!("a{{{{ env.vars.texts.{index} }}}}\\{{{{ env.z"))
        .collect();
    let project = project(&json!({
        "project": { "requires": "0.1", "output": "out", "order": ["dev"] },
        "environments": { "dev": { "vars": { "texts": all_written(written).collect::<Vec<_>>() } } },
        "services": { "strings": {
            "pack": "strings",
            // What a reference brings is not looked at again.
            "texts": "{{ env.vars.texts }}",
            // Keys are not looked at at all.
            "keys": texts.iter().cloned().zip(all_written(written_sparingly)).collect::<BTreeMap<_, _>>(),
            "literal": literal.iter().map(|text| written(text)).collect::<Vec<_>>(),
            "lines": lines.iter().map(|text| written(text)).collect::<Vec<_>>(),
            "values": { "texts": "{{ service.texts }}", "keys": "{{ service.keys }}", "amid": amid },
        } },
    }));
    assert_eq!(project.problems(), "");

    let each =
        |change: fn(&str) -> String| texts.iter().map(|text| change(text)).collect::<Vec<_>>();
    let keys: Value = keyed(&texts);
    if let Some(outputs) = project.outputs("out/root") {
        let expected = [
            ("variable", json!(texts)),
            ("expression", json!(texts)),
            ("keys", keys.clone()),
            ("quoted", json!(texts)),
            ("amid", json!(each(|text| format!("${{ {text}{{ {text}1")))),
            ("heredoc", json!(each(|text| format!("{text}\n")))),
            ("indented_heredoc", json!(each(|text| format!("{text}\n")))),
        ];
        for (name, expected) in expected {
            same(name, &outputs[name]["value"], &expected);
        }
    }
    if let Some(values) = project.yaml("out/values.yaml") {
        let amid = each(|text| format!("a{text}{{{{ env.z"));
        same("values", &values, &json!({ "texts": texts, "keys": keys, "amid": amid }));
    }
    if let Some(text) = project.yaml("out/text.yaml") {
        let keys: Value = keyed(&literal);
        let expected = json!({
            "filtered": literal,
            "list": literal,
            "keys": keys,
            "double": literal,
            "single": lines,
            "block": lines.iter().map(|line| format!("{line}\n")).collect::<Vec<_>>(),
        });
        same("text", &text, &expected);
    }
}

/// A pack with one template refuses a string, and writes nothing.
#[track_caller]
fn refuses(file: &str, template: &str, text: &str, expected: &str) {
    let project = small_project(file, template, text);
    let problems = project.problems();
    assert!(problems.contains(expected), "{problems}");
    assert!(!project.path("out").exists());
}

fn small_project(file: &str, template: &str, text: &str) -> Project {
    let configuration = json!({
        "project": { "requires": "0.1", "output": "out", "order": ["dev"] },
        "environments": { "dev": {} },
        "services": { "strings": { "pack": "strings", "text": text } },
    });
    let names = |names: Value| json!({ "properties": names });
    let schema = names(json!({ "env": names(json!({})), "service": names(json!({ "text": {} })) }));
    let pack = json!({
        "schema": "schema.json",
        "files": [{ "template": file, "path": file, "each": "environment" }],
    });
    Project::new(&[
        ("environments.toml", &toml::to_string(&configuration).unwrap()),
        ("templates/strings/pack.toml", &toml::to_string(&pack).unwrap()),
        ("templates/strings/schema.json", &schema.to_string()),
        (&format!("templates/strings/{file}"), template),
    ])
}

#[test]
fn a_place_that_cannot_hold_a_string_refuses_it() {
    let (bare, backslash) = ("unquoted string", "incomplete escape sequence");
    refuses("main.tf", "a = {{ service.text }}\n", "no", bare);
    refuses("main.tf", "a = \"\\{{ service.text }}\"\n", "n", backslash);
    refuses("main.tf", "a \"{{ service.text }}\" {}\n", "${b}", "block label contains");

    let (single, block) = ("single quotes cannot contain", "values in a block scalar");
    refuses("text.yaml", "a: {{ service.text }}\n", "no", bare);
    refuses("text.yaml", "a: '{{ service.text }}'\n", "b\nc", single);
    refuses("text.yaml", "a: |\n  {{ service.text }}\n", "b\u{1b}", block);
    refuses("text.yaml", "a: |\n  {{ service.text }}\n", " b", "leading or trailing spaces");
}

#[test]
fn a_workflow_refuses_what_github_would_evaluate() {
    let (secret, makes_up) = ("${{ secrets.TOKEN }}", "the string completes a `${{`");
    refuses("ci.yml", "a: {{ service.text | yaml }}\n", secret, makes_up);
    refuses("ci.yml", "a: \"{{ service.text }}\"\n", secret, makes_up);
    refuses("ci.yml", "a: \"{{ service.text }}{ b\"\n", "${", makes_up);
    refuses("ci.yml", "a: ${{ env[{{ service.text }}] }}\n", "A || B", "which GitHub evaluates");
}

#[test]
fn a_reference_to_nothing_is_refused_and_the_backslash_named() {
    let help = "write \\{{ for a literal {{";
    refuses("main.tf", "a = {{ service.text | hcl }}\n", "{{ env.nothing }}", help);
    refuses(
        "main.tf",
        "a = {{ service.text | hcl }}\n",
        "{{ env.name | upper }}",
        "\\{{ for a literal {{",
    );
    // In the file the bell is six characters, so that the end falls into the letter behind it.
    refuses(
        "main.tf",
        "a = {{ service.text | hcl }}\n",
        "{{ env.\u{7}é  }}",
        "\\{{ for a literal {{",
    );
    let project = small_project("main.tf", "a = {{ service.text | hcl }}\n", "\\{{ env.nothing }}");
    assert_eq!(project.problems(), "");
}

/// Fails at the first part that differs: the whole would fill the screen for hours.
#[track_caller]
fn same(name: &str, found: &Value, expected: &Value) {
    match (found, expected) {
        (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => {
            a.iter().for_each(|(key, item)| same(&format!("{name}.{key:?}"), item, &b[key]));
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let pairs = a.iter().zip(b).enumerate();
            pairs.for_each(|(index, (a, b))| same(&format!("{name}[{index}]"), a, b));
        }
        _ => assert_eq!(found, expected, "{name}"),
    }
}
