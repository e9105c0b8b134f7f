//! Merges of files that are sealed by files beside them: with the `.gitattributes` that envroot writes
//! and without them.

use crate::support::beside::{FILE, configure, project};
use crate::support::project::Project;

const SEAL: &str = "generated/dev/.main.tf.json.seal";

#[track_caller]
fn git(project: &Project, commands: &[&str]) {
    for command in commands {
        let run = project.git(command);
        let is_conflict = format!("{}{}", run.out, run.err).contains("CONFLICT");
        assert!(run.exit == 0 || is_conflict, "git {command}\n{}{}", run.out, run.err);
    }
}

/// A project with a branch for each of two numbers, of which `theirs` is merged into `ours`. `edit`
/// changes what `theirs` generates.
fn merged(with_attributes: bool, edit: impl Fn(&Project)) -> Project {
    let project = project("generated", 1);
    project.done("gen");
    git(&project, &["init -q -b main", "add -A", "commit -qm base"]);
    for (branch, number) in [("ours", 2), ("theirs", 3)] {
        git(&project, &["checkout -q main", &format!("checkout -qb {branch}")]);
        configure(&project, "generated", number, "");
        project.done("gen");
        if branch == "theirs" {
            edit(&project);
        }
        git(&project, &["add -A", &format!("commit -qm {branch}")]);
    }
    git(&project, &["checkout -q ours"]);
    if !with_attributes {
        project.write(".git/info/attributes", "* merge\n");
    }
    git(&project, &["merge theirs"]);
    configure(&project, "generated", 4, "");
    project
}

#[test]
fn a_merge_of_two_generated_versions_asks_nothing() {
    for with_attributes in [true, false] {
        let project = merged(with_attributes, |_| {});
        assert!(project.git("status --short").out.contains("UU"), "{with_attributes}");
        project.done("gen");
        assert!(project.read(FILE).contains("\"first\": 4,"));
        assert_eq!(project.read(SEAL).lines().count(), 2);
        git(&project, &["add -A", "commit -qm merged"]);
        project.done("check");
    }
}

/// A merge in which Git joins the files without a conflict, and only their seals are unmerged.
fn merged_cleanly(edit: impl Fn(&Project)) -> Project {
    let project = project("generated", 1);
    project.done("gen");
    project.write(".git/info/attributes", "* merge\n");
    git(&project, &["init -q -b main", "add -A", "commit -qm base"]);
    git(&project, &["checkout -qb theirs"]);
    project.edit("templates/app/it.json", "\"last\": 0", "\"last\": 1");
    project.done("gen");
    edit(&project);
    git(&project, &["add -A", "commit -qm theirs", "checkout -q main", "checkout -qb ours"]);
    configure(&project, "generated", 2, "");
    project.done("gen");
    git(&project, &["add -A", "commit -qm ours", "merge theirs"]);
    let status = project.git("status --short").out;
    assert!(!status.contains(&format!("UU {FILE}")), "{status}");
    assert!(status.contains(&format!("UU {SEAL}")), "{status}");
    configure(&project, "generated", 4, "");
    project
}

#[test]
fn a_seal_that_alone_is_unmerged_asks_nothing() {
    let project = merged_cleanly(|_| {});
    project.done("gen");
    assert!(project.read(FILE).contains("\"first\": 4,"));
    assert!(project.read(FILE).contains("\"last\": 1"));
    git(&project, &["add -A", "commit -qm merged"]);
    project.done("check");
    let project = merged_cleanly(|project| {
        project.edit(FILE, "\"line9\": 0", "\"line9\": 9");
    });
    let run = project.envroot("gen");
    assert_eq!(run.exit, 1, "{}{}", run.out, run.err);
    project.done("gen --force");
    assert!(project.read(".envroot/overwritten-1.patch").contains("+  \"line9\": 9"));
}

#[test]
fn an_edit_of_one_side_is_shown_and_saved() {
    for with_attributes in [true, false] {
        let project = merged(with_attributes, |project| {
            project.edit(FILE, "\"last\": 0", "\"last\": 9");
        });
        let run = project.envroot("gen");
        assert_eq!(run.exit, 1, "{with_attributes}: {}{}", run.out, run.err);
        assert!(format!("{}{}", run.out, run.err).contains(FILE), "{}{}", run.out, run.err);
        project.done("gen --force");
        let patch = project.read(".envroot/overwritten-1.patch");
        assert!(patch.contains("+  \"last\": 9"), "{patch}");
        git(&project, &["add -A", "commit -qm merged"]);
        assert_eq!(project.git("apply --check .envroot/overwritten-1.patch").exit, 0, "{patch}");
        project.done("check");
    }
}

#[test]
fn a_patch_brings_both_files_back() {
    let project = project("generated", 1);
    project.done("gen");
    git(&project, &["init -q -b main"]);
    project.edit(FILE, "\"last\": 0", "\"last\": 9");
    project.write(SEAL, "# mine\n");
    let before = project.tree();
    project.done("gen --force");
    project.done("check");
    let run = project.git("apply .envroot/overwritten-1.patch");
    assert_eq!(run.exit, 0, "{}", run.err);
    let mut after = project.tree();
    after.retain(|path, _| !path.starts_with(".envroot"));
    assert_eq!(after, before);
}

#[test]
fn an_old_place_with_seals_beside_is_found() {
    let project = project("generated", 1);
    project.done("gen");
    configure(&project, "elsewhere", 1, "");
    let run = project.envroot("gen");
    assert_eq!(run.exit, 1, "{}{}", run.out, run.err);
    assert!(run.err.contains("stranded") && run.err.contains(FILE), "{}{}", run.out, run.err);
}
