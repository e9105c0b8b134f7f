//! The runbook of each cluster, followed: its names are those of the root and of the pipeline.

use serde_json::Value;

use crate::example_platform::{ENVIRONMENTS, Environment, example};
use crate::support::runbook::{Call, World, accepted_by_aws, follow, options, root, those};

fn followed(environment: &Environment, world: World) -> Option<Vec<Call>> {
    let page = format!("{}/RUNBOOK.md", crate::example_platform::root(environment.name));
    follow(&example(), &page, environment.account, world)
}

#[test]
fn the_aws_cli_accepts_every_call() {
    let Some(calls) = followed(&ENVIRONMENTS[1], World::Empty) else { return };
    accepted_by_aws(&calls);
}

#[test]
fn nothing_is_made_that_is_there() {
    for environment in &ENVIRONMENTS {
        let Some(calls) = followed(environment, World::Complete) else { return };
        let made = calls.iter().filter(|call| {
            call.0.iter().any(|word| word.starts_with("create-") || word == "--json")
        });
        assert_eq!(made.count(), 0, "{}", environment.name);
    }
}

#[test]
fn the_role_trusts_what_the_pipeline_deploys_from() {
    let pipeline: Value = serde_yaml::from_str(&example().read(".gitlab-ci.yml")).unwrap();
    for environment in &ENVIRONMENTS {
        let Some(calls) = followed(environment, World::Empty) else { return };
        let name = environment.name;
        let job = &pipeline[format!("deploy-{name}")];
        let role = job["variables"]["AWS_ROLE_ARN"].as_str().unwrap();
        let made = those(&calls, "aws iam create-role");
        let [made] = made[..] else { panic!("{made:?}") };
        assert_eq!(made.option("--role-name"), role.rsplit('/').next().unwrap());
        assert_eq!(options(&calls, "aws sts assume-role", "--role-arn"), [role]);
        let trust: Value =
            serde_json::from_str(made.option("--assume-role-policy-document")).unwrap();
        let subject = &trust["Statement"][1]["Condition"]["StringLike"]["code.example.edu:sub"];
        let is_tagged = job["rules"][0]["if"].as_str().unwrap().contains("$CI_COMMIT_TAG");
        let from = match is_tagged {
            true => format!("ref_type:tag:ref:*-{name}"),
            false => "ref_type:branch:ref:main".to_owned(),
        };
        assert_eq!(*subject, format!("project_path:acme/clusters:{from}"));

        let protected = calls.iter().filter(|call| call.0.contains(&"--json".to_owned()));
        let protected: Vec<&str> = protected.map(|call| call.option("--json")).collect();
        let tag = format!("{{\"name\": \"*-{name}\"}}");
        assert_eq!(protected, if is_tagged { vec![tag.as_str()] } else { Vec::new() });
        let pushed = those(&calls, "git push origin");
        assert_eq!(pushed.len(), usize::from(is_tagged));
        assert!(pushed.iter().all(|call| call.0[3].ends_with(&format!("-{name}"))), "{pushed:?}");
    }
}

#[test]
fn the_state_the_network_and_the_cluster_are_those_of_the_root() {
    for environment in &ENVIRONMENTS {
        let Some(calls) = followed(environment, World::Empty) else { return };
        let folder = crate::example_platform::root(environment.name);
        let root = root(&example(), &folder);
        let address = root["terraform"]["backend"]["http"]["address"].as_str().unwrap();
        let page = example().read(&format!("{folder}/RUNBOOK.md"));
        assert!(page.contains(&format!("`{address}`")), "{address}");
        let cluster = &root["module"]["cluster"];
        assert_eq!(
            options(&calls, "aws eks describe-cluster", "--name"),
            [cluster["name"].as_str().unwrap()]
        );
        let network = format!("Name=vpc-id,Values={}", cluster["vpc_id"].as_str().unwrap());
        assert_eq!(options(&calls, "aws ec2 describe-subnets", "--filters"), [network]);
        let signs_in = &root["data"]["aws_iam_policy_document"]["team"]["statement"]["principals"];
        let provider = signs_in["identifiers"][0].as_str().unwrap();
        assert_eq!(options(&calls, "aws iam get-saml-provider", "--saml-provider-arn"), [provider]);
        let unprotected = those(&calls, "envroot set").len() == 1;
        assert_eq!(cluster["deletion_protection"], unprotected, "{folder}");
        let roots = those(&calls, "terraform");
        assert!(roots.iter().all(|call| call.0[1] == format!("-chdir={folder}")), "{roots:?}");
    }
}
