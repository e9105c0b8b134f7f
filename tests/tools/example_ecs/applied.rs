//! Each environment after an apply: its containers, its secrets, its database, its state.
//!
//! How it came there is judged elsewhere.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::example_ecs::journey::{Journey, journey, journeys};
use crate::example_ecs::{BLAKE, GLOBAL, PLACES, PRODUCTION, Place, STAGING, STEVIE, example};

#[test]
fn every_root_admits_its_own_account_alone() {
    for Journey { place, plan, .. } in journeys() {
        let provider = &plan["configuration"]["provider_config"]["aws"]["expressions"];
        let accounts = &provider["allowed_account_ids"]["constant_value"];
        assert_eq!(*accounts, json!([place.account]), "{}", place.folder);
    }
}

#[test]
fn every_state_has_a_place_of_its_own_in_the_one_bucket() {
    for place in PLACES {
        let backend = backend(place);
        assert_eq!(backend["bucket"], "example-journals-terraform-states", "{}", place.folder);
        assert_eq!(backend["key"], place.state, "{}", place.folder);
        assert_eq!(backend["allowed_account_ids"], json!([place.account]), "{}", place.folder);
    }
}

fn backend(place: &Place) -> Value {
    let text = example().read(&format!("{}/main.tf", place.root()));
    let root: Value = hcl::from_str(&text).unwrap();
    root["terraform"]["backend"]["s3"].clone()
}

#[test]
fn each_role_may_use_its_own_state_and_no_other() {
    let Some(global) = journey(&GLOBAL) else { return };
    let document = global.only("aws_iam_policy_document", "");
    let bucket = &global.only("aws_s3_bucket", "")["arn"].as_str().unwrap();
    let statements = document["statement"].as_array().unwrap();
    let [states @ .., list] = &statements[..] else { panic!("{statements:?}") };

    let mut allowed = BTreeMap::new();
    for statement in states {
        let [role] = &strings(&statement["condition"][0]["values"])[..] else { panic!() };
        allowed.insert(role.clone(), strings(&statement["resources"]));
        assert!(role.contains(statement["principals"][0]["identifiers"][0].as_str().unwrap()));
    }
    let expected = [&STAGING, &BLAKE, &PRODUCTION, &STEVIE].map(|place| {
        let state = format!("{bucket}/{}", place.state);
        let lock = format!("{state}.tflock");
        (format!("arn:aws:iam::{}:role/deploy-{}", place.account, place.folder), vec![state, lock])
    });
    assert_eq!(allowed, BTreeMap::from(expected));
    assert_eq!(strings(&list["condition"][0]["values"]), allowed.into_keys().collect::<Vec<_>>());
    let policy = global.only("aws_s3_bucket_policy", "");
    assert_eq!(policy["policy"], document["json"]);
}

fn strings(list: &Value) -> Vec<String> {
    let mut strings: Vec<_> =
        list.as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect();
    strings.sort();
    strings
}

/// Asserts what a container runs with: its size, how many run, and its variables.
#[track_caller]
fn check_container(
    place: &Place,
    name: &str,
    size: (&str, &str),
    tasks: (u64, u64),
    variables: &[(&str, &str)],
) {
    let Some(journey) = journey(place) else { return };
    let below = format!("module.deployment.module.{name}[0]");
    let task = journey.only("aws_ecs_task_definition", &below);
    assert_eq!((task["cpu"].as_str(), task["memory"].as_str()), (Some(size.0), Some(size.1)));
    let target = journey.only("aws_appautoscaling_target", &below);
    assert_eq!(target["min_capacity"], tasks.0);
    assert_eq!(target["max_capacity"], tasks.1);
    assert_eq!(target["resource_id"], format!("service/{}/{name}", place.folder));

    let container = container(task);
    assert_eq!(container["image"], "ghcr.io/example/journals:3f9c2d1");
    let found = container["environment"].as_array().unwrap().iter();
    let found = found.map(|it| (it["name"].as_str().unwrap(), it["value"].as_str().unwrap()));
    let database = [("DATABASE_HOST", "aws_db_instance.address"), ("ENVIRONMENT", place.folder)];
    let mut expected = [&database[..], variables].concat();
    expected.sort();
    assert_eq!(found.collect::<Vec<_>>(), expected, "{} {name}", place.folder);
}

