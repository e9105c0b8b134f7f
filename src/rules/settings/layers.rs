//! The layers as they are written, each with the services and environments that use it.
//!
//! References are not resolved.

use crate::config::{Config, LayerSource};
use crate::model::diagnostic::Problem;
use crate::model::name::Name;

/// A layer of facts or of a service's settings.
pub(crate) struct LayerUse<'a> {
    pub written: &'a LayerSource,
    pub service: Option<&'a Name>,
    /// The environments that take it.
    pub environments: Vec<&'a Name>,
    /// True if it belongs to one environment.
    pub own: bool,
}

/// Every layer of a configuration.
pub(crate) fn of(config: &Config) -> Vec<LayerUse<'_>> {
    let all: Vec<&Name> = config.environments.keys().collect();
    let mut layers = vec![layer(&config.defaults, None, all)];
    for (name, service) in &config.services {
        let runs = config.environments.keys().filter(|environment| service.runs_in(environment));
        layers.push(layer(&service.settings, Some(name), runs.collect()));
    }
    for (key, profile) in &config.profiles {
        let takes = config.environments.iter().filter(|(_, it)| it.profiles.contains(key));
        let takes: Vec<&Name> = takes.map(|(name, _)| name).collect();
        layers.push(layer(&profile.facts, None, takes.clone()));
        let services = profile.services.iter();
        layers.extend(services.map(|(name, it)| layer(it, Some(name), takes.clone())));
    }
    for (name, environment) in &config.environments {
        let own = |written, service| LayerUse { own: true, ..layer(written, service, vec![name]) };
        layers.push(own(&environment.facts, None));
        layers.extend(environment.services.iter().map(|(service, it)| own(it, Some(service))));
    }
    layers
}

fn layer<'a>(
    written: &'a LayerSource,
    service: Option<&'a Name>,
    environments: Vec<&'a Name>,
) -> LayerUse<'a> {
    LayerUse { written, service, environments, own: false }
}

impl LayerUse<'_> {
    /// Adds the services and environments that use the layer to a problem.
    pub(crate) fn target(&self, problem: Problem) -> Problem {
        let environments = self.environments.iter();
        environments.fold(problem, |problem, name| problem.for_target(self.service, Some(name)))
    }
}
