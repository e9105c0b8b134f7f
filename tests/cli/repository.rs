//! This repository's own project: in sync, and no change of it goes unnoticed.
//!
//! Everything but the first test works on a copy.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use crate::support::project::{Project, Tree, tree};
use crate::support::rounds::some_of;
use envroot::pack::embedded;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

#[test]
fn what_is_committed_is_in_sync() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_envroot")).arg("check").current_dir(ROOT).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn a_second_run_writes_nothing() {
    let project = Project::own();
    project.done("gen");
    let (before, times) = (project.tree(), written(&project));
    let run = project.done("gen");
    assert_eq!(project.tree(), before);
    assert_eq!(written(&project), times);
    assert!(run.out.ends_with("already current\n") && run.out.lines().count() == 1, "{}", run.out);
}

/// When each file was last written; a replaced file has a new time even where its bytes are equal.
fn written(project: &Project) -> BTreeMap<String, SystemTime> {
    let time = |path: &String| fs::metadata(project.path(path)).unwrap().modified().unwrap();
    project.tree().keys().map(|path| (path.clone(), time(path))).collect()
}

#[test]
fn generating_everything_anew_gives_what_is_committed() {
    let project = Project::own();
    let committed = project.tree();
    for path in generated(&committed) {
        project.remove(&path);
    }
    project.done("gen");
    assert_eq!(project.tree(), committed);
}

/// The paths of the files that envroot owns.
fn generated(tree: &Tree) -> Vec<String> {
    let owned = |path: &&String| {
        path.starts_with("generated/") || path.starts_with(".github/workflows/deploy-")
    };
    let paths: Vec<String> = tree.keys().filter(owned).cloned().collect();
    assert!(paths.len() > 60, "{paths:?}");
    paths
}

#[test]
fn one_changed_character_in_any_file_is_shown() {
    let project = Project::own();
    let tree = project.tree();
    for path in some_of(generated(&tree)) {
        let text = &tree[&path];
        let at = a_letter_of_the_body(text);
        let mut changed = text.clone();
        changed.replace_range(at..at + 1, "~");
        project.write(&path, &changed);
        let run = project.envroot("check");
        assert_eq!(run.exit, 1, "{path}: {}{}", run.out, run.err);
        assert!(run.out.contains(&format!("edited    {path}\n")), "{path}: {}", run.out);
        for (sign, text) in [('-', &changed), ('+', text)] {
            let line = format!("    {sign}{}", line_at(text, at));
            assert!(run.out.contains(&line), "{line}\nin {}", run.out);
        }
        assert!(run.out.contains("differs: 1 edited\n"), "{path}: {}", run.out);
        project.write(&path, text);
    }
    project.done("check");
}

/// Where a letter stands in the middle of what is below the head.
fn a_letter_of_the_body(text: &str) -> usize {
    let head: usize = text.split_inclusive('\n').take(3).map(str::len).sum();
    let from = head + (text.len() - head) / 2;
    let letter = |at: &usize| text.as_bytes()[*at].is_ascii_lowercase();
    (from..text.len()).find(letter).or((head..from).find(letter)).expect("a body has a letter")
}

fn line_at(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    text[start..].lines().next().unwrap()
}

#[test]
fn one_changed_character_in_the_head_of_any_file_is_noticed() {
    let project = Project::own();
    let tree = project.tree();
    let mut expected = Vec::new();
    for path in generated(&tree) {
        let text = &tree[&path];
        project.write(&path, &text.replacen("envroot:seal v1 ", "envroot:seal v1 0", 1));
        expected.push(path);
    }
    let run = project.envroot("check -v");
    assert_eq!(run.exit, 1);
    for path in expected {
        assert!(run.out.contains(&format!("outdated  {path}\n")), "{path}: {}", run.out);
    }
    project.restore(&tree);
    project.done("check");
}

#[test]
fn every_file_of_templates_is_in_the_binary() {
    let on_disk = tree(&Path::new(ROOT).join("templates"));
    let packs = embedded::names().into_iter().map(|name| embedded::folder(name).unwrap());
    let mut embedded = Tree::new();
    for folder in packs.chain([embedded::components()]) {
        let file = |(path, text): (String, String)| (format!("{}/{path}", folder.name), text);
        embedded.extend(folder.files.into_iter().map(file));
    }
    assert_eq!(embedded, on_disk);
}

#[test]
fn environments_of_one_step_are_side_by_side_in_the_promotion() {
    let project = Project::own();
    let page = "generated/ENVIRONMENTS.md";
    assert!(project.read(page).contains("  dev --> stage --> preprod --> prod\n"));
    let (one_by_one, together) = (
        "[\"dev\", \"stage\", \"preprod\", \"prod\"]",
        "[[\"dev\", \"stage\"], \"preprod\", \"prod\"]",
    );
    project.edit("environments.toml", one_by_one, together);
    project.done("gen");
    assert!(project.read(page).contains("  dev & stage --> preprod --> prod\n"));
}
