//! What binds a root to its own account, cluster, service account and state.
//!
//! Nothing here may be about what the release deploys.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::terraform::journey::{journeys, references};
use crate::terraform::project::text;
use crate::terraform::release::values;
use crate::terraform::{PLACES, Place};

#[test]
fn the_only_aws_provider_admits_the_own_account_alone() {
    for journey in journeys() {
        let providers = journey.plan["configuration"]["provider_config"].as_object().unwrap();
        assert_eq!(providers.keys().collect::<Vec<_>>(), ["aws", "helm"]);
        let admitted = &providers["aws"]["expressions"]["allowed_account_ids"]["constant_value"];
        assert_eq!(*admitted, json!([journey.place.account]), "{}", journey.place.name());
    }
}

#[test]
fn every_state_has_a_place_of_its_own_in_the_own_account() {
    for place in &PLACES {
        let versions: Value =
            hcl::from_str(&text(&format!("{}/versions.tf", place.root()))).unwrap();
        let expected = json!({ "s3": {
            "bucket": format!("lakehouse-{}-terraform-state", place.account),
            "key": format!("{}/terraform.tfstate", place.name()),
            "region": "us-east-1",
            "allowed_account_ids": [place.account],
            "encrypt": true,
            "use_lockfile": true,
        }});
        assert_eq!(versions["terraform"]["backend"], expected, "{}", place.name());
    }
}

#[test]
fn no_root_names_another_account() {
    let accounts: BTreeSet<_> = PLACES.iter().map(|place| place.account).collect();
    assert_eq!(accounts.len(), 4);
    for journey in journeys() {
        let place = journey.place;
        let known = format!("{} {} {}", journey.plan, journey.state, text(&place.values()));
        let named = accounts.iter().copied().filter(|account| known.contains(account));
        assert_eq!(named.collect::<Vec<_>>(), [place.account], "{}", place.name());
    }
}

#[test]
fn helm_talks_to_the_environment_s_own_cluster_alone() {
    for journey in journeys() {
        let cluster = &journey.applied("data.aws_eks_cluster.this")["name"];
        assert_eq!(*cluster, format!("lakehouse-{}", journey.place.environment));
        let helm = &journey.plan["configuration"]["provider_config"]["helm"]["expressions"];
        for reference in references(&helm["kubernetes"]) {
            assert!(reference.starts_with("data.aws_eks_cluster.this"), "{reference}");
        }
    }
}

#[test]
fn only_the_pods_service_account_and_keda_can_assume_the_role() {
    for journey in journeys() {
        let Place { service, account, .. } = journey.place;
        let cluster = journey.applied("data.aws_eks_cluster.this");
        let issuer = cluster.pointer("/identity/0/oidc/0/issuer").unwrap().as_str().unwrap();
        let issuer = issuer.strip_prefix("https://").unwrap();
        let pods = format!("system:serviceaccount:{service}:{service}");
        let keda = format!("arn:aws:iam::{account}:role/keda-operator");
        let expected = [
            json!({
                "actions": ["sts:AssumeRoleWithWebIdentity"],
                "principals": principal("Federated", "aws_iam_openid_connect_provider.arn"),
                "condition": [
                    condition(&format!("{issuer}:aud"), "sts.amazonaws.com"),
                    condition(&format!("{issuer}:sub"), &pods),
                ],
            }),
            json!({
                "actions": ["sts:AssumeRole"],
                "principals": principal("AWS", &keda),
                "condition": [],
            }),
        ];
        let trust = &journey.applied("data.aws_iam_policy_document.trust")["statement"];
        let said = trust.as_array().unwrap().iter().map(|statement| {
            let [actions, principals, condition] =
                ["actions", "principals", "condition"].map(|part| &statement[part]);
            json!({ "actions": actions, "principals": principals, "condition": condition })
        });
        assert_eq!(said.collect::<Vec<_>>(), expected, "{}", journey.place.name());

        // What the pods are deployed as is what the role admits.
        assert_eq!(journey.planned("helm_release.service")["namespace"], *service);
        assert_eq!(values(journey.place)["serviceAccount"]["name"], *service);
    }
}

fn principal(kind: &str, identifier: &str) -> Value {
    json!([{ "type": kind, "identifiers": [identifier] }])
}

fn condition(variable: &str, value: &str) -> Value {
    json!({ "test": "StringEquals", "values": [value], "variable": variable })
}

#[test]
fn the_role_in_the_values_is_the_one_that_the_root_makes() {
    for journey in journeys() {
        let place = journey.place;
        let role = "aws_iam_role.service";
        assert_eq!(journey.applied(role)["arn"], place.role_arn());
        assert_eq!(values(place)["serviceAccount"]["roleArn"], place.role_arn());
        assert_eq!(values(place)["aws"]["accountId"], place.account);

        let trust = &journey.written(role)["assume_role_policy"];
        assert_eq!(references(trust)[0], "data.aws_iam_policy_document.trust.json");
        let policy = journey.written("aws_iam_role_policy.service");
        assert_eq!(references(&policy["role"])[0], "aws_iam_role.service.name");
        assert_eq!(references(&policy["policy"])[0], "data.aws_iam_policy_document.service.json");
    }
}
