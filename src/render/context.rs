//! The variables of templates: the names that `pack::view` declares, with their values.
//!
//! Templates have no others, and every template gets all that its kind of file declares, whatever it
//! reads of them.

use std::sync::{Arc, OnceLock};

use indexmap::IndexMap;

use super::paths::Layout;
use super::{Input, Planned};
use crate::config::ProjectConfig;
use crate::ecosystem::helm_chart::Chart;
use crate::ecosystem::terraform::is_code;
use crate::model::key_path::Path;
use crate::model::name::RelativePath;
use crate::model::tree::{self, Node};
use crate::pack::Pack;
use crate::resolve::differences;
use crate::resolve::{Deployment, Resolved};
use crate::template::{Context, Value, map, value, value_beside, with, without};

/// Facts and settings as the engine takes them, made once for all files that see them, when the
/// first of them asks.
pub struct ContextCache {
    /// By environment.
    facts: Vec<OnceLock<Value>>,
    /// By service: the settings of its first deployment.
    first: Vec<OnceLock<Value>>,
    /// By service and deployment, where a file about all deployments reads them again.
    settings: Vec<Option<Vec<OnceLock<Value>>>>,
    /// Every service with all its environments.
    whole: Vec<OnceLock<Value>>,
    /// The paths of the files, by service and deployment.
    files: Vec<Vec<OnceLock<Value>>>,
    charts: IndexMap<String, Value>,
    project: Value,
}

impl ContextCache {
    pub fn new(input: &Input<'_>, layout: &Layout<'_>) -> ContextCache {
        fn unmade<T>(items: &[T]) -> Vec<OnceLock<Value>> {
            items.iter().map(|_| OnceLock::new()).collect()
        }
        let Resolved { environments, services } = input.resolved;
        let of_deployments = || services.iter().map(|service| unmade(&service.deployments));
        ContextCache {
            facts: unmade(environments),
            first: unmade(services),
            settings: (0..services.len())
                .map(|service| has_shared_files(input, layout, service))
                .zip(of_deployments())
                .map(|(has_shared_files, unmade)| has_shared_files.then_some(unmade))
                .collect(),
            whole: unmade(services),
            files: of_deployments().collect(),
            charts: input.charts.iter().map(|(path, it)| (path.clone(), chart(it))).collect(),
            project: project_facts(input.project),
        }
    }

    fn facts(&self, resolved: &Resolved, environment: usize) -> &Value {
        self.facts[environment].get_or_init(|| value(&resolved.environments[environment].facts))
    }

    /// The settings of a deployment; what it shares with the first of its service is made once.
    fn settings(&self, resolved: &Resolved, service: usize, index: usize) -> Value {
        let deployments = &resolved.services[service].deployments;
        let first = &deployments[0].settings;
        let of_first = self.first[service].get_or_init(|| value(first));
        let make = || value_beside(&deployments[index].settings, first, of_first);
        match &self.settings[service] {
            Some(made) => made[index].get_or_init(make).clone(),
            None => make(),
        }
    }

    fn files(&self, layout: &Layout<'_>, service: usize, index: usize) -> &Value {
        self.files[service][index].get_or_init(|| files(&layout.deployments[service][index]))
    }

    fn chart(&self, deployment: &Deployment) -> Option<&Value> {
        self.charts.get(deployment.chart()?)
    }
}

/// For a file of one service in one environment.
pub(crate) fn deployment(
    input: &Input<'_>,
    layout: &Layout<'_>,
    cache: &ContextCache,
    service: usize,
    index: usize,
) -> Context {
    let resolved = input.resolved;
    let deployment = &resolved.services[service].deployments[index];
    let settings = cache.settings(resolved, service, index);
    let mut context = common(cache);
    context.insert_value("env", cache.facts(resolved, deployment.environment).clone());
    context.insert_value("service", settings);
    context.insert_value("files", cache.files(layout, service, index).clone());
    context.insert_value("retiring", Value::from(deployment.retiring));
    if let Some(chart) = cache.chart(deployment) {
        context.insert_value("chart", chart.clone());
    }
    context
}

/// For a file of a whole service.
pub(crate) fn service(
    input: &Input<'_>,
    layout: &Layout<'_>,
    cache: &ContextCache,
    index: usize,
) -> Context {
    let mut context = common(cache);
    context.insert_value("service", whole_service(input, layout, cache, index));
    context.insert_value("files", files(&layout.services[index]));
    context
}

