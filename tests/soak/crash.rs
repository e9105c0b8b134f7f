//! `gen` killed at every step that writes, and at any moment: each file is whole, and the next `gen`
//! finishes the work. A full disk and a folder that cannot be written end in exit 4.

use crate::support::rounds::{rounds, some_of};
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::crowd::{crowd, drafts, edition, generated, rendered, unprivileged};
use crate::support::project::{Project, Tree};
use crate::support::tools::tool;

const KILL: i32 = 9;
const DENIED: &str = "EACCES";
const FULL: &str = "ENOSPC";

/// A project that goes back and forth between two editions.
struct Crowd {
    project: Project,
    editions: [Tree; 2],
    next: usize,
    kills: usize,
}

impl Crowd {
    fn new() -> Crowd {
        let project = crowd();
        project.done("gen");
        let editions = [rendered(0), rendered(1)];
        assert_eq!(generated(&project), editions[0]);
        assert_eq!(editions[0].len(), 201, "200 files and .gitattributes");
        Crowd { project, editions, next: 1, kills: 0 }
    }

    /// Lets `run` change the edition, whatever becomes of it, and a second run finish the work.
    /// Whether the first was killed.
    fn survives(&mut self, what: &str, run: impl FnOnce(&Project) -> Output) -> bool {
        edition(&self.project, self.next);
        let output = run(&self.project);
        let killed =
            output.status.signal() == Some(KILL) || output.status.code() == Some(128 + KILL);
        assert!(killed || output.status.success(), "{what}: {output:?}");
        self.is_whole(what);
        self.project.done("gen");
        assert_eq!(generated(&self.project), self.editions[self.next], "after {what}");
        assert_eq!(drafts(&self.project), [""; 0], "after {what}");
        self.next = 1 - self.next;
        self.kills += usize::from(killed);
        killed
    }

    /// Each file is wholly that of the old edition or of the new.
    fn is_whole(&self, what: &str) {
        let mut found = generated(&self.project);
        found.retain(|path, _| !path.contains("/.envroot-"));
        let wanted = |edition: usize, path: &String| self.editions[edition].get(path);
        for (path, text) in &found {
            let known = [wanted(0, path), wanted(1, path)];
            assert!(known.contains(&Some(text)), "{path} after {what}:\n{text}");
        }
        let in_both = self.editions[0].keys().filter(|path| self.editions[1].contains_key(*path));
        for path in in_both {
            assert!(found.contains_key(path), "{path} is gone after {what}");
        }
    }
}

/// `gen` under strace, which does something to it at the `nth` of some system calls.
fn traced(strace: &Path, project: &Project, calls: &str, what: &str, nth: usize) -> Output {
    let mut command = Command::new(strace);
    command.args(["-f", "-qq", "-o", "/dev/null"]);
    command.arg(format!("--trace={calls}")).arg(format!("--inject={calls}:{what}:when={nth}"));
    command.arg(env!("CARGO_BIN_EXE_envroot")).arg("gen");
    command.current_dir(project.path("")).output().unwrap()
}

/// Kills `gen` at each of some system calls, one run after the other, until a run is not killed.
fn killed_at_each(
    strace: &Path,
    crowd: &mut Crowd,
    calls: &str,
    from: usize,
    step: usize,
) -> usize {
    let before = crowd.kills;
    for nth in some_of((from..).step_by(step)) {
        let what = format!("a kill at {calls} number {nth}");
        if !crowd.survives(&what, |it| traced(strace, it, calls, "signal=KILL", nth)) {
            break;
        }
    }
    crowd.kills - before
}

