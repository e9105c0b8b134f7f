//! The schema of `environments.toml`, judged by validators and editors that are not ours.
//!
//! `check` is the measure: what the schema refuses, it refuses too, and what it takes is taken.

mod judges;
mod language_server;
mod rows;

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::project::Project;
use crate::support::rounds::{rounds, some_of};
use judges::Judges;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The folders of all projects of this repository.
fn projects() -> Vec<PathBuf> {
    let below = |folder: &str| {
        let entries = fs::read_dir(Path::new(ROOT).join(folder)).unwrap();
        let mut folders: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        folders.sort();
        folders
    };
    let others = [PathBuf::from(ROOT), Path::new(ROOT).join("tests/shop")];
    let projects = others.into_iter().chain(below("examples")).chain(below("tests/cases"));
    projects.filter(|folder| folder.join("environments.toml").is_file()).collect()
}

/// What `envroot schema` prints in a folder.
fn schema(folder: &Path) -> String {
    let run = Project::empty().envroot(&format!("schema -C {}", folder.display()));
    assert_eq!((run.exit, run.err.as_str()), (0, ""), "{}", folder.display());
    run.out
}

#[test]
fn what_is_committed_is_current_and_named_in_its_first_line() {
    let mut committed = 0;
    for folder in projects() {
        let file = folder.join("environments.schema.json");
        if !file.is_file() {
            continue;
        }
        committed += 1;
        let now = schema(&folder);
        let stale = "run `envroot schema > environments.schema.json`";
        assert!(fs::read_to_string(&file).unwrap() == now, "{}: {stale}", file.display());
        let text = fs::read_to_string(folder.join("environments.toml")).unwrap();
        assert!(text.starts_with("#:schema ./environments.schema.json\n\n"), "{}", file.display());
    }
    assert_eq!(committed, 4);
}

#[test]
fn every_project_of_this_repository_is_accepted() {
    let projects = projects();
    assert!(projects.len() >= 12, "{projects:?}");
    for folder in projects {
        let text = fs::read_to_string(folder.join("environments.toml")).unwrap();
        let judges = Judges::of(&schema(&folder));
        judges.judge(&[("right", text)], |judge, _, said| {
            assert!(said.is_none(), "{judge} refuses {}: {}", folder.display(), said.unwrap());
        });
    }
}

#[test]
fn what_init_begins_with_is_accepted() {
    let project = Project::empty();
    project.done("init");
    let text = project.read("environments.toml");
    assert!(text.starts_with("#:schema ./environments.schema.json\n"), "{text}");
    let judges = Judges::of(&project.done("schema").out);
    judges.judge(&[("what init writes", text)], |judge, what, said| {
        assert!(said.is_none(), "{judge} refuses {what}: {}", said.unwrap());
    });
}

#[test]
fn a_new_environment_makes_no_schema_stale() {
    let project = Project::shop();
    project.done("gen");
    let before = project.done("schema").out;
    project.done("add qa --like dev --set account_id=333333333333");
    assert!(project.read("environments.toml").contains("[environments.qa]"));
    assert_eq!(project.done("schema").out, before);
    let judges = Judges::of(&before);
    judges.judge(&[("the new one", project.read("environments.toml"))], |judge, what, said| {
        assert!(said.is_none(), "{judge} refuses {what}: {}", said.unwrap());
    });
}

/// This repository's project with one place changed, and what `check` makes of it.
fn changed(from: &str, to: &str) -> (String, i32) {
    let project = Project::own();
    project.edit("environments.toml", from, to);
    // One of the rows keeps it.
    for environment in ["dev", "stage", "preprod", "prod"] {
        let root = format!("generated/terraform/icepack-api/env/{environment}");
        project.write(&format!("{root}/bastion.tf"), "");
    }
    let exit = project.envroot("check").exit;
    (project.read("environments.toml"), exit)
}

#[test]
fn what_is_right_in_another_way_is_accepted() {
    let judges = Judges::of(&schema(ROOT.as_ref()));
    let mut files = Vec::new();
    for (what, from, to) in rows::RIGHT {
        let (text, exit) = changed(from, to);
        assert!(exit <= 1, "{what}: `check` refuses it");
        files.push((*what, text));
    }
    judges.judge(&files, |judge, what, said| {
        assert!(said.is_none(), "{judge} refuses {what}: {}", said.unwrap());
    });
}

