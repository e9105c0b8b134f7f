//! What envroot opens for writing, makes, renames and removes: nothing but what it owns.
//!
//! strace tells; what envroot says itself is not asked.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::project::Project;
use crate::support::tools::tool;

/// Every system call that can change what a name stands for. `openat` is looked at more closely.
const CALLS: &str = "?open,openat,?openat2,?creat,?rename,?renameat,?renameat2,?unlink,?unlinkat,\
                     ?mkdir,?mkdirat,?rmdir,?link,?linkat,?symlink,?symlinkat,?mknod,?mknodat,\
                     ?truncate,?chmod,?fchmodat,?chown,?lchown,?fchownat,?utimensat,?setxattr";

/// Runs envroot under strace and returns the paths of the project that it changes, or tries to.
fn changed(strace: &Path, project: &Project, arguments: &str) -> Vec<String> {
    let root = fs::canonicalize(project.path("")).unwrap();
    let outside = tempfile::tempdir().unwrap();
    let trace = outside.path().join("trace");
    let mut command = Command::new(strace);
    command.args(["-f", "-qq", "-s", "4096", "-o"]).arg(&trace).arg(format!("--trace={CALLS}"));
    command.arg(env!("CARGO_BIN_EXE_envroot")).args(arguments.split(' ')).current_dir(&root);
    let output = command.output().unwrap();
    assert!(output.status.code().is_some_and(|code| code < 4), "{output:?}");
    let trace = fs::read_to_string(trace).unwrap();
    let mut changed = Vec::new();
    for line in trace.lines().filter(|line| line.contains('(')) {
        let reads =
            line.contains(" open") && line.contains("O_RDONLY") && !line.contains("O_CREAT");
        if reads {
            continue;
        }
        let paths: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
        assert!(!paths.is_empty(), "{line}");
        for path in paths.into_iter().filter(|path| *path != "/dev/null") {
            // What is not below the project is shown whole, and is on no list of what may be.
            let path = path.strip_prefix(root.to_str().unwrap()).unwrap_or(path);
            changed.push(path.trim_start_matches('/').to_owned());
        }
    }
    changed.sort();
    changed.dedup();
    changed
}

/// A project with something to do in every way: files to write, to remove, to save and to make.
fn busy() -> Project {
    let project = Project::shop();
    project.done("gen");
    project.edit("generated/shop/prod/main.tf", "max_count = 9", "max_count = 7");
    project.edit("environments.toml", "shop:1.0", "shop:1.1");
    project.edit(
        "environments.toml",
        "pack  = \"web\"",
        "pack  = \"web\"\nfiles = [\"main\", \"workflow\"]",
    );
    fs::remove_dir_all(project.path(".github")).unwrap();
    project.write("generated/.envroot-1-abc.draft", "half");
    project.write("neighbour/generated/main.tf", "somebody's = 1\n");
    project.write("generated/shop/dev/notes.txt", "Ours.\n");
    project
}

/// Runs envroot in a busy project: every path it changes is `expected`, and there are `count`.
#[track_caller]
fn check(arguments: &str, count: usize, expected: fn(&str) -> bool) {
    let Some(strace) = tool("strace") else { return };
    let project = busy();
    let changed = changed(&strace, &project, arguments);
    let wrong: Vec<&String> = changed.iter().filter(|path| !expected(path)).collect();
    assert!(wrong.is_empty(), "envroot {arguments} would change {wrong:?}");
    let lasting = changed.iter().filter(|path| !path.contains(".envroot-"));
    assert_eq!(lasting.count(), count, "{changed:?}");
    assert_eq!(project.read("neighbour/generated/main.tf"), "somebody's = 1\n");
}

fn is_owned(path: &str) -> bool {
    let below = ["generated/", ".github/workflows/", ".envroot/"];
    below.iter().any(|folder| path.starts_with(folder))
}

#[test]
fn gen_opens_nothing_for_writing_but_what_it_owns() {
    // The folders themselves are made, where they are missing.
    check("gen --force", 12, |path| {
        is_owned(path) || [".github", ".github/workflows", ".envroot"].contains(&path)
    });
}

#[test]
fn what_only_looks_opens_nothing_for_writing() {
    for arguments in ["check", "diff", "gen", "gen --dry-run --force", "check --format json"] {
        check(arguments, 0, |_| false);
    }
}

#[test]
fn set_opens_nothing_else_but_the_configuration() {
    let Some(strace) = tool("strace") else { return };
    let project = Project::shop();
    project.done("gen");
    let changed = changed(&strace, &project, "set --env prod --service shop scaling.max=4");
    assert!(changed.contains(&"environments.toml".to_owned()), "{changed:?}");
    for path in changed {
        let is_draft = path.starts_with(".envroot-") && path.ends_with(".draft");
        assert!(is_owned(&path) || is_draft || path == "environments.toml", "{path}");
    }
}
