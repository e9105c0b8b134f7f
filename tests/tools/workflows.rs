//! The deploy workflows: what GitHub accepts, who deploys where and when, and what the steps run.
//!
//! What is expected is written here by hand: nothing may read it from environments.toml or a template.

mod accepted;
mod deploy;
mod file;
mod steps;

/// A service and where it is deployed to, in the order of promotion.
struct Service {
    name: &'static str,
    environments: &'static [Environment],
}

struct Environment {
    name: &'static str,
    account: &'static str,
    /// The GitHub environment whose rules a deploy meets.
    gate: &'static str,
}

const SERVICES: [Service; 2] = [
    Service { name: "icepack", environments: &ENVIRONMENTS },
    Service { name: "snowpack", environments: ENVIRONMENTS.split_at(3).0 },
];

const ENVIRONMENTS: [Environment; 4] = [
    Environment { name: "dev", account: "411706531007", gate: "dev" },
    Environment { name: "stage", account: "174558682303", gate: "stage" },
    Environment { name: "preprod", account: "391322830928", gate: "preprod" },
    Environment { name: "prod", account: "857967394368", gate: "main-deploy" },
];

impl Service {
    /// The folder of its root in an environment.
    fn root(&self, environment: &Environment) -> String {
        format!("generated/terraform/{}-api/env/{}", self.name, environment.name)
    }
}
