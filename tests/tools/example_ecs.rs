//! The ECS system under `examples/ecs`: in sync, accepted by the real tools, and as easy to add to
//! as its README says.
//!
//! What is expected is written here by hand: nothing may read it from environments.toml or a template.

mod accepted;
mod adding;
mod applied;
mod deploy;
mod journey;
mod runbooks;

use crate::support::project::Project;

/// A root of the example.
struct Place {
    folder: &'static str,
    account: &'static str,
    state: &'static str,
}

const GLOBAL: Place =
    Place { folder: "global_aws", account: "310204877569", state: "global.tfstate" };
const STAGING: Place =
    Place { folder: "staging", account: "598231406672", state: "staging.tfstate" };
const BLAKE: Place = Place { folder: "blake", account: "598231406672", state: "blake.tfstate" };
const PRODUCTION: Place =
    Place { folder: "production", account: "186240915733", state: "production.tfstate" };
const STEVIE: Place =
    Place { folder: "stevie", account: "774910035218", state: "ecs/open-source-2/state" };

const PLACES: [&Place; 5] = [&GLOBAL, &STAGING, &BLAKE, &PRODUCTION, &STEVIE];

impl Place {
    /// The folder of its root, from the example's own.
    fn root(&self) -> String {
        format!("environments/{}", self.folder)
    }
}

/// A copy of the example to work on.
fn example() -> Project {
    let parts =
        [".github", "ENVIRONMENTS.md", "README.md", "environments", "environments.toml", "modules"];
    Project::copy("examples/ecs", &[&parts[..], &["templates"]].concat())
}