#[test]
fn gen_killed_at_every_step_leaves_whole_files_and_is_finished_by_the_next() {
    let Some(strace) = tool("strace") else { return };
    // Every step that writes, in a project for each kind of them; of what lies between, some.
    let renames = ("?rename,?renameat,?renameat2", 1, 1);
    let writes = ("write", 1, 1);
    let modes = ("?fchmod", 1, 6);
    let rest = [
        ("?unlink,?unlinkat", 1, 1),
        ("?mkdir,?mkdirat", 1, 1),
        ("?rmdir", 1, 1),
        ("openat", 1, 7),
    ];
    let plans = [vec![renames], vec![writes], vec![modes], rest.to_vec()];
    let kills: BTreeMap<&str, usize> = thread::scope(|scope| {
        let run = |plan: Vec<(&'static str, usize, usize)>| {
            let mut crowd = Crowd::new();
            let kill = |(calls, from, step)| {
                (calls, killed_at_each(&strace, &mut crowd, calls, from, step))
            };
            plan.into_iter().map(kill).collect::<Vec<_>>()
        };
        let threads: Vec<_> =
            plans.into_iter().map(|plan| scope.spawn(move || run(plan))).collect();
        threads.into_iter().flat_map(|it| it.join().unwrap()).collect()
    });
    eprintln!("{} kills: {kills:?}", kills.values().sum::<usize>());
    assert!(kills.values().all(|kills| *kills > 0), "{kills:?}");
    assert!(kills.values().sum::<usize>() >= rounds(500), "{kills:?}");
}

#[test]
fn gen_killed_at_any_moment_leaves_whole_files_and_is_finished_by_the_next() {
    const PROJECTS: usize = 4;
    let of_each = rounds(500 / PROJECTS);
    let kills: usize = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..PROJECTS).map(|_| scope.spawn(|| killed_at_any_moment(of_each))).collect();
        threads.into_iter().map(|it| it.join().unwrap()).sum()
    });
    assert_eq!(kills, of_each * PROJECTS);
}

/// Kills `gen` at moments of its run until some of the kills came before its end.
fn killed_at_any_moment(kills: usize) -> usize {
    let mut crowd = Crowd::new();
    let mut whole_run = Duration::ZERO;
    crowd.survives("a run of its own length", |project| {
        let start = Instant::now();
        let output = gen_killed_after(project, None);
        whole_run = start.elapsed();
        output
    });
    for round in 0..20 * kills as u32 {
        if crowd.kills == kills {
            break;
        }
        // In an order without a pattern, and spread over the run as evenly as 101 parts allow.
        let moment = whole_run * (round * 37 % 101) / 101;
        let what = format!("a kill after {moment:?}");
        crowd.survives(&what, |project| gen_killed_after(project, Some(moment)));
    }
    crowd.kills
}

fn gen_killed_after(project: &Project, moment: Option<Duration>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_envroot"));
    command.arg("gen").current_dir(project.path("")).stdout(Stdio::null());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    if let Some(moment) = moment {
        thread::sleep(moment);
        child.kill().unwrap();
    }
    child.wait_with_output().unwrap()
}

#[test]
fn what_the_disk_refuses_ends_in_exit_4_with_the_path() {
    let Some(strace) = tool("strace") else { return };
    let mut crowd = Crowd::new();
    for (calls, error, nth) in [
        ("write", FULL, 1),
        ("write", FULL, 77),
        ("?rename,?renameat,?renameat2", FULL, 5),
        ("?mkdir,?mkdirat", FULL, 1),
        ("?unlink,?unlinkat", DENIED, 3),
        ("?fchmod", DENIED, 9),
    ] {
        let what = format!("{error} at {calls} number {nth}");
        edition(&crowd.project, crowd.next);
        let fault = format!("error={error}");
        let output = traced(&strace, &crowd.project, calls, &fault, nth);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(4), "{what}: {said}");
        assert!(said.starts_with("error: cannot "), "{what}: {said}");
        let is_named = said.contains("/generated/");
        assert!(is_named, "{what}: {said}");
        crowd.is_whole(&what);
        assert_eq!(drafts(&crowd.project), [""; 0], "after {what}");
        crowd.project.done("gen");
        assert_eq!(generated(&crowd.project), crowd.editions[crowd.next], "after {what}");
        crowd.next = 1 - crowd.next;
    }
}

/// A command while a path has some permissions, run by somebody whom they bind.
fn forbidden(project: &Project, path: &str, mode: u32, arguments: &str) -> Output {
    let mut command = unprivileged(project);
    command.args(arguments.split(' ')).current_dir(project.path(""));
    let path = project.path(path);
    let before = fs::metadata(&path).unwrap().permissions();
    fs::set_permissions(&path, PermissionsExt::from_mode(mode)).unwrap();
    let output = command.output().unwrap();
    fs::set_permissions(&path, before).unwrap();
    output
}

