//! Rules of resolved settings and facts, across environments and services.
//!
//! Nothing here reads rendered text or the disk.

pub(crate) mod chart_schema;
pub(crate) mod chart_version_range;
pub(crate) mod charts;
pub(crate) mod distinct;
mod given;
pub(crate) mod layers;
mod pack_texts;
pub(crate) mod placeholder;
pub(crate) mod role_account;
pub(super) mod roots;
pub(crate) mod same;
pub(crate) mod scaling;
mod schema_annotations;
pub(crate) mod secret;
pub(crate) mod shared_state;
pub(crate) mod sibling;
mod strings;
pub(crate) mod unknown_chart_key;
pub(crate) mod wrong_format;

use crate::config::Config;
use crate::ecosystem::helm_chart::Charts;
use crate::model::diagnostic::Problem;
use crate::model::span::Sources;
use crate::resolve::{Deployment, Environment, Resolved, Service};
use crate::rules::Rule;

/// The rules of settings.
pub(super) static RULES: &[&Rule] = &[
    &chart_schema::RULE,
    &chart_version_range::RULE,
    &distinct::RULE,
    &placeholder::RULE,
    &role_account::RULE,
    &same::RULE,
    &scaling::RULE,
    &secret::RULE,
    &shared_state::RULE,
    &sibling::RULE,
    &unknown_chart_key::RULE,
    &wrong_format::RULE,
];

/// The settings of a project, as written and as resolved.
pub struct Settings<'a> {
    pub config: &'a Config,
    pub resolved: &'a Resolved,
    pub charts: &'a Charts,
    pub sources: &'a Sources,
}

/// A service in an environment.
#[derive(Clone, Copy)]
pub struct Deployed<'a> {
    pub service: &'a Service,
    pub environment: &'a Environment,
    pub deployment: &'a Deployment,
}

impl<'a> Settings<'a> {
    fn deployed(&self) -> impl Iterator<Item = Deployed<'a>> {
        deployed(self.resolved)
    }
}

/// Every service in every environment in which it runs.
fn deployed(resolved: &Resolved) -> impl Iterator<Item = Deployed<'_>> {
    resolved.services.iter().flat_map(|service| {
        service.deployments.iter().map(|deployment| {
            let environment = &resolved.environments[deployment.environment];
            Deployed { service, environment, deployment }
        })
    })
}

impl Deployed<'_> {
    /// The path of its settings, as a waiver names it.
    pub fn path(&self) -> String {
        format!("environments.{}.services.{}", self.environment.name, self.service.name)
    }

    /// The name of the service in the environment, for messages.
    fn shown(&self) -> String {
        format!("`{}` in `{}`", self.service.name, self.environment.name)
    }

    fn add_to(&self, problem: Problem) -> Problem {
        problem.for_target(Some(&self.service.name), Some(&self.environment.name))
    }
}
