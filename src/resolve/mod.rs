//! Resolved settings: layers merged, references replaced, every value with its provenance.
//!
//! Reads no text, template or path. The result has no open references.

pub(crate) mod differences;
mod interpolate;
mod keep;
mod layers;
mod merged;
mod validate;

use crate::model::code::Code;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::base::english;
use crate::base::parallel;
use crate::config::reserved::RESERVED_SETTINGS;
use crate::config::{Config, LayerSource};
use crate::model::diagnostic::{Problem, Problems};
use crate::model::key_path::Key;
use crate::model::name::{Name, RelativePath};
use crate::model::span::{Sources, Span};
use crate::model::tree::{Node, Origin, Value};
use crate::pack::{Each, FileRule, Pack};
pub(crate) use interpolate::plain;
use interpolate::{Interpolation, Missing};
pub use interpolate::{Unfilled, fill};
use merged::{AllMerged, Merged};

pub type Packs = IndexMap<String, Arc<Pack>>;

/// A project as it is meant, ready to be rendered.
#[derive(Default)]
pub struct Resolved {
    /// In promotion order.
    pub environments: Vec<Environment>,
    /// In the order in which they are written.
    pub services: Vec<Service>,
}

pub struct Environment {
    pub name: Name,
    /// The place of its name.
    pub place: Span,
    /// The promotion step; the environments of one step may share an account.
    pub step: usize,
    pub retiring: bool,
    pub facts: Arc<Node>,
}

pub struct Service {
    pub name: Name,
    pub place: Span,
    pub pack: Arc<Pack>,
    /// The settings of the whole service: those that refer to no fact of an environment.
    pub settings: Arc<Node>,
    /// In promotion order.
    pub deployments: Vec<Deployment>,
}

/// One service in one environment.
pub struct Deployment {
    /// Its index in `Resolved::environments`.
    pub environment: usize,
    /// Still rendered so that it can be destroyed, out of every deploy list.
    pub retiring: bool,
    pub pack: Arc<Pack>,
    pub settings: Arc<Node>,
    pub keep: Vec<Kept>,
    /// The names of the pack's files to render; `None` is all.
    pub only: Option<Vec<String>>,
}

/// A hand-written file that `keep` declares for a root.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Relative to the root.
    pub file: RelativePath,
    pub place: Span,
}

impl Deployment {
    /// The folder of the local chart, where the pack has one.
    pub fn chart(&self) -> Option<&str> {
        self.settings.at(self.pack.chart.as_ref()?)?.str()
    }

    /// The pack's files to render for it.
    pub fn files(&self) -> impl Iterator<Item = &FileRule> {
        self.pack.files.iter().filter(|rule| {
            let listed = |only: &Vec<String>| only.contains(&rule.name);
            rule.each == Each::Environment && self.only.as_ref().is_none_or(listed)
        })
    }
}

/// Resolves a configuration with the packs it names.
pub fn resolve(config: &Config, packs: &Packs, sources: &Sources) -> (Resolved, Problems) {
    let resolver = Resolver { config, packs, sources, steps: steps(config) };
    let mut problems = Problems::default();
    let written: Vec<_> = config.environments.iter().collect();
    let environments =
        parallel::map(&written, |(name, written)| resolver.environment(name, written));
    let environments = gather(environments, &mut problems);
    let services = config
        .services
        .iter()
        .filter_map(|(name, written)| resolver.service(name, written, &environments, &mut problems))
        .collect();
    (Resolved { environments, services }, problems)
}

/// The promotion step of every environment that `order` lists.
fn steps(config: &Config) -> IndexMap<&Name, usize> {
    let mut steps = IndexMap::new();
    for (index, step) in config.project.order.iter().enumerate() {
        for name in step {
            steps.entry(name).or_insert(index);
        }
    }
    steps
}

/// Collects results of parallel work, and adds their problems to the others.
fn gather<T>(made: Vec<(T, Problems)>, problems: &mut Problems) -> Vec<T> {
    let gathered = made.into_iter().map(|(item, found)| {
        problems.extend(found);
        item
    });
    gathered.collect()
}

