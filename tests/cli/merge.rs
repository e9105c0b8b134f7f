//! What the real Git makes of generated files, and what plain `gen` makes of that.
//!
//! Nothing here is forced: once `environments.toml` is as it should be, `gen` alone mends the rest,
//! and stops at what a person wrote.

use crate::support::project::{Project, Run};

const CONFIG: &str = "environments.toml";
const WORKFLOW: &str = ".github/workflows/deploy-shop.yml";
const PROD: &str = "generated/shop/prod/main.tf";

/// The shop with everything generated and committed on `main`.
fn repository() -> Project {
    let project = Project::shop();
    project.done("gen");
    git(&project, "init --quiet --initial-branch main");
    commit(&project);
    project
}

/// Runs Git, which must succeed.
#[track_caller]
fn git(project: &Project, arguments: &str) {
    let run = project.git(arguments);
    assert_eq!(run.exit, 0, "git {arguments}\n{}{}", run.out, run.err);
}

fn commit(project: &Project) {
    git(project, "add --all");
    git(project, "commit --quiet --message change");
}

/// A branch off `main` on which a setting was changed, `gen` run and everything committed.
fn branch(project: &Project, name: &str, from: &str, to: &str) {
    git(project, &format!("checkout --quiet -b {name} main"));
    project.edit(CONFIG, from, to);
    project.done("gen");
    commit(project);
}

/// A branch off `main` on which a generated file was changed by hand.
fn branch_by_hand(project: &Project, name: &str, path: &str, from: &str, to: &str) {
    git(project, &format!("checkout --quiet -b {name} main"));
    project.edit(path, from, to);
    commit(project);
}

/// Runs a Git command that ends in conflicts.
#[track_caller]
fn conflicts(project: &Project, arguments: &str) -> Run {
    let run = project.git(arguments);
    assert_eq!(run.exit, 1, "git {arguments}\n{}{}", run.out, run.err);
    assert!(run.out.contains("CONFLICT"), "{}", run.out);
    run
}

/// Plain `gen` brings everything in order: in sync, every setting of both sides, no marker left.
#[track_caller]
fn mended(project: &Project, settings: &[&str]) {
    project.done("gen");
    project.done("check");
    let workflow = project.read(WORKFLOW);
    for setting in settings {
        assert!(workflow.contains(setting), "`{setting}` in {workflow}");
    }
    for (path, text) in project.tree() {
        assert!(!text.contains("<<<<<<<"), "{path} has conflict markers:\n{text}");
    }
}

const DEV_3: (&str, &str) = ("scaling.max = 2", "scaling.max = 3");
const PROD_8: (&str, &str) = ("scaling.max = 9", "scaling.max = 8");
const BOTH: [&str; 2] = ["deploy shop.dev.example.net 3", "deploy shop.prod.example.net 8"];

/// Two branches that each changed one setting, the second checked out.
fn two_branches() -> Project {
    let project = repository();
    branch(&project, "one", DEV_3.0, DEV_3.1);
    branch(&project, "two", PROD_8.0, PROD_8.1);
    project
}

#[test]
fn after_a_merge_plain_gen_brings_everything_in_order() {
    for style in ["merge", "diff3", "zdiff3"] {
        let project = two_branches();
        let run = conflicts(&project, &format!("-c merge.conflictStyle={style} merge one"));
        assert!(run.out.contains(WORKFLOW), "{}", run.out);
        assert!(
            project.read(WORKFLOW).contains("<<<<<<<"),
            "Git leaves markers outside the output"
        );
        assert_eq!(project.envroot("check").exit, 1);
        mended(&project, &BOTH);
        commit(&project);
        assert_eq!(project.git("status --porcelain").out, "");
    }
}

#[test]
fn git_leaves_one_whole_side_of_a_file_below_the_output() {
    let project = repository();
    branch(&project, "one", "shop:1.0", "shop:1.1");
    branch(&project, "two", PROD_8.0, PROD_8.1);
    let before = project.read(PROD);
    let run = conflicts(&project, "merge one");
    assert!(run.out.contains(PROD), "{}", run.out);
    assert_eq!(project.read(PROD), before);
    mended(&project, &["deploy shop.prod.example.net 8"]);
    assert!(project.read(PROD).contains("shop:1.1"));
}

#[test]
fn a_conflict_in_the_configuration_is_resolved_first() {
    let project = repository();
    branch(&project, "one", "shop:1.0", "shop:1.1");
    branch(&project, "two", "shop:1.0", "shop:1.2");
    conflicts(&project, "merge one");
    let run = project.envroot("gen");
    assert_eq!(run.exit, 3, "{}", run.err);
    assert!(run.err.contains("error[merge-conflict]"), "{}", run.err);
    git(&project, "checkout --theirs environments.toml");
    mended(&project, &[]);
    assert!(project.read(PROD).contains("shop:1.1"));
}

