//! `gen` and `set` killed at every step that writes a file and the seal beside it: whatever
//! `environments.toml` says by then, the next `gen` completes the work and asks nothing.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::beside::{FILE, configure, project};
use crate::support::crowd::{drafts, generated};
use crate::support::project::{Project, Tree};
use crate::support::rounds::{rounds, some_of};
use crate::support::tools::tool;

/// A command under strace, which kills it at the `nth` of some system calls.
fn killed(strace: &Path, project: &Project, command: &str, calls: &str, nth: usize) -> Output {
    let mut traced = Command::new(strace);
    traced.args(["-f", "-qq", "-o", "/dev/null"]);
    traced.arg(format!("--trace={calls}")).arg(format!("--inject={calls}:signal=KILL:when={nth}"));
    traced.arg(env!("CARGO_BIN_EXE_envroot")).args(command.split(' '));
    traced.current_dir(project.path("")).output().unwrap()
}

/// The files of a configuration.
fn rendered(number: usize, only: &str) -> Tree {
    let project = project("generated", 1);
    configure(&project, "generated", number, only);
    project.done("gen");
    generated(&project)
}

const ALL: &str = "";
const MAIN: &str = "files = [\"main\"]";

#[test]
fn a_killed_run_is_finished_without_a_question() {
    let Some(strace) = tool("strace") else { return };
    let mut kills = 0;
    // What was generated, what is to be generated when the process is killed, and what after that.
    for (before, then, command) in [
        ((1, ALL), (2, ALL), "gen"),
        ((1, ALL), (2, MAIN), "gen"),
        ((1, MAIN), (2, ALL), "gen"),
        ((1, ALL), (1, ALL), "set --env dev --service app number=2"),
    ] {
        for after in [then, before, (3, ALL), (3, MAIN)] {
            let expected = rendered(after.0, after.1);
            for calls in ["?rename,?renameat,?renameat2", "?unlink,?unlinkat", "write"] {
                for nth in some_of(1..) {
                    let project = project("generated", 1);
                    configure(&project, "generated", before.0, before.1);
                    project.done("gen");
                    configure(&project, "generated", then.0, then.1);
                    let output = killed(&strace, &project, command, calls, nth);
                    let what = format!("{before:?} {then:?} {after:?} {calls} {nth}");
                    let is_killed =
                        output.status.signal() == Some(9) || output.status.code() == Some(128 + 9);
                    configure(&project, "generated", after.0, after.1);
                    let run = project.envroot("gen");
                    assert_eq!(run.exit, 0, "{what}: {}{}", run.out, run.err);
                    assert_eq!(generated(&project), expected, "{what}");
                    assert_eq!(drafts(&project), [""; 0], "{what}");
                    assert!(!project.path(".envroot").exists(), "{what}");
                    assert!(project.path(FILE).exists(), "{what}");
                    kills += usize::from(is_killed);
                    if !is_killed {
                        break;
                    }
                }
            }
        }
    }
    assert!(kills >= rounds(300), "{kills}");
}
