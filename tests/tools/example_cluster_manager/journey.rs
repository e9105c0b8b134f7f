//! What every root goes through: accepted, planned, applied, planned again, and planned once more
//! after a new version of one chart.
//!
//! The roots go through it once, for all tests: by default that of prod alone. Nothing here may say
//! how it should end.

use std::sync::LazyLock;
use std::thread;

use serde_json::Value;

use crate::example_cluster_manager::{CLUSTERS, Cluster, example};
use crate::support::project::Project;
use crate::support::rounds::some_of;
use crate::support::terraform::{Root, Terraform};

/// What Terraform said on the way.
pub(crate) struct Journey {
    pub cluster: &'static Cluster,
    pub diagnostics: Value,
    pub plan: Value,
    pub state: Value,
    pub again: Value,
    pub after_a_new_version: Value,
}

/// The journeys; none, where Terraform is not installed.
pub(crate) fn journeys() -> impl Iterator<Item = &'static Journey> {
    static JOURNEYS: LazyLock<Vec<Journey>> = LazyLock::new(|| {
        Terraform::installed().map_or_else(Vec::new, |terraform| {
            thread::scope(|scope| {
                let terraform = &terraform;
                let started: Vec<_> = some_of(CLUSTERS.iter().rev())
                    .map(|it| scope.spawn(|| Journey::of(it, terraform)))
                    .collect();
                started.into_iter().map(|journey| journey.join().unwrap()).collect()
            })
        })
    });
    JOURNEYS.iter()
}

impl Journey {
    fn of(cluster: &'static Cluster, terraform: &Terraform) -> Journey {
        let project = example();
        give_secrets(&project, cluster.name, cluster.secrets);
        let root = root(&project, cluster.name, terraform);
        root.init().unwrap();
        let diagnostics = root.validate().unwrap();
        let plan = root.plan().unwrap();
        let state = root.apply().unwrap();
        let again = root.plan().unwrap();
        project.edit("environments.toml", "\"1.21.1\"", "\"1.23.0\"");
        project.done("gen");
        let after_a_new_version = root.plan().unwrap();
        Journey { cluster, diagnostics, plan, state, again, after_a_new_version }
    }

    /// The values of a resource of the cluster's `modules/k8s` as planned.
    #[track_caller]
    pub(crate) fn planned(&self, address: &str) -> &Value {
        let changes = self.plan["resource_changes"].as_array().unwrap();
        let found = changes.iter().find(|it| it["address"] == format!("module.k8s.{address}"));
        let found = found.unwrap_or_else(|| panic!("{} plans no {address}", self.cluster.name));
        &found["change"]["after"]
    }

    /// The values of a resource of the cluster's `modules/k8s` as applied.
    #[track_caller]
    pub(crate) fn applied(&self, address: &str) -> &Value {
        let address = format!("module.k8s.{address}");
        let mut found = Vec::new();
        resources(&self.state["values"]["root_module"], &mut found);
        let found = found.into_iter().find(|it| it["address"] == address);
        let found = found.unwrap_or_else(|| panic!("{} holds no {address}", self.cluster.name));
        &found["values"]
    }
}

/// A cluster's root in a project, with its state beside it.
pub(crate) fn root<'a>(project: &Project, cluster: &str, terraform: &'a Terraform) -> Root<'a> {
    Root::at(project.path(&format!("deploy/{cluster}")), terraform).with_local_state()
}

/// Gives the sensitive variables of a root their values, as the pipeline does by other means.
pub(crate) fn give_secrets(project: &Project, cluster: &str, names: &[&str]) {
    let values: String = names.iter().map(|name| format!("{name} = \"not-{name}\"\n")).collect();
    project.write(&format!("deploy/{cluster}/secrets.auto.tfvars"), &values);
}

/// Every resource that a plan changes, as `update module.k8s.helm_release.loki: version`.
pub(crate) fn changes(plan: &Value) -> Vec<String> {
    let changes = plan["resource_changes"].as_array().unwrap().iter();
    let changed = changes.filter_map(|it| {
        let actions = it["change"]["actions"].as_array().unwrap();
        let action = actions.iter().map(|it| it.as_str().unwrap()).collect::<Vec<_>>().join(" ");
        let (before, after) = (&it["change"]["before"], &it["change"]["after"]);
        let keys = after.as_object().into_iter().flat_map(|after| after.keys());
        let differ: Vec<_> = match before.is_null() {
            true => Vec::new(),
            false => keys.filter(|key| before[*key] != after[*key]).map(String::as_str).collect(),
        };
        let address = it["address"].as_str().unwrap();
        match action.as_str() {
            "no-op" | "read" => None,
            _ => Some(format!("{action} {address}: {}", differ.join(", "))),
        }
    });
    changed.collect()
}

fn resources<'a>(module: &'a Value, found: &mut Vec<&'a Value>) {
    found.extend(module["resources"].as_array().into_iter().flatten());
    for child in module["child_modules"].as_array().into_iter().flatten() {
        resources(child, found);
    }
}
