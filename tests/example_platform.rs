//! The example of a platform team: three clusters, of which people can write in two, and a pipeline
//! that alone deploys them.
//!
//! What is expected is written here by hand: nothing may read it from the example's
//! environments.toml or from a template.

#[path = "example_platform/access.rs"]
mod access;
#[path = "example_platform/accepted.rs"]
mod accepted;
#[path = "example_platform/deploy.rs"]
mod deploy;
#[path = "example_platform/gitlab.rs"]
mod gitlab;
#[path = "example_platform/journey.rs"]
mod journey;
#[path = "example_platform/onboarding.rs"]
mod onboarding;
#[path = "support/project.rs"]
mod project;
#[path = "example_platform/release.rs"]
mod release;
#[path = "example_platform/review.rs"]
mod review;
#[path = "support/runbook.rs"]
mod runbook;
#[path = "example_platform/runbooks.rs"]
mod runbooks;
mod support;
#[path = "support/terraform.rs"]
mod terraform;

use project::Project;

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