#[test]
fn a_folder_that_cannot_be_written_or_read_ends_in_exit_4_with_the_path() {
    for (mode, folder, said) in [
        (0o555, "generated/two/part-03", "cannot write in"),
        (0o000, "generated/two/part-03", "cannot read"),
        (0o555, "generated", "cannot create"),
        (0o000, "templates/app", "cannot read"),
    ] {
        let project = crowd();
        project.done("gen");
        let before = generated(&project);
        edition(&project, 1);
        if folder == "generated" {
            fs::remove_dir_all(project.path("generated/two")).unwrap();
        }
        let output = forbidden(&project, folder, mode, "gen");
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(4), "{err}");
        assert!(err.contains(said) && err.contains(folder), "{err}");
        assert!(err.contains("Permission denied"), "{err}");
        if mode == 0 {
            assert_eq!(generated(&project), before, "nothing was written");
        }
        project.done("gen");
        assert_eq!(generated(&project), rendered(1));
    }
}

#[test]
fn a_file_that_cannot_be_read_is_not_taken_for_missing() {
    let project = crowd();
    project.done("gen");
    // Another file is outdated, so that there is something to write.
    edition(&project, 1);
    let before = generated(&project);
    let paths = ["generated/one/part-01/f07.hcl", "environments.toml", "templates/app/main.hcl"];
    for path in paths {
        for arguments in ["check", "diff", "gen", "gen --force"] {
            let output = forbidden(&project, path, 0o000, arguments);
            let err = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(4), "{arguments}: {err}");
            assert!(err.contains("cannot read") && err.contains(path), "{arguments}: {err}");
            assert_eq!(generated(&project), before, "{arguments} wrote nothing");
        }
    }
    project.done("gen");
    assert_eq!(generated(&project), rendered(1));
}

#[test]
fn a_report_for_scripts_says_which_file_cannot_be_read() {
    let project = crowd();
    project.done("gen");
    let path = "generated/one/part-01/f07.hcl";
    let output = forbidden(&project, path, 0o000, "check --format json");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(4), "{report:#}");
    let problem = &report["problems"][0];
    assert_eq!(problem["code"], "unreadable", "{report:#}");
    assert_eq!(problem["places"][0]["file"], path);
    assert!(problem["message"].as_str().unwrap().contains("Permission denied"), "{problem}");
}

#[test]
fn a_link_and_its_permissions_stay_where_environments_toml_is_one() {
    let project = Project::shop();
    fs::create_dir(project.path("elsewhere")).unwrap();
    fs::rename(project.path("environments.toml"), project.path("elsewhere/shop.toml")).unwrap();
    std::os::unix::fs::symlink("elsewhere/shop.toml", project.path("environments.toml")).unwrap();
    let target = project.path("elsewhere/shop.toml");
    fs::set_permissions(&target, PermissionsExt::from_mode(0o640)).unwrap();
    project.done("gen");
    project.done("set --env prod --service shop scaling.max=4");
    assert!(fs::read_to_string(&target).unwrap().contains("scaling.max = 4"));
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o640);
    let link = fs::read_link(project.path("environments.toml")).unwrap();
    assert_eq!(link, Path::new("elsewhere/shop.toml"));
}

#[test]
fn permissions_of_a_generated_file_are_kept() {
    let project = Project::shop();
    project.done("gen");
    let path = project.path("generated/shop/dev/main.tf");
    fs::set_permissions(&path, PermissionsExt::from_mode(0o750)).unwrap();
    project.edit("environments.toml", "shop:1.0", "shop:1.1");
    project.done("gen");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o750);
}

#[test]
fn drafts_of_a_killed_run_are_cleared_in_every_folder() {
    let project = Project::shop();
    project.done("gen");
    let folders =
        ["", "generated/", "generated/shop/dev/", ".github/", ".github/workflows/", ".envroot/"];
    for folder in folders {
        let depth = folder.matches('/').count();
        project.write(&format!("{folder}.envroot-{depth}-abc.draft"), "half");
    }
    // What only looks like one is somebody's.
    project.write("generated/.envroot-1-own.draft/file", "A folder.\n");
    project.write("templates/.envroot-1-abc.draft", "Not in our way.\n");
    project.done("check");
    assert_eq!(drafts(&project).len(), folders.len() + 2, "check writes nothing");
    project.done("gen");
    let left = drafts(&project);
    assert_eq!(left, ["generated/.envroot-1-own.draft/file", "templates/.envroot-1-abc.draft"]);
}
