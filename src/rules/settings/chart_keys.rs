//! Every key in a values file exists in its chart, for Helm ignores unknown keys in silence; and
//! what the chart's own values bring fits what is given.
//!
//! A chart from a repository has an exact version, and is judged where a copy lies in
//! `charts/vendor/`.

use crate::model::code::Code;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::scaling;
use super::texts;
use super::waivers::{Waivers, or_waive};
use crate::ecosystem::helm_chart::{Chart, Charts};
use crate::ecosystem::helm_values::Keys;
use crate::ecosystem::quantity;
use crate::model::diagnostic::{Problem, Problems};
use crate::model::key_path::{Key, Path};
use crate::model::name::Name;
use crate::model::tree::{Node, Value};
use crate::pack::{ChartRule, Content, path_of_item};
use crate::resolve::{Deployment, Resolved};

pub const KEY: Code = Code::UnknownChartKey;
pub const VERSION: Code = Code::ChartVersionRange;

/// Where copies of charts from repositories lie.
pub const VENDOR: &str = "charts/vendor";

/// A chart from a repository, as a setting names it.
pub struct Remote<'a> {
    pub name: &'a str,
    pub version: &'a Node,
    pub values: Option<(Path, &'a Node)>,
    at: Path,
}

impl Remote<'_> {
    /// The folders in which a copy may lie.
    pub fn folders(&self) -> [String; 2] {
        let version = self.version.str().unwrap_or_default();
        [format!("{VENDOR}/{}-{version}", self.name), format!("{VENDOR}/{}", self.name)]
    }
}

/// The charts from repositories that a deployment names.
pub fn remotes(deployment: &Deployment) -> Vec<Remote<'_>> {
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
        values,
        at: at(&rule.version),
    })
}

/// Judges every values file, and returns how many charts could not be looked into.
pub fn check(
    resolved: &Resolved,
    charts: &Charts,
    waivers: &Waivers,
    problems: &mut Problems,
) -> usize {
    let mut unknown = BTreeSet::new();
    for service in &resolved.services {
        for deployment in &service.deployments {
            let environment = &resolved.environments[deployment.environment].name;
            let judge = Judge { waivers, service: &service.name, environment };
            if let Some(chart) = deployment.chart().and_then(|path| charts.get(path)) {
                for path in values_files(deployment) {
                    let values = deployment.settings.at(path);
                    values.into_iter().for_each(|it| judge.values(chart, path, it, problems));
                }
            }
            for remote in remotes(deployment) {
                judge.version(&remote, problems);
                let Some((path, values)) = &remote.values else { continue };
                let copies = remote.folders();
                let copy = copies.iter().filter_map(|folder| charts.get(folder));
                match copy.into_iter().find(|it| Some(&*it.version) == remote.version.str()) {
                    Some(chart) => judge.values(chart, path, values, problems),
                    None => _ = unknown.insert(copies[0].clone()),
                }
            }
        }
    }
    unknown.len()
}

/// The settings that are printed as the values of the local chart.
fn values_files(deployment: &Deployment) -> impl Iterator<Item = &Path> {
    deployment.files().filter_map(|rule| match (&rule.content, &rule.items) {
        (Content::Data(path), None) => Some(path),
        _ => None,
    })
}

struct Judge<'a> {
    waivers: &'a Waivers,
    service: &'a Name,
    environment: &'a Name,
}