fn container(task: &Value) -> Value {
    let containers: Value =
        serde_json::from_str(task["container_definitions"].as_str().unwrap()).unwrap();
    containers[0].clone()
}

#[test]
fn a_container_gets_what_its_environment_says() {
    let staging = [
        ("LOG_LEVEL", "debug"),
        ("PUBLIC_URL", "https://staging.journals.example.org"),
        ("STAGE", "staging"),
        ("UPLOAD_LIMIT_MB", "50"),
    ];
    check_container(&STAGING, "api", ("256", "512"), (1, 2), &staging);
    check_container(&STAGING, "worker", ("256", "512"), (1, 1), &staging[..3]);
    let production = [
        ("LOG_LEVEL", "info"),
        ("PUBLIC_URL", "https://journals.example.org"),
        ("STAGE", "production"),
        ("UPLOAD_LIMIT_MB", "50"),
    ];
    check_container(&PRODUCTION, "api", ("1024", "2048"), (2, 8), &production);
    check_container(&PRODUCTION, "worker", ("256", "1024"), (1, 4), &production[..3]);
    let stevie = [
        ("LOG_LEVEL", "info"),
        ("PUBLIC_URL", "https://open.stevie.example.com"),
        ("STAGE", "production"),
        ("UPLOAD_LIMIT_MB", "50"),
    ];
    check_container(&STEVIE, "api", ("1024", "2048"), (2, 3), &stevie);
}

#[test]
fn a_secret_is_declared_and_named_to_the_containers_and_its_value_is_nowhere() {
    for journey in journeys().filter(|journey| journey.place.folder != GLOBAL.folder) {
        let name = journey.place.folder;
        let names = ["MAIL_PASSWORD", "SESSION_KEY"].map(|secret| format!("{name}/{secret}"));
        let declared = journey.applied("aws_secretsmanager_secret");
        let declared = declared.iter().map(|(_, values)| values["name"].as_str().unwrap());
        assert_eq!(declared.collect::<Vec<_>>(), names);
        assert_eq!(journey.state["values"]["outputs"]["secrets"]["value"], json!(names));
        for (address, task) in journey.applied("aws_ecs_task_definition") {
            let secrets = container(task)["secrets"].clone();
            let secrets = secrets.as_array().unwrap().iter().map(|it| it["name"].clone());
            let expected = ["DATABASE_LOGIN", "MAIL_PASSWORD", "SESSION_KEY"];
            assert_eq!(secrets.collect::<Vec<_>>(), expected, "{name} {address}");
        }
        assert_eq!(journey.applied("aws_secretsmanager_secret_version").len(), 0);
    }
}

#[test]
fn an_environment_without_the_workload_keeps_its_database_and_its_secrets() {
    let Some(blake) = journey(&BLAKE) else { return };
    for kind in ["aws_ecs_service", "aws_ecs_task_definition", "aws_appautoscaling_target"] {
        assert_eq!(blake.applied(kind), [], "{kind}");
    }
    blake.only("aws_ecs_cluster", "");
    blake.only("aws_db_instance", "");
    assert_eq!(blake.applied("aws_secretsmanager_secret").len(), 2);
    assert_eq!(blake.state["values"]["outputs"]["task_definitions"]["value"], json!({}));
}

#[test]
fn the_stage_and_not_the_name_protects_a_database() {
    let protected = [(&STAGING, false), (&BLAKE, false), (&PRODUCTION, true), (&STEVIE, true)];
    for (place, protected) in protected {
        let Some(journey) = journey(place) else { return };
        let database = journey.only("aws_db_instance", "");
        assert_eq!(database["deletion_protection"], protected, "{}", place.folder);
        assert_eq!(database["multi_az"], protected, "{}", place.folder);
    }
}
