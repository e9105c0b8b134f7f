//! A project in two lines, and the problems that the rules report in it.

use std::sync::Arc;

use super::settings::{Settings, charts};
use super::{Waivers, runner};
use crate::config;
use crate::ecosystem::helm_chart::Charts;
use crate::model::diagnostic::Problem;
use crate::model::span::Sources;
use crate::pack::{self, Folder};
use crate::resolve;
use crate::toml_file;

const HEAD: &str = r#"
[project]
order = ["west", "dev", "prod", "prod-eu"]
[defaults]
[environments.west]
[environments.dev]
account_id = "111111111111"
[environments.prod]
account_id = "222222222222"
profiles = ["p", "q"]
[environments.prod-eu]
account_id = "333333333333"
[profiles.p]
[profiles.q]
[services.s]
pack = "p"
[environments.dev.services.s]
hostname = "one.example.net"
"#;

const MANIFEST: &str = r#"
distinct = ["hostname"]
"#;

pub(crate) const SCHEMA: &str = r#"{
    "properties": {
        "env": { "properties": { "account_id": { "type": "string" }, "role": { "type": "string" } } },
        "service": {
            "properties": {
                "hostname": { "type": "string" },
                "mode": { "enum": ["dev", "live"] },
                "password": { "type": "string" },
                "roles": { "type": "array", "items": { "type": "string" } }
            }
        }
    }
}"#;

/// The broken rules of a project with some more lines, each as its code and the text it points at.
#[track_caller]
pub(crate) fn found(more: &str) -> Vec<String> {
    found_with(more, MANIFEST, SCHEMA)
}

/// The same for a pack of one's own.
#[track_caller]
pub(crate) fn found_with(more: &str, manifest: &str, schema: &str) -> Vec<String> {
    found_in(more, manifest, schema, &Charts::new()).0
}

/// The same with charts, and the number of those whose keys could not be looked into.
#[track_caller]
pub(crate) fn found_in(
    more: &str,
    manifest: &str,
    schema: &str,
    charts: &Charts,
) -> (Vec<String>, usize) {
    let mut sources = Sources::default();
    let file = sources.add("environments.toml", with(HEAD, more));
    let (tree, problems) = toml_file::read(&sources, file, None);
    assert!(problems.is_empty(), "{problems:?}");
    let (config, problems) = config::read(&tree, &semver::Version::new(0, 1, 0));
    assert!(problems.is_empty(), "{problems:?}");
    let files = [("pack.toml", manifest), ("schema.json", schema), ("main.tf", "")];
    let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
    let folder = Folder::new("p", files.to_vec());
    let (pack, problems) =
        pack::load(&mut sources, vec![folder], Folder::new("components", vec![]));
    assert!(problems.is_empty(), "{problems:?}");
    let packs = [("p".to_owned(), Arc::new(pack.unwrap()))].into_iter().collect();
    let (resolved, problems) = resolve::resolve(&config, &packs, &sources);
    assert!(problems.is_empty(), "{problems:?}");
    let waivers = Waivers::of(&config);
    let settings = Settings { config: &config, resolved: &resolved, charts, sources: &sources };
    let mut problems = runner::settings(&settings, &waivers);
    let unknown = charts::count_without_copy(&resolved, charts);
    problems.extend(waivers.unused());
    let shown =
        |problem: &Problem| format!("{} {}", problem.code, sources.slice(problem.labels[0].place));
    (problems.sorted().iter().map(shown).collect(), unknown)
}

/// Puts the lines of a table that the head has already into it, and the others behind the head.
fn with(head: &str, more: &str) -> String {
    let mut text = head.to_owned();
    let mut at = text.len();
    for line in more.lines() {
        if line.starts_with('[') {
            let known = head.contains(&format!("\n{line}\n"));
            let place = text.find(&format!("\n{line}\n")).filter(|_| known);
            at = place.map_or(text.len(), |place| place + line.len() + 2);
            if known {
                continue;
            }
        }
        text.insert_str(at, &format!("{line}\n"));
        at += line.len() + 1;
    }
    text
}

/// A schema whose annotations name formats and ascending pairs.
pub(crate) const ANNOTATED: &str = r##"{
    "properties": {
        "env": { "properties": { "account_id": {}, "bucket": { "format": "s3-bucket" } } },
        "service": { "properties": {
            "hostname": {},
            "schedule": { "format": "schedule" },
            "size": { "$ref": "#/$defs/range" },
            "sizes": { "additionalProperties": { "$ref": "#/$defs/range" } },
            "jobs": { "items": { "properties": { "schedule": { "format": "schedule" } } } },
            "requests": { "$ref": "#/$defs/amounts" },
            "limits": { "$ref": "#/$defs/amounts" }
        }, "ascending": [["requests", "limits"]] }
    },
    "$defs": {
        "range": { "properties": { "min": {}, "max": {} }, "ascending": [["min", "max"]] },
        "amounts": { "properties": { "cpu": { "format": "quantity" }, "memory": { "format": "quantity" } } }
    }
}"##;

/// Compares the problems of the settings of a service, under that schema, with expected ones.
#[track_caller]
pub(crate) fn check_annotated(settings: &str, expected: &[&str]) {
    let found = found_with(&format!("[services.s]\n{settings}"), "", ANNOTATED);
    assert_eq!(found, expected, "{settings}");
}
