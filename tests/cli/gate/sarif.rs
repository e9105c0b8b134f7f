//! SARIF, judged by the schema that its standard publishes.
//!
//! What the results say is judged by the transcripts.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::gate::shop;
use crate::support::tools::tool;

/// What the schema says of a document; `None`, where the judge is not installed.
fn judged(document: &str) -> Option<Result<(), String>> {
    let judge = tool("check-jsonschema")?;
    let schema = tool("../sarif-2.1.0.json")?;
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("report.sarif");
    fs::write(&file, document).unwrap();
    let output = Command::new(judge).arg("--schemafile").arg(schema).arg(file).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    Some(if output.status.success() { Ok(()) } else { Err(said) })
}

/// Reports of a project in sync, with drift of every kind, with problems, and one that is no TOML.
fn reports() -> Vec<String> {
    let project = shop();
    let sarif = || project.envroot_in("infra", "check --format sarif").out;
    let mut reports = vec![sarif()];
    let dev = "infra/generated/shop/dev/main.tf";
    project.write("infra/generated/shop/staging/main.tf", &project.read(dev));
    project.write("infra/generated/shop/dev/a b é.tf", "locals {}\n");
    project.edit(dev, "max_count = 2", "max_count = 3");
    project.edit("infra/environments.toml", "shop:1.0", "shop:1.1");
    project.remove("infra/generated/shop/prod/values.yaml");
    reports.push(sarif());
    project.edit("infra/environments.toml", "\"111111111111\"", "\"222222222222\"");
    project.edit("infra/environments.toml", "[\"small\"]", "[\"smal\", \"large\"]");
    reports.push(sarif());
    project.edit("infra/environments.toml", "[project]", "[project");
    reports.push(sarif());
    reports
}

#[test]
fn every_report_is_what_the_standard_asks_for() {
    let reports = reports();
    let results = |report: &String| {
        let report: Value = serde_json::from_str(report).unwrap();
        report["runs"][0]["results"].as_array().unwrap().len()
    };
    assert_eq!(reports.iter().map(results).collect::<Vec<_>>(), [0, 7, 3, 1]);
    for report in &reports {
        if let Some(judged) = judged(report) {
            judged.unwrap_or_else(|said| panic!("{said}\n{report}"));
        }
    }
}

#[test]
fn a_broken_report_is_refused() {
    let report = &reports()[1];
    for (pointer, value) in [
        ("/version", json!("2.2.0")),
        ("/runs/0/results/0/ruleIndex", json!(-2)),
        ("/runs/0/results/0/locations/0/physicalLocation/region/startLine", json!(0)),
        ("/runs/0/columnKind", json!("bytes")),
    ] {
        let mut broken: Value = serde_json::from_str(report).unwrap();
        *broken.pointer_mut(pointer).expect(pointer) = value;
        let Some(judged) = judged(&broken.to_string()) else { return };
        assert!(judged.is_err(), "{pointer}");
    }
}