/// For a file of the project: the services of one pack, and all environments.
pub(crate) fn project(
    input: &Input<'_>,
    layout: &Layout<'_>,
    cache: &ContextCache,
    pack: &Arc<Pack>,
    planned: &[Planned<'_>],
) -> Context {
    let mut context = common(cache);
    context.insert_value("files", files(planned));
    let resolved = input.resolved;
    let ours = resolved.services.iter().enumerate();
    let ours = ours.filter(|(_, service)| Arc::ptr_eq(&service.pack, pack));
    let ours = ours.map(|(index, _)| whole_service(input, layout, cache, index));
    context.insert_value("services", Value::from(ours.collect::<Vec<_>>()));
    let environments = resolved.environments.iter().enumerate();
    let environments = environments.map(|(index, environment)| {
        let retiring = ("retiring", Value::from(environment.retiring));
        with(cache.facts(resolved, index), [retiring, ("step", Value::from(environment.step))])
    });
    context.insert_value("environments", Value::from(environments.collect::<Vec<_>>()));
    context
}

/// The file itself.
pub(crate) fn file(path: &RelativePath) -> Value {
    map([("path", Value::from(path.as_str())), ("directory", Value::from(path.directory()))])
}

fn project_facts(project: &ProjectConfig) -> Value {
    let name = project.name.as_deref().map(|name| ("name", Value::from(name)));
    map(name.into_iter().chain([("output", Value::from(project.output()))]))
}

fn common(cache: &ContextCache) -> Context {
    let mut context = Context::new();
    context.insert_value("project", cache.project.clone());
    context
}

fn whole_service(
    input: &Input<'_>,
    layout: &Layout<'_>,
    cache: &ContextCache,
    index: usize,
) -> Value {
    let make = || make_whole_service(input, layout, cache, index);
    cache.whole[index].get_or_init(make).clone()
}

fn make_whole_service(
    input: &Input<'_>,
    layout: &Layout<'_>,
    cache: &ContextCache,
    index: usize,
) -> Value {
    let service = &input.resolved.services[index];
    let volatile = &service.pack.volatile;
    let environments = service.deployments.iter().zip(&layout.deployments[index]).enumerate();
    let environments = environments.map(|(at, (deployment, planned))| {
        let environment = &input.resolved.environments[deployment.environment];
        let settings = cache.settings(input.resolved, index, at);
        let entries = [
            ("env", cache.facts(input.resolved, deployment.environment).clone()),
            ("service", hidden(&settings, &deployment.settings, volatile)),
            ("files", cache.files(layout, index, at).clone()),
            ("retiring", Value::from(deployment.retiring)),
            ("step", Value::from(environment.step)),
        ];
        let directory =
            root_directory(planned).map(|directory| ("directory", Value::from(directory)));
        let chart = cache.chart(deployment).map(|chart| ("chart", chart.clone()));
        map(entries.into_iter().chain(directory).chain(chart))
    });
    let differences = differences::differences(service, volatile).into_iter().map(|difference| {
        let values = difference.values.into_iter().map(Option::unwrap_or_default);
        let values = values.map(Value::from).collect::<Vec<_>>();
        let setting = Value::from(difference.path.to_string());
        map([("setting", setting), ("values", Value::from(values))])
    });
    let lists = [
        ("differences", Value::from(differences.collect::<Vec<_>>())),
        ("environments", Value::from(environments.collect::<Vec<_>>())),
    ];
    with(&hidden(&value(&service.settings), &service.settings, volatile), lists)
}

/// Returns true if any file shows all deployments of a service.
fn has_shared_files(input: &Input<'_>, layout: &Layout<'_>, index: usize) -> bool {
    let pack = &input.resolved.services[index].pack;
    !layout.services[index].is_empty() || layout.project.iter().any(|(of, _)| Arc::ptr_eq(of, pack))
}

/// Settings without those that change with every deploy; `made` is what the engine has of them.
fn hidden(made: &Value, settings: &Arc<Node>, volatile: &[Path]) -> Value {
    if volatile.iter().all(|path| path.0.len() == 1) {
        return volatile.iter().fold(made.clone(), |made, path| without(&made, &path.0[0]));
    }
    let left = volatile.iter().fold(Arc::clone(settings), |settings, path| {
        tree::without(&settings, &path.0).unwrap_or(settings)
    });
    value(&left)
}

/// The directory of the root: where Terraform files are rendered.
fn root_directory<'a>(planned: &'a [Planned<'_>]) -> Option<&'a str> {
    let root = planned.iter().find(|planned| is_code(planned.path.as_str()));
    root.map(|planned| planned.path.directory())
}

/// The paths of files by the names of their rules; of a file for each entry of a table, by entry.
fn files(planned: &[Planned<'_>]) -> Value {
    let mut paths: IndexMap<&str, Vec<(String, Value)>> = IndexMap::new();
    let mut single = Vec::new();
    for it in planned {
        let (name, path) = (it.rule.name.as_str(), Value::from(it.path.as_str()));
        match &it.item {
            Some((item, _)) => paths.entry(name).or_default().push((item.to_string(), path)),
            None => single.push((name.to_owned(), path)),
        }
    }
    let of_items = paths.into_iter().map(|(name, paths)| (name.to_owned(), map(paths)));
    map(single.into_iter().chain(of_items))
}

fn chart(chart: &Chart) -> Value {
    map([
        ("path", Value::from(chart.path.as_str())),
        ("name", Value::from(chart.name.as_str())),
        ("version", Value::from(chart.version.as_str())),
        ("digest", Value::from(chart.digest.as_str())),
    ])
}
