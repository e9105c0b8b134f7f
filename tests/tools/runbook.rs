//! The runbooks of this repository: each is followed from end to end, and every name in it is the one
//! that the root beside it uses.

use std::fs;
use std::sync::LazyLock;

use crate::support::project::Project;
use crate::support::runbook::{Call, World, accepted_by_aws, follow, options, root, those};
use serde_json::{Value, json};

const SERVICES: [(&str, &[&str]); 2] =
    [("icepack", &["dev", "stage", "preprod", "prod"]), ("snowpack", &["dev", "stage", "preprod"])];

/// A service in an environment, with what its root says in HCL.
struct Place {
    service: &'static str,
    environment: &'static str,
    folder: String,
    root: Value,
}

impl Place {
    fn page(&self) -> String {
        format!("{}/RUNBOOK.md", self.folder)
    }

    fn account(&self) -> &str {
        self.root["provider"]["aws"]["allowed_account_ids"][0].as_str().unwrap()
    }

    fn follow(&self, project: &Project, world: World) -> Option<Vec<Call>> {
        follow(project, &self.page(), self.account(), world)
    }

    fn resource(&self, kind: &str, name: &str) -> &Value {
        &self.root["resource"][kind][name]
    }
}

fn places(project: &Project) -> Vec<Place> {
    let places = SERVICES.iter().flat_map(|(service, environments)| {
        environments.iter().map(move |environment| {
            let folder = format!("generated/terraform/{service}-api/env/{environment}");
            Place { service, environment, root: root(project, &folder), folder }
        })
    });
    places.collect()
}

/// Every page with the calls of somebody who begins with nothing; none, where Bash or jq is missing.
fn followed() -> &'static [(Place, Vec<Call>)] {
    static FOLLOWED: LazyLock<Vec<(Place, Vec<Call>)>> = LazyLock::new(|| {
        let project = Project::own();
        let places = places(&project).into_iter();
        places
            .filter_map(|place| Some((place.follow(&project, World::Empty)?, place)))
            .map(|(calls, place)| (place, calls))
            .collect()
    });
    &FOLLOWED
}

#[test]
fn every_call_of_a_page_is_accepted_by_the_aws_cli() {
    let mut calls = Vec::new();
    // All that a page can say: a database in the cluster or in RDS, a deploy by a push or after approval.
    let (dev, prod) = ("icepack-api/env/dev", "icepack-api/env/prod");
    let of_each_kind = |place: &Place| place.folder.ends_with(dev) || place.folder.ends_with(prod);
    for (_, of_page) in followed().iter().filter(|(place, _)| of_each_kind(place)) {
        calls.extend(of_page.clone());
    }
    if !calls.is_empty() {
        accepted_by_aws(&calls);
    }
}

#[test]
fn nothing_is_made_that_is_there() {
    let project = Project::own();
    for place in places(&project) {
        let Some(calls) = place.follow(&project, World::Complete) else { return };
        let made = calls.iter().filter(|call| {
            call.0.iter().any(|word| {
                word.starts_with("create-") || word == "request-certificate" || word == "install"
            })
        });
        assert_eq!(made.collect::<Vec<_>>(), [] as [&Call; 0], "{}", place.page());
    }
}

/// Asserts that all of some names are the same one, and that there are some.
#[track_caller]
fn all(names: Vec<&str>, expected: &str) {
    assert!(!names.is_empty(), "{expected}");
    assert!(names.iter().all(|name| *name == expected), "{names:?} for {expected}");
}

#[test]
fn the_state_and_the_account_are_those_of_the_root() {
    let project = Project::own();
    for (place, calls) in followed() {
        let backend = &place.root["terraform"]["backend"]["s3"];
        let bucket = backend["bucket"].as_str().unwrap();
        for operation in ["create-bucket", "put-bucket-versioning", "put-bucket-encryption"] {
            all(options(calls, &format!("aws s3api {operation}"), "--bucket"), bucket);
        }
        all(options(calls, "aws s3api put-public-access-block", "--bucket"), bucket);
        let page = project.read(&place.page());
        assert!(page.contains(&format!("under `{}`", backend["key"].as_str().unwrap())));
        for id in page.split(|c: char| !c.is_ascii_digit()).filter(|word| word.len() == 12) {
            assert_eq!(id, place.account(), "{}", place.page());
        }
        let roots: Vec<&str> =
            those(calls, "terraform").iter().map(|call| call.0[1].as_str()).collect();
        all(roots, &format!("-chdir={}", place.folder));
    }
}

