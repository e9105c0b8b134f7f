//! What every root goes through: accepted, planned, applied, and planned again.
//!
//! The roots go through it once, for all tests: by default that of prod alone. Nothing here may say
//! how it should end.

use std::sync::LazyLock;

use serde_json::Value;

use crate::example_platform::{ENVIRONMENTS, Environment, example, root};
use crate::support::rounds::some_of;
use crate::support::terraform::{Root, Terraform};

/// What Terraform said on the way.
pub(crate) struct Journey {
    pub environment: &'static Environment,
    pub diagnostics: Value,
    pub plan: Value,
    pub again: Value,
}

/// The journeys; none, where Terraform is not installed.
pub(crate) fn journeys() -> impl Iterator<Item = &'static Journey> {
    static JOURNEYS: LazyLock<Vec<Result<Journey, String>>> = LazyLock::new(|| {
        let Some(terraform) = Terraform::installed() else { return Vec::new() };
        let project = example();
        let travel = |environment: &'static Environment| {
            let folder = project.path(&root(environment.name));
            let root = Root::at(folder, &terraform).with_local_state();
            root.init()?;
            let (diagnostics, plan) = (root.validate()?, root.plan()?);
            root.apply()?;
            Ok(Journey { environment, diagnostics, plan, again: root.plan()? })
        };
        some_of(ENVIRONMENTS.iter().rev()).map(travel).collect()
    });
    JOURNEYS.iter().map(|journey| journey.as_ref().unwrap_or_else(|said| panic!("{said}")))
}