/// The names of the packs that a configuration uses, each with a place where it is named.
pub fn packs_in_use(config: &Config) -> IndexMap<String, Span> {
    let of_profiles = config.profiles.values().flat_map(|profile| profile.services.values());
    let of_environments =
        config.environments.values().flat_map(|written| written.services.values());
    let of_services = config.services.values().map(|service| &service.settings);
    let layers = of_services.chain(of_profiles).chain(of_environments);
    let named = layers.filter_map(|written| {
        let node = written.table.get("pack")?;
        Some((node.str()?.to_owned(), node.origin.value))
    });
    // The first place wins: it is the one of the service itself.
    named.fold(IndexMap::new(), |mut packs, (name, place)| {
        packs.entry(name).or_insert(place);
        packs
    })
}

struct Resolver<'a> {
    config: &'a Config,
    packs: &'a Packs,
    sources: &'a Sources,
    steps: IndexMap<&'a Name, usize>,
}

impl Resolver<'_> {
    fn environment(
        &self,
        name: &Name,
        written: &crate::config::EnvironmentConfig,
    ) -> (Environment, Problems) {
        let profiles = written.profiles.iter().map(|profile| &self.config.profiles[profile].facts);
        let layers = [&self.config.defaults].into_iter().chain(profiles).chain([&written.facts]);
        let mut problems = Problems::default();
        let merged = layers::stack(layers, &mut problems);
        let merged = with_name(merged, name, written.place);
        let mut undeclared = Problems::default();
        validate::facts_declared(&merged, self.packs, &mut undeclared);
        let sure = |problem: &Problem| self.all_packs_are_known() || problem.meant.is_some();
        problems.extend(undeclared.into_iter().filter(sure));
        let mut interpolation =
            Interpolation::new(&merged, None, Missing::IsAProblem, self.sources, &mut problems);
        let facts = interpolation.whole();
        let beyond_all = self.config.project.order.len();
        let step = self.steps.get(name).copied().unwrap_or(beyond_all);
        let environment = Environment {
            name: name.clone(),
            place: written.place,
            step,
            retiring: written.retiring,
            facts,
        };
        (environment, concerning(problems, None, name))
    }

    fn service(
        &self,
        name: &Name,
        written: &crate::config::ServiceConfig,
        environments: &[Environment],
        problems: &mut Problems,
    ) -> Option<Service> {
        let pack = self.pack_of(&[&written.settings], name, written.place, problems)?;
        let mut ignored = Problems::default();
        let merged = layers::stack_over(&pack.defaults, [&written.settings], &mut ignored);
        let merged = with_name(without_reserved(merged), name, written.place);
        let nothing = Arc::new(merged.emptied());
        // What names a fact is an environment's own: it is left out here, and no problem.
        let settings = Interpolation::new(
            &nothing,
            Some(&merged),
            Missing::IsLeftOut,
            self.sources,
            &mut ignored,
        )
        .whole();
        let wanted = environments.iter().enumerate();
        let wanted: Vec<_> =
            wanted.filter(|(_, environment)| written.runs_in(&environment.name)).collect();
        let merged = AllMerged::new(self, name, written, &wanted);
        let deployments = parallel::map(&wanted, |(index, environment)| {
            let merged = merged.of(self, name, environment);
            self.deployment(name, written.place, merged, *index, environment)
        });
        let deployments = gather(deployments, problems).into_iter().flatten().collect();
        Some(Service { name: name.clone(), place: written.place, pack, settings, deployments })
    }

    fn deployment(
        &self,
        name: &Name,
        place: Span,
        (merged, mut problems): (Option<&Merged>, Problems),
        index: usize,
        environment: &Environment,
    ) -> (Option<Deployment>, Problems) {
        let deployment = merged.map(|Merged { pack, settings, keep, only }| {
            let facts = &environment.facts;
            let settings = Interpolation::new(
                facts,
                Some(settings),
                Missing::IsAProblem,
                self.sources,
                &mut problems,
            )
            .whole();
            let owner = validate::SettingsOwner { service: name, environment, place };
            validate::against_schema(pack, &owner, facts, &settings, &mut problems);
            validate::values_are_tables(pack, &settings, &mut problems);
            let (pack, keep, only) = (Arc::clone(pack), keep.clone(), only.clone());
            let of_services = &self.config.environments[&environment.name].retiring_services;
            let retiring = environment.retiring || of_services.contains(name);
            Deployment { environment: index, retiring, pack, settings, keep, only }
        });
        (deployment, concerning(problems, Some(name), &environment.name))
    }

    /// Returns true if every pack was loaded. The facts of a missing pack are unknown, except for a
    /// word that is nearly known.
    fn all_packs_are_known(&self) -> bool {
        let named =
            |service: &crate::config::ServiceConfig| service.settings.table.get("pack").is_some();
        let loaded = |name: &String| self.packs.contains_key(name);
        !self.packs.is_empty()
            && self.config.services.values().all(named)
            && packs_in_use(self.config).keys().all(loaded)
    }

    /// The pack that the topmost of some layers names.
    fn pack_of(
        &self,
        layers: &[&LayerSource],
        service: &Name,
        place: Span,
        problems: &mut Problems,
    ) -> Option<Arc<Pack>> {
        let named = layers.iter().rev().find_map(|written| written.table.get("pack"));
        let Some(node) = named else {
            let message = format!("the service `{service}` has no `pack`");
            let problem = Problem::error(Code::MissingKey, message).at(place);
            let mut written = layers.iter().filter_map(|written| written.table.table()).flatten();
            let misspelt = written.find(|(key, _)| english::nearest(key, ["pack"]).is_some());
            problems.push(match misspelt {
                Some((_, node)) => problem.label(node.origin.key, "did you mean `pack`?"),
                None => problem.help("add a line such as pack = \"helm-service\""),
            });
            return None;
        };
        // A pack that could not be loaded was reported when it was.
        self.packs.get(node.str()?).cloned()
    }
}

