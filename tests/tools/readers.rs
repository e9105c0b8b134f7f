//! A hundred thousand strings from our printers to those who read the files: Terraform, kubectl and
//! PyYAML. As values and as keys, each comes back as it was.
//!
//! Only the printers are called. The way from `environments.toml` to them is tested elsewhere.

use crate::support::rounds::rounds;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::text::texts;
use crate::support::tools::tool;
use envroot::format::markers::{self, ValueKind};
use envroot::format::yaml;
use envroot::format::{LayoutMode, hcl};
use serde_json::{Map, Value, json};

const COUNT: usize = 100_000;
/// What the strings are made from.
const SEED: u64 = 7;
/// How many strings stand in one list, so that what differs is found in little text.
const CHUNK: usize = 5_000;

fn chunks() -> Vec<Vec<String>> {
    let texts = texts(rounds(COUNT), SEED);
    assert_eq!(texts.len(), rounds(COUNT));
    texts.chunks(CHUNK).map(<[String]>::to_vec).collect()
}

/// Every string under itself.
fn keyed(texts: &[String]) -> Value {
    texts.iter().map(|text| (text.clone(), json!(text))).collect::<Map<_, _>>().into()
}

/// Holds what a reader found against the strings of a chunk; fails at the first that differs.
#[track_caller]
fn same(reader: &str, chunk: usize, texts: &[String], values: &Value, keys: &Value) {
    let values = values.as_array().unwrap_or_else(|| panic!("{reader}: no list in chunk {chunk}"));
    let keys = keys.as_object().unwrap_or_else(|| panic!("{reader}: no map in chunk {chunk}"));
    assert_eq!((values.len(), keys.len()), (texts.len(), texts.len()), "{reader}, chunk {chunk}");
    for (text, value) in texts.iter().zip(values) {
        let found = (value.as_str(), keys.get(text).and_then(Value::as_str));
        let expected = (Some(text.as_str()), Some(text.as_str()));
        assert_eq!(found, expected, "{reader}, chunk {chunk} of seed {SEED}");
    }
}

#[test]
fn a_hundred_thousand_strings_come_back_from_terraform() {
    let chunks = chunks();
    let mut template = String::new();
    for (index, texts) in chunks.iter().enumerate() {
        _ = writeln!(template, "output \"values{index}\" {{\n  value = [");
        for text in texts {
            // Quotes that the template writes, as in most templates.
            _ = writeln!(template, "\"{}\",", markers::marked(ValueKind::Text, 0, text));
        }
        let keys = markers::marked(ValueKind::Code, 0, &hcl::expression(&keyed(texts)));
        _ = writeln!(template, "  ]\n}}\noutput \"keys{index}\" {{\n  value = {keys}\n}}");
    }
    let printed = hcl::HclPrinter::default()
        .print(&markers::pieces(&template), LayoutMode::Canonical)
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.tf"), printed.text).unwrap();
    for arguments in [&["fmt", "-check"][..], &["apply", "-auto-approve"]] {
        if terraform(folder.path(), arguments).is_none() {
            return;
        }
    }
    let outputs: Value =
        serde_json::from_slice(&terraform(folder.path(), &["output", "-json"]).unwrap()).unwrap();
    for (index, texts) in chunks.iter().enumerate() {
        let output = |name: &str| &outputs[format!("{name}{index}")]["value"];
        same("terraform", index, texts, output("values"), output("keys"));
    }
}

#[test]
fn a_hundred_thousand_strings_come_back_from_yaml() {
    let folder = tempfile::tempdir().unwrap();
    let chunks = chunks();
    let data = chunks.iter().enumerate().map(|(index, texts)| {
        let data = json!({ "values": texts, "keys": keyed(texts) });
        (format!("chunk{index}"), data)
    });
    let document = json!({
        "apiVersion": "example.net/v1",
        "kind": "Strings",
        "metadata": { "name": "strings" },
        "data": data.collect::<Value>(),
    });
    let file = folder.path().join("strings.yaml");
    fs::write(&file, yaml::document(&document).text).unwrap();
    for (reader, read) in [("kubectl", kubectl as fn(&Path) -> Option<Value>), ("PyYAML", pyyaml)] {
        let Some(found) = read(&file) else { continue };
        for (index, texts) in chunks.iter().enumerate() {
            let chunk = &found["data"][format!("chunk{index}")];
            same(reader, index, texts, &chunk["values"], &chunk["keys"]);
        }
    }
}

fn terraform(folder: &Path, arguments: &[&str]) -> Option<Vec<u8>> {
    let mut command = Command::new(tool("terraform")?);
    let configuration = folder.join("empty.tfrc");
    fs::write(&configuration, "").unwrap();
    command.env("TF_CLI_CONFIG_FILE", configuration).env("CHECKPOINT_DISABLE", "1");
    Some(output_of(command.current_dir(folder).args(arguments)))
}

fn kubectl(file: &Path) -> Option<Value> {
    let mut command = Command::new(tool("kubectl")?);
    let arguments = ["annotate", "--local", "-o", "json", "x=y", "-f"];
    Some(serde_json::from_slice(&output_of(command.args(arguments).arg(file))).unwrap())
}

fn pyyaml(file: &Path) -> Option<Value> {
    let mut command = Command::new(tool("python-with-yaml")?);
    let script =
        "import json, sys, yaml\njson.dump(yaml.safe_load(open(sys.argv[1], 'rb')), sys.stdout)";
    Some(serde_json::from_slice(&output_of(command.args(["-c", script]).arg(file))).unwrap())
}

fn output_of(command: &mut Command) -> Vec<u8> {
    let output = command.output().unwrap();
    let said: String = String::from_utf8_lossy(&output.stderr).chars().take(3_000).collect();
    assert!(output.status.success(), "{command:?}: {said}");
    output.stdout
}
