//! The repository's project, or a copy of it to change.
//!
//! Only this module runs envroot. It judges nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The folder of the repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text of a file of the repository.
pub(crate) fn text(path: &str) -> String {
    read(&repository().join(path))
}

/// What follows `start` in the one line of a text that starts with it.
#[track_caller]
pub(crate) fn line<'a>(text: &'a str, start: &str) -> &'a str {
    let mut found = text.lines().filter_map(|line| line.strip_prefix(start));
    let line = found.next().unwrap_or_else(|| panic!("no line starts with `{start}`:\n{text}"));
    assert_eq!(found.next(), None, "two lines start with `{start}`:\n{text}");
    line
}

/// A copy of the project in a folder of its own.
pub(crate) struct Project(TempDir);

impl Project {
    pub(crate) fn copied() -> Project {
        let project = Project(TempDir::new().unwrap());
        for part in ["environments.toml", "templates", "charts", "generated", ".github"] {
            copy(&repository().join(part), &project.path(part));
        }
        project
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        read(&self.path(path))
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        fs::write(self.path(path), text).unwrap();
    }

    /// Replaces the one place of a file that says `from`.
    #[track_caller]
    pub(crate) fn replace(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert_eq!(text.matches(from).count(), 1, "`{from}` in {path}");
        self.write(path, &text.replace(from, to));
    }

    /// Gives the one line that starts with `start` another end.
    #[track_caller]
    pub(crate) fn set_line(&self, path: &str, start: &str, end: &str) {
        let text = self.read(path);
        let old = format!("\n{start}{}\n", line(&text, start));
        self.replace(path, &old, &format!("\n{start}{end}\n"));
    }

    /// Adds a comment to a template of a chart: a change that Helm would package.
    pub(crate) fn edit_template(&self, path: &str) {
        let text = self.read(path);
        self.write(path, &format!("{text}{{{{- /* edited */}}}}\n"));
    }

    /// Runs envroot on the project: its exit code, and what it says.
    pub(crate) fn envroot(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.run(arguments);
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    }

    /// What envroot answers where it succeeds.
    #[track_caller]
    pub(crate) fn done(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_envroot"));
        command.arg("-C").arg(self.0.path()).args(arguments).output().unwrap()
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Copies a file, or a folder with all it holds but what Terraform leaves behind.
fn copy(from: &Path, to: &Path) {
    if from.is_file() {
        fs::copy(from, to).unwrap();
        return;
    }
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let name = entry.unwrap().file_name();
        if !name.to_string_lossy().starts_with(".terraform") {
            copy(&from.join(&name), &to.join(&name));
        }
    }
}
