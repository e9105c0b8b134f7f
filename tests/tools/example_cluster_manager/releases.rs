//! Which releases a cluster has, and how each is joined to its namespace, its role and its secrets.
//!
//! Nothing here may be about the pipeline.

use serde_json::{Value, json};

use crate::example_cluster_manager::journey::{Journey, changes, journeys};

const GRAFANA: &str = "https://grafana.github.io/helm-charts";
const SENTRY: &str = "https://sentry-kubernetes.github.io/charts";

/// Name, repository, chart, version and namespace.
const EVERYWHERE: [[&str; 5]; 8] = [
    [
        "aws-load-balancer-controller",
        "https://aws.github.io/eks-charts",
        "aws-load-balancer-controller",
        "1.13.2",
        "kube-system",
    ],
    [
        "cluster-autoscaler",
        "https://kubernetes.github.io/autoscaler",
        "cluster-autoscaler",
        "9.46.6",
        "kube-system",
    ],
    [
        "external-secrets",
        "https://charts.external-secrets.io",
        "external-secrets",
        "0.17.0",
        "external-secrets",
    ],
    [
        "prometheus",
        "https://prometheus-community.github.io/helm-charts",
        "prometheus",
        "27.16.0",
        "monitoring",
    ],
    ["loki", GRAFANA, "loki", "6.30.1", "monitoring"],
    ["tempo", GRAFANA, "tempo", "1.21.1", "monitoring"],
    [
        "opentelemetry-collector",
        "https://open-telemetry.github.io/opentelemetry-helm-charts",
        "opentelemetry-collector",
        "0.125.0",
        "monitoring",
    ],
    ["grafana", GRAFANA, "grafana", "9.2.2", "monitoring"],
];
const ONLY_IN_OPS: [[&str; 5]; 3] = [
    [
        "sentry-database",
        "https://charts.bitnami.com/bitnami",
        "postgresql",
        "16.7.4",
        "sentry-database",
    ],
    ["sentry-dev", SENTRY, "sentry", "26.20.0", "sentry"],
    ["sentry-prod", SENTRY, "sentry", "26.18.0", "sentry"],
];

#[test]
fn every_cluster_has_exactly_its_releases() {
    for journey in journeys() {
        let mut expected = EVERYWHERE.to_vec();
        match journey.cluster.name {
            "lower" => expected[3][3] = "27.20.0",
            "ops" => expected.extend(ONLY_IN_OPS),
            _ => {}
        }
        let mut found: Vec<_> = releases(journey)
            .map(|release| {
                ["name", "repository", "chart", "version", "namespace"]
                    .map(|key| release[key].as_str().unwrap().to_owned())
            })
            .collect();
        found.sort();
        expected.sort_unstable();
        assert_eq!(found, expected, "{}", journey.cluster.name);
    }
}

#[test]
fn a_failed_release_is_rolled_back() {
    for release in journeys().flat_map(releases) {
        assert_eq!((&release["atomic"], &release["cleanup_on_fail"]), (&json!(true), &json!(true)));
        let seconds = release["timeout"].as_i64().unwrap();
        let slow = json!({ "loki": 900, "sentry-dev": 1800, "sentry-prod": 1800 });
        assert_eq!(seconds, slow[release["name"].as_str().unwrap()].as_i64().unwrap_or(600));
    }
}

#[test]
fn a_new_version_of_a_chart_updates_its_release_and_nothing_else() {
    for journey in journeys() {
        let expected = ["update module.k8s.helm_release.tempo: version"];
        assert_eq!(changes(&journey.after_a_new_version), expected, "{}", journey.cluster.name);
    }
}

#[test]
fn a_release_waits_for_what_it_needs() {
    let monitoring = ["prometheus", "loki", "tempo"];
    let sentry = ["aws_load_balancer_controller", "sentry_database"];
    for journey in journeys() {
        for (release, others) in [
            ("opentelemetry_collector", monitoring.to_vec()),
            ("grafana", [&["aws_load_balancer_controller"][..], &monitoring].concat()),
            ("sentry_dev", sentry.to_vec()),
            ("sentry_prod", sentry.to_vec()),
        ] {
            let Some(configured) = configured(journey, "helm_release", release) else {
                assert!(release.starts_with("sentry") && journey.cluster.name != "ops");
                continue;
            };
            let expected: Vec<_> =
                others.iter().map(|other| format!("helm_release.{other}")).collect();
            assert_eq!(configured["depends_on"], json!(expected), "{release}");
        }
    }
}

#[test]
fn a_shared_namespace_is_made_before_its_releases() {
    for journey in journeys() {
        for [name, .., namespace] in EVERYWHERE.iter().chain(&ONLY_IN_OPS) {
            let Some(release) = configured(journey, "helm_release", &name.replace('-', "_")) else {
                continue;
            };
            let made = format!("kubernetes_namespace_v1.{}", namespace.replace('-', "_"));
            let given = &release["expressions"]["namespace"];
            match *namespace {
                "kube-system" | "external-secrets" => {
                    assert_eq!(given["constant_value"], *namespace);
                }
                _ => assert_eq!(given["references"].as_array().unwrap().last().unwrap(), &made),
            }
            let by_helm = &release["expressions"]["create_namespace"]["constant_value"];
            assert_eq!(*by_helm == json!(true), *namespace == "external-secrets", "{name}");
        }
    }
}

