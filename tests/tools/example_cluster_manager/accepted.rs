//! What envroot, Terraform and OpenTofu accept, and where the state is kept.
//!
//! No release may be judged here.

use serde_json::{Value, json};

use crate::example_cluster_manager::journey::{changes, give_secrets, journeys, root};
use crate::example_cluster_manager::{CLUSTERS, example};
use crate::support::rounds::some_of;
use crate::support::terraform::Terraform;

#[test]
fn the_example_is_in_sync() {
    let project = example();
    let run = project.done("check");
    assert_eq!(
        run.out,
        "in sync: 74 files, 12 roots, 3 environments\nvalues of 9 charts not checked: no copy or no usable schema\n3 problems waived: `envroot check -v` says why\n"
    );
    let before = project.tree();
    project.done("gen");
    assert!(project.tree() == before, "gen changed something");
}

#[test]
fn terraform_would_format_nothing_in_another_way() {
    let Some(terraform) = Terraform::installed() else { return };
    for folder in ["deploy", "modules"] {
        let arguments = ["fmt", "-check", "-recursive", "-diff", folder];
        terraform.run(&example().path(""), &arguments).unwrap();
    }
}

#[test]
fn every_root_is_accepted_and_settled_by_one_apply() {
    for journey in journeys() {
        let name = journey.cluster.name;
        assert_eq!(journey.diagnostics, json!([]), "{name}");
        let created = changes(&journey.plan);
        assert!(created.iter().all(|it| it.starts_with("create ")), "{name}: {created:?}");
        let calls = &journey.plan["configuration"]["root_module"]["module_calls"];
        assert_eq!(calls["eks"]["source"], format!("../../modules/eks/{name}"));
        assert_eq!(calls["k8s"]["source"], format!("../../modules/k8s/{name}"));
        assert_eq!(changes(&journey.again), [""; 0], "{name}");
    }
}

#[test]
fn opentofu_accepts_every_root() {
    let Some(opentofu) = Terraform::opentofu() else { return };
    let project = example();
    for cluster in some_of(&CLUSTERS) {
        let root = root(&project, cluster.name, &opentofu);
        root.init().unwrap();
        assert_eq!(root.validate().unwrap(), json!([]), "{}", cluster.name);
    }
}

#[test]
fn gitlab_keeps_and_locks_a_state_for_each_cluster() {
    let project = example();
    for cluster in &CLUSTERS {
        let text = project.read(&format!("deploy/{}/versions.tf", cluster.name));
        let body: Value = hcl::from_str(&text).unwrap();
        let api = "https://gitlab.example.net/api/v4/projects/42/terraform/state";
        let address = format!("{api}/{}", cluster.name);
        let lock = format!("{address}/lock");
        let expected = json!({
            "address": address,
            "lock_address": lock,
            "unlock_address": lock,
            "lock_method": "POST",
            "unlock_method": "DELETE",
            "retry_wait_min": 5,
        });
        assert_eq!(body["terraform"]["backend"], json!({ "http": expected }));
    }
}

#[test]
fn a_root_refuses_to_touch_another_account() {
    for journey in journeys() {
        let providers = &journey.plan["configuration"]["provider_config"];
        let accounts = &providers["aws"]["expressions"]["allowed_account_ids"];
        assert_eq!(accounts["constant_value"], json!([journey.cluster.account]));
    }
}

#[test]
fn helm_and_kubernetes_reach_the_cluster_that_the_root_makes() {
    for journey in journeys() {
        let providers = &journey.plan["configuration"]["provider_config"];
        let host = |provider: &Value| provider["references"][0].clone();
        let kubernetes = &providers["kubernetes"]["expressions"];
        assert_eq!(host(&kubernetes["host"]), "module.eks.cluster.endpoint");
        let helm = &providers["helm"]["expressions"]["kubernetes"]["references"];
        let helm = helm.as_array().unwrap();
        assert!(helm.contains(&json!("module.eks.cluster.endpoint")), "{helm:?}");
        assert!(helm.contains(&json!("module.eks.cluster.name")), "{helm:?}");
    }
}

/// Asserts that the root of prod is refused after one edit of a file.
#[track_caller]
fn check_refused(file: &str, from: &str, to: &str, why: &str) {
    let Some(terraform) = Terraform::installed() else { return };
    let project = example();
    give_secrets(&project, "prod", &["grafana_admin_password"]);
    project.edit(file, from, to);
    let root = root(&project, "prod", &terraform);
    let refused = root.init().and_then(|_| root.validate()).and_then(|_| root.plan());
    let said = refused.unwrap_err();
    assert!(said.contains(why), "{said}");
}

#[test]
fn a_broken_root_is_refused() {
    let helm_config = "modules/k8s/prod/helm_config.tf";
    check_refused(helm_config, "var.grafana_admin_password", "var.other", "undeclared input");
    check_refused(helm_config, "cluster_autoscaler\" {", "prometheus\" {", "Duplicate resource");
    check_refused("deploy/prod/main.tf", "cidr ", "cird ", "Unsupported argument");
    check_refused("deploy/prod/main.tf", "10.48.0.0/16", "10.48.0.0/18", "must be a /16");
}

#[test]
fn without_the_value_of_a_secret_nothing_is_planned() {
    let given = "grafana_admin_password = \"not-grafana_admin_password\"\n";
    let why = "\"grafana_admin_password\" is not set";
    check_refused("deploy/prod/secrets.auto.tfvars", given, "", why);
}
