//! What envroot, Terraform and OpenTofu accept, and what they refuse.
//!
//! No argument's value may be judged here.

use std::fs;

use serde_json::json;

use crate::example_ecs::journey::{changes, journeys};
use crate::example_ecs::{GLOBAL, PLACES, example};
use crate::support::rounds::some_of;
use crate::support::terraform::{Root, Terraform};

#[test]
fn what_is_committed_is_in_sync_and_a_second_run_writes_nothing() {
    let project = example();
    project.done("check");
    let before = project.tree();
    let run = project.done("gen");
    assert_eq!(project.tree(), before);
    assert_eq!(run.out, "26 files: 26 already current\n");
}

#[test]
fn exactly_the_known_places_have_roots() {
    let project = example();
    let folders = fs::read_dir(project.path("environments")).unwrap();
    let folders = folders.map(|entry| entry.unwrap());
    let folders = folders.filter(|entry| entry.path().is_dir());
    let mut found: Vec<_> = folders.map(|it| it.file_name().into_string().unwrap()).collect();
    found.sort();
    let mut expected = PLACES.map(|place| place.folder);
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn terraform_would_format_nothing_in_another_way() {
    let Some(terraform) = Terraform::installed() else { return };
    let project = example();
    for folder in ["environments", "modules"] {
        let arguments = ["fmt", "-check", "-recursive", "-diff", folder];
        terraform.run(&project.path("."), &arguments).unwrap();
    }
}

#[test]
fn every_root_is_valid_and_what_is_applied_needs_no_second_apply() {
    for journey in journeys() {
        let name = journey.place.folder;
        assert_eq!(journey.diagnostics, json!([]), "{name}");
        let first = changes(&journey.plan);
        assert!(first.len() >= 5, "{name}: {first:?}");
        assert!(first.iter().all(|change| change.starts_with("create ")), "{name}: {first:?}");
        assert_eq!(changes(&journey.plan_after_apply), [""; 0], "{name}");
    }
}

#[test]
fn every_root_is_valid_in_opentofu_too() {
    let Some(opentofu) = Terraform::opentofu() else { return };
    let project = example();
    for place in some_of(PLACES) {
        let root = Root::at(project.path(&place.root()), &opentofu).with_local_state();
        root.init().unwrap();
        assert_eq!(root.validate().unwrap(), json!([]), "{}", place.folder);
    }
}

/// Without credentials, Terraform has read the whole block before it gives up.
#[test]
fn terraform_takes_every_s3_backend_up_to_the_credentials() {
    let Some(terraform) = Terraform::installed() else { return };
    let project = example();
    for place in PLACES {
        let said = Root::at(project.path(&place.root()), &terraform).init().unwrap_err();
        let error = said.lines().find_map(|line| line.strip_prefix("Error: ")).unwrap();
        assert_eq!(error, "No valid credential sources found", "{}", place.folder);
    }
}

#[test]
fn the_first_state_is_kept_as_the_readme_of_the_bucket_says() {
    let Some(terraform) = Terraform::installed() else { return };
    let project = example();
    let readme = project.read("environments/global_aws/README.md");
    let commands = readme.split("```sh\n").nth(1).unwrap();
    let (first, rest) = commands.split_once('\n').unwrap();
    assert!(rest.starts_with("terraform init && terraform apply\nrm override.tf\n"), "{rest}");
    let folder = project.path(&GLOBAL.root());
    let run = std::process::Command::new("sh").args(["-c", first]).current_dir(&folder).status();
    assert!(run.unwrap().success());
    let root = Root::at(folder, &terraform);
    root.init().unwrap();
    root.plan().unwrap();
    // The file may stand there while it is needed.
    project.done("check");
}

#[test]
fn two_environments_share_an_account_only_with_a_reason() {
    let project = example();
    let written = project.read("environments.toml");
    let (before, rest) = written.split_once("[[waivers]]").unwrap();
    let (_, after) = rest.split_once("\n\n").unwrap();
    project.write("environments.toml", &format!("{before}{after}"));
    let run = project.envroot("check");
    assert_eq!(run.exit, 3);
    let message = "`staging` and `blake` have the same `account_id`, which must differ";
    assert!(run.err.contains(message), "{}", run.err);
}

#[test]
fn every_link_of_the_readme_and_the_overview_leads_somewhere() {
    let project = example();
    for page in ["README.md", "ENVIRONMENTS.md"] {
        let text = project.read(page);
        let links: Vec<_> = text.split("](").skip(1).collect();
        assert!(links.len() >= 4, "{page} has links");
        for link in links {
            let (target, _) = link.split_once(')').unwrap();
            assert!(project.path(target).exists(), "{page}: {target}");
        }
    }
}
