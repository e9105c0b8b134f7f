//! The values of one setting or fact in all environments.

use std::borrow::Cow;

use super::{Deployed, Settings};
use crate::model::diagnostic::{Problem, Target};
use crate::model::key_path::Path;
use crate::model::tree::Node;
use crate::resolve::{Environment, Service};

/// A value in an environment.
pub(crate) struct GivenValue<'a> {
    pub node: &'a Node,
    pub environment: &'a Environment,
    /// The path of the value, as a waiver names it.
    pub path: String,
}

/// A fact in every environment that has it.
pub(crate) fn facts<'a>(settings: &Settings<'a>, path: &Path) -> Vec<GivenValue<'a>> {
    let given = settings.resolved.environments.iter().filter_map(|environment| {
        let node = environment.facts.at(path)?;
        Some(GivenValue {
            node,
            environment,
            path: format!("environments.{}.{path}", environment.name),
        })
    });
    given.collect()
}

/// A setting of a service in every environment that has it.
pub(crate) fn settings<'a>(
    settings: &Settings<'a>,
    service: &'a Service,
    path: &Path,
) -> Vec<GivenValue<'a>> {
    let given = service.deployments.iter().filter_map(|deployment| {
        let environment = &settings.resolved.environments[deployment.environment];
        let node = deployment.settings.at(path)?;
        let below = Deployed { service, environment, deployment }.path();
        Some(GivenValue { node, environment, path: format!("{below}.{path}") })
    });
    given.collect()
}

impl GivenValue<'_> {
    /// The value as text, and whether it is a string: the number 1 differs from the string `1`.
    pub(crate) fn reading(&self) -> (bool, Cow<'_, str>) {
        match self.node.str() {
            Some(text) => (true, text.into()),
            None => (false, self.node.to_json().to_string().into()),
        }
    }
}

/// A problem of some environments, as one of a service in them.
pub(crate) fn of_service(problem: Problem, service: &Service) -> Problem {
    let targets = problem.targets.into_iter();
    let targets = targets.map(|target| Target { service: Some(service.name.clone()), ..target });
    Problem { targets: targets.collect(), ..problem }
}