#[test]
fn quotas_editors_and_network_policies_are_where_they_were_asked_for() {
    for journey in journeys() {
        let hard = |name: &str| {
            let quota = format!("kubernetes_resource_quota_v1.{name}");
            journey.planned(&quota)["spec"][0]["hard"].clone()
        };
        assert_eq!(hard("monitoring"), json!({ "requests.storage": "500Gi" }));
        match journey.cluster.name {
            "lower" => {
                let expected = json!({ "requests.cpu": "4", "requests.memory": "8Gi" });
                assert_eq!(hard("checkout_qa"), expected);
                let binding = journey.planned("kubernetes_role_binding_v1.checkout_dev");
                assert_eq!(binding["subject"][0]["name"], "checkout");
                assert_eq!(binding["role_ref"][0]["name"], "edit");
            }
            "ops" => {
                let policy = journey.planned("kubernetes_network_policy_v1.sentry_database");
                let from = &policy["spec"][0]["ingress"][0]["from"];
                let selected = &from[1]["namespace_selector"][0]["match_expressions"][0];
                let expected = json!({
                    "key": "kubernetes.io/metadata.name",
                    "operator": "In",
                    "values": ["sentry"],
                });
                assert_eq!(*selected, expected);
                assert_eq!(from.as_array().unwrap().len(), 2);
            }
            _ => assert_eq!(hard("checkout")["requests.cpu"], "64"),
        }
    }
}

/// Release, namespace, service account, and where the chart's values describe the account.
const ROLES: [[&str; 4]; 5] = [
    [
        "aws-load-balancer-controller",
        "kube-system",
        "aws-load-balancer-controller",
        "serviceAccount",
    ],
    ["cluster-autoscaler", "kube-system", "cluster-autoscaler", "rbac.serviceAccount"],
    ["external-secrets", "external-secrets", "external-secrets", "serviceAccount"],
    ["loki", "monitoring", "loki", "serviceAccount"],
    ["tempo", "monitoring", "tempo", "serviceAccount"],
];

#[test]
fn the_role_that_a_chart_is_given_trusts_the_account_that_the_chart_makes() {
    for journey in journeys() {
        for [release, namespace, account, at] in ROLES {
            let id = release.replace('-', "_");
            let config = "module.secret_config";
            let trust = format!("{config}.data.aws_iam_policy_document.{id}_trust");
            let statement = &journey.applied(&trust)["statement"][0];
            let condition = |index: usize| statement["condition"][index]["values"][0].clone();
            let mut conditions = [condition(0), condition(1)];
            conditions.sort_by_key(ToString::to_string);
            let subject = format!("system:serviceaccount:{namespace}:{account}");
            assert_eq!(conditions, [json!("sts.amazonaws.com"), json!(subject)]);

            let role = journey.applied(&format!("{config}.aws_iam_role.{id}"));
            let arn = &role["arn"];
            let name = format!("{}-{release}", journey.cluster.name);
            assert_eq!(role["name"], name);

            let set = journey.applied(&format!("helm_release.{id}"))["set"].clone();
            let value = |key: String| {
                let entry = set.as_array().unwrap().iter().find(|entry| entry["name"] == key);
                entry.unwrap_or_else(|| panic!("{release} sets no {key}: {set}"))["value"].clone()
            };
            assert_eq!(value(format!("{at}.name")), account);
            let annotation = r"annotations.eks\.amazonaws\.com/role-arn";
            assert_eq!(value(format!("{at}.{annotation}")), *arn);
        }
    }
}

#[test]
fn only_external_secrets_reads_secrets_manager_and_only_its_cluster_s_entries() {
    for journey in journeys() {
        for [release, ..] in ROLES {
            let id = release.replace('-', "_");
            let policy = format!("module.secret_config.data.aws_iam_policy_document.{id}");
            let statements = journey.applied(&policy)["statement"].to_string();
            assert_eq!(statements.contains("secretsmanager"), release == "external-secrets");
            let ours = format!(
                "arn:aws:secretsmanager:eu-central-1:{}:secret:{}/*-??????",
                journey.cluster.account, journey.cluster.name
            );
            assert_eq!(statements.contains(&ours), release == "external-secrets");
        }
    }
}

#[test]
fn a_secret_is_a_sensitive_variable_without_a_value() {
    for journey in journeys() {
        let variables = &journey.plan["configuration"]["root_module"]["variables"];
        let variables = variables.as_object().unwrap();
        let mut names: Vec<_> = variables.keys().collect();
        names.sort();
        assert_eq!(names, journey.cluster.secrets);
        for (name, variable) in variables {
            assert_eq!(variable["sensitive"], true, "{name}");
            assert_eq!(variable.get("default"), None, "{name}");
        }
        for release in releases(journey) {
            let sensitive = release["set_sensitive"].as_array().into_iter().flatten();
            let values: Vec<_> = sensitive
                .map(|it| {
                    format!("{}={}", it["name"].as_str().unwrap(), it["value"].as_str().unwrap())
                })
                .collect();
            let expected: &[&str] = match release["name"].as_str().unwrap() {
                "grafana" => &["adminPassword=not-grafana_admin_password"],
                "sentry-database" => &["auth.postgresPassword=not-sentry_database_password"],
                "sentry-dev" | "sentry-prod" => &[
                    "user.password=not-sentry_admin_password",
                    "externalPostgresql.password=not-sentry_database_password",
                ],
                _ => &[],
            };
            assert_eq!(values, expected);
        }
    }
}

/// Every release of a cluster, as planned.
fn releases(journey: &Journey) -> impl Iterator<Item = &Value> {
    let changes = journey.plan["resource_changes"].as_array().unwrap().iter();
    changes.filter(|it| it["type"] == "helm_release").map(|it| &it["change"]["after"])
}

/// A resource of `modules/k8s` as it is written.
fn configured<'a>(journey: &'a Journey, kind: &str, name: &str) -> Option<&'a Value> {
    let module = &journey.plan["configuration"]["root_module"]["module_calls"]["k8s"]["module"];
    let mut resources = module["resources"].as_array().unwrap().iter();
    resources.find(|it| it["type"] == kind && it["name"] == name)
}
