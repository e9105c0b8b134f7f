//! A workflow of the repository.
//!
//! Nothing here may know what a workflow should say.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::workflows::Service;

/// The folder of the repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every workflow of the repository.
pub(crate) fn all() -> Vec<PathBuf> {
    let entries = fs::read_dir(repository().join(".github/workflows")).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// The file of a service's deploy workflow.
pub(crate) fn path(service: &Service) -> PathBuf {
    repository().join(format!(".github/workflows/deploy-{}.yml", service.name))
}

/// A service's deploy workflow.
pub(crate) fn workflow(service: &Service) -> Value {
    serde_yaml::from_str(&fs::read_to_string(path(service)).unwrap()).unwrap()
}

/// The steps that all jobs of a workflow share.
pub(crate) fn steps(workflow: &Value) -> &[Value] {
    let jobs = workflow["jobs"].as_object().unwrap();
    jobs.values().next().unwrap()["steps"].as_array().unwrap()
}

/// What a step of that name runs.
#[track_caller]
pub(crate) fn run<'a>(workflow: &'a Value, name: &str) -> &'a str {
    let step = steps(workflow).iter().find(|step| step["name"] == name);
    step.unwrap_or_else(|| panic!("no step is called `{name}`"))["run"].as_str().unwrap()
}
