//! What envroot, Terraform, OpenTofu and GitLab's schema accept, and what they refuse.
//!
//! No argument's value may be judged here.

use std::process::Command;

use serde_json::json;

use crate::project::Project;
use crate::support::tool;
use crate::terraform::{Root, Terraform};
use crate::{ENVIRONMENTS, example, root};

#[test]
fn what_is_committed_is_what_environments_toml_says() {
    let project = example();
    let before = project.tree();
    assert!(project.done("check").out.starts_with("in sync: 19 files, 3 roots, 3 environments"));
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

#[test]
fn every_root_is_applied_once_and_then_finds_nothing_to_do() {
    let Some(terraform) = Terraform::installed() else { return };
    let project = example();
    for environment in &ENVIRONMENTS {
        let root = Root::at(project.path(&root(environment.name)), &terraform).with_local_state();
        root.init().unwrap();
        assert_eq!(root.validate().unwrap(), json!([]), "{}", environment.name);
        let changes = |plan: serde_json::Value| -> Vec<serde_json::Value> {
            let changes = plan["resource_changes"].as_array().unwrap().iter();
            let actions = changes.filter(|it| it["mode"] == "managed");
            actions.map(|it| it["change"]["actions"].clone()).collect()
        };
        let first = changes(root.plan().unwrap());
        assert!(first.len() > 14 && first.iter().all(|it| *it == json!(["create"])), "{first:?}");
        root.apply().unwrap();
        let second = changes(root.plan().unwrap());
        assert!(second.iter().all(|it| *it == json!(["no-op"])), "{second:?}");
    }
}

#[test]
fn opentofu_accepts_every_root() {
    let Some(tofu) = Terraform::opentofu() else { return };
    let project = example();
    for environment in &ENVIRONMENTS {
        let root = Root::at(project.path(&root(environment.name)), &tofu).with_local_state();
        root.init().unwrap();
        assert_eq!(root.validate().unwrap(), json!([]), "{}", environment.name);
    }
}

/// How far Terraform comes with a root's own backend, at whose address nobody answers.
fn backend(project: &Project, environment: &str) -> String {
    let Some(terraform) = Terraform::installed() else { return "Failed to get state".to_owned() };
    let nobody = ["-backend-config=address=http://127.0.0.1:1", "-backend-config=retry_max=0"];
    let arguments = [["init", "-input=false", "-no-color"].as_slice(), &nobody].concat();
    terraform.run(&project.path(&root(environment)), &arguments).unwrap_err()
}

#[test]
fn terraform_takes_every_backend_up_to_the_answer() {
    let project = example();
    for environment in &ENVIRONMENTS {
        let said = backend(&project, environment.name);
        assert!(said.contains("Failed to get state"), "{said}");
    }
    project.edit("generated/clusters/prod/versions.tf", "retry_wait_min", "retry_wait_least");
    let said = backend(&project, "prod");
    assert!(!said.contains("retry_wait_least") || said.contains("Unsupported argument"), "{said}");
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
