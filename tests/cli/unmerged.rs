//! Whatever left the index unmerged: a hand edit that Git keeps outside the working tree is shown,
//! and nothing is written over it.
//!
//! Few of these commands leave a `MERGE_HEAD` behind.

use std::process::Command;

use crate::support::project::Project;
use crate::support::rounds::some_of;

const CONFIG: &str = "environments.toml";
const PROD: &str = "generated/shop/prod/main.tf";
const EDIT: &str = "shop:hot-fix";

/// Runs Git commands; a conflict is none of their failures.
#[track_caller]
fn git(project: &Project, folder: &str, commands: &[&str]) {
    for command in commands {
        let run = project.git_in(folder, command);
        let is_conflict = [run.out.as_str(), &run.err].iter().any(|text| {
            ["CONFLICT", "conflict", "needs merge", "Patch failed"]
                .iter()
                .any(|it| text.contains(it))
        });
        assert!(run.exit == 0 || is_conflict, "git {command}\n{}{}", run.out, run.err);
    }
}

/// The branches `main`, `gen` with a changed setting, and `hand` with a hand edit of the same file.
fn branches(project: &Project, folder: &str) {
    git(project, folder, &["init -q -b main", "add -A", "commit -qm base", "checkout -qb gen"]);
    project.edit(&format!("{folder}{CONFIG}"), "scaling.max = 9", "scaling.max = 8");
    let run = project.envroot_in(folder, "gen");
    assert_eq!(run.exit, 0, "{}{}", run.out, run.err);
    git(project, folder, &["commit -qam gen", "checkout -q main", "checkout -qb hand"]);
    project.edit(&format!("{folder}{PROD}"), "shop:1.0", EDIT);
    git(project, folder, &["commit -qam hand", "checkout -q main"]);
}

fn shop() -> Project {
    let project = Project::shop();
    project.done("gen");
    branches(&project, "");
    project
}

/// A copy of a project, with the files of Git.
fn copy(of: &Project) -> Project {
    let project = Project::empty();
    let copied = Command::new("cp").arg("-a").args([of.path("."), project.path("")]).status();
    assert!(copied.unwrap().success());
    project
}

/// How the branch OTHER comes into the branch MINE. `main` is checked out before.
const COMMANDS: [(&str, &[&str]); 21] = [
    ("merge", &["checkout -q MINE", "merge OTHER"]),
    ("merge --no-commit", &["checkout -q MINE", "merge --no-commit OTHER"]),
    ("merge --squash", &["checkout -q MINE", "merge --squash OTHER"]),
    ("merge --autostash", &["restore -s OTHER .", "merge --autostash MINE"]),
    ("merge-recursive", &["checkout -q MINE", "merge-recursive main -- HEAD OTHER"]),
    ("read-tree", &["checkout -q MINE", "read-tree -m main HEAD OTHER"]),
    ("pull", &["checkout -q MINE", "pull --no-rebase --no-edit . OTHER"]),
    ("pull --rebase", &["checkout -q MINE", "pull --rebase . OTHER"]),
    ("rebase", &["checkout -q MINE", "rebase OTHER"]),
    ("rebase --apply", &["checkout -q MINE", "rebase --apply OTHER"]),
    ("rebase --autostash", &["restore -s OTHER .", "rebase --autostash MINE"]),
    ("cherry-pick", &["checkout -q MINE", "cherry-pick OTHER"]),
    ("cherry-pick --no-commit", &["checkout -q MINE", "cherry-pick --no-commit OTHER"]),
    ("revert", &["checkout -q RING", "revert --no-edit HEAD~1"]),
    ("revert --no-commit", &["checkout -q RING", "revert --no-commit HEAD~1"]),
    ("apply -3", &["checkout -q MINE", "apply -3 .git/OTHER.diff"]),
    ("am -3", &["checkout -q MINE", "am -3 .git/OTHER.mail"]),
    ("stash pop", &["restore -s OTHER .", "stash -q", "checkout -q MINE", "stash pop"]),
    ("stash apply", &["restore -s OTHER .", "stash -q", "checkout -q MINE", "stash apply"]),
    ("checkout -m", &["restore -s OTHER .", "checkout -m MINE"]),
    ("switch -m", &["restore -s OTHER .", "switch -m MINE"]),
];

/// A branch on which OTHER came first, was taken back, and MINE came last.
fn ring(project: &Project, mine: &str, other: &str) {
    git(project, "", &["checkout -qb RING"]);
    for branch in [other, "main", mine] {
        git(project, "", &[&format!("restore -s {branch} ."), "commit -qam step"]);
    }
    git(project, "", &["checkout -q main"]);
}

