//! The settings of a service with its layers merged, before any fact is known.
//!
//! Environments with the same layers share them, so that they are worked out once, however many
//! there are. Looks at no environment's facts.

use std::sync::Arc;

use indexmap::IndexSet;

use super::interpolate::Interpolation;
use super::{Environment, Kept, Resolver, kept, layers, only, validate, with_name};
use crate::config::{self, Written};
use crate::diagnostic::Problems;
use crate::name::Name;
use crate::pack::Pack;
use crate::parallel;
use crate::path::Key;
use crate::tree::Node;

/// What decides the layers of a service in an environment: its profiles, and its name where it has
/// settings of its own.
type Layering<'a> = (&'a [Key], Option<&'a Name>);

/// The settings of a service in some environments.
pub struct Merged {
    pub pack: Arc<Pack>,
    /// References that lead to no fact are replaced.
    pub settings: Arc<Node>,
    pub keep: Vec<Kept>,
    pub only: Option<Vec<String>>,
}

/// The settings of a service in all its environments.
pub struct AllMerged<'a> {
    layerings: IndexSet<Layering<'a>>,
    merged: Vec<(Option<Merged>, Problems)>,
}

impl<'a> AllMerged<'a> {
    pub fn new(
        resolver: &Resolver<'a>,
        name: &Name,
        service: &config::Service,
        environments: &[(usize, &Environment)],
    ) -> AllMerged<'a> {
        let layering = |(_, it): &(usize, &Environment)| layering(resolver, name, it);
        let layerings: IndexSet<Layering<'a>> = environments.iter().map(layering).collect();
        let all: Vec<Layering<'a>> = layerings.iter().copied().collect();
        let merged = parallel::map(&all, |layering| merge(resolver, name, service, *layering));
        AllMerged { layerings, merged }
    }

    /// The settings in an environment, and what is wrong with them; without a pack there are none.
    pub fn of(
        &self,
        resolver: &Resolver<'a>,
        name: &Name,
        environment: &Environment,
    ) -> (Option<&Merged>, Problems) {
        let index = self.layerings.get_index_of(&layering(resolver, name, environment));
        let (merged, problems) = &self.merged[index.expect("it is one of those given to `new`")];
        (merged.as_ref(), problems.clone())
    }
}

fn layering<'a>(resolver: &Resolver<'a>, name: &Name, environment: &Environment) -> Layering<'a> {
    let (own, written) = resolver
        .config
        .environments
        .get_key_value(&environment.name)
        .expect("environments are made from those that are written");
    (&written.profiles, written.services.contains_key(name).then_some(own))
}

fn merge(
    resolver: &Resolver<'_>,
    name: &Name,
    service: &config::Service,
    (profiles, own): Layering<'_>,
) -> (Option<Merged>, Problems) {
    let mut problems = Problems::default();
    let config = resolver.config;
    let of_profiles = profiles.iter().map(|profile| &config.profiles[profile].services);
    let of_environment = own.map(|own| &config.environments[own].services);
    let given = of_profiles.chain(of_environment).filter_map(|services| services.get(name));
    let layers: Vec<&Written> = [&service.settings].into_iter().chain(given).collect();
    let Some(pack) = resolver.pack_of(&layers, name, service.place, &mut problems) else {
        return (None, problems);
    };
    let merged = layers::stack_over(&pack.defaults, layers, &mut problems);
    let keep = kept(&merged, &mut problems);
    let only = only(&merged, &pack, &mut problems);
    let merged = with_name(&super::without_reserved(&merged), name, service.place);
    validate::settings_declared(&merged, &pack, &mut problems);
    let settings = Interpolation::without_facts(&merged, resolver.sources);
    (Some(Merged { pack, settings, keep, only }), problems)
}
