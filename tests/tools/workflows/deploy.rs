//! Who deploys where, when, and with which rights.
//!
//! What the steps run is judged elsewhere.

use serde_json::{Value, json};

use crate::workflows::file::{repository, workflow};
use crate::workflows::{Environment, SERVICES, Service};

/// Judges every job of every workflow beside the environment it deploys to.
#[track_caller]
fn check(judge: impl Fn(&Service, &Environment, &Value)) {
    for service in &SERVICES {
        let workflow = workflow(service);
        let jobs = workflow["jobs"].as_object().unwrap();
        assert_eq!(jobs.len(), service.environments.len(), "{}", service.name);
        for (environment, (name, job)) in service.environments.iter().zip(jobs) {
            assert_eq!(name, environment.name);
            judge(service, environment, job);
        }
    }
}

#[test]
fn a_push_to_main_deploys_dev_and_by_hand_one_environment_is_chosen() {
    for service in &SERVICES {
        let on = &workflow(service)["on"];
        assert_eq!(
            on.as_object().unwrap().keys().collect::<Vec<_>>(),
            ["push", "workflow_dispatch"]
        );
        assert_eq!(on["push"]["branches"], json!(["main"]));

        let choice = &on["workflow_dispatch"]["inputs"]["environment"];
        let names: Vec<_> = service.environments.iter().map(|it| it.name).collect();
        assert_eq!(choice["options"], json!(names));
        assert_eq!((&choice["type"], &choice["required"]), (&json!("choice"), &json!(true)));
    }
    // On a push there are no inputs, so only the first condition can hold.
    check(|_, environment, job| {
        let name = environment.name;
        let chosen = format!("inputs.environment == '{name}'");
        let pushed = format!("github.event_name == 'push' || {chosen}");
        assert_eq!(job["if"], if name == "dev" { pushed } else { chosen });
    });
}

#[test]
fn only_what_dev_is_made_of_starts_a_deploy() {
    for service in &SERVICES {
        let paths = &workflow(service)["on"]["push"]["paths"];
        let dev = &service.environments[0];
        let expected = json!([
            format!("charts/{}/**", service.name),
            format!("{}/**", service.root(dev)),
            format!("generated/charts/{}/values-{}.yaml", service.name, dev.name),
        ]);
        assert_eq!(*paths, expected);
    }
}

#[test]
fn prod_waits_for_the_reviewers_of_main_deploy() {
    check(|_, environment, job| assert_eq!(job["environment"], environment.gate));
}

#[test]
fn deploys_to_one_place_wait_for_each_other_and_are_never_cancelled() {
    for service in &SERVICES {
        assert_eq!(workflow(service)["concurrency"], Value::Null);
    }
    check(|service, environment, job| {
        let group = format!("deploy-{}-{}", service.name, environment.name);
        let expected = json!({ "group": group, "cancel-in-progress": false });
        assert_eq!(job["concurrency"], expected);
    });
}

#[test]
fn a_job_may_read_the_code_and_prove_who_it_is_and_nothing_else() {
    for service in &SERVICES {
        assert_eq!(workflow(service)["permissions"], json!({}));
    }
    let expected = json!({ "contents": "read", "id-token": "write" });
    check(|_, _, job| assert_eq!(job["permissions"], expected));
}

#[test]
fn a_job_works_in_its_own_root_with_its_own_account() {
    check(|service, environment, job| {
        let folder = &job["defaults"]["run"]["working-directory"];
        assert_eq!(*folder, service.root(environment));
        assert!(repository().join(folder.as_str().unwrap()).join("main.tf").is_file());

        let env = &job["env"];
        assert_eq!(env["ENVIRONMENT"], environment.name);
        assert_eq!(env["ACCOUNT_ID"], environment.account);
        let role = format!("arn:aws:iam::{}:role/deploy", environment.account);
        assert_eq!(env["DEPLOY_ROLE"], role);
    });
    for service in &SERVICES {
        assert_eq!(workflow(service)["env"], json!({ "SERVICE": service.name }));
    }
}
