//! What `check` says to the hosts of pull requests.

use super::*;

/// The shop below a folder of a repository, as `gen` left it.
fn below() -> Transcript {
    let project = Project::empty();
    for (path, text) in Project::shop().tree() {
        project.write(&format!("infra/{path}"), &text);
    }
    assert_eq!(project.git("init --quiet").exit, 0);
    assert_eq!(project.envroot_in("infra", "gen").exit, 0);
    Transcript::of(project)
}

#[test]
fn drift_becomes_annotations_and_a_summary() {
    below()
        .run_in("infra", "check --format github --summary ../summary.md")
        .edit("infra/generated/shop/prod/main.tf", "max_count = 9", "max_count = 7\n  more = 1")
        .edit("infra/environments.toml", "shop:1.0", "shop:1.1")
        .remove("infra/generated/shop/dev/values.yaml")
        .write("infra/generated/shop/dev/more.tf", "locals {}\n")
        .copy("infra/generated/shop/dev/main.tf", "infra/generated/shop/staging/main.tf")
        .run_in("infra", "check --format github --summary ../summary.md --env prod")
        .run_in("infra", "check --format github --summary ../summary.md")
        .show("summary.md")
        .reads("github");
}

#[test]
fn problems_become_annotations_and_a_summary() {
    below()
        .edit("infra/environments.toml", "scaling.max = 9", "scaling.mx = 9")
        .edit("infra/environments.toml", "\"222222222222\"", "222222222222")
        .run("-C infra check --format github --summary summary.md")
        .edit("infra/environments.toml", "[project]", "[project")
        .run("-C infra check --format github --summary summary.md")
        .show("summary.md")
        .run("-C infra check --format github --summary nowhere/summary.md")
        .reads("github_problems");
}

#[test]
fn a_secret_is_masked_in_every_report() {
    let secret = ["ghp_", &"a1B2".repeat(9)].concat();
    for format in ["github", "sarif", "json"] {
        let project = Project::shop();
        project.done("gen");
        project.edit("generated/shop/dev/values.yaml", "max: 2", &format!("max: {secret}"));
        project.edit("environments.toml", "[defaults]", &format!("[defaults]\n{secret} = 1"));
        for _ in 0..2 {
            let run = project.envroot(&format!("check --format {format} --summary summary.md"));
            let said = [run.out, run.err, project.read("summary.md")].concat();
            assert!(!said.contains(&secret), "{said}");
            assert!(said.contains(&"*".repeat(secret.len())), "{said}");
            project.write("environments.toml", SHOP);
        }
    }
}

const SHOP: &str = include_str!("../../shop/environments.toml");

#[test]
fn drift_for_code_scanning() {
    below()
        .edit("infra/generated/shop/prod/main.tf", "max_count = 9", "max_count = 7")
        .run("-C infra check --format sarif")
        .reads("sarif");
}
