//! Small projects with the whole tree that belongs to each: `tests/cases/<name>/expected`.
//!
//! `BLESS=1` writes what is generated over what is expected; it is to be read before it is
//! committed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::project::{Project, Tree, tree};

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases");

/// The files that a case generates.
fn generated(name: &str) -> Tree {
    let case = Path::new(CASES).join(name);
    let inputs = names(&case).into_iter().filter(|input| input != "expected").collect::<Vec<_>>();
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    let project = Project::copy(&format!("tests/cases/{name}"), &inputs);
    let before = project.tree();
    project.done("gen");
    let mut after = project.tree();
    for (path, text) in before {
        assert_eq!(after.remove(&path), Some(text), "{name}: `gen` changed its own input {path}");
    }
    after
}

#[track_caller]
fn check(name: &str) {
    let expected = Path::new(CASES).join(name).join("expected");
    let generated = generated(name);
    if std::env::var_os("BLESS").is_some_and(|value| value == "1") {
        bless(&expected, &generated);
    }
    let expected = tree(&expected);
    let names = |tree: &Tree| tree.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&generated), names(&expected), "{name}: the files");
    for (path, text) in &expected {
        assert_eq!(&generated[path], text, "{name}: {path}");
    }
}

fn bless(expected: &Path, generated: &Tree) {
    if expected.exists() {
        fs::remove_dir_all(expected).unwrap();
    }
    for (path, text) in generated {
        let path: PathBuf = expected.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_later_layer_replaces_unsets_or_nulls_what_earlier_ones_give() {
    check("layers");
}

#[test]
fn a_reference_takes_the_type_and_value_of_what_it_names() {
    check("references");
}

#[test]
fn profiles_are_shared_and_a_retiring_environment_is_deployed_no_more() {
    check("profiles");
}

#[test]
fn files_are_rendered_for_each_environment_service_and_project() {
    check("scopes");
}

#[test]
fn a_service_chooses_its_files_and_keeps_those_written_by_hand() {
    check("files");
}

#[test]
fn a_text_template_keeps_its_comments_and_anchors() {
    check("text");
}

#[test]
fn a_markdown_table_holds_any_value() {
    check("markdown");
}

#[test]
fn values_stay_in_their_places_and_what_looks_like_a_tag_is_text() {
    check("places");
}

#[test]
fn a_file_of_words_is_sealed_behind_its_own_comments() {
    check("lines");
}

#[test]
fn every_case_has_a_test() {
    let source = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/golden.rs"));
    let source = source.unwrap();
    for name in names(Path::new(CASES)) {
        assert!(
            source.contains(&format!("check(\"{name}\")")),
            "no test checks tests/cases/{name}"
        );
    }
}
