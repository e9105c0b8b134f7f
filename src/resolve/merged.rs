//! The settings of a service with its layers merged, before any fact is known.
//!
//! Environments with the same layers share them, so that they are worked out once, however many
//! there are. Looks at no environment's facts.

use std::sync::Arc;

use indexmap::IndexSet;

use super::interpolate::Interpolation;
use super::{Environment, Kept, Resolver, keep, layers, only, validate, with_name};
use crate::base::parallel;
use crate::config::{self, LayerSource};
use crate::model::diagnostic::Problems;
use crate::model::key_path::Key;
use crate::model::name::Name;
use crate::model::tree::Node;
use crate::pack::Pack;

/// The key for the layers of a service in an environment: its profiles, and its name if it has
/// settings of its own.
type Layering<'a> = (&'a [Key], Option<&'a Name>);

/// The settings of a service in some environments.
pub(crate) struct Merged {
    pub pack: Arc<Pack>,
    /// References that lead to no fact are replaced.
    pub settings: Arc<Node>,
    pub keep: Vec<Kept>,
    pub only: Option<Vec<String>>,
}

/// The settings of a service in all its environments.
pub(crate) struct AllMerged<'a> {
    layerings: IndexSet<Layering<'a>>,
    merged: Vec<(Option<Merged>, Problems)>,
}

impl<'a> AllMerged<'a> {
    pub(crate) fn new(
        resolver: &Resolver<'a>,
        name: &Name,
        service: &config::ServiceConfig,
        environments: &[(usize, &Environment)],
    ) -> AllMerged<'a> {
        let layering = |(_, it): &(usize, &Environment)| layering(resolver, name, it);
        let layerings: IndexSet<Layering<'a>> = environments.iter().map(layering).collect();
        let all: Vec<Layering<'a>> = layerings.iter().copied().collect();
        let merged = parallel::map(&all, |layering| merge(resolver, name, service, *layering));
        AllMerged { layerings, merged }
    }

    /// The settings in an environment, and what is wrong with them; without a pack there are none.
    pub(crate) fn of(
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
    service: &config::ServiceConfig,
    (profiles, own): Layering<'_>,
) -> (Option<Merged>, Problems) {
    let mut problems = Problems::default();
    let config = resolver.config;
    let of_profiles = profiles.iter().map(|profile| &config.profiles[profile].services);
    let of_environment = own.map(|own| &config.environments[own].services);
    let given = of_profiles.chain(of_environment).filter_map(|services| services.get(name));
    let layers: Vec<&LayerSource> = [&service.settings].into_iter().chain(given).collect();
    let Some(pack) = resolver.pack_of(&layers, name, service.place, &mut problems) else {
        return (None, problems);
    };
    let merged = layers::stack_over(&pack.defaults, layers, &mut problems);
    let keep = keep::kept(&merged, &mut problems);
    let only = only(&merged, &pack, &mut problems);
    let merged = with_name(super::without_reserved(merged), name, service.place);
    validate::settings_declared(&merged, &pack, &mut problems);
    let settings = Interpolation::without_facts(&merged, resolver.sources);
    (Some(Merged { pack, settings, keep, only }), problems)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use crate::model::span::Sources;
    use crate::pack::{self, Folder};
    use crate::resolve::{Packs, Resolved, resolve};
    use crate::toml_file;

    const MANIFEST: &str = "[defaults]\nsize = 3\ntwice = '{{ service.size }}'\nhere = '{{ env.name }}'\nthere = '{{ service.here }}'\ngone = '{{ service.given }}'";
    const SCHEMA: &str = r#"{ "properties": { "env": { "properties": {} },
        "service": { "properties": { "size": {}, "twice": {}, "here": {}, "there": {}, "gone": {}, "given": {} } } } }"#;

    fn resolved(environments: &str) -> Resolved {
        let mut sources = Sources::default();
        let text = format!("[services.web]\npack = 'small'\n{environments}");
        let file = sources.add("environments.toml", text);
        let (tree, _) = toml_file::read(&sources, file, None);
        let (config, _) = config::read(&tree, &semver::Version::new(0, 1, 0));
        let folder = |name: &str, files: &[(&str, &str)]| Folder {
            name: name.to_owned(),
            shown: name.to_owned(),
            files: files.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect(),
            damaged: Vec::new(),
        };
        let small = folder("small", &[("pack.toml", MANIFEST), ("schema.json", SCHEMA)]);
        let (pack, _) = pack::load(&mut sources, vec![small], folder("components", &[]));
        let packs = Packs::from_iter([("small".to_owned(), Arc::new(pack.expect("a pack")))]);
        resolve(&config, &packs, &sources).0
    }

    /// The settings as `size twice here there` of each environment, and which of them the first two
    /// share.
    #[track_caller]
    fn check(environments: &str, expected: &[&str], shared: &[&str]) {
        let resolved = resolved(environments);
        let deployments = resolved.services[0].deployments.iter().map(|it| &it.settings);
        let settings: Vec<&Arc<Node>> = deployments.collect();
        let keys = ["size", "twice", "here", "there"];
        let shown = |node: &&Arc<Node>| {
            let values = keys
                .map(|key| node.get(key).map_or_else(String::new, |it| it.to_json().to_string()));
            values.join(" ").replace('"', "")
        };
        assert_eq!(settings.iter().map(shown).collect::<Vec<_>>(), expected);
        let is_shared = |key: &&&str| match [settings[0].get(key), settings[1].get(key)] {
            [Some(a), Some(b)] => Arc::ptr_eq(a, b),
            _ => false,
        };
        assert_eq!(keys.iter().filter(is_shared).copied().collect::<Vec<_>>(), shared);
    }

    #[test]
    fn environments_of_the_same_layers_share_what_names_no_fact() {
        let two = "[environments.a]\n[environments.b]\n";
        check(two, &["3 3 a a", "3 3 b b"], &["size", "twice"]);
    }

    #[test]
    fn what_no_environment_gives_is_left_out_before_any_is_looked_at() {
        let settings = |environments: &str| -> Vec<Arc<Node>> {
            let deployments = resolved(environments).services.remove(0).deployments;
            deployments.into_iter().map(|deployment| deployment.settings).collect()
        };
        let two = settings("[environments.a]\n[environments.b]\n");
        assert!(two.iter().all(|it| it.get("gone").is_none()));
        assert!(two[0].table().unwrap().shares_keys(two[1].table().unwrap()));
        let given = settings("[environments.a.services.web]\ngiven = 1\n[environments.b]\n");
        assert_eq!(given[0].get("gone").unwrap().to_json(), 1);
        assert!(given[1].get("gone").is_none());
    }

    #[test]
    fn a_layer_of_an_environment_or_a_profile_is_its_own() {
        let own = "[environments.a.services.web]\nsize = 4\n[environments.b]\n";
        check(own, &["4 4 a a", "3 3 b b"], &[]);
        let profile = "[profiles.p.services.web]\nhere = 'p'\n[environments.a]\n[environments.b]\nprofiles = ['p']\n";
        check(profile, &["3 3 a a", "3 3 p p"], &["size"]);
    }
}