/// Problems of an environment, or of a service in it.
fn concerning(problems: Problems, service: Option<&Name>, environment: &Name) -> Problems {
    let mut concerning = Problems::default();
    concerning.extend(problems.into_iter().map(|it| it.for_target(service, Some(environment))));
    concerning
}

/// The tree with the name under which templates and references know it.
fn with_name(tree: Arc<Node>, name: &Name, place: Span) -> Arc<Node> {
    let origin = Origin { key: place, value: place, ..Origin::clone(&tree.origin) };
    let node = Node::new(Value::String(name.as_str().into()), origin);
    let tree = Arc::unwrap_or_clone(tree);
    Arc::new(tree.with_table(|table| table.insert("name".into(), Arc::new(node))))
}

/// Settings without the words that mean something to envroot itself.
fn without_reserved(tree: Arc<Node>) -> Arc<Node> {
    let is_setting = |key: &Key, _: &Arc<Node>| !RESERVED_SETTINGS.contains(&&**key);
    Arc::new(Arc::unwrap_or_clone(tree).with_table(|table| table.retain(is_setting)))
}

fn only(settings: &Node, pack: &Pack, problems: &mut Problems) -> Option<Vec<String>> {
    let node = settings.get("files")?;
    let known: Vec<&str> = pack.files.iter().map(|rule| rule.name.as_str()).collect();
    let items = match &node.value {
        Value::List(items) => items.as_slice(),
        _ => &[],
    };
    let mut only = Vec::new();
    for item in items {
        match item.str() {
            Some(name) if known.contains(&name) => only.push(name.to_owned()),
            name => {
                let message =
                    format!("the pack `{}` has no file `{}`", pack.name, name.unwrap_or_default());
                let (problem, name) =
                    (Problem::error(Code::UnknownFile, message), name.unwrap_or_default());
                problems.push(problem.unknown_word(item.origin.value, name, &known));
            }
        }
    }
    if items.is_empty() {
        let message = "`files` lists the files of the pack to render";
        let help = format!("the pack `{}` has {}", pack.name, english::names(&known));
        problems.push(Problem::error(Code::WrongType, message).at(node.origin.value).help(help));
    }
    Some(only)
}

#[cfg(test)]
mod tests;
