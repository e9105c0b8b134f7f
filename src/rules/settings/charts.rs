//! The charts that a deployment names, and the values given to them.
//!
//! A chart from a repository is known where a copy lies in `charts/vendor/`.

use std::collections::BTreeSet;

use super::{Deployed, Settings, chart_schema, deployed};
use crate::ecosystem::helm_chart::{Chart, Charts};
use crate::model::key_path::{Key, Path};
use crate::model::name::Name;
use crate::model::tree::Node;
use crate::pack::{ChartRule, Content, path_of_item};
use crate::resolve::{Deployment, Resolved};

/// The folder of copies of charts from repositories.
pub(crate) const VENDOR: &str = "charts/vendor";

/// A chart from a repository, as a setting names it.
pub(crate) struct Remote<'a> {
    pub name: &'a str,
    pub version: &'a Node,
    pub version_path: Path,
    values: Option<(Path, &'a Node)>,
}

impl Remote<'_> {
    /// The folders in which a copy may lie.
    pub(crate) fn folders(&self) -> [String; 2] {
        let version = self.version.str().unwrap_or_default();
        [format!("{VENDOR}/{}-{version}", self.name), format!("{VENDOR}/{}", self.name)]
    }

    /// The copy of its version.
    fn copy<'c>(&self, charts: &'c Charts) -> Option<&'c Chart> {
        let copies = self.folders();
        let mut copies = copies.iter().filter_map(|folder| charts.get(folder));
        copies.find(|chart| Some(&*chart.version) == self.version.str())
    }
}

/// The charts from repositories that a deployment names.
pub(crate) fn remotes(deployment: &Deployment) -> Vec<Remote<'_>> {
    let rules = deployment.pack.charts.iter();
    let remotes = rules.flat_map(|rule| match &rule.items {
        None => remote(rule, deployment, None).into_iter().collect::<Vec<_>>(),
        Some(items) => {
            let table = deployment.settings.at(items).and_then(Node::table);
            let entries = table.into_iter().flatten();
            entries.filter_map(|(item, _)| remote(rule, deployment, Some(item))).collect()
        }
    });
    remotes.collect()
}

fn remote<'a>(
    rule: &ChartRule,
    deployment: &'a Deployment,
    item: Option<&'a Key>,
) -> Option<Remote<'a>> {
    let at = |path: &Path| path_of_item(rule.items.as_ref(), path, item);
    let node = |path: &Path| deployment.settings.at(&at(path));
    // A chart without a repository is a local one.
    node(&rule.repository)?;
    let name = rule.name.as_ref().and_then(node).and_then(Node::str);
    let values = rule.values.as_ref().and_then(|path| Some((at(path), node(path)?)));
    Some(Remote {
        name: name.or(item.map(|item| &**item))?,
        version: node(&rule.version)?,
        version_path: at(&rule.version),
        values,
    })
}

/// The values that a deployment gives to a chart.
pub(crate) struct ChartValues<'a> {
    pub of: Deployed<'a>,
    pub chart: &'a Chart,
    /// The path of the values in the settings.
    pub path: Path,
    pub values: &'a Node,
}

/// The values of all deployments, for each chart that is known.
pub(crate) fn values<'a>(settings: &Settings<'a>) -> Vec<ChartValues<'a>> {
    settings.deployed().flat_map(|of| of_deployment(settings, of)).collect()
}

fn of_deployment<'a>(settings: &Settings<'a>, of: Deployed<'a>) -> Vec<ChartValues<'a>> {
    let charts = settings.charts;
    let deployment = of.deployment;
    let mut found = Vec::new();
    if let Some(chart) = deployment.chart().and_then(|path| charts.get(path)) {
        let values = values_files(deployment)
            .filter_map(|path| Some((path.clone(), deployment.settings.at(path)?)));
        found.extend(values.map(|(path, values)| ChartValues { of, chart, path, values }));
    }
    for remote in remotes(deployment) {
        if let Some(chart) = remote.copy(charts)
            && let Some((path, values)) = remote.values
        {
            found.push(ChartValues { of, chart, path, values });
        }
    }
    found
}

/// Returns true if a chart of a service names a key in the values that the service gives to it.
pub(crate) fn know_key(settings: &Settings<'_>, service: Option<&Name>, path: &Path) -> bool {
    let of_service = |of: &Deployed<'_>| Some(&of.service.name) == service;
    let given = settings.deployed().filter(of_service).flat_map(|of| of_deployment(settings, of));
    given.into_iter().any(|values| {
        let below = path.0.strip_prefix(values.path.0.as_slice());
        below.is_some_and(|keys| !keys.is_empty() && values.chart.keys().name(keys))
    })
}

/// The default that a chart has for a setting below its values.
pub(crate) fn default_at<'c>(
    charts: &'c Charts,
    deployment: &Deployment,
    path: &Path,
) -> Option<&'c serde_json::Value> {
    let local = deployment.chart().and_then(|path| charts.get(path));
    let local = local
        .into_iter()
        .flat_map(|chart| values_files(deployment).map(move |values| (chart, values.clone())));
    let remote = remotes(deployment).into_iter();
    let remote = remote.filter_map(|it| Some((it.copy(charts)?, it.values?.0)));
    local.chain(remote).find_map(|(chart, values)| {
        let below = path.0.strip_prefix(values.0.as_slice())?;
        below.iter().try_fold(&chart.defaults, |value, key| value.get(&**key))
    })
}

/// The settings that are printed as the values of the local chart.
fn values_files(deployment: &Deployment) -> impl Iterator<Item = &Path> {
    deployment.files().filter_map(|rule| match (&rule.content, &rule.items) {
        (Content::Data(path), None) => Some(path),
        _ => None,
    })
}

/// The number of charts that are given values and of which no copy is known, of charts below others
/// that are not at hand, and of schemas that cannot be applied.
pub(crate) fn count_without_copy(resolved: &Resolved, charts: &Charts) -> usize {
    let remotes = deployed(resolved).flat_map(|it| remotes(it.deployment));
    let unknown = remotes.filter(|it| it.values.is_some() && it.copy(charts).is_none());
    let folders: BTreeSet<String> = unknown
        .map(|remote| {
            let [folder, _] = remote.folders();
            folder
        })
        .collect();
    let below: BTreeSet<(&str, &String)> = charts
        .values()
        .flat_map(|chart| chart.unknown.iter().map(|name| (chart.path.as_str(), name)))
        .collect();
    folders.len() + below.len() + chart_schema::count_unusable(charts)
}
