//! The step that judges a release: a real day and time, a commit that was reviewed, and that every
//! earlier environment was given.
//!
//! The step's own script is run, with the variables that the rules give it, in a real repository.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use tempfile::TempDir;

use crate::example_platform::gitlab::{Event, Job, Pipeline};
use crate::support::project::Project;

/// A folder to run a job in, and programs that stand in for real ones.
pub(crate) struct Programs(TempDir);

impl Programs {
    /// Programs that only print how they were called.
    pub(crate) fn that_print(names: &[&str]) -> Programs {
        Programs::that(names, "echo \"${0##*/} $*\"")
    }

    pub(crate) fn that(names: &[&str], script: &str) -> Programs {
        let programs = Programs(TempDir::new().unwrap());
        programs.folder("bin");
        for name in names {
            let file = programs.0.path().join("bin").join(name);
            fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
            fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        }
        programs
    }

    pub(crate) fn folder(&self, path: &str) {
        fs::create_dir_all(self.0.path().join(path)).unwrap();
    }

    pub(crate) fn path(&self, path: &str) -> String {
        self.0.path().join(path).to_str().unwrap().to_owned()
    }
}

/// Runs a job as GitLab's runner does. What it prints, or, where it fails, what it says.
pub(crate) fn run(job: &Job, programs: &Programs, shell: &str) -> Result<String, String> {
    run_in(Path::new(&programs.path(".")), job, programs, shell)
}

fn run_in(folder: &Path, job: &Job, programs: &Programs, shell: &str) -> Result<String, String> {
    let path = std::env::var("PATH").unwrap_or_default();
    // As the runner does where the shell can.
    let options = if shell == "bash" { "pipefail" } else { "errexit" };
    let output = Command::new(shell)
        .args(["-e", "-o", options, "-c", &job.script()])
        .current_dir(folder)
        .env_clear()
        .env("PATH", format!("{}:{path}", programs.path("bin")))
        .envs(&job.variables)
        .output()
        .unwrap();
    let said = |bytes| String::from_utf8(bytes).unwrap();
    if output.status.success() { Ok(said(output.stdout)) } else { Err(said(output.stderr)) }
}

/// A repository whose main branch has three commits, of which pprd was given the first two, and a
/// branch that nobody reviewed.
fn repository() -> &'static Project {
    static REPOSITORY: LazyLock<Project> = LazyLock::new(made);
    &REPOSITORY
}

fn made() -> Project {
    let project = Project::empty();
    let git = |arguments: &str| {
        let run = project.git(arguments);
        assert_eq!(run.exit, 0, "git {arguments}: {}", run.err);
    };
    git("init --quiet --initial-branch=main");
    for commit in ["first", "second", "third"] {
        git(&format!("commit --quiet --allow-empty -m {commit}"));
        git(&format!("branch {commit}"));
    }
    git("update-ref refs/remotes/origin/main main");
    git("tag 2026-11-01_08-00-pprd first");
    git("tag 2026-11-14_08-00-pprd second");
    git("tag not-a-release-pprd third");
    git("checkout --quiet -b unreviewed");
    git("commit --quiet --allow-empty -m unreviewed");
    git("tag 2026-11-15_08-00-pprd unreviewed");
    project
}

/// What the release job says of a tag on a commit, the same in every shell.
fn judged(tag: &str, commit: &str) -> Result<(), String> {
    let repository = repository();
    let sha = repository.git(&format!("rev-parse {commit}")).out.trim().to_owned();
    let jobs = Pipeline::committed().started(&Event::Tag(tag)).unwrap();
    let mut job = jobs.into_iter().find(|job| job.name == "release").unwrap();
    job.variables.insert("CI_COMMIT_SHA".to_owned(), sha);
    let programs = Programs::that_print(&[]);
    let verdict = |shell| run_in(&repository.path("."), &job, &programs, shell).map(drop);
    assert_eq!(verdict("sh"), verdict("bash"), "{tag}");
    verdict("sh")
}

#[track_caller]
fn check(tag: &str, commit: &str) {
    assert_eq!(judged(tag, commit), Ok(()), "{tag}");
}

#[track_caller]
fn check_refused(tag: &str, commit: &str, why: &str) {
    let said = judged(tag, commit).expect_err(tag);
    let last = said.lines().last().unwrap();
    assert_eq!(last, format!("{tag} is refused: {why}"));
}

#[test]
fn a_reviewed_commit_is_released_at_any_real_time() {
    for tag in [
        "2026-11-21_14-30-pprd",
        "2026-02-28_23-59-pprd",
        "2028-02-29_00-00-pprd",
        "2026-12-31_08-09-pprd",
    ] {
        check(tag, "third");
    }
}

#[test]
fn a_day_or_time_that_never_comes_is_refused() {
    for tag in [
        "2026-02-30_10-00-pprd",
        "2026-02-29_10-00-pprd",
        "2100-02-29_10-00-pprd",
        "2026-13-01_10-00-pprd",
        "2026-00-10_10-00-pprd",
        "2026-11-31_10-00-pprd",
        "2026-11-00_10-00-pprd",
        "2026-11-21_25-61-pprd",
        "2026-11-21_24-00-pprd",
        "2026-11-21_10-60-pprd",
        "2026-02-30_10-00-prod",
    ] {
        check_refused(tag, "first", "there is no such day or time");
    }
}

/// Without its whole history and all tags the runner's copy could answer neither question.
#[test]
fn the_step_sees_the_main_branch_and_all_tags() {
    let pipeline = Pipeline::committed();
    let (_, job) = pipeline.jobs().find(|(name, _)| *name == "release").unwrap();
    assert_eq!(job["variables"]["GIT_DEPTH"], "0");
}

#[test]
fn any_other_form_is_refused() {
    for tag in ["v1.0", "2026-11-21_14-30-dvlp", "2026-1-2_14-30-prod", "2026-11-21-14-30-pprd"] {
        let why = "a release is YYYY-MM-DD_HH-mm and an environment that tags deploy";
        check_refused(tag, "first", why);
    }
}

#[test]
fn only_what_is_on_main_is_released() {
    let why = "its commit is not on main, so nobody has approved it";
    check_refused("2026-11-21_14-30-pprd", "unreviewed", why);
    check_refused("2026-11-21_14-30-prod", "unreviewed", why);
}

#[test]
fn prod_gets_only_what_pprd_was_given() {
    check("2026-11-21_14-30-prod", "first");
    check("2026-11-21_14-30-prod", "second");
    check_refused("2026-11-21_14-30-prod", "third", "pprd was never given its commit");
}
