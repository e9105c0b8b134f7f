//! The runbook of each cluster, followed: its names are those of the root and of the pipeline.

use serde_json::Value;

use crate::example_cluster_manager::{CLUSTERS, Cluster, example};
use crate::support::runbook::{Call, World, accepted_by_aws, follow, options, root, those};

fn followed(cluster: &Cluster, world: World) -> Option<Vec<Call>> {
    let page = format!("deploy/{}/RUNBOOK.md", cluster.name);
    follow(&example(), &page, cluster.account, world)
}

#[test]
fn the_aws_cli_accepts_every_call() {
    let Some(calls) = followed(&CLUSTERS[1], World::Empty) else { return };
    accepted_by_aws(&calls);
}

#[test]
fn nothing_is_made_that_is_there() {
    for cluster in &CLUSTERS {
        let Some(calls) = followed(cluster, World::Complete) else { return };
        let made = calls.iter().filter(|call| {
            call.0.iter().any(|word| word.starts_with("create-") || word == "--json")
        });
        assert_eq!(made.count(), 0, "{}", cluster.name);
    }
}

#[test]
fn the_roles_and_the_environment_are_those_of_the_pipeline() {
    let pipeline: Value = serde_yaml::from_str(&example().read(".gitlab-ci.yml")).unwrap();
    for cluster in &CLUSTERS {
        let Some(calls) = followed(cluster, World::Empty) else { return };
        let jobs = ["plan", "apply"].map(|step| &pipeline[format!("{step}:{}", cluster.name)]);
        let roles = jobs.map(|job| job["variables"]["AWS_ROLE_ARN"].as_str().unwrap());
        let made = options(&calls, "aws iam create-role", "--role-name");
        assert_eq!(made, roles.map(|role| role.rsplit('/').next().unwrap()));
        assert!(
            options(&calls, "aws sts assume-role", "--role-arn").iter().all(|it| it == &roles[1])
        );
        let trusts = options(&calls, "aws iam create-role", "--assume-role-policy-document");
        let subjects = trusts.iter().map(|trust| {
            let trust: Value = serde_json::from_str(trust).unwrap();
            let condition = &trust["Statement"][1]["Condition"]["StringLike"];
            condition["gitlab.example.net:sub"].as_str().unwrap().to_owned()
        });
        let subjects: Vec<String> = subjects.collect();
        let applies = "project_path:acme/clusters:ref_type:branch:ref:main";
        assert_eq!(subjects, ["project_path:acme/clusters:*", applies]);

        let protected = calls.iter().find(|call| {
            call.is("curl") && call.0.last().unwrap().ends_with("/protected_environments")
        });
        let body: Value = serde_json::from_str(protected.unwrap().option("--json")).unwrap();
        assert_eq!(body["name"], jobs[1]["environment"]);
    }
}

#[test]
fn the_state_the_cluster_and_the_secrets_are_those_of_the_root() {
    for cluster in &CLUSTERS {
        let Some(calls) = followed(cluster, World::Empty) else { return };
        let folder = format!("deploy/{}", cluster.name);
        let root = root(&example(), &folder);
        let address = root["terraform"]["backend"]["http"]["address"].as_str().unwrap();
        let page = example().read(&format!("{folder}/RUNBOOK.md"));
        assert!(page.contains(&format!("`{address}`")), "{address}");
        let (project, _) = address.split_once("/terraform/").unwrap();
        assert!(those(&calls, "curl")[0].0.contains(&project.to_owned()));
        assert_eq!(
            options(&calls, "aws eks update-kubeconfig", "--name"),
            [root["module"]["eks"]["name"].as_str().unwrap()]
        );
        let secrets = cluster.secrets.iter().map(|name| format!("{}/{name}", cluster.name));
        let secrets: Vec<String> = secrets.collect();
        assert_eq!(options(&calls, "aws secretsmanager create-secret", "--name"), secrets);
        assert_eq!(options(&calls, "aws secretsmanager delete-secret", "--secret-id"), secrets);
        for call in those(&calls, "aws secretsmanager create-secret") {
            assert_eq!(call.input().len(), 48, "{call:?}");
        }
        let roots = those(&calls, "terraform");
        assert!(roots.iter().all(|call| call.0[1] == format!("-chdir={folder}")), "{roots:?}");
    }
}

#[test]
fn every_bucket_of_a_release_is_emptied_before_it_goes() {
    for cluster in &CLUSTERS {
        let Some(calls) = followed(cluster, World::Empty) else { return };
        let roles = root(&example(), &format!("modules/k8s/{}/secret_config", cluster.name));
        let buckets = roles["resource"]["aws_s3_bucket"].as_object().unwrap().values();
        let mut buckets: Vec<String> =
            buckets.map(|it| format!("s3://{}", it["bucket"].as_str().unwrap())).collect();
        buckets.sort();
        assert_eq!(options(&calls, "aws s3 rm", "--recursive"), buckets);
    }
}
