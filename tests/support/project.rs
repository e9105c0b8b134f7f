//! A project in a folder of its own, in which envroot and Git are run.
//!
//! Nothing here may look at what envroot says.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A project, removed with its folder when it is dropped.
pub(crate) struct Project {
    folder: TempDir,
}

/// How a program ended, and what it said.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub exit: i32,
    pub out: String,
    pub err: String,
}

/// The texts of a folder, by path below it.
pub(crate) type Tree = BTreeMap<String, String>;

impl Project {
    /// An empty folder.
    pub(crate) fn empty() -> Project {
        Project { folder: tempfile::Builder::new().prefix("project").tempdir().unwrap() }
    }

    /// A copy of some files and folders of this repository that stand in `folder`.
    pub(crate) fn copy(folder: &str, names: &[&str]) -> Project {
        let project = Project::empty();
        for name in names {
            let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(name);
            if from.is_file() {
                project.write(name, &fs::read_to_string(&from).unwrap());
            }
            for (path, text) in tree(&from) {
                project.write(&format!("{name}/{path}"), &text);
            }
        }
        project
    }

    /// The shop that stands beside the tests.
    pub(crate) fn shop() -> Project {
        Project::copy("tests/shop", &["environments.toml", "templates"])
    }

    /// This repository's own project.
    pub(crate) fn own() -> Project {
        let parts = ["environments.toml", "charts", "generated", ".github/workflows"];
        Project::copy(".", &parts)
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        let text = fs::read_to_string(self.path(path));
        text.unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Replaces the one place where `from` stands in a file.
    #[track_caller]
    pub(crate) fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert_eq!(text.matches(from).count(), 1, "`{from}` in {path}:\n{text}");
        self.write(path, &text.replacen(from, to, 1));
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.path(path)).unwrap();
    }

    /// Puts the files back that there were, and takes away all others.
    pub(crate) fn restore(&self, tree: &Tree) {
        for path in self.tree().keys().filter(|path| !tree.contains_key(*path)) {
            self.remove(path);
        }
        for (path, text) in tree {
            self.write(path, text);
        }
    }

    /// All files but those of Git.
    pub(crate) fn tree(&self) -> Tree {
        tree(self.folder.path())
    }

    /// Runs envroot. Words in `arguments` are separated by blanks.
    pub(crate) fn envroot(&self, arguments: &str) -> Run {
        self.envroot_in("", arguments)
    }

    /// Runs envroot in a folder of the project.
    pub(crate) fn envroot_in(&self, folder: &str, arguments: &str) -> Run {
        let words: Vec<&str> = arguments.split_whitespace().collect();
        self.envroot_words(folder, &words)
    }

    /// Runs envroot with words that may hold blanks.
    pub(crate) fn envroot_words(&self, folder: &str, words: &[&str]) -> Run {
        let mut envroot = Command::new(env!("CARGO_BIN_EXE_envroot"));
        self.run(envroot.current_dir(self.path(folder)), words)
    }

    /// Runs envroot, which must be done without a complaint.
    #[track_caller]
    pub(crate) fn done(&self, arguments: &str) -> Run {
        let run = self.envroot(arguments);
        assert_eq!(run.exit, 0, "envroot {arguments}\n{}{}", run.out, run.err);
        run
    }

    /// Runs Git, which sees no configuration but the project's own.
    pub(crate) fn git(&self, arguments: &str) -> Run {
        self.git_in("", arguments)
    }

    /// Runs Git in a folder of the project.
    pub(crate) fn git_in(&self, folder: &str, arguments: &str) -> Run {
        let mut git = Command::new("git");
        git.current_dir(self.path(folder)).env("GIT_CONFIG_GLOBAL", "/dev/null");
        git.env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_EDITOR", "true");
        for who in ["AUTHOR", "COMMITTER"] {
            git.env(format!("GIT_{who}_NAME"), "A")
                .env(format!("GIT_{who}_EMAIL"), "a@example.net");
            git.env(format!("GIT_{who}_DATE"), "2026-01-01T00:00:00Z");
        }
        self.run(&mut git, &arguments.split_whitespace().collect::<Vec<_>>())
    }

    /// Runs a program and replaces the project's folder in what it says.
    fn run(&self, command: &mut Command, words: &[&str]) -> Run {
        let output = command.args(words).output().unwrap();
        let folder = fs::canonicalize(self.folder.path()).unwrap();
        let text = |bytes: Vec<u8>| {
            String::from_utf8(bytes).unwrap().replace(folder.to_str().unwrap(), "/project")
        };
        Run {
            exit: output.status.code().expect("it was not killed"),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }
}

/// The files below a folder but those of Git; none where there is no folder.
pub(crate) fn tree(folder: &Path) -> Tree {
    fn walk(folder: &Path, below: &str, files: &mut Tree) {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let path = format!("{below}{}", entry.file_name().into_string().unwrap());
            if path == ".git" {
                continue;
            }
            if entry.path().is_dir() {
                walk(&entry.path(), &format!("{path}/"), files);
            } else {
                files.insert(path, fs::read_to_string(entry.path()).unwrap());
            }
        }
    }
    let mut files = Tree::new();
    if folder.is_dir() {
        walk(folder, "", &mut files);
    }
    files
}
