//! What the checkers of GitHub workflows accept, and what they refuse.
//!
//! No workflow's meaning may be judged here.

use std::ffi::OsStr;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use crate::support::project::Project;
use crate::support::tools::tool;
use crate::workflows::file;
use crate::workflows::{SERVICES, Service};

/// What a checker says of a file, if it refuses it; `None`, where it is not installed.
fn judged(checker: &[&str], file: &OsStr) -> Option<Result<(), String>> {
    let output = Command::new(tool(checker[0])?).args(&checker[1..]).arg(file).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    Some(if output.status.success() { Ok(()) } else { Err(said) })
}

const ACTIONLINT: [&str; 4] = ["actionlint", "-no-color", "-shellcheck=", "-pyflakes="];
const SCHEMA: [&str; 3] = ["check-jsonschema", "--builtin-schema", "vendor.github-workflows"];

#[test]
fn both_checkers_accept_every_workflow() {
    accepted(&file::all());
}

#[test]
fn both_checkers_accept_a_workflow_that_deploys_to_fewer_environments_or_nowhere() {
    let ecs = Project::copy(
        "examples/ecs",
        &[
            "environments.toml",
            "templates",
            "modules",
            "environments",
            "ENVIRONMENTS.md",
            ".github",
        ],
    );
    let own = Project::own();
    let idle = "\n[services.idle]\npack = \"helm-service\"\nenvironments = []\nchart = \"charts/icepack\"\n";
    own.write("environments.toml", &(own.read("environments.toml") + idle));
    own.done("gen");
    accepted(&deploy_workflows(&own));
    for (project, order) in [
        (&own, ["prod", "dev", "preprod", "stage"]),
        (&ecs, ["stevie", "staging", "production", "blake"]),
    ] {
        for environment in order {
            project.done(&format!("retire {environment}"));
            accepted(&deploy_workflows(project));
        }
    }
}

/// The deploy workflows of a project.
fn deploy_workflows(project: &Project) -> Vec<PathBuf> {
    let files = fs::read_dir(project.path(".github/workflows")).unwrap();
    let files = files.map(|entry| entry.unwrap().path());
    files.filter(|file| file.file_name().unwrap().to_string_lossy().contains("deploy")).collect()
}

/// Asserts that both checkers accept some files.
#[track_caller]
fn accepted(files: &[PathBuf]) {
    assert!(!files.is_empty());
    for checker in [&ACTIONLINT[..], &SCHEMA] {
        for file in files {
            if let Some(judged) = judged(checker, file.as_os_str()) {
                judged.unwrap_or_else(|said| panic!("{}: {said}", file.display()));
            }
        }
    }
}

#[test]
fn every_service_has_a_deploy_workflow() {
    let all = file::all();
    let deploy = all
        .iter()
        .filter(|file| file.file_name().unwrap().to_string_lossy().starts_with("deploy-"));
    let expected: Vec<_> = SERVICES.iter().map(file::path).collect();
    assert_eq!(deploy.cloned().collect::<Vec<_>>(), expected);
}

/// Asserts that a checker refuses a workflow with one place changed, and says why.
#[track_caller]
fn check_refused(checker: &[&str], from: &str, to: &str, why: &str) {
    let Service { name, .. } = SERVICES[0];
    let text = fs::read_to_string(file::path(&SERVICES[0])).unwrap();
    assert!(text.contains(from), "deploy-{name}.yml does not say `{from}`");
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("broken.yml");
    fs::write(&file, text.replacen(from, to, 1)).unwrap();
    let Some(judged) = judged(checker, file.as_os_str()) else { return };
    let said = judged.expect_err(to);
    assert!(said.contains(why), "{said}");
}

#[test]
fn a_broken_workflow_is_refused() {
    check_refused(&ACTIONLINT, "inputs.environment ==", "inputs.environmnt ==", "environmnt");
    check_refused(&ACTIONLINT, "env.ACCOUNT_ID", "evn.ACCOUNT_ID", "undefined variable");
    check_refused(&ACTIONLINT, "cancel-in-progress", "cancel_in_progress", "unexpected key");
    check_refused(&SCHEMA, "runs-on", "runs_on", "runs_on");
    check_refused(&SCHEMA, "contents: read", "contents: raed", "raed");
}