#[test]
fn what_is_wrong_is_refused() {
    let judges = Judges::of(&schema(ROOT.as_ref()));
    let mut files = Vec::new();
    for (what, from, to) in some_of(rows::WRONG) {
        let (text, exit) = changed(from, to);
        assert_eq!(exit, 3, "{what}: `check` takes it");
        files.push((*what, text));
    }
    assert!(files.len() >= rounds(30));
    judges.judge(&files, |judge, what, said| assert!(said.is_some(), "{judge} takes {what}"));
}

#[test]
fn there_is_a_schema_while_the_rest_is_wrong_and_none_without_the_packs() {
    let project = Project::shop();
    let right = project.done("schema").out;
    project.edit("environments.toml", "scaling.max = 9", "scaling.mx = 9");
    assert_eq!(project.done("schema").out, right);
    project.edit("environments.toml", "\"web\"", "\"wbe\"");
    let run = project.envroot("schema");
    assert_eq!((run.exit, run.out.as_str()), (3, ""));
    assert!(run.err.contains("did you mean `web`?"), "{}", run.err);
    assert!(run.err.ends_with("1 problem; there is no schema without the packs\n"), "{}", run.err);
}

/// What a schema accepts of texts, by what they are.
fn accepted(project: &Project, texts: &[(&str, &str, bool)]) {
    let judges = Judges::of(&project.done("schema").out);
    let environments = project.read("environments.toml");
    let with = |more: &str| {
        environments.replace("[environments.dev]\n", &format!("{more}\n[environments.dev]\n"))
    };
    let files: Vec<(&str, String)> =
        texts.iter().map(|(what, more, _)| (*what, with(more))).collect();
    judges.judge(&files, |judge, what, said| {
        let expected = texts.iter().any(|(it, _, accepted)| *it == what && *accepted);
        assert_eq!(said.is_none(), expected, "{judge}, {what}: {said:?}");
    });
}

#[test]
fn a_service_may_have_the_settings_of_every_pack_that_a_layer_gives_it() {
    let project = Project::shop();
    for (path, text) in Project::shop().tree() {
        if let Some(name) = path.strip_prefix("templates/web/") {
            project.write(&format!("templates/second/{name}"), &text);
        }
    }
    let added = "\"mean\": { \"type\": \"integer\" }, \"max\": {";
    project.edit("templates/second/schema.json", "\"max\": {", added);
    let dev =
        |scaling: &str| format!("[environments.dev.services.shop]\nscaling = {{ {scaling} }}\n");
    let (old, new, none) = (dev("max = 1"), dev("mean = 1"), dev("men = 1"));
    accepted(&project, &[("of the one", &old, true), ("of the other", &new, false)]);
    project.edit("environments.toml", "scaling.max = 9", "scaling.max = 9\npack = \"second\"");
    let rows =
        [("of the one", &*old, true), ("of the other", &new, true), ("of none", &none, false)];
    accepted(&project, &rows);
}

#[test]
fn a_schema_that_holds_itself_is_spelt_out_once() {
    let project = Project::shop();
    let tree = "\"tree\": { \"$ref\": \"#/$defs/tree\" }, \"hostname\": {";
    project.edit("templates/web/schema.json", "\"hostname\": {", tree);
    let tree = "\"$ref\": \"#/$defs/tree\"";
    let node = format!(
        "{{ \"type\": \"object\", \"properties\": {{ \"a\": {{ {tree} }}, \"b\": {{ {tree} }}, \"n\": {{ \"type\": \"integer\" }} }} }}"
    );
    let schema = project.read("templates/web/schema.json");
    let schema = schema.strip_prefix('{').unwrap();
    let schema = format!("{{ \"$defs\": {{ \"tree\": {node} }}, {schema}");
    project.write("templates/web/schema.json", &schema);
    let dev = |setting: &str| format!("[environments.dev.services.shop]\n{setting}\n");
    accepted(
        &project,
        &[("right", &dev("tree.a.b.n = 1"), true), ("wrong", &dev("tree.n = true"), false)],
    );
}
