//! The example of a platform team: three clusters, of which people can write in two, and a pipeline
//! that alone deploys them.
//!
//! What is expected is written here by hand: nothing may read it from the example's
//! environments.toml or from a template.

mod access;
mod accepted;
mod deploy;
mod gitlab;
mod journey;
mod onboarding;
mod release;
mod review;
mod runbooks;

use crate::support::project::Project;

struct Environment {
    name: &'static str,
    account: &'static str,
    people: Access,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    Write,
    Read,
}

/// In the order of promotion.
const ENVIRONMENTS: [Environment; 3] = [
    Environment { name: "dvlp", account: "318529640173", people: Access::Write },
    Environment { name: "pprd", account: "640917382254", people: Access::Write },
    Environment { name: "prod", account: "975203814466", people: Access::Read },
];

/// The folder of an environment's root.
fn root(environment: &str) -> String {
    format!("generated/clusters/{environment}")
}

/// A copy of the example to change.
fn example() -> Project {
    let parts =
        ["environments.toml", "templates", "modules", "generated", ".gitlab-ci.yml", "CODEOWNERS"];
    Project::copy("examples/platform", &parts)
}
