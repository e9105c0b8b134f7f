//! `envroot add` in real projects: the roots of a new environment as the real Terraform reads them,
//! and nothing left of it after both steps of `retire`.
//!
//! The providers are stand-ins that carry the real providers' schemas. The charts of a new
//! environment are rendered in tests/tools/helm.rs.

use std::path::Path;

use crate::support::project::{Project, Tree};
use crate::support::rounds::some_of;
use crate::support::terraform::{Root, Terraform};
use serde_json::json;

/// An environment that is added, used and taken away again.
struct Addition<'a> {
    name: &'a str,
    like: &'a str,
    /// What it must be given, and what else it is given.
    values: &'a [&'a str],
    /// Its roots.
    roots: &'a [&'a str],
    /// Terraform variables that somebody else gives, with the roots they belong to.
    variables: &'a [&'a str],
    /// Files that name it besides those in its roots.
    mentions: &'a [&'a str],
}

#[track_caller]
fn check(project: Project, addition: &Addition<'_>) {
    let Addition { name, like, values, roots, .. } = addition;
    project.done("check");
    let before = project.tree();
    let mut words = vec!["add", name, "--like", like];
    words.extend(values.iter().flat_map(|value| ["--set", value]));
    let run = project.envroot_words("", &words);
    assert_eq!(run.exit, 0, "{words:?}\n{}{}", run.out, run.err);
    let added = project.tree();
    project.done("check");
    for path in addition.mentions {
        assert!(project.read(path).contains(name), "{path}");
    }
    accepted(&added, addition);

    // Nothing is lost while its resources are there.
    let run = project.envroot(&format!("retire {name} --destroyed"));
    assert_eq!(run.exit, 1, "{}", run.err);
    assert!(project.tree() == added, "a refused `retire` wrote something");
    project.done(&format!("retire {name}"));
    project.done("check");
    for root in *roots {
        assert!(project.path(root).join("main.tf").exists(), "{root}");
    }
    project.done(&format!("retire {name} --destroyed"));
    let after = project.tree();
    let differ = before.iter().filter(|(path, text)| after.get(*path) != Some(text));
    assert_eq!(differ.map(|(path, _)| path).collect::<Vec<_>>(), [""; 0]);
    assert_eq!(before.len(), after.len());
    for root in *roots {
        assert!(!project.path(root).exists(), "{root} is left");
    }
}

/// Asserts that Terraform takes the new roots without a word, as they are laid out, and that one
/// apply settles them.
#[track_caller]
fn accepted(tree: &Tree, addition: &Addition<'_>) {
    let Some(terraform) = Terraform::installed() else { return };
    let project = Project::empty();
    project.restore(tree);
    for root in some_of(addition.roots) {
        let format = ["fmt", "-check", "-recursive", "-diff", *root];
        terraform.run(&project.path(""), &format).unwrap();
        let variables: String =
            addition.variables.iter().map(|it| format!("{it} = \"not-{it}\"\n")).collect();
        project.write(&Path::new(root).join("given.auto.tfvars").display().to_string(), &variables);
        let folder = Root::at(project.path(root), &terraform).with_local_state();
        folder.init().unwrap();
        assert_eq!(folder.validate().unwrap(), json!([]), "{root}");
        let plan = folder.plan().unwrap();
        assert!(actions(&plan).contains(&"create".to_owned()), "{root}");
        folder.apply().unwrap();
        let again = actions(&folder.plan().unwrap());
        assert!(again.iter().all(|it| it == "no-op"), "{root}: {again:?}");
    }
}

/// What a plan would do to each resource.
fn actions(plan: &serde_json::Value) -> Vec<String> {
    let changes = plan["resource_changes"].as_array().unwrap().iter();
    let managed = changes.filter(|it| it["mode"] == "managed");
    managed.map(|it| it["change"]["actions"][0].as_str().unwrap().to_owned()).collect()
}

