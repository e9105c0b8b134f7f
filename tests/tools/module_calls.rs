//! The calls of modules that the rules judge, as Terraform judges them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::support::tools::tool;

#[path = "../support/module_rows.rs"]
mod module_rows;

/// The rows of which Terraform refuses the call, among some of them.
fn refused(rows: &[(usize, module_rows::ModuleRow<'_>)]) -> Option<BTreeSet<usize>> {
    let terraform = tool("terraform")?;
    let folder = tempfile::tempdir().unwrap();
    let mut root =
        "variable \"more\" { default = { b = \"y\" } }\nvariable \"names\" { default = [\"x\"] }\n"
            .to_owned();
    for (number, row) in rows {
        let module = folder.path().join(format!("m{number}"));
        fs::create_dir(&module).unwrap();
        row.files.iter().for_each(|(name, text)| fs::write(module.join(name), text).unwrap());
        let call = row.call;
        writeln!(root, "module \"m{number}\" {{\nsource = \"./m{number}\"\n{call}\n}}").unwrap();
    }
    fs::write(folder.path().join("main.tf"), root).unwrap();
    run(&terraform, folder.path(), &["init", "-backend=false", "-input=false"]);
    let report = run(&terraform, folder.path(), &["validate", "-json"]);
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let found = report["diagnostics"].as_array().unwrap().iter();
    let found = found.map(|it| {
        let context = it["snippet"]["context"].as_str().unwrap_or_default();
        let number = context.strip_prefix("module \"m").and_then(|it| it.strip_suffix('"'));
        let number = number.and_then(|it| it.parse().ok());
        // With an escaping block, Terraform names no place of an argument that is missing.
        number.or((rows.len() == 1).then_some(rows[0].0)).unwrap_or_else(|| panic!("{it:#}"))
    });
    Some(found.collect())
}

fn run(terraform: &Path, folder: &Path, arguments: &[&str]) -> String {
    let mut command = std::process::Command::new(terraform);
    let output = command.args(arguments).current_dir(folder).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn terraform_refuses_the_calls_that_the_rule_reports() {
    let text = fs::read_to_string("tests/rows/modules.txt").unwrap();
    let rows = module_rows::of(&text).into_iter().enumerate();
    let (arguments, values): (Vec<_>, Vec<_>) = rows.partition(|(_, row)| {
        row.expected.iter().any(|it| it.starts_with("unknown") || it.starts_with("missing"))
    });
    // Terraform reports the arguments of one module, and values only where all arguments are right.
    for rows in arguments.chunks(1).chain([&values[..]]) {
        let Some(found) = refused(rows) else { return };
        let expected = rows.iter().filter(|(_, row)| !row.expected.is_empty());
        let expected: BTreeSet<usize> = expected.map(|(number, _)| *number).collect();
        assert_eq!(found, expected);
    }
}
