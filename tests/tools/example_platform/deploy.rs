//! Which environment deploys on which push, tag or merge request, and what a deploy runs.
//!
//! Whether a tag is a good one is judged elsewhere.

use serde_json::json;

use crate::example_platform::gitlab::{Event, Pipeline};
use crate::example_platform::release::{Programs, run};
use crate::example_platform::{ENVIRONMENTS, root};

/// Asserts which jobs an event starts; none, where it starts no pipeline.
#[track_caller]
fn check(event: Event<'_>, expected: &[&str]) {
    let started = Pipeline::committed().started(&event).unwrap_or_default();
    let names: Vec<&str> = started.iter().map(|job| job.name.as_str()).collect();
    assert_eq!(names, expected);
}

#[test]
fn a_merge_deploys_dvlp_and_a_tag_of_its_name_each_other_environment() {
    check(Event::MergeRequest, &["announce", "ticket", "in-sync", "validate"]);
    check(Event::Push("main"), &["deploy-dvlp"]);
    check(Event::Push("main-2"), &[]);
    check(Event::Push("feature/nodes"), &[]);
    check(Event::Tag("2026-11-21_14-30-pprd"), &["release", "deploy-pprd"]);
    check(Event::Tag("2026-11-21_14-30-prod"), &["release", "deploy-prod"]);
}

#[test]
fn any_other_tag_deploys_nothing() {
    for tag in [
        "2026-11-21_14-30-dvlp",
        "2026-11-21_14-30-production",
        "2026-11-21_14-30-eu-prod",
        "2026-11-21-14-30-prod",
        "2026-11-21_14-30_prod",
        "2026-1-2_14-30-prod",
        "v2026-11-21_14-30-prod",
        "2026-11-21_14-30-PROD",
        "prod",
        "v1.0",
    ] {
        check(Event::Tag(tag), &["release"]);
    }
}

#[test]
fn a_release_is_judged_before_anything_is_deployed() {
    let pipeline = Pipeline::committed();
    let stage = |wanted: &str| {
        let (_, job) = pipeline.jobs().find(|(name, _)| *name == wanted).unwrap();
        assert!(job["allow_failure"].is_null() && job["needs"].is_null(), "{wanted}");
        job["stage"].clone()
    };
    assert_eq!(stage("release"), "check");
    for environment in &ENVIRONMENTS {
        assert_eq!(stage(&format!("deploy-{}", environment.name)), "deploy");
    }
    let text = crate::example_platform::example().read(".gitlab-ci.yml");
    assert!(text.contains("\nstages: [check, deploy]\n"));
}

#[test]
fn a_deploy_is_of_one_environment_in_its_own_account_and_never_beside_another() {
    let pipeline = Pipeline::committed();
    for environment in &ENVIRONMENTS {
        let name = environment.name;
        let (_, job) = pipeline.jobs().find(|(job, _)| *job == format!("deploy-{name}")).unwrap();
        let role = format!("arn:aws:iam::{}:role/eks-cluster-deploy", environment.account);
        let variables = &job["variables"];
        assert_eq!(variables["AWS_ROLE_ARN"], role);
        assert_eq!(variables["ENVIRONMENT"], name);
        assert_eq!(variables["ROOT"], root(name));
        assert_eq!([&job["environment"], &job["resource_group"]], [name, name]);
        assert_eq!(job["id_tokens"], json!({ "AWS_ID_TOKEN": { "aud": "sts.amazonaws.com" } }));
    }
}

#[test]
fn what_is_planned_is_what_is_applied_after_the_root_alone_was_checked() {
    let pipeline = Pipeline::committed();
    let jobs = pipeline.started(&Event::Push("main")).unwrap();
    let [mut deploy] = <[_; 1]>::try_from(jobs).ok().unwrap();
    let programs = Programs::that_print(&["envroot", "terraform"]);
    let token = programs.path("token");
    deploy.variables.insert("AWS_WEB_IDENTITY_TOKEN_FILE".to_owned(), token.clone());
    deploy.variables.insert("AWS_ID_TOKEN".to_owned(), "a %s token".to_owned());
    programs.folder(&deploy.variables["ROOT"]);
    let said = run(&deploy, &programs, "bash").unwrap();
    let expected = "\
envroot check --env dvlp --service eks-cluster
terraform init -input=false -lockfile=readonly
terraform plan -input=false -lock-timeout=5m -out=tfplan
terraform apply -input=false -lock-timeout=5m tfplan
";
    assert_eq!(said, expected);
    assert_eq!(std::fs::read_to_string(token).unwrap(), "a %s token");
}
