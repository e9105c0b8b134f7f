//! A project in a folder of its own, rendered by the program and read by others.
//!
//! Knows nothing of what its settings mean.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::tools::tool;

pub(crate) struct Project(TempDir);

impl Project {
    /// A project of some files: `environments.toml` and those of its packs.
    pub(crate) fn new(files: &[(&str, &str)]) -> Project {
        let project = Project(tempfile::tempdir().unwrap());
        for (path, text) in files {
            let path = project.path(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        project
    }

    pub(crate) fn path(&self, below: impl AsRef<Path>) -> PathBuf {
        self.0.path().join(below)
    }

    pub(crate) fn envroot(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_envroot"));
        command.current_dir(self.0.path()).args(arguments).output().unwrap()
    }

    /// Everything that is wrong, as a person reads it; empty where files were written.
    pub(crate) fn problems(&self) -> String {
        let output = self.envroot(&["gen"]);
        match output.status.code() {
            Some(0) => String::new(),
            _ => String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// What Terraform makes of the outputs of a root; none where it is not installed.
    pub(crate) fn outputs(&self, root: &str) -> Option<Value> {
        self.terraform(root, &["fmt", "-check", "-diff"])?;
        self.terraform(root, &["apply", "-auto-approve"])?;
        let output = self.terraform(root, &["output", "-json"])?;
        Some(serde_json::from_slice(&output.stdout).unwrap())
    }

    fn terraform(&self, root: &str, arguments: &[&str]) -> Option<Output> {
        let mut command = Command::new(tool("terraform")?);
        let configuration = self.path("empty.tfrc");
        fs::write(&configuration, "").unwrap();
        command.env("TF_CLI_CONFIG_FILE", configuration).env("CHECKPOINT_DISABLE", "1");
        Some(succeeded(command.current_dir(self.path(root)).args(arguments)))
    }

    /// What a reader of YAML 1.1 makes of a file; none where it is not installed.
    pub(crate) fn yaml(&self, file: &str) -> Option<Value> {
        let mut command = Command::new(tool("python-with-yaml")?);
        let script =
            "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1], 'rb'))))";
        let output = succeeded(command.args(["-c", script]).arg(self.path(file)));
        Some(serde_json::from_slice(&output.stdout).unwrap())
    }
}

fn succeeded(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    let said = [&*output.stdout, &*output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let end = said.chars().take(3000).collect::<String>();
    assert!(output.status.success(), "{command:?}: {end}");
    output
}
