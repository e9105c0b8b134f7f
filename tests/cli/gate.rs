//! The gate in other people's CI: what hosts and linters make of envroot's reports and of the folders
//! that bring it there.
//!
//! Hosts are played by what they document: the scripts are run as they would run them.

mod action;
mod annotations;
mod gitlab;
mod hook;
mod sarif;
mod step;

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::project::Project;
use crate::support::tools::tool;
use tempfile::NamedTempFile;

/// The shop in a folder of a repository, as `gen` left it.
fn shop() -> Project {
    let project = Project::empty();
    for (path, text) in Project::shop().tree() {
        project.write(&format!("infra/{path}"), &text);
    }
    assert_eq!(project.git("init --quiet").exit, 0);
    assert_eq!(project.envroot_in("infra", "gen").exit, 0);
    project
}

/// Asserts that a linter accepts a file, and refuses it with one place changed.
#[track_caller]
fn linted(linter: &[&str], file: &Path, (from, to): (&str, &str)) {
    let Some(program) = tool(linter[0]) else { return };
    let accepts = |file: &Path| {
        let output = Command::new(&program).args(&linter[1..]).arg(file).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() { Ok(()) } else { Err(said) }
    };
    accepts(file).unwrap_or_else(|said| panic!("{linter:?} {}: {said}", file.display()));
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "`{from}` in {text}");
    let broken = NamedTempFile::with_suffix(".yml").unwrap();
    fs::write(broken.path(), text.replacen(from, to, 1)).unwrap();
    assert!(accepts(broken.path()).is_err(), "{linter:?} accepts `{to}`");
}

/// The block of YAML in the README that has a line beginning with `start`, as a file.
fn block_of_the_readme(start: &str) -> NamedTempFile {
    let readme = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let mut blocks =
        readme.split("```yaml\n").skip(1).map(|block| block.split("```").next().unwrap());
    let block = blocks.find(|block| block.lines().any(|line| line.starts_with(start)));
    let file = NamedTempFile::with_suffix(".yml").unwrap();
    fs::write(file.path(), block.unwrap_or_else(|| panic!("no block has `{start}`"))).unwrap();
    file
}