impl Judge<'_> {
    /// What stands before a path in a waiver.
    fn above(&self) -> String {
        format!("environments.{}.services.{}", self.environment, self.service)
    }

    fn version(&self, remote: &Remote<'_>, problems: &mut Problems) {
        let Some(text) = remote.version.str() else { return };
        let exact = semver::Version::parse(text.strip_prefix('v').unwrap_or(text)).is_ok();
        if exact {
            return;
        }
        let at = format!("{}.{}", self.above(), remote.at);
        if self.waivers.cover(VERSION, &at) {
            return;
        }
        let message = format!("`{text}` is no exact version of the chart `{}`", remote.name);
        let problem = Problem::error(VERSION, message).at(remote.version.deciding_origin().value);
        let mend = "write one, such as `1.2.3`, so that nothing is upgraded by accident";
        problems.push(self.target(problem.help(or_waive(mend, VERSION, &at))));
    }

    fn values(&self, chart: &Chart, path: &Path, values: &Node, problems: &mut Problems) {
        let mut at: Vec<&str> = path.0.iter().map(|key| &**key).collect();
        self.keys(chart, &chart.keys, values, &mut at, problems);
        self.resources(chart, &chart.defaults, values, &mut at, problems);
    }

    fn keys<'n>(
        &self,
        chart: &Chart,
        known: &Keys,
        values: &'n Node,
        at: &mut Vec<&'n str>,
        problems: &mut Problems,
    ) {
        let (Keys::Known(known), Value::Table(table)) = (known, &values.value) else { return };
        for (key, inner) in table {
            at.push(key);
            match known.get(&**key) {
                Some(known) => self.keys(chart, known, inner, at, problems),
                None => problems.extend(self.unknown(chart, known, inner, at)),
            }
            at.pop();
        }
    }

    fn unknown(
        &self,
        chart: &Chart,
        known: &BTreeMap<String, Keys>,
        node: &Node,
        at: &[&str],
    ) -> Option<Problem> {
        let place = texts::below(&self.above(), at);
        if self.waivers.cover(KEY, &place) || self.waivers.cover(KEY, &node.origin.path.to_string())
        {
            return None;
        }
        let (key, path) = (at.last()?, Path::of(at));
        let message = format!("the chart {} {} has no value `{path}`", chart.path, chart.version);
        let words: Vec<&str> =
            known.keys().map(String::as_str).filter(|it| *it != "global").collect();
        let problem = Problem::error(KEY, message).note(format!("in {}", node.origin.table()));
        let problem = problem.unknown_word(node.origin.key, key, &words);
        let mend = match (&problem.help, &problem.meant) {
            (Some(words), None) => format!("Helm would ignore it; {words}"),
            _ => "Helm would ignore it: mend the key".to_owned(),
        };
        Some(self.target(problem.help(or_waive(&mend, KEY, &place))))
    }

    /// Requests and limits are Kubernetes' own words, in any chart: where only one of them is given,
    /// the chart's default is the other.
    fn resources<'n>(
        &self,
        chart: &Chart,
        defaults: &Json,
        values: &'n Node,
        at: &mut Vec<&'n str>,
        problems: &mut Problems,
    ) {
        let Value::Table(table) = &values.value else { return };
        let given = ["requests", "limits"].map(|word| (word, values.get(word)));
        if given.iter().any(|(_, node)| node.is_some()) {
            for name in ["cpu", "memory", "ephemeral-storage"] {
                let sides = given.map(|(word, node)| {
                    let default = defaults.get(word).and_then(|default| default.get(name));
                    (node.and_then(|node| node.get(name)), default.unwrap_or(&Json::Null))
                });
                problems.extend(self.excess(chart, name, sides, at));
            }
        }
        for (key, inner) in table.iter().filter(|(_, inner)| inner.table().is_some()) {
            at.push(key);
            self.resources(chart, defaults.get(&**key).unwrap_or(&Json::Null), inner, at, problems);
            at.pop();
        }
    }

    fn excess(
        &self,
        chart: &Chart,
        name: &str,
        [request, limit]: [(Option<&std::sync::Arc<Node>>, &Json); 2],
        at: &[&str],
    ) -> Option<Problem> {
        let shown = |(node, default): (Option<&std::sync::Arc<Node>>, &Json)| {
            let value = node.map_or_else(|| default.clone(), |node| node.to_json());
            match value {
                Json::String(text) => Some(text),
                Json::Number(number) => Some(number.to_string()),
                _ => None,
            }
        };
        let (low, high) = (shown(request)?, shown(limit)?);
        let (given, is_request) = match (request.0, limit.0) {
            (Some(node), _) => (node, true),
            (None, Some(node)) => (node, false),
            // What the chart brings is the chart's own affair.
            (None, None) => return None,
        };
        if quantity::parse(&low)? <= quantity::parse(&high)? {
            return None;
        }
        let path = Path::of(at);
        let place = format!(
            "{}.{path}.{}.{name}",
            self.above(),
            if is_request { "requests" } else { "limits" }
        );
        if self.waivers.cover(scaling::SCALING, &place) {
            return None;
        }
        let message = format!(
            "`{path}.requests.{name}` is {low}, more than `{path}.limits.{name}`, which is {high}"
        );
        let mut problem =
            Problem::error(scaling::SCALING, message).at(given.deciding_origin().value);
        match (request.0, limit.0) {
            (Some(_), Some(limit)) => {
                problem = problem.label(limit.deciding_origin().value, "what it may not exceed");
            }
            (Some(_), None) => {
                problem =
                    problem.note(format!("the limit is the default of {}/values.yaml", chart.path));
            }
            _ => {
                problem = problem
                    .note(format!("the request is the default of {}/values.yaml", chart.path));
            }
        }
        let mend = "lower the one or raise the other";
        Some(self.target(problem.help(or_waive(mend, scaling::SCALING, &place))))
    }

    fn target(&self, problem: Problem) -> Problem {
        problem.for_target(Some(self.service), Some(self.environment))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ecosystem::helm_chart::{self, Folder};
    use crate::model::name::RelativePath;
    use crate::rules::settings::tests::found_in;

    const MANIFEST: &str = r#"
        chart = "chart"
        [[charts]]
        items      = "releases"
        name       = "service.item.chart"
        repository = "service.item.repository"
        version    = "service.item.version"
        values     = "service.item.values"
        [[files]]
        name = "values"
        data = "values"
        path = "{{ env.name }}.yaml"
    "#;
    const SCHEMA: &str = r#"{ "properties": {
        "env": { "properties": { "account_id": {} } },
        "service": { "properties": {
            "hostname": {}, "chart": {},
            "releases": { "additionalProperties": { "properties": {
                "chart": {}, "repository": {}, "version": {}, "values": { "additionalProperties": true }
            } } }
        } }
    } }"#;
    const VALUES: &str = "image: { tag: x }\nannotations: {}\nresources:\n  requests: { cpu: 200m, memory: 1Gi }\n  limits: { cpu: 500m, memory: 1Gi }\n";

    fn charts() -> Charts {
        let chart = |path: &str, version: &str| {
            let metadata = format!("name: web\nversion: {version}\n");
            let files = [("Chart.yaml", metadata.as_str()), ("values.yaml", VALUES)];
            let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
            let path = RelativePath::parse(path).unwrap();
            let chart =
                helm_chart::read(&Folder { path: path.clone(), files: files.to_vec() }, &[]);
            (path.to_string(), chart.unwrap())
        };
        let local = chart("charts/web", "1.0.0");
        let copies =
            [chart("charts/vendor/web", "2.0.0"), chart("charts/vendor/web-2.1.0", "2.1.0")];
        [local].into_iter().chain(copies).collect()
    }

    #[track_caller]
    fn check(settings: &str, expected: &[&str], unknown: usize) {
        let text = format!("[services.s]\nchart = \"charts/web\"\n{settings}");
        let (found, count) = found_in(&text, MANIFEST, SCHEMA, &charts());
        assert_eq!(found, expected, "{settings}");
        assert_eq!(count, unknown, "{settings}");
    }

    #[test]
    fn every_key_exists_in_the_chart() {
        check("values.image.tag = \"a\"", &[], 0);
        check("values.annotations.x = \"a\"", &[], 0);
        check("values.global.x = \"a\"", &[], 0);
        check("values.image.tga = \"a\"", &["unknown-chart-key tga"], 0);
        check("values.imgae.tag = \"a\"", &["unknown-chart-key imgae"], 0);
    }

    #[test]
    fn a_chart_from_a_repository_is_judged_by_its_copy() {
        let release = |version: &str, values: &str| {
            format!(
                "releases.web = {{ repository = \"https://x\", version = \"{version}\", values = {{ {values} }} }}"
            )
        };
        check(&release("2.0.0", "image.tag = \"a\""), &[], 0);
        check(&release("2.0.0", "image.tga = \"a\""), &["unknown-chart-key tga"], 0);
        check(&release("2.1.0", "image.tga = \"a\""), &["unknown-chart-key tga"], 0);
        check(&release("2.2.0", "image.tga = \"a\""), &[], 1);
        check(&release("2.x", ""), &["chart-version-range \"2.x\""], 1);
        check(&release("^2.0.0", ""), &["chart-version-range \"^2.0.0\""], 1);
        check(&release("v2.2.0", ""), &[], 1);
        let renamed = "releases.a = { chart = \"web\", repository = \"https://x\", version = \"2.0.0\", values = { b = 1 } }";
        check(renamed, &["unknown-chart-key b"], 0);
    }

    #[test]
    fn a_request_is_not_above_the_limit_that_the_chart_brings() {
        check("values.resources.requests.cpu = \"500m\"", &[], 0);
        check("values.resources.requests.cpu = \"1\"", &["scaling \"1\""], 0);
        check("values.resources.limits.cpu = \"100m\"", &["scaling \"100m\""], 0);
        check("values.resources.limits.cpu = \"2\"\nvalues.resources.requests.cpu = \"1\"", &[], 0);
        check("values.resources.requests.memory = \"2Gi\"", &["scaling \"2Gi\""], 0);
    }
}
