//! What Terraform accepts, and what it refuses.
//!
//! No argument's value may be judged here.

use std::fs;

use serde_json::json;

use crate::support::rounds::some_of;
use crate::support::terraform::{Root, Terraform};
use crate::terraform::journey::journeys;
use crate::terraform::project::{Project, repository};
use crate::terraform::{PLACES, Place, SNOWPACK_DEV};

#[test]
fn exactly_the_known_places_have_roots() {
    let mut found = Vec::new();
    for service in entries("generated/terraform") {
        for environment in entries(&format!("generated/terraform/{service}/env")) {
            found.push(format!("generated/terraform/{service}/env/{environment}"));
        }
    }
    assert_eq!(found, PLACES.iter().map(Place::root).collect::<Vec<_>>());
}

#[test]
fn every_root_is_valid_in_opentofu_too() {
    let Some(opentofu) = Terraform::opentofu() else { return };
    let project = Project::copied();
    for place in some_of(PLACES) {
        let root = Root::at(project.path(&place.root()), &opentofu).with_local_state();
        root.init().unwrap();
        assert_eq!(root.validate().unwrap(), json!([]), "{}", place.name());
    }
}

#[test]
fn terraform_would_format_nothing_in_another_way() {
    let Some(terraform) = Terraform::installed() else { return };
    terraform.run(repository(), &["fmt", "-check", "-recursive", "-diff", "generated"]).unwrap();
}

#[test]
fn every_root_passes_validate_without_a_warning_and_plans_only_what_is_new() {
    for journey in journeys() {
        assert_eq!(journey.diagnostics, json!([]), "{}", journey.place.name());
        assert_eq!(journey.plan["errored"], false, "{}", journey.place.name());
        for change in journey.plan["resource_changes"].as_array().unwrap() {
            let actions = &change["change"]["actions"];
            let reads = change["mode"] == "data" && *actions == json!(["read"]);
            assert!(reads || *actions == json!(["create"]), "{} {change}", journey.place.name());
        }
    }
}

/// Without credentials, Terraform has read the whole block before it gives up.
#[test]
fn terraform_takes_every_s3_backend_up_to_the_credentials() {
    let Some(terraform) = Terraform::installed() else { return };
    let project = Project::copied();
    for place in &PLACES {
        let said = Root::at(project.path(&place.root()), &terraform).init().unwrap_err();
        assert_eq!(first_error(&said), "No valid credential sources found", "{}", place.name());
    }
}

/// Asserts that, after one edit of a root, the first step that Terraform refuses is `step`.
#[track_caller]
fn check_refused(file: &str, from: &str, to: &str, step: &str, error: &str) {
    let Some(terraform) = Terraform::installed() else { return };
    let project = Project::copied();
    project.replace(&format!("{}/{file}", SNOWPACK_DEV.root()), from, to);
    let root = Root::at(project.path(&SNOWPACK_DEV.root()), &terraform).with_local_state();
    let steps = [
        ("init", root.init().map(drop)),
        ("validate", root.validate().map(drop)),
        ("plan", root.plan().map(drop)),
    ];
    let refused = steps.into_iter().find_map(|(step, result)| Some((step, result.err()?)));
    let (found, said) = refused.unwrap_or_else(|| panic!("{file}: `{to}` is accepted"));
    assert_eq!(found, step, "{said}");
    assert!(said.contains(error), "{said}");
}

#[test]
fn a_broken_root_is_refused() {
    let (helm, no_helm) = (r#"version = "~> 3.1"#, r#"version = "~> 99.1"#);
    check_refused("versions.tf", helm, no_helm, "init", "no available releases match");
    check_refused("main.tf", "max_history ", "max_histories ", "validate", "Unsupported argument");
    check_refused("iam.tf", "role.service.name", "role.api.name", "validate", "Reference to");
    check_refused("main.tf", ".yaml\")]", ".yml\")]", "validate", "Invalid function argument");
    check_refused("terraform.tfvars", "image_tag = \"", "image_tag = \"!", "plan", "image tag has");
}

#[test]
fn a_backend_that_terraform_does_not_know_is_refused() {
    let Some(terraform) = Terraform::installed() else { return };
    let project = Project::copied();
    let versions = format!("{}/versions.tf", SNOWPACK_DEV.root());
    project.replace(&versions, "use_lockfile ", "use_lock_file");
    let said = Root::at(project.path(&SNOWPACK_DEV.root()), &terraform).init().unwrap_err();
    assert_eq!(first_error(&said), "Unsupported argument");
}

#[test]
fn another_layout_is_refused() {
    let Some(terraform) = Terraform::installed() else { return };
    let project = Project::copied();
    project.replace(&format!("{}/main.tf", SNOWPACK_DEV.root()), "atomic            =", "atomic =");
    let arguments = ["fmt", "-check", "-recursive", "generated"];
    assert!(terraform.run(&project.path("."), &arguments).is_err());
}

/// The headline of the first error in what Terraform said.
fn first_error(said: &str) -> &str {
    said.lines().find_map(|line| line.strip_prefix("Error: ")).unwrap()
}

/// The names in a folder of the repository, in order.
fn entries(folder: &str) -> Vec<String> {
    let read = fs::read_dir(repository().join(folder)).unwrap();
    let mut names: Vec<_> =
        read.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
