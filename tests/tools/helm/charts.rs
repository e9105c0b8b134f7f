//! A copy of the charts for one Helm to read, and what it answers.
//!
//! Only this module runs Helm. It judges nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::tools::tool;

/// A service in an environment where it runs.
pub(crate) struct Place {
    pub service: &'static str,
    pub environment: &'static str,
    pub account: &'static str,
}

impl Place {
    pub(crate) fn values(&self) -> PathBuf {
        self.values_in(&root())
    }

    /// The values file in a copy of the project.
    fn values_in(&self, project: &Path) -> PathBuf {
        let Place { service, environment, .. } = self;
        project.join(format!("generated/charts/{service}/values-{environment}.yaml"))
    }

    /// Whether its Postgres is part of the release: the chart's default.
    pub(crate) fn has_own_postgres(&self) -> bool {
        has_own_postgres(&self.values())
    }

    /// What Terraform knows and the values file does not, as it gives it to Helm.
    fn terraform_arguments(&self, values: &Path) -> Vec<String> {
        let Place { account, service, .. } = self;
        let certificate = format!("arn:aws:acm:us-east-1:{account}:certificate/0a1b2c3d");
        let mut set =
            vec!["image.tag=abc123".into(), format!("service.certificateArn={certificate}")];
        if !has_own_postgres(values) {
            let secret = format!("arn:aws:secretsmanager:us-east-1:{account}:secret:rds!db-0a1b");
            set.push(format!("postgres.external.host={service}.rds.example.net"));
            set.push(format!("postgres.secretName={secret}"));
        }
        set.into_iter().flat_map(|pair| ["--set-string".into(), pair]).collect()
    }
}

/// A copy of `charts/` with every dependency packed.
pub(crate) struct Charts {
    helm: PathBuf,
    folder: TempDir,
}

impl Charts {
    /// One copy for each Helm that is installed, because each packs its own dependencies.
    pub(crate) fn for_every_helm() -> Vec<Charts> {
        ["helm3", "helm4"].into_iter().filter_map(tool).map(Charts::packed_by).collect()
    }

    fn packed_by(helm: PathBuf) -> Charts {
        let charts = Charts { helm, folder: TempDir::new().unwrap() };
        copy(&root().join("charts"), charts.folder.path());
        for service in ["icepack", "snowpack"] {
            charts.helm(&["dependency", "update", service]).unwrap();
        }
        charts
    }

    /// Lints a chart with an environment's values, and with `more` arguments.
    pub(crate) fn lint(&self, place: &Place, more: &[&str]) -> Result<String, String> {
        self.with_values(&["lint", "--strict", place.service], place, more)
    }

    /// The manifests of an environment's release, rendered with `more` arguments.
    pub(crate) fn manifests(&self, place: &Place, more: &[&str]) -> Result<Vec<Value>, String> {
        self.manifests_of(place.service, place, more)
    }

    /// The same for a release of another name.
    pub(crate) fn manifests_of(
        &self,
        release: &str,
        place: &Place,
        more: &[&str],
    ) -> Result<Vec<Value>, String> {
        let command = ["template", release, place.service, "--namespace", place.service];
        self.with_values(&command, place, more).map(|text| documents(&text))
    }

    /// The manifests of an environment of a copy of the project, which lint must take too.
    pub(crate) fn manifests_in(&self, project: &Path, place: &Place) -> Result<Vec<Value>, String> {
        let (service, values) = (place.service, place.values_in(project));
        self.with_values_at(&["lint", "--strict", service], place, &values, &[])?;
        let command = ["template", service, service, "--namespace", service];
        self.with_values_at(&command, place, &values, &[]).map(|text| documents(&text))
    }

    /// Runs Helm in the folder of the charts, away from any configuration of the machine's.
    pub(crate) fn helm(&self, arguments: &[&str]) -> Result<String, String> {
        let home = self.folder.path().join(".helm");
        run(Command::new(&self.helm)
            .args(arguments)
            .current_dir(self.folder.path())
            .env("HELM_CACHE_HOME", &home)
            .env("HELM_CONFIG_HOME", &home)
            .env("HELM_DATA_HOME", &home))
    }

    fn with_values(
        &self,
        command: &[&str],
        place: &Place,
        more: &[&str],
    ) -> Result<String, String> {
        self.with_values_at(command, place, &place.values(), more)
    }

    fn with_values_at(
        &self,
        command: &[&str],
        place: &Place,
        values: &Path,
        more: &[&str],
    ) -> Result<String, String> {
        let terraform = place.terraform_arguments(values);
        let mut arguments = command.to_vec();
        arguments.extend(["--values", values.to_str().unwrap()]);
        arguments.extend(terraform.iter().map(String::as_str));
        arguments.extend(more);
        self.helm(&arguments)
    }
}

fn has_own_postgres(values: &Path) -> bool {
    let values = &documents(&fs::read_to_string(values).unwrap())[0];
    values.pointer("/postgres/internal/enabled") != Some(&Value::Bool(false))
}

/// The folder of the repository.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What a program prints, or, where it fails, everything it said.
pub(crate) fn run(command: &mut Command) -> Result<String, String> {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = |bytes| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        Ok(said(&output.stdout))
    } else {
        Err(format!("{command:?}\n{}{}", said(&output.stdout), said(&output.stderr)))
    }
}

/// The entries of a folder, in order of their names.
pub(crate) fn entries(folder: &Path) -> Vec<PathBuf> {
    let read = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut entries: Vec<_> = read.map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}

fn documents(yaml: &str) -> Vec<Value> {
    let documents = serde_yaml::Deserializer::from_str(yaml);
    documents.map(|document| Value::deserialize(document).unwrap()).collect()
}

fn copy(from: &Path, to: &Path) {
    for entry in entries(from) {
        let target = to.join(entry.file_name().unwrap());
        if entry.is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy(&entry, &target);
        } else {
            fs::copy(&entry, &target).unwrap();
        }
    }
}
