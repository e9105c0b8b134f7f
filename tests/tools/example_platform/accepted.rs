//! What envroot, Terraform, OpenTofu and GitLab's schema accept, and what they refuse.
//!
//! No argument's value may be judged here.

use std::process::Command;

use serde_json::{Value, json};

use crate::example_platform::journey::journeys;
use crate::example_platform::{ENVIRONMENTS, example, root};
use crate::support::project::Project;
use crate::support::rounds::some_of;
use crate::support::terraform::{Root, Terraform};
use crate::support::tools::tool;

#[test]
fn what_is_committed_is_what_environments_toml_says() {
    let project = example();
    let before = project.tree();
    assert!(project.done("check").out.starts_with("in sync: 22 files, 3 roots, 3 environments"));
    project.done("gen");
    assert_eq!(project.tree(), before);
}

#[test]
fn an_edit_of_what_gitlab_reads_is_drift_too() {
    for file in [".gitlab-ci.yml", "CODEOWNERS"] {
        let project = example();
        project.write(file, &format!("{}# more\n", project.read(file)));
        let run = project.envroot("check");
        assert_eq!(run.exit, 1);
        assert!(run.out.contains(&format!("edited    {file}\n")), "{}", run.out);
    }
}

#[test]
fn terraform_would_format_nothing_in_another_way() {
    let Some(terraform) = Terraform::installed() else { return };
    let project = example();
    for folder in ["generated", "modules"] {
        let arguments = ["fmt", "-check", "-recursive", "-diff", folder];
        terraform.run(&project.path("."), &arguments).unwrap();
    }
}

/// What a plan would do to each resource.
fn actions(plan: &Value) -> Vec<&Value> {
    let changes = plan["resource_changes"].as_array().unwrap().iter();
    changes.filter(|it| it["mode"] == "managed").map(|it| &it["change"]["actions"]).collect()
}

#[test]
fn every_root_is_applied_once_and_then_finds_nothing_to_do() {
    for journey in journeys() {
        assert_eq!(journey.diagnostics, json!([]), "{}", journey.environment.name);
        let first = actions(&journey.plan);
        assert!(first.len() > 14 && first.iter().all(|it| **it == json!(["create"])), "{first:?}");
        let again = actions(&journey.again);
        assert!(again.iter().all(|it| **it == json!(["no-op"])), "{again:?}");
    }
}

#[test]
fn opentofu_accepts_every_root() {
    let Some(tofu) = Terraform::opentofu() else { return };
    let project = example();
    for environment in some_of(&ENVIRONMENTS) {
        let root = Root::at(project.path(&root(environment.name)), &tofu).with_local_state();
        root.init().unwrap();
        assert_eq!(root.validate().unwrap(), json!([]), "{}", environment.name);
    }
}

/// Asserts how far Terraform comes with a root's own backend where nobody answers.
#[track_caller]
fn check_backend(project: &Project, environment: &str, expected: &str) {
    let Some(terraform) = Terraform::installed() else { return };
    let versions = format!("{}/versions.tf", root(environment));
    let text = project.read(&versions).replace("https://code.example.edu/", "http://127.0.0.1:1/");
    project.write(&versions, &text.replace("\n    address ", "\n    retry_max = 0\n    address "));
    let arguments = ["init", "-input=false", "-no-color"];
    let said = terraform.run(&project.path(&root(environment)), &arguments).unwrap_err();
    assert!(said.contains(expected), "{said}");
}

#[test]
fn terraform_takes_every_backend_up_to_the_answer() {
    let project = example();
    for environment in &ENVIRONMENTS {
        check_backend(&project, environment.name, "Failed to get state");
    }
}

#[test]
fn a_backend_that_terraform_does_not_know_is_refused() {
    let project = example();
    project.edit("generated/clusters/prod/versions.tf", "retry_wait_min", "retry_wait_least");
    check_backend(&project, "prod", "Unsupported argument");
}

/// What GitLab's schema says of a pipeline, if it refuses it.
fn judged(project: &Project) -> Result<(), String> {
    let Some(program) = tool("check-jsonschema") else { return Ok(()) };
    let mut command = Command::new(program);
    command.args(["--builtin-schema", "vendor.gitlab-ci"]).arg(project.path(".gitlab-ci.yml"));
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() { Ok(()) } else { Err(said) }
}

#[test]
fn gitlab_accepts_the_pipeline_and_refuses_a_broken_one() {
    let project = example();
    judged(&project).unwrap();
    if tool("check-jsonschema").is_some() {
        project.edit(".gitlab-ci.yml", "resource_group: prod", "resource_groups: prod");
        assert!(judged(&project).unwrap_err().contains("resource_groups"));
    }
}
