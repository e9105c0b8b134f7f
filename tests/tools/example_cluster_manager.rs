//! The example of a cluster manager: three clusters, their releases and the pipeline that applies
//! them, as Terraform, OpenTofu and GitLab read them.
//!
//! What is expected is written here by hand: nothing may read it from environments.toml or a template.

mod accepted;
mod additions;
mod journey;
mod pipeline;
mod releases;
mod runbooks;
mod steps;

use crate::support::project::Project;

/// A cluster, with the variables of its root that are sensitive.
pub(crate) struct Cluster {
    pub name: &'static str,
    pub account: &'static str,
    pub secrets: &'static [&'static str],
}

const GRAFANA: &str = "grafana_admin_password";
const CLUSTERS: [Cluster; 3] = [
    Cluster { name: "lower", account: "310447096265", secrets: &[GRAFANA] },
    Cluster {
        name: "ops",
        account: "529086417833",
        secrets: &[GRAFANA, "sentry_admin_password", "sentry_database_password"],
    },
    Cluster { name: "prod", account: "764119850342", secrets: &[GRAFANA] },
];

/// A copy of the example.
fn example() -> Project {
    let parts = [
        "environments.toml",
        "templates",
        "modules",
        "deploy",
        ".gitlab-ci.yml",
        "ENVIRONMENTS.md",
    ];
    Project::copy("examples/cluster-manager", &parts)
}