/// A copy of an example.
fn example(name: &str) -> Project {
    let folder = format!("examples/{name}");
    let read = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(&folder)).unwrap();
    let names: Vec<_> = read.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
    Project::copy(&folder, &names.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Asserts which values a new environment is asked for, and that nothing was written.
#[track_caller]
fn check_asked(project: &Project, like: &str, expected: &[&str]) {
    let before = project.tree();
    let run = project.envroot(&format!("add new --like {like}"));
    assert_eq!(run.exit, 3, "{}{}", run.out, run.err);
    let asked = run.err.lines().filter_map(|line| line.trim().strip_prefix("= help: --set "));
    assert_eq!(asked.collect::<Vec<_>>(), expected, "{}", run.err);
    assert!(project.tree() == before, "something was written");
}

#[test]
fn what_belongs_to_one_environment_alone_is_asked_for() {
    let own = Project::own();
    check_asked(&own, "stage", &["account_id=VALUE"]);
    check_asked(&own, "prod", &["account_id=VALUE", "dns_zone=VALUE"]);
    let hostname = "services.journals.hostname=VALUE";
    check_asked(&example("ecs"), "production", &["account_id=VALUE", hostname]);
    check_asked(&example("platform"), "dvlp", &["account_id=VALUE", "vpc_id=VALUE"]);
    check_asked(&example("cluster-manager"), "prod", &["account_id=VALUE", "cidr=VALUE"]);
}

#[test]
fn another_environment_of_this_repository_is_one_command() {
    check(
        Project::own(),
        &Addition {
            name: "qa",
            like: "stage",
            values: &["account_id=222222222222"],
            roots: &[
                "generated/terraform/icepack-api/env/qa",
                "generated/terraform/snowpack-api/env/qa",
            ],
            variables: &[],
            mentions: &[
                ".github/workflows/deploy-icepack.yml",
                ".github/workflows/deploy-snowpack.yml",
                "generated/ENVIRONMENTS.md",
                "generated/charts/icepack/values-qa.yaml",
                "generated/charts/snowpack/values-qa.yaml",
            ],
        },
    );
}

#[test]
fn an_environment_like_prod_is_given_what_is_prod_alone() {
    check(
        Project::own(),
        &Addition {
            name: "eu",
            like: "prod",
            values: &[
                "account_id=222222222222",
                "dns_zone=eu.lakehouse.example.net",
                "region=eu-west-1",
            ],
            roots: &["generated/terraform/icepack-api/env/eu"],
            variables: &[],
            mentions: &["generated/charts/icepack/values-eu.yaml"],
        },
    );
}

#[test]
fn another_environment_on_ecs_is_one_command() {
    check(
        example("ecs"),
        &Addition {
            name: "demo",
            like: "staging",
            values: &["account_id=402317765083"],
            roots: &["environments/demo"],
            variables: &[],
            mentions: &[".github/workflows/deploy-journals.yml", "ENVIRONMENTS.md"],
        },
    );
    check(
        example("ecs"),
        &Addition {
            name: "eu",
            like: "production",
            values: &[
                "account_id=402317765083",
                "stage=production",
                "services.journals.hostname=journals.example.eu",
            ],
            roots: &["environments/eu"],
            variables: &[],
            mentions: &["environments/global_aws/states.tf"],
        },
    );
}

#[test]
fn another_cluster_of_the_platform_team_is_one_command() {
    check(
        example("platform"),
        &Addition {
            name: "trial",
            like: "dvlp",
            values: &["account_id=207461839950", "vpc_id=vpc-0a9d3b6e1f84c2075"],
            roots: &["generated/clusters/trial"],
            variables: &[],
            mentions: &[".gitlab-ci.yml", "generated/ENVIRONMENTS.md"],
        },
    );
}

#[test]
fn another_cluster_of_the_cluster_manager_is_one_command() {
    check(
        example("cluster-manager"),
        &Addition {
            name: "sandbox",
            like: "prod",
            values: &["account_id=188302756417", "cidr=10.64.0.0/16"],
            roots: &["deploy/sandbox"],
            variables: &["grafana_admin_password"],
            mentions: &[".gitlab-ci.yml", "ENVIRONMENTS.md", "modules/k8s/sandbox/helm_config.tf"],
        },
    );
}
