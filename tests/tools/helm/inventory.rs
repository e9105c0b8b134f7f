//! The inventory of both services, read off the manifests of every environment.
//!
//! Whether a manifest is a good one is not for this module to say.

use serde_json::{Value, json};

use crate::helm::charts::{Charts, Place};
use crate::helm::manifests::{find, name, pod};
use crate::helm::{ICEPACK_DEV, IN_RDS, PLACES};

/// Asserts what a release consists of, as `kind component`.
#[track_caller]
fn check_names(manifests: &[Value], expected: &[&str]) {
    let mut names: Vec<_> = manifests.iter().map(name).collect();
    names.sort();
    assert_eq!(names, expected);
}

#[test]
fn a_release_holds_the_inventory_and_nothing_else() {
    for charts in Charts::for_every_helm() {
        let own = ["--set", "postgres.internal.enabled=true"];
        check_names(
            &charts.manifests(ICEPACK_DEV, &own).unwrap(),
            &[
                "CronJob health-sync",
                "CronJob orchestrator",
                "Deployment api",
                "Deployment postgres",
                "PersistentVolumeClaim postgres",
                "PodDisruptionBudget api",
                "ScaledJob worker",
                "Service api",
                "Service postgres",
                "ServiceAccount service-account",
                "TriggerAuthentication worker",
            ],
        );
        let single = [&IN_RDS[..], &["--set", "api.replicas=1"]].concat();
        check_names(
            &charts.manifests(ICEPACK_DEV, &single).unwrap(),
            &[
                "CronJob health-sync",
                "CronJob orchestrator",
                "Deployment api",
                "ScaledJob worker",
                "Service api",
                "ServiceAccount service-account",
                "TriggerAuthentication worker",
            ],
        );
    }
}

/// Asserts figures of manifests: each row is a manifest, a JSON pointer into it, and what is there.
#[track_caller]
fn check(manifests: &[Value], rows: &[(&str, &str, Value)]) {
    for (manifest, pointer, expected) in rows {
        let found = find(manifests, manifest).pointer(pointer);
        assert_eq!(found, Some(expected), "{manifest} {pointer}");
    }
}

const CONTAINER: &str = "/spec/template/spec/containers/0";

#[test]
fn the_inventory_says_the_figures_of_every_environment() {
    for charts in Charts::for_every_helm() {
        for place in &PLACES {
            let manifests = charts.manifests(place, &[]).unwrap();
            let (requests, limits) = match place.environment {
                "dev" => (("500m", "1Gi"), ("1", "8Gi")),
                _ => (("250m", "256Mi"), ("500m", "512Mi")),
            };
            let (workers, orchestrator) = match place.environment {
                "prod" => (5, "0 */2 * * *"),
                _ => (3, "30 * * * *"),
            };
            let amounts = |(cpu, memory)| json!({ "cpu": cpu, "memory": memory });
            let resources = json!({ "limits": amounts(limits), "requests": amounts(requests) });
            let api = |path: &str| format!("{CONTAINER}{path}");
            check(
                &manifests,
                &[
                    ("Deployment api", "/spec/replicas", json!(2)),
                    ("Deployment api", &api("/ports/0/containerPort"), json!(8000)),
                    ("Deployment api", &api("/resources"), resources),
                    ("Deployment api", &api("/readinessProbe/httpGet/path"), json!("/readyz")),
                    ("Deployment api", &api("/startupProbe/httpGet/path"), json!("/readyz")),
                    ("Service api", "/spec/type", json!("LoadBalancer")),
                    ("Service api", "/spec/ports/0/port", json!(443)),
                    ("ScaledJob worker", "/spec/triggers/0/type", json!("postgresql")),
                    ("ScaledJob worker", "/spec/pollingInterval", json!(30)),
                    ("ScaledJob worker", "/spec/maxReplicaCount", json!(workers)),
                    ("ScaledJob worker", "/spec/rollout/strategy", json!("gradual")),
                    ("CronJob orchestrator", "/spec/schedule", json!(orchestrator)),
                    ("CronJob orchestrator", "/spec/concurrencyPolicy", json!("Forbid")),
                    ("CronJob health-sync", "/spec/schedule", json!("*/15 * * * *")),
                    ("CronJob health-sync", "/spec/concurrencyPolicy", json!("Forbid")),
                ],
            );
        }
    }
}

