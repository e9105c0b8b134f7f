//! Many runs at once on one tree: no torn file, no drift that is none, and a word when one waits.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::support::crowd::{crowd, drafts, edition, generated, rendered, unprivileged};
use crate::support::project::{Project, Tree};

fn start(project: &Project, arguments: &str) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_envroot"));
    command.args(arguments.split(' ')).current_dir(project.path(""));
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Ten runs at once, half of them of `gen`.
fn ten_at_once(project: &Project) -> Vec<(&'static str, Output)> {
    let commands = ["gen", "check", "gen", "check", "check", "gen", "diff", "gen", "check", "gen"];
    let started = commands.map(|command| (command, start(project, command)));
    started.into_iter().map(|(name, it)| (name, it.wait_with_output().unwrap())).collect()
}

/// What a run said but for that it waited.
fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let err = text(&output.stderr).replace("waiting for another envroot in this project\n", "");
    (text(&output.stdout), err)
}

#[test]
fn ten_runs_at_once_on_a_tree_that_is_in_order_find_it_so() {
    let project = crowd();
    project.done("gen");
    let before = project.tree();
    for _ in 0..5 {
        for (command, output) in ten_at_once(&project) {
            assert_eq!(output.status.code(), Some(0), "{command}: {output:?}");
            let (out, err) = said(&output);
            assert_eq!(err, "");
            let known = [
                "",
                "in sync: 201 files, 4 roots, 4 environments\n",
                "201 files: 201 already current\n",
            ];
            assert!(known.contains(&out.as_str()), "{command}: {out}");
        }
    }
    assert_eq!(project.tree(), before);
}

#[test]
fn ten_runs_at_once_see_the_whole_work_of_another_or_none_of_it() {
    let project = crowd();
    project.done("gen");
    let editions = [rendered(0), rendered(1)];
    for round in 1..=6 {
        edition(&project, round % 2);
        let done = AtomicBool::new(false);
        let outputs = thread::scope(|scope| {
            let reader = scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    whole(&project, &editions);
                }
            });
            let outputs = ten_at_once(&project);
            done.store(true, Ordering::Relaxed);
            reader.join().unwrap();
            outputs
        });
        let mut wrote = 0;
        for (command, output) in outputs {
            let (out, err) = said(&output);
            assert_eq!(err, "", "{command}");
            let last = out.lines().last().unwrap_or_default();
            match command {
                "gen" if last == "201 files: 200 written, 20 removed, 1 already current" => {
                    wrote += 1;
                }
                "gen" => assert_eq!(last, "201 files: 201 already current"),
                "check" if output.status.code() == Some(0) => {
                    assert_eq!(last, "in sync: 201 files, 4 roots, 4 environments");
                }
                "check" => assert!(
                    out.contains("220 of 221 files differ: 180 outdated, 20 missing, 20 orphaned"),
                    "{out}"
                ),
                _ => assert!(out.is_empty() || out.matches("\n+++ ").count() == 220, "{out}"),
            }
        }
        assert_eq!(wrote, 1, "one run does the work");
        assert_eq!(generated(&project), editions[round % 2]);
        assert_eq!(drafts(&project), [""; 0]);
    }
}

/// Every file that can be read is that of one of the editions. Files come and go meanwhile.
fn whole(project: &Project, editions: &[Tree; 2]) {
    for path in editions[0].keys().chain(editions[1].keys()) {
        let Ok(text) = fs::read_to_string(project.path("generated").join(path)) else { continue };
        let known = editions.iter().any(|edition| edition.get(path) == Some(&text));
        assert!(known, "{path} is torn:\n{text}");
    }
}

#[test]
fn a_run_that_has_to_wait_says_so_at_once() {
    for (command, shared) in [("gen", true), ("gen", false), ("check", false), ("diff", false)] {
        let project = Project::shop();
        project.done("gen");
        let folder = File::open(project.path("")).unwrap();
        if shared { folder.lock_shared() } else { folder.lock() }.unwrap();
        let mut run = start(&project, command);
        let mut err = BufReader::new(run.stderr.take().unwrap());
        let mut line = String::new();
        err.read_line(&mut line).unwrap();
        assert_eq!(line, "waiting for another envroot in this project\n", "{command}");
        assert!(run.try_wait().unwrap().is_none(), "{command} goes on while another writes");
        drop(folder);
        assert!(run.wait().unwrap().success());
        let mut rest = String::new();
        err.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "", "{command}");
    }
}

#[test]
fn readers_do_not_wait_for_each_other() {
    let project = Project::shop();
    project.done("gen");
    let folder = File::open(project.path("")).unwrap();
    folder.lock_shared().unwrap();
    for command in ["check", "diff", "gen --dry-run"] {
        assert_eq!(project.done(command).err.replace("dry run: nothing was written\n", ""), "");
    }
}

#[test]
fn a_read_only_tree_can_be_checked() {
    let project = crowd();
    project.done("gen");
    let mut command = unprivileged(&project);
    modes(&project.path(""), 0o555, 0o444);
    fs::set_permissions(project.path("the-binary"), PermissionsExt::from_mode(0o555)).ok();
    let check = command.arg("check").current_dir(project.path("")).output().unwrap();
    modes(&project.path(""), 0o755, 0o644);
    assert_eq!(check.status.code(), Some(0), "{check:?}");
    assert_eq!(said(&check).1, "");
}

/// Gives all folders one mode and all files another.
fn modes(path: &Path, folder: u32, file: u32) {
    if path.is_dir() {
        fs::set_permissions(path, PermissionsExt::from_mode(0o755)).unwrap();
        fs::read_dir(path).unwrap().for_each(|entry| modes(&entry.unwrap().path(), folder, file));
        fs::set_permissions(path, PermissionsExt::from_mode(folder)).unwrap();
    } else {
        fs::set_permissions(path, PermissionsExt::from_mode(file)).unwrap();
    }
}