#[test]
fn the_roles_are_those_of_the_root_and_of_its_workflow() {
    let project = Project::own();
    for (place, calls) in followed() {
        let job = job(&project, place);
        let deploy_role = job["env"]["DEPLOY_ROLE"].as_str().unwrap();
        all(options(calls, "aws eks create-access-entry", "--principal-arn"), deploy_role);
        let created = options(calls, "aws iam create-role", "--role-name");
        assert!(deploy_role.ends_with(&format!("role/{}", created[0])), "{created:?}");
        let trust = &those(calls, "aws iam create-role")[0];
        let trust: Value =
            serde_json::from_str(trust.option("--assume-role-policy-document")).unwrap();
        let gate = job["environment"].as_str().unwrap();
        let condition = &trust["Statement"][0]["Condition"]["StringEquals"];
        assert_eq!(
            condition["token.actions.githubusercontent.com:sub"],
            json!([
                format!("repo:acme/shop:environment:{gate}"),
                format!("repo:acme@1/shop@2:environment:{gate}")
            ])
        );

        let role = place.resource("aws_iam_role", "service")["name"].as_str().unwrap();
        let role = format!("arn:aws:iam::{}:role/{role}", place.account());
        let policies = those(calls, "aws iam put-role-policy");
        let ours = policies.iter().filter(|it| it.option("--policy-name") == place.service);
        let ours: Vec<Value> =
            ours.map(|it| serde_json::from_str(it.option("--policy-document")).unwrap()).collect();
        assert_eq!(ours.len(), 2, "the deploys' and KEDA's");
        assert_eq!(ours[0]["Statement"][1]["Resource"], role);
        assert_eq!(ours[1]["Statement"][0]["Resource"], role);

        let trusted = &place.root["data"]["aws_iam_policy_document"]["trust"]["statement"][1];
        let keda = trusted["principals"]["identifiers"][0].as_str().unwrap();
        let install = those(calls, "helm install keda")[0];
        assert!(install.0.contains(&format!("podIdentity.aws.irsa.roleArn={keda}")), "{install:?}");
        assert!(created.iter().any(|name| keda.ends_with(&format!("role/{name}"))), "{created:?}");
    }
}

/// The job of the workflow that deploys it.
fn job(project: &Project, place: &Place) -> Value {
    let text = project.read(&format!(".github/workflows/deploy-{}.yml", place.service));
    let workflow: Value = serde_yaml::from_str(&text).unwrap();
    workflow["jobs"][place.environment].clone()
}

#[test]
fn github_runs_the_workflow_in_an_environment_that_asks_the_reviewers() {
    let project = Project::own();
    for (place, calls) in followed() {
        let gate = job(&project, place)["environment"].as_str().unwrap().to_owned();
        let path = format!("repos/{{owner}}/{{repo}}/environments/{gate}");
        let made = those(calls, &format!("gh api --silent --method PUT {path}"));
        let [made] = made[..] else { panic!("{made:?}") };
        let is_prod = place.environment == "prod";
        assert_eq!(made.0.contains(&"reviewers[][id]=7".to_owned()), is_prod, "{made:?}");
        let branches = format!("gh api --silent --method POST {path}/deployment-branch-policies");
        assert_eq!(options(calls, &branches, "-f"), ["name=main"]);

        let workflow = format!("deploy-{}.yml", place.service);
        let run = those(calls, &format!("gh workflow run {workflow}"));
        // A push to main deploys dev.
        assert_eq!(run.len(), usize::from(place.environment != "dev"));
        for call in run {
            assert_eq!(call.option("-f"), format!("environment={}", place.environment));
        }
        all(options(calls, "gh run list", "--workflow"), &workflow);
    }
}

#[test]
fn the_host_name_the_certificate_and_the_cluster_are_those_of_the_root() {
    for (place, calls) in followed() {
        let certificate = place.root["data"]["aws_acm_certificate"]["api"]["domain"].as_str();
        all(options(calls, "aws acm request-certificate", "--domain-name"), certificate.unwrap());
        let url = place.root["output"]["url"]["value"].as_str().unwrap();
        let asked = those(calls, "curl")
            .into_iter()
            .filter(|call| call.0.last().unwrap().ends_with("/readyz"));
        all(asked.map(|call| call.0.last().unwrap().as_str()).collect(), &format!("{url}/readyz"));
        let zone = options(calls, "aws route53 create-hosted-zone", "--name")[0];
        assert!(url.ends_with(&format!(".{zone}")), "{url} in {zone}");

        let cluster = place.root["data"]["aws_eks_cluster"]["this"]["name"].as_str().unwrap();
        all(options(calls, "aws eks create-access-entry", "--cluster-name"), cluster);
        all(options(calls, "aws eks associate-access-policy", "--cluster-name"), cluster);
        all(options(calls, "aws eks update-kubeconfig", "--name"), cluster);
        all(options(calls, "aws eks describe-cluster", "--name"), cluster);
        let install = those(calls, "helm install aws-load-balancer-controller")[0];
        assert!(install.0.contains(&format!("clusterName={cluster}")), "{install:?}");
    }
}