/// The edit is shown, kept, and saved where it is dropped by force.
#[track_caller]
fn is_kept(project: &Project, folder: &str, name: &str) {
    let unmerged = project.git_in(folder, "ls-files --unmerged").out;
    assert!(unmerged.contains("main.tf"), "{name} merges the file\n{unmerged}");
    let before = project.tree();
    let check = project.envroot_in(folder, "check");
    assert!(check.exit == 1 && check.out.contains(EDIT), "{name}\n{}{}", check.out, check.err);
    let run = project.envroot_in(folder, "gen");
    assert!(run.exit == 1 && run.err.contains(EDIT), "{name}\n{}{}", run.out, run.err);
    assert_eq!(project.tree(), before, "{name}");
    let run = project.envroot_in(folder, "gen --force");
    assert_eq!(run.exit, 0, "{name}\n{}{}", run.out, run.err);
    let patch = project.read(&format!("{folder}.envroot/overwritten-1.patch"));
    assert!(patch.contains(EDIT), "{name}\n{patch}");
}

fn each_command(mine: &str, other: &str) {
    let prepared = shop();
    ring(&prepared, mine, other);
    for (name, commands) in some_of(COMMANDS) {
        let project = copy(&prepared);
        let (diff, mail) =
            (format!("diff main {other}"), format!("format-patch -1 --stdout {other}"));
        project.write(".git/OTHER.diff", &project.git(&diff).out);
        project.write(".git/OTHER.mail", &project.git(&mail).out);
        for command in commands {
            let is_file = command.contains(".git/");
            let command = command.replace("MINE", mine);
            let command = if is_file { command } else { command.replace("OTHER", other) };
            git(&project, "", &[&command]);
        }
        is_kept(&project, "", name);
    }
}

#[test]
fn an_edit_on_the_other_side_is_kept_whatever_command_merges() {
    each_command("gen", "hand");
}

#[test]
fn an_edit_on_our_side_is_kept_whatever_command_merges() {
    each_command("hand", "gen");
}

/// What the side without the edit does to the file: a change of the project, the command that
/// writes it, and the path of the file that the other side edits.
type Change = (fn(&Project), &'static str, &'static str);

fn moves(project: &Project) {
    let (from, to) =
        ("{{ service.name }}/{{ env.name }}/main", "{{ env.name }}/{{ service.name }}/main");
    project.edit("templates/web/pack.toml", from, to);
}

fn deletes(project: &Project) {
    let config = project.read(CONFIG);
    let [start, end] =
        ["[environments.prod]", "[services.shop]"].map(|it| config.find(it).unwrap());
    project.write(CONFIG, &(config[..start].to_owned() + &config[end..]));
    project.edit(CONFIG, "\"dev\", \"prod\"", "\"dev\"");
}

fn adds(project: &Project) {
    let table = "[environments.qa]\naccount_id = \"333333333333\"\nprofiles = [\"small\"]\n";
    project.edit(CONFIG, "\"prod\"]", "\"prod\", \"qa\"]");
    project.edit(CONFIG, "[services.shop]", &format!("{table}\n[services.shop]"));
}

const CHANGES: [Change; 3] = [
    (moves, "gen --destroyed shop/dev --destroyed shop/prod", PROD),
    (deletes, "gen --destroyed shop/prod", PROD),
    (adds, "gen", "generated/shop/qa/main.tf"),
];

#[test]
fn an_edit_is_kept_where_the_other_side_adds_moves_or_deletes_its_file() {
    let commands = ["merge", "merge --squash", "cherry-pick", "rebase"];
    let sides = [["gen", "hand"], ["hand", "gen"]];
    let ways = sides.into_iter().flat_map(|sides| commands.map(|command| (sides, command)));
    let ways = ways.flat_map(|way| CHANGES.map(|change| (way, change)));
    for (([mine, other], command), (change, written_by, edited)) in some_of(ways) {
        let project = Project::shop();
        project.done("gen");
        git(&project, "", &["init -q -b main", "add -A", "commit -qm base", "checkout -qb gen"]);
        change(&project);
        project.edit("templates/web/main.tf", "provider", "# changed\nprovider");
        project.done(written_by);
        git(&project, "", &["add -A", "commit -qm gen", "checkout -q main", "checkout -qb hand"]);
        if edited != PROD {
            change(&project);
            project.done("gen");
        }
        project.edit(edited, "shop:1.0", EDIT);
        git(&project, "", &["add -A", "commit -qm hand", &format!("checkout -q {mine}")]);
        git(&project, "", &[&format!("{command} {other}")]);
        let what = format!("{command} of {other} into {mine}: {edited}");
        let before = project.tree();
        for command in ["check", "gen"] {
            let run = project.envroot(command);
            assert_eq!(run.exit, 1, "{what}: {command}\n{}{}", run.out, run.err);
        }
        assert_eq!(project.tree(), before, "{what}");
        let run = project.envroot("gen --force");
        assert_eq!(run.exit, 0, "{what}\n{}{}", run.out, run.err);
        let patch = project.read(".envroot/overwritten-1.patch");
        assert!(patch.contains(EDIT), "{what}\n{patch}");
    }
}

