//! Who may do what where, as the plans say it: in AWS, in EKS and in Kubernetes.
//!
//! Nothing here may be about the pipeline's file.

use serde_json::{Value, json};

use crate::example_platform::journey::{Journey, journeys};
use crate::example_platform::{Access, ENVIRONMENTS, Environment, example, root};

/// What is planned of all resources of a type in the root itself, by their names.
fn planned<'a>(plan: &'a Value, kind: &str) -> Vec<(&'a str, &'a Value)> {
    let resources = plan["planned_values"]["root_module"]["resources"].as_array().unwrap();
    let ours = resources.iter().filter(|it| it["type"] == kind && it["mode"] == "managed");
    ours.map(|it| (it["name"].as_str().unwrap(), &it["values"])).collect()
}

/// One value of each resource of a type.
fn values<'a>(plan: &'a Value, kind: &str, pointer: &str) -> Vec<(&'a str, &'a str)> {
    let value = |(name, values): (&'a str, &'a Value)| {
        let text = values.pointer(pointer).and_then(Value::as_str).unwrap_or("(from elsewhere)");
        (name, text.rsplit('/').next().unwrap())
    };
    planned(plan, kind).into_iter().map(value).collect()
}

#[test]
fn people_write_in_dvlp_and_pprd_and_only_read_in_prod() {
    for Journey { environment, plan, .. } in journeys() {
        let (iam, eks, rbac) = match environment.people {
            Access::Write => ("PowerUserAccess", "AmazonEKSAdminPolicy", "cluster-admin"),
            Access::Read => ("ReadOnlyAccess", "AmazonEKSViewPolicy", "platform-team"),
        };
        let attached = values(plan, "aws_iam_role_policy_attachment", "/policy_arn");
        assert_eq!(attached, [("team", iam)], "{}", environment.name);
        let bound = values(plan, "kubernetes_cluster_role_binding_v1", "/role_ref/0/name");
        assert_eq!(bound, [("team", rbac)], "{}", environment.name);
        let associated = values(plan, "aws_eks_access_policy_association", "/policy_arn");
        let pipeline = ("pipeline", "AmazonEKSClusterAdminPolicy");
        assert_eq!(associated, [pipeline, ("team", eks)], "{}", environment.name);
        for (_, values) in planned(plan, "aws_eks_access_policy_association") {
            assert_eq!(values["access_scope"][0]["type"], "cluster");
        }
    }
}

#[test]
fn nothing_in_prod_gives_people_a_verb_that_writes() {
    for Journey { environment, plan, .. } in journeys() {
        let roles = planned(plan, "kubernetes_cluster_role_v1");
        assert_eq!(roles.len(), usize::from(environment.people == Access::Read));
        for rule in roles.iter().flat_map(|(_, values)| values["rule"].as_array().unwrap()) {
            assert_eq!(rule["verbs"], json!(["get", "list", "watch"]), "{}", environment.name);
            let shown = rule["resources"].as_array().unwrap();
            let is_core = rule["api_groups"] == json!([""]);
            let tells = |it: &Value| *it == "secrets" || *it == "*" && is_core;
            assert!(!shown.iter().any(tells), "secrets can be read: {rule}");
        }
    }
}

#[test]
fn only_the_pipeline_and_the_team_have_an_entry() {
    for Journey { environment, plan, .. } in journeys() {
        let pipeline = format!("arn:aws:iam::{}:role/eks-cluster-deploy", environment.account);
        let [(_, deploy), (_, team)] = planned(plan, "aws_eks_access_entry")[..] else {
            panic!("{}", environment.name)
        };
        assert_eq!(deploy["principal_arn"], pipeline);
        assert_eq!(deploy["kubernetes_groups"], Value::Null);
        assert_eq!(team["kubernetes_groups"], json!(["platform-team"]));

        let module = &plan["planned_values"]["root_module"]["child_modules"][0]["resources"];
        let cluster = module.as_array().unwrap().iter().find(|it| it["type"] == "aws_eks_cluster");
        let cluster = &cluster.unwrap()["values"];
        let access = &cluster["access_config"][0];
        assert_eq!(access["authentication_mode"], "API");
        assert_eq!(access["bootstrap_cluster_creator_admin_permissions"], false);
        assert_eq!(cluster["name"], format!("platform-{}", environment.name));
        assert_eq!(cluster["deletion_protection"], environment.name != "dvlp");
    }
}

/// The team's entry, its policy and its role hang together: who holds the role is in the group.
#[test]
fn the_group_that_kubernetes_binds_is_the_one_that_the_role_signs_in_with() {
    for Journey { plan, .. } in journeys() {
        let [(_, role)] = planned(plan, "aws_iam_role")[..] else { panic!() };
        assert_eq!(role["name"], "platform-team");
        let [(_, binding)] = planned(plan, "kubernetes_cluster_role_binding_v1")[..] else {
            panic!()
        };
        let subject = &binding["subject"][0];
        assert_eq!([&subject["kind"], &subject["name"]], ["Group", "platform-team"]);

        let written = plan["configuration"]["root_module"]["resources"].as_array().unwrap();
        let entry = written.iter().find(|it| it["address"] == "aws_eks_access_entry.team").unwrap();
        let principal = &entry["expressions"]["principal_arn"]["references"][0];
        assert_eq!(*principal, "aws_iam_role.team.arn");
    }
}

#[test]
fn every_root_is_bound_to_its_own_account_and_state() {
    for Journey { environment, plan, .. } in journeys() {
        let providers = &plan["configuration"]["provider_config"];
        let admitted = &providers["aws"]["expressions"]["allowed_account_ids"]["constant_value"];
        assert_eq!(*admitted, json!([environment.account]), "{}", environment.name);
        let text = plan.to_string();
        let others = ENVIRONMENTS.iter().filter(|other| other.name != environment.name);
        for other in others {
            assert!(!text.contains(other.account), "{} names {}", environment.name, other.name);
        }
    }
    let project = example();
    for Environment { name, .. } in &ENVIRONMENTS {
        let versions = project.read(&format!("{}/versions.tf", root(name)));
        let state = format!(
            "https://code.example.edu/api/v4/projects/4172/terraform/state/eks-cluster-{name}\""
        );
        assert_eq!(versions.matches(&state).count(), 1, "{versions}");
        assert_eq!(versions.matches(&state.replace('"', "/lock\"")).count(), 2, "{versions}");
    }
}