#[test]
fn an_environment_added_on_either_branch_is_there_after_the_merge() {
    let project = repository();
    let added = |name: &str, account: &str| {
        format!(
            "[environments.{name}]\naccount_id = \"{account}\"\nprofiles = [\"small\"]\n\n[services.shop]"
        )
    };
    for (name, account) in [("stage", "333333333333"), ("preprod", "444444444444")] {
        git(&project, &format!("checkout --quiet -b {name} main"));
        project.edit(CONFIG, "\"dev\", ", &format!("\"dev\", \"{name}\", "));
        project.edit(CONFIG, "[services.shop]\npack", &format!("{}\npack", added(name, account)));
        project.done("gen");
        commit(&project);
    }
    conflicts(&project, "merge stage");
    git(&project, "checkout --ours environments.toml");
    project.edit(CONFIG, "\"preprod\", ", "\"preprod\", \"stage\", ");
    let stage = format!("{}\npack", added("stage", "333333333333"));
    project.edit(CONFIG, "[services.shop]\npack", &stage);
    mended(&project, &["shop.stage.example.net", "shop.preprod.example.net"]);
}

#[test]
fn after_a_rebase_or_cherry_pick_plain_gen_brings_everything_in_order() {
    for command in ["rebase", "cherry-pick"] {
        let project = two_branches();
        conflicts(&project, &format!("{command} one"));
        mended(&project, &BOTH);
        git(&project, "add --all");
        git(&project, &format!("{command} --continue"));
        project.done("check");
        assert_eq!(project.git("status --porcelain").out, "");
    }
}

#[test]
fn after_a_revert_plain_gen_brings_everything_in_order() {
    let project = repository();
    project.edit(CONFIG, DEV_3.0, DEV_3.1);
    project.done("gen");
    commit(&project);
    project.edit(CONFIG, PROD_8.0, PROD_8.1);
    project.done("gen");
    commit(&project);
    conflicts(&project, "revert --no-edit HEAD~1");
    mended(&project, &["deploy shop.dev.example.net 2", "deploy shop.prod.example.net 8"]);
    git(&project, "add --all");
    git(&project, "revert --continue");
    project.done("check");
    // The last change alone is taken back without any conflict, and nothing is left to do.
    git(&project, "revert --no-edit HEAD");
    project.done("check");
}

/// `gen` stops at a file that a person has changed, and leaves everything as it is.
#[track_caller]
fn refused(project: &Project, path: &str, edit: &str) {
    let before = project.tree();
    let run = project.envroot("gen");
    assert_eq!(run.exit, 1, "{}{}", run.out, run.err);
    assert!(run.err.contains(&format!("edited    {path}")), "{}", run.err);
    assert!(run.err.contains(edit), "{}", run.err);
    assert_eq!(project.tree(), before);
}

#[test]
fn a_hand_edit_that_git_merges_is_not_dropped() {
    let project = repository();
    branch_by_hand(&project, "by-hand", PROD, "max_count = 9", "max_count = 7");
    branch(&project, "one", DEV_3.0, DEV_3.1);
    git(&project, "merge --quiet --no-edit by-hand");
    refused(&project, PROD, "max_count = 7");
}

#[test]
fn a_hand_edit_that_git_left_whole_is_not_dropped() {
    let project = repository();
    branch(&project, "one", PROD_8.0, PROD_8.1);
    branch_by_hand(&project, "by-hand", PROD, "shop:1.0", "shop:hot-fix");
    conflicts(&project, "merge one");
    refused(&project, PROD, "shop:hot-fix");
}

#[test]
fn a_hand_edit_on_either_side_of_a_conflict_is_not_dropped() {
    for (checked_out, merged) in [("by-hand", "one"), ("one", "by-hand")] {
        let project = repository();
        branch(&project, "one", PROD_8.0, PROD_8.1);
        branch_by_hand(&project, "by-hand", WORKFLOW, "prod.example.net 9", "prod.example.net 7");
        git(&project, &format!("checkout --quiet {checked_out}"));
        conflicts(&project, &format!("merge {merged}"));
        refused(&project, WORKFLOW, "prod.example.net 7");
    }
}

#[test]
fn a_hand_edit_that_git_left_out_is_shown() {
    let project = repository();
    branch_by_hand(&project, "by-hand", PROD, "shop:1.0", "shop:hot-fix");
    branch(&project, "one", PROD_8.0, PROD_8.1);
    conflicts(&project, "merge by-hand");
    assert!(!project.read(PROD).contains("hot-fix"), "Git leaves our side whole");
    refused(&project, PROD, "shop:hot-fix");
    let check = project.envroot("check");
    assert_eq!(check.exit, 1);
    assert!(check.out.contains("one side of an unfinished merge holds an edit of it"));
    // Put into the configuration, the edit is rendered, and nothing is left to lose.
    project.edit(CONFIG, "shop:1.0", "shop:hot-fix");
    project.edit(CONFIG, PROD_8.1, PROD_8.0);
    mended(&project, &[]);
}