#[test]
fn an_edit_is_kept_in_every_kind_of_repository() {
    let squash = ["checkout -q gen", "merge --squash hand"];
    for (name, before) in [
        ("version 4", "update-index --index-version 4"),
        ("split index", "update-index --split-index"),
        ("untracked cache", "update-index --force-untracked-cache"),
        ("no checksum", "config index.skipHash true"),
        ("sparse", "sparse-checkout set --sparse-index generated templates"),
    ] {
        let project = shop();
        git(&project, "", &[before, squash[0], squash[1]]);
        is_kept(&project, "", name);
    }
    let project = shop();
    git(&project, "", &["worktree add -q further gen"]);
    git(&project, "further", &["merge --squash hand"]);
    is_kept(&project, "further/", "a further working tree");
}

#[test]
fn an_edit_is_kept_where_the_project_is_a_submodule_or_its_output_a_repository() {
    let project = shop();
    git(&project, "", &["checkout -q gen"]);
    let outer = Project::empty();
    let from = project.path("").display().to_string();
    let add = format!("-c protocol.file.allow=always submodule --quiet add {from} inner");
    git(&outer, "", &["init -q -b main", &add]);
    git(&outer, "inner", &["fetch -q origin hand:hand", "merge --squash hand"]);
    is_kept(&outer, "inner/", "a submodule");

    let project = Project::shop();
    project.done("gen");
    git(&project, "", &["init -q -b main"]);
    let folder = "generated/shop";
    git(&project, folder, &["init -q -b main", "add -A", "commit -qm base", "checkout -qb hand"]);
    project.edit(PROD, "shop:1.0", EDIT);
    git(&project, folder, &["commit -qam hand", "checkout -q main"]);
    project.edit(CONFIG, "shop:1.0", "shop:1.1");
    project.done("gen");
    git(&project, folder, &["commit -qam gen", "merge --squash hand"]);
    let unmerged = project.git_in(folder, "ls-files --unmerged").out;
    assert!(unmerged.contains("prod/main.tf"), "{unmerged}");
    let check = project.envroot("check");
    assert!(check.exit == 1 && check.out.contains(EDIT), "{}{}", check.out, check.err);
}

/// Runs `check` with variables of the process environment.
fn check_with(project: &Project, folder: &str, variables: &[(&str, &str)]) -> (i32, String) {
    let mut envroot = Command::new(env!("CARGO_BIN_EXE_envroot"));
    envroot.arg("check").current_dir(project.path(folder)).envs(variables.iter().copied());
    let output = envroot.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(said).unwrap())
}

#[test]
fn the_variables_of_a_hook_hide_no_edit() {
    let project = shop();
    git(&project, "", &["checkout -q gen", "merge --squash hand"]);
    for variables in [
        [("GIT_DIR", ".git"), ("GIT_WORK_TREE", ".")],
        [("GIT_DIR", "/nowhere/.git"), ("GIT_PREFIX", "generated/")],
        [("GIT_INDEX_FILE", ".git/next-index-1.lock"), ("GIT_PREFIX", "")],
        [("GIT_COMMON_DIR", "/nowhere"), ("GIT_OBJECT_DIRECTORY", "/nowhere")],
    ] {
        let (exit, said) = check_with(&project, "generated", &variables);
        assert!(exit == 1 && said.contains(EDIT), "{variables:?}\n{said}");
    }
}

#[test]
fn without_git_an_unfinished_merge_is_refused() {
    let project = shop();
    let without = [("PATH", "/nowhere")];
    assert_eq!(check_with(&project, "", &without).0, 0, "Git is not needed");
    git(&project, "", &["checkout -q gen", "merge --squash hand"]);
    let (exit, said) = check_with(&project, "", &without);
    assert_eq!(exit, 4, "{said}");
    assert!(said.contains(PROD) && said.contains("git cannot be started"), "{said}");
}

#[test]
fn a_side_that_is_not_text_is_refused() {
    for bytes in [&b"\xff\xfe# by hand\n"[..], b"# by hand \xe9\n"] {
        let project = shop();
        git(&project, "", &["checkout -q hand"]);
        std::fs::write(project.path(PROD), bytes).unwrap();
        git(&project, "", &["commit -qam bytes", "checkout -q gen", "merge --squash hand"]);
        let before = std::fs::read(project.path(PROD)).unwrap();
        for command in ["check", "gen", "gen --force"] {
            let run = project.envroot(command);
            assert_eq!(run.exit, 4, "{command}\n{}{}", run.out, run.err);
            assert!(run.err.contains("is not text"), "{}", run.err);
        }
        assert_eq!(std::fs::read(project.path(PROD)).unwrap(), before);
    }
}

#[test]
fn what_is_unmerged_elsewhere_starts_nothing() {
    let project = shop();
    for (branch, text) in [("gen", "one"), ("hand", "two")] {
        git(&project, "", &[&format!("checkout -q {branch}"), "restore -s main ."]);
        project.write("notes.md", text);
        git(&project, "", &["add -A", "commit -qm notes"]);
    }
    git(&project, "", &["merge --squash gen"]);
    assert!(project.git("ls-files --unmerged").out.contains("notes.md"));
    project.done("check");
    let (exit, said) = check_with(&project, "", &[("PATH", "/nowhere")]);
    assert_eq!(exit, 0, "{said}");
}
