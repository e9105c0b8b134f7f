//! `set`, `add` and `retire` killed at every step that writes, and on a full disk: all of the edit,
//! none of it, or a rest that the next `gen` completes.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::crowd::drafts;
use crate::support::project::{Project, Tree};
use crate::support::rounds::{rounds, some_of};
use crate::support::tools::tool;

const EDITS: [&str; 3] = [
    "set --service shop image=shop:2.0",
    "add qa --like dev --set account_id=555555555555",
    "retire dev --destroyed",
];
const CALLS: [&str; 5] =
    ["?rename,?renameat,?renameat2", "write", "?unlink,?unlinkat", "?mkdir,?mkdirat", "?rmdir"];

fn project() -> Project {
    let project = Project::shop();
    project.done("gen");
    project.done("retire dev");
    project
}

fn everything(project: &Project) -> Tree {
    let mut tree = project.tree();
    tree.retain(|path, _| !path.contains(".envroot-"));
    tree
}

/// The edit with a fault at the `nth` of some system calls.
fn faulty(
    strace: &Path,
    project: &Project,
    edit: &str,
    (calls, fault, nth): (&str, &str, usize),
) -> Output {
    let mut command = Command::new(strace);
    command.args(["-f", "-qq", "-o", "/dev/null"]);
    command.arg(format!("--trace={calls}")).arg(format!("--inject={calls}:{fault}:when={nth}"));
    command.arg(env!("CARGO_BIN_EXE_envroot")).args(edit.split(' '));
    command.current_dir(project.path("")).output().unwrap()
}

fn is_killed(output: &Output) -> bool {
    output.status.signal() == Some(9) || output.status.code() == Some(128 + 9)
}

/// Kills an edit at each of some system calls. Returns the number of kills.
fn killed_at_each(strace: &Path, edit: &str, calls: &str) -> usize {
    let old = everything(&project());
    let done = project();
    done.done(edit);
    let new = everything(&done);
    for (kills, nth) in some_of(1..).enumerate() {
        let project = project();
        let output = faulty(strace, &project, edit, (calls, "signal=KILL", nth));
        let what = format!("`{edit}` killed at {calls} number {nth}");
        if !is_killed(&output) {
            assert!(output.status.success(), "{what}: {output:?}");
            return kills;
        }
        project.done("gen");
        let found = everything(&project);
        assert!(found == old || found == new, "{what}: neither the old project nor the new");
        assert_eq!(drafts(&project), [""; 0], "{what}");
    }
    unreachable!("a run has an end")
}

#[test]
fn an_edit_killed_at_any_step_is_completed_or_undone_by_gen() {
    let Some(strace) = tool("strace") else { return };
    for edit in EDITS {
        let kills = CALLS.map(|calls| killed_at_each(&strace, edit, calls));
        eprintln!("{edit}: {kills:?} kills");
        assert!(kills[0] >= rounds(2) && kills[1] >= rounds(2), "{edit}: {kills:?}");
    }
}

#[test]
fn an_edit_on_a_full_disk_changes_nothing() {
    let Some(strace) = tool("strace") else { return };
    for edit in EDITS {
        let refused = CALLS[..2].iter().map(|calls| refused_at_each(&strace, edit, calls));
        let refused: Vec<usize> = refused.collect();
        eprintln!("{edit}: {refused:?} refusals");
        assert!(refused.iter().all(|refused| *refused > 1), "{edit}: {refused:?}");
    }
}

/// Lets each of some system calls of an edit fail. Returns the number of failures before the edit was
/// complete, when only its messages are left.
fn refused_at_each(strace: &Path, edit: &str, calls: &str) -> usize {
    let old = everything(&project());
    for nth in 1.. {
        let project = project();
        let output = faulty(strace, &project, edit, (calls, "error=ENOSPC", nth));
        let what = format!("`{edit}` with a full disk at {calls} number {nth}");
        if output.status.success() || everything(&project) != old {
            project.done("check");
            return nth - 1;
        }
        assert_eq!(output.status.code(), Some(4), "{what}: {output:?}");
        assert_eq!(drafts(&project), [""; 0], "{what}");
    }
    unreachable!("a run has an end")
}