#[test]
fn every_release_is_bound_to_its_own_account_and_name() {
    for charts in Charts::for_every_helm() {
        for place in &PLACES {
            let manifests = charts.manifests(place, &[]).unwrap();
            let role = &find(&manifests, "ServiceAccount service-account")["metadata"]["annotations"]
                ["eks.amazonaws.com/role-arn"];
            let start = format!("arn:aws:iam::{}:role/", place.account);
            assert!(role.as_str().unwrap().starts_with(&start), "{role}");
            let keda_role = "/spec/awsSecretManager/podIdentity/roleArn";
            check(&manifests, &[("TriggerAuthentication worker", keda_role, role.clone())]);

            let annotations = &find(&manifests, "Service api")["metadata"]["annotations"];
            let certificate = &annotations["service.beta.kubernetes.io/aws-load-balancer-ssl-cert"];
            assert!(certificate.as_str().unwrap().contains(place.account), "{certificate}");
            let hostname = &annotations["external-dns.kubernetes.io/hostname"];
            assert!(hostname.as_str().unwrap().contains(place.service), "{hostname}");
            assert_eq!(*hostname, annotations["external-dns.alpha.kubernetes.io/hostname"]);
        }
    }
}

#[test]
fn postgres_is_in_the_release_only_where_the_environment_wants_it() {
    for charts in Charts::for_every_helm() {
        for place in &PLACES {
            let manifests = charts.manifests(place, &[]).unwrap();
            let host = "/spec/triggers/0/metadata/host";
            let Place { service, .. } = place;
            if !place.has_own_postgres() {
                let rds = format!("{service}.rds.example.net");
                check(&manifests, &[("ScaledJob worker", host, json!(rds))]);
                assert!(!manifests.iter().any(|it| name(it).ends_with(" postgres")));
                continue;
            }
            let own = format!("{service}-postgres.{service}.svc.cluster.local");
            let image = "public.ecr.aws/docker/library/postgres:17-alpine";
            check(
                &manifests,
                &[
                    ("ScaledJob worker", host, json!(own)),
                    ("Deployment postgres", "/spec/replicas", json!(1)),
                    ("Deployment postgres", "/spec/strategy/type", json!("Recreate")),
                    ("Deployment postgres", &format!("{CONTAINER}/image"), json!(image)),
                    ("PersistentVolumeClaim postgres", "/spec/storageClassName", json!("gp3")),
                ],
            );
        }
    }
}

#[test]
fn a_maintenance_window_suspends_the_schedules_and_drains() {
    for charts in Charts::for_every_helm() {
        for on in [false, true] {
            let switches = ["orchestrator.suspend", "healthSync.suspend", "maintenance.drain"];
            let set = switches.map(|switch| format!("{switch}={on}"));
            let more: Vec<_> = set.iter().flat_map(|value| ["--set", value]).collect();
            let manifests = charts.manifests(ICEPACK_DEV, &more).unwrap();
            check(
                &manifests,
                &[
                    ("CronJob orchestrator", "/spec/suspend", json!(on)),
                    ("CronJob health-sync", "/spec/suspend", json!(on)),
                ],
            );
            for component in ["Deployment api", "ScaledJob worker"] {
                let drain = json!({ "name": "ICEPACK_DRAIN", "value": on.to_string() });
                let pod = pod(find(&manifests, component)).unwrap();
                let env = pod["spec"]["containers"][0]["env"].as_array().unwrap();
                assert!(env.contains(&drain), "{component}");
            }
        }
    }
}
