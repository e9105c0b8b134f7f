//! A step of somebody else's CI: a checkout, the programs that are there, and a script.
//!
//! Plays the machine; what hosts put around a script is said by their own modules.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::support::project::{Run, Tree};
use crate::support::tools::tool;

/// A machine with a checkout and few programs.
pub(super) struct Machine {
    folder: TempDir,
    variables: BTreeMap<String, String>,
}

/// What the scripts use, and neither Git nor Cargo.
const PROGRAMS: [&str; 12] = [
    "bash",
    "cat",
    "cut",
    "dirname",
    "env",
    "find",
    "ls",
    "mkdir",
    "sh",
    "sha256sum",
    "sort",
    "xargs",
];

impl Machine {
    pub(super) fn new() -> Machine {
        let folder = TempDir::new().unwrap();
        for part in ["bin", "home", "checkout"] {
            fs::create_dir(folder.path().join(part)).unwrap();
        }
        for program in PROGRAMS {
            let path = tool(program).unwrap_or_else(|| panic!("{program}"));
            symlink(path, folder.path().join("bin").join(program)).unwrap();
        }
        let mut machine = Machine { folder, variables: BTreeMap::new() };
        machine.set("PATH", &machine.path("bin"));
        machine.set("HOME", &machine.path("home"));
        machine
    }

    pub(super) fn path(&self, path: &str) -> String {
        let folder = fs::canonicalize(self.folder.path()).unwrap();
        folder.join(path).to_str().unwrap().to_owned()
    }

    pub(super) fn checkout(&self, path: &str) -> PathBuf {
        PathBuf::from(self.path("checkout")).join(path)
    }

    pub(super) fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    /// Puts files into the checkout.
    pub(super) fn put(&self, tree: &Tree) {
        for (path, text) in tree {
            let path = self.checkout(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }

    /// Installs a program on the path.
    pub(super) fn install(&self, name: &str, script: &str) {
        let path = self.path(&format!("bin/{name}"));
        fs::write(&path, script).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Installs the envroot that is tested.
    pub(super) fn install_envroot(&self) {
        symlink(env!("CARGO_BIN_EXE_envroot"), self.path("bin/envroot")).unwrap();
    }

    /// Replaces the one place where `from` stands in a file of the checkout.
    pub(super) fn edit(&self, path: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.checkout(path)).unwrap();
        assert_eq!(text.matches(from).count(), 1, "`{from}` in {text}");
        fs::write(self.checkout(path), text.replace(from, to)).unwrap();
    }

    /// Runs a script in the checkout with a shell and nothing but the machine's own variables.
    pub(super) fn run(&self, shell: &[&str], script: &str) -> Run {
        let file = self.path("script");
        fs::write(&file, script).unwrap();
        let output = Command::new(Path::new(&self.path("bin")).join(shell[0]))
            .args(&shell[1..])
            .arg(file)
            .current_dir(self.checkout(""))
            .env_clear()
            .envs(&self.variables)
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let exit = output.status.code().expect("it was not killed");
        Run { exit, out: text(output.stdout), err: text(output.stderr) }
    }
}

/// A tree as Git checks it out on Windows.
pub(super) fn on_windows(tree: &Tree) -> Tree {
    tree.iter().map(|(path, text)| (path.clone(), text.replace('\n', "\r\n"))).collect()
}