#[test]
fn a_hand_edit_that_git_left_out_is_settled_by_adding_the_file() {
    let project = repository();
    branch_by_hand(&project, "by-hand", PROD, "shop:1.0", "shop:hot-fix");
    branch(&project, "one", PROD_8.0, PROD_8.1);
    conflicts(&project, "merge by-hand");
    let run = project.done("gen --force");
    assert!(run.err.contains("1 edit saved"), "{}", run.err);
    git(&project, "add --all");
    project.done("check");
    let rendered = project.read(PROD);
    git(&project, "apply .envroot/overwritten-1.patch");
    assert!(project.read(PROD).contains("shop:hot-fix"));
    assert_ne!(project.read(PROD), rendered);
}

#[test]
fn edits_on_both_sides_are_shown_and_saved() {
    for path in [PROD, WORKFLOW] {
        let project = repository();
        let (one, two) = match path {
            PROD => ("max_count = 7", "max_count = 6"),
            _ => ("prod.example.net 7", "prod.example.net 6"),
        };
        let from = &two.replace('6', "9");
        branch_by_hand(&project, "by-hand", path, from, one);
        branch_by_hand(&project, "by-other-hand", path, from, two);
        conflicts(&project, "merge by-hand");
        refused(&project, path, one);
        refused(&project, path, two);
        let run = project.envroot("gen --force");
        assert_eq!(run.err.matches("1 edit saved").count(), 2, "{}", run.err);
        for (number, edit) in [(1, two), (2, one)] {
            git(&project, &format!("apply .envroot/overwritten-{number}.patch"));
            assert!(project.read(path).contains(edit), "{}", project.read(path));
            git(&project, &format!("apply -R .envroot/overwritten-{number}.patch"));
        }
    }
}

#[test]
fn what_git_mixed_from_two_unedited_sides_is_mended() {
    let project = repository();
    branch(&project, "one", "eu-west-1", "eu-central-1");
    project.edit(CONFIG, PROD_8.0, "scaling.max = 7");
    project.edit(CONFIG, DEV_3.0, DEV_3.1);
    project.done("gen");
    commit(&project);
    branch(&project, "two", PROD_8.0, PROD_8.1);
    conflicts(&project, "merge one");
    git(&project, "checkout --ours environments.toml");
    mended(&project, &["deploy shop.prod.example.net 8"]);
}

#[test]
fn what_a_person_writes_into_an_unfinished_merge_is_not_dropped() {
    let project = two_branches();
    conflicts(&project, "merge one");
    let text = project.read(WORKFLOW).replace("ubuntu-24.04", "ubuntu-26.04");
    project.write(WORKFLOW, &text);
    refused(&project, WORKFLOW, "ubuntu-26.04");
}

#[test]
fn a_file_that_git_moved_is_no_edit() {
    // One branch takes stage away and adds preprod: Git calls that a file that was moved.
    let project = repository();
    let table = |name: &str| {
        format!("[environments.{name}]\naccount_id = \"333333333333\"\nprofiles = [\"small\"]\n\n")
    };
    project.edit(CONFIG, "\"dev\", ", "\"dev\", \"stage\", ");
    project.edit(CONFIG, "[services.shop]\npack", &(table("stage") + "[services.shop]\npack"));
    project.done("gen");
    commit(&project);
    branch(&project, "one", "shop:1.0", "shop:1.1");
    git(&project, "checkout --quiet -b two main");
    project.edit(CONFIG, "\"stage\"", "\"preprod\"");
    project.edit(CONFIG, &table("stage"), &table("preprod"));
    project.done("gen --destroyed shop/stage");
    commit(&project);
    let run = conflicts(&project, "merge one");
    assert!(run.out.contains("generated/shop/preprod/main.tf"), "{}", run.out);
    mended(&project, &["shop.preprod.example.net"]);
}

#[test]
fn where_git_was_told_which_lines_to_pick_plain_gen_mends_the_rest() {
    // Git picks the same side of the configuration and of what came out of it.
    let project = two_branches();
    git(&project, "merge --quiet --no-edit -X ours one");
    assert_eq!(
        project.envroot("check").exit,
        1,
        "the digest of one side stands over lines of both"
    );
    mended(&project, &BOTH);
}

#[test]
fn a_conflict_between_files_of_another_project_is_refused() {
    let project = two_branches();
    conflicts(&project, "merge one");
    project.edit(CONFIG, "[project]", "[project]\nname = \"another\"");
    project.edit(CONFIG, "shop:1.0", "shop:1.1");
    let before = project.tree();
    let run = project.envroot("gen");
    assert_eq!(run.exit, 1, "{}{}", run.out, run.err);
    assert!(run.err.contains(WORKFLOW), "it is taken over: {}", run.err);
    assert_eq!(project.tree(), before);
}

#[test]
fn an_edit_that_a_stash_brings_back_into_a_conflict_is_not_dropped() {
    let project = repository();
    project.edit(WORKFLOW, "prod.example.net 9", "prod.example.net 7");
    git(&project, "stash --quiet");
    project.edit(CONFIG, PROD_8.0, PROD_8.1);
    project.done("gen");
    commit(&project);
    conflicts(&project, "stash pop");
    refused(&project, WORKFLOW, "prod.example.net 7");
}
