//! One root, and what Terraform or OpenTofu answers there.
//!
//! Only this module runs them. It judges nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::tools::tool;

/// Terraform with the stand-in providers, away from any configuration of the machine's.
pub(crate) struct Terraform {
    program: PathBuf,
    providers: PathBuf,
    home: TempDir,
}

impl Terraform {
    /// `None`, where Terraform or the stand-ins are not installed.
    pub(crate) fn installed() -> Option<Terraform> {
        Terraform::called("terraform")
    }

    /// OpenTofu in its place. It looks below the name of its own registry, and follows links to
    /// single packages only.
    pub(crate) fn opentofu() -> Option<Terraform> {
        let mut opentofu = Terraform::called("tofu")?;
        let providers = opentofu.home.path().join("providers");
        let installed = opentofu.providers.join("registry.terraform.io");
        link_packages(&installed, &providers.join("registry.opentofu.org"), 3);
        opentofu.providers = providers;
        Some(opentofu)
    }

    fn called(name: &str) -> Option<Terraform> {
        let program = tool(name)?;
        // The stand-ins' folder is kept beside that of the other tools, which is on PATH.
        let providers = tool("../schema-provider")?.with_file_name("providers");
        let home = TempDir::new().unwrap();
        fs::write(home.path().join("empty"), "").unwrap();
        Some(Terraform { program, providers, home })
    }

    /// What Terraform prints, or, where it fails, everything it said.
    pub(crate) fn run(&self, folder: &Path, arguments: &[&str]) -> Result<String, String> {
        let output = Command::new(&self.program)
            .args(arguments)
            .current_dir(folder)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.home.path())
            .env("TF_CLI_CONFIG_FILE", self.home.path().join("empty"))
            .env("CHECKPOINT_DISABLE", "1")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .output()
            .unwrap();
        let said = |bytes| String::from_utf8_lossy(bytes).into_owned();
        if output.status.success() {
            Ok(said(&output.stdout))
        } else {
            let (out, err) = (said(&output.stdout), said(&output.stderr));
            Err(format!("{:?} {}\n{out}{err}", self.program, arguments.join(" ")))
        }
    }
}

/// A folder that Terraform runs in.
pub(crate) struct Root<'a> {
    terraform: &'a Terraform,
    folder: PathBuf,
}

impl<'a> Root<'a> {
    pub(crate) fn at(folder: PathBuf, terraform: &'a Terraform) -> Root<'a> {
        Root { terraform, folder }
    }

    /// Keeps the state beside the root instead of in S3.
    pub(crate) fn with_local_state(self) -> Self {
        let text = "terraform {\n  backend \"local\" {}\n}\n";
        fs::write(self.folder.join("override.tf"), text).unwrap();
        self
    }

    pub(crate) fn init(&self) -> Result<String, String> {
        let providers = format!("-plugin-dir={}", self.terraform.providers.display());
        self.run(&["init", "-input=false", "-no-color", &providers])
    }

    /// The errors and warnings of `validate`.
    pub(crate) fn validate(&self) -> Result<Value, String> {
        self.run(&["validate", "-json"]).map(|text| parsed(&text)["diagnostics"].clone())
    }

    pub(crate) fn plan(&self) -> Result<Value, String> {
        self.run(&["plan", "-input=false", "-no-color", "-out=tfplan"])?;
        self.run(&["show", "-json", "tfplan"]).map(|text| parsed(&text))
    }

    /// Applies the plan made last. The state it leaves.
    pub(crate) fn apply(&self) -> Result<Value, String> {
        self.run(&["apply", "-input=false", "-no-color", "tfplan"])?;
        self.run(&["show", "-json"]).map(|text| parsed(&text))
    }

    fn run(&self, arguments: &[&str]) -> Result<String, String> {
        self.terraform.run(&self.folder, arguments)
    }
}

/// Makes the folders of a folder again, and below `depth` of them links to the originals.
fn link_packages(from: &Path, to: &Path, depth: usize) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        match depth {
            0 => std::os::unix::fs::symlink(from, to).unwrap(),
            _ => link_packages(&from, &to, depth - 1),
        }
    }
}

fn parsed(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"))
}
