//! Keys of charts' values, known to envroot where Helm's output depends on them.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::support::chart_forms::{FORMS, FORMS_BELOW, Form, SWITCHES, Switch};
use crate::support::tools::tool;

/// A chart on the disk.
fn write(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let own = ("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
    // The first file of a name counts.
    for (path, text) in files.iter().copied().chain([own]) {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        if !path.exists() {
            fs::write(path, text).unwrap();
        }
    }
    folder
}

/// What Helm renders with a key, or its error.
fn rendered(helm: &Path, chart: &TempDir, setting: Option<&str>) -> String {
    let mut command = Command::new(helm);
    command.args(["template", "web", "."]).current_dir(chart.path());
    if let Some(setting) = setting {
        command.args(["--set", setting]);
    }
    let output = command.output().unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    String::from_utf8(output.stdout).unwrap() + &error
}

#[track_caller]
fn check(forms: &[Form]) {
    let Some(helm) = tool("helm3") else { return };
    let mut wrong = Vec::new();
    for Form { files, reads, ignores } in forms {
        let chart = write(files);
        let plain = rendered(&helm, &chart, None);
        if plain.contains("Error: ") {
            wrong.push(format!("{files:?}\n{plain}"));
        }
        for (keys, expected) in [(reads, true), (ignores, false)] {
            for key in *keys {
                let with = rendered(&helm, &chart, Some(&format!("{key}=other")));
                if (with != plain) != expected {
                    wrong.push(format!("{key}: {files:?}\n{plain}\n{with}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn helm_reads_the_keys_that_forms_name() {
    check(FORMS);
}

#[test]
fn helm_reads_the_keys_of_charts_below_that_forms_name() {
    check(FORMS_BELOW);
}

#[test]
fn helm_knows_the_switches_of_charts_below() {
    let Some(helm) = tool("helm3") else { return };
    for Switch { files, key, misspelt } in SWITCHES {
        let chart = write(files);
        let plain = rendered(&helm, &chart, None);
        let with = |key: &str| rendered(&helm, &chart, Some(&format!("{key}=false")));
        assert_ne!(with(key), plain, "{key}: {files:?}");
        assert_eq!(with(misspelt), plain, "{misspelt}: {files:?}");
    }
}