#[test]
fn every_secret_that_the_root_declares_gets_the_keys_that_its_description_names() {
    for (place, calls) in followed() {
        let declared = place.root["resource"]["aws_secretsmanager_secret"].as_object().unwrap();
        let filled = those(calls, "aws secretsmanager put-secret-value");
        assert_eq!(filled.len(), declared.len(), "{}", place.page());
        for (address, secret) in declared {
            let call = filled.iter().find(|it| it.option("--secret-id") == secret["name"]);
            let value: Value = serde_json::from_str(call.expect(address).input()).unwrap();
            let keys: Vec<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
            let description = secret["description"].as_str().unwrap();
            assert!(description.ends_with(&format!("{} as JSON", keys.join(" and "))), "{keys:?}");
            assert!(value.as_object().unwrap().values().all(|value| value != ""), "{address}");
            let target = format!("-target=aws_secretsmanager_secret.{address}");
            let apply = those(calls, &format!("terraform -chdir={} apply", place.folder))[0];
            assert!(apply.0.contains(&target), "{apply:?}");
        }
    }
}

#[test]
fn the_data_is_kept_as_the_root_keeps_it() {
    for (place, calls) in followed() {
        let release = place.resource("helm_release", "service");
        let (name, namespace) = (release["name"].as_str().unwrap(), &release["namespace"]);
        let snapshots = options(calls, "aws rds describe-db-snapshots", "--db-snapshot-identifier");
        let dumps =
            those(calls, &format!("kubectl --namespace {} exec", namespace.as_str().unwrap()));
        let database = place.resource("aws_db_instance", "postgres");
        if database.is_null() {
            assert_eq!((snapshots.len(), dumps.len()), (0, 1), "{}", place.page());
            assert_eq!(dumps[0].0[4], format!("deploy/{name}-postgres"));
        } else {
            assert_eq!(dumps.len(), 0);
            all(snapshots, database["final_snapshot_identifier"].as_str().unwrap());
            let unprotected = those(calls, "envroot set").len() == 1;
            assert_eq!(database["deletion_protection"], unprotected);
        }
    }
}

/// Setting the protection off renders the page anew, so what applies that must not go with it.
#[test]
fn the_commands_of_envroot_do_what_the_page_says() {
    for (place, calls) in followed() {
        let project = Project::own();
        let applies =
            format!("terraform -chdir={} apply -target=aws_db_instance.postgres", place.folder);
        for call in those(calls, "envroot") {
            project.done(&call.0[1..].join(" "));
            if call.is("envroot set") {
                assert!(project.read(&place.page()).contains(&applies), "{}", place.page());
            }
        }
        project.done("check");
        assert!(!project.path(&place.folder).exists(), "{}", place.folder);
    }
}

#[test]
fn a_page_of_an_environment_that_retires_is_about_its_end() {
    let project = Project::own();
    let stage = "[environments.stage]\n";
    project.edit("environments.toml", stage, &format!("{stage}status = \"retiring\"\n"));
    project.done("gen");
    for place in places(&project) {
        let page = project.read(&place.page());
        let retiring = place.environment == "stage";
        assert_eq!(page.contains("**It is being retired.**"), retiring, "{}", place.page());
        assert_eq!(page.contains("## Bring up"), !retiring, "{}", place.page());
        assert_eq!(page.contains("### 1. The data"), retiring, "{}", place.page());
        assert!(page.contains("## Take down"));
        let Some(calls) = place.follow(&project, World::Complete) else { return };
        assert_eq!(those(&calls, "gh").is_empty(), retiring, "{}", place.page());
    }
}

#[test]
fn a_deploy_of_another_image_leaves_every_page_as_it_is() {
    let project = Project::own();
    let before: Vec<String> =
        places(&project).iter().map(|place| project.read(&place.page())).collect();
    let text = project.read("environments.toml");
    project.write("environments.toml", &text.replace("\"0.1.0\"", "\"0.2.0\""));
    project.done("gen");
    let after: Vec<String> =
        places(&project).iter().map(|place| project.read(&place.page())).collect();
    assert_eq!(before, after);
}

#[test]
fn a_setting_cannot_break_out_of_the_shell_code() {
    let project = Project::own();
    let hostile = "main' \\\"; $(touch broken) #!";
    project.edit("environments.toml", "\"main-deploy\"", &format!("\"{hostile}\""));
    project.edit("environments.toml", "output   = \"generated\"", "output   = \"gene rated\"");
    fs::remove_dir_all(project.path("generated")).unwrap();
    project.done("gen");
    let page = "gene rated/terraform/icepack-api/env/prod/RUNBOOK.md";
    let Some(calls) = follow(&project, page, "857967394368", World::Empty) else { return };
    let folder = "-chdir=gene rated/terraform/icepack-api/env/prod";
    assert!(those(&calls, "terraform").iter().all(|call| call.0[1] == folder));
    let trust = those(&calls, "aws iam create-role")[0].option("--assume-role-policy-document");
    let trust: Value = serde_json::from_str(trust).unwrap();
    let subject = "repo:acme/shop:environment:main' \"; $(touch broken) #!";
    let condition = &trust["Statement"][0]["Condition"]["StringEquals"];
    assert_eq!(condition["token.actions.githubusercontent.com:sub"][0], subject);
    assert!(!project.path("broken").exists());
}
