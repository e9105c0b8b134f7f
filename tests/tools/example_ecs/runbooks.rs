//! The runbook of each environment, followed: its names are those of the root and of the workflow.

use serde_json::Value;

use crate::example_ecs::{BLAKE, PRODUCTION, Place, STAGING, STEVIE, example};
use crate::support::runbook::{Call, World, accepted_by_aws, follow, options, root, those};

/// What a page's commands are, and the module call that the root consists of.
fn followed(place: &Place, world: World) -> Option<(Vec<Call>, Value)> {
    let project = example();
    let root = root(&project, &place.root());
    let page = format!("{}/RUNBOOK.md", place.root());
    let calls = follow(&project, &page, place.account, world)?;
    Some((calls, root["module"]["deployment"].clone()))
}

const PAGES: [&Place; 4] = [&STAGING, &BLAKE, &PRODUCTION, &STEVIE];

#[test]
fn the_aws_cli_accepts_every_call() {
    let mut calls = Vec::new();
    for place in [&BLAKE, &PRODUCTION] {
        let Some((of_page, _)) = followed(place, World::Empty) else { return };
        calls.extend(of_page);
    }
    accepted_by_aws(&calls);
}

#[test]
fn nothing_is_made_that_is_there() {
    for place in PAGES {
        let Some((calls, _)) = followed(place, World::Complete) else { return };
        let made = calls.iter().filter(|call| {
            call.0.iter().any(|word| word.starts_with("create-") || word == "request-certificate")
        });
        assert_eq!(made.count(), 0, "{}", place.folder);
        assert!(those(&calls, "gh api --silent --method PUT").is_empty(), "{}", place.folder);
    }
}

#[test]
fn the_state_is_opened_to_the_role_before_anything_else() {
    for place in PAGES {
        let Some((calls, _)) = followed(place, World::Empty) else { return };
        let first = those(&calls, "terraform");
        assert_eq!(first[1].0, ["terraform", "-chdir=environments/global_aws", "apply"]);
        let page = example().read(&format!("{}/RUNBOOK.md", place.root()));
        assert!(page.contains(&format!("at `{}`", place.state)), "{}", place.folder);
        let ids = page.split(|c: char| !c.is_ascii_digit()).filter(|word| word.len() == 12);
        assert!(ids.into_iter().all(|id| id == place.account), "{}", place.folder);
    }
}

#[test]
fn the_role_and_the_environment_in_github_are_those_of_the_workflow() {
    let text = example().read(".github/workflows/deploy-journals.yml");
    let workflow: Value = serde_yaml::from_str(&text).unwrap();
    for place in PAGES {
        let Some((calls, _)) = followed(place, World::Empty) else { return };
        let job = &workflow["jobs"][place.folder];
        let role = job["env"]["DEPLOY_ROLE"].as_str().unwrap();
        let created = options(&calls, "aws iam create-role", "--role-name");
        assert!(matches!(created[..], [name] if role.ends_with(&format!(":role/{name}"))));
        assert_eq!(options(&calls, "aws sts assume-role", "--role-arn"), [role]);
        let trust = those(&calls, "aws iam create-role")[0].option("--assume-role-policy-document");
        let gate = job["environment"].as_str().unwrap();
        assert!(trust.contains(&format!("\"repo:acme/shop:environment:{gate}\"")), "{trust}");
        let put =
            format!("gh api --silent --method PUT repos/{{owner}}/{{repo}}/environments/{gate}");
        let made = those(&calls, &put);
        let reviewed = made[0].0.contains(&"reviewers[][id]=7".to_owned());
        assert_eq!(reviewed, gate == "go-live", "{}", place.folder);
        for call in those(&calls, "gh workflow run deploy-journals.yml") {
            assert_eq!(call.option("-f"), format!("environment={}", place.folder));
        }
    }
}

#[test]
fn the_host_name_the_network_and_the_secrets_are_those_of_the_root() {
    let variables = root(&example(), "modules/deployment");
    for place in PAGES {
        let Some((calls, module)) = followed(place, World::Empty) else { return };
        let name = module["name"].as_str().unwrap();
        let hostname = module["hostname"].as_str().unwrap();
        assert_eq!(options(&calls, "aws acm request-certificate", "--domain-name"), [hostname]);
        let vpc = module["vpc"].as_str().or(variables["variable"]["vpc"]["default"].as_str());
        let filter = format!("Name=tag:Name,Values={}", vpc.unwrap());
        assert_eq!(options(&calls, "aws ec2 describe-vpcs", "--filters"), [filter]);

        let declared = module["secrets"].as_array().unwrap().iter();
        let declared: Vec<String> =
            declared.map(|secret| format!("{name}/{}", secret.as_str().unwrap())).collect();
        let filled = options(&calls, "aws secretsmanager put-secret-value", "--secret-id");
        assert_eq!(filled, declared);
        for call in those(&calls, "aws secretsmanager put-secret-value") {
            assert_eq!(call.input(), "typed");
        }
        let answers = those(&calls, "curl")
            .iter()
            .any(|call| call.0.last().unwrap() == &format!("https://{hostname}/readyz"));
        assert_eq!(answers, !module["containers"].is_null(), "{name}");
    }
}

#[test]
fn a_database_of_production_loses_its_protection_before_it_goes() {
    for place in PAGES {
        let Some((calls, module)) = followed(place, World::Empty) else { return };
        let name = module["name"].as_str().unwrap();
        let snapshot = format!("{name}-final");
        let described = "aws rds describe-db-snapshots --db-snapshot-identifier";
        assert_eq!(those(&calls, &format!("{described} {snapshot}")).len(), 1);
        let unprotected = options(&calls, "aws rds modify-db-instance", "--db-instance-identifier");
        let expected: &[&str] = if module["stage"] == "production" { &[name] } else { &[] };
        assert_eq!(unprotected, expected, "{name}");
        let last = those(&calls, &format!("terraform -chdir=environments/{name} plan -destroy"));
        assert_eq!(last.len(), 1);
    }
}
